/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "proof/plan.h"

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

static void verification_of(const json_t *o, struct haiki_verification *v)
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
	verification_of(get(o, "verification"), &a->verification);
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

/* --- contradictions -------------------------------------------------------- */

static int contradiction(struct haiki_error *err, const char *what)
{
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
			 N_("the record contradicts itself: %s"), what);
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
	return json_equal(get(a, key), get(b, key));
}

/* The record's verification is the last attempt's, with one member more. */
static bool same_verification(const json_t *whole, const json_t *part)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)part, key, value)
		if (!json_equal(get(whole, key), value))
			return false;
	return true;
}

static int check_last(const json_t *record, struct haiki_error *err)
{
	const json_t *method = get(record, "method");
	const json_t *last = last_attempt(record);

	if (!last) {
		if (strcmp(text_of(method, "id"), "none") ||
		    strcmp(text_of(get(record, "verification"), "plan"),
			   "none"))
			return contradiction(err, "it names a method, but no attempt");
		return 0;
	}
	if (!same(method, last, "id") || !same(method, last, "passes") ||
	    !same(method, last, "commands"))
		return contradiction(err, "the method is not that of the last attempt");
	if (!same_verification(get(record, "verification"),
			       get(last, "verification")))
		return contradiction(err, "the verification is not that of the last attempt");
	return 0;
}

/* Impossible counts that would make the read-back look better than it was. (A
 * lying drive may well show more markers than ever stuck.) */
static bool counts_add_up(const json_t *v)
{
	const json_t *markers = get(v, "markers");

	return number_of(v, "samples") <= number_of(v, "population") &&
		number_of(markers, "planted") <= number_of(markers, "tried");
}

/* Fewer blocks than the drive has would make a sample look larger. */
static bool is_whole_drive(const json_t *v, const json_t *drive)
{
	uint64_t size = strtoull(text_of(drive, "size_bytes"), NULL, 10);
	uint64_t bytes;

	return __builtin_mul_overflow(number_of(v, "population"),
				      number_of(v, "block_bytes"), &bytes) ||
		bytes >= size;
}

/* What was read must be what the plan demands of that seed and size; where
 * something went wrong on the way nothing is claimed anyway. */
static bool follows_plan(const struct haiki_verification *v)
{
	uint64_t bytes, planned;

	if (v->plan == HAIKI_PLAN_NONE || !v->completed || v->read_errors)
		return true;
	return v->block_bytes <= UINT32_MAX &&
		!__builtin_mul_overflow(v->population, v->block_bytes,
					&bytes) &&
		plan_sample_blocks(v->plan, v->seed, bytes,
				   (uint32_t)v->block_bytes, &planned) == 0 &&
		v->samples == planned;
}

static int check_counts(const json_t *record, struct haiki_error *err)
{
	const json_t *v = get(record, "verification");
	const json_t *bound = get(v, "bound");
	struct haiki_verification counts = { 0 };
	uint32_t ppm;

	if (!counts_add_up(v))
		return contradiction(err, "the counts of the verification do not add up");
	if (number_of(v, "samples") &&
	    !is_whole_drive(v, get(record, "drive")))
		return contradiction(err, "the verification is of a smaller drive");
	verification_of(v, &counts);
	if (!follows_plan(&counts))
		return contradiction(err, "other blocks were read than the plan and its seed demand");
	ppm = proof_bound_ppm(&counts);
	if (json_is_object(bound) && number_of(bound, "ppm") < ppm)
		return contradiction(err, "the bound says more than the samples can show");
	return 0;
}

static bool at_least(const json_t *evidence, const json_t *health,
		     const char *key)
{
	const json_t *ours = get(evidence, key), *theirs = get(health, key);

	return !json_is_integer(ours) || !json_is_integer(theirs) ||
		json_integer_value(ours) >= json_integer_value(theirs);
}

