/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "overwrite/pattern.h"
#include "overwrite/pump.h"

static bool all_zero(const uint8_t *buf, size_t length)
{
	return buf[0] == 0 && memcmp(buf, buf + 1, length - 1) == 0;
}

/* What random data should be is XORed onto what was read: zeros, if right. */
static int check_random(struct pump *pump, uint64_t offset, uint8_t *buf,
			size_t length, uint64_t *ret_mismatches)
{
	const size_t block = pump->limits.logical;
	uint64_t mismatches = 0;
	int r = stream_xor(pump->stream, offset, buf, length);

	if (r < 0)
		return r;
	if (!all_zero(buf, length))
		for (size_t at = 0; at < length; at += block)
			mismatches += !all_zero(buf + at, block);
	*ret_mismatches = mismatches;
	return 0;
}

int pump_check(struct pump *pump, uint64_t offset, uint8_t *buf, size_t length,
	       uint64_t *ret_mismatches)
{
	const size_t block = pump->limits.logical;
	const uint8_t *expected;
	uint64_t mismatches = 0;

	if (pump->current.kind == PASS_RANDOM)
		return check_random(pump, offset, buf, length, ret_mismatches);
	expected = pump->area + pattern_place(&pump->current, offset);
	if (memcmp(buf, expected, length) != 0)
		for (size_t at = 0; at < length; at += block)
			mismatches += memcmp(buf + at, expected + at,
					     block) != 0;
	*ret_mismatches = mismatches;
	return 0;
}
