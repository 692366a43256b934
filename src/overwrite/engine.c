/* SPDX-License-Identifier: Apache-2.0 */
#include "overwrite/engine.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/pages.h"
#include "base/time.h"
#include "overwrite/engine_internal.h"
#include "overwrite/limits.h"

#define TURN_MS 200               /* longest wait of the thread */
#define DRAIN_MS 10000

/* --- shared between thread and caller ------------------------------------- */

/* Copies what the pump knows to where the caller may look; with the lock. */
static void show(struct engine *engine)
{
	const struct pump *pump = &engine->pump;
	const bool ranges_changed =
		engine->view.ranges_changes != pump->ranges_changes;

	engine->view = (struct view){
		.phase = pump->phase,
		.pass = pump->pass,
		.verify = pump->current.verify,
		.phase_done = pump_phase_done(pump),
		.durable = pump->durable,
		.flushes = pump->flushes,
		.mismatches = pump->mismatches,
		.pass_mismatches = pump->pass_mismatches,
		.ranges_changes = pump->ranges_changes,
		.flushed = pump->flushed,
	};
	if (ranges_changed)
		engine->ranges = pump->ranges;
	if (pump->phase == PUMP_FAILED)
		engine->error = pump->error;
}

bool engine_ended(const struct view *view)
{
	return view->phase == PUMP_DONE || view->phase == PUMP_FAILED;
}

void engine_look(struct engine *engine)
{
	const struct view *view = &engine->view;

	if (engine->seen.ranges_changes != view->ranges_changes)
		engine->seen_ranges = engine->ranges;
	if (engine->seen.ranges_changes != view->ranges_changes ||
	    engine->seen.pass != view->pass ||
	    engine->seen.durable != view->durable) {
		struct ranges below = engine->seen_ranges;

		ranges_cut(&below, view->pass, view->durable / engine->logical);
		engine->state.bad_count = below.count;
		memcpy(engine->state.bad, below.range,
		       below.count * sizeof(below.range[0]));
	}
	engine->state.pass = view->pass;
	engine->state.durable = view->durable;
	engine->state.verify_mismatches = view->mismatches;
	engine->seen = *view;
}

/* --- the thread ----------------------------------------------------------- */

static int open_io(struct engine *engine)
{
	const struct engine_options *options = &engine->options;
	const unsigned depth = engine->pump.limits.slots;
	int r = -ENOSYS;

	if (options->io_new)
		return options->io_new(options->opaque, depth, &engine->io);
	if (options->way == ENGINE_ANY || options->way == ENGINE_RING)
		r = io_ring_new(engine->fd, engine->memory,
				engine->memory_size, depth, &engine->io);
	if (r < 0 && options->way != ENGINE_RING)
		r = io_aio_new(engine->fd, depth, &engine->io);
	return r;
}

bool engine_turn(struct engine *engine, unsigned wait_ms)
{
	struct pump *pump = &engine->pump;
	uint64_t flushes = pump->flushes;
	enum pump_phase phase = pump->phase;
	bool worked;

	pump->paused = engine->paused;
	if (engine->flush_wanted)
		pump->flush_wanted = true;
	engine->flush_wanted = false;
	if (engine->confirm == CONFIRM_ANSWERED) {
		pump_confirm(pump, engine->confirm_result);
		engine->confirm = CONFIRM_NONE;
	}
	pthread_mutex_unlock(&engine->lock);
	worked = pump_turn(pump, wait_ms);
	pthread_mutex_lock(&engine->lock);
	show(engine);
	if (pump->confirming && engine->confirm == CONFIRM_NONE)
		engine->confirm = CONFIRM_WANTED;
	if (pump->flushes != flushes || pump->phase != phase ||
	    engine->confirm == CONFIRM_WANTED)
		pthread_cond_broadcast(&engine->shown);
	return worked;
}

static bool commanded(const struct engine *engine)
{
	return engine->flush_wanted || engine->confirm == CONFIRM_ANSWERED;
}

static void work(struct engine *engine)
{
	while (!engine->begun && !engine->stop)
		pthread_cond_wait(&engine->commanded, &engine->lock);
	while (!engine->stop && !engine_ended(&engine->view)) {
		struct timespec later;

		if (engine_turn(engine, TURN_MS) || engine->pump.in_flight ||
		    commanded(engine))
			continue;
		/* Paused, or waiting for the caller's part of a flush. */
		later = time_from_now(TURN_MS);
		pthread_cond_timedwait(&engine->commanded, &engine->lock,
				       &later);
	}
}

static void *thread_main(void *opaque)
{
	struct engine *engine = opaque;

	pthread_mutex_lock(&engine->lock);
	engine->open_result = open_io(engine);
	engine->opened = true;
	pthread_cond_broadcast(&engine->shown);
	if (engine->open_result == 0) {
		engine->pump.io = engine->io;
		work(engine);
	}
	pthread_mutex_unlock(&engine->lock);
	/* A drive that was given up for its silence isn't waited for again. */
	if (engine->open_result == 0)
		pump_drain(&engine->pump,
			   engine->error.code == -ETIMEDOUT ? 0 : DRAIN_MS);
	return NULL;
}

