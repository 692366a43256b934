/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_BUILD_H
#define CERTIFICATE_BUILD_H

#include <haiki/drive.h>
#include <haiki/error.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/*
 * Fills JSON objects member by member. The first failure sticks: later calls
 * do nothing, and the caller looks at `result` once at the end.
 */
struct build {
	int result;
	struct haiki_error *err;
};

json_t *build_object(struct build *b, json_t *parent, const char *key);
json_t *build_array(struct build *b, json_t *parent, const char *key);
/* A new object as the array's last element. */
json_t *build_element(struct build *b, json_t *array);

/* A person's words, normalised; refused if unfit. NULL or "" gives null. */
void build_words(struct build *b, json_t *object, const char *key,
		 const char *text);
/* A device's, library's or policy's words, made fit. NULL or "": null. */
void build_text(struct build *b, json_t *object, const char *key,
		const char *text);
/* What build_text() makes of a text that isn't empty; the caller frees. NULL:
 * no memory. */
char *build_fit_text(const char *text);
/* The same, but if empty `reason` goes to object.unknown. */
void build_known(struct build *b, json_t *object, const char *key,
		 const char *text, const char *reason);
void build_hex(struct build *b, json_t *object, const char *key,
	       const void *bytes, size_t length);
void build_integer(struct build *b, json_t *object, const char *key,
		   uint64_t value);
void build_signed(struct build *b, json_t *object, const char *key,
		  int64_t value);
void build_boolean(struct build *b, json_t *object, const char *key,
		   bool value);
void build_decimal(struct build *b, json_t *object, const char *key,
		   uint64_t value);
/* 0 = 1970 = not set: null. */
void build_time(struct build *b, json_t *object, const char *key,
		const struct timespec *at);
void build_null(struct build *b, json_t *object, const char *key);
/* Null with the reason unless known and within minimum ... maximum. */
void build_value(struct build *b, json_t *object, const char *key,
		 const struct haiki_value *value, int64_t minimum,
		 int64_t maximum);
void build_unknown(struct build *b, json_t *object, const char *key,
		   const char *reason);
void build_answer(struct build *b, json_t *object, const char *key,
		  enum haiki_answer answer);
void build_append_integer(struct build *b, json_t *array, uint32_t value);
void build_append_text(struct build *b, json_t *array, const char *text);

#endif
