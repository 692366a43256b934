/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "job/slump.h"

#define SECOND 1000
#define WINDOW (10 * SECOND)
#define MB 1000000ull

/* A drive with a clock of its own. */
struct run {
	struct slump slump;
	uint64_t ms, done;
	unsigned fell, rose;
};

static void go(struct run *run, double mb_per_s, unsigned seconds)
{
	for (unsigned i = 0; i < 4 * seconds; i++) {
		run->ms += SECOND / 4;
		run->done += (uint64_t)(mb_per_s * (double)MB / 4);
		switch (slump_note(&run->slump, WINDOW, run->done, run->ms)) {
		case SLUMP_FELL:
			run->fell++;
			break;
		case SLUMP_ROSE:
			run->rose++;
			break;
		case SLUMP_SAME:
			break;
		}
	}
}

static void is_about(double value, double wanted)
{
	assert_true(value > wanted * 0.98 && value < wanted * 1.02);
}

static void a_collapse_is_told_and_so_is_its_end(void **state)
{
	struct run run = { .ms = 5 };

	(void)state;
	go(&run, 150, 100);
	assert_false(run.slump.slow);
	is_about(run.slump.usual, 150 * MB);
	go(&run, 12, 45);
	assert_true(run.slump.slow);
	assert_int_equal(run.fell, 1);
	is_about(run.slump.now, 12 * MB);
	is_about(run.slump.lowest, 12 * MB);
	go(&run, 8, 40);
	assert_int_equal(run.fell, 1);
	is_about(run.slump.lowest, 8 * MB);
	go(&run, 149, 45);
	assert_false(run.slump.slow);
	assert_int_equal(run.rose, 1);
	assert_int_equal(run.slump.slumps, 1);
	/* From where it was told to where it ended. */
	assert_true(run.slump.slow_ms >= 50 * SECOND &&
		    run.slump.slow_ms <= 90 * SECOND);
	is_about(run.slump.lowest, 8 * MB);
	go(&run, 10, 45);
	assert_int_equal(run.fell, 2);
	is_about(run.slump.lowest, 8 * MB);
}

/* From its outermost tracks to its innermost. */
static void a_hard_disk_gets_slower_by_nature(void **state)
{
	struct run run = { .ms = 5 };

	(void)state;
	for (int rate = 270; rate > 110; rate--)
		go(&run, rate, 60);
	assert_int_equal(run.fell, 0);
	is_about(run.slump.usual, 270 * MB);
}

static void a_hiccup_is_none(void **state)
{
	struct run run = { .ms = 5 };

	(void)state;
	go(&run, 150, 60);
	go(&run, 0, 18);          /* two windows at most */
	go(&run, 150, 60);
	go(&run, 2, 18);
	go(&run, 150, 60);
	assert_int_equal(run.fell, 0);
}

/* A cache takes the first second, or two: that is not what the drive does. */
static void a_burst_is_not_what_is_usual(void **state)
{
	struct run run = { .ms = 5 };

	(void)state;
	go(&run, 3000, 12);
	go(&run, 100, 120);
	assert_int_equal(run.fell, 0);
	assert_true(run.slump.usual < 200 * MB);
}

static void nothing_at_all_is_slow(void **state)
{
	struct run run = { .ms = 5 };

	(void)state;
	go(&run, 150, 60);
	go(&run, 0, 45);
	assert_int_equal(run.fell, 1);
	assert_true(run.slump.now < MB);
}

/* A single command that took minutes. */
static void nobody_looked_meanwhile(void **state)
{
	struct run run = { .ms = 5 };

	(void)state;
	go(&run, 150, 60);
	run.ms += 200 * SECOND;
	go(&run, 150, 1);
	assert_int_equal(run.fell, 1);
	go(&run, 150, 60);
	assert_int_equal(run.rose, 1);
}

static void a_pause_does_not_count(void **state)
{
	struct run run = { .ms = 5 };

	(void)state;
	go(&run, 150, 60);
	for (int i = 0; i < 600; i++) {
		run.ms += SECOND;
		slump_skip(&run.slump);
	}
	go(&run, 150, 60);
	assert_int_equal(run.fell, 0);
	is_about(run.slump.usual, 150 * MB);
}

static void a_rewind_does_not_count(void **state)
{
	struct run run = { .ms = 5 };

	(void)state;
	go(&run, 150, 60);
	run.done -= 2000 * MB;
	go(&run, 150, 60);
	assert_int_equal(run.fell, 0);
	is_about(run.slump.usual, 150 * MB);
}

/* Before an interruption it was quicker: on another port, say. */
static void what_was_usual_may_be_known(void **state)
{
	struct run run = { .ms = 5, .slump.usual = 400.0 * MB };

	(void)state;
	go(&run, 38, 20);
	assert_int_equal(run.fell, 0);
	go(&run, 38, 20);
	assert_int_equal(run.fell, 1);
	is_about(run.slump.usual, 400 * MB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_collapse_is_told_and_so_is_its_end),
		cmocka_unit_test(a_hard_disk_gets_slower_by_nature),
		cmocka_unit_test(a_hiccup_is_none),
		cmocka_unit_test(a_burst_is_not_what_is_usual),
		cmocka_unit_test(nothing_at_all_is_slow),
		cmocka_unit_test(nobody_looked_meanwhile),
		cmocka_unit_test(a_pause_does_not_count),
		cmocka_unit_test(a_rewind_does_not_count),
		cmocka_unit_test(what_was_usual_may_be_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
