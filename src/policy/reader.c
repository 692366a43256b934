/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/reader.h"

#include <libintl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistr.h>

#include "base/cleanup.h"
#include "base/error.h"

#define ID_MAX 32
#define TEXT_MAX 1000

/* What a missing key is for. */
static const struct {
	const char *key, *text;
} hints[] = {
	{ "article", N_("\"%s\" is missing: name the article of the policy that says so, e.g. \"article\": \"第17条\"") },
	{ "id", N_("\"%s\" is missing: give it a short name of lower-case letters, digits and hyphens") },
	{ "version", N_("\"%s\" is missing: say which edition of the policy this is, e.g. \"2025-04-01\"") },
	{ "name", N_("\"%s\" is missing: write the policy's own words") },
	{ "name_en", N_("\"%s\" is missing: write it in English") },
	{ "text_en", N_("\"%s\" is missing: write it in English") },
	{ "words_en", N_("\"%s\" is missing: write it in English") },
	{ "holds_en", N_("\"%s\" is missing: write it in English") },
	{ "holds", N_("\"%s\" is missing: say what data the class is for") },
	{ "text", N_("\"%s\" is missing: write what must be done, in the policy's own words") },
	{ "words", N_("\"%s\" is missing: write the method in the policy's own words") },
	{ "source", N_("\"%s\" is missing: name the document and its articles") },
	{ "methods", N_("\"%s\" is missing: list the methods that count, e.g. [\"overwrite\"]") },
	{ "zones", N_("\"%s\" is missing: list the areas that must be erased or absent, at least [\"host\"]") },
	{ "accepts", N_("\"%s\" is missing: list the letters that are enough for the class") },
	{ "duties", N_("\"%s\" is missing: list what else the class demands; [] if nothing") },
	{ "fulfilled_by", N_("\"%s\" is missing: say what fulfils the duty, e.g. [\"approval-named\"]") },
	{ "level", N_("\"%s\" is missing: write \"clear\" or \"purge\"") },
	{ "nonconforming", N_("\"%s\" is missing: name the duty (its id must be \"destroy\") that arises when the erasure isn't enough") },
};

struct place place_key(const struct place *parent, const char *key)
{
	struct place place;
	char safe[QUOTED_SIZE];

	snprintf(place.text, sizeof(place.text), "%.90s%s%.64s", parent->text,
		 parent->text[0] ? "." : "", quoted(key, safe));
	return place;
}

struct place place_item(const struct place *parent, size_t index)
{
	struct place place;

	snprintf(place.text, sizeof(place.text), "%.120s[%zu]", parent->text,
		 index);
	return place;
}

void problem(struct policy_problems *problems, const struct place *place,
	     const char *format, ...)
{
	struct policy_problem *p;
	va_list args, again;

	if (problems->count++ >= ARRAY_SIZE(problems->list))
		return;
	p = &problems->list[problems->count - 1];
	snprintf(p->place, sizeof(p->place), "%s", place->text);
	va_start(args, format);
	va_copy(again, args);
	vsnprintf(p->text, sizeof(p->text), format, args);
	vsnprintf(p->local, sizeof(p->local), dgettext("haiki", format),
		  again);
	va_end(again);
	va_end(args);
}

