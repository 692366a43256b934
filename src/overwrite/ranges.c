/* SPDX-License-Identifier: Apache-2.0 */
#include "overwrite/ranges.h"

#include <errno.h>
#include <string.h>

static bool before(const struct bad_range *a, const struct bad_range *b)
{
	return a->pass != b->pass ? a->pass < b->pass : a->lba < b->lba;
}

/* b follows a without a gap and for the same reason. */
static bool joins(const struct bad_range *a, const struct bad_range *b)
{
	return a->pass == b->pass && a->error == b->error &&
	       a->lba + a->count == b->lba;
}

static void take_out(struct ranges *ranges, size_t i)
{
	ranges->count--;
	memmove(&ranges->range[i], &ranges->range[i + 1],
		(ranges->count - i) * sizeof(ranges->range[0]));
}

int ranges_add(struct ranges *ranges, const struct bad_range *added)
{
	size_t i = ranges->count;

	while (i > 0 && before(added, &ranges->range[i - 1]))
		i--;
	if (i > 0 && joins(&ranges->range[i - 1], added)) {
		struct bad_range *left = &ranges->range[i - 1];

		left->count += added->count;
		if (i < ranges->count && joins(left, &ranges->range[i])) {
			left->count += ranges->range[i].count;
			take_out(ranges, i);
		}
		return 0;
	}
	if (i < ranges->count && joins(added, &ranges->range[i])) {
		ranges->range[i].lba = added->lba;
		ranges->range[i].count += added->count;
		return 0;
	}
	if (ranges->count == ENGINE_MAX_BAD_RANGES)
		return -ENOSPC;
	memmove(&ranges->range[i + 1], &ranges->range[i],
		(ranges->count - i) * sizeof(ranges->range[0]));
	ranges->range[i] = *added;
	ranges->count++;
	return 0;
}

void ranges_cut(struct ranges *ranges, uint32_t pass, uint64_t lba)
{
	size_t kept = 0;

	for (size_t i = 0; i < ranges->count; i++) {
		struct bad_range range = ranges->range[i];

		if (range.pass == pass) {
			if (range.lba >= lba)
				continue;
			if (range.count > lba - range.lba)
				range.count = lba - range.lba;
		}
		ranges->range[kept++] = range;
	}
	ranges->count = kept;
}

uint64_t ranges_blocks(const struct ranges *ranges, uint32_t pass)
{
	uint64_t blocks = 0;

	for (size_t i = 0; i < ranges->count; i++)
		if (pass == 0 || ranges->range[i].pass == pass)
			blocks += ranges->range[i].count;
	return blocks;
}

bool ranges_valid(const struct bad_range *range, size_t count,
		  uint64_t blocks, size_t passes)
{
	for (size_t i = 0; i < count; i++) {
		const struct bad_range *r = &range[i];

		if (r->pass < 1 || r->pass > passes || r->count < 1 ||
		    r->lba >= blocks || r->count > blocks - r->lba)
			return false;
		if (i && (!before(&range[i - 1], r) ||
			  (range[i - 1].pass == r->pass &&
			   range[i - 1].lba + range[i - 1].count > r->lba)))
			return false;
	}
	return true;
}
