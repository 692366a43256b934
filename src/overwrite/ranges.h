/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OVERWRITE_RANGES_H
#define OVERWRITE_RANGES_H

#include "overwrite/engine.h"

/* The list of what could not be written. */
struct ranges {
	size_t count;
	struct bad_range range[ENGINE_MAX_BAD_RANGES];
};

/*
 * Adds one range, not overlapping those there, keeping the order and joining
 * it to a neighbour of the same pass and error. -ENOSPC: the list is full.
 */
int ranges_add(struct ranges *ranges, const struct bad_range *added);

/* Drops what pass `pass` has at block `lba` and above. */
void ranges_cut(struct ranges *ranges, uint32_t pass, uint64_t lba);

/* Logical blocks of pass `pass`, or of all for 0. */
uint64_t ranges_blocks(const struct ranges *ranges, uint32_t pass);

/* In order, not overlapping, none empty, all within `blocks` and `passes`. */
bool ranges_valid(const struct bad_range *range, size_t count,
		  uint64_t blocks, size_t passes);

#endif
