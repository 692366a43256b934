/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command/assets.h"

static struct assets *parsed(const char *text)
{
	struct haiki_error err = { 0 };
	struct assets *assets = NULL;
	char *copy = strdup(text);

	assert_int_equal(assets_parse("list.csv", copy, &assets, &err), 0);
	free(copy);
	return assets;
}

static void refused(const char *text, const char *words)
{
	struct haiki_error err = { 0 };
	struct assets *assets = NULL;
	char *copy = strdup(text);

	assert_int_equal(assets_parse("list.csv", copy, &assets, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, words));
	free(copy);
}

static void test_plain(void **state)
{
	struct assets *a = parsed("S1,R7-0001\nS2\nS3,\n\n# S4,x\nS5;R7-5\n"
				  "S6\tR7-6");

	(void)state;
	assert_int_equal(assets_count(a), 5);
	assert_string_equal(assets_find(a, "S1"), "R7-0001");
	assert_string_equal(assets_find(a, "S2"), "");
	assert_string_equal(assets_find(a, "S3"), "");
	assert_string_equal(assets_find(a, "S5"), "R7-5");
	assert_string_equal(assets_find(a, "S6"), "R7-6");
	assert_null(assets_find(a, "S4"));
	/* Neither a part of one nor another spelling is the drive. */
	assert_null(assets_find(a, "S"));
	assert_null(assets_find(a, "s1"));
	assert_null(assets_find(a, ""));
	assets_free(a);
}

static void test_from_a_spreadsheet(void **state)
{
	struct assets *a = parsed("\xef\xbb\xbf製造番号,資産番号,備考\r\n"
		"\"WD-1, a\",\"総務 \"\"7\"\"\",x\r\n  S2  , 12 \r\n");

	(void)state;
	assert_int_equal(assets_count(a), 2);
	assert_string_equal(assets_find(a, "WD-1, a"), "総務 \"7\"");
	assert_string_equal(assets_find(a, "S2"), "12");
	assets_free(a);
}

static void test_refused(void **state)
{
	struct haiki_error err = { 0 };
	struct assets *assets = NULL;

	(void)state;
	refused("S1,a\nS2,b\nS1,c\n", "line 3");
	refused("\"S1,a\nS2,b\n", "line 1");
	refused("S1,\"a\n", "line 1");
	/* 製造 as Shift_JIS */
	refused("\x90\xbb\x91\xa2,x\n", "UTF-8");
	assert_int_equal(assets_read("/nonexistent/list.csv", &assets, &err),
			 -ENOENT);
	assert_int_equal(assets_read("/dev/zero", &assets, &err), -EINVAL);
}

static void test_empty(void **state)
{
	struct assets *a = parsed("");

	(void)state;
	assert_int_equal(assets_count(a), 0);
	assets_free(a);
	a = parsed("serial,asset\n,R7\n");
	assert_int_equal(assets_count(a), 0);
	assets_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_from_a_spreadsheet),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
