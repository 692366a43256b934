/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"

static int scratch(void **state)
{
	static char name[64];

	memcpy(name, "/tmp/file_test.XXXXXX", 22);
	*state = name;
	return mkdtemp(name) && chdir(name) == 0 ? 0 : -1;
}

static int clean_up(void **state)
{
	unlink("pipe");
	unlink("plain");
	unlink("endless");
	unlink("link");
	return chdir("/") == 0 && rmdir(*state) == 0 ? 0 : -1;
}

static int load(const char *path, size_t max)
{
	CLEANUP(free) char *bytes = NULL;
	size_t length;

	return file_load(path, max, &bytes, &length, NULL);
}

static void reads_what_was_written(void **state)
{
	CLEANUP(free) char *bytes = NULL;
	size_t length = 0;
	char hash[65], same[65];

	(void)state;
	assert_int_equal(file_write("plain", "a\0b", 3, 0600, true, NULL), 0);
	assert_int_equal(file_write("plain", "x", 1, 0600, true, NULL),
			 -EEXIST);
	assert_int_equal(file_read("plain", 3, &bytes, &length, NULL), 0);
	assert_int_equal(length, 3);
	assert_memory_equal(bytes, "a\0b", 4);
	assert_int_equal(load("plain", 2), -EFBIG);
	assert_int_equal(load("none", 3), -ENOENT);
	assert_int_equal(load(".", 3), -EISDIR);
	assert_int_equal(symlink("plain", "link"), 0);
	assert_int_equal(load("link", 3), 0);
	assert_int_equal(hash_file("plain", hash, NULL), 0);
	hash_bytes("a\0b", 3, same);
	assert_string_equal(hash, same);
}

/* Until it is finished the old file stays, and nothing is left behind. */
static void streams_replace_at_the_end(void **state)
{
	struct file_stream *s = NULL;
	CLEANUP(free) char *bytes = NULL;
	size_t length = 0;

	(void)state;
	assert_int_equal(file_write("report", "old", 3, 0600, false, NULL), 0);
	assert_int_equal(file_stream_new("report", &s, NULL), 0);
	assert_true(fprintf(file_stream_file(s), "new %d", 1) > 0);
	assert_int_equal(file_read("report", 9, &bytes, &length, NULL), 0);
	assert_string_equal(bytes, "old");
	file_stream_free(s);
	assert_int_equal(load("report", 3), 0);

	assert_int_equal(file_stream_new("report", &s, NULL), 0);
	assert_true(fprintf(file_stream_file(s), "new %d", 1) > 0);
	assert_int_equal(file_stream_finish(s, 0644, NULL), 0);
	file_stream_free(s);
	free(TAKE(bytes));
	assert_int_equal(file_read("report", 9, &bytes, &length, NULL), 0);
	assert_string_equal(bytes, "new 1");
	assert_int_equal(file_stream_new("none/report", &s, NULL), -ENOENT);
	unlink("report");
}

/* With nobody at the other end, and without one. */
static void waits_for_nobody(void **state)
{
	char hash[65];

	(void)state;
	alarm(20);
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(load("pipe", 100), -EINVAL);
	assert_int_equal(hash_file("pipe", hash, NULL), -EINVAL);
	assert_int_equal(symlink("/dev/zero", "endless"), 0);
	assert_int_equal(load("endless", 100), -EINVAL);
	assert_int_equal(hash_file("endless", hash, NULL), -EINVAL);
	alarm(0);
}

/* A passphrase may come through one. */
static void reads_a_pipe_where_it_may(void **state)
{
	CLEANUP(free) char *bytes = NULL;
	size_t length = 0;
	char path[32];
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "secret", 6), 6);
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	assert_int_equal(file_read(path, 100, &bytes, &length, NULL), 0);
	assert_string_equal(bytes, "secret");
	close(ends[0]);
}

static void renames(void **state)
{
	CLEANUP(free) char *bytes = NULL;
	size_t length = 0;

	(void)state;
	assert_int_equal(file_write("plain", "new", 3, 0600, false, NULL), 0);
	assert_int_equal(mkdir("there", 0700), 0);
	assert_int_equal(file_write("there/old", "old", 3, 0600, true, NULL),
			 0);
	assert_int_equal(file_rename("plain", "there/old", NULL), 0);
	assert_int_equal(file_read("there/old", 3, &bytes, &length, NULL), 0);
	assert_string_equal(bytes, "new");
	assert_int_equal(file_rename("plain", "there/old", NULL), -ENOENT);
	assert_int_equal(file_rename("there/old", "nowhere/old", NULL),
			 -ENOENT);
	assert_int_equal(access("there/old", F_OK), 0);
	unlink("there/old");
	rmdir("there");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_was_written),
		cmocka_unit_test(streams_replace_at_the_end),
		cmocka_unit_test(waits_for_nobody),
		cmocka_unit_test(reads_a_pipe_where_it_may),
		cmocka_unit_test(renames),
	};

	return cmocka_run_group_tests(tests, scratch, clean_up);
}
