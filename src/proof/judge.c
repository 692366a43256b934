/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/internal.h"

#include <string.h>

/* sum of squares of 512 bytes' counts at a chi-square of 1,200:
 * chi2 = sum * 256/512 - 512. */
#define NOISE_PIECE 512
#define NOISE_SQUARES 3424

bool judge_is_constant(const uint8_t *bytes, size_t length)
{
	return memcmp(bytes, bytes + 1, length - 1) == 0;
}

static bool piece_is_noise(const uint8_t *bytes)
{
	/* Four tables: neighbours that are equal don't wait for each other. */
	uint16_t counts[4][256];
	uint32_t squares = 0;

	memset(counts, 0, sizeof(counts));
	for (size_t i = 0; i < NOISE_PIECE; i += 4) {
		counts[0][bytes[i]]++;
		counts[1][bytes[i + 1]]++;
		counts[2][bytes[i + 2]]++;
		counts[3][bytes[i + 3]]++;
	}
	for (size_t i = 0; i < 256; i++) {
		uint32_t count = (uint32_t)counts[0][i] + counts[1][i] +
				 counts[2][i] + counts[3][i];

		squares += count * count;
	}
	return squares <= NOISE_SQUARES;
}

bool judge_is_noise(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i + NOISE_PIECE <= length; i += NOISE_PIECE)
		if (!piece_is_noise(bytes + i))
			return false;
	return true;
}

size_t point_from(const struct proof *p, uint64_t block)
{
	size_t low = 0, high = p->points_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (p->points[middle].block < block)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add_finding(struct proof *p, uint64_t offset, uint64_t length,
			int kind)
{
	struct proof_finding *last = p->findings_count ?
		&p->findings[p->findings_count - 1] : NULL;

	if (last && (int)last->kind == kind &&
	    last->offset + last->length == offset) {
		last->length += length;
		return;
	}
	/* Reading goes upwards: these are the first ones. */
	if (p->findings_count == PROOF_FINDINGS)
		return;
	last = &p->findings[p->findings_count++];
	last->offset = offset;
	last->length = length;
	last->kind = kind;
}

/* The whole range at once; what isn't told here is looked at by block. */
static bool range_is_fine(struct proof *p,
			  const struct proof_expectation *expectation,
			  const uint8_t *bytes, size_t length)
{
	switch (expectation->kind) {
	case HAIKI_EXPECT_PATTERN:
		return memcmp(bytes, p->expected, length) == 0;
	case HAIKI_EXPECT_UNIFORM:
		if (!judge_is_constant(bytes, length))
			return false;
		if (!p->uniform_known) {
			p->uniform_known = true;
			p->uniform_value = bytes[0];
		}
		return bytes[0] == p->uniform_value;
	default:
		return false;
	}
}

static bool is_deallocated(const uint8_t *bytes, size_t length)
{
	return (bytes[0] == 0x00 || bytes[0] == 0xff) &&
	       judge_is_constant(bytes, length);
}

/*
 * Whether a point holds what it held before the erase, where that tells
 * something: a pattern that many places had is no proof of a leftover if a
 * marker was seen over it in between.
 */
static bool point_is_unchanged(const struct proof *p, const struct point *point,
			       const uint8_t *bytes)
{
	uint8_t now[8];

	if (!(point->flags & POINT_KNOWN))
		return false;
	if ((point->flags & POINT_FILLER) && (point->flags & POINT_STUCK))
		return false;
	marker_hash(p, bytes, now);
	return memcmp(now, point->before, sizeof(now)) == 0;
}

static bool block_is_fine(struct proof *p,
			  const struct proof_expectation *expectation,
			  const struct point *point, const uint8_t *bytes,
			  const uint8_t *expected)
{
	switch (expectation->kind) {
	case HAIKI_EXPECT_PATTERN:
		return memcmp(bytes, expected, p->block) == 0;
	case HAIKI_EXPECT_UNIFORM:
		return range_is_fine(p, expectation, bytes, p->block);
	case HAIKI_EXPECT_NOISE:
		/* A drive that also forgot where its blocks were reads 00h or
		 * FFh: nothing is left in a block of one value. */
		if (is_deallocated(bytes, p->block))
			p->constant++;
		else if (!judge_is_noise(bytes, p->block))
			return false;
		return !point || !point_is_unchanged(p, point, bytes);
	case HAIKI_EXPECT_CHANGED:
		return !point || !point_is_unchanged(p, point, bytes);
	default:
		return false;
	}
}

static void judge_block(struct proof *p,
			const struct proof_expectation *expectation,
			const struct point *point, uint64_t block,
			const uint8_t *bytes, const uint8_t *expected)
{
	bool marker = marker_has_magic(p, bytes, p->block) ||
		      (point && (point->flags & POINT_TRIED) &&
		       marker_is_left(p, block, bytes));

	if (marker)
		p->markers_left++;
	else if (block_is_fine(p, expectation, point, bytes, expected))
		return;
	p->mismatches++;
	add_finding(p, block * p->block, p->block,
		    marker ? FINDING_MARKER : FINDING_MISMATCH);
}

static void judge_blocks(struct proof *p,
			 const struct proof_expectation *expectation,
			 uint64_t first, uint64_t blocks, const uint8_t *bytes)
{
	size_t next = point_from(p, first);

	for (uint64_t i = 0; i < blocks; i++) {
		const struct point *point = NULL;

		if (next < p->points_count &&
		    p->points[next].block == first + i)
			point = &p->points[next++];
		judge_block(p, expectation, point, first + i,
			    bytes + i * p->block, p->expected + i * p->block);
	}
}

static void mark_seen(struct proof *p, uint64_t first, uint64_t blocks)
{
	for (size_t i = point_from(p, first); i < p->points_count &&
	     p->points[i].block < first + blocks; i++)
		p->points[i].flags |= POINT_SEEN;
	p->blocks_read += blocks;
	if (first == 0)
		p->first_read = true;
	if (first + blocks == p->population)
		p->last_read = true;
}

int judge(struct proof *p, const struct proof_expectation *expectation,
	  uint64_t offset, const uint8_t *bytes, size_t length)
{
	uint64_t first = offset / p->block, blocks = length / p->block;

	if (expectation->kind == HAIKI_EXPECT_PATTERN) {
		int r = expectation->expected(expectation->opaque, offset,
					      p->expected, length);

		if (r < 0)
			return r;
	}
	mark_seen(p, first, blocks);
	if (!range_is_fine(p, expectation, bytes, length))
		judge_blocks(p, expectation, first, blocks, bytes);
	return 0;
}

void judge_unreadable(struct proof *p, uint64_t offset, uint64_t length)
{
	p->read_errors += length / p->block;
	add_finding(p, offset, length, FINDING_UNREADABLE);
}
