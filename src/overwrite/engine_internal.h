/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OVERWRITE_ENGINE_INTERNAL_H
#define OVERWRITE_ENGINE_INTERNAL_H

#include <pthread.h>

#include "base/rate.h"
#include "overwrite/pump.h"

/* Ways to reach the drive, best first; tests and the benchmark choose. */
enum engine_way {
	ENGINE_ANY = 0,
	ENGINE_RING,              /* io_uring or nothing */
	ENGINE_AIO,               /* as if io_uring were forbidden */
	ENGINE_SYNC,              /* as if there were no descriptor either */
};

struct engine_options {
	enum engine_way way;
	/* Instead of all these: made in the engine's thread, owned by it. */
	int (*io_new)(void *opaque, unsigned depth, struct io **ret_io);
	void *opaque;
	struct pump_limits limits;   /* what isn't 0 replaces what was found */
};

/* What the thread shows to the caller. */
struct view {
	enum pump_phase phase;
	uint32_t pass;
	bool verify;              /* of the pass */
	uint64_t phase_done, durable, flushes;
	uint64_t mismatches, pass_mismatches, ranges_changes;
	bool flushed;
};

/*
 * After the thread's own flush the drive is asked once more by
 * transport_flush(), which also reaches caches that the kernel knows nothing
 * of, and puts it into the transcript. Transports know one thread only: the
 * caller does that for the engine's thread.
 */
enum engine_confirm {
	CONFIRM_NONE = 0,
	CONFIRM_WANTED,
	CONFIRM_RUNNING,
	CONFIRM_ANSWERED,
};

struct engine {
	struct transport *t;
	struct schedule schedule;
	uint64_t size, total;
	uint32_t logical;
	struct engine_options options;
	uint8_t *memory;
	size_t memory_size;
	int fd;                   /* borrowed from the transport, or -1 */

	struct pump pump;         /* the thread's, if there is one */
	struct io *io;            /* the thread's */

	bool threaded;
	pthread_t thread;
	pthread_mutex_t lock;     /* for what follows */
	pthread_cond_t shown, commanded;
	bool opened, begun, stop, paused, flush_wanted;
	enum engine_confirm confirm;
	int confirm_result;
	int open_result;
	struct view view;
	struct ranges ranges;
	struct haiki_error error; /* view.phase == PUMP_FAILED */

	/* The caller's. */
	struct view seen;
	struct ranges seen_ranges;
	struct engine_state state;
	uint32_t noted_begin, noted_end;  /* passes */
	uint64_t begins_at;       /* bytes; where the next one begins */
	bool noted_failure;
	struct rate rate;
};

/* One turn of the pump, with the lock held before and after; shows what came
 * of it. True if anything was done. */
bool engine_turn(struct engine *engine, unsigned wait_ms);

/* With the lock: brings the caller's side up to date. */
void engine_look(struct engine *engine);

bool engine_ended(const struct view *view);

/* Times the drive is written or read before pass `pass` (1-based) begins. */
unsigned engine_rounds_before(const struct schedule *schedule, size_t pass);

/* Saturating, for sizes that nobody will ever see. */
uint64_t engine_multiply(uint64_t a, uint64_t b);

/* engine_new() without the guard; only engine_new() and tests call it. */
int engine_new_unguarded(struct transport *t, const struct schedule *schedule,
			 uint64_t size_bytes, uint32_t logical_block,
			 const struct engine_state *resume,
			 const struct engine_options *options,
			 struct engine **ret_engine, struct haiki_error *err);

/* "io_uring", "aio", "transport": the way taken. */
const char *engine_way_name(const struct engine *engine);

/* Bytes of buffers. */
size_t engine_memory(const struct engine *engine);

#endif
