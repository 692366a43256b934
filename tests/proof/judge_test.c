/* SPDX-License-Identifier: Apache-2.0 */
/* What a read-back must find, and what it must not take for that. */
#include "proof/bench.h"

/* --- erases that worked --------------------------------------------------- */

static void test_zeroed(void **state)
{
	static const enum haiki_plan plans[] = {
		HAIKI_PLAN_QUICK, HAIKI_PLAN_STANDARD, HAIKI_PLAN_FULL };
	static const uint64_t samples[] = { 1002, SIZE / 512 / 10, SIZE / 512 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(plans); i++) {
		struct bench b;

		bench_new(&b, plans[i], SIZE);
		fake_fill_text(b.f.medium, SIZE);
		plant_it(&b);
		memset(b.f.medium, 0, SIZE);
		assert_int_equal(read_all(&b, &uniform), 0);
		assert_clean(&b.v);
		assert_int_equal(b.v.plan, plans[i]);
		assert_int_equal(b.v.expectation, HAIKI_EXPECT_UNIFORM);
		assert_true(b.v.samples >= samples[i]);
		assert_int_equal(b.v.population, SIZE / 512);
		assert_int_equal(b.v.block_bytes, 512);
		assert_int_equal(b.v.markers_planted, 256);
		assert_int_equal(b.v.markers_tried, 256);
		assert_int_equal(proof_bytes_done(b.p),
				 proof_bytes_total(b.p));
		assert_int_equal(b.v.samples * 512, proof_bytes_total(b.p));
		bench_free(&b);
	}
}

static int expect_noise(const void *opaque, uint64_t offset, void *buf,
			size_t length)
{
	memcpy(buf, (const uint8_t *)opaque + offset, length);
	return 0;
}

static void test_pattern(void **state)
{
	CLEANUP(free) uint8_t *stream = malloc(SIZE);
	struct proof_expectation e = {
		.kind = HAIKI_EXPECT_PATTERN, .expected = expect_noise,
		.opaque = stream };
	struct bench b;

	(void)state;
	fake_fill_noise(stream, SIZE, 42);
	bench_new(&b, HAIKI_PLAN_STANDARD, SIZE);
	plant_it(&b);
	memcpy(b.f.medium, stream, SIZE);
	assert_int_equal(read_all(&b, &e), 0);
	assert_clean(&b.v);
	bench_free(&b);
	/* It had the pattern before: that is no mismatch. One bit is. */
	bench_new(&b, HAIKI_PLAN_FULL, SIZE);
	memcpy(b.f.medium, stream, SIZE);
	plant_it(&b);
	memcpy(b.f.medium, stream, SIZE);
	b.f.medium[SIZE / 3] ^= 0x10;
	assert_int_equal(read_all(&b, &e), 0);
	assert_int_equal(b.v.mismatches, 1);
	assert_int_equal(b.v.markers_left, 0);
	bench_free(&b);
}

static int refuse_expected(const void *opaque, uint64_t offset, void *buf,
			   size_t length)
{
	(void)opaque;
	(void)offset;
	(void)buf;
	(void)length;
	return -EINVAL;
}

static void test_expectation_fails(void **state)
{
	struct proof_expectation e = {
		.kind = HAIKI_EXPECT_PATTERN, .expected = refuse_expected };
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	assert_int_equal(read_all(&b, &e), -EINVAL);
	assert_false(b.v.completed);
	assert_int_equal(b.v.samples, 0);
	bench_free(&b);
}

static void test_crypto_erased(void **state)
{
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_STANDARD, SIZE);
	fake_fill_text(b.f.medium, SIZE);
	plant_it(&b);
	fake_fill_noise(b.f.medium, SIZE, 7);
	/* Blocks that the drive forgot altogether read as zeros. */
	memset(b.f.medium + SIZE / 2, 0, SIZE / 4);
	assert_int_equal(read_all(&b, &noise), 0);
	assert_clean(&b.v);
	bench_free(&b);
}

/* An enhanced erase's own pattern, also on a drive that has it already. */
static void test_changed(void **state)
{
	(void)state;
	for (int round = 0; round < 2; round++) {
		struct bench b;

		bench_new(&b, HAIKI_PLAN_STANDARD, SIZE);
		if (round == 0)
			fake_fill_text(b.f.medium, SIZE);
		else
			for (uint64_t i = 0; i < SIZE; i++)
				b.f.medium[i] = (uint8_t)(i % 4);
		plant_it(&b);
		for (uint64_t i = 0; i < SIZE; i++)
			b.f.medium[i] = (uint8_t)(i % 4);
		assert_int_equal(read_all(&b, &changed), 0);
		assert_clean(&b.v);
		bench_free(&b);
	}
}

