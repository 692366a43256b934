/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAGE_ENGINE_INCLUDE_JANSSON_H
#define PAGE_ENGINE_INCLUDE_JANSSON_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * As much of jansson's interface as the verifier uses, for where there is no
 * jansson: json.c. Members come in the order in which they were set.
 */
typedef enum {
	JSON_OBJECT,
	JSON_ARRAY,
	JSON_STRING,
	JSON_INTEGER,
	JSON_REAL,                /* nobody makes any */
	JSON_TRUE,
	JSON_FALSE,
	JSON_NULL,
} json_type;

typedef long long json_int_t;
#define JSON_INTEGER_FORMAT "lld"

typedef struct json {
	json_type type;
	size_t references;
	size_t count, room;       /* members, elements; bytes of a string */
	struct json_member **by_name;     /* of an object: sorted; or NULL */
	union {
		struct json_member *members;
		struct json **elements;
		char *text;
		json_int_t integer;
	} of;
} json_t;

struct json_member {
	char *key;
	json_t *value;
};

json_t *json_object(void);
json_t *json_array(void);
json_t *json_string(const char *text);
json_t *json_stringn_nocheck(const char *text, size_t length);
json_t *json_integer(json_int_t value);
json_t *json_true(void);
json_t *json_false(void);
json_t *json_null(void);
#define json_boolean(value) ((value) ? json_true() : json_false())

json_t *json_incref(json_t *json);
void json_decref(json_t *json);
json_t *json_copy(json_t *json);
int json_equal(const json_t *a, const json_t *b);

#define json_typeof(json) ((json)->type)
#define JSON_IS(json, kind) ((json) && (json)->type == (kind))
#define json_is_object(json) JSON_IS(json, JSON_OBJECT)
#define json_is_array(json) JSON_IS(json, JSON_ARRAY)
#define json_is_string(json) JSON_IS(json, JSON_STRING)
#define json_is_integer(json) JSON_IS(json, JSON_INTEGER)
#define json_is_real(json) JSON_IS(json, JSON_REAL)
#define json_is_true(json) JSON_IS(json, JSON_TRUE)
#define json_is_null(json) JSON_IS(json, JSON_NULL)
#define json_is_boolean(json) (JSON_IS(json, JSON_TRUE) || \
			       JSON_IS(json, JSON_FALSE))

const char *json_string_value(const json_t *json);
size_t json_string_length(const json_t *json);
json_int_t json_integer_value(const json_t *json);

size_t json_array_size(const json_t *json);
json_t *json_array_get(const json_t *json, size_t index);
int json_array_append_new(json_t *array, json_t *value);
int json_array_append(json_t *array, json_t *value);
#define json_array_foreach(array, i, value) \
	for ((i) = 0; (i) < json_array_size(array) && \
	     ((value) = json_array_get(array, i)); (i)++)

/* 0: one is there twice (see json_object_setn_new_nocheck()), or no memory. */
size_t json_object_size(const json_t *json);
json_t *json_object_get(const json_t *json, const char *key);
int json_object_set_new(json_t *object, const char *key, json_t *value);
int json_object_set(json_t *object, const char *key, json_t *value);
int json_object_del(json_t *object, const char *key);
#define json_object_foreach(object, name, member_value) \
	for (size_t member_ = 0; member_ < json_object_size(object) && \
	     ((name) = (object)->of.members[member_].key, \
	      (member_value) = (object)->of.members[member_].value, 1); \
	     member_++)

/* Whether the name is there already isn't looked at, but by
 * json_object_size(). */
int json_object_setn_new_nocheck(json_t *object, const char *key,
				 size_t length, json_t *value);

/* Only what the page leaves out packs anything. */
json_t *json_pack(const char *format, ...);

#endif
