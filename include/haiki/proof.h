/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_PROOF_H
#define HAIKI_PROOF_H

#include <haiki/evidence.h>

/* What a read-back found, and what follows from it. Pure arithmetic. */

/* A place where what was read is not what must be there. */
struct proof_finding {
	uint64_t offset;          /* bytes */
	uint64_t length;
	enum { FINDING_MISMATCH, FINDING_UNREADABLE, FINDING_MARKER } kind;
};

/*
 * The honest bound: the smallest fraction of blocks, in parts per million
 * rounded up, that this result excludes at 99.9 % confidence, however the
 * leftovers are arranged: 1-(1-0.999)^(1/n), where n is the number of samples
 * drawn independently (1,000 quick, 2,000 standard), not of blocks: the blocks
 * of one sample lie side by side. 0 if everything was read and could be
 * compared; NOISE and CHANGED compare one block of a sample with what stood
 * there before, also in a full read. 1,000,000 (nothing is excluded) if the
 * reading isn't complete or found anything.
 */
uint32_t proof_bound_ppm(const struct haiki_verification *verification);

/* Samples that were drawn independently of each other; 0 without a plan. */
uint64_t proof_draws(const struct haiki_verification *verification);

/*
 * About how likely it is that these samples hit a single piece of `bytes`
 * bytes anywhere on the medium: 0 ... 1. For PATTERN and UNIFORM only; else
 * one block of a sample is what counts.
 */
double proof_hit(const struct haiki_verification *verification,
		 uint64_t bytes);

#endif
