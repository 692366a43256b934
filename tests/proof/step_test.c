/* SPDX-License-Identifier: Apache-2.0 */
/* Reading: every size, bad places, drives that die or go. */
#include "proof/bench.h"

#include <liburing.h>
#include <sys/resource.h>

/* Memory does not grow with the drive: 2^63 bytes. */
static void test_memory(void **state)
{
	struct rusage before, after;
	struct proof *p[8];

	(void)state;
	getrusage(RUSAGE_SELF, &before);
	for (size_t i = 0; i < ARRAY_SIZE(p); i++)
		assert_int_equal(proof_new(HAIKI_PLAN_STANDARD, NULL,
					   9223372036854775296u, 512, &p[i],
					   NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(p); i++) {
		assert_true(proof_bytes_total(p[i]) > 922337203685477529u);
		proof_free(p[i]);
	}
	getrusage(RUSAGE_SELF, &after);
	assert_true(after.ru_maxrss - before.ru_maxrss < 64 * 1024);
}

static void test_read_errors(void **state)
{
	const struct proof_finding *f;
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_FULL, SIZE);
	plant_it(&b);
	memset(b.f.medium, 0, SIZE);
	b.f.bad_first = 3000 * 512;
	b.f.bad_end = 3005 * 512;
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_true(b.v.completed);
	assert_int_equal(b.v.read_errors, 5);
	assert_int_equal(b.v.samples, SIZE / 512 - 5);
	assert_int_equal(b.v.mismatches, 0);
	assert_int_equal(proof_findings(b.p, &f), 1);
	assert_int_equal(f[0].offset, 3000 * 512);
	assert_int_equal(f[0].length, 5 * 512);
	assert_int_equal(f[0].kind, FINDING_UNREADABLE);
	assert_int_equal(proof_bound_ppm(&b.v), 1000000);
	bench_free(&b);
}

/* The ends and a marker that can't be read again are not "gone". */
static void test_unread_ends(void **state)
{
	(void)state;
	for (int last = 0; last < 2; last++) {
		struct bench b;

		bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
		plant_it(&b);
		memset(b.f.medium, 0, SIZE);
		b.f.bad_first = last ? SIZE - 512 : 0;
		b.f.bad_end = b.f.bad_first + 512;
		assert_int_equal(read_all(&b, &uniform), 0);
		assert_false(b.v.ends_read);
		assert_int_equal(b.v.read_errors, 1);
		assert_int_equal(b.v.markers_unread, 1);
		assert_int_equal(b.v.markers_left, 0);
		bench_free(&b);
	}
}

/* A read that never returns: an empty pipe in place of the drive. */
static void test_hanging(void **state)
{
	struct io_uring ring;
	bool done = false;
	struct bench b;
	int ends[2];

	(void)state;
	if (io_uring_queue_init(2, &ring, 0) < 0)
		skip();           /* this system has no io_uring */
	io_uring_queue_exit(&ring);
	bench_new(&b, HAIKI_PLAN_FULL, SIZE);
	plant_it(&b);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(fcntl(ends[0], F_SETFL, O_DIRECT), 0);
	b.f.fd = ends[0];
	proof_patience(b.p, 200);
	for (int i = 0; i < 500 && !done; i++)
		assert_int_equal(proof_step(b.p, &b.f.t, &uniform, 20, &done,
					    NULL), 0);
	assert_true(done);
	assert_true(proof_hangs(b.p));
	proof_result(b.p, &b.v);
	assert_false(b.v.completed);
	assert_true(b.v.read_errors > 0);
	assert_int_equal(b.v.samples, 0);
	b.f.fd = -1;
	close(ends[0]);
	close(ends[1]);
	bench_free(&b);
}

/* One whose reads fail after a while each is given up in time as well, though
 * it answers. */
static void test_failing_slowly(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_FULL, SIZE);
	plant_it(&b);
	b.f.dies_at = 1 << 20;
	b.f.fails_ms = 30;
	b.f.reads = 0;
	proof_patience(b.p, 100);
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_false(b.v.completed);
	assert_false(proof_hangs(b.p));
	assert_true(b.v.read_errors > 0);
	assert_true(b.f.reads < 100);
	bench_free(&b);
}

/* A dying drive is given up, and not tried for days. */
static void test_dying(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_FULL, SIZE);
	b.f.dies_at = 1 << 20;
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_false(b.v.completed);
	assert_int_equal(b.v.samples, 2048);
	assert_true(b.v.read_errors > 0);
	assert_true(b.f.reads < 2000);
	assert_int_equal(proof_bound_ppm(&b.v), 1000000);
	bench_free(&b);
}

/* Many bad places: the rest is still read, and nothing is called good. */
static void test_many_bad(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_FULL, SIZE);
	b.f.bad_first = 4 << 20;
	b.f.bad_end = 12 << 20;
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_true(b.v.completed);
	assert_int_equal(b.v.read_errors, (8 << 20) / 512);
	assert_int_equal(b.v.samples + b.v.read_errors, b.v.population);
	assert_true(b.f.reads < 1100);
	bench_free(&b);
}

static void test_gone(void **state)
{
	(void)state;
	/* `vanishes`: pulled, and the kernel says only "I/O error". */
	for (int vanishes = 0; vanishes < 2; vanishes++) {
		struct haiki_error err = { 0 };
		struct bench b;
		bool done;

		bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
		assert_int_equal(proof_step(b.p, &b.f.t, &uniform, 0, &done,
					    &err), 0);
		b.f.gone = !vanishes;
		b.f.vanishes = vanishes;
		assert_int_equal(read_all(&b, &uniform), -ENODEV);
		assert_false(b.v.completed);
		assert_int_equal(b.v.read_errors, 0);
		bench_free(&b);
	}
}

