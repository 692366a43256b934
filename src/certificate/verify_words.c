/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record's own words against what its evidence earns and what the policy
 * says: whoever signed them, they must be the same.
 */
#include "certificate/verifier.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/build.h"
#include "certificate/record.h"

/* What build_text() would have written for it. */
static bool is_text(const char *there, const char *text)
{
	CLEANUP(free) char *fit = NULL;

	if (!text || !*text)
		return !there;
	if (there && !strcmp(there, text))
		return true;
	fit = build_fit_text(text);
	return there && fit && !strcmp(there, fit);
}

static bool says(const json_t *object, const char *key, const char *text)
{
	return is_text(record_text(object, key, NULL), text);
}

/* --- claims ---------------------------------------------------------------- */

/* A reason for not knowing is whatever the drive or the system said. */
static bool says_why(const json_t *object, const char *why)
{
	static const char unknown[] = " unknown: ";
	const char *reason = strstr(why, unknown);
	const char *there = record_text(object, "why", NULL);

	if (!reason || !there)
		return says(object, "why", why);
	return !strncmp(there, why,
			(size_t)(reason - why) + sizeof(unknown) - 1);
}

static bool same_claim(const json_t *claim, const struct haiki_claim *c,
		       bool ours)
{
	return says(claim, "zone", haiki_zone_name(c->zone)) &&
		says(claim, "state", haiki_zone_state_name(c->state)) &&
		says(claim, "treatment", haiki_treatment_name(c->treatment)) &&
		says(claim, "basis", haiki_basis_name(c->basis)) &&
		(!ours || says_why(claim, c->why));
}

static bool is_open(const struct haiki_claim *c)
{
	return c->state != HAIKI_ZONE_COVERED && c->state != HAIKI_ZONE_ABSENT;
}

/* verification.not_covered names every zone that isn't claimed. */
static bool same_uncovered(const json_t *json,
			   const struct haiki_claims *claims, bool ours)
{
	const json_t *array = json_object_get(json_object_get(json,
		"verification"), "not_covered");
	size_t count = 0;

	for (size_t i = 0; i < HAIKI_ZONE_COUNT; i++) {
		const struct haiki_claim *c = &claims->zone[i];
		const json_t *open;

		if (!is_open(c))
			continue;
		open = json_array_get(array, count++);
		if (!open || !says(open, "zone", haiki_zone_name(c->zone)) ||
		    !says(open, "state", haiki_zone_state_name(c->state)) ||
		    (ours && !says_why(open, c->why[0] ? c->why : "not known")))
			return false;
	}
	return json_array_size(array) == count;
}

static bool same_claims(const json_t *json, const struct haiki_claims *claims)
{
	const json_t *array = json_object_get(json, "claims");
	bool ours = record_is_ours(json);

	if (json_array_size(array) != HAIKI_ZONE_COUNT)
		return false;
	for (size_t i = 0; i < HAIKI_ZONE_COUNT; i++)
		if (!same_claim(json_array_get(array, i), &claims->zone[i],
				ours))
			return false;
	return same_uncovered(json, claims, ours);
}

/* --- verdict --------------------------------------------------------------- */

static bool same_duties(const json_t *json, const struct haiki_verdict *v)
{
	const json_t *array = json_object_get(json, "duties"), *duty;
	size_t i;

	if (json_array_size(array) != v->duties_count)
		return false;
	json_array_foreach(array, i, duty) {
		const struct haiki_duty *d = &v->duties[i];

		if (!says(duty, "id", d->id) || !says(duty, "text", d->text) ||
		    !says(duty, "text_en", d->text_en) ||
		    !says(duty, "article", d->article) ||
		    !says(duty, "state", d->state == HAIKI_DUTY_FULFILLED ?
			  "fulfilled" : "outstanding"))
			return false;
	}
	return true;
}

static bool same_measure(const json_t *json, const struct haiki_verdict *v)
{
	const json_t *m = json_object_get(json, "method");

	return says(m, "letter", v->letter) &&
		says(m, "level", haiki_level_name(v->level)) &&
		says(m, "measure", v->letter ? v->measure : NULL) &&
		says(m, "measure_en", v->letter ? v->measure_en : NULL) &&
		says(m, "measure_article",
		     v->letter ? v->measure_article : NULL);
}

