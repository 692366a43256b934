/* SPDX-License-Identifier: Apache-2.0 */
/* Drives that lie: markers, and what stood there before. */
#include "proof/bench.h"

/* A blank drive that reports success and does nothing. */
static void test_blank_does_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all_kinds); i++) {
		struct bench b;

		bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
		plant_it(&b);
		assert_int_equal(read_all(&b, all_kinds[i]), 0);
		assert_int_equal(b.v.markers_left, b.v.markers_planted);
		/* Blank everywhere: nothing but markers would show it. */
		assert_int_equal(b.v.markers_planted, 1002);
		assert_true(b.v.mismatches >= b.v.markers_left);
		assert_int_equal(proof_bound_ppm(&b.v), 1000000);
		bench_free(&b);
	}
}

/* Data, plain or encrypted, that is all still there. */
static void test_full_does_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(all_kinds); i++) {
		struct bench b;

		bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
		if (i % 2)
			fake_fill_noise(b.f.medium, SIZE, 3);
		else
			fake_fill_text(b.f.medium, SIZE);
		plant_it(&b);
		assert_int_equal(read_all(&b, all_kinds[i / 2]), 0);
		assert_int_equal(b.v.markers_left, 256);
		assert_true(b.v.mismatches >= 1001);
		bench_free(&b);
	}
}

/* It erases where the markers are, and nowhere else. */
static void test_erases_markers_only(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	fake_fill_noise(b.f.medium, SIZE, 3);
	plant_it(&b);
	for (size_t i = 0; i < b.p->points_count; i++)
		if (b.p->points[i].flags & POINT_TRIED)
			memset(b.f.medium + b.p->points[i].block * 512, 0, 512);
	assert_int_equal(read_all(&b, &noise), 0);
	assert_int_equal(b.v.markers_left, 0);
	assert_int_equal(b.v.mismatches, 1002 - 256);
	bench_free(&b);
}

/* Writes dropped: no marker sticks, and none is relied on. */
static void test_drops_writes(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	b.f.drops_writes = true;
	plant_it(&b);
	/* Blank, and said to be erased now. */
	assert_int_equal(read_all(&b, &changed), 0);
	assert_int_equal(b.v.markers_tried, 1002);
	assert_int_equal(b.v.markers_planted, 0);
	/* Unchanged since before, and no marker ever showed a change. */
	assert_int_equal(b.v.mismatches, 1002);
	bench_free(&b);
}

/* Markers were only ever in a cache; what was there before comes back. */
static void test_loses_cache(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	fake_fill_noise(b.f.medium, SIZE, 3);
	fake_volatile_cache(&b.f);
	plant_it(&b);
	fake_power_off(&b.f);
	assert_int_equal(read_all(&b, &noise), 0);
	assert_int_equal(b.v.markers_planted, 256);
	assert_int_equal(b.v.markers_left, 0);
	assert_int_equal(b.v.mismatches, 1002);
	bench_free(&b);
}

static void test_flush_fails(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	b.f.flush_fails = true;
	plant_it(&b);
	proof_result(b.p, &b.v);
	assert_int_equal(b.v.markers_planted, 0);
	/* None is relied on, and yet one that is found is found. */
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_int_equal(b.v.markers_planted, 1002);
	assert_int_equal(b.v.markers_left, 1002);
	bench_free(&b);
	/* Erased: then they count for nothing. */
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	b.f.flush_fails = true;
	plant_it(&b);
	memset(b.f.medium, 0, SIZE);
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_int_equal(b.v.markers_planted, 0);
	assert_int_equal(b.v.markers_left, 0);
	bench_free(&b);
}

/* A marker survives, damaged or elsewhere: the drive moved blocks around. */
static void test_moved_marker(void **state)
{
	const struct proof_finding *f;
	uint8_t marker[512];
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_FULL, SIZE);
	plant_it(&b);
	memcpy(marker, b.f.medium, sizeof(marker));
	memset(b.f.medium, 0, SIZE);
	memcpy(b.f.medium + 777 * 512, marker, sizeof(marker));
	/* ... and the last 64 bytes of LBA 0's own. */
	memcpy(b.f.medium + 448, marker + 448, 64);
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_int_equal(b.v.markers_left, 2);
	assert_int_equal(b.v.mismatches, 2);
	assert_int_equal(proof_findings(b.p, &f), 2);
	assert_int_equal(f[0].kind, FINDING_MARKER);
	assert_int_equal(f[0].offset, 0);
	assert_int_equal(f[1].kind, FINDING_MARKER);
	assert_int_equal(f[1].offset, 777 * 512);
	assert_int_equal(f[1].length, 512);
	bench_free(&b);
}

/* More copies than markers: the counts still make sense to an auditor. */
static void test_copied_markers(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_FULL, 1500 * 512);
	plant_it(&b);
	for (uint64_t i = 1; i < 1500; i++)
		memcpy(b.f.medium + i * 512, b.f.medium, 512);
	b.p->points_count = 10;           /* as if only ten had been tried */
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_int_equal(b.v.markers_tried, 10);
	assert_int_equal(b.v.markers_left, 10);
	assert_int_equal(b.v.markers_planted, 10);
	assert_int_equal(b.v.mismatches, 1500);
	bench_free(&b);
}

