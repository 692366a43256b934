/* SPDX-License-Identifier: Apache-2.0 */
#include "method/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"

static void waits_between_questions(void **state)
{
	struct method_options options = { .poll_ms = 1000, .slice_ms = 20 };
	struct method_run run = { .options = &options };
	struct method_progress p = { 0 };
	struct pace pace;
	uint64_t began;
	int waits = 0;

	(void)state;
	pace_begin(&pace, &run, -1);
	began = time_monotonic_ms();
	assert_true(pace_due(&pace, &p));       /* at once */
	while (!pace_due(&pace, &p)) {
		assert_int_equal(p.outcome, HAIKI_OUTCOME_RUNNING);
		waits++;
	}
	assert_true(time_monotonic_ms() - began >= 1000);
	assert_true(waits >= 2);                /* no longer than a slice */
}

static void is_once_a_second_by_default(void **state)
{
	struct method_run run = { 0 };
	struct pace pace;

	(void)state;
	pace_begin(&pace, &run, -1);
	assert_int_equal(pace.interval_ms, 1000);
	assert_int_equal(pace.slice_ms, 250);
}

static void allows_twice_the_estimate_before_a_stall(void **state)
{
	struct haiki_drive real = { 0 }, practice = { .simulated = true };
	struct method_run run = { .drive = &real };
	struct pace pace;

	(void)state;
	pace_begin(&pace, &run, -1);
	assert_int_equal(pace.stall_ms, 2 * 3600 * 1000);
	pace_begin(&pace, &run, 36000);
	assert_int_equal(pace.stall_ms, 20 * 3600 * 1000);
	run.drive = &practice;
	pace_begin(&pace, &run, -1);
	assert_int_equal(pace.stall_ms, 5000);
}

static void forgives_a_few_unknowns_in_a_row(void **state)
{
	struct method_run run = { 0 };
	struct method_progress p;
	struct pace pace;

	(void)state;
	pace_begin(&pace, &run, -1);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 4; i++) {
			pace_unknown(&pace, "what?", &p);
			assert_int_equal(p.outcome, HAIKI_OUTCOME_RUNNING);
			assert_string_equal(p.detail, "what?");
		}
		pace_running(&pace, 1, "fine", &p);
		assert_int_equal(p.outcome, HAIKI_OUTCOME_RUNNING);
	}
	for (int i = 0; i < 5; i++)
		pace_unknown(&pace, "what?", &p);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_UNKNOWN);
}

static void never_shows_the_end_before_it(void **state)
{
	struct method_run run = { 0 };
	struct method_progress p;
	struct pace pace;

	(void)state;
	pace_begin(&pace, &run, 10);
	pace_running(&pace, 65535, "", &p);
	assert_int_equal(p.permille, 999);
	pace_running(&pace, 0xFFFFFFFF, "", &p);
	assert_int_equal(p.permille, 999);
	pace.started_ms -= 100000;              /* ten times the estimate */
	pace_blocking(&pace, "erasing", &p);
	assert_int_equal(p.permille, 990);
	assert_int_equal(p.seconds_left, -1);
	assert_non_null(strstr(p.detail, "wait"));
	pace_ended(&pace, HAIKI_OUTCOME_FAILED, "no", &p);
	assert_true(p.permille < 1000);
	pace_ended(&pace, HAIKI_OUTCOME_SUCCEEDED, "yes", &p);
	assert_int_equal(p.permille, 1000);
	assert_int_equal(p.seconds_left, 0);
}

static void estimates_what_is_left(void **state)
{
	struct method_run run = { 0 };
	struct method_progress p;
	struct pace pace;

	(void)state;
	pace_begin(&pace, &run, 500);
	pace.started_ms -= 100000;
	pace_running(&pace, 300, "", &p);       /* below a percent */
	assert_in_range(p.seconds_left, 398, 400);
	pace_running(&pace, 32768, "", &p);
	assert_in_range(p.seconds_left, 99, 101);
	pace_blocking(&pace, "erasing", &p);
	assert_in_range(p.seconds_left, 398, 400);
	assert_int_equal(p.permille, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_between_questions),
		cmocka_unit_test(is_once_a_second_by_default),
		cmocka_unit_test(allows_twice_the_estimate_before_a_stall),
		cmocka_unit_test(forgives_a_few_unknowns_in_a_row),
		cmocka_unit_test(never_shows_the_end_before_it),
		cmocka_unit_test(estimates_what_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
