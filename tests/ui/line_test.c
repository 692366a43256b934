/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "ui/line.h"

/* What stands there after `keys`, and what the last of them meant. */
static enum ui_typed type(struct ui_line *line, const char *keys)
{
	enum ui_typed last = UI_TYPED_NOTHING;

	ui_line_clear(line);
	for (; *keys; keys++)
		last = ui_line_take(line, (unsigned char)*keys);
	return last;
}

static void a_line_is_typed(void **state)
{
	struct ui_line line;

	(void)state;
	assert_int_equal(type(&line, "4567"), UI_TYPED_MORE);
	assert_string_equal(line.text, "4567");
	assert_int_equal(type(&line, "4567\r"), UI_TYPED_LINE);
	assert_string_equal(line.text, "4567");
	assert_int_equal(type(&line, "\n"), UI_TYPED_LINE);
	assert_string_equal(line.text, "");
}

static void a_whole_character_is_taken_back(void **state)
{
	struct ui_line line;

	(void)state;
	type(&line, "a福岡\x7f");
	assert_string_equal(line.text, "a福");
	type(&line, "a福\x08\x08\x08\x08");
	assert_string_equal(line.text, "");
	type(&line, "abc\x15" "d");
	assert_string_equal(line.text, "d");
}

static void keys_that_say_nothing_leave_nothing(void **state)
{
	struct ui_line line;

	(void)state;
	type(&line, "a\x1b[Ab\x1b[3~c\x1bOPd\x1bxe");
	assert_string_equal(line.text, "abcde");
	assert_int_equal(type(&line, "\x01"), UI_TYPED_NOTHING);
	assert_string_equal(line.text, "");
}

static void input_ends_only_on_an_empty_line(void **state)
{
	struct ui_line line;

	(void)state;
	assert_int_equal(type(&line, "a\x04"), UI_TYPED_NOTHING);
	assert_int_equal(type(&line, "\x04"), UI_TYPED_END);
}

static void too_much_is_not_taken(void **state)
{
	struct ui_line line;

	(void)state;
	ui_line_clear(&line);
	for (int i = 0; i < 1000; i++)
		ui_line_take(&line, 'x');
	assert_int_equal(strlen(line.text), sizeof(line.text) - 1);
	assert_int_equal(line.length, sizeof(line.text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_typed),
		cmocka_unit_test(a_whole_character_is_taken_back),
		cmocka_unit_test(keys_that_say_nothing_leave_nothing),
		cmocka_unit_test(input_ends_only_on_an_empty_line),
		cmocka_unit_test(too_much_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
