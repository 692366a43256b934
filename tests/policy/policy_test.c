/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "policy/policy.h"

static void policy_cleanup(struct haiki_policy **policy)
{
	haiki_policy_free(*policy);
}

static struct haiki_policy *load(const char *id)
{
	struct haiki_policy *policy = NULL;
	struct haiki_error err = { 0 };

	if (haiki_policy_load(id, &policy, &err) < 0)
		fail_msg("%s", err.text);
	return policy;
}

/* cli.md's ids and ranks, and what people write instead. */
static const struct {
	const char *policy, *words, *id;
	unsigned rank;
} classes[] = {
	{ "fukuoka", "my-number", "my-number", 1 },
	{ "fukuoka", "kimitsu1", "kimitsu1", 2 },
	{ "fukuoka", "kimitsu2", "kimitsu2", 3 },
	{ "fukuoka", "kimitsu3", "kimitsu3", 4 },
	{ "fukuoka", "機密性1", "kimitsu1", 2 },
	{ "fukuoka", "機密性１", "kimitsu1", 2 },
	{ "fukuoka", "（１）以外の機密性１", "kimitsu1", 2 },
	{ "fukuoka", "機密性3", "kimitsu3", 4 },
	{ "fukuoka", "特定個人情報", "my-number", 1 },
	{ "fukuoka", "マイナンバー利用事務系", "my-number", 1 },
	{ "yamaguchi", "kimitsu3a", "kimitsu3a", 1 },
	{ "yamaguchi", "kimitsu3b", "kimitsu3b", 2 },
	{ "yamaguchi", "kimitsu3c", "kimitsu3c", 3 },
	{ "yamaguchi", "kimitsu2", "kimitsu2", 4 },
	{ "yamaguchi", "kimitsu1", "kimitsu1", 5 },
	{ "yamaguchi", "自治体機密性3A", "kimitsu3a", 1 },
	{ "yamaguchi", "自治体機密性３Ａ", "kimitsu3a", 1 },
	{ "yamaguchi", "機密性1", "kimitsu1", 5 },
	{ "iizuka", "kimitsu3", "kimitsu3", 1 },
	{ "iizuka", "kimitsu2", "kimitsu2", 2 },
	{ "iizuka", "kimitsu1", "kimitsu1", 3 },
	{ "iizuka", "機密性３", "kimitsu3", 1 },
	{ "osaka", "juyodo1", "juyodo1", 1 },
	{ "osaka", "juyodo2", "juyodo2", 2 },
	{ "osaka", "juyodo3", "juyodo3", 3 },
	{ "osaka", "juyodo4", "juyodo4", 4 },
	{ "osaka", "重要度1", "juyodo1", 1 },
	{ "osaka", "重要度４", "juyodo4", 4 },
	{ "kawasaki", "my-number", "my-number", 1 },
	{ "kawasaki", "kubun1", "kubun1", 2 },
	{ "kawasaki", "kubun2", "kubun2", 3 },
	{ "kawasaki", "kubun3", "kubun3", 4 },
	{ "kawasaki", "区分Ⅰ", "kubun1", 2 },
	{ "kawasaki", "区分I", "kubun1", 2 },
	{ "kawasaki", "機密性区分Ⅱ", "kubun2", 3 },
	{ "kawasaki", "機密性区分II", "kubun2", 3 },
	{ "kawasaki", "機密性区分３", "kubun3", 4 },
	{ "kawasaki", "大量の個人情報", "my-number", 1 },
	{ "kawasaki", "マイナンバー利用事務系又は大量の個人情報", "my-number", 1 },
};

static void finds_classes_by_id_and_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		CLEANUP(policy) struct haiki_policy *policy =
			load(classes[i].policy);
		const struct haiki_class *cls = NULL;
		struct haiki_error err = { 0 };

		if (haiki_policy_find_class(policy, classes[i].words, &cls,
					    &err) < 0)
			fail_msg("%s", err.text);
		assert_string_equal(cls->id, classes[i].id);
		assert_int_equal(cls->rank, classes[i].rank);
		assert_true(cls->name[0] && cls->name_en[0] && cls->holds[0] &&
			    cls->holds_en[0] && cls->article[0]);
	}
}

