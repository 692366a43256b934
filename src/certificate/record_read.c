/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/record.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"

/* The tree fits the schema, so that what is asked for is there and of the
 * right type; only null has to be thought of. */

static const json_t *get(const json_t *object, const char *key)
{
	return json_object_get(object, key);
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(get(object, key));
}

static uint64_t number_of(const json_t *object, const char *key)
{
	return (uint64_t)json_integer_value(get(object, key));
}

static bool is_true(const json_t *object, const char *key)
{
	return json_is_true(get(object, key));
}

static void value_of(const json_t *object, const char *key,
		     struct haiki_value *v)
{
	const json_t *value = get(object, key);
	const char *reason;

	memset(v, 0, sizeof(*v));
	v->known = json_is_integer(value);
	v->value = json_integer_value(value);
	reason = v->known ? NULL : text_of(get(object, "unknown"), key);
	snprintf(v->reason, sizeof(v->reason), "%s", reason ? reason : "");
}

static void hidden_of(const json_t *object, struct haiki_hidden *hidden)
{
	value_of(object, "hpa_sectors", &hidden->hpa_sectors);
	value_of(object, "dco_sectors", &hidden->dco_sectors);
	value_of(object, "amac_sectors", &hidden->amac_sectors);
}

static enum haiki_answer answer_of(const json_t *object, const char *key)
{
	const char *text = text_of(object, key);

	return !strcmp(text, "yes") ? HAIKI_YES :
	       !strcmp(text, "no") ? HAIKI_NO : HAIKI_UNKNOWN;
}

void record_verification(const json_t *o, struct haiki_verification *v)
{
	const char *seed = text_of(o, "seed");
	const json_t *markers = get(o, "markers");

	v->plan = haiki_plan_from_name(text_of(o, "plan"));
	v->expectation = haiki_expectation_from_name(text_of(o, "expectation"));
	v->completed = is_true(o, "completed");
	v->ends_read = is_true(o, "ends_read");
	if (seed)
		hex_decode(seed, v->seed, sizeof(v->seed));
	v->block_bytes = number_of(o, "block_bytes");
	v->population = number_of(o, "population");
	v->samples = number_of(o, "samples");
	v->mismatches = number_of(o, "mismatches");
	v->read_errors = number_of(o, "read_errors");
	v->markers_tried = number_of(markers, "tried");
	v->markers_planted = number_of(markers, "planted");
	v->markers_left = number_of(markers, "left");
	v->markers_unread = number_of(markers, "unread");
}

static void attempt_of(const json_t *o, struct haiki_attempt *a)
{
	a->method = haiki_method_from_name(text_of(o, "id"));
	a->outcome = haiki_outcome_from_name(text_of(o, "outcome"));
	a->adopted = is_true(o, "adopted");
	a->passes_planned = (uint32_t)number_of(o, "passes_planned");
	a->passes_completed = (uint32_t)number_of(o, "passes_completed");
	a->write_errors = number_of(o, "write_errors");
	a->flushed = is_true(o, "flushed");
	a->all_namespaces = answer_of(o, "all_namespaces");
	record_verification(get(o, "verification"), &a->verification);
}

static const json_t *last_attempt(const json_t *record)
{
	const json_t *attempts = get(record, "attempts");
	size_t count = json_array_size(attempts);

	return count ? json_array_get(attempts, count - 1) : NULL;
}

static void evidence_of(const json_t *record, struct haiki_evidence *e)
{
	const json_t *o = get(record, "evidence");
	const json_t *others = get(o, "namespaces_other");
	const json_t *last = last_attempt(record);

	e->kind = haiki_kind_from_name(text_of(o, "kind"));
	e->bus = haiki_bus_from_name(text_of(o, "bus"));
	hidden_of(get(o, "hidden"), &e->hidden);
	value_of(o, "reallocated", &e->reallocated);
	value_of(o, "pending", &e->pending);
	e->namespaces_other = json_is_integer(others) ?
		(uint32_t)json_integer_value(others) : UINT32_MAX;
	e->erases_retired = answer_of(o, "erases_retired");
	e->rpmb = answer_of(o, "rpmb");
	e->encryption_vouched = is_true(o, "encryption_vouched");
	e->identity_changed = is_true(o, "identity_changed");
	if (last)
		attempt_of(last, &e->attempt);
}

static void situation_of(const json_t *record, struct haiki_situation *s)
{
	const json_t *o = get(record, "situation");
	const char *medium = text_of(o, "medium");

	s->medium = !strcmp(medium, "fixed") ? HAIKI_MEDIUM_FIXED :
		!strcmp(medium, "portable") ? HAIKI_MEDIUM_PORTABLE :
		HAIKI_MEDIUM_ANY;
	s->approved = json_is_object(get(record, "approval"));
	s->witness_named = json_is_string(get(record, "witness"));
	s->contractor = json_is_string(get(o, "contractor"));
	s->purpose = text_of(o, "purpose");
}

int record_evidence(const json_t *json, struct haiki_evidence *ret_evidence,
		    struct haiki_situation *ret_situation,
		    struct haiki_error *err)
{
	struct haiki_evidence evidence = { 0 };
	struct haiki_situation situation = { 0 };
	int r = record_agree(json, err);

	if (r < 0)
		return r;
	evidence_of(json, &evidence);
	situation_of(json, &situation);
	*ret_evidence = evidence;
	*ret_situation = situation;
	return 0;
}
