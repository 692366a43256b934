/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JCS_H
#define BASE_JCS_H

#include <haiki/error.h>
#include <jansson.h>
#include <stdbool.h>

/* No record of ours comes near; a hostile one can't exhaust the stack. */
#define JSON_DEPTH_MAX 64

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

/* The same; *ret_canonical: whether jcs_write() would write just these bytes. */
int jcs_parse(const char *what, const void *bytes, size_t length, size_t max,
	      json_t **ret_json, bool *ret_canonical, struct haiki_error *err);

/* The largest integer that every JSON reader keeps exact (RFC 7493, 2.2). */
#define JSON_INTEGER_MAX ((json_int_t)9007199254740991)

/* RFC 8785, 3.2.3: the order of two members' names, as strcmp() tells it. */
int jcs_compare(const char *a, size_t a_length, const char *b, size_t b_length);

#endif
