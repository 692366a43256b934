/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "device/host.h"
#include "device/watch.h"
#include "scratch.h"

static void gone_and_come(struct watch_table *t, const char *const *paths,
			  const uint64_t *sequences, size_t count)
{
	watch_begin(t);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(watch_seen(t, paths[i], sequences[i]), 0);
	assert_int_equal(watch_end(t), 0);
}

static void expect(struct watch_table *t, enum haiki_change_kind kind,
		   const char *path, bool at_start)
{
	struct haiki_change change;

	assert_int_equal(watch_take(t, &change), 1);
	assert_int_equal(change.kind, kind);
	assert_string_equal(change.path, path);
	assert_int_equal(change.at_start, at_start);
}

static void expect_none(struct watch_table *t)
{
	struct haiki_change change;

	assert_int_equal(watch_take(t, &change), 0);
}

static void a_look_tells_what_changed(void **state)
{
	struct watch_table t = { 0 };
	const char *const ab[] = { "/dev/sda", "/dev/sdb" };
	const char *const bc[] = { "/dev/sdb", "/dev/sdc" };

	(void)state;
	gone_and_come(&t, ab, (uint64_t[]){ 1, 2 }, 2);
	expect(&t, HAIKI_ARRIVED, "/dev/sda", true);
	expect(&t, HAIKI_ARRIVED, "/dev/sdb", true);
	expect_none(&t);
	gone_and_come(&t, ab, (uint64_t[]){ 1, 2 }, 2);
	expect_none(&t);
	gone_and_come(&t, bc, (uint64_t[]){ 2, 3 }, 2);
	expect(&t, HAIKI_ARRIVED, "/dev/sdc", false);
	expect(&t, HAIKI_LEFT, "/dev/sda", false);
	expect_none(&t);
	gone_and_come(&t, bc, NULL, 0);
	expect(&t, HAIKI_LEFT, "/dev/sdb", false);
	expect(&t, HAIKI_LEFT, "/dev/sdc", false);
	expect_none(&t);
	watch_fini(&t);
}

static void another_drive_by_the_same_name(void **state)
{
	struct watch_table t = { 0 };
	const char *const a[] = { "/dev/sda" };

	(void)state;
	gone_and_come(&t, a, (uint64_t[]){ 1 }, 1);
	expect(&t, HAIKI_ARRIVED, "/dev/sda", true);
	gone_and_come(&t, a, (uint64_t[]){ 7 }, 1);
	expect(&t, HAIKI_LEFT, "/dev/sda", false);
	expect(&t, HAIKI_ARRIVED, "/dev/sda", false);
	expect_none(&t);
	watch_fini(&t);
}

/* --- practice drives ---------------------------------------------------------*/

static const char set[] = "{\"drives\":["
	"{\"kind\":\"ata-hdd\",\"serial\":\"W-1\",\"size_mib\":1},"
	"{\"kind\":\"ata-hdd\",\"serial\":\"W-2\",\"size_mib\":1}]}";

struct bench {
	struct haiki_host *host;
	struct haiki_watch *watch;
	char file[128], mark[160];
};

static void bench_open(struct bench *b, const char *directory)
{
	snprintf(b->file, sizeof(b->file), "%s/set.json", directory);
	snprintf(b->mark, sizeof(b->mark), "%s.d/W-2.unplugged", b->file);
	put_file(b->file, set, strlen(set));
	assert_int_equal(haiki_host_new(b->file, &b->host, NULL), 0);
	assert_int_equal(haiki_watch_new(b->host, &b->watch, NULL), 0);
}

static void bench_close(struct bench *b)
{
	haiki_watch_free(b->watch);
	haiki_host_free(b->host);
}

static int next(struct bench *b, struct haiki_change *change)
{
	const struct timespec wait = { .tv_nsec = 20000000 };
	int r = 0;

	for (int i = 0; r == 0 && i < 10; i++) {
		r = haiki_watch_next(b->watch, change, NULL);
		if (r == 0)
			nanosleep(&wait, NULL);
	}
	return r;
}

static void practice_drives_are_pulled_and_plugged(void **state)
{
	SCRATCH(dir);
	struct haiki_change change;
	struct haiki_drive *drives;
	struct transport *t;
	struct bench b = { 0 };
	uint8_t sector[512];
	size_t count;
	uint64_t bytes;

	(void)state;
	bench_open(&b, dir);
	for (int i = 1; i <= 2; i++) {
		char path[16];

		snprintf(path, sizeof(path), "sim:W-%d", i);
		assert_int_equal(next(&b, &change), 1);
		assert_int_equal(change.kind, HAIKI_ARRIVED);
		assert_true(change.at_start);
		assert_string_equal(change.path, path);
	}
	assert_int_equal(next(&b, &change), 0);
	assert_int_equal(host_open(b.host, "sim:W-2", true, &t, NULL), 0);
	assert_int_equal(transport_read(t, 0, sector, 512, NULL), 0);

	put_file(b.mark, "", 0);
	assert_int_equal(next(&b, &change), 1);
	assert_int_equal(change.kind, HAIKI_LEFT);
	assert_string_equal(change.path, "sim:W-2");
	assert_int_equal(transport_read(t, 0, sector, 512, NULL), -ENODEV);
	assert_int_equal(transport_size(t, &bytes, NULL), -ENODEV);
	assert_int_equal(haiki_host_list(b.host, NULL, 0, &drives, &count,
					 NULL), 0);
	assert_int_equal(count, 1);
	free(drives);

	/* Back, but what was held before stays gone, and holds it up. */
	assert_int_equal(unlink(b.mark), 0);
	assert_int_equal(next(&b, &change), 0);
	assert_int_equal(transport_read(t, 0, sector, 512, NULL), -ENODEV);
	transport_close(t);
	assert_int_equal(next(&b, &change), 1);
	assert_int_equal(change.kind, HAIKI_ARRIVED);
	assert_false(change.at_start);
	assert_int_equal(host_open(b.host, "sim:W-2", true, &t, NULL), 0);
	assert_int_equal(transport_read(t, 0, sector, 512, NULL), 0);
	transport_close(t);
	bench_close(&b);
}

static void a_practice_drive_may_be_missing_at_first(void **state)
{
	SCRATCH(dir);
	struct haiki_change change;
	struct bench b = { 0 };

	(void)state;
	bench_open(&b, dir);
	bench_close(&b);
	put_file(b.mark, "", 0);
	bench_open(&b, dir);
	assert_int_equal(next(&b, &change), 1);
	assert_string_equal(change.path, "sim:W-1");
	assert_int_equal(next(&b, &change), 0);
	assert_int_equal(unlink(b.mark), 0);
	assert_int_equal(next(&b, &change), 1);
	assert_int_equal(change.kind, HAIKI_ARRIVED);
	assert_false(change.at_start);
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_look_tells_what_changed),
		cmocka_unit_test(another_drive_by_the_same_name),
		cmocka_unit_test(practice_drives_are_pulled_and_plugged),
		cmocka_unit_test(a_practice_drive_may_be_missing_at_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
