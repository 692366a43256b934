/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/jcs.h"

static char *canonical(const char *text)
{
	CLEANUP(json) json_t *json = NULL;
	char *out = NULL;
	size_t length = 0;

	assert_int_equal(json_parse("test", text, strlen(text), 65536, &json,
				    NULL), 0);
	assert_int_equal(jcs_write(json, &out, &length, NULL), 0);
	assert_int_equal(strlen(out), length);
	return out;
}

static bool is_canonical(const char *text)
{
	CLEANUP(json) json_t *json = NULL;
	bool canonical = false;

	assert_int_equal(jcs_parse("test", text, strlen(text), 65536, &json,
				   &canonical, NULL), 0);
	return canonical;
}

static void check(const char *text, const char *expected)
{
	CLEANUP(free) char *out = canonical(text);

	assert_string_equal(out, expected);
	assert_true(is_canonical(out));
	assert_int_equal(is_canonical(text), !strcmp(text, expected));
}

/* RFC 8785, 3.2.3: the property sorting example, complete. */
static void sorts_by_utf16(void **state)
{
	(void)state;
	check("{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\","
	      "\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\","
	      "\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\","
	      "\"\\u0080\":\"Control\","
	      "\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}",
	      "{\"\\r\":\"Carriage Return\",\"1\":\"One\","
	      "\"\xc2\x80\":\"Control\","
	      "\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\","
	      "\"\xe2\x82\xac\":\"Euro Sign\","
	      "\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\","
	      "\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
}

/* RFC 8785, 3.2.2: the string of the example. */
static void escapes_as_ecmascript(void **state)
{
	(void)state;
	check("[\"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"]",
	      "[\"\xe2\x82\xac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"]");
	check("[\"\\b\\t\\n\\f\\r\\u001f\\u007f\"]",
	      "[\"\\b\\t\\n\\f\\r\\u001f\x7f\"]");
}

static void writes_plain_values(void **state)
{
	(void)state;
	check(" { \"b\" : [ 1 , -2, true,false , null ], \"a\" : { } } ",
	      "{\"a\":{},\"b\":[1,-2,true,false,null]}");
	check("[9007199254740991,-9007199254740991,-0]",
	      "[9007199254740991,-9007199254740991,0]");
	check("[]", "[]");
	check("{\"ab\":1,\"a\":2,\"\":3}", "{\"\":3,\"a\":2,\"ab\":1}");
}

/* What is the same to a reader, and was not written by us. */
static void knows_what_is_not_canonical(void **state)
{
	static const char *const others[] = {
		" {}", "{} ", "{}\n", "[ ]", "{ }", "[1, 2]", "[1 ,2]",
		"{\"a\" :1}", "{\"a\": 1}", "{\"b\":1,\"a\":2}",
		"{\"ab\":1,\"a\":2}", "{\"a\":1,\"\":2}", "[-0]",
		"[9007199254740992]", "[-9007199254740992]",
		"[\"\\/\"]", "[\"\\u0041\"]", "[\"\\u000a\"]",
		"[\"\\u001F\"]", "[\"\\u00e4\"]", "[\"\\u0022\"]",
		"{\"\\u0001\":1,\"\\n\":2,\"\\t\":3}",
		"{\"\xef\xac\xb3\":1,\"\xf0\x9f\x98\x80\":2}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (is_canonical(others[i]))
			fail_msg("%s", others[i]);
}

static void refuses_to_write(void **state)
{
	json_t *bad[] = {
		json_pack("[f]", 1.5),
		json_pack("[I]", (json_int_t)9007199254740992),
		json_pack("[I]", (json_int_t)-9007199254740992),
		json_pack("[o]", json_stringn_nocheck("\xc0\xaf", 2)),
		json_pack("{s:f}", "a", 1.0),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct haiki_error err = { 0 };
		char *text = NULL;
		size_t length = 0;

		assert_non_null(bad[i]);
		assert_int_equal(jcs_write(bad[i], &text, &length, &err),
				 -EINVAL);
		assert_null(text);
		assert_int_equal(err.code, -EINVAL);
		json_decref(bad[i]);
	}
}

static void refuses_to_parse(void **state)
{
	static const struct { const char *text; size_t length; } bad[] = {
#define BAD(text) { text, sizeof(text) - 1 }
		BAD(""), BAD("1"), BAD("\"a\""), BAD("{\"a\":1,\"a\":1}"),
		BAD("{\"a\":1,\"\\u0061\":1}"), BAD("[1.0]"), BAD("[1e2]"),
		BAD("[-1E1]"), BAD("[01]"), BAD("[+1]"), BAD("[NaN]"),
		BAD("[9223372036854775808]"), BAD("[\"\xff\"]"),
		BAD("[\"\xc0\x80\"]"), BAD("[\"\xed\xa0\x80\"]"),
		BAD("[\"\\ud800\"]"), BAD("[\"\\u0000\"]"), BAD("[\"\0\"]"),
		BAD("[1]\0"), BAD("[31,0\0]"), BAD("[1] x"), BAD("[1][2]"), BAD("[1,]"),
		BAD("\xef\xbb\xbf[1]"), BAD("{\"a\":1"), BAD("[\"a\nb\"]"),
		BAD("{a:1}"), BAD("['a']"), BAD("[1]//"), BAD("{"), BAD("["),
		BAD("[\""), BAD("{\"a\""), BAD("{\"a\":"), BAD("[1"), BAD("[1,"),
		BAD("[\"\\"), BAD("[\"\\u"), BAD("[\"\\u001"), BAD("[-]"),
		BAD("[tru"), BAD("[x]"), BAD("{}{}"), BAD("[\"\\x\"]"),
		BAD("{\"a\" 1}"), BAD("{\"a\":1,}"), BAD("{,}"), BAD("[,1]"),
		BAD("[\"\\ud800\\u0041\"]"), BAD("[\"\\udc00\"]"), BAD("[1.]"),
		BAD("[1e]"), BAD("[-9223372036854775809]"), BAD("[\"\xe3\x81\"]"),
		BAD("{\"b\":1,\"a\":2,\"b\":3}"), BAD("nul"), BAD("[nul]"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct haiki_error err = { 0 };
		json_t *json = NULL;

		assert_int_equal(json_parse("test", bad[i].text, bad[i].length,
					    65536, &json, &err), -EBADMSG);
		assert_null(json);
		assert_true(err.text[0]);
	}
}

static void limits_depth_and_size(void **state)
{
	char deep[2001];
	json_t *json = NULL;

	(void)state;
	memset(deep, '[', 1000);
	memset(deep + 1000, ']', 1000);
	assert_int_equal(json_parse("deep", deep, 2000, 65536, &json, NULL),
			 -EBADMSG);
	assert_int_equal(json_parse("deep", deep + 970, 60, 65536, &json, NULL),
			 0);
	json_decref(json);
	json = NULL;
	assert_int_equal(json_parse("big", "[1,2]", 5, 4, &json, NULL),
			 -EBADMSG);
	assert_null(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_by_utf16),
		cmocka_unit_test(escapes_as_ecmascript),
		cmocka_unit_test(writes_plain_values),
		cmocka_unit_test(knows_what_is_not_canonical),
		cmocka_unit_test(refuses_to_write),
		cmocka_unit_test(refuses_to_parse),
		cmocka_unit_test(limits_depth_and_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
