/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_ATTACHMENTS_H
#define CERTIFICATE_PDF_ATTACHMENTS_H

#include <haiki/error.h>
#include <stddef.h>
#include <stdint.h>

#define PDF_MAX_BYTES ((size_t)32 << 20)
#define PDF_MAX_JSON ((size_t)16 << 20)

/*
 * The record and its signature out of an untrusted file: they are the first
 * objects of every rendering. Nothing else of the file is looked at. *ret_p7s
 * is NULL if there is none. The caller frees both. -EBADMSG otherwise.
 */
int attachments_read(const uint8_t *pdf, size_t length, uint8_t **ret_json,
		     size_t *ret_json_length, uint8_t **ret_p7s,
		     size_t *ret_p7s_length, struct haiki_error *err);

#endif