static bool same_verdict(const json_t *json, const struct haiki_verdict *v)
{
	const char *result = record_text(json, "result", NULL);
	const json_t *verdict = json_object_get(json, "verdict");

	/* "interrupted" is the job's word; the policy has no other for it. */
	if (strcmp(result, haiki_result_name(v->result)) &&
	    !(!strcmp(result, "interrupted") &&
	      v->result == HAIKI_NONCONFORMING))
		return false;
	if (json_is_true(json_object_get(verdict, "accepted")) != v->accepted)
		return false;
	if (record_is_ours(json) &&
	    !says(verdict, "why", v->accepted ? NULL : v->why))
		return false;
	return same_measure(json, v) && same_duties(json, v);
}

/* --- the policy's own words ------------------------------------------------ */

static bool same_policy(const json_t *json, const struct haiki_policy *policy,
			const struct haiki_class *cls)
{
	const json_t *p = json_object_get(json, "policy");
	const json_t *c = json_object_get(json, "class");

	return says(p, "name", haiki_policy_name(policy)) &&
		says(p, "name_en", haiki_policy_name_en(policy)) &&
		says(c, "name", cls->name) && says(c, "name_en", cls->name_en) &&
		says(c, "article", cls->article);
}

static size_t outstanding(const struct haiki_verdict *verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < verdict->duties_count; i++)
		count += verdict->duties[i].state == HAIKI_DUTY_OUTSTANDING;
	return count;
}

static bool is_required(const json_t *json, const char *role)
{
	const json_t *signers = json_object_get(json, "signers"), *signer;
	size_t i;

	json_array_foreach(signers, i, signer)
		if (says(signer, "role", role))
			return json_is_true(json_object_get(signer,
							    "required"));
	return false;
}

/* A witness named, whose signature the class waits for, must be called so. */
static bool asks_for_witness(const struct inquiry *q,
			     const struct judgement *j)
{
	struct haiki_situation signed_too = *j->situation;
	struct haiki_verdict verdict;

	if (!signed_too.witness_named)
		return true;
	signed_too.witness_signed = true;
	haiki_policy_evaluate(j->policy, j->cls, &signed_too, j->claims,
			      &verdict);
	return outstanding(&verdict) >= outstanding(j->verdict) ||
		is_required(q->json, "witness");
}

static const char *result_in_words(const char *name)
{
	static const char *const words[] = {
		[HAIKI_NONCONFORMING] = N_("NOT conforming"),
		[HAIKI_INTERRUPTED] = N_("interrupted"),
		[HAIKI_DUTY] = N_("duty remains"),
		[HAIKI_CONFORMING] = N_("conforming"),
	};

	return error_translate(words[haiki_result_from_name(name)]);
}

/* What it explains in other words than ours may be anything. */
static void note_version(struct inquiry *q)
{
	if (!record_is_ours(q->json))
		report_note(q->report, "other-version",
			    N_("version %s of the program made this record: its evidence was judged again, but how it explains that in sentences was not compared"),
			    record_text(q->json, "tool", "version"));
}

bool inquiry_words(struct inquiry *q, const struct judgement *j)
{
	note_version(q);
	if (!same_policy(q->json, j->policy, j->cls)) {
		report_problem(q->report, "class-unknown",
			       N_("the record gives its policy or class other words than the policy does"));
		return false;
	}
	if (!same_claims(q->json, j->claims)) {
		report_problem(q->report, "claims-differ",
			       N_("the record claims something else than its evidence earns"));
		return false;
	}
	if (!same_verdict(q->json, j->verdict)) {
		report_problem(q->report, "verdict-differs",
			       N_("the record's result (%s) is not what the policy says to its evidence (%s)"),
			       result_in_words(record_text(q->json, "result",
							   NULL)),
			       result_in_words(haiki_result_name(
				       j->verdict->result)));
		return false;
	}
	if (!asks_for_witness(q, j)) {
		report_problem(q->report, "contradiction",
			       N_("the record does not ask for the witness's signature, which the class demands"));
		return false;
	}
	return true;
}
