/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "overwrite/pattern.h"

static struct pass pattern_of(uint8_t length)
{
	struct pass pass = { .kind = PASS_PATTERN, .pattern_length = length };

	for (uint8_t i = 0; i < length; i++)
		pass.pattern[i] = (uint8_t)(0x31 + i);
	return pass;
}

static void filled_from_any_byte(void **state)
{
	uint8_t buf[100];

	(void)state;
	for (uint8_t length = 1; length <= 8; length++) {
		const struct pass pass = pattern_of(length);

		for (uint64_t offset = 0; offset < 30; offset++)
			for (size_t size = 0; size < sizeof(buf); size++) {
				memset(buf, 0xee, sizeof(buf));
				pattern_fill(&pass, offset, buf, size);
				for (size_t i = 0; i < size; i++)
					assert_int_equal(buf[i],
						pass.pattern[(offset + i) % length]);
				assert_int_equal(buf[size], 0xee);
			}
	}
}

/* From the place that pattern_place() gives, the area holds what belongs at
 * the offset, for every period and every block. */
static void right_phase_on_every_border(void **state)
{
	enum { REQUEST = 8192, AREA = REQUEST + PATTERN_AREA_EXTRA };
	static uint8_t area[AREA], expected[REQUEST];

	(void)state;
	for (uint8_t length = 1; length <= 8; length++) {
		const struct pass pass = pattern_of(length);

		pattern_fill(&pass, 0, area, AREA);
		for (uint64_t block = 0; block < 200; block++) {
			uint64_t offset = block * 512 +
					  (block % 3) * (1ULL << 50);
			size_t place = pattern_place(&pass, offset);

			assert_int_equal(place % PATTERN_STEP, 0);
			assert_true(place <= PATTERN_AREA_EXTRA);
			pattern_fill(&pass, offset, expected, REQUEST);
			assert_memory_equal(area + place, expected, REQUEST);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filled_from_any_byte),
		cmocka_unit_test(right_phase_on_every_border),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
