/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROOF_PROOF_H
#define PROOF_PROOF_H

#include <haiki/proof.h>
#include "device/guard.h"
#include "transport/transport.h"

/*
 * Proof by reading. Before the erase proof_plant() remembers what stands at
 * one point of every sample and writes unique markers at some of them;
 * afterwards proof_step() reads every sample and compares.
 */
struct proof;

/* Where samples are read; from the seed, anyone can compute it again. */
struct sample {
	uint64_t offset;          /* bytes, a multiple of the logical block */
	uint64_t length;          /* bytes */
};

/*
 * The sampling plan, pure and deterministic in (seed, plan, size, block); how
 * it is drawn is told in plan.h, so that anyone can draw it again.
 * quick: one block-sized sample in each of 1,000 subsections. standard: SP
 * 800-88r1 4.7, 1,000 equal subsections, two non-overlapping samples of at
 * least 5 % in each. full: everything. First and last LBA always. A small
 * medium is simply read whole. Sorted by offset, not overlapping; at most
 * 2,002 whatever the size. free() the array. -EINVAL: no plan, or a size that
 * isn't a multiple of the logical block (512 bytes to 64 KiB).
 */
int proof_plan(enum haiki_plan plan, const uint8_t seed[32],
	       uint64_t size_bytes, uint32_t logical_block,
	       struct sample **ret_samples, size_t *ret_count);

/* `seed` NULL = fresh from the system's random source. */
int proof_new(enum haiki_plan plan, const uint8_t *seed, uint64_t size_bytes,
	      uint32_t logical_block, struct proof **ret_proof,
	      struct haiki_error *err);
void proof_free(struct proof *proof);

/*
 * Destructive (takes the token): reads what stands at the points, writes the
 * markers, flushes, reads them back. Markers that did not stick are told in
 * the transcript and not relied on; that is no error. Returns -errno only if
 * the guard refuses, the drive is gone or memory ran out. To be called once.
 */
int proof_plant(struct proof *proof, struct transport *t,
		const struct guard_token *token, struct haiki_error *err);

/* What is planted, as one line of text for the journal, and back: so that a
 * resumed job still looks for the markers. Caller frees. */
char *proof_serialize(const struct proof *proof);
int proof_deserialize(const char *text, struct proof **ret_proof,
		      struct haiki_error *err);

struct proof_expectation {
	enum haiki_expectation kind;
	/* PATTERN: fills buf with what must stand at byte `offset`. */
	int (*expected)(const void *opaque, uint64_t offset, void *buf,
			size_t length);
	const void *opaque;
};

/*
 * Reads for about slice_ms; reads stay in flight between two calls, so `t`
 * must outlive the last one. *ret_done when every sample was tried, or when
 * the drive was given up (`completed` is false then): after too many errors in
 * a row, or when nothing could be read for proof_patience(). -ENODEV: gone.
 * -EINVAL: CHANGED or NOISE without proof_plant().
 */
int proof_step(struct proof *proof, struct transport *t,
	       const struct proof_expectation *expectation, uint64_t slice_ms,
	       bool *ret_done, struct haiki_error *err);

/* How long to wait for a drive from which nothing can be read; 5 minutes if
 * this isn't called. */
void proof_patience(struct proof *proof, uint64_t ms);

/* Whether it was given up with a read that the drive didn't answer in that
 * time: to ask it anything more may take without end. */
bool proof_hangs(const struct proof *proof);

/*
 * Counts so far; final once done. They are of logical blocks. A surviving
 * marker is a mismatch and in markers_left, also where it turns up elsewhere;
 * left and unread are never more than planted.
 * Bad places are taken apart down to single blocks, but of a drive with many
 * of them whole pieces of up to 512 KiB count as unreadable.
 */
void proof_result(const struct proof *proof,
		  struct haiki_verification *ret_verification);
uint64_t proof_size(const struct proof *proof);   /* of the drive, bytes */
uint64_t proof_bytes_done(const struct proof *proof);
uint64_t proof_bytes_total(const struct proof *proof);

/* At most the first 256, ascending; borrowed. */
size_t proof_findings(const struct proof *proof,
		      const struct proof_finding **ret_findings);

#endif
