/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/bound.h"

#include <math.h>

#include "proof/plan.h"

double proof_miss(double fraction, uint64_t n)
{
	if (!(fraction > 0))
		return 1;
	if (fraction >= 1)
		return n ? 0 : 1;
	return exp((double)n * log1p(-fraction));
}

double proof_samples_needed(double fraction, double confidence)
{
	if (!(fraction > 0 && fraction < 1 && confidence > 0 && confidence < 1))
		return INFINITY;
	return ceil(log1p(-confidence) / log1p(-fraction));
}

bool proof_judges_every_block(enum haiki_expectation expectation)
{
	return expectation == HAIKI_EXPECT_PATTERN ||
	       expectation == HAIKI_EXPECT_UNIFORM;
}

static bool without_finding(const struct haiki_verification *v)
{
	return v->completed && v->ends_read && v->samples > 0 &&
	       v->expectation != HAIKI_EXPECT_NONE && v->mismatches == 0 &&
	       v->read_errors == 0 && v->markers_left == 0 &&
	       v->markers_unread == 0;
}

static bool has_plan(const struct haiki_verification *v)
{
	return v->population > 0 && (v->plan == HAIKI_PLAN_QUICK ||
				     v->plan == HAIKI_PLAN_STANDARD ||
				     v->plan == HAIKI_PLAN_FULL);
}

uint64_t proof_draws(const struct haiki_verification *v)
{
	return has_plan(v) ? plan_strata(v->plan, v->population) : 0;
}

double proof_hit(const struct haiki_verification *v, uint64_t bytes)
{
	double blocks, read, hit;

	if (!has_plan(v) || !v->block_bytes || !v->samples)
		return 0;
	blocks = fmax(1, (double)bytes / (double)v->block_bytes);
	/* A sample of w blocks meets a piece of b if it begins in one of
	 * w + b - 1 places: of all samples, (read + draws * (b-1)) / N. */
	read = proof_judges_every_block(v->expectation) ? (double)v->samples :
						    (double)proof_draws(v);
	hit = (read + (double)proof_draws(v) * (blocks - 1)) /
	      (double)v->population;
	return hit < 1 ? hit : 1;
}

uint32_t proof_bound_ppm(const struct haiki_verification *v)
{
	uint64_t strata;
	double fraction, ppm;

	if (!without_finding(v) || !has_plan(v))
		return 1000000;
	if (v->samples >= v->population && proof_judges_every_block(v->expectation))
		return 0;
	strata = plan_strata(v->plan, v->population);
	if (v->samples < strata)
		return 1000000;
	fraction = -expm1(log1p(-PROOF_CONFIDENCE) / (double)strata);
	/* Strata differ by one block: leftovers might all be in larger ones. */
	fraction *= (double)plan_largest_stratum(v->plan, v->population) *
		    (double)strata / (double)v->population;
	ppm = ceil(fraction * 1e6);
	return ppm < 1e6 ? (uint32_t)ppm : 1000000;
}
