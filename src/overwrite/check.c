/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "overwrite/pattern.h"
#include "overwrite/pump.h"

static int same(struct pump *pump, uint64_t offset, const uint8_t *buf,
		size_t length, bool *ret_same)
{
	if (pump->current.kind == PASS_RANDOM)
		return stream_same(pump->stream, offset, buf, length, ret_same);
	*ret_same = !memcmp(buf, pump->area + pattern_place(&pump->current,
							    offset), length);
	return 0;
}

int pump_check(struct pump *pump, uint64_t offset, const uint8_t *buf,
	       size_t length, uint64_t *ret_mismatches)
{
	const size_t block = pump->limits.logical;
	uint64_t mismatches = 0;
	bool match = false;
	int r = same(pump, offset, buf, length, &match);

	/* All at once, as nearly always; else block by block. */
	for (size_t at = 0; r == 0 && !match && at < length; at += block) {
		bool block_match = false;

		r = same(pump, offset + at, buf + at, block, &block_match);
		mismatches += !block_match;
	}
	if (r == 0)
		*ret_mismatches = mismatches;
	return r;
}
