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

#include "base/file.h"
#include "device/thaw.h"

/* A machine that is only files. */
static void put(const char *root, const char *directory, const char *name,
		const char *value)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", root, directory);
	assert_int_equal(file_make_directory(path, NULL), 0);
	snprintf(path, sizeof(path), "%s%s/%s", root, directory, name);
	assert_int_equal(file_write(path, value, strlen(value), 0600, false,
				    NULL), 0);
}

static char *get(const char *root, const char *file)
{
	char path[256], *text;
	size_t length;

	snprintf(path, sizeof(path), "%s%s", root, file);
	assert_int_equal(file_read(path, 4096, &text, &length, NULL), 0);
	return text;
}

static void make(char *root, const char *sleep)
{
	assert_non_null(mkdtemp(root));
	put(root, "/sys/power", "state", "freeze mem\n");
	put(root, "/sys/power", "mem_sleep", sleep);
	put(root, "/sys/class/rtc/rtc0", "wakealarm", "");
}

static void unmake(const char *root)
{
	static const char *const names[] = {
		"/sys/power/state", "/sys/power/mem_sleep", "/sys/power",
		"/sys/class/rtc/rtc0/wakealarm", "/sys/class/rtc/rtc0",
		"/sys/class/rtc", "/sys/class", "/sys", "",
	};
	char path[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", root, names[i]);
		if (unlink(path) < 0)
			rmdir(path);
	}
}

static void it_sleeps_with_an_alarm_set(void **state)
{
	char root[] = "/tmp/haiki-thaw-XXXXXX", *text;

	(void)state;
	make(root, "[s2idle] deep\n");
	assert_int_equal(thaw_suspend(root, 8, NULL), 0);
	text = get(root, "/sys/class/rtc/rtc0/wakealarm");
	assert_non_null(strstr(text, "+8"));
	free(text);
	text = get(root, "/sys/power/mem_sleep");
	assert_int_equal(strncmp(text, "deep", 4), 0);
	free(text);
	text = get(root, "/sys/power/state");
	assert_int_equal(strncmp(text, "mem", 3), 0);
	free(text);
	unmake(root);
}

/* Suspend-to-idle leaves the drives powered: it would thaw nothing. */
static void without_s3_it_says_what_else_to_try(void **state)
{
	char root[] = "/tmp/haiki-thaw-XXXXXX", *text;
	struct haiki_error err = { 0 };

	(void)state;
	make(root, "[s2idle]\n");
	assert_int_equal(thaw_suspend(root, 8, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "power plug"));
	text = get(root, "/sys/power/state");
	assert_string_equal(text, "freeze mem\n");
	free(text);
	unmake(root);
}

/* A machine that nothing wakes up is never put to sleep. */
static void without_an_alarm_it_stays_awake(void **state)
{
	char root[] = "/tmp/haiki-thaw-XXXXXX", path[256], *text;

	(void)state;
	make(root, "s2idle [deep]\n");
	snprintf(path, sizeof(path), "%s/sys/class/rtc/rtc0/wakealarm", root);
	unlink(path);
	assert_int_equal(thaw_suspend(root, 8, NULL), -EOPNOTSUPP);
	text = get(root, "/sys/power/state");
	assert_string_equal(text, "freeze mem\n");
	free(text);
	unmake(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_sleeps_with_an_alarm_set),
		cmocka_unit_test(without_s3_it_says_what_else_to_try),
		cmocka_unit_test(without_an_alarm_it_stays_awake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
