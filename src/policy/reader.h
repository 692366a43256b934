/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_READER_H
#define POLICY_READER_H

#include "policy/policy.h"

/*
 * Reading of a JSON tree that someone wrote by hand: every getter notes what
 * is wrong, with its place and what to change, and goes on.
 */

/* Where in the file: "classes[1].accepts". Empty at the top. */
struct place {
	char text[160];
};

struct place place_key(const struct place *parent, const char *key);
struct place place_item(const struct place *parent, size_t index);

/* `format` is translated. */
void problem(struct policy_problems *problems, const struct place *place,
	     const char *format, ...) __attribute__((format(printf, 3, 4)));

#define QUOTED_SIZE 64
/* Foreign text made fit for a message: short, no control characters. */
const char *quoted(const char *text, char buf[QUOTED_SIZE]);

/* Notes every key that isn't in the list (NULL-terminated); false if `json`
 * is no object at all. */
bool read_keys(struct policy_problems *problems, const struct place *place,
	       const json_t *json, const char *const *keys);

/* Text for people: one line, not empty, no control characters. NULL if it's
 * missing (noted if `required`) or bad. */
const char *read_text(struct policy_problems *problems,
		      const struct place *place, const json_t *json,
		      const char *key, bool required);

/* The same for a value that stands in a list; NULL (noted) if it's bad. */
const char *read_text_value(struct policy_problems *problems,
			    const struct place *place, const json_t *value);

/* An id: lower-case letters, digits and hyphens. */
const char *read_id(struct policy_problems *problems,
		    const struct place *place, const json_t *json,
		    const char *key, bool required);

/* True, false, or `fallback` if it's missing. */
bool read_bool(struct policy_problems *problems, const struct place *place,
	       const json_t *json, const char *key, bool fallback);

/* An array, NULL if missing (noted if `required`), empty (noted unless
 * `may_be_empty`), too long or none. */
const json_t *read_array(struct policy_problems *problems,
			 const struct place *place, const json_t *json,
			 const char *key, bool required, bool may_be_empty);

/* One of the words known under this key. */
struct word {
	const char *name;
	unsigned value;
};

/* A set of words (an array of different ones); 0 if it's missing. */
uint32_t read_set(struct policy_problems *problems, const struct place *place,
		  const json_t *json, const char *key, bool required,
		  const struct word *words, size_t count);

/* One word's value; `count` words; -1 if missing or unknown (noted). */
int read_word(struct policy_problems *problems, const struct place *place,
	      const json_t *json, const char *key, bool required,
	      const struct word *words, size_t count);

/* The value of a JSON string among words, or -1, noted at `place`. */
int read_member(struct policy_problems *problems, const struct place *place,
		const json_t *json, const struct word *words, size_t count);

#endif
