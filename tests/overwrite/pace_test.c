/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "overwrite/pace.h"

#define PART 1000
#define TOTAL ((uint64_t)PART * PACE_PARTS)

static void measures_even_work(void **state)
{
	struct pace pace = { 0 };

	(void)state;
	assert_int_equal(pace_part_bytes(&pace), 0);
	/* 250 bytes in 50 ms: 200 ms each part. */
	for (uint64_t n = 0; n <= TOTAL / 250; n++)
		pace_note(&pace, n * 250, TOTAL, 7 + n * 50);
	assert_int_equal(pace_part_bytes(&pace), PART);
	for (unsigned i = 0; i < PACE_PARTS; i++)
		assert_in_range(pace.ms[i], 199, 200);
	assert_in_range(pace_total_ms(&pace), 199 * PACE_PARTS,
			200 * PACE_PARTS);
}

static void shares_time_among_parts(void **state)
{
	struct pace pace = { 0 };

	(void)state;
	/* Three and a half parts in 350 ms; then half a part in 1000. */
	pace_note(&pace, 0, TOTAL, 0);
	pace_note(&pace, 3500, TOTAL, 350);
	assert_in_range(pace.ms[0], 99, 100);
	assert_in_range(pace.ms[2], 99, 100);
	assert_int_equal(pace.ms[3], 0);
	/* Nothing for a while counts, too. */
	pace_note(&pace, 3500, TOTAL, 600);
	pace_note(&pace, 4000, TOTAL, 1350);
	assert_in_range(pace.ms[3], 1049, 1050);
}

static void ends_with_a_shorter_part(void **state)
{
	const uint64_t total = TOTAL - 10;
	struct pace pace = { 0 };

	(void)state;
	pace_note(&pace, 0, total, 0);
	pace_note(&pace, total, total, 64000);
	assert_int_equal(pace_part_bytes(&pace), PART);
	assert_in_range(pace.ms[PACE_PARTS - 1], 980, 1000);
	assert_in_range(pace_total_ms(&pace), 63900, 64000);
}

static void leaves_out_what_was_interrupted(void **state)
{
	struct pace pace = { 0 };

	(void)state;
	for (uint64_t n = 0; n <= 10; n++)
		pace_note(&pace, n * PART, TOTAL, n * 100);
	pace_note(&pace, 10400, TOTAL, 1040);
	/* Power fails; the clock begins anew, and the work a bit before. */
	pace_interrupt(&pace);
	pace_note(&pace, 9300, TOTAL, 5);
	assert_int_equal(pace.ms[8], 100);
	assert_int_equal(pace.ms[9], 0);
	pace_note(&pace, 12000, TOTAL, 5 + 270);
	assert_int_equal(pace.ms[9], 0);
	assert_in_range(pace.ms[10], 99, 100);
	assert_in_range(pace.ms[11], 99, 100);
	assert_int_equal(pace.ms[12], 0);
}

static void begins_anew_with_other_work(void **state)
{
	struct pace pace = { 0 };

	(void)state;
	pace_note(&pace, 0, TOTAL, 0);
	pace_note(&pace, TOTAL, TOTAL, 6400);
	pace_note(&pace, 0, 2 * TOTAL, 7000);
	assert_int_equal(pace_total_ms(&pace), 0);
	assert_int_equal(pace_part_bytes(&pace), 2 * PART);
}

static void survives_nonsense(void **state)
{
	struct pace pace = { 0 };

	(void)state;
	pace_note(&pace, 0, 0, 0);
	pace_note(&pace, 5, 3, 10);
	assert_int_equal(pace.total, 0);
	/* Fewer bytes than parts. */
	pace_note(&pace, 0, 3, 20);
	pace_note(&pace, 3, 3, 23);
	assert_int_equal(pace.ms[0], 1);
	assert_int_equal(pace.ms[3], 0);
	/* A part that takes weeks. */
	pace_note(&pace, 0, UINT64_MAX, 0);
	assert_int_equal(pace.total, 3);
	pace_note(&pace, 0, UINT64_MAX / 4, 0);
	pace_note(&pace, UINT64_MAX / 4, UINT64_MAX / 4,
		  UINT32_MAX * (uint64_t)640);
	assert_true(pace.ms[0] > UINT32_MAX / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measures_even_work),
		cmocka_unit_test(shares_time_among_parts),
		cmocka_unit_test(ends_with_a_shorter_part),
		cmocka_unit_test(leaves_out_what_was_interrupted),
		cmocka_unit_test(begins_anew_with_other_work),
		cmocka_unit_test(survives_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