static void test_odd_media(void **state)
{
	static const uint64_t blocks[] = { 1, 2, 3, 999, 1001, 2001, 2003,
					   63999, 64000, 64001, 80003 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(blocks) * 3; i++) {
		uint64_t size = blocks[i / 3] * 512;
		struct bench b;

		bench_new(&b, HAIKI_PLAN_QUICK + i % 3, size);
		fake_fill_text(b.f.medium, size);
		plant_it(&b);
		memset(b.f.medium, 0, size);
		assert_int_equal(read_all(&b, &uniform), 0);
		assert_clean(&b.v);
		assert_true(b.v.markers_planted > 0);
		assert_true(b.f.largest <= READER_BYTES);
		bench_free(&b);
	}
}

static void test_seeds_are_fresh(void **state)
{
	struct haiki_verification v[2];
	struct proof *p;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(proof_new(HAIKI_PLAN_QUICK, NULL, SIZE, 512,
					   &p, NULL), 0);
		proof_result(p, &v[i]);
		proof_free(p);
	}
	assert_memory_not_equal(v[0].seed, v[1].seed, 32);
}

static void test_slices(void **state)
{
	struct bench b;
	bool done = false;
	uint64_t last = 0;
	unsigned steps = 0;

	(void)state;
	bench_new(&b, HAIKI_PLAN_FULL, SIZE);
	while (!done) {
		assert_int_equal(proof_step(b.p, &b.f.t, &uniform, 0, &done,
					    NULL), 0);
		assert_true(proof_bytes_done(b.p) >= last);
		last = proof_bytes_done(b.p);
		steps++;
	}
	assert_int_equal(steps, SIZE / READER_BYTES);
	assert_int_equal(last, SIZE);
	/* Once more is harmless. */
	assert_int_equal(proof_step(b.p, &b.f.t, &uniform, 0, &done, NULL), 0);
	assert_true(done);
	bench_free(&b);
}

/* --- the kernel's way ------------------------------------------------------ */

/* A file with O_DIRECT in place of the medium in memory. */
static bool open_file(struct bench *b)
{
	const char *build = getenv("BUILD");
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "%s/proof-test-XXXXXX",
		 build ? build : "build");
	fd = mkostemp(path, O_DIRECT | O_CLOEXEC);
	if (fd < 0)
		return false;
	unlink(path);
	b->f.fd = fd;
	return ftruncate(fd, (off_t)b->f.size) == 0;
}

static bool has_io_uring(void)
{
	struct io_uring ring;

	if (io_uring_queue_init(1, &ring, 0) < 0)
		return false;
	io_uring_queue_exit(&ring);
	return true;
}

static void erase_file(struct bench *b)
{
	CLEANUP(free) uint8_t *zero = aligned_alloc(4096, 1 << 20);

	memset(zero, 0, 1 << 20);
	for (uint64_t i = 0; i < b->f.size; i += 1 << 20)
		assert_int_equal(pwrite(b->f.fd, zero, 1 << 20, (off_t)i),
				 1 << 20);
}

static void test_asynchronous(void **state)
{
	(void)state;
	for (int erased = 0; erased < 2; erased++) {
		struct bench b;

		bench_new(&b, HAIKI_PLAN_FULL, SIZE);
		if (!open_file(&b)) {
			bench_free(&b);
			skip();
		}
		plant_it(&b);
		if (erased)
			erase_file(&b);
		assert_int_equal(read_all(&b, &uniform), 0);
		assert_int_equal(b.v.samples, SIZE / 512);
		assert_true(b.v.completed);
		assert_int_equal(b.v.markers_left,
				 erased ? 0 : b.v.markers_planted);
		assert_true(b.v.markers_planted > 2000);
		/* Not one of them through the slow way. */
		if (has_io_uring())
			assert_int_equal(b.f.reads, 0);
		bench_free(&b);
	}
}

/* The medium is shorter than it said: its end is not read, so not proven. */
static void test_short_medium(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_FULL, SIZE);
	if (!open_file(&b)) {
		bench_free(&b);
		skip();
	}
	assert_int_equal(ftruncate(b.f.fd, SIZE - 512 * 3), 0);
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_int_equal(b.v.read_errors, 3);
	assert_int_equal(b.v.samples, SIZE / 512 - 3);
	assert_false(b.v.ends_read);
	bench_free(&b);
}

/* A descriptor with a page cache behind it is not read through. */
static void test_no_page_cache(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	if (!open_file(&b)) {
		bench_free(&b);
		skip();
	}
	assert_int_equal(fcntl(b.f.fd, F_SETFL, 0), 0);
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_int_equal(b.f.reads, 1002);
	bench_free(&b);
}

/* Thrown away in the middle, with reads in flight. */
static void test_abandoned(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) {
		struct bench b;
		bool done;

		bench_new(&b, HAIKI_PLAN_FULL, SIZE);
		if (!open_file(&b)) {
			bench_free(&b);
			skip();
		}
		assert_int_equal(proof_step(b.p, &b.f.t, &uniform, 0, &done,
					    NULL), 0);
		assert_false(done);
		bench_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_read_errors),
		cmocka_unit_test(test_unread_ends),
		cmocka_unit_test(test_hanging),
		cmocka_unit_test(test_failing_slowly),
		cmocka_unit_test(test_dying),
		cmocka_unit_test(test_many_bad),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_odd_media),
		cmocka_unit_test(test_seeds_are_fresh),
		cmocka_unit_test(test_slices),
		cmocka_unit_test(test_asynchronous),
		cmocka_unit_test(test_short_medium),
		cmocka_unit_test(test_no_page_cache),
		cmocka_unit_test(test_abandoned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
