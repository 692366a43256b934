/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "command/tally.h"

static struct haiki_drive drive(const char *serial, bool substitute)
{
	struct haiki_drive d = { .serial_is_substitute = substitute };

	snprintf(d.serial, sizeof(d.serial), "%s", serial);
	snprintf(d.model, sizeof(d.model), "Model");
	return d;
}

static void note(struct tally *tally, const struct haiki_drive *d,
		 const char *journal, enum haiki_ending ending, int code)
{
	const struct haiki_job_target target = {
		.drive = d,
		.journal = journal,
		.ending = ending,
	};

	assert_true(tally_note(tally, &target, code));
}

static void nothing_is_conforming(void **state)
{
	struct tally *tally = tally_new();

	(void)state;
	assert_int_equal(tally_code(tally, NULL), EXIT_CONFORMING);
	tally_free(tally);
	tally_free(NULL);
}

static void a_drive_is_known_again(void **state)
{
	struct tally *tally = tally_new();
	struct haiki_drive a = drive("A", false), other = drive("A", false),
			   loop = drive("loop1", true);

	(void)state;
	snprintf(other.wwn, sizeof(other.wwn), "5000");
	assert_null(tally_find(tally, &a));
	note(tally, &a, NULL, HAIKI_ENDING_RECORDED, EXIT_CONFORMING);
	note(tally, &loop, NULL, HAIKI_ENDING_RECORDED, EXIT_DUTY);
	assert_non_null(tally_find(tally, &a));
	/* By its serial number, but not the same. */
	assert_null(tally_find(tally, &other));
	/* It may be another by the same name. */
	assert_null(tally_find(tally, &loop));
	assert_int_equal(tally_code(tally, NULL), EXIT_DUTY);
	tally_free(tally);
}

static void what_goes_on_takes_the_place(void **state)
{
	struct tally *tally = tally_new();
	struct haiki_drive a = drive("A", false), loop = drive("loop1", true);
	struct tally_count count;

	(void)state;
	note(tally, &a, NULL, HAIKI_ENDING_INTERRUPTED, EXIT_INTERRUPTED);
	note(tally, &loop, NULL, HAIKI_ENDING_INTERRUPTED, EXIT_INTERRUPTED);
	assert_int_equal(tally_code(tally, &count), EXIT_INTERRUPTED);
	assert_int_equal(count.interrupted, 2);
	note(tally, &a, "journal", HAIKI_ENDING_RECORDED, EXIT_CONFORMING);
	note(tally, &loop, "journal", HAIKI_ENDING_RECORDED, EXIT_DUTY);
	assert_int_equal(tally_code(tally, &count), EXIT_DUTY);
	assert_int_equal(count.interrupted, 0);
	assert_int_equal(count.conforming, 1);
	assert_int_equal(count.duty, 1);
	tally_free(tally);
}

static void a_new_job_is_another(void **state)
{
	struct tally *tally = tally_new();
	struct haiki_drive a = drive("A", false), loop = drive("loop1", true);

	(void)state;
	/* Two media, one after the other, by one name. */
	note(tally, &loop, NULL, HAIKI_ENDING_RECORDED, EXIT_NOT_ACCEPTED);
	note(tally, &loop, NULL, HAIKI_ENDING_RECORDED, EXIT_CONFORMING);
	assert_int_equal(tally_code(tally, NULL), EXIT_NOT_ACCEPTED);
	tally_free(tally);
	tally = tally_new();
	note(tally, &a, NULL, HAIKI_ENDING_REFUSED, EXIT_REFUSED);
	note(tally, &loop, NULL, HAIKI_ENDING_REFUSED, EXIT_REFUSED);
	note(tally, &a, NULL, HAIKI_ENDING_RECORDED, EXIT_CONFORMING);
	assert_int_equal(tally_code(tally, NULL), EXIT_REFUSED);
	note(tally, &loop, NULL, HAIKI_ENDING_RECORDED, EXIT_CONFORMING);
	assert_int_equal(tally_code(tally, NULL), EXIT_REFUSED);
	tally_free(tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_conforming),
		cmocka_unit_test(a_drive_is_known_again),
		cmocka_unit_test(what_goes_on_takes_the_place),
		cmocka_unit_test(a_new_job_is_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
