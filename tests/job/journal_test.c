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
#include "job/journal.h"

struct place {
	char directory[64];
	char file[96];
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	strncpy(p->directory, "/tmp/haiki-journal-XXXXXX",
		sizeof(p->directory) - 1);
	if (!mkdtemp(p->directory))
		return -1;
	snprintf(p->file, sizeof(p->file), "%s/a.journal", p->directory);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	unlink(p->file);
	rmdir(p->directory);
	free(p);
	return 0;
}

static void what_was_put_is_found_again(void **state)
{
	struct place *p = *state;
	struct journal *j;
	uint32_t numbers[3] = { 1, 2, 3 }, got[3];
	void *array;
	size_t count;

	assert_int_equal(journal_create(p->file, &j, NULL), 0);
	assert_int_equal(journal_put(j, "password", "set", NULL), 0);
	assert_int_equal(journal_put(j, "password", "福\"\n", NULL), 0);
	assert_int_equal(journal_put_data(j, "n", numbers, sizeof(numbers), NULL), 0);
	journal_close(j);
	assert_int_equal(journal_open(p->file, &j, NULL), 0);
	assert_string_equal(journal_get(j, "password"), "福\"\n");
	assert_int_equal(journal_get_data(j, "n", got, sizeof(got), NULL), 0);
	assert_memory_equal(got, numbers, sizeof(got));
	assert_int_equal(journal_get_data(j, "n", got, 8, NULL), -ESTALE);
	assert_int_equal(journal_get_data(j, "password", got, 8, NULL), -EBADMSG);
	assert_int_equal(journal_get_data(j, "none", got, 8, NULL), -ENOENT);
	assert_int_equal(journal_get_array(j, "n", 4, &array, &count, NULL), 0);
	assert_int_equal(count, 3);
	free(array);
	assert_int_equal(journal_remove(j, NULL), 0);
	journal_close(j);
	assert_int_equal(access(p->file, F_OK), -1);
}

static void two_programs_never_share_a_job(void **state)
{
	struct place *p = *state;
	struct journal *a, *b;

	assert_int_equal(journal_create(p->file, &a, NULL), 0);
	assert_int_equal(journal_create(p->file, &b, NULL), -EEXIST);
	assert_int_equal(journal_open(p->file, &b, NULL), -EWOULDBLOCK);
	assert_int_equal(journal_read(p->file, &b, NULL), 0);
	journal_close(b);
	journal_close(a);
}

/* Power fails at any byte of the last write: all that came before stands. */
static void a_torn_tail_loses_only_itself(void **state)
{
	struct place *p = *state;
	struct journal *j;
	char *bytes;
	size_t length, first;

	assert_int_equal(journal_create(p->file, &j, NULL), 0);
	assert_int_equal(journal_put(j, "a", "1", NULL), 0);
	journal_close(j);
	assert_int_equal(file_read(p->file, 4096, &bytes, &first, NULL), 0);
	free(bytes);
	assert_int_equal(journal_open(p->file, &j, NULL), 0);
	assert_int_equal(journal_put(j, "a", "2", NULL), 0);
	journal_close(j);
	assert_int_equal(file_read(p->file, 4096, &bytes, &length, NULL), 0);
	for (size_t cut = first; cut <= length; cut++) {
		assert_int_equal(file_write(p->file, bytes, cut, 0600, false, NULL), 0);
		assert_int_equal(journal_open(p->file, &j, NULL), 0);
		assert_string_equal(journal_get(j, "a"), cut == length ? "2" : "1");
		assert_int_equal(journal_put(j, "b", "3", NULL), 0);
		journal_close(j);
		assert_int_equal(journal_read(p->file, &j, NULL), 0);
		assert_string_equal(journal_get(j, "b"), "3");
		assert_string_equal(journal_get(j, "a"), cut == length ? "2" : "1");
		journal_close(j);
	}
	free(bytes);
}

static void damage_before_the_end_is_told(void **state)
{
	struct place *p = *state;
	struct haiki_error err = { 0 };
	struct journal *j = NULL;
	static const char bad[] =
		"{\"key\":\"a\",\"value\":1}\n{\"key\":\"a\",\"value\":\"1\"}\n";

	assert_int_equal(file_write(p->file, bad, strlen(bad), 0600, false, NULL), 0);
	assert_int_equal(journal_open(p->file, &j, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "damaged"));
	assert_null(j);
}

static void a_long_job_does_not_fill_the_stick(void **state)
{
	struct place *p = *state;
	struct journal *j;
	char value[4096], *bytes;
	size_t length;

	memset(value, 'x', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	assert_int_equal(journal_create(p->file, &j, NULL), 0);
	for (int i = 0; i < 1100; i++)
		assert_int_equal(journal_put(j, "state", value, NULL), 0);
	assert_int_equal(journal_put(j, "last", "1", NULL), 0);
	journal_close(j);
	assert_int_equal(file_read(p->file, 5 << 20, &bytes, &length, NULL), 0);
	free(bytes);
	assert_int_equal(journal_open(p->file, &j, NULL), 0);
	assert_string_equal(journal_get(j, "state"), value);
	assert_string_equal(journal_get(j, "last"), "1");
	journal_close(j);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_was_put_is_found_again),
		CASE(two_programs_never_share_a_job),
		CASE(a_torn_tail_loses_only_itself),
		CASE(damage_before_the_end_is_told),
		CASE(a_long_job_does_not_fill_the_stick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
