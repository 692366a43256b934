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

/* Whether what is expected can be told of every block that was read, not only
 * of those whose state before the erase is remembered. */
static bool judges_every_block(enum haiki_expectation expectation)
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

uint32_t proof_bound_ppm(const struct haiki_verification *v)
{
	uint64_t strata;
	double fraction, ppm;

	if (!without_finding(v) || v->population == 0 ||
	    (v->plan != HAIKI_PLAN_QUICK && v->plan != HAIKI_PLAN_STANDARD &&
	     v->plan != HAIKI_PLAN_FULL))
		return 1000000;
	if (v->samples >= v->population && judges_every_block(v->expectation))
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
