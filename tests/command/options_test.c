/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "command/options.h"

static const struct option_spec specs[] = {
	{ "json", OPTION_FLAG, NULL, "", true },
	{ "out", OPTION_VALUE, "DIR", "", true },
	{ "confirm", OPTION_LIST, "SERIAL", "", false },
	{ 0 },
};

static int parse(struct options **ret, struct haiki_error *err, char *a,
		 char *b, char *c, char *d)
{
	char *argv[] = { (char *)"erase", a, b, c, d, NULL };
	int argc = 1;

	while (argv[argc])
		argc++;
	return options_parse(specs, argc, argv, ret, err);
}

#define A(s) ((char *)(s))

static void takes_values_in_both_forms(void **state)
{
	struct options *o;
	const char *const *list;

	(void)state;
	assert_int_equal(parse(&o, NULL, A("--out=x"), A("--confirm"), A("S1"),
			       A("/dev/a")), 0);
	assert_string_equal(options_value(o, "out"), "x");
	assert_int_equal(options_list(o, "confirm", &list), 1);
	assert_string_equal(list[0], "S1");
	assert_int_equal(options_arguments(o, &list), 1);
	assert_string_equal(list[0], "/dev/a");
	assert_false(options_flag(o, "json"));
	options_free(o);
}

static void refuses_what_it_does_not_know(void **state)
{
	struct options *o = NULL;
	struct haiki_error err = { 0 };

	(void)state;
	assert_int_equal(parse(&o, &err, A("--forze"), NULL, NULL, NULL), -EINVAL);
	assert_non_null(strstr(err.text, "--forze"));
	assert_int_equal(parse(&o, &err, A("-f"), NULL, NULL, NULL), -EINVAL);
	assert_int_equal(parse(&o, &err, A("--out"), NULL, NULL, NULL), -EINVAL);
	assert_int_equal(parse(&o, &err, A("--json=1"), NULL, NULL, NULL), -EINVAL);
	assert_int_equal(parse(&o, &err, A("--out=a"), A("--out=b"), NULL, NULL),
			 -EINVAL);
	assert_null(o);
}

static void everything_after_two_dashes_is_an_argument(void **state)
{
	struct options *o;
	const char *const *list;

	(void)state;
	assert_int_equal(parse(&o, NULL, A("--"), A("--json"), NULL, NULL), 0);
	assert_int_equal(options_arguments(o, &list), 1);
	assert_string_equal(list[0], "--json");
	options_free(o);
}

static int with_config(const char *text, struct options *o,
		       struct haiki_error *err)
{
	char path[] = "/tmp/haiki-options-XXXXXX";
	int fd = mkstemp(path), r;

	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	r = options_read_config(o, path, NULL, err);
	unlink(path);
	return r;
}

static void the_command_line_wins_over_the_file(void **state)
{
	struct options *o;
	struct haiki_error err = { 0 };

	(void)state;
	assert_int_equal(parse(&o, NULL, A("--out=cli"), NULL, NULL, NULL), 0);
	assert_int_equal(with_config("out = file\njson = yes\n", o, &err), 0);
	assert_string_equal(options_value(o, "out"), "cli");
	assert_true(options_flag(o, "json"));
	options_free(o);
}

static void a_damaged_file_is_an_error(void **state)
{
	struct options *o;
	struct haiki_error err = { 0 };

	(void)state;
	assert_int_equal(parse(&o, NULL, NULL, NULL, NULL, NULL), 0);
	assert_int_equal(with_config("outt = x\n", o, &err), -EINVAL);
	assert_non_null(strstr(err.text, "outt"));
	/* No drive may be confirmed beforehand by a forgotten file. */
	assert_int_equal(with_config("confirm = S1\n", o, &err), -EINVAL);
	assert_int_equal(with_config("json = maybe\n", o, &err), -EINVAL);
	assert_int_equal(with_config("nonsense\n", o, &err), -EINVAL);
	options_free(o);
}

static void the_worst_exit_code_counts(void **state)
{
	static const int order[] = { 1, 4, 5, 3, 2, 0 };

	(void)state;
	for (int i = 0; i < 6; i++)
		for (int j = i; j < 6; j++) {
			assert_int_equal(exit_code_worse(order[i], order[j]),
					 order[i]);
			assert_int_equal(exit_code_worse(order[j], order[i]),
					 order[i]);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_values_in_both_forms),
		cmocka_unit_test(refuses_what_it_does_not_know),
		cmocka_unit_test(everything_after_two_dashes_is_an_argument),
		cmocka_unit_test(the_command_line_wins_over_the_file),
		cmocka_unit_test(a_damaged_file_is_an_error),
		cmocka_unit_test(the_worst_exit_code_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
