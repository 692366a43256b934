/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ui/confirm.h"

static const struct haiki_drive first = {
	.path = "/dev/sda", .serial = "WD-WX11A8001234",
};
static const struct haiki_drive second = {
	.path = "/dev/sdb", .serial = "WD-WX11A8101234",
};

static void the_last_four_characters_confirm_a_drive(void **state)
{
	(void)state;
	assert_string_equal(confirm_tail(&first), "1234");
	assert_true(confirm_matches(&first, "1234", "1234"));
	assert_false(confirm_matches(&first, "1234", "234"));
	assert_false(confirm_matches(&first, "1234", "1235"));
	assert_false(confirm_matches(&first, "1234", ""));
}

static void a_scanned_serial_number_confirms_it_too(void **state)
{
	(void)state;
	assert_true(confirm_matches(&first, "1234", first.serial));
	assert_false(confirm_matches(&first, "1234", second.serial));
}

/* Whoever reads the wrong label must not confirm the drive. */
static void an_end_that_two_drives_share_confirms_neither(void **state)
{
	const char *tail = confirm_tail_beside(confirm_tail(&first), &first,
					       &second);

	(void)state;
	assert_string_equal(tail, "001234");
	assert_false(confirm_matches(&first, tail, "1234"));
	assert_string_equal(confirm_tail_beside(confirm_tail(&second), &second,
						&first), "101234");
}

static void a_drive_is_not_compared_with_itself(void **state)
{
	(void)state;
	assert_string_equal(confirm_tail_beside("1234", &first, &first), "1234");
}

static void a_serial_number_that_ends_another_is_taken_whole(void **state)
{
	static const struct haiki_drive drive = {
		.path = "/dev/sdc", .serial = "1234",
	};

	(void)state;
	assert_ptr_equal(confirm_tail_beside(confirm_tail(&drive), &drive,
					     &first), drive.serial);
}

static void no_character_is_cut_in_two(void **state)
{
	static const struct haiki_drive drive = {
		.path = "/dev/sdc", .serial = "一二三四五六",
	}, other = {
		.path = "/dev/sdd", .serial = "七二三四五六",
	};

	(void)state;
	assert_string_equal(confirm_tail(&drive), "三四五六");
	assert_string_equal(confirm_tail_beside(confirm_tail(&drive), &drive,
						&other), drive.serial);
}

static void without_a_serial_number_nothing_confirms(void **state)
{
	static const struct haiki_drive drive = { .path = "/dev/sdc" };

	(void)state;
	assert_false(confirm_matches(&drive, confirm_tail(&drive), ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_four_characters_confirm_a_drive),
		cmocka_unit_test(a_scanned_serial_number_confirms_it_too),
		cmocka_unit_test(an_end_that_two_drives_share_confirms_neither),
		cmocka_unit_test(a_drive_is_not_compared_with_itself),
		cmocka_unit_test(a_serial_number_that_ends_another_is_taken_whole),
		cmocka_unit_test(no_character_is_cut_in_two),
		cmocka_unit_test(without_a_serial_number_nothing_confirms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
