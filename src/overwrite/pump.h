/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OVERWRITE_PUMP_H
#define OVERWRITE_PUMP_H

#include "overwrite/engine.h"
#include "overwrite/io.h"
#include "overwrite/ranges.h"
#include "overwrite/stream.h"

/*
 * What writes: one pass after another through an io, with as many requests in
 * flight as there are slots. Belongs to one thread; never blocks for longer
 * than it is told to. engine.c puts a thread or engine_step() behind it.
 */

#define PUMP_MAX_SLOTS 32
/* One half is left at every bisection: 2 MiB down to 512 bytes, and some. */
#define PUMP_MAX_PIECES 16

struct piece {
	uint32_t at, length;      /* bytes, within the slot's request */
};

/* One request on its way, and what is left of it after an error. */
struct slot {
	bool busy;
	uint8_t *buffer;          /* its own; NULL while only patterns go out */
	uint8_t *data;            /* what is written, or read into */
	uint64_t offset;          /* bytes from the drive's start */
	uint32_t length;
	struct piece piece;       /* in flight */
	unsigned failures;        /* of this piece */
	bool succeeded;           /* some piece of it did */
	uint64_t failing_since;   /* monotonic ms; 0 not yet */
	unsigned left_count;
	struct piece left[PUMP_MAX_PIECES];
};

enum pump_phase {
	PUMP_WRITE = 0,
	PUMP_FLUSH,               /* the pass is written, its flush is due */
	PUMP_VERIFY,
	PUMP_DONE,
	PUMP_FAILED,
};

struct pump_limits {
	uint32_t request;         /* bytes; multiple of 4096 and of unit */
	uint32_t unit;            /* bytes; errors are isolated down to it */
	uint32_t logical;         /* bytes */
	unsigned slots;
	uint64_t stall_ms;        /* without any answer: given up */
	uint64_t failing_ms;      /* nothing but errors: given up */
	uint64_t isolate_ms;      /* then the rest of a request isn't tried */
};

struct pump {
	struct io *io;            /* borrowed; set before the first turn */
	const struct schedule *schedule;  /* borrowed */
	struct pump_limits limits;
	uint64_t size;            /* bytes */

	enum pump_phase phase;
	uint8_t key[SCHEDULE_MAX_PASSES][STREAM_KEY_SIZE];
	uint32_t pass;            /* 1-based */
	struct pass current;      /* what it writes */
	struct stream *stream;    /* if that is random */
	uint8_t *area;            /* where patterns are laid down */
	uint64_t next;            /* next byte to write or read */
	struct slot slot[PUMP_MAX_SLOTS];
	unsigned busy;            /* slots */
	unsigned in_flight;       /* requests sent and not answered */

	uint64_t durable;         /* as in engine_state */
	bool flush_wanted, flushing, flushed, rewinding, paused;
	bool confirms;            /* a flush needs pump_confirm() as well */
	bool confirming;          /* ... now */
	uint64_t flush_mark;      /* what the flush in flight will make durable */
	unsigned flush_failures;  /* in a row */
	uint64_t flushes;         /* answered ones */

	uint64_t mismatches;      /* blocks, of earlier passes */
	uint64_t pass_mismatches; /* blocks, of this one */
	struct ranges ranges;
	uint64_t ranges_changes;

	unsigned failures;        /* in a row, without any success */
	unsigned dead_requests;   /* in a row, of which nothing succeeded */
	uint64_t failing_since, answered_at;   /* monotonic ms */
	struct haiki_error error; /* in PUMP_FAILED */
};

/*
 * Memory that the pump needs for `schedule`: pattern area first, then slots.
 * At least PUMP's own alignment of 4096.
 */
size_t pump_memory(const struct schedule *schedule,
		   const struct pump_limits *limits);

/*
 * Begins at `state` (checked by engine_new). `memory` of pump_memory() bytes
 * and the other pointers stay the caller's.
 */
int pump_init(struct pump *pump, const struct schedule *schedule,
	      const struct pump_limits *limits, uint64_t size,
	      const struct engine_state *state, uint8_t *memory,
	      struct haiki_error *err);
void pump_fini(struct pump *pump);         /* zeroed pump: fine */

/*
 * Sends what can be sent and takes in answers, waiting for the first one at
 * most wait_ms. True if anything was done; false: idle, hung, paused or ended.
 */
bool pump_turn(struct pump *pump, unsigned wait_ms);

/*
 * In `confirming`: whether the drive itself, asked in another way, has written
 * its cache; 0 or -errno.
 */
void pump_confirm(struct pump *pump, int result);

/* The end: waits until nothing is in flight, at most timeout_ms. */
void pump_drain(struct pump *pump, uint64_t timeout_ms);

/* Bytes of the phase under way that are dealt with. */
uint64_t pump_phase_done(const struct pump *pump);

/* check.c: blocks of buf, read at `offset`, that don't hold what the current
 * pass wrote. -EIO: can't be told. */
int pump_check(struct pump *pump, uint64_t offset, const uint8_t *buf,
	       size_t length, uint64_t *ret_mismatches);

#endif
