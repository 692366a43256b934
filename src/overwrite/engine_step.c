/* SPDX-License-Identifier: Apache-2.0 */
/* The caller's side of the engine: steps, progress, checkpoints. */
#include "overwrite/engine.h"

#include <time.h>

#include "base/error.h"
#include "base/time.h"
#include "overwrite/engine_internal.h"

static uint64_t add(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

/* --- progress ------------------------------------------------------------- */

static void fill_progress(struct engine *engine,
			  struct engine_progress *progress)
{
	const struct view *v = &engine->seen;
	unsigned rounds = engine_rounds_before(&engine->schedule, v->pass);
	const bool reading = v->phase == PUMP_VERIFY ||
			     (v->phase == PUMP_DONE && v->verify);

	if (reading)
		rounds++;
	*progress = (struct engine_progress){
		.pass = v->pass,
		.passes = (uint32_t)engine->schedule.count,
		.done = add(engine_multiply(engine->size, rounds), v->phase_done),
		.total = engine->total,
		.pass_done = v->phase_done,
		.pass_total = engine->size,
		.verifying = v->phase == PUMP_VERIFY,
		.finished = v->phase == PUMP_DONE,
		.flushed = v->flushed,
		.write_errors = ranges_blocks(&engine->seen_ranges, 0),
		.verify_mismatches = v->mismatches + v->pass_mismatches,
	};
	progress->bytes_per_second = rate_note(&engine->rate, progress->done,
					       time_monotonic_ms());
}

static void note_end(struct engine *engine, uint32_t pass)
{
	uint64_t bad = ranges_blocks(&engine->seen_ranges, pass);

	if (engine->noted_end >= pass)
		return;
	engine->noted_end = pass;
	transport_note(engine->t, "overwrite: pass %u of %zu written and flushed%s; %llu blocks could not be written",
		       pass, engine->schedule.count,
		       engine->schedule.passes[pass - 1].verify ?
		       " and read back" : "", (unsigned long long)bad);
}

static void note_begin(struct engine *engine, uint32_t pass)
{
	char text[SCHEDULE_PASS_TEXT_SIZE];

	schedule_pass_text(&engine->schedule, pass - 1, text);
	transport_note(engine->t, "overwrite: pass %u of %zu begins at byte %llu: %s (%s)",
		       pass, engine->schedule.count,
		       (unsigned long long)engine->begins_at, text,
		       engine_way_name(engine));
	engine->begins_at = 0;
}

/* The transcript's lines; here because transports know one thread only. */
static void note(struct engine *engine)
{
	const struct view *v = &engine->seen;

	while (engine->noted_begin < v->pass) {
		note_end(engine, engine->noted_begin);
		note_begin(engine, ++engine->noted_begin);
	}
	if (v->phase == PUMP_DONE)
		note_end(engine, v->pass);
	if (v->phase == PUMP_FAILED && !engine->noted_failure) {
		engine->noted_failure = true;
		transport_note(engine->t, "overwrite: given up: %s",
			       engine->error.text);
	}
}

/* --- stepping ------------------------------------------------------------- */

/* The caller's part of a flush, if the thread asks for it; with the lock. */
static bool confirm(struct engine *engine)
{
	int r;

	if (engine->confirm != CONFIRM_WANTED)
		return false;
	engine->confirm = CONFIRM_RUNNING;
	pthread_mutex_unlock(&engine->lock);
	r = transport_flush(engine->t, NULL);
	pthread_mutex_lock(&engine->lock);
	engine->confirm_result = r;
	engine->confirm = CONFIRM_ANSWERED;
	pthread_cond_broadcast(&engine->commanded);
	return true;
}

static void watch(struct engine *engine, uint64_t slice_ms)
{
	const struct timespec end = time_from_now(slice_ms);

	pthread_mutex_lock(&engine->lock);
	engine->begun = true;
	pthread_cond_broadcast(&engine->commanded);
	while (!engine_ended(&engine->view)) {
		if (confirm(engine))
			continue;
		if (pthread_cond_timedwait(&engine->shown, &engine->lock,
					   &end) == ETIMEDOUT)
			break;
	}
	engine_look(engine);
	pthread_mutex_unlock(&engine->lock);
}

/* Without a thread: does the work itself. */
static void work_here(struct engine *engine, uint64_t slice_ms)
{
	const uint64_t end = time_monotonic_ms() + slice_ms;
	uint64_t now;

	pthread_mutex_lock(&engine->lock);
	engine->begun = true;
	do {
		bool worked = engine_turn(engine, 0);

		now = time_monotonic_ms();
		if (!worked && !engine_ended(&engine->view) && now < end)
			time_sleep_ms(end - now);
	} while (!engine_ended(&engine->view) && now < end);
	engine_look(engine);
	pthread_mutex_unlock(&engine->lock);
}

/* The last look at the drive: is what was written all of it? */
static int finish(struct engine *engine, struct haiki_error *err)
{
	uint64_t now = 0;
	int r = transport_size(engine->t, &now, err);

	if (r < 0)
		return r;
	if (now != engine->size)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ESTALE,
				 N_("the drive changed its size from %llu to %llu bytes during the erase: begin anew"),
				 (unsigned long long)engine->size,
				 (unsigned long long)now);
	return 0;
}

int engine_step(struct engine *engine, uint64_t slice_ms,
		struct engine_progress *ret_progress, struct haiki_error *err)
{
	int r = 0;

	if (!engine_ended(&engine->seen)) {
		if (engine->threaded)
			watch(engine, slice_ms);
		else
			work_here(engine, slice_ms);
	}
	note(engine);
	if (engine->seen.phase == PUMP_FAILED) {
		if (err)
			*err = engine->error;
		return engine->error.code;
	}
	if (engine->seen.phase == PUMP_DONE)
		r = finish(engine, err);
	if (r < 0)
		return r;
	fill_progress(engine, ret_progress);
	return 0;
}

void engine_pause(struct engine *engine, bool paused)
{
	pthread_mutex_lock(&engine->lock);
	engine->paused = paused;
	pthread_cond_broadcast(&engine->commanded);
	pthread_mutex_unlock(&engine->lock);
}

/* --- checkpoints ---------------------------------------------------------- */

static bool needs_flush(const struct view *view)
{
	return view->phase == PUMP_WRITE || view->phase == PUMP_FLUSH;
}

/* Until a flush was answered, or there's none to be had any more. */
static void flush_and_wait(struct engine *engine)
{
	const uint64_t before = engine->view.flushes;

	engine->flush_wanted = true;
	pthread_cond_broadcast(&engine->commanded);
	while (engine->view.flushes == before && needs_flush(&engine->view)) {
		if (!engine->threaded)
			engine_turn(engine, 0);
		else if (!confirm(engine))
			pthread_cond_wait(&engine->shown, &engine->lock);
	}
}

int engine_checkpoint(struct engine *engine, struct engine_state *ret_state,
		      struct haiki_error *err)
{
	bool asked;

	pthread_mutex_lock(&engine->lock);
	asked = engine->begun && needs_flush(&engine->view);
	if (asked)
		flush_and_wait(engine);
	engine_look(engine);
	pthread_mutex_unlock(&engine->lock);
	if (engine->seen.phase == PUMP_FAILED) {
		if (err)
			*err = engine->error;
		return engine->error.code;
	}
	if (asked && !engine->seen.flushed)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EIO,
				 N_("the drive didn't confirm that its cache is written: what came after byte %llu of pass %u is written again"),
				 (unsigned long long)engine->seen.durable,
				 engine->seen.pass);
	*ret_state = engine->state;
	return 0;
}
