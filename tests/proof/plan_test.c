/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/plan.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/file.h"

static const uint64_t sizes[] = {
	512, 1024, 512 * 7, 512 * 999ull, 512 * 1000ull, 512 * 1537ull,
	512 * 63999ull, 512 * 64000ull, 512 * 64001ull, 512 * 128001ull,
	64ull << 20, 1000003 * 512ull, 250059350016, 1000204886016,
	18000207937536, 9223372036854775296u,
};

static void counted_seed(uint8_t seed[32], uint64_t n)
{
	memset(seed, 0x5a, 32);
	memcpy(seed, &n, sizeof(n));
}

/* --- the same as told in plan.h, written by someone else ----------------- */

static const struct vector {
	enum haiki_plan plan;
	uint64_t size;
	uint32_t block;
	const char *samples, *points;
} vectors[] = {
	{ HAIKI_PLAN_QUICK, 1000204886016u, 512,
	  "2b9e88d11f83e58db3300d1cbafb4cd8",
	  "eee0580ebfb9ac5b455bd595e2815e8a" },
	{ HAIKI_PLAN_STANDARD, 1000204886016u, 512,
	  "e7ce3c478747eaedf08b348e0a18e554",
	  "758be9f8a8a705e6a10525b1886745ad" },
	{ HAIKI_PLAN_FULL, 1000204886016u, 512,
	  "ecc806283aaf052f347827e68111abe4",
	  "63403e575f7fdd34e3fd42e3745fbbe8" },
	{ HAIKI_PLAN_QUICK, 18000207937536u, 4096,
	  "ecf1d6833a03781e10764374042f511b",
	  "652a8dab2b01f9aac2a2f26cad4abfb0" },
	{ HAIKI_PLAN_STANDARD, 18000207937536u, 4096,
	  "058655db963fe1544fa585add829ecaa",
	  "ac7a8d88416982cfded5db6ab527e327" },
	{ HAIKI_PLAN_FULL, 18000207937536u, 4096,
	  "1e85467b757e2ed4f4b54651bf03507f",
	  "086f5bf0a7e3606d774e1f8f7c02d106" },
	{ HAIKI_PLAN_QUICK, 67108864u, 512,
	  "543d3dc6e8b204efff5a35083d7fdc85",
	  "c0333e348049ec40490a2c917c31c606" },
	{ HAIKI_PLAN_STANDARD, 67108864u, 512,
	  "18d3113a120061e2a1fd88160a8a9cd8",
	  "f6b006d78fa6411ae7fb66715661401d" },
	{ HAIKI_PLAN_FULL, 67108864u, 512,
	  "7c93f8e28aebc402d3507c5bb365a897",
	  "4a7a21e3a887abc939ebe8286a255433" },
	{ HAIKI_PLAN_QUICK, 65536000u, 512,
	  "1f7a80337c242b6bc1a0a9f28d3cbb4e",
	  "35536536c5b45b5a7b7607fbf22940c3" },
	{ HAIKI_PLAN_STANDARD, 65536000u, 512,
	  "ffbea2108d59384df7448f9925fb68f9",
	  "1c571132d4bd8ca06f2eb7b3ce2a6b58" },
	{ HAIKI_PLAN_FULL, 65536000u, 512,
	  "361244e95a3806f809080be956c6a20a",
	  "f495ca327bff655a7468ffd6abf72bc1" },
	{ HAIKI_PLAN_QUICK, 512001536u, 512,
	  "c7cb45b6d2157a047adf98dc79122f1c",
	  "99e66741fb7d9609366a5b9dc3df575a" },
	{ HAIKI_PLAN_STANDARD, 512001536u, 512,
	  "91ddfc9f839a9f87d9f6b782748e5588",
	  "97645ce1464cca46f9bcfeb8eb8b18b4" },
	{ HAIKI_PLAN_FULL, 512001536u, 512,
	  "cc7d882c4f2673efc765f6d52d5b20cb",
	  "dfd9e4994dc7e448e7c0faf70f7f06d0" },
	{ HAIKI_PLAN_QUICK, 512u, 512,
	  "3e2e97256a311b20f8ac0412bb508dac",
	  "9a271f2a916b0b6ee6cecb2426f0b320" },
	{ HAIKI_PLAN_STANDARD, 512u, 512,
	  "3e2e97256a311b20f8ac0412bb508dac",
	  "9a271f2a916b0b6ee6cecb2426f0b320" },
	{ HAIKI_PLAN_FULL, 512u, 512,
	  "3e2e97256a311b20f8ac0412bb508dac",
	  "9a271f2a916b0b6ee6cecb2426f0b320" },
	{ HAIKI_PLAN_QUICK, 3584u, 512,
	  "5f6b6ed26437766c512903319ce64047",
	  "d28a59f6173184f7ca72607394ee0595" },
	{ HAIKI_PLAN_STANDARD, 3584u, 512,
	  "5f6b6ed26437766c512903319ce64047",
	  "d28a59f6173184f7ca72607394ee0595" },
	{ HAIKI_PLAN_FULL, 3584u, 512,
	  "5f6b6ed26437766c512903319ce64047",
	  "d28a59f6173184f7ca72607394ee0595" },
	{ HAIKI_PLAN_QUICK, 9223372036854775296u, 512,
	  "a3fb3d4216718a73c2a5dd4ae14361f7",
	  "0e6290d8a2ddf4fff2792d627145ebc2" },
	{ HAIKI_PLAN_STANDARD, 9223372036854775296u, 512,
	  "eb25307d94b1ab3727186b1ef2b2fed8",
	  "16fb3248e433fe211c6cce1c83c1acb6" },
	{ HAIKI_PLAN_FULL, 9223372036854775296u, 512,
	  "35b7e4713ed03bbc6530b0dd34eaa6c3",
	  "f341cb5f8526a7381ea055524862224c" },
	{ HAIKI_PLAN_QUICK, 786944u, 512,
	  "9709d9a55321562c2f7e03ba950edbc4",
	  "c9e2ecb141b50cf80892a06734577b40" },
	{ HAIKI_PLAN_STANDARD, 786944u, 512,
	  "9709d9a55321562c2f7e03ba950edbc4",
	  "2c6cc7c9e4954fb4e71d591c38d2a97a" },
	{ HAIKI_PLAN_FULL, 786944u, 512,
	  "9709d9a55321562c2f7e03ba950edbc4",
	  "2c6cc7c9e4954fb4e71d591c38d2a97a" },
	{ HAIKI_PLAN_QUICK, 999936u, 512,
	  "aa0cbd155ac482c44e4c726374b04931",
	  "fb5fcfec1a531ee2017d6111dc3e2646" },
	{ HAIKI_PLAN_STANDARD, 999936u, 512,
	  "aa0cbd155ac482c44e4c726374b04931",
	  "f0c6f3c017134309bf55a8161a782c08" },
	{ HAIKI_PLAN_FULL, 999936u, 512,
	  "aa0cbd155ac482c44e4c726374b04931",
	  "f0c6f3c017134309bf55a8161a782c08" },
	{ HAIKI_PLAN_QUICK, 262144000u, 4096,
	  "c0408f919423f86f0b35dc5a222921ba",
	  "6c91792e6d4ba15b07460d7f391734bd" },
	{ HAIKI_PLAN_STANDARD, 262144000u, 4096,
	  "f89a0f94944191671e50f0dc492a44fc",
	  "37276f5ee170b9cd854ad579aa107fe8" },
	{ HAIKI_PLAN_FULL, 262144000u, 4096,
	  "eb4b14cf003387bb938bf70d56e07990",
	  "44a5a06e19c358aecb4111530c50fa46" },
};

