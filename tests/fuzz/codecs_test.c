/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fuzz targets of the codecs as a plain regression test: random bytes of
 * a fixed seed, and real IDENTIFY data with bits flipped. libFuzzer builds
 * the same files (make fuzz).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include "base/cleanup.h"
#include "base/file.h"

#define LLVMFuzzerTestOneInput fuzz_ata
#include "fuzz/ata.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_scsi
#include "fuzz/scsi.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_nvme
#include "fuzz/nvme.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_mmc
#include "fuzz/mmc.c"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_opal
#include "fuzz/opal.c"
#undef LLVMFuzzerTestOneInput

typedef int fuzz_target(const uint8_t *data, size_t size);

static fuzz_target *const targets[] = { fuzz_ata, fuzz_scsi, fuzz_nvme,
					fuzz_mmc, fuzz_opal };

/* xorshift64: the same bytes in every run. */
static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* A copy on the heap of just that size, so that sanitizers see overruns. */
static void feed(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		CLEANUP(free) uint8_t *copy = malloc(size ? size : 1);

		assert_non_null(copy);
		memcpy(copy, data, size);
		targets[i](copy, size);
	}
}

/* First bytes that decoders look for, so that random data gets past them. */
static const uint8_t starts[][4] = {
	{ 0x72, 0x02, 0x04, 0x1B }, { 0x70, 0, 0x02, 0 }, { 0, 0x83, 0, 60 },
	{ 0, 0x80, 0, 20 }, { 0, 0x89, 2, 0x38 }, { 0, 0, 0, 120 },
	{ 0, 0, 0, 0 },
};

static void survives_random_bytes(void **state)
{
	uint64_t seed = UINT64_C(0x9E3779B97F4A7C15);
	uint8_t data[4096];

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		size_t size = (size_t)(next(&seed) %
				       (round % 16 ? 700 : sizeof(data)));

		for (size_t i = 0; i < size; i++)
			data[i] = (uint8_t)next(&seed);
		/* Sparse data has plausible lengths more often. */
		if (round % 2)
			for (size_t i = 0; i < size; i++)
				data[i] &= (uint8_t)(next(&seed) & next(&seed));
		if (round % 3 && size >= 4)
			memcpy(data, starts[round % ARRAY_SIZE(starts)], 4);
		feed(data, size);
	}
}

static void survives_damaged_identities(void **state)
{
	uint64_t seed = 4711;
	glob_t found;

	(void)state;
	assert_int_equal(glob("tests/data/identify/*.bin", 0, NULL, &found), 0);
	assert_true(found.gl_pathc > 10);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		CLEANUP(free) char *bytes = NULL;
		size_t length;

		assert_int_equal(file_read(found.gl_pathv[i], 4096, &bytes,
					   &length, NULL), 0);
		for (unsigned round = 0; round < 40; round++) {
			feed((uint8_t *)bytes, length);
			bytes[next(&seed) % length] ^=
				(char)(1u << next(&seed) % 8);
		}
	}
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(survives_random_bytes),
		cmocka_unit_test(survives_damaged_identities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
