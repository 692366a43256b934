/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "command/drive_list.h"

static struct drive_list *parse(const char *text)
{
	struct drive_list *list = NULL;
	struct haiki_error err = { 0 };

	if (drive_list_parse("list.csv", text, strlen(text), &list, &err) < 0)
		fail_msg("%s", err.text);
	return list;
}

static void expect(struct drive_list *list, size_t i, const char *serial,
		   const char *asset, size_t line)
{
	struct drive_entry *entries;
	size_t count;

	entries = drive_list_entries(list, &count);
	assert_true(i < count);
	assert_string_equal(entries[i].serial, serial);
	assert_string_equal(entries[i].asset, asset);
	assert_int_equal(entries[i].line, line);
}

static void expect_count(struct drive_list *list, size_t entries,
			 size_t problems)
{
	size_t count;

	drive_list_entries(list, &count);
	assert_int_equal(count, entries);
	for (size_t i = 0; i < problems; i++)
		assert_non_null(drive_list_problem(list, i));
	if (drive_list_problem(list, problems))
		fail_msg("%s", drive_list_problem(list, problems));
}

static void a_plain_table(void **state)
{
	struct drive_list *list = parse("serial,asset\nA1,R07-1\nB2,R07-2\n");

	(void)state;
	expect_count(list, 2, 0);
	expect(list, 0, "A1", "R07-1", 2);
	expect(list, 1, "B2", "R07-2", 3);
	assert_ptr_equal(drive_list_find(list, "B2"),
			 drive_list_find(list, "B2"));
	assert_null(drive_list_find(list, "b2"));
	assert_null(drive_list_find(list, ""));
	assert_null(drive_list_find(NULL, "A1"));
	drive_list_free(list);
}

static void as_spreadsheets_write_it(void **state)
{
	/* Excel: mark, CRLF, quotes, a formula that keeps zeros. */
	struct drive_list *list = parse("\xef\xbb\xbf" "管理番号,機種,シリアル番号\r\n"
		"R07-1,\"ノート, 14型\",A1\r\n"
		"R07-2,\"行が\r\n二つ\",=\"0012\"\r\n"
		",,\r\n"
		"\"R07 \"\"3\"\"\",,\xe3\x80\x80 C3 \xe3\x80\x80\r\n");

	(void)state;
	expect_count(list, 3, 0);
	expect(list, 0, "A1", "R07-1", 2);
	expect(list, 1, "0012", "R07-2", 3);
	expect(list, 2, "C3", "R07 \"3\"", 6);
	drive_list_free(list);
}

static void zeros_are_kept_in_the_first_column_too(void **state)
{
	struct drive_list *list = parse("serial,asset\r\n"
		"\"=\"\"0012\"\"\",\"=\"\"0007\"\"\"\r\n"
		"=\"0013\",\r\n=\"\",=\"\"\r\n");

	(void)state;
	expect_count(list, 2, 0);
	expect(list, 0, "0012", "0007", 2);
	expect(list, 1, "0013", "", 3);
	drive_list_free(list);
	list = parse("=\"0012\"\n");
	expect_count(list, 1, 0);
	expect(list, 0, "0012", "", 1);
	drive_list_free(list);
}

static void columns_have_many_names(void **state)
{
	static const char *const tables[] = {
		"S/N,Asset Tag\nA1,X\n", "製造番号,資産番号\nA1,X\n",
		"ｼﾘｱﾙ番号,物品番号\nA1,X\n", "Ｓ／Ｎ,備品番号\nA1,X\n",
		"シリアルNo.,台帳番号\nA1,X\n", "Serial Number;asset_no\nA1;X\n",
		"serial\tasset\nA1\tX\n", "asset,serial\nX,A1", "SERIAL,asset\rA1,X\r",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct drive_list *list = parse(tables[i]);

		expect_count(list, 1, 0);
		expect(list, 0, "A1", "X", 2);
		drive_list_free(list);
	}
}