/* Evidence may be worse than what the drive told, never better. */
static int check_health(const json_t *record, struct haiki_error *err)
{
	static const char *const keys[] = { "reallocated", "pending" };
	const json_t *e = get(record, "evidence");
	const json_t *before = get(record, "health");
	const json_t *after = get(record, "health_after");

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!at_least(e, before, keys[i]) ||
		    !at_least(e, after, keys[i]))
			return contradiction(err, "the drive reported more bad sectors than the evidence counts");
		if (json_is_integer(get(e, keys[i])) &&
		    !json_is_integer(get(before, keys[i])) &&
		    !json_is_integer(get(after, keys[i])))
			return contradiction(err, "the evidence counts bad sectors that the drive did not report");
	}
	return 0;
}

static bool is_known_zero(const json_t *object, const char *key)
{
	const json_t *value = get(object, key);

	return json_is_integer(value) && json_integer_value(value) == 0;
}

/* "Nothing hidden" must have been read at one time at least, and never be
 * contradicted by what was read last. */
static int check_hidden(const json_t *record, struct haiki_error *err)
{
	static const char *const keys[] = {
		"hpa_sectors", "dco_sectors", "amac_sectors",
	};
	const json_t *e = get(get(record, "evidence"), "hidden");
	const json_t *before = get(record, "hidden_before");
	const json_t *after = get(record, "hidden_after");

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!is_known_zero(e, keys[i]))
			continue;
		if (!is_known_zero(before, keys[i]) &&
		    !is_known_zero(after, keys[i]))
			return contradiction(err, "hidden sectors were not proven absent");
		if (json_is_integer(get(after, keys[i])) &&
		    !is_known_zero(after, keys[i]))
			return contradiction(err, "there are hidden sectors that the evidence leaves out");
	}
	return 0;
}

static int check_identity(const json_t *record, struct haiki_error *err)
{
	const json_t *drive = get(record, "drive");
	const json_t *after = get(record, "drive_after");
	const json_t *e = get(record, "evidence");

	if (!same(e, drive, "kind") || !same(e, drive, "bus"))
		return contradiction(err, "the evidence is of another kind of drive");
	if (json_is_object(after) && !same(after, drive, "serial") &&
	    !is_true(e, "identity_changed"))
		return contradiction(err, "the drive at the end is not the one at the beginning");
	if (is_true(e, "encryption_vouched") &&
	    !json_is_string(get(get(record, "situation"), "encrypted_by")))
		return contradiction(err, "nobody is named who vouches for the encryption");
	return 0;
}

static int check_touched(const json_t *record, struct haiki_error *err)
{
	const json_t *last = last_attempt(record);

	if (!is_true(record, "touched") && last &&
	    !strcmp(text_of(last, "outcome"), "succeeded"))
		return contradiction(err, "an erase succeeded on a drive that was not touched");
	if (strcmp(text_of(record, "result"), "interrupted") == 0 && last &&
	    is_true(get(record, "verdict"), "accepted"))
		return contradiction(err, "it was interrupted, and accepted");
	return 0;
}

/* Practice drives are known by more than the one word that says so. */
static int check_training(const json_t *record, struct haiki_error *err)
{
	const json_t *drive = get(record, "drive");
	const char *path = text_of(drive, "path");
	const char *driver = text_of(drive, "driver");

	if (is_true(record, "simulated"))
		return 0;
	if ((path && !strncmp(path, "sim:", 4)) ||
	    (driver && !strcmp(driver, "practice")))
		return contradiction(err, "it is of a practice drive, and does not say that it was training");
	return 0;
}

int record_evidence(const json_t *json, struct haiki_evidence *ret_evidence,
		    struct haiki_situation *ret_situation,
		    struct haiki_error *err)
{
	static int (*const checks[])(const json_t *, struct haiki_error *) = {
		check_last, check_counts, check_health, check_hidden,
		check_identity, check_touched, check_training,
	};
	struct haiki_evidence evidence = { 0 };
	struct haiki_situation situation = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		int r = checks[i](json, err);

		if (r < 0)
			return r;
	}
	evidence_of(json, &evidence);
	situation_of(json, &situation);
	*ret_evidence = evidence;
	*ret_situation = situation;
	return 0;
}