static void digest_plan(const struct vector *v, char ret_hex[65])
{
	CLEANUP(free) struct sample *samples = NULL;
	CLEANUP(free) char *text = NULL;
	uint8_t seed[32];
	size_t count, length;
	FILE *f = open_memstream(&text, &length);

	for (size_t i = 0; i < 32; i++)
		seed[i] = (uint8_t)i;
	assert_int_equal(proof_plan(v->plan, seed, v->size, v->block, &samples,
				    &count), 0);
	for (size_t i = 0; i < count; i++)
		fprintf(f, "%" PRIu64 " %" PRIu64 "\n", samples[i].offset,
			samples[i].length);
	fclose(f);
	hash_bytes(text, length, ret_hex);
}

static void digest_points(const struct vector *v, char ret_hex[65])
{
	CLEANUP(free) uint64_t *points = NULL;
	CLEANUP(free) char *text = NULL;
	uint8_t seed[32];
	size_t count, length;
	FILE *f = open_memstream(&text, &length);

	for (size_t i = 0; i < 32; i++)
		seed[i] = (uint8_t)i;
	assert_int_equal(plan_points(v->plan, seed, v->size, v->block, &points,
				     &count), 0);
	for (size_t i = 0; i < count; i++)
		fprintf(f, "%" PRIu64 "\n", points[i]);
	fclose(f);
	hash_bytes(text, length, ret_hex);
}

