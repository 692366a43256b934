/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROOF_PLAN_H
#define PROOF_PLAN_H

#include "proof/proof.h"

/*
 * How the plan is drawn, so that anyone can repeat it.
 *
 * The N logical blocks are cut into S strata; stratum i is the blocks
 * start(i) ... start(i+1)-1 with start(i) = floor(i * N / S). S is 1,000 for
 * `quick` and 2,000 for `standard` (two to each of 1,000 equal subsections)
 * and `full`; never more than N.
 *
 * Numbers come from SHA-256: x(i, j) is the first eight bytes, big-endian, of
 * SHA-256("haiki sample 1" | seed | i | j), i and j as 8 bytes big-endian.
 * below(m) for stratum i takes x(i, 0), x(i, 1) ... in turn, drops those that
 * are not less than 2^64 - (2^64 mod m), and gives x mod m.
 *
 * In stratum i with L blocks a sample has W blocks: 1 for `quick`; a twentieth
 * of the subsection, rounded up, for `standard`; L where everything is read.
 * Then, with M = L - W + 1,
 *
 *    s = below(M)            the sample is blocks s ... s+W-1 of the stratum
 *    t = below(L)
 *    p = floor((s*L + t)/M)  its point: the block whose state before the
 *                            erase is remembered, and where a marker may be
 *
 * p lies within the sample and is exactly uniform over the stratum's L
 * blocks, because s*L + t is uniform below L*M. So a leftover that takes up
 * the fraction f of a stratum, however it is arranged, is missed there with a
 * probability of at most 1-f, and on the medium of at most (1-f)^S.
 *
 * With fewer than 64 blocks to a subsection everything is read. The first and
 * the last block are samples and points of their own, unless drawn anyway.
 */
#define PLAN_SUBSECTIONS 1000
#define PLAN_SMALL_SUBSECTION 64
#define PLAN_MAX_STRATA (2 * PLAN_SUBSECTIONS)
#define PLAN_MAX_POINTS (PLAN_MAX_STRATA + 2)

/* Whether size and block make a medium: -EINVAL if not. The block is a power
 * of two from 512 to 64 Ki, the size a multiple of it of at most 2^63 - 1. */
int plan_check(enum haiki_plan plan, uint64_t size_bytes,
	       uint32_t logical_block);

/* Independent draws of the plan on a medium of `population` blocks. */
uint64_t plan_strata(enum haiki_plan plan, uint64_t population);

/* Blocks in the largest stratum. */
uint64_t plan_largest_stratum(enum haiki_plan plan, uint64_t population);

/* True if everything is read. */
bool plan_reads_all(enum haiki_plan plan, uint64_t population);

/* Blocks of all samples of proof_plan(), without drawing them all. */
int plan_sample_blocks(enum haiki_plan plan, const uint8_t seed[32],
		       uint64_t size_bytes, uint32_t logical_block,
		       uint64_t *ret_blocks);

/* The points, in blocks, ascending; at most PLAN_MAX_POINTS; free() them. */
int plan_points(enum haiki_plan plan, const uint8_t seed[32],
		uint64_t size_bytes, uint32_t logical_block,
		uint64_t **ret_points, size_t *ret_count);

#endif
