/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_PICTURE_H
#define CERTIFICATE_PDF_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A small JPEG out of a record, as it goes into the file. */
struct picture {
	uint8_t *bytes;
	size_t length;
	int width, height;        /* pixels */
	bool grey;                /* one component, else three */
};

/*
 * Reads an untrusted picture in base64. Only a plain JPEG gets through:
 * baseline, 8 bits, at most 320 pixels a side, nothing behind its end.
 * -EBADMSG: it's something else. Freed with picture_cleanup().
 */
int picture_read(const char *base64, struct picture *ret_picture);
void picture_cleanup(struct picture *picture);

#endif