static void test_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		char hex[65];

		digest_plan(&vectors[i], hex);
		hex[32] = '\0';
		assert_string_equal(hex, vectors[i].samples);
		digest_points(&vectors[i], hex);
		hex[32] = '\0';
		assert_string_equal(hex, vectors[i].points);
	}
}

/* --- what every plan must be ---------------------------------------------- */

static void check_samples(const struct sample *samples, size_t count,
			  uint64_t size, uint32_t block)
{
	uint64_t end = 0;

	assert_true(count > 0 && count <= PLAN_MAX_POINTS);
	assert_int_equal(samples[0].offset, 0);
	for (size_t i = 0; i < count; i++) {
		assert_true(samples[i].offset >= end);
		assert_true(samples[i].length > 0);
		assert_int_equal(samples[i].offset % block, 0);
		assert_int_equal(samples[i].length % block, 0);
		assert_true(samples[i].length <= size - samples[i].offset);
		end = samples[i].offset + samples[i].length;
	}
	assert_int_equal(end, size);
}

/* Each point within a sample. */
static void check_points(const struct sample *samples, size_t count,
			 const uint64_t *points, size_t points_count,
			 uint32_t block)
{
	size_t s = 0;

	for (size_t i = 0; i < points_count; i++) {
		assert_true(i == 0 || points[i] > points[i - 1]);
		while (s < count && samples[s].offset + samples[s].length <=
		       points[i] * block)
			s++;
		assert_true(s < count);
		assert_true(samples[s].offset <= points[i] * block);
	}
}

static void test_every_size(void **state)
{
	static const uint32_t blocks[] = { 512, 4096, 65536 };
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes) * 9; i++) {
		uint32_t block = blocks[i % 3];
		enum haiki_plan plan = HAIKI_PLAN_QUICK + i / 3 % 3;
		uint64_t size = sizes[i / 9] / block * block;
		CLEANUP(free) struct sample *samples = NULL;
		CLEANUP(free) uint64_t *points = NULL;
		size_t count, points_count;
		uint8_t seed[32];

		if (!size)
			continue;
		counted_seed(seed, i);
		assert_int_equal(proof_plan(plan, seed, size, block, &samples,
					    &count), 0);
		check_samples(samples, count, size, block);
		assert_int_equal(plan_points(plan, seed, size, block, &points,
					     &points_count), 0);
		check_points(samples, count, points, points_count, block);
	}
}

/* SP 800-88r1 4.7: at least 1,000 equal subsections, in each two samples that
 * don't overlap, of at least 5 %, so at least 10 % of the medium. */
static void check_standard(uint64_t size, uint32_t block,
			   const struct sample *samples, size_t count)
{
	uint64_t population = size / block, total = 0;
	size_t s = 0;

	if (samples[0].length == block)
		s++;
	for (uint64_t sub = 0; sub < 1000; sub++) {
		__extension__ unsigned __int128 n = population;
		uint64_t start = (uint64_t)(n * sub / 1000) * block;
		uint64_t end = (uint64_t)(n * (sub + 1) / 1000) * block;

		for (int k = 0; k < 2; k++, s++) {
			assert_true(s < count);
			assert_true(samples[s].offset >= start);
			assert_true(samples[s].offset + samples[s].length <= end);
			assert_true(samples[s].length >= (end - start) / 20);
			assert_true(samples[s].length * 20.0 >=
				    (double)(end - start));
		}
	}
	for (size_t i = 0; i < count; i++)
		total += samples[i].length;
	assert_true(total >= size / 10);
	/* ... and not much more: it has to be quicker than everything. */
	assert_true(total <= size / 8 + 2 * block);
}

static void test_standard(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		uint64_t size = i < ARRAY_SIZE(sizes) ? sizes[i] :
				(64000 + i * i * 7919) * 512;
		CLEANUP(free) struct sample *samples = NULL;
		uint8_t seed[32];
		size_t count;

		counted_seed(seed, i);
		assert_int_equal(proof_plan(HAIKI_PLAN_STANDARD, seed, size, 512,
					    &samples, &count), 0);
		if (size / 512 / 1000 >= PLAN_SMALL_SUBSECTION)
			check_standard(size, 512, samples, count);
		else
			assert_int_equal(samples[0].length, size);
	}
}

