/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "overwrite/ranges.h"

static struct ranges *new_ranges(void)
{
	struct ranges *ranges = calloc(1, sizeof(*ranges));

	assert_non_null(ranges);
	return ranges;
}

static void add(struct ranges *ranges, uint64_t lba, uint64_t count,
		uint32_t pass, int error)
{
	const struct bad_range range = { lba, count, pass, error };

	assert_int_equal(ranges_add(ranges, &range), 0);
}

static void assert_range(const struct ranges *ranges, size_t i, uint64_t lba,
			 uint64_t count, uint32_t pass, int error)
{
	assert_true(i < ranges->count);
	assert_int_equal(ranges->range[i].lba, lba);
	assert_int_equal(ranges->range[i].count, count);
	assert_int_equal(ranges->range[i].pass, pass);
	assert_int_equal(ranges->range[i].error, error);
}

static void ordered_and_joined(void **state)
{
	struct ranges *r = new_ranges();

	(void)state;
	add(r, 50, 1, 1, -EIO);
	add(r, 10, 2, 2, -EIO);
	add(r, 10, 2, 1, -EIO);
	add(r, 52, 1, 1, -EIO);
	assert_int_equal(r->count, 4);
	add(r, 51, 1, 1, -EIO);             /* fills the gap */
	add(r, 12, 1, 1, -EIO);             /* behind */
	add(r, 9, 1, 1, -EIO);              /* in front */
	add(r, 53, 1, 1, -ENOSPC);          /* another reason */
	add(r, 8, 1, 2, -EIO);              /* not adjacent */
	assert_int_equal(r->count, 5);
	assert_range(r, 0, 9, 4, 1, -EIO);
	assert_range(r, 1, 50, 3, 1, -EIO);
	assert_range(r, 2, 53, 1, 1, -ENOSPC);
	assert_range(r, 3, 8, 1, 2, -EIO);
	assert_range(r, 4, 10, 2, 2, -EIO);
	assert_int_equal(ranges_blocks(r, 0), 11);
	assert_int_equal(ranges_blocks(r, 1), 8);
	assert_int_equal(ranges_blocks(r, 3), 0);
	assert_true(ranges_valid(r->range, r->count, 54, 2));
	assert_false(ranges_valid(r->range, r->count, 53, 2));
	assert_false(ranges_valid(r->range, r->count, 54, 1));
	free(r);
}

static void cut_above(void **state)
{
	struct ranges *r = new_ranges();

	(void)state;
	add(r, 5, 10, 1, -EIO);
	add(r, 5, 10, 2, -EIO);
	add(r, 20, 1, 2, -EIO);
	add(r, 5, 10, 3, -EIO);
	ranges_cut(r, 2, 8);
	assert_int_equal(r->count, 3);
	assert_range(r, 0, 5, 10, 1, -EIO);
	assert_range(r, 1, 5, 3, 2, -EIO);
	assert_range(r, 2, 5, 10, 3, -EIO);
	ranges_cut(r, 2, 5);
	assert_int_equal(r->count, 2);
	ranges_cut(r, 1, 0);
	ranges_cut(r, 3, 0);
	assert_int_equal(r->count, 0);
	free(r);
}

static void full(void **state)
{
	struct ranges *r = new_ranges();
	const struct bad_range more = { 2 * ENGINE_MAX_BAD_RANGES, 1, 1, -EIO };

	(void)state;
	for (unsigned i = ENGINE_MAX_BAD_RANGES; i-- > 0;)
		add(r, 2 * i, 1, 1, -EIO);
	assert_int_equal(ranges_add(r, &more), -ENOSPC);
	assert_int_equal(r->count, ENGINE_MAX_BAD_RANGES);
	add(r, 1, 1, 1, -EIO);              /* joins two: room again */
	assert_int_equal(ranges_add(r, &more), 0);
	assert_true(ranges_valid(r->range, r->count, 10000, 1));
	free(r);
}

/* Against a bitmap, at random. */
static void random_order(void **state)
{
	enum { BLOCKS = 300 };
	unsigned seed = 5;

	(void)state;
	for (int round = 0; round < 100; round++) {
		struct ranges *r = new_ranges();
		bool bad[BLOCKS] = { 0 };
		size_t runs = 0;

		for (int i = 0; i < 200; i++) {
			uint64_t lba = (uint64_t)rand_r(&seed) % BLOCKS;

			if (!bad[lba])
				add(r, lba, 1, 1, -EIO);
			bad[lba] = true;
		}
		for (size_t i = 0; i < BLOCKS; i++)
			runs += bad[i] && (i == 0 || !bad[i - 1]);
		assert_int_equal(r->count, runs);
		assert_true(ranges_valid(r->range, r->count, BLOCKS, 1));
		for (size_t i = 0; i < r->count; i++)
			for (uint64_t k = 0; k < r->range[i].count; k++)
				assert_true(bad[r->range[i].lba + k]);
		free(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordered_and_joined),
		cmocka_unit_test(cut_above),
		cmocka_unit_test(full),
		cmocka_unit_test(random_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
