/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OVERWRITE_PATTERN_H
#define OVERWRITE_PATTERN_H

#include <stddef.h>
#include <stdint.h>

#include "overwrite/schedule.h"

/* What `length` bytes at byte `offset` of the drive hold under a fixed
 * pattern (a PASS_PATTERN as schedule_resolve() gives it). */
void pattern_fill(const struct pass *pass, uint64_t offset, void *buf,
		  size_t length);

/*
 * Fixed patterns are laid down once a pass, in an area a little larger than a
 * request, and written from there over and over: for a pattern whose length
 * doesn't divide the block size there is always a place in the area, on a
 * 4 KiB border as direct I/O wants it, where the pattern has the right phase.
 */
#define PATTERN_STEP 4096
#define PATTERN_AREA_EXTRA (7 * PATTERN_STEP)

/* The place in an area filled by pattern_fill(pass, 0, ...) from which to
 * write at `offset`, a multiple of 512; bytes from its start. */
size_t pattern_place(const struct pass *pass, uint64_t offset);

#endif
