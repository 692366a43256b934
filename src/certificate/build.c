/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/build.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/schema_format.h"
#include "base/text.h"
#include "base/time.h"

static void no_memory(struct build *b)
{
	if (b->result == 0)
		b->result = error_errno(b->err, -ENOMEM,
					N_("cannot write the record"));
}

/* Takes the value over, also on failure. */
static void put(struct build *b, json_t *object, const char *key,
		json_t *value)
{
	if (b->result < 0)
		json_decref(value);
	else if (json_object_set_new(object, key, value) < 0)
		no_memory(b);
}

json_t *build_object(struct build *b, json_t *parent, const char *key)
{
	json_t *object = json_object();

	put(b, parent, key, object);
	return b->result < 0 ? NULL : object;
}

json_t *build_array(struct build *b, json_t *parent, const char *key)
{
	json_t *array = json_array();

	put(b, parent, key, array);
	return b->result < 0 ? NULL : array;
}

json_t *build_element(struct build *b, json_t *array)
{
	json_t *object = json_object();

	if (b->result < 0) {
		json_decref(object);
		return NULL;
	}
	if (json_array_append_new(array, object) < 0) {
		no_memory(b);
		return NULL;
	}
	return object;
}

static int fit_words(const char *what, const char *text, char **ret_text,
		     struct haiki_error *err)
{
	CLEANUP(free) char *words = NULL;
	int r = text_normalize(text, &words);

	if (r == -ENOMEM)
		return error_errno(err, r, N_("cannot write the record"));
	if (r == 0 && u8_mbsnlen((const uint8_t *)words, strlen(words)) >
	    SCHEMA_TEXT_MAX)
		r = -EINVAL;
	if (r < 0)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("%s: this text cannot stand in a record: give at most %d characters of UTF-8 without control characters"),
				 what, SCHEMA_TEXT_MAX);
	*ret_text = TAKE(words);
	return 0;
}

void build_words(struct build *b, json_t *object, const char *key,
		 const char *text)
{
	CLEANUP(free) char *words = NULL;

	if (b->result < 0)
		return;
	if (!text || !*text) {
		build_null(b, object, key);
		return;
	}
	b->result = fit_words(key, text, &words, b->err);
	if (b->result == 0)
		put(b, object, key, json_string(words));
}

/* What is too long is cut, and says so. */
char *build_fit_text(const char *text)
{
	CLEANUP(free) char *fit = text_sanitize(text);
	const uint8_t *s = (const uint8_t *)fit;
	size_t used = 0;
	char *cut = NULL;

	if (!fit || u8_mbsnlen(s, strlen(fit)) <= SCHEMA_TEXT_MAX)
		return TAKE(fit);
	for (size_t i = 0; i < SCHEMA_TEXT_MAX - 1; i++)
		used += (size_t)u8_strmblen(s + used);
	return asprintf(&cut, "%.*s\xe2\x80\xa6", (int)used, fit) < 0 ? NULL :
		cut;
}

void build_text(struct build *b, json_t *object, const char *key,
		const char *text)
{
	CLEANUP(free) char *fit = NULL;

	if (b->result < 0)
		return;
	if (!text || !*text) {
		build_null(b, object, key);
		return;
	}
	fit = build_fit_text(text);
	if (!fit)
		no_memory(b);
	else
		put(b, object, key, json_string(fit));
}

void build_unknown(struct build *b, json_t *object, const char *key,
		   const char *reason)
{
	json_t *reasons = json_object_get(object, "unknown");

	build_null(b, object, key);
	if (!reasons)
		reasons = build_object(b, object, "unknown");
	build_text(b, reasons, key, reason && *reason ? reason :
		   "not reported");
}

void build_known(struct build *b, json_t *object, const char *key,
		 const char *text, const char *reason)
{
	if (text && *text)
		build_text(b, object, key, text);
	else
		build_unknown(b, object, key, reason);
}

void build_hex(struct build *b, json_t *object, const char *key,
	       const void *bytes, size_t length)
{
	char text[2 * 512 + 1];

	if (length > 512)
		length = 512;
	hex_encode(bytes, length, text);
	build_text(b, object, key, text);
}

void build_signed(struct build *b, json_t *object, const char *key,
		  int64_t value)
{
	put(b, object, key, json_integer(value));
}

void build_integer(struct build *b, json_t *object, const char *key,
		   uint64_t value)
{
	if (b->result == 0 && value > (uint64_t)SCHEMA_INTEGER_MAX)
		b->result = error_set(b->err, HAIKI_DOMAIN_CERTIFICATE, -ERANGE,
				      N_("%s is too large a number for a record"),
				      key);
	build_signed(b, object, key, (int64_t)value);
}

void build_boolean(struct build *b, json_t *object, const char *key,
		   bool value)
{
	put(b, object, key, json_boolean(value));
}

void build_decimal(struct build *b, json_t *object, const char *key,
		   uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	put(b, object, key, json_string(text));
}

void build_time(struct build *b, json_t *object, const char *key,
		const struct timespec *at)
{
	char text[TIME_TEXT_SIZE];

	if (!at->tv_sec) {
		build_null(b, object, key);
		return;
	}
	time_format(at, text);
	put(b, object, key, json_string(text));
}

void build_null(struct build *b, json_t *object, const char *key)
{
	put(b, object, key, json_null());
}

void build_value(struct build *b, json_t *object, const char *key,
		 const struct haiki_value *value, int64_t minimum,
		 int64_t maximum)
{
	if (!value->known)
		build_unknown(b, object, key, value->reason);
	else if (value->value < minimum || value->value > maximum)
		build_unknown(b, object, key, "reported value is impossible");
	else
		build_signed(b, object, key, value->value);
}

void build_answer(struct build *b, json_t *object, const char *key,
		  enum haiki_answer answer)
{
	put(b, object, key, json_string(answer == HAIKI_YES ? "yes" :
					answer == HAIKI_NO ? "no" :
					"unknown"));
}

void build_append_text(struct build *b, json_t *array, const char *text)
{
	CLEANUP(free) char *fit = NULL;

	if (b->result < 0)
		return;
	fit = build_fit_text(text);
	if (!fit || json_array_append_new(array, json_string(fit)) < 0)
		no_memory(b);
}

void build_append_integer(struct build *b, json_t *array, uint32_t value)
{
	if (b->result == 0 &&
	    json_array_append_new(array, json_integer(value)) < 0)
		no_memory(b);
}
