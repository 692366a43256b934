/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OVERWRITE_ENGINE_H
#define OVERWRITE_ENGINE_H

#include "device/guard.h"
#include "overwrite/schedule.h"
#include "transport/transport.h"

/*
 * Writes one pass after another over the whole drive, from byte 0 to the last
 * logical block whatever the size. A stepper: engine_step() keeps the drive's
 * queue full for up to `slice_ms` and returns with I/O still in flight.
 */
struct engine;

/* Logical blocks that could not be written; ascending, not overlapping. */
struct bad_range {
	uint64_t lba, count;
	uint32_t pass;            /* 1-based */
	int error;                /* -errno */
};

/* Where a run stands: what a checkpoint stores and what resume needs. */
struct engine_state {
	uint8_t key[SCHEDULE_MAX_PASSES][16];  /* of each PASS_RANDOM */
	uint32_t pass;            /* 1-based, the one under way */
	uint64_t durable;         /* bytes of it known to be on the medium:
				   * written and flushed; resume starts here */
};

struct engine_progress {
	uint32_t pass, passes;
	uint64_t done, total;     /* bytes of all passes */
	uint64_t pass_done, pass_total;
	bool verifying;           /* reading back */
	bool finished;            /* all passes written, flushed, verified */
	bool flushed;             /* the last flush was confirmed */
	uint64_t write_errors;    /* logical blocks, all passes */
	uint64_t verify_mismatches;
	double bytes_per_second;  /* over the last seconds */
};

/*
 * `resume` NULL = from the start with fresh keys from RAND_priv_bytes, else
 * goes on from there. Checks the token. Freed with engine_free().
 */
int engine_new(struct transport *t, const struct guard_token *token,
	       const struct schedule *schedule, uint64_t size_bytes,
	       uint32_t logical_block, const struct engine_state *resume,
	       struct engine **ret_engine, struct haiki_error *err);
void engine_free(struct engine *engine);

/* Works for about `slice_ms`; 0 or -errno when it can't go on at all (drive
 * gone: -ENODEV; given up after too many errors: -EIO). */
int engine_step(struct engine *engine, uint64_t slice_ms,
		struct engine_progress *ret_progress, struct haiki_error *err);

/* Waits for what is in flight, flushes, and tells where it stands. */
int engine_checkpoint(struct engine *engine, struct engine_state *ret_state,
		      struct haiki_error *err);

/* The state's keys, also after the end: for proof and the record. */
const struct engine_state *engine_state(const struct engine *engine);

/* Borrowed, valid until the next step. */
size_t engine_bad_ranges(const struct engine *engine,
			 const struct bad_range **ret_ranges);

/* What `length` bytes at byte `offset` must hold after pass `pass`. Pure. */
int engine_expected(const struct schedule *schedule,
		    const struct engine_state *state, uint32_t pass,
		    uint64_t offset, void *buf, size_t length);

#endif