static void test_quick(void **state)
{
	CLEANUP(free) struct sample *samples = NULL;
	const uint64_t size = 1000204886016, population = size / 512;
	uint8_t seed[32];
	size_t count, s = 0;

	(void)state;
	counted_seed(seed, 1);
	assert_int_equal(proof_plan(HAIKI_PLAN_QUICK, seed, size, 512, &samples,
				    &count), 0);
	assert_int_equal(count, 1002);
	s = 1;
	for (uint64_t i = 0; i < 1000; i++, s++) {
		assert_int_equal(samples[s].length, 512);
		assert_true(samples[s].offset >= i * population / 1000 * 512);
		assert_true(samples[s].offset <
			    (i + 1) * population / 1000 * 512);
	}
}

static void test_full_and_small(void **state)
{
	static const enum haiki_plan plans[] = {
		HAIKI_PLAN_QUICK, HAIKI_PLAN_STANDARD, HAIKI_PLAN_FULL };
	uint8_t seed[32] = { 0 };
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(plans); i++) {
		CLEANUP(free) struct sample *samples = NULL;
		CLEANUP(free) struct sample *large = NULL;
		size_t count;

		assert_int_equal(proof_plan(plans[i], seed, 63999 * 512, 512,
					    &samples, &count), 0);
		assert_int_equal(count, 1);
		assert_int_equal(samples[0].length, 63999 * 512);
		assert_int_equal(proof_plan(plans[i], seed, 1ull << 40, 4096,
					    &large, &count), 0);
		assert_true((count == 1) == (plans[i] == HAIKI_PLAN_FULL));
	}
}

static void test_refused(void **state)
{
	struct sample *samples = NULL;
	uint8_t seed[32] = { 0 };
	size_t count = 77;

	(void)state;
#define PLAN(plan, size, block) \
	proof_plan(plan, seed, size, block, &samples, &count)
	assert_int_equal(PLAN(HAIKI_PLAN_NONE, 1 << 20, 512), -EINVAL);
	assert_int_equal(PLAN(HAIKI_PLAN_FULL + 1, 1 << 20, 512), -EINVAL);
	assert_int_equal(PLAN(HAIKI_PLAN_FULL, 0, 512), -EINVAL);
	assert_int_equal(PLAN(HAIKI_PLAN_FULL, 513, 512), -EINVAL);
	assert_int_equal(PLAN(HAIKI_PLAN_FULL, 512, 4096), -EINVAL);
	assert_int_equal(PLAN(HAIKI_PLAN_FULL, 4096 * 3 + 512, 4096), -EINVAL);
	assert_int_equal(PLAN(HAIKI_PLAN_FULL, 1 << 20, 0), -EINVAL);
	assert_int_equal(PLAN(HAIKI_PLAN_FULL, 1 << 20, 520), -EINVAL);
	assert_int_equal(PLAN(HAIKI_PLAN_FULL, 1 << 20, 131072), -EINVAL);
	assert_int_equal(PLAN(HAIKI_PLAN_FULL, 1ull << 63, 512), -EINVAL);
#undef PLAN
	assert_null(samples);
	assert_int_equal(count, 77);
}

/* --- is it random? --------------------------------------------------------- */

#define SEEDS 1000
#define BINS 50

/*
 * Over many seeds, where in its stratum does each sample and point fall? The
 * chi-square of 50 bins (49 degrees of freedom) lies below 110 with a
 * probability of 1 - 1e-6; the seeds are fixed, so this never fails by chance.
 */
static double chi_square(const uint64_t *bins, uint64_t total)
{
	double expected = (double)total / BINS, sum = 0;

	for (size_t i = 0; i < BINS; i++) {
		double d = (double)bins[i] - expected;

		sum += d * d / expected;
	}
	return sum;
}

static void test_uniform(void **state)
{
	/* 100 blocks to a stratum: two to a bin, and every edge counts. */
	const uint64_t population = 100 * 1000;
	static uint64_t bins[BINS], blocks[100];
	uint64_t total = 0;

	(void)state;
	for (uint64_t n = 0; n < SEEDS; n++) {
		CLEANUP(free) uint64_t *points = NULL;
		uint8_t seed[32];
		size_t count;

		counted_seed(seed, n);
		assert_int_equal(plan_points(HAIKI_PLAN_QUICK, seed,
					     population * 512, 512, &points,
					     &count), 0);
		for (size_t i = 0; i < count; i++) {
			/* The ends are there without being drawn. */
			if (points[i] < 100 || points[i] >= population - 100)
				continue;
			bins[points[i] % 100 / 2]++;
			blocks[points[i] % 100]++;
			total++;
		}
	}
	assert_int_equal(total, SEEDS * 998);
	assert_true(chi_square(bins, total) < 110);
	for (size_t i = 0; i < 100; i++)
		assert_true(blocks[i] > total / 100 * 9 / 10);
}

