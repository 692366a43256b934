/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/cleanup.h"
#include "overwrite/limits.h"

#define KIB 1024u

static void requests(void **state)
{
	static const struct {
		uint64_t most, optimal;
		uint32_t unit, request;
	} cases[] = {
		{ 0, 0, 512, 1024 * KIB },              /* nothing known */
		{ 1280 * KIB, 0, 512, 1024 * KIB },     /* SATA */
		{ 128 * KIB, 0, 4096, 1024 * KIB },     /* NVMe */
		{ 120 * KIB, 0, 512, 960 * KIB },       /* USB bridge */
		{ 240 * KIB, 0, 512, 960 * KIB },
		{ 512, 0, 512, 1024 * KIB },            /* nonsense */
		{ 512 * KIB, 1536 * KIB, 512, 1536 * KIB }, /* RAID stripe */
		{ 512 * KIB, 64 * KIB, 512, 1024 * KIB },
		{ 512 * KIB, 0xffff0000, 512, 1024 * KIB }, /* seen on USB */
		{ 1023 * KIB, 0, 512, 1020 * KIB },     /* down to pages */
		{ 1000 * KIB, 0, 65536, 960 * KIB },
		{ UINT64_MAX, UINT64_MAX, 512, 1024 * KIB },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint32_t request = limits_request(cases[i].most,
						  cases[i].optimal,
						  cases[i].unit);

		assert_int_equal(request, cases[i].request);
		assert_int_equal(request % 4096, 0);
		assert_int_equal(request % cases[i].unit, 0);
	}
}

static void without_a_descriptor(void **state)
{
	struct pump_limits limits;

	(void)state;
	limits_find(-1, 4096, &limits);
	assert_int_equal(limits.logical, 4096);
	assert_int_equal(limits.unit, 4096);
	assert_int_equal(limits.request, 1024 * KIB);
	assert_true(limits.slots >= 4 && limits.slots <= PUMP_MAX_SLOTS);
	assert_true(limits.stall_ms >= 60000);
	assert_true((uint64_t)limits.slots * limits.request <= 15 * 1024 * KIB);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests),
		cmocka_unit_test(without_a_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