/* --- leftovers -------------------------------------------------------------- */

static void test_leftovers_found(void **state)
{
	const struct proof_finding *f;
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_FULL, SIZE);
	plant_it(&b);
	memset(b.f.medium, 0xff, SIZE);
	b.f.medium[SIZE - 1] = 0xfe;                    /* the last LBA */
	memset(b.f.medium + 100 * 512, 0, 512);         /* another value */
	fake_fill_text(b.f.medium + (10 << 20), 1 << 20);
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_int_equal(b.v.mismatches, 1 + 1 + 2048);
	assert_int_equal(proof_findings(b.p, &f), 3);
	assert_int_equal(f[0].offset, 100 * 512);
	assert_int_equal(f[1].offset, 10 << 20);
	assert_int_equal(f[1].length, 1 << 20);
	assert_int_equal(f[2].offset, SIZE - 512);
	assert_int_equal(f[2].kind, FINDING_MISMATCH);
	assert_int_equal(b.v.markers_left, 0);
	bench_free(&b);
}

/* More findings than there is room for: the first ones, and the true count. */
static void test_many_findings(void **state)
{
	const struct proof_finding *f;
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_FULL, SIZE);
	for (uint64_t i = 0; i < 1000; i++)
		b.f.medium[(i * 7 + 3) * 512] = 1;
	assert_int_equal(read_all(&b, &uniform), 0);
	assert_int_equal(b.v.mismatches, 1000);
	assert_int_equal(proof_findings(b.p, &f), 256);
	for (uint64_t i = 0; i < 256; i++)
		assert_int_equal(f[i].offset, (i * 7 + 3) * 512);
	bench_free(&b);
}

/* Leftovers in a medium of noise: text, one value, half a block, base64. */
static void test_leftovers_in_noise(void **state)
{
	static const char base64[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct bench b;

	(void)state;
	bench_new(&b, HAIKI_PLAN_FULL, SIZE);
	fake_fill_text(b.f.medium, SIZE);
	plant_it(&b);
	fake_fill_noise(b.f.medium, SIZE, 9);
	fake_fill_text(b.f.medium + 5000 * 512, 512);
	memset(b.f.medium + 6000 * 512, 0x5a, 512);
	memset(b.f.medium + 7000 * 512 + 200, 0, 312);
	for (size_t i = 0; i < 512; i++) {
		uint8_t *byte = &b.f.medium[8000 * 512 + i];

		*byte = (uint8_t)base64[*byte % 64];
	}
	assert_int_equal(read_all(&b, &noise), 0);
	assert_int_equal(b.v.mismatches, 4);
	bench_free(&b);
}

/* The chance of finding a fraction f with n samples is 1-(1-f)^n. */
static void test_frequency(void **state)
{
	const uint64_t size = 32768000 + 512;   /* the smallest sampled */
	unsigned missed = 0;
	struct fake f;

	(void)state;
	fake_init(&f, size);
	/* One block of 64 in every sixteenth subsection: f = 1/1024. */
	for (uint64_t i = 0; i < 62; i++)
		f.medium[(i * 16 * 64 + 5 + i % 50) * 512 + 100] = 1;
	for (unsigned n = 0; n < 200; n++) {
		struct haiki_verification v;
		struct proof *p;
		uint8_t seed[32] = { 0 };
		bool done = false;

		memcpy(seed, &n, sizeof(n));
		assert_int_equal(proof_new(HAIKI_PLAN_QUICK, seed, size, 512,
					   &p, NULL), 0);
		while (!done)
			assert_int_equal(proof_step(p, &f.t, &uniform, 100,
						    &done, NULL), 0);
		proof_result(p, &v);
		missed += v.mismatches == 0;
		proof_free(p);
	}
	/* (63/64)^62 = 37.7 %: 75 of 200, with a deviation of 7. */
	assert_in_range(missed, 45, 105);
	fake_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zeroed),
		cmocka_unit_test(test_pattern),
		cmocka_unit_test(test_expectation_fails),
		cmocka_unit_test(test_crypto_erased),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_leftovers_found),
		cmocka_unit_test(test_many_findings),
		cmocka_unit_test(test_leftovers_in_noise),
		cmocka_unit_test(test_frequency),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
