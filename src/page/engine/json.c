/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>

#include <errno.h>
#include <string.h>

#include "base/json_region.h"

static json_t *new_value(json_type type)
{
	json_t *json = calloc(1, sizeof(*json));

	if (json) {
		json->type = type;
		json->references = 1;
	}
	return json;
}

json_t *json_object(void)
{
	return new_value(JSON_OBJECT);
}

json_t *json_array(void)
{
	return new_value(JSON_ARRAY);
}

json_t *json_true(void)
{
	return new_value(JSON_TRUE);
}

json_t *json_false(void)
{
	return new_value(JSON_FALSE);
}

json_t *json_null(void)
{
	return new_value(JSON_NULL);
}

json_t *json_integer(json_int_t value)
{
	json_t *json = new_value(JSON_INTEGER);

	if (json)
		json->of.integer = value;
	return json;
}

json_t *json_stringn_nocheck(const char *text, size_t length)
{
	json_t *json = new_value(JSON_STRING);

	if (!json)
		return NULL;
	json->of.text = malloc(length + 1);
	if (!json->of.text) {
		free(json);
		return NULL;
	}
	memcpy(json->of.text, text, length);
	json->of.text[length] = '\0';
	json->count = length;
	return json;
}

json_t *json_string(const char *text)
{
	return text ? json_stringn_nocheck(text, strlen(text)) : NULL;
}

json_t *json_incref(json_t *json)
{
	if (json)
		json->references++;
	return json;
}

static void free_value(json_t *json)
{
	for (size_t i = 0; i < json->count; i++) {
		if (json->type == JSON_OBJECT) {
			free(json->of.members[i].key);
			json_decref(json->of.members[i].value);
		} else if (json->type == JSON_ARRAY) {
			json_decref(json->of.elements[i]);
		} else {
			break;
		}
	}
	free(json->by_name);
	if (json->type == JSON_OBJECT)
		free(json->of.members);
	else if (json->type == JSON_ARRAY)
		free(json->of.elements);
	else if (json->type == JSON_STRING)
		free(json->of.text);
	free(json);
}

void json_decref(json_t *json)
{
	if (json && --json->references == 0)
		free_value(json);
}

const char *json_string_value(const json_t *json)
{
	return json_is_string(json) ? json->of.text : NULL;
}

size_t json_string_length(const json_t *json)
{
	return json_is_string(json) ? json->count : 0;
}

json_int_t json_integer_value(const json_t *json)
{
	return json_is_integer(json) ? json->of.integer : 0;
}

/* --- arrays ---------------------------------------------------------------- */

size_t json_array_size(const json_t *json)
{
	return json_is_array(json) ? json->count : 0;
}

json_t *json_array_get(const json_t *json, size_t index)
{
	return index < json_array_size(json) ? json->of.elements[index] : NULL;
}

/* Room for one more of `size` bytes. */
static bool grow(json_t *json, void **list, size_t size)
{
	size_t room = json->room ? json->room * 2 : 8;
	void *more;

	if (json->count < json->room)
		return true;
	more = reallocarray(*list, room, size);
	if (!more)
		return false;
	*list = more;
	json->room = room;
	return true;
}

int json_array_append_new(json_t *array, json_t *value)
{
	void *list;

	if (!value)
		return -1;
	list = json_is_array(array) ? array->of.elements : NULL;
	if (!json_is_array(array) || !grow(array, &list, sizeof(value))) {
		json_decref(value);
		return -1;
	}
	array->of.elements = list;
	array->of.elements[array->count++] = value;
	return 0;
}

int json_array_append(json_t *array, json_t *value)
{
	return json_array_append_new(array, json_incref(value));
}

/* --- objects --------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct json_member *const *)a)->key,
		      (*(struct json_member *const *)b)->key);
}

/* However many there are, and in whatever order, it doesn't take long. -1: one
 * is there twice, or no memory. */
static int sort_names(json_t *object)
{
	size_t count = object->count;
	struct json_member **sorted = calloc(count + 1, sizeof(*sorted));

	free(object->by_name);
	object->by_name = sorted;
	if (!sorted)
		return -1;
	for (size_t i = 0; i < count; i++)
		sorted[i] = &object->of.members[i];
	qsort(sorted, count, sizeof(*sorted), by_name);
	for (size_t i = 1; i < count; i++)
		if (!strcmp(sorted[i - 1]->key, sorted[i]->key))
			return -1;
	return 0;
}

