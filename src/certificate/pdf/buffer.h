/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_BUFFER_H
#define CERTIFICATE_PDF_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Bytes that grow. A failed allocation is remembered in `failed`, everything
 * after it is dropped, and whoever takes the bytes in the end asks once.
 */
struct buffer {
	uint8_t *bytes;
	size_t length, room;
	bool failed;
};

void buffer_put(struct buffer *buffer, const void *bytes, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_format(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A length in 1/100 point as PDF writes it: "12.5 ". */
void buffer_unit(struct buffer *buffer, int unit);
void buffer_clear(struct buffer *buffer);
void buffer_cleanup(struct buffer *buffer);

#endif