static int start_thread(struct engine *engine)
{
	sigset_t all, before;
	int r;

	/* Signals are for the program's own threads. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = -pthread_create(&engine->thread, NULL, thread_main, engine);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r < 0)
		return r;
	pthread_mutex_lock(&engine->lock);
	while (!engine->opened)
		pthread_cond_wait(&engine->shown, &engine->lock);
	r = engine->open_result;
	pthread_mutex_unlock(&engine->lock);
	if (r < 0) {
		pthread_join(engine->thread, NULL);
		return r;
	}
	engine->threaded = true;
	return 0;
}

static void stop_thread(struct engine *engine)
{
	if (!engine->threaded)
		return;
	pthread_mutex_lock(&engine->lock);
	engine->stop = true;
	pthread_cond_broadcast(&engine->commanded);
	pthread_mutex_unlock(&engine->lock);
	pthread_join(engine->thread, NULL);
	engine->threaded = false;
}

/* --- making and freeing --------------------------------------------------- */

static int allocate(struct engine *engine, size_t size)
{
	engine->memory = pages_new(size);
	if (!engine->memory)
		return -ENOMEM;
	engine->memory_size = size;
	return 0;
}

static int check_size(const struct engine *engine, struct haiki_error *err)
{
	const uint32_t logical = engine->logical;
	uint64_t now = 0;
	int r;

	if (logical < 512 || logical > 65536 || (logical & (logical - 1)) ||
	    engine->size == 0 || engine->size > INT64_MAX ||
	    engine->size % logical)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("a drive of %llu bytes in blocks of %u can't be overwritten: its size or block size makes no sense"),
				 (unsigned long long)engine->size, logical);
	r = transport_size(engine->t, &now, err);
	if (r < 0)
		return r;
	if (now != engine->size)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ESTALE,
				 N_("the drive has %llu bytes, but %llu were expected: list the drives again"),
				 (unsigned long long)now,
				 (unsigned long long)engine->size);
	return 0;
}

static int check_schedule(const struct schedule *schedule,
			  struct haiki_error *err)
{
	struct pass pass;

	for (size_t i = 0; i < schedule->count || i == 0; i++)
		if (schedule_resolve(schedule, i, &pass) < 0)
			return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
					 N_("pass %zu of the schedule is not valid: choose another schedule"),
					 i + 1);
	return 0;
}

static int fresh_state(const struct schedule *schedule,
		       struct engine_state *ret_state, struct haiki_error *err)
{
	memset(ret_state, 0, sizeof(*ret_state));
	ret_state->pass = 1;
	for (size_t i = 0; i < schedule->count; i++)
		if (schedule->passes[i].kind == PASS_RANDOM &&
		    RAND_priv_bytes(ret_state->key[i], STREAM_KEY_SIZE) != 1)
			return error_set(err, HAIKI_DOMAIN_SYSTEM, -EIO,
					 N_("the system gives no random numbers: try again later"));
	return 0;
}

/* A state comes from a file. Nothing of it may lead to a false claim. */
static bool state_fits(const struct engine_state *state,
		       const struct schedule *schedule, uint64_t size,
		       uint32_t logical)
{
	static const uint8_t no_key[STREAM_KEY_SIZE];

	for (size_t i = 0; i < schedule->count; i++)
		if (schedule->passes[i].kind == PASS_RANDOM &&
		    !memcmp(state->key[i], no_key, sizeof(no_key)))
			return false;
	return state->pass >= 1 && state->pass <= schedule->count &&
	       state->durable <= size && state->durable % logical == 0 &&
	       state->bad_count <= ENGINE_MAX_BAD_RANGES &&
	       ranges_valid(state->bad, state->bad_count, size / logical,
			    state->pass);
}