/* 4,096-byte blocks of which only the first 512 bytes are erased. */
static void test_part_of_block(void **state)
{
	const uint64_t size = 264ull << 20;
	struct haiki_verification v;
	struct proof *p;
	struct fake f;
	bool done = false;

	(void)state;
	guard_says = 0;
	fake_init(&f, size);
	assert_int_equal(proof_new(HAIKI_PLAN_QUICK, NULL, size, 4096, &p,
				   NULL), 0);
	assert_int_equal(proof_plant(p, &f.t, NULL, NULL), 0);
	for (size_t i = 0; i < p->points_count; i++)
		memset(f.medium + p->points[i].block * 4096, 0, 512);
	while (!done)
		assert_int_equal(proof_step(p, &f.t, &uniform, 20, &done,
					    NULL), 0);
	proof_result(p, &v);
	assert_int_equal(v.block_bytes, 4096);
	assert_int_equal(v.markers_left, v.markers_planted);
	assert_true(v.markers_planted > 1000);
	proof_free(p);
	fake_free(&f);
}

static void test_write_errors(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	b.f.bad_write_end = 512;          /* LBA 0 can't be written */
	plant_it(&b);
	assert_int_equal(read_all(&b, &changed), 0);
	assert_int_equal(b.v.markers_tried, 1002);
	assert_int_equal(b.v.markers_planted, 1001);
	assert_int_equal(b.v.markers_left, 1001);
	bench_free(&b);
	/* A write-protected drive: no markers, and that is soon known. */
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	b.f.bad_write_end = SIZE;
	plant_it(&b);
	assert_true(b.f.writes > 0 && b.f.writes < 50);
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_int_equal(b.v.markers_planted, 0);
	bench_free(&b);
}

/* Nothing could be read before (a locked drive): nothing to compare with. */
static void test_unreadable_before(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	b.f.bad_end = SIZE;
	b.f.drops_writes = true;
	plant_it(&b);
	assert_true(b.f.reads < 100);
	b.f.bad_end = 0;
	assert_int_equal(read_all(&b, &changed), 0);
	assert_false(b.v.completed);
	assert_int_equal(b.v.markers_planted, 0);
	bench_free(&b);
	/* One bad block: a marker takes the place of what stood there. */
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	fake_fill_noise(b.f.medium, SIZE, 5);
	b.f.bad_first = b.p->points[1].block * 512;
	b.f.bad_end = b.f.bad_first + 512;
	plant_it(&b);
	b.f.bad_end = 0;
	fake_fill_noise(b.f.medium, SIZE, 6);
	assert_int_equal(read_all(&b, &changed), 0);
	assert_int_equal(b.v.markers_tried, 257);
	/* It couldn't be read back either: not comparable, not complete. */
	assert_int_equal(b.v.markers_planted, 256);
	assert_false(b.v.completed);
	assert_int_equal(b.v.mismatches, 0);
	bench_free(&b);
}

static void test_gone(void **state)
{
	struct haiki_error err = { 0 };
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	b.f.gone = true;
	assert_int_equal(proof_plant(b.p, &b.f.t, NULL, &err), -ENODEV);
	assert_true(err.text[0]);
	bench_free(&b);
}

static void test_guard_refuses(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	guard_says = -EPERM;
	assert_int_equal(proof_plant(b.p, &b.f.t, NULL, NULL), -EPERM);
	assert_int_equal(b.f.writes, 0);
	guard_says = 0;
	plant_it(&b);
	assert_int_equal(proof_plant(b.p, &b.f.t, NULL, NULL), -EALREADY);
	bench_free(&b);
}

static void test_never_planted(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	assert_int_equal(read_all(&b, &changed), -EINVAL);
	assert_int_equal(read_all(&b, &noise), -EINVAL);
	assert_false(b.v.completed);
	assert_int_equal(b.v.samples, 0);
	/* The value alone needs no before. */
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_clean(&b.v);
	bench_free(&b);
}

/* The markers are unlike each other, and the same when made again. */
static void test_markers_unique(void **state)
{
	struct bench b, again;

	(void)state;
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	plant_it(&b);
	bench_new(&again, HAIKI_PLAN_QUICK, SIZE);
	plant_it(&again);
	assert_memory_equal(b.f.medium, again.f.medium, SIZE);
	for (size_t i = 1; i < b.p->points_count; i++)
		assert_memory_not_equal(b.f.medium +
					b.p->points[i].block * 512 + 16,
					b.f.medium +
					b.p->points[i - 1].block * 512 + 16,
					32);
	bench_free(&b);
	bench_free(&again);
}

/* On a drive full of data: 256 places, both ends, spread over the whole. */
static void test_markers_spread(void **state)
{
	struct bench b;
	uint64_t last = 0, gap = 0;

	(void)state;
	bench_new(&b, HAIKI_PLAN_STANDARD, SIZE);
	fake_fill_noise(b.f.medium, SIZE, 3);
	plant_it(&b);
	assert_int_equal(b.f.writes, 256);
	assert_true(b.p->points[0].flags & POINT_STUCK);
	assert_true(b.p->points[b.p->points_count - 1].flags & POINT_STUCK);
	for (size_t i = 0; i < b.p->points_count; i++) {
		if (!(b.p->points[i].flags & POINT_STUCK))
			continue;
		if (b.p->points[i].block - last > gap)
			gap = b.p->points[i].block - last;
		last = b.p->points[i].block;
	}
	assert_true(gap < SIZE / 512 / 256 * 2);
	bench_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blank_does_nothing),
		cmocka_unit_test(test_full_does_nothing),
		cmocka_unit_test(test_erases_markers_only),
		cmocka_unit_test(test_drops_writes),
		cmocka_unit_test(test_loses_cache),
		cmocka_unit_test(test_flush_fails),
		cmocka_unit_test(test_moved_marker),
		cmocka_unit_test(test_copied_markers),
		cmocka_unit_test(test_part_of_block),
		cmocka_unit_test(test_write_errors),
		cmocka_unit_test(test_unreadable_before),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_guard_refuses),
		cmocka_unit_test(test_never_planted),
		cmocka_unit_test(test_markers_unique),
		cmocka_unit_test(test_markers_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
