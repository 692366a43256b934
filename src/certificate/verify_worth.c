/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a record is worth: not what it says, but what the policy says to the
 * evidence that it gives.
 */
#include "certificate/verifier.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/record.h"
#include "certificate/pdf/phrase.h"

static const struct haiki_policy *
builtin_policy(const struct haiki_verifier *v, const char *id)
{
	for (size_t i = 0; i < v->builtin_count; i++)
		if (!strcmp(haiki_policy_id(v->builtin[i]), id))
			return v->builtin[i];
	return NULL;
}

static bool is_applied(const struct haiki_policy *policy, const json_t *json)
{
	return policy &&
		!strcmp(haiki_policy_id(policy),
			record_text(json, "policy", "id")) &&
		!strcmp(haiki_policy_version(policy),
			record_text(json, "policy", "version")) &&
		!strcmp(haiki_policy_sha256(policy),
			record_text(json, "policy", "sha256"));
}

static const struct haiki_policy *find_policy(struct inquiry *q)
{
	const char *id = record_text(q->json, "policy", "id");
	const struct haiki_policy *own = q->verifier->own_policy;
	const struct haiki_policy *builtin = builtin_policy(q->verifier, id);

	if (is_applied(own, q->json))
		return own;
	if (is_applied(builtin, q->json))
		return builtin;
	report_problem(q->report, "policy-unknown",
		       N_("the record was judged by version %s of the policy \"%s\", which is not the one known here: give that file with --policy FILE"),
		       record_text(q->json, "policy", "version"), id);
	return NULL;
}

static const struct haiki_class *find_class(struct inquiry *q,
					    const struct haiki_policy *policy)
{
	const char *id = record_text(q->json, "class", "id");
	int64_t rank = json_integer_value(json_object_get(
		json_object_get(q->json, "class"), "rank"));

	for (size_t i = 0; i < haiki_policy_class_count(policy); i++) {
		const struct haiki_class *c = haiki_policy_class(policy, i);

		if (!strcmp(c->id, id) && (int64_t)c->rank == rank)
			return c;
	}
	report_problem(q->report, "class-unknown",
		       N_("the policy has no class \"%s\" of that rank"), id);
	return NULL;
}

/* --- what remains ---------------------------------------------------------- */

static void list_duties(struct inquiry *q, const struct haiki_verdict *v)
{
	struct haiki_report *r = q->report;

	for (size_t i = 0; i < v->duties_count; i++)
		if (v->duties[i].state == HAIKI_DUTY_OUTSTANDING)
			snprintf(r->duties[r->duties_count++],
				 sizeof(r->duties[0]), "%.63s",
				 v->duties[i].id);
}

/* Why, with what it quotes from the record, which is English. */
static void report_worth(struct haiki_report *r, const struct haiki_verdict *now)
{
	CLEANUP(free) char *japanese = strcmp(error_language(), "ja") ? NULL :
		phrase_japanese(now->why);

	bool found = japanese && strcmp(japanese, now->why) != 0;

	report_problem(r, "nonconforming",
		       N_("the erasure is not enough for the class %s: %s"),
		       r->class_name[0] ? r->class_name : r->class_id,
		       found ? japanese :
		       now->why_local[0] ? now->why_local : now->why);
}

static void conclude(struct inquiry *q, const struct haiki_verdict *now)
{
	struct haiki_report *r = q->report;
	bool interrupted = r->recorded == HAIKI_INTERRUPTED;

	list_duties(q, now);
	r->closed = r->duties_count == 0 &&
		(now->accepted || r->destroyed_on[0]);
	r->recomputed = interrupted && !r->closed ? HAIKI_INTERRUPTED :
		now->result;
	r->sufficient = now->accepted || r->closed;
	if (r->sufficient)
		return;
	if (interrupted)
		report_problem(r, "interrupted",
			       N_("the erase was interrupted and never finished: \"haiki resume\" goes on, or destroy the drive"));
	else
		report_worth(r, now);
}

static void judge(struct inquiry *q, const struct haiki_policy *policy,
		  const struct haiki_class *cls)
{
	struct haiki_situation situation;
	struct haiki_evidence evidence;
	struct haiki_verdict verdict;
	struct followups followups = { 0 };
	struct haiki_claims claims;
	struct haiki_error why = { 0 };

	if (record_evidence(q->json, &evidence, &situation, &why) < 0) {
		report_problem(q->report, "contradiction", "%s", why.local);
		return;
	}
	haiki_claims_compute(&evidence, &claims);
	haiki_policy_evaluate(policy, cls, &situation, &claims, &verdict);
	if (!inquiry_words(q, &(struct judgement){
			policy, cls, &situation, &claims, &verdict }))
		return;
	inquiry_followups(q, &followups);
	situation.witness_signed = q->witness >= 0 ||
		followups.witness_signed;
	situation.destroyed = followups.destroyed;
	situation.photographed = followups.photographed;
	situation.completion_certificate = followups.completion_certificate;
	haiki_policy_evaluate(policy, cls, &situation, &claims, &verdict);
	conclude(q, &verdict);
}

void inquiry_worth(struct inquiry *q)
{
	const struct haiki_policy *policy = find_policy(q);
	const struct haiki_class *cls = policy ? find_class(q, policy) : NULL;

	q->report->recorded = haiki_result_from_name(
		record_text(q->json, "result", NULL));
	if (cls)
		judge(q, policy, cls);
}
