/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/bound.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/cleanup.h"

/* The usual table: how many samples find what takes up a fraction. */
static void test_samples_needed(void **state)
{
	static const struct {
		double fraction;
		int needed[3];    /* at 95, 99, 99.9 % */
	} table[] = {
		{ 0.01, { 299, 459, 688 } },
		{ 0.001, { 2995, 4603, 6905 } },
		{ 0.0001, { 29956, 46050, 69075 } },
	};
	static const double confidence[3] = { 0.95, 0.99, 0.999 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		for (size_t c = 0; c < 3; c++)
			assert_int_equal((int)proof_samples_needed(
						 table[i].fraction,
						 confidence[c]),
					 table[i].needed[c]);
	assert_true(isinf(proof_samples_needed(0, 0.99)));
	assert_true(isinf(proof_samples_needed(0.1, 1)));
}

static void test_miss(void **state)
{
	(void)state;
	assert_true(fabs(proof_miss(0.001, 1000) - 0.3677) < 0.0001);
	assert_true(proof_miss(0.01, 688) <= 0.001);
	assert_true(proof_miss(0.01, 687) > 0.001);
	assert_true(proof_miss(0, 1000000) >= 1);
	assert_true(proof_miss(1, 1) <= 0);
	assert_true(proof_miss(1, 0) >= 1);
}

static const struct haiki_verification quick = {
	.plan = HAIKI_PLAN_QUICK, .expectation = HAIKI_EXPECT_PATTERN,
	.completed = true, .ends_read = true, .block_bytes = 512,
	.population = 1953525168, .samples = 1002,
};

static void test_bound(void **state)
{
	struct haiki_verification v = quick;

	(void)state;
	/* 1 - 0.001^(1/1000) = 0.68839 % */
	assert_int_equal(proof_bound_ppm(&v), 6884);
	v.plan = HAIKI_PLAN_STANDARD;
	v.samples = 195352517;
	/* Not 1 ppm: 2,000 independent draws, 1 - 0.001^(1/2000). */
	assert_int_equal(proof_bound_ppm(&v), 3448);
	v.plan = HAIKI_PLAN_FULL;
	v.samples = v.population;
	assert_int_equal(proof_bound_ppm(&v), 0);
	/* Everything was read, but 2,000 blocks were compared with before. */
	v.expectation = HAIKI_EXPECT_CHANGED;
	assert_int_equal(proof_bound_ppm(&v), 3448);
	v.expectation = HAIKI_EXPECT_NOISE;
	assert_int_equal(proof_bound_ppm(&v), 3448);
	/* The bound holds what it promises. */
	assert_true(proof_miss(0.003448, 2000) <= 0.001);
	assert_true(proof_miss(0.006884, 1000) <= 0.001);
}

static void test_small(void **state)
{
	struct haiki_verification v = quick;

	(void)state;
	v.population = v.samples = 1500;
	assert_int_equal(proof_bound_ppm(&v), 0);
	v.expectation = HAIKI_EXPECT_CHANGED;
	/* 500 strata of two blocks: twice as much might be in those. */
	assert_in_range(proof_bound_ppm(&v), 9000, 9200);
	v.population = v.samples = 1;
	assert_in_range(proof_bound_ppm(&v), 999000, 1000000);
}

/* Whatever was found, or is missing, excludes nothing. */
static void test_no_bound(void **state)
{
	struct haiki_verification v[] = {
		quick, quick, quick, quick, quick, quick, quick, quick, quick,
		quick,
	};

	(void)state;
	v[0].completed = false;
	v[1].ends_read = false;
	v[2].mismatches = 1;
	v[3].read_errors = 1;
	v[4].markers_left = 1;
	v[5].markers_unread = 1;
	v[6].samples = 999;
	v[7].population = 0;
	v[8].plan = HAIKI_PLAN_NONE;
	v[9].expectation = HAIKI_EXPECT_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		assert_int_equal(proof_bound_ppm(&v[i]), 1000000);
}

static void test_draws(void **state)
{
	struct haiki_verification v = quick;

	(void)state;
	assert_int_equal(proof_draws(&v), 1000);
	v.plan = HAIKI_PLAN_STANDARD;
	assert_int_equal(proof_draws(&v), 2000);
	v.population = 1500;
	assert_int_equal(proof_draws(&v), 1500);
	v.plan = HAIKI_PLAN_NONE;
	assert_int_equal(proof_draws(&v), 0);
}

/* One file on a terabyte: a sample hardly finds it, a full read does. */
static void test_hit(void **state)
{
	struct haiki_verification v = quick;

	(void)state;
	assert_true(fabs(proof_hit(&v, 1 << 20) - 0.00105) < 0.00001);
	v.plan = HAIKI_PLAN_STANDARD;
	v.samples = v.population / 10;
	assert_true(fabs(proof_hit(&v, 1 << 20) - 0.1021) < 0.0001);
	v.expectation = HAIKI_EXPECT_CHANGED;
	assert_true(proof_hit(&v, 1 << 20) < 0.003);
	v.expectation = HAIKI_EXPECT_PATTERN;
	v.samples = v.population;
	assert_true(proof_hit(&v, 512) >= 1);
	v.plan = HAIKI_PLAN_NONE;
	assert_true(proof_hit(&v, 512) <= 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples_needed),
		cmocka_unit_test(test_miss),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_no_bound),
		cmocka_unit_test(test_draws),
		cmocka_unit_test(test_hit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
