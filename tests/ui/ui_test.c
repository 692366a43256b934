/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "ui/ui.h"

static void widths_count_kanji_as_two(void **state)
{
	(void)state;
	assert_int_equal(ui_width("haiki"), 5);
	assert_int_equal(ui_width("廃棄"), 4);
	assert_int_equal(ui_width("𠮷田"), 4);
	assert_int_equal(ui_width("\xff" "a"), 2);
}

static char *wrapped(const char *text, int indent)
{
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	ui_wrap(f, text, indent);
	fclose(f);
	return out;
}

static void no_line_is_wider_than_the_screen(void **state)
{
	static const char *const texts[] = {
		"この記憶装置はマウントされているため消去できません。先に取り外してから、もう一度実行してください。何も書き込んでいません。",
		"The drive is mounted on /srv/data and was not touched: unmount it first, then run the command again, please.",
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *out = wrapped(texts[i], 7), *save = NULL;
		size_t kept = 0;

		for (char *l = strtok_r(out, "\n", &save); l;
		     l = strtok_r(NULL, "\n", &save)) {
			assert_true(ui_width(l) <= 80);
			kept += strlen(l);
		}
		assert_true(kept + 8 >= strlen(texts[i]));
		free(out);
	}
}

static void no_line_begins_with_a_full_stop(void **state)
{
	char *out = wrapped("あああああああああああああああああああああああああああああああああああああああああ。い", 0);

	(void)state;
	assert_null(strstr(out, "\n。"));
	free(out);
}

static void a_number_stays_with_what_it_counts(void **state)
{
	char *out = wrapped("あああああああああああああああああああああああああああああああああああああああ12分", 0);

	(void)state;
	assert_non_null(strstr(out, "\n12分"));
	free(out);
}

static void padding_cuts_with_an_ellipsis(void **state)
{
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	(void)state;
	ui_pad(f, "廃棄処分", 6);
	ui_pad(f, "ab", 4);
	fclose(f);
	assert_string_equal(out, "廃棄… ab  ");
	free(out);
}

static void a_terminal_is_not_commanded_by_a_model_name(void **state)
{
	(void)state;
	assert_string_equal(ui_safe("WD\x1b[2J\xff" "X"), "WD?[2J?X");
	assert_string_equal(ui_safe("a\xe2\x80\xae" "b"), "a?b");
	assert_string_equal(ui_safe("福岡"), "福岡");
}

static void sizes_are_told_as_sold(void **state)
{
	(void)state;
	assert_string_equal(ui_size(1000204886016ull), "1.0 TB");
	assert_string_equal(ui_size(500107862016ull), "500 GB");
	assert_string_equal(ui_size(512), "512 B");
	assert_string_equal(ui_capacity(512), "512 B");
	assert_string_equal(ui_capacity(0), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(widths_count_kanji_as_two),
		cmocka_unit_test(no_line_is_wider_than_the_screen),
		cmocka_unit_test(no_line_begins_with_a_full_stop),
		cmocka_unit_test(a_number_stays_with_what_it_counts),
		cmocka_unit_test(padding_cuts_with_an_ellipsis),
		cmocka_unit_test(a_terminal_is_not_commanded_by_a_model_name),
		cmocka_unit_test(sizes_are_told_as_sold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
