/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <haiki/policy.h>
#include "policy/policy.h"
#include "ui/ui.h"
#include "ui/words.h"

static void every_result_has_its_word(void **state)
{
	(void)state;
	assert_string_equal(ui_word("nonconforming"), "NOT conforming");
	assert_string_equal(ui_word(haiki_result_name(HAIKI_CONFORMING)),
			    "conforming");
}

/* Ids such as "completion-certificate" are for programs. */
static void every_duty_of_the_built_in_policies_has_its_word(void **state)
{
	(void)state;
	for (const char *const *id = haiki_policy_builtin(); *id; id++) {
		struct haiki_policy *policy = NULL;

		assert_int_equal(haiki_policy_load(*id, &policy, NULL), 0);
		for (size_t i = 0; i < policy->duties_count; i++)
			assert_null(strchr(ui_word(policy->duties[i].id), '-'));
		haiki_policy_free(policy);
	}
}

static void other_words_stay_as_they_are(void **state)
{
	(void)state;
	assert_string_equal(ui_word("our-own-duty"), "our-own-duty");
	assert_string_equal(ui_word(""), "");
}

static void a_method_is_called_what_the_certificate_calls_it(void **state)
{
	(void)state;
	assert_string_equal(ui_method(HAIKI_OVERWRITE),
			    "Overwrite by software");
	ui_set_language("ja");
	assert_string_equal(ui_method(HAIKI_OVERWRITE),
			    "ソフトウェアによる上書き消去");
	ui_set_language("en");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_result_has_its_word),
		cmocka_unit_test(every_duty_of_the_built_in_policies_has_its_word),
		cmocka_unit_test(other_words_stay_as_they_are),
		cmocka_unit_test(a_method_is_called_what_the_certificate_calls_it),
	};

	ui_set_language("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
