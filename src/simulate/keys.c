/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include "base/error.h"
#include "simulate/keys.h"
#include "simulate/model.h"

int key_wrong(const struct key_place *at, const char *key, const char *must)
{
	return error_set(at->err, HAIKI_DOMAIN_USAGE, -EINVAL,
			 N_("%s, drive %zu: \"%s\" must be %s."), at->what,
			 at->drive, key, must);
}

static void join(const char *const *names, char *ret, size_t size)
{
	size_t at = 0;

	ret[0] = '\0';
	for (size_t i = 0; names[i] && at < size; i++)
		at += (size_t)snprintf(ret + at, size - at, "%s\"%s\"",
				       i ? ", " : "", names[i]);
}

int key_name_index(const char *const *names, const json_t *value)
{
	for (int i = 0; json_is_string(value) && names[i]; i++)
		if (strcmp(names[i], json_string_value(value)) == 0)
			return i;
	return -1;
}

int key_wrong_name(const struct key_place *at, const struct key *key,
		      const char *prefix)
{
	char names[256], must[320];

	join(key->names, names, sizeof(names));
	(void)snprintf(must, sizeof(must), "%s%s", prefix, names);
	return key_wrong(at, key->name, must);
}

static int set_number(const struct key_place *at, const struct key *key,
		      const json_t *value, void *to)
{
	int64_t number = json_integer_value(value);
	char must[80];

	if (!json_is_integer(value) || number < key->min || number > key->max) {
		(void)snprintf(must, sizeof(must),
			       "a whole number from %lld to %lld",
			       (long long)key->min, (long long)key->max);
		return key_wrong(at, key->name, must);
	}
	if (key->type == KEY_U32)
		*(uint32_t *)to = (uint32_t)number;
	else
		*(int64_t *)to = number;
	return 0;
}

static int set_string(const struct key_place *at, const struct key *key,
		      const json_t *value, char *to)
{
	const char *text = json_string_value(value);
	char must[80];

	if (!text || json_string_length(value) >= key->size ||
	    strlen(text) != json_string_length(value)) {
		(void)snprintf(must, sizeof(must),
			       "a text of at most %zu bytes", key->size - 1);
		return key_wrong(at, key->name, must);
	}
	memset(to, 0, key->size);
	memcpy(to, text, strlen(text));
	return 0;
}

static int set_flags(const struct key_place *at, const struct key *key,
		     const json_t *value, unsigned *to)
{
	unsigned flags = 0;
	const json_t *item;
	size_t i;

	if (!json_is_array(value))
		return key_wrong_name(at, key, "an array of ");
	json_array_foreach(value, i, item) {
		int index = key_name_index(key->names, item);

		if (index < 0)
			return key_wrong_name(at, key, "an array of ");
		flags |= 1u << index;
	}
	*to = flags;
	return 0;
}

static int set_ranges(const struct key_place *at, const struct key *key,
		      const json_t *value, struct model_ranges *to)
{
	static const char must[] = "an array of at most 8 [LBA, count] pairs";
	struct model_ranges ranges = { 0 };
	const json_t *item;
	size_t i;

	if (!json_is_array(value) || json_array_size(value) > MODEL_MAX_RANGES)
		return key_wrong(at, key->name, must);
	json_array_foreach(value, i, item) {
		const json_t *lba = json_array_get(item, 0);
		const json_t *count = json_array_get(item, 1);

		if (json_array_size(item) != 2 || !json_is_integer(lba) ||
		    !json_is_integer(count) || json_integer_value(lba) < 0 ||
		    json_integer_value(count) < 1)
			return key_wrong(at, key->name, must);
		ranges.range[ranges.count++] = (struct model_range){
			(uint64_t)json_integer_value(lba),
			(uint64_t)json_integer_value(count) };
	}
	*to = ranges;
	return 0;
}

static int set_key(const struct key_place *at, const struct key *key,
		   const json_t *value, void *base)
{
	void *to = (char *)base + key->offset;
	int index;

	switch (key->type) {
	case KEY_STRING:
		return set_string(at, key, value, to);
	case KEY_BOOL:
		if (!json_is_boolean(value))
			return key_wrong(at, key->name, "true or false");
		*(bool *)to = json_is_true(value);
		return 0;
	case KEY_U32:
	case KEY_U64:
	case KEY_I64:
		return set_number(at, key, value, to);
	case KEY_ENUM:
		index = key_name_index(key->names, value);
		if (index < 0)
			return key_wrong_name(at, key, "one of ");
		*(int *)to = index;
		return 0;
	case KEY_FLAGS:
		return set_flags(at, key, value, to);
	case KEY_RANGES:
		return set_ranges(at, key, value, to);
	}
	return 0;
}

int key_set(const struct key_place *at, const char *name,
			  const json_t *value, const struct key *keys,
			  size_t count, void *base)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(keys[i].name, name) == 0)
			return set_key(at, &keys[i], value, base);
	return -ENOENT;
}