static void two_columns_need_no_names(void **state)
{
	struct drive_list *list = parse("# 総務課\nS1,R7-1\nS2\nS3,\n\n# S4,x\nS5,R7-5");

	(void)state;
	expect_count(list, 4, 0);
	expect(list, 0, "S1", "R7-1", 2);
	expect(list, 1, "S2", "", 3);
	expect(list, 2, "S3", "", 4);
	expect(list, 3, "S5", "R7-5", 7);
	assert_null(drive_list_find(list, "S4"));
	drive_list_free(list);
	list = parse("S1\nS2\n");
	expect_count(list, 2, 0);
	drive_list_free(list);
	list = parse("");
	expect_count(list, 0, 0);
	drive_list_free(list);
	list = parse("serial\nA1\n");
	expect_count(list, 1, 0);
	drive_list_free(list);
}

static void files_that_are_none(void **state)
{
	struct drive_list *list = NULL;

	(void)state;
	assert_int_equal(drive_list_read("/nonexistent/list.csv", &list, NULL),
			 -ENOENT);
	assert_int_equal(drive_list_read("/dev/zero", &list, NULL), -EINVAL);
	assert_null(list);
}

static void what_is_wrong_with_lines_is_told(void **state)
{
	char text[700];
	struct drive_list *list;

	(void)state;
	list = parse("serial,asset\n,R1\nA1,R2\nA1,R2\n1.23457E+11,R3\n");
	expect_count(list, 1, 3);
	expect(list, 0, "A1", "R2", 3);
	assert_non_null(strstr(drive_list_problem(list, 0), "line 2"));
	assert_non_null(strstr(drive_list_problem(list, 1), "line 4"));
	assert_non_null(strstr(drive_list_problem(list, 2), "1.23457E+11"));
	assert_false(drive_list_find(list, "A1")->doubtful);
	drive_list_free(list);

	snprintf(text, sizeof(text), "serial,asset\nA\tB,R1\n%0300d,R2\nC,%0200d\n",
		 1, 2);
	list = parse(text);
	expect_count(list, 0, 3);
	drive_list_free(list);

	list = parse("serial,model\nA1,x\n");
	expect_count(list, 1, 1);
	drive_list_free(list);
}

static void two_asset_numbers_for_one_drive(void **state)
{
	struct drive_list *list = parse("serial,asset\nA1,R1\nB2,R9\nA1,R2\n");

	(void)state;
	expect_count(list, 2, 1);
	assert_true(drive_list_find(list, "A1")->doubtful);
	assert_false(drive_list_find(list, "B2")->doubtful);
	drive_list_free(list);
}

static void what_is_no_table_is_refused(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "A1,R07-1,x\n", "first line" },
		{ "asset\nR07-1\n", "first line" },
		{ "asset,model\nR07-1,x\n", "first line" },
		{ "serial,asset\nA1,\"R1\nB2,R2\n", "line 2: a quotation" },
		{ "\"A1,R1\n", "line 1: a quotation" },
		{ "\x83V\x83\x8a\x83" "A\x83\x8b\n", "UTF-8" },   /* Shift_JIS */
		{ "\xff\xfes\0e", "UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct drive_list *list = NULL;
		struct haiki_error err = { 0 };

		assert_int_equal(drive_list_parse("x", cases[i].text,
						  strlen(cases[i].text), &list,
						  &err), -EINVAL);
		assert_non_null(strstr(err.text, cases[i].says));
		assert_null(list);
	}
	assert_int_equal(drive_list_parse("x", "serial\0", 7,
					  &(struct drive_list *){ NULL },
					  NULL), -EINVAL);
}

/* Every prefix, so that none runs past its end. */
static void a_torn_table_is_read_as_far_as_it_goes(void **state)
{
	static const char text[] = "serial,asset\r\n\"A\"\"1\",\"R\n1\"\r\nB,=\"2\"\r\n";

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		struct drive_list *list = NULL;
		char *copy = test_malloc(n ? n : 1);

		memcpy(copy, text, n);
		if (drive_list_parse("x", copy, n, &list, NULL) == 0)
			drive_list_free(list);
		test_free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_table),
		cmocka_unit_test(as_spreadsheets_write_it),
		cmocka_unit_test(zeros_are_kept_in_the_first_column_too),
		cmocka_unit_test(columns_have_many_names),
		cmocka_unit_test(two_columns_need_no_names),
		cmocka_unit_test(files_that_are_none),
		cmocka_unit_test(what_is_wrong_with_lines_is_told),
		cmocka_unit_test(two_asset_numbers_for_one_drive),
		cmocka_unit_test(what_is_no_table_is_refused),
		cmocka_unit_test(a_torn_table_is_read_as_far_as_it_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
