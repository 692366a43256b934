/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_KEYS_H
#define SIMULATE_KEYS_H

#include <jansson.h>
#include <haiki/error.h>

/* JSON values into the fields of a struct, by a table; strictly. */

enum key_type {
	KEY_STRING,               /* char[size] */
	KEY_BOOL,                 /* bool */
	KEY_U32, KEY_U64, KEY_I64,
	KEY_ENUM,                 /* one of `names`, its index: int */
	KEY_FLAGS,                /* array of `names`, a bit each: unsigned */
	KEY_RANGES,               /* [[lba, count], ...]: struct model_ranges */
};

struct key {
	const char *name;
	enum key_type type;
	size_t offset, size;
	int64_t min, max;
	const char *const *names;
};

/* Where we are in the file, for messages. */
struct key_place {
	const char *what;         /* the file */
	size_t drive;             /* counted from 1 */
	struct haiki_error *err;
};

/* Sets what `name` stands for in `base`: 0, -ENOENT if it's not in the table,
 * -EINVAL with the message in place->err. */
int key_set(const struct key_place *at, const char *name, const json_t *value,
	    const struct key *keys, size_t count, void *base);

/* "FILE, drive 2: "key" must be ..."; -EINVAL. */
int key_wrong(const struct key_place *at, const char *key, const char *must);
/* The same for a value that isn't among the key's names. */
int key_wrong_name(const struct key_place *at, const struct key *key,
		   const char *prefix);
/* The index in `names`, or -1. */
int key_name_index(const char *const *names, const json_t *value);

#endif