static struct json_member *find_sorted(const json_t *object, const char *key)
{
	size_t low = 0, high = object->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(object->by_name[middle]->key, key);

		if (order == 0)
			return object->by_name[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static struct json_member *find(const json_t *object, const char *key)
{
	if (!json_is_object(object) || !key)
		return NULL;
	if (object->by_name)
		return find_sorted(object, key);
	for (size_t i = 0; i < object->count; i++)
		if (!strcmp(object->of.members[i].key, key))
			return &object->of.members[i];
	return NULL;
}

size_t json_object_size(const json_t *json)
{
	if (!json_is_object(json) || (!json->by_name && json->count &&
				      sort_names((json_t *)json) < 0))
		return 0;
	return json->count;
}

json_t *json_object_get(const json_t *json, const char *key)
{
	const struct json_member *member = find(json, key);

	return member ? member->value : NULL;
}

/* What was sorted isn't any more. */
static void forget_order(json_t *object)
{
	free(object->by_name);
	object->by_name = NULL;
}

int json_object_setn_new_nocheck(json_t *object, const char *key,
				 size_t length, json_t *value)
{
	void *list = object->of.members;
	char *copy = value ? strndup(key, length) : NULL;

	if (!copy || !grow(object, &list, sizeof(struct json_member))) {
		free(copy);
		json_decref(value);
		return -1;
	}
	forget_order(object);
	object->of.members = list;
	object->of.members[object->count++] = (struct json_member){ copy,
		value };
	return 0;
}

int json_object_set_new(json_t *object, const char *key, json_t *value)
{
	struct json_member *member = find(object, key);

	if (member && value) {
		json_decref(member->value);
		member->value = value;
		return 0;
	}
	if (value && key && json_is_object(object))
		return json_object_setn_new_nocheck(object, key, strlen(key),
						    value);
	json_decref(value);
	return -1;
}

int json_object_set(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, json_incref(value));
}

int json_object_del(json_t *object, const char *key)
{
	struct json_member *member = find(object, key);

	if (!member)
		return -1;
	forget_order(object);
	free(member->key);
	json_decref(member->value);
	object->count--;
	memmove(member, member + 1, (size_t)(object->of.members +
		object->count - member) * sizeof(*member));
	return 0;
}

/* --- both ------------------------------------------------------------------ */

/* The members and elements themselves are shared, as in jansson. */
json_t *json_copy(json_t *json)
{
	json_t *copy;

	if (!json_is_object(json) && !json_is_array(json))
		return json_incref(json);
	copy = new_value(json->type);
	for (size_t i = 0; copy && i < json->count; i++) {
		int r = json->type == JSON_ARRAY ?
			json_array_append(copy, json->of.elements[i]) :
			json_object_set(copy, json->of.members[i].key,
					json->of.members[i].value);

		if (r < 0) {
			json_decref(copy);
			copy = NULL;
		}
	}
	return copy;
}

static int equal_parts(const json_t *a, const json_t *b)
{
	for (size_t i = 0; i < a->count; i++)
		if (!json_equal(a->type == JSON_ARRAY ? a->of.elements[i] :
				a->of.members[i].value,
				a->type == JSON_ARRAY ? b->of.elements[i] :
				json_object_get(b, a->of.members[i].key)))
			return 0;
	return 1;
}

int json_equal(const json_t *a, const json_t *b)
{
	if (!a || !b || a->type != b->type || a->count != b->count)
		return 0;
	switch (a->type) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		return equal_parts(a, b);
	case JSON_STRING:
		return !memcmp(a->of.text, b->of.text, a->count);
	case JSON_INTEGER:
		return a->of.integer == b->of.integer;
	case JSON_REAL:
		return 0;
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		break;
	}
	return 1;
}

/* --- base/json_region.h ---------------------------------------------------- */

/* The page has no threads, and its trees come and go with malloc(). */
struct json_region *json_region_pause(void)
{
	return NULL;
}

void json_region_enter(struct json_region *region)
{
	(void)region;
}
