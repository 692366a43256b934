/* SPDX-License-Identifier: Apache-2.0 */
#include "base/schema.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/schema_format.h"

#define DRAFT "https://json-schema.org/draft/2020-12/schema"

/* jansson's functions answer NULL with NULL, so that one look at the end is
 * enough; json_object_set_new() answers -1. */
static bool put(json_t *object, const char *key, json_t *value)
{
	return json_object_set_new(object, key, value) == 0;
}

static bool put_type(json_t *object, const struct schema *s, const char *name)
{
	if (s->nullable || s->unknowable)
		return put(object, "type", json_pack("[s, s]", name, "null"));
	return put(object, "type", json_string(name));
}

static bool put_values(json_t *object, const struct schema *s)
{
	json_t *values = json_array();

	if (!s->values[1] && !s->nullable && !s->unknowable) {
		json_decref(values);
		return put(object, "const", json_string(s->values[0]));
	}
	for (const char *const *v = s->values; *v; v++)
		json_array_append_new(values, json_string(*v));
	if (s->nullable || s->unknowable)
		json_array_append_new(values, json_null());
	return put(object, "enum", values);
}

static bool put_text(json_t *object, const struct schema *s)
{
	if (s->values)
		return put_values(object, s);
	if (!put_type(object, s, "string") ||
	    !put(object, "pattern", json_string(format_pattern(s->format))))
		return false;
	return s->format != FORMAT_TEXT ||
	       put(object, "maxLength", json_integer(SCHEMA_TEXT_MAX));
}

static bool put_integer(json_t *object, const struct schema *s)
{
	int64_t maximum = s->maximum ? s->maximum : SCHEMA_INTEGER_MAX;

	return put_type(object, s, "integer") &&
	       put(object, "minimum", json_integer(s->minimum)) &&
	       put(object, "maximum", json_integer(maximum));
}

static json_t *value_schema(const struct schema *s, json_t *shared);

/* The reasons for whatever may be unknown beside them. */
static bool put_reasons(json_t *object, const struct schema *members)
{
	json_t *properties = json_object();

	for (const struct schema *m = members; m->type; m++) {
		json_t *reason;

		if (!m->unknowable)
			continue;
		reason = json_object();
		put_text(reason, &(struct schema){ .type = SCHEMA_TEXT });
		put(properties, m->name, reason);
	}
	return put(object, "type", json_string("object")) &&
	       put(object, "additionalProperties", json_false()) &&
	       put(object, "properties", properties);
}

static json_t *member_schema(const struct schema *s, const struct schema *m,
			     json_t *shared)
{
	json_t *object;

	if (m->type != SCHEMA_REASONS)
		return value_schema(m, shared);
	object = json_object();
	if (m->description)
		put(object, "description", json_string(m->description));
	put_reasons(object, s->members);
	return object;
}

/* A reason must be there exactly if the value is null. */
static json_t *reason_rule(const char *name)
{
	return json_pack("{s:{s:{s:{s:s}}}, s:{s:{s:{s:[s]}}},"
			 " s:{s:{s:{s:{s:[s]}}}}}",
			 "if", "properties", name, "type", "null",
			 "then", "properties", "unknown", "required", name,
			 "else", "properties", "unknown", "not", "required",
			 name);
}

static bool put_reason_rules(json_t *object, const struct schema *members)
{
	json_t *rules = json_array();

	for (const struct schema *m = members; m->type; m++)
		if (m->unknowable)
			json_array_append_new(rules, reason_rule(m->name));
	if (json_array_size(rules))
		return put(object, "allOf", rules);
	json_decref(rules);
	return true;
}

static bool put_object(json_t *object, const struct schema *s, json_t *shared)
{
	json_t *properties = json_object(), *required = json_array();

	for (const struct schema *m = s->members; m->type; m++) {
		put(properties, m->name, member_schema(s, m, shared));
		json_array_append_new(required, json_string(m->name));
	}
	return put_type(object, s, "object") &&
	       put(object, "additionalProperties", json_false()) &&
	       put(object, "required", required) &&
	       put(object, "properties", properties) &&
	       put_reason_rules(object, s->members);
}

static json_t *plain_schema(const struct schema *s, json_t *shared)
{
	json_t *object = json_object();
	bool done = true;

	if (s->description)
		done = put(object, "description", json_string(s->description));
	switch (s->type) {
	case SCHEMA_TEXT:
		done = done && put_text(object, s);
		break;
	case SCHEMA_INTEGER:
		done = done && put_integer(object, s);
		break;
	case SCHEMA_BOOLEAN:
		done = done && put_type(object, s, "boolean");
		break;
	case SCHEMA_OBJECT:
		done = done && put_object(object, s, shared);
		break;
	case SCHEMA_ARRAY:
		done = done && put_type(object, s, "array") &&
		       put(object, "maxItems", json_integer(s->maximum)) &&
		       put(object, "items", value_schema(s->members, shared));
		break;
	case SCHEMA_REASONS:
	case SCHEMA_END:
		done = false;
	}
	if (done)
		return object;
	json_decref(object);
	return NULL;
}

/* What repeats is written once, under $defs, and referred to; whether it may
 * be null, and what it is there, is said at each place. */
static json_t *value_schema(const struct schema *s, json_t *shared)
{
	struct schema bare = *s;
	json_t *reference;

	if (!s->shared)
		return plain_schema(s, shared);
	bare.nullable = bare.unknowable = false;
	bare.description = NULL;
	if (!json_object_get(shared, s->shared))
		put(shared, s->shared, plain_schema(&bare, shared));
	reference = json_pack("{s: o}", "$ref",
			      json_sprintf("#/$defs/%s", s->shared));
	if (s->nullable || s->unknowable)
		reference = json_pack("{s: [o, {s: s}]}", "anyOf", reference,
				      "type", "null");
	if (reference && s->description)
		put(reference, "description", json_string(s->description));
	return reference;
}

json_t *schema_to_json(const struct schema *root, const char *id,
		       const char *title)
{
	CLEANUP(json) json_t *shared = json_object();
	CLEANUP(json) json_t *body = value_schema(root, shared);
	json_t *json = json_pack("{s: s, s: s, s: s}", "$schema", DRAFT,
				 "$id", id, "title", title);

	if (!json || !body || json_object_update(json, body) < 0 ||
	    json_object_set(json, "$defs", shared) < 0) {
		json_decref(json);
		return NULL;
	}
	return json;
}