static void guesses_no_class(void **state)
{
	static const char *const wrong[] = {
		"1", "１", "2", "3", "Ⅰ", "I", "II", "一", "3A", " 1 ", "-1",
		"", "機密性", "機密性4", "kimitsu", "KIMITSU1", "kimitsu1 ",
		"機密性1\n", "自治体", "重要度", "区分", "\xff\xfe",
	};
	const char *const *ids = haiki_policy_builtin();

	(void)state;
	for (; *ids; ids++)
		for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
			CLEANUP(policy) struct haiki_policy *policy =
				load(*ids);
			const struct haiki_class *cls = NULL;
			struct haiki_error err = { 0 };

			assert_int_equal(haiki_policy_find_class(policy,
				wrong[i], &cls, &err), -ENOENT);
			assert_null(cls);
			/* The way out: ids with their ranks. */
			assert_non_null(strstr(err.text, "1: "));
			assert_non_null(strstr(err.text,
				haiki_policy_class(policy, 0)->id));
		}
}

static void a_bare_number_is_told_why(void **state)
{
	CLEANUP(policy) struct haiki_policy *policy = load("iizuka");
	const struct haiki_class *cls = NULL;
	struct haiki_error err = { 0 };

	(void)state;
	assert_int_equal(haiki_policy_find_class(policy, "１", &cls, &err),
			 -ENOENT);
	assert_non_null(strstr(err.text, "opposite"));
	assert_non_null(strstr(err.text,
			       "1: kimitsu3, 2: kimitsu2, 3: kimitsu1"));
}

/* 別表第1備考2: 最高度の分類に応じて. Numbers run opposite ways. */
static void mixed_media_take_the_highest(void **state)
{
	static const struct {
		const char *policy, *highest;
	} expected[] = {
		{ "fukuoka", "kimitsu1" }, { "iizuka", "kimitsu3" },
	};
	static const char *const mixed[] = {
		"kimitsu2", "kimitsu3", "kimitsu1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		CLEANUP(policy) struct haiki_policy *policy =
			load(expected[i].policy);
		const struct haiki_class *cls[3];

		for (size_t k = 0; k < 3; k++)
			assert_int_equal(haiki_policy_find_class(policy,
				mixed[k], &cls[k], NULL), 0);
		assert_string_equal(haiki_policy_highest(cls, 3)->id,
				    expected[i].highest);
		assert_ptr_equal(haiki_policy_highest(cls, 1), cls[0]);
	}
	assert_null(haiki_policy_highest(NULL, 0));
}

static void ranks_are_in_order(void **state)
{
	const char *const *ids = haiki_policy_builtin();

	(void)state;
	for (; *ids; ids++) {
		CLEANUP(policy) struct haiki_policy *policy = load(*ids);

		for (size_t i = 0; i < haiki_policy_class_count(policy); i++)
			assert_int_equal(haiki_policy_class(policy, i)->rank,
					 i + 1);
	}
}

static void only_kawasaki_tells_media_apart(void **state)
{
	const char *const *ids = haiki_policy_builtin();

	(void)state;
	for (; *ids; ids++) {
		CLEANUP(policy) struct haiki_policy *policy = load(*ids);

		assert_int_equal(haiki_policy_splits_media(policy),
				 !strcmp(*ids, "kawasaki"));
	}
}

static void names_and_back(void **state)
{
	(void)state;
	for (int i = 0; i <= HAIKI_CONFORMING; i++)
		assert_int_equal(haiki_result_from_name(
			haiki_result_name((enum haiki_result)i)), i);
	assert_string_equal(haiki_result_name(HAIKI_DUTY), "duty");
	assert_string_equal(haiki_result_name((enum haiki_result)44),
			    "nonconforming");
	assert_int_equal(haiki_result_from_name("fine"), HAIKI_NONCONFORMING);
	assert_string_equal(haiki_level_name(HAIKI_LEVEL_PURGE), "purge");
	assert_string_equal(haiki_level_name((enum haiki_level)9), "none");
	haiki_policy_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_classes_by_id_and_words),
		cmocka_unit_test(guesses_no_class),
		cmocka_unit_test(a_bare_number_is_told_why),
		cmocka_unit_test(mixed_media_take_the_highest),
		cmocka_unit_test(ranks_are_in_order),
		cmocka_unit_test(only_kawasaki_tells_media_apart),
		cmocka_unit_test(names_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