/* Control characters, and those that reorder or hide text. */
static bool is_unprintable(ucs4_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad ||
		(c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
		(c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
		(c >= 0xfff9 && c <= 0xffff && c != 0xfffd) ||
		(c >= 0xe0000 && c <= 0xe007f);
}

const char *quoted(const char *text, char buf[QUOTED_SIZE])
{
	const uint8_t *p = (const uint8_t *)text, *next;
	size_t used = 0;
	ucs4_t c;

	while ((next = u8_next(&c, p))) {
		size_t n = (size_t)(next - p);

		if (used + n + sizeof("…") > QUOTED_SIZE) {
			memcpy(buf + used, "…", sizeof("…") - 1);
			used += sizeof("…") - 1;
			break;
		}
		if (is_unprintable(c))
			buf[used++] = '?';
		else
			used += (size_t)((uint8_t *)mempcpy(buf + used, p, n) -
					 (uint8_t *)(buf + used));
		p = next;
	}
	buf[used] = '\0';
	return buf;
}

static void missing(struct policy_problems *problems,
		    const struct place *place, const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(hints); i++)
		if (!strcmp(hints[i].key, key)) {
			problem(problems, place, hints[i].text, key);
			return;
		}
	problem(problems, place, N_("\"%s\" is missing: add it"), key);
}

static void list_words(const char *const *words, char *buf, size_t size)
{
	size_t used = 0;

	*buf = '\0';
	for (; *words && used + strlen(*words) + 3 < size; words++)
		used += (size_t)snprintf(buf + used, size - used, "%s%s",
					 used ? ", " : "", *words);
}

bool read_keys(struct policy_problems *problems, const struct place *place,
	       const json_t *json, const char *const *keys)
{
	char all[400], safe[QUOTED_SIZE];
	const char *key;
	json_t *value;

	if (!json_is_object(json)) {
		problem(problems, place,
			N_("must be an object: { \"%s\": ... }"), keys[0]);
		return false;
	}
	json_object_foreach((json_t *)json, key, value) {
		const char *const *k = keys;

		while (*k && strcmp(*k, key))
			k++;
		if (*k)
			continue;
		list_words(keys, all, sizeof(all));
		problem(problems, place,
			N_("\"%s\" is not known here: remove it or correct its spelling (known: %s)"),
			quoted(key, safe), all);
	}
	return true;
}

static bool is_good_text(const char *text)
{
	const uint8_t *p = (const uint8_t *)text;
	ucs4_t c;

	while ((p = u8_next(&c, p)))
		if (is_unprintable(c))
			return false;
	return true;
}

const char *read_text_value(struct policy_problems *problems,
			    const struct place *place, const json_t *value)
{
	const char *text = json_string_value(value);

	if (!text || !*text)
		problem(problems, place, N_("must be text in double quotes, and not empty"));
	else if (strlen(text) > TEXT_MAX)
		problem(problems, place, N_("is longer than %d bytes: shorten it"),
			TEXT_MAX);
	else if (!is_good_text(text))
		problem(problems, place, N_("has line breaks, control or invisible characters in it: remove them"));
	else
		return text;
	return NULL;
}

const char *read_text(struct policy_problems *problems,
		      const struct place *place, const json_t *json,
		      const char *key, bool required)
{
	const json_t *value = json_object_get(json, key);
	struct place here = place_key(place, key);

	if (value)
		return read_text_value(problems, &here, value);
	if (required)
		missing(problems, place, key);
	return NULL;
}

static bool is_id(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length <= ID_MAX && text[0] != '-' &&
		strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

const char *read_id(struct policy_problems *problems,
		    const struct place *place, const json_t *json,
		    const char *key, bool required)
{
	const char *text = read_text(problems, place, json, key, required);
	struct place here = place_key(place, key);
	char safe[QUOTED_SIZE];

	if (!text || is_id(text))
		return text;
	problem(problems, &here,
		N_("\"%s\" must be at most %d lower-case letters, digits and hyphens"),
		quoted(text, safe), ID_MAX);
	return NULL;
}

bool read_bool(struct policy_problems *problems, const struct place *place,
	       const json_t *json, const char *key, bool fallback)
{
	const json_t *value = json_object_get(json, key);
	struct place here = place_key(place, key);

	if (!value)
		return fallback;
	if (!json_is_boolean(value))
		problem(problems, &here, N_("must be true or false, without quotes"));
	return json_is_true(value);
}

const json_t *read_array(struct policy_problems *problems,
			 const struct place *place, const json_t *json,
			 const char *key, bool required, bool may_be_empty)
{
	const json_t *value = json_object_get(json, key);
	struct place here = place_key(place, key);

	if (!value) {
		if (required)
			missing(problems, place, key);
		return NULL;
	}
	if (!json_is_array(value))
		problem(problems, &here, N_("must be a list: [ ... ]"));
	else if (json_array_size(value) == 0 && !may_be_empty)
		problem(problems, &here, N_("is empty: list at least one"));
	else if (json_array_size(value) > POLICY_MAX_ITEMS)
		problem(problems, &here, N_("has more than %d entries"),
			POLICY_MAX_ITEMS);
	else
		return value;
	return NULL;
}

int read_member(struct policy_problems *problems, const struct place *place,
		const json_t *json, const struct word *words, size_t count)
{
	const char *text = json_string_value(json);
	char all[400], safe[QUOTED_SIZE];
	size_t used = 0;

	for (size_t i = 0; text && i < count; i++)
		if (!strcmp(words[i].name, text))
			return (int)words[i].value;
	*all = '\0';
	for (size_t i = 0; i < count; i++) {
		if (used + strlen(words[i].name) + sizeof(", …") >= sizeof(all)) {
			snprintf(all + used, sizeof(all) - used, " …");
			break;
		}
		used += (size_t)snprintf(all + used, sizeof(all) - used,
					 "%s%s", i ? ", " : "", words[i].name);
	}
	if (text)
		problem(problems, place, N_("\"%s\" is not known: use one of %s"),
			quoted(text, safe), all);
	else
		problem(problems, place, N_("must be one of %s, in double quotes"),
			all);
	return -1;
}

uint32_t read_set(struct policy_problems *problems, const struct place *place,
		  const json_t *json, const char *key, bool required,
		  const struct word *words, size_t count)
{
	const json_t *array = read_array(problems, place, json, key, required,
					 false);
	struct place here = place_key(place, key);
	uint32_t set = 0;
	json_t *value;
	size_t i;

	json_array_foreach(array, i, value) {
		struct place item = place_item(&here, i);
		int member = read_member(problems, &item, value, words, count);

		if (member < 0)
			continue;
		if (set >> member & 1)
			problem(problems, &item, N_("stands there twice: remove one"));
		set |= 1u << member;
	}
	return set;
}

int read_word(struct policy_problems *problems, const struct place *place,
	      const json_t *json, const char *key, bool required,
	      const struct word *words, size_t count)
{
	const json_t *value = json_object_get(json, key);
	struct place here = place_key(place, key);

	if (value)
		return read_member(problems, &here, value, words, count);
	if (required)
		missing(problems, place, key);
	return -1;
}
