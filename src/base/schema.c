/* SPDX-License-Identifier: Apache-2.0 */
#include "base/schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistr.h>

#include "base/error.h"
#include "base/schema_format.h"
#include "base/text.h"

/* Where in the document we are; for messages. */
struct place {
	const struct place *parent;
	const char *name;         /* NULL: an array's element */
	size_t index;
};

static void describe(const struct place *place, char *text, size_t size)
{
	size_t used;

	if (!place->parent) {
		snprintf(text, size, "%s", place->name);
		return;
	}
	describe(place->parent, text, size);
	used = strlen(text);
	if (place->name)
		snprintf(text + used, size - used, ".%s", place->name);
	else
		snprintf(text + used, size - used, "[%zu]", place->index);
}

/* `what` is marked by N_(). */
static int wrong(const struct place *place, struct haiki_error *err,
		 const char *what)
{
	char where[256];

	describe(place, where, sizeof(where));
	error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG, N_("%s: %s"), where,
		  what);
	error_localize(err, N_("%s: %s"), where, error_translate(what));
	return -EBADMSG;
}

static bool is_listed(const char *const *values, const char *text)
{
	for (; *values; values++)
		if (!strcmp(*values, text))
			return true;
	return false;
}

static int check_text(const struct schema *s, const json_t *json,
		      const struct place *place, struct haiki_error *err)
{
	const char *text = json_string_value(json);

	if (!text)
		return wrong(place, err, N_("is not text"));
	if (s->values)
		return is_listed(s->values, text) ? 0 :
			wrong(place, err, N_("is none of the words allowed here"));
	if (!format_fits(s->format, text, json_string_length(json)))
		return wrong(place, err, format_name(s->format));
	return 0;
}

static int check_integer(const struct schema *s, const json_t *json,
			 const struct place *place, struct haiki_error *err)
{
	int64_t maximum = s->maximum ? s->maximum : SCHEMA_INTEGER_MAX;

	if (!json_is_integer(json))
		return wrong(place, err, N_("is not an integer"));
	if (json_integer_value(json) < s->minimum ||
	    json_integer_value(json) > maximum)
		return wrong(place, err, N_("is out of range"));
	return 0;
}

static int check_value(const struct schema *s, const json_t *json,
		       const struct place *place, struct haiki_error *err);

static int check_array(const struct schema *s, const json_t *json,
		       const struct place *place, struct haiki_error *err)
{
	struct place inner = { .parent = place };
	size_t i;
	json_t *value;

	if (!json_is_array(json))
		return wrong(place, err, N_("is not an array"));
	if (json_array_size(json) > (size_t)s->maximum)
		return wrong(place, err, N_("has too many elements"));
	json_array_foreach(json, i, value) {
		int r;

		inner.index = i;
		r = check_value(s->members, value, &inner, err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* A reason for each unknown member, and no other. */
static int check_reasons(const struct schema *members, const json_t *object,
			 const json_t *reasons, const struct place *place,
			 struct haiki_error *err)
{
	size_t expected = 0;

	if (!json_is_object(reasons))
		return wrong(place, err, N_("is not an object"));
	for (const struct schema *m = members; m->type; m++) {
		const json_t *reason;
		struct place inner = { .parent = place, .name = m->name };

		if (!m->unknowable ||
		    !json_is_null(json_object_get(object, m->name)))
			continue;
		reason = json_object_get(reasons, m->name);
		if (!reason)
			return wrong(&inner, err,
				     N_("is missing: the value is unknown, and nothing says why"));
		if (!json_is_string(reason) ||
		    !format_fits(FORMAT_TEXT, json_string_value(reason),
				 json_string_length(reason)))
			return wrong(&inner, err, format_name(FORMAT_TEXT));
		expected++;
	}
	if (json_object_size(reasons) != expected)
		return wrong(place, err, N_("gives a reason for something known"));
	return 0;
}

/* Names of a hostile file aren't quoted: they may be anything. */
static int check_object(const struct schema *s, const json_t *json,
			const struct place *place, struct haiki_error *err)
{
	size_t count = 0;

	if (!json_is_object(json))
		return wrong(place, err, N_("is not an object"));
	for (const struct schema *m = s->members; m->type; m++, count++) {
		const json_t *value = json_object_get(json, m->name);
		struct place inner = { .parent = place, .name = m->name };
		int r;

		if (!value)
			return wrong(&inner, err, N_("is missing"));
		r = m->type == SCHEMA_REASONS ?
			check_reasons(s->members, json, value, &inner, err) :
			check_value(m, value, &inner, err);
		if (r < 0)
			return r;
	}
	if (json_object_size(json) != count)
		return wrong(place, err, N_("has members that don't belong there"));
	return 0;
}

static int check_value(const struct schema *s, const json_t *json,
		       const struct place *place, struct haiki_error *err)
{
	if (json_is_null(json) && (s->nullable || s->unknowable))
		return 0;
	switch (s->type) {
	case SCHEMA_TEXT:
		return check_text(s, json, place, err);
	case SCHEMA_INTEGER:
		return check_integer(s, json, place, err);
	case SCHEMA_BOOLEAN:
		return json_is_boolean(json) ? 0 :
			wrong(place, err, N_("is neither true nor false"));
	case SCHEMA_OBJECT:
		return check_object(s, json, place, err);
	case SCHEMA_ARRAY:
		return check_array(s, json, place, err);
	case SCHEMA_REASONS:
	case SCHEMA_END:
		break;
	}
	return wrong(place, err, N_("cannot be checked"));
}

int schema_check(const struct schema *root, const json_t *json,
		 struct haiki_error *err)
{
	struct place place = { .name = root->name };

	return check_value(root, json, &place, err);
}
