/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_THUMBNAIL_H
#define CERTIFICATE_THUMBNAIL_H

#include <haiki/error.h>
#include <stddef.h>

#define THUMBNAIL_SIDE 320                /* pixels, the longer one */
#define THUMBNAIL_MAX_BYTES ((size_t)20 << 10)

/*
 * A small JPEG of an untrusted JPEG or PNG, in base64, turned as its Exif data
 * say; the same picture gives the same text. `name` is for messages. -EINVAL: it's neither of the two, is
 * damaged, or has too many pixels; the message says what to do. The caller
 * frees *ret_base64.
 */
int thumbnail_make(const void *bytes, size_t length, const char *name,
		   char **ret_base64, struct haiki_error *err);

#endif
