/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OVERWRITE_ENGINE_H
#define OVERWRITE_ENGINE_H

#include "device/guard.h"
#include "overwrite/schedule.h"
#include "transport/transport.h"

/*
 * Writes one pass after another over the whole drive, from byte 0 to the last
 * logical block whatever the size. With a descriptor to write through
 * (transport_fd), a thread of the engine's own keeps the drive's queue full,
 * also between steps; without one, engine_step() writes by transport_write().
 */
struct engine;

/* Logical blocks that could not be written; ascending by pass and block, not
 * overlapping. */
struct bad_range {
	uint64_t lba, count;
	uint32_t pass;            /* 1-based */
	int error;                /* -errno */
};

/* More separate ranges than this, and the drive is given up. */
#define ENGINE_MAX_BAD_RANGES 1024

/*
 * Where a run stands: what a checkpoint stores and what resume needs, all of
 * it. Plain data. engine_state_format() makes a line of text of it.
 */
struct engine_state {
	uint8_t key[SCHEDULE_MAX_PASSES][16];  /* of each PASS_RANDOM */
	uint32_t pass;            /* 1-based, the one under way */
	uint64_t durable;         /* bytes of it known to be on the medium:
				   * written and flushed; resume starts here */
	uint64_t verify_mismatches;  /* of earlier passes' read-backs */
	size_t bad_count;         /* of earlier passes, and below `durable` */
	struct bad_range bad[ENGINE_MAX_BAD_RANGES];
};

/* One line of printable ASCII for the journal; the caller frees. NULL: no
 * memory. */
char *engine_state_format(const struct engine_state *state,
			  const struct schedule *schedule);

/* The reverse. -EBADMSG: not such a line, or not of this schedule. */
int engine_state_parse(const char *text, const struct schedule *schedule,
		       struct engine_state *ret_state,
		       struct haiki_error *err);

struct engine_progress {
	uint32_t pass, passes;
	uint64_t done, total;     /* bytes of all passes and read-backs */
	uint64_t pass_done, pass_total;  /* of what is under way */
	bool verifying;           /* reading back */
	bool finished;            /* all passes written, flushed, verified */
	bool flushed;             /* the last flush was confirmed */
	uint64_t write_errors;    /* logical blocks, all passes */
	uint64_t verify_mismatches;  /* logical blocks that differed or could
				      * not be read back, all passes */
	double bytes_per_second;  /* over the last seconds */
};

/*
 * `resume` NULL = from the start with fresh keys from RAND_priv_bytes, else
 * goes on from there. Checks the token. -ESTALE if the drive hasn't exactly
 * `size_bytes`; -EINVAL for sizes, schedules or states that can't be. Freed
 * with engine_free().
 */
int engine_new(struct transport *t, const struct guard_token *token,
	       const struct schedule *schedule, uint64_t size_bytes,
	       uint32_t logical_block, const struct engine_state *resume,
	       struct engine **ret_engine, struct haiki_error *err);

/* Waits for what is in flight (not for ever on a drive that hangs: then what
 * it needs is left behind). NULL-safe. */
void engine_free(struct engine *engine);

/*
 * Works, or watches its thread work, for about `slice_ms`; earlier if there is
 * nothing left to do. 0 or -errno when it can't go on at all: -ENODEV drive
 * gone, -EIO given up after too many errors or because a flush failed again,
 * -ETIMEDOUT nothing was answered for minutes; the same at every later call.
 */
int engine_step(struct engine *engine, uint64_t slice_ms,
		struct engine_progress *ret_progress, struct haiki_error *err);

/* While paused nothing more is sent to the drive (it is too hot ...). */
void engine_pause(struct engine *engine, bool paused);

/*
 * Flushes what was written so far and tells where it stands; the queue is not
 * stopped for it. When the flush fails, what it should have covered will be
 * written again; the state is the last one known to be true.
 */
int engine_checkpoint(struct engine *engine, struct engine_state *ret_state,
		      struct haiki_error *err);

/* The state as of the last step or checkpoint; its keys also after the end,
 * for proof and the record. */
const struct engine_state *engine_state(const struct engine *engine);

/* All so far; borrowed, valid until the next step. */
size_t engine_bad_ranges(const struct engine *engine,
			 const struct bad_range **ret_ranges);

/* What `length` bytes at byte `offset` must hold after pass `pass`. Pure. */
int engine_expected(const struct schedule *schedule,
		    const struct engine_state *state, uint32_t pass,
		    uint64_t offset, void *buf, size_t length);

#endif
