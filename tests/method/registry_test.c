/* SPDX-License-Identifier: Apache-2.0 */
#include "method/method.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Every method that has a name has an implementation with all it needs. */
static void finds_every_method(void **state)
{
	(void)state;
	for (int i = 1; i < HAIKI_METHOD_COUNT; i++) {
		const struct method *m = method_find((enum haiki_method)i);

		assert_non_null(m);
		assert_int_equal(m->id, i);
		assert_non_null(m->probe);
		assert_non_null(m->prepare);
		assert_non_null(m->start);
		assert_non_null(m->poll);
		assert_non_null(m->recover);
		assert_non_null(m->finish);
		assert_non_null(m->expectation);
	}
}

static void finds_nothing_else(void **state)
{
	(void)state;
	assert_null(method_find(HAIKI_METHOD_NONE));
	assert_null(method_find(HAIKI_METHOD_COUNT));
	assert_null(method_find((enum haiki_method)-1));
}

static void names_are_the_contracts(void **state)
{
	(void)state;
	for (int i = 0; i < HAIKI_METHOD_COUNT; i++) {
		const char *name = haiki_method_name((enum haiki_method)i);

		assert_int_equal(haiki_method_from_name(name), i);
	}
	assert_string_equal(haiki_method_name(HAIKI_ATA_SECURITY_ERASE_ENHANCED),
			    "ata-security-erase-enhanced");
	assert_string_equal(haiki_method_name(HAIKI_NVME_FORMAT_USER),
			    "nvme-format-user");
	assert_string_equal(haiki_method_name(HAIKI_OPAL_PSID_REVERT),
			    "opal-psid-revert");
	assert_string_equal(haiki_method_name(HAIKI_METHOD_COUNT), "none");
	assert_int_equal(haiki_method_from_name("nvme-format"),
			 HAIKI_METHOD_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_method),
		cmocka_unit_test(finds_nothing_else),
		cmocka_unit_test(names_are_the_contracts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
