/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JCS_H
#define BASE_JCS_H

#include <haiki/error.h>
#include <jansson.h>

/*
 * RFC 8785 (JSON Canonicalization Scheme) bytes of a tree of objects, arrays,
 * strings, booleans, nulls and integers within +-(2^53-1); -EINVAL for reals
 * and larger integers. UTF-8, no final newline; NUL-terminated beside
 * *ret_length. Caller frees.
 */
int jcs_write(const json_t *json, char **ret_text, size_t *ret_length,
	      struct haiki_error *err);

/* Parses untrusted bytes strictly: no duplicate keys, bad UTF-8, NUL, trailing
 * data, reals; at most `max` bytes. -EBADMSG with the place in *err. */
int json_parse(const char *what, const void *bytes, size_t length, size_t max,
	       json_t **ret_json, struct haiki_error *err);

#endif
