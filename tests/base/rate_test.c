/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/rate.h"

static void it_is_of_the_last_seconds(void **state)
{
	struct rate rate = { 0 };
	uint64_t ms = 77, done = 0;
	double now = -1;

	(void)state;
	assert_true(rate_note(&rate, 0, ms) == 0);
	for (int i = 0; i < 100; i++)
		now = rate_note(&rate, done += 100, ms += 100);
	assert_int_equal((int)now, 1000);
	/* Some seconds later nothing is left of what was. */
	for (int i = 0; i < 100; i++)
		now = rate_note(&rate, done += 10, ms += 100);
	assert_int_equal((int)now, 100);
	for (int i = 0; i < 100; i++)
		now = rate_note(&rate, done, ms += 100);
	assert_int_equal((int)now, 0);
}

static void after_a_rewind_it_begins_anew(void **state)
{
	struct rate rate = { 0 };

	(void)state;
	rate_note(&rate, 1000, 1000);
	assert_int_equal((int)rate_note(&rate, 2000, 2000), 1000);
	assert_int_equal((int)rate_note(&rate, 500, 3000), 0);
	assert_int_equal((int)rate_note(&rate, 600, 4000), 100);
}

static void without_time_there_is_none(void **state)
{
	struct rate rate = { 0 };

	(void)state;
	assert_int_equal((int)rate_note(&rate, 0, 5), 0);
	assert_int_equal((int)rate_note(&rate, 1000, 5), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_of_the_last_seconds),
		cmocka_unit_test(after_a_rewind_it_begins_anew),
		cmocka_unit_test(without_time_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