/* The points of standard's long samples are uniform too, edges included. */
static void test_points_uniform(void **state)
{
	const uint64_t population = 100 * 2000;
	static uint64_t blocks[100];
	uint64_t total = 0, first = 0;

	(void)state;
	for (uint64_t n = 0; n < 200; n++) {
		CLEANUP(free) uint64_t *points = NULL;
		uint8_t seed[32];
		size_t count;

		counted_seed(seed, n);
		assert_int_equal(plan_points(HAIKI_PLAN_STANDARD, seed,
					     population * 512, 512, &points,
					     &count), 0);
		for (size_t i = 0; i < count; i++) {
			if (points[i] < 100 || points[i] >= population - 100)
				continue;
			blocks[points[i] % 100]++;
			total++;
		}
	}
	for (size_t i = 0; i < 100; i++) {
		assert_true(blocks[i] > total / 100 * 9 / 10);
		assert_true(blocks[i] < total / 100 * 11 / 10);
		first += i < 50 ? blocks[i] : 0;
	}
	assert_true(first > total / 2 - total / 100);
	assert_true(first < total / 2 + total / 100);
}

/*
 * A leftover of the fraction f is missed as often as promised, and never more
 * often, however it is arranged.
 */
static unsigned count_missed(uint64_t every, uint64_t first, uint64_t length,
			     unsigned runs)
{
	const uint64_t population = 1000 * 1000;
	unsigned missed = 0;

	for (unsigned n = 0; n < runs; n++) {
		CLEANUP(free) struct sample *samples = NULL;
		uint8_t seed[32];
		bool hit = false;
		size_t count;

		counted_seed(seed, n + 100000);
		assert_int_equal(proof_plan(HAIKI_PLAN_QUICK, seed,
					    population * 512, 512, &samples,
					    &count), 0);
		for (size_t i = 1; i + 1 < count && !hit; i++) {
			uint64_t block = samples[i].offset / 512;

			hit = block % every >= first &&
			      block % every < first + length;
		}
		missed += !hit;
	}
	return missed;
}

static void test_promised_frequency(void **state)
{
	(void)state;
	/* f = 0.1 %: (1-f)^1000 = 36.8 %; 200 runs: 73 +- 7. */
	unsigned scattered = count_missed(1000, 371, 1, 200);
	/* The same in one piece of a subsection each tenth: 10 of 1,000. */
	unsigned clumped = count_missed(10000, 4000, 10, 200);

	assert_in_range(scattered, 73 - 30, 73 + 30);
	assert_in_range(clumped, 0, 73 + 30);
	/* f = 1 %: (1-f)^1000 = 0.004 %. */
	assert_int_equal(count_missed(1000, 500, 10, 100), 0);
}

static void test_counted(void **state)
{
	static const enum haiki_plan plans[] = {
		HAIKI_PLAN_QUICK, HAIKI_PLAN_STANDARD, HAIKI_PLAN_FULL,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes) * ARRAY_SIZE(plans); i++) {
		enum haiki_plan plan = plans[i % ARRAY_SIZE(plans)];
		uint64_t size = sizes[i / ARRAY_SIZE(plans)];
		CLEANUP(free) struct sample *samples = NULL;
		uint64_t blocks = 0, sum = 0;
		uint8_t seed[32];
		size_t count;

		counted_seed(seed, i);
		assert_int_equal(proof_plan(plan, seed, size, 512, &samples,
					    &count), 0);
		for (size_t n = 0; n < count; n++)
			sum += samples[n].length / 512;
		assert_int_equal(plan_sample_blocks(plan, seed, size, 512,
						    &blocks), 0);
		assert_int_equal(blocks, sum);
	}
	assert_int_equal(plan_sample_blocks(HAIKI_PLAN_NONE,
		(uint8_t[32]){ 0 }, 512, 512, &(uint64_t){ 0 }), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_every_size),
		cmocka_unit_test(test_standard),
		cmocka_unit_test(test_quick),
		cmocka_unit_test(test_full_and_small),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_counted),
		cmocka_unit_test(test_uniform),
		cmocka_unit_test(test_points_uniform),
		cmocka_unit_test(test_promised_frequency),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
