/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claims, bounds and verdicts of a great many pieces of evidence, by every
 * class of every policy, as a hash for each thousand: compiled for this machine
 * and for the page, they must be the same. Most fields have few values that
 * matter; those are taken far more often than others.
 */
#include <haiki/policy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "proof/bound.h"
#include "proof/plan.h"

#define BLOCK 1000

struct dice {
	uint64_t state;
};

/* xorshift64*, Vigna 2016. */
static uint64_t roll(struct dice *d)
{
	d->state ^= d->state >> 12;
	d->state ^= d->state << 25;
	d->state ^= d->state >> 27;
	return d->state * 0x2545f4914f6cdd1dULL;
}

static uint64_t below(struct dice *d, uint64_t n)
{
	return (roll(d) >> 11) % n;
}

/* Once in `n` times. */
static bool rarely(struct dice *d, unsigned n)
{
	return below(d, n) == 0;
}

static struct haiki_value some_value(struct dice *d)
{
	struct haiki_value v = { .known = !rarely(d, 4) };

	if (v.known)
		v.value = rarely(d, 4) ? (int64_t)below(d, 100000) : 0;
	else if (rarely(d, 2))
		snprintf(v.reason, sizeof(v.reason), "不明 %u",
			 (unsigned)below(d, 9));
	return v;
}

static uint64_t some_count(struct dice *d)
{
	return rarely(d, 12) ? 1 + below(d, 1000000) : 0;
}

static void some_verification(struct dice *d, struct haiki_verification *v)
{
	static const uint64_t populations[] = {
		1, 7, 999, 1000, 4096, 125000, 500118192, 7814037168,
	};
	uint64_t planned = 0;

	v->plan = (enum haiki_plan)(rarely(d, 20) ? 0 : 1 + below(d, 3));
	v->expectation = (enum haiki_expectation)(rarely(d, 10) ? 0 :
						  1 + below(d, 4));
	v->completed = !rarely(d, 20);
	v->ends_read = !rarely(d, 20);
	for (size_t i = 0; i < sizeof(v->seed); i++)
		v->seed[i] = (uint8_t)roll(d);
	v->block_bytes = rarely(d, 3) ? 4096 : 512;
	v->population = populations[below(d, ARRAY_SIZE(populations))];
	/* Large plans are drawn by plan_test.c; here they'd take long. */
	if (v->plan == HAIKI_PLAN_FULL || v->population > 5000 ||
	    plan_sample_blocks(v->plan, v->seed,
			       v->population * v->block_bytes,
			       (uint32_t)v->block_bytes, &planned) < 0)
		planned = v->plan == HAIKI_PLAN_FULL ? v->population :
			v->population / 9 + below(d, v->population);
	v->samples = rarely(d, 10) ? below(d, v->population + 1) : planned;
	v->mismatches = some_count(d);
	v->read_errors = some_count(d);
	v->markers_tried = 66;
	v->markers_planted = rarely(d, 10) ? 0 : 64;
	v->markers_left = some_count(d);
	v->markers_unread = some_count(d);
}

static void some_evidence(struct dice *d, struct haiki_evidence *e)
{
	struct haiki_attempt *a = &e->attempt;

	e->kind = (enum haiki_kind)below(d, 5);
	e->bus = (enum haiki_bus)below(d, HAIKI_BUS_VIRTIO + 1);
	e->hidden.hpa_sectors = some_value(d);
	e->hidden.dco_sectors = some_value(d);
	e->hidden.amac_sectors = some_value(d);
	e->reallocated = some_value(d);
	e->pending = some_value(d);
	e->namespaces_other = rarely(d, 4) ? (uint32_t)roll(d) : 0;
	e->encryption_vouched = !rarely(d, 3);
	e->identity_changed = rarely(d, 30);
	a->method = (enum haiki_method)below(d, HAIKI_METHOD_COUNT);
	a->outcome = (enum haiki_outcome)(rarely(d, 8) ? below(d, 6) :
					  HAIKI_OUTCOME_SUCCEEDED);
	a->adopted = rarely(d, 30);
	a->passes_planned = (uint32_t)below(d, 4);
	a->passes_completed = rarely(d, 10) ? 0 : a->passes_planned;
	a->write_errors = some_count(d);
	a->flushed = !rarely(d, 10);
	a->all_namespaces = (enum haiki_answer)below(d, 3);
	some_verification(d, &a->verification);
}