uint64_t engine_multiply(uint64_t a, uint64_t b)
{
	uint64_t product;

	return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

unsigned engine_rounds_before(const struct schedule *schedule, size_t pass)
{
	unsigned rounds = 0;

	for (size_t i = 0; i + 1 < pass; i++)
		rounds += 1 + schedule->passes[i].verify;
	return rounds;
}

static int find_descriptor(const struct engine *engine)
{
	int fd = transport_fd(engine->t), flags;

	if (engine->options.way == ENGINE_SYNC || fd < 0)
		return -1;
	/* Through the page cache nothing would be proven. */
	flags = fcntl(fd, F_GETFL);
	return flags >= 0 && (flags & O_DIRECT) ? fd : -1;
}

static void find_limits(const struct engine *engine,
			struct pump_limits *ret_limits)
{
	const struct pump_limits *given = &engine->options.limits;

	limits_find(engine->fd, engine->logical, ret_limits);
	if (given->request)
		ret_limits->request = given->request;
	if (given->slots)
		ret_limits->slots = given->slots;
	if (given->unit)
		ret_limits->unit = given->unit;
	if (given->stall_ms)
		ret_limits->stall_ms = given->stall_ms;
	if (given->failing_ms)
		ret_limits->failing_ms = given->failing_ms;
	if (given->isolate_ms)
		ret_limits->isolate_ms = given->isolate_ms;
}

static int set_up(struct engine *engine, const struct engine_state *resume,
		  struct haiki_error *err)
{
	struct pump_limits limits;
	int r = check_size(engine, err);

	if (r == 0)
		r = check_schedule(&engine->schedule, err);
	if (r < 0)
		return r;
	if (!resume) {
		r = fresh_state(&engine->schedule, &engine->state, err);
		if (r < 0)
			return r;
	} else if (state_fits(resume, &engine->schedule, engine->size,
			      engine->logical)) {
		engine->state = *resume;
	} else {
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("the record of where the overwrite stood doesn't fit this drive and schedule: begin anew"));
	}
	engine->total = engine_multiply(engine->size,
				 engine_rounds_before(&engine->schedule,
					       engine->schedule.count + 1));
	engine->fd = find_descriptor(engine);
	find_limits(engine, &limits);
	r = allocate(engine, pump_memory(&engine->schedule, &limits));
	if (r < 0)
		return error_errno(err, r, N_("no memory for the overwrite"));
	return pump_init(&engine->pump, &engine->schedule, &limits,
			 engine->size, &engine->state, engine->memory, err);
}

static int find_way(struct engine *engine, struct haiki_error *err)
{
	int r = -ENOSYS;

	if (engine->fd >= 0 || engine->options.io_new)
		r = start_thread(engine);
	if (r < 0 && (engine->options.way == ENGINE_ANY ||
		      engine->options.way == ENGINE_SYNC))
		r = io_sync_new(engine->t, engine->pump.limits.slots,
				&engine->io);
	if (r < 0)
		return error_errno(err, r, N_("no way to write to the drive"));
	if (!engine->threaded)
		engine->pump.io = engine->io;
	engine->pump.confirms = engine->threaded && !engine->options.io_new;
	return 0;
}

static struct engine *engine_alloc(void)
{
	struct engine *engine = calloc(1, sizeof(*engine));
	pthread_condattr_t attr;

	if (!engine)
		return NULL;
	engine->fd = -1;
	pthread_mutex_init(&engine->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&engine->shown, &attr);
	pthread_cond_init(&engine->commanded, &attr);
	pthread_condattr_destroy(&attr);
	return engine;
}

void engine_free(struct engine *engine)
{
	if (!engine)
		return;
	stop_thread(engine);
	if (engine->io)
		engine->io->ops->free(engine->io);
	pump_fini(&engine->pump);
	/* Pages that a hung drive still has in hand stay with the kernel. */
	pages_free(engine->memory, engine->memory_size);
	pthread_cond_destroy(&engine->shown);
	pthread_cond_destroy(&engine->commanded);
	pthread_mutex_destroy(&engine->lock);
	free(engine);
}

int engine_new_unguarded(struct transport *t, const struct schedule *schedule,
			 uint64_t size_bytes, uint32_t logical_block,
			 const struct engine_state *resume,
			 const struct engine_options *options,
			 struct engine **ret_engine, struct haiki_error *err)
{
	struct engine *engine = engine_alloc();
	int r;

	if (!engine)
		return error_errno(err, -ENOMEM,
				   N_("no memory for the overwrite"));
	engine->t = t;
	engine->schedule = *schedule;
	engine->size = size_bytes;
	engine->logical = logical_block;
	if (options)
		engine->options = *options;
	r = set_up(engine, resume, err);
	if (r == 0) {
		show(engine);
		engine->ranges = engine->seen_ranges = engine->pump.ranges;
		engine_look(engine);
		engine->noted_begin = engine->noted_end = engine->state.pass - 1;
		engine->begins_at = engine->state.durable;
		r = find_way(engine, err);
	}
	if (r < 0) {
		engine_free(engine);
		return r;
	}
	*ret_engine = engine;
	return 0;
}

int engine_new(struct transport *t, const struct guard_token *token,
	       const struct schedule *schedule, uint64_t size_bytes,
	       uint32_t logical_block, const struct engine_state *resume,
	       struct engine **ret_engine, struct haiki_error *err)
{
	int r = guard_check(token, t, err);

	if (r < 0)
		return r;
	return engine_new_unguarded(t, schedule, size_bytes, logical_block,
				    resume, NULL, ret_engine, err);
}

/* --- what is known -------------------------------------------------------- */

const struct engine_state *engine_state(const struct engine *engine)
{
	return &engine->state;
}

size_t engine_bad_ranges(const struct engine *engine,
			 const struct bad_range **ret_ranges)
{
	*ret_ranges = engine->seen_ranges.range;
	return engine->seen_ranges.count;
}

const char *engine_way_name(const struct engine *engine)
{
	return engine->pump.io ? engine->pump.io->ops->name : "none";
}

size_t engine_memory(const struct engine *engine)
{
	return engine->memory_size;
}
