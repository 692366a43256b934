/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/jcs.h"
#include "base/json_region.h"

static void region_cleanup(struct json_region **region)
{
	json_region_free(*region);
}

static json_t *parse(const char *text)
{
	json_t *json = NULL;

	assert_int_equal(json_parse("test", text, strlen(text), 1 << 20, &json,
				    NULL), 0);
	return json;
}

static void compare(const json_t *json, const char *expected)
{
	CLEANUP(free) char *text = NULL;
	size_t length;

	assert_int_equal(jcs_write(json, &text, &length, NULL), 0);
	assert_string_equal(text, expected);
}

static const char example[] =
	"{\"a\":[1,2,{\"b\":null}],\"c\":\"\xe5\xbb\x83\xe6\xa3\x84\",\"d\":true}";

static void test_one_after_the_other(void **state)
{
	CLEANUP(region) struct json_region *region = json_region_new();
	const json_t *place = NULL;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		json_t *json;

		json_region_enter(region);
		json = parse(example);
		compare(json, example);
		/* It's used again, and not used up. */
		if (i)
			assert_ptr_equal(json, place);
		place = json;
		json_decref(json);
		assert_true(json_region_leave());
	}
}

static void test_older_trees_stay(void **state)
{
	CLEANUP(region) struct json_region *region = json_region_new();
	json_t *before = parse(example);

	(void)state;
	json_region_enter(region);
	json_object_set_new(before, "a", json_string("within"));
	json_object_del(before, "a");
	json_decref(before);
	assert_true(json_region_leave());
}

/* What is forgotten keeps its place: nothing else gets it. */
static void test_what_is_still_in_use(void **state)
{
	CLEANUP(region) struct json_region *region = json_region_new();
	json_t *kept, *other;

	(void)state;
	json_region_enter(region);
	kept = parse(example);
	assert_false(json_region_leave());
	json_region_enter(region);
	other = parse("{\"x\":\"another text of a certain length\"}");
	compare(kept, example);
	json_decref(other);
	json_decref(kept);
	assert_true(json_region_leave());
}

static void test_larger_than_the_region(void **state)
{
	CLEANUP(region) struct json_region *region = json_region_new();
	CLEANUP(free) char *text = malloc(200000);
	size_t used = 0;
	json_t *json;

	(void)state;
	text[used++] = '[';
	for (int i = 0; i < 20000; i++)
		used += (size_t)sprintf(text + used, "%s\"%d\"", i ? "," : "",
					i);
	sprintf(text + used, "]");
	json_region_enter(region);
	json = parse(text);
	compare(json, text);
	json_decref(json);
	assert_true(json_region_leave());
}

static void test_without_a_region(void **state)
{
	json_t *json;

	(void)state;
	json_region_enter(NULL);
	json = parse(example);
	compare(json, example);
	json_decref(json);
	assert_true(json_region_leave());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_after_the_other),
		cmocka_unit_test(test_older_trees_stay),
		cmocka_unit_test(test_what_is_still_in_use),
		cmocka_unit_test(test_larger_than_the_region),
		cmocka_unit_test(test_without_a_region),
	};

	json_region_prepare();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