static void some_situation(struct dice *d, struct haiki_situation *s)
{
	static const char *const purposes[] = {
		"dispose", "lease-return", "repair", "reuse", "自由", NULL,
	};

	*s = (struct haiki_situation){
		.medium = (enum haiki_medium)below(d, 3),
		.approved = rarely(d, 2), .witness_named = rarely(d, 2),
		.witness_signed = rarely(d, 2), .contractor = rarely(d, 2),
		.destroyed = rarely(d, 4), .photographed = rarely(d, 2),
		.completion_certificate = rarely(d, 2),
		.purpose = purposes[below(d, ARRAY_SIZE(purposes))],
	};
}

static void tell(FILE *f, const struct haiki_claims *claims,
		 const struct haiki_verdict *v, uint32_t ppm)
{
	for (size_t i = 0; i < HAIKI_ZONE_COUNT; i++)
		fprintf(f, "%d%d%d%s|", claims->zone[i].state,
			claims->zone[i].treatment, claims->zone[i].basis,
			claims->zone[i].why);
	fprintf(f, "%d|%s|%s|%d|%s|%lu", v->accepted,
		v->letter ? v->letter : "-",
		v->measure_article ? v->measure_article : "-", v->level,
		haiki_result_name(v->result), (unsigned long)ppm);
	for (size_t i = 0; i < v->duties_count; i++)
		fprintf(f, "|%s%d%d", v->duties[i].id, v->duties[i].state,
			v->duties[i].before_start);
	fprintf(f, "|%s|%s\n", v->why, v->why_local);
}

static void judge_one(FILE *f, struct dice *d,
		      struct haiki_policy *const policies[], size_t count)
{
	const struct haiki_policy *policy = policies[below(d, count)];
	const struct haiki_class *cls = haiki_policy_class(policy,
		below(d, haiki_policy_class_count(policy)));
	struct haiki_evidence evidence = { 0 };
	struct haiki_situation situation;
	struct haiki_claims claims;
	struct haiki_verdict verdict;

	some_evidence(d, &evidence);
	some_situation(d, &situation);
	haiki_claims_compute(&evidence, &claims);
	haiki_policy_evaluate(policy, cls, &situation, &claims, &verdict);
	fprintf(f, "%s %s ", haiki_policy_sha256(policy), cls->id);
	tell(f, &claims, &verdict,
	     proof_bound_ppm(&evidence.attempt.verification));
}

char *sweep(unsigned block);

/* NULL if anything is wrong; the caller frees. */
char *sweep(unsigned block)
{
	struct dice dice = { .state = 88172645463325252ULL + block };
	struct haiki_policy *policies[8] = { NULL };
	const char *const *ids = haiki_policy_builtin();
	char *text = NULL, *hash = calloc(1, 65);
	size_t count = 0, length = 0;
	FILE *f = open_memstream(&text, &length);
	bool fine = f && hash;

	for (; fine && ids[count]; count++)
		fine = haiki_policy_load(ids[count], &policies[count],
					 NULL) == 0;
	for (int i = 0; fine && i < BLOCK; i++)
		judge_one(f, &dice, policies, count);
	if (f)
		fclose(f);
	if (fine)
		hash_bytes(text, length, hash);
	for (size_t i = 0; i < count; i++)
		haiki_policy_free(policies[i]);
	free(text);
	if (!fine)
		free(hash);
	return fine ? hash : NULL;
}

#ifndef __wasm__
int main(int argc, char **argv)
{
	unsigned long blocks = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;

	for (unsigned i = 0; i < blocks; i++) {
		CLEANUP(free) char *hash = sweep(i);

		if (!hash)
			return 1;
		puts(hash);
	}
	return 0;
}
#endif
