/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Overwriting every block that the host can address: the write engine behind
 * the method interface. Where it stands, with the keys of its random passes,
 * is kept in the journal ("engine"): from there a later process goes on.
 */
#include "method/overwrite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "method/common.h"
#include "method/methods.h"
#include "method/write_cache.h"

#define KEY "engine"
#define CHECKPOINT_MS 5000

struct overwrite_state {
	struct engine *engine;
	const struct schedule *schedule;
	uint64_t kept_ms;         /* the last checkpoint */
	uint32_t kept_pass;
	bool ended;
	bool lost;                /* gone or hung: it answers no command */
	struct method_progress last;
};

const struct engine *method_overwrite_engine(const struct method_run *run)
{
	const struct overwrite_state *s = run->state;

	return run->attempt.method == HAIKI_OVERWRITE && s ? s->engine : NULL;
}

static void probe(struct method_run *run,
		  struct haiki_method_support *ret_support)
{
	if (run->drive && run->drive->read_only)
		support_set(ret_support, HAIKI_OVERWRITE,
			    HAIKI_SUPPORT_LOCKED, -1,
			    "the drive is write protected");
	else if (run->drive && run->drive->security.locked == HAIKI_YES)
		support_set(ret_support, HAIKI_OVERWRITE,
			    HAIKI_SUPPORT_LOCKED, -1,
			    "locked by a password: nothing can be written");
	else if (run->drive && run->drive->host_managed)
		support_set(ret_support, HAIKI_OVERWRITE,
			    HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "a zoned drive (host-managed): a zone that holds data can't be written over");
	else if (run->drive && run->drive->metadata)
		support_set(ret_support, HAIKI_OVERWRITE,
			    HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "the metadata beside each block isn't reached");
	else if (run->drive && !run->drive->size_bytes)
		support_set(ret_support, HAIKI_OVERWRITE,
			    HAIKI_SUPPORT_UNKNOWN, -1,
			    "the drive's capacity is not known");
	else
		support_set(ret_support, HAIKI_OVERWRITE, HAIKI_SUPPORTED, -1,
			    "%s", "");
}

/* --- journal ----------------------------------------------------------------*/

static int keep_state(struct method_run *run,
		      const struct engine_state *state,
		      struct haiki_error *err)
{
	struct overwrite_state *s = run->state;
	CLEANUP(free) char *text = engine_state_format(state, s->schedule);

	if (!text)
		return error_errno(err, -ENOMEM,
				   N_("cannot note how far the erase is"));
	s->kept_ms = time_monotonic_ms();
	s->kept_pass = state->pass;
	return journal_keep(run, KEY, text, err);
}

/* 1 if there is one, 0 if not. */
static int find_state(struct method_run *run, struct engine_state **ret_state,
		      struct haiki_error *err)
{
	CLEANUP(free) struct engine_state *state = NULL;
	const char *text = journal_find(run, KEY);
	int r;

	if (!text)
		return 0;
	state = calloc(1, sizeof(*state));
	if (!state)
		return error_errno(err, -ENOMEM, N_("cannot begin the erase"));
	r = engine_state_parse(text, run->options->schedule, state, err);
	if (r < 0)
		return r;
	*ret_state = TAKE(state);
	return 1;
}

/* The engine's own copy is too large for a stack. */
static int checkpoint(struct method_run *run, struct haiki_error *err)
{
	struct overwrite_state *s = run->state;
	CLEANUP(free) struct engine_state *state = calloc(1, sizeof(*state));
	struct haiki_error problem = { 0 };
	int r;

	if (!state)
		return error_errno(err, -ENOMEM,
				   N_("cannot note how far the erase is"));
	r = engine_checkpoint(s->engine, state, &problem);
	if (r == -ENODEV) {
		if (err)
			*err = problem;
		return r;
	}
	if (r < 0) {
		/* Not flushed: the engine writes that part again. */
		transport_note(run->t, "checkpoint: %s", problem.text);
		s->kept_ms = time_monotonic_ms();
		return 0;
	}
	return keep_state(run, state, err);
}

/* --- is it the same medium? -------------------------------------------------*/

#define LOOKS 32

struct looking {
	struct method_run *run;
	const struct engine_state *state;
	uint8_t *found, *wanted;  /* a block each */
	unsigned seen, differ;
};

static bool is_bad(const struct engine_state *state, uint64_t lba)
{
	for (size_t i = 0; i < state->bad_count; i++)
		if (lba >= state->bad[i].lba &&
		    lba - state->bad[i].lba < state->bad[i].count)
			return true;
	return false;
}

static bool holds(const struct looking *l, uint32_t pass, uint64_t lba)
{
	const uint32_t block = l->run->drive->logical_block;

	return pass && engine_expected(l->run->options->schedule, l->state,
				       pass, lba * block, l->wanted,
				       block) == 0 &&
	       !memcmp(l->found, l->wanted, block);
}

/* Some blocks of [from, to), the first and the last among them; each must hold
 * what one of the two passes (0: none) wrote there. */
static void look_at(struct looking *l, uint64_t from, uint64_t to,
		    uint32_t pass, uint32_t other)
{
	const uint32_t block = l->run->drive->logical_block;

	for (uint64_t i = 0; from < to && i < LOOKS; i++) {
		uint64_t lba = from + (uint64_t)((double)(to - 1 - from) *
						 (double)i / (LOOKS - 1));

		if (is_bad(l->state, lba) ||
		    transport_read(l->run->t, lba * block, l->found, block,
				   NULL) < 0)
			continue;
		l->seen++;
		l->differ += !holds(l, pass, lba) && !holds(l, other, lba);
	}
}

/* Whether the drive holds what the journal says it was given. Another one by
 * the same name doesn't, nor does one that only said that it had written its
 * cache: to go on in the middle would leave what comes before unwritten. */
static bool medium_agrees(struct method_run *run,
			  const struct engine_state *state)
{
	const uint32_t block = run->drive->logical_block;
	const uint64_t blocks = run->drive->size_bytes / block;
	const uint64_t durable = state->durable / block;
	CLEANUP(free) uint8_t *found = aligned_alloc(4096, 65536);
	CLEANUP(free) uint8_t *wanted = malloc(65536);
	struct looking l = { run, state, found, wanted, 0, 0 };

	if (state->pass == 1 && !durable)
		return true;
	if (!found || !wanted || block > 65536 || durable > blocks)
		return false;
	look_at(&l, 0, durable, state->pass, 0);
	if (state->pass > 1)
		look_at(&l, durable, blocks, state->pass, state->pass - 1);
	return l.seen && !l.differ;
}

/* More than any drive's cache holds. */
#define REWIND_BYTES (UINT64_C(1) << 30)

/* A drive that said "flushed" and had not may have lost some of what came
 * last, in any order: that is written once more, with the same keys. */
static void rewind_state(const struct method_run *run,
			 struct engine_state *state)
{
	uint64_t most = run->drive->size_bytes / 64, back = REWIND_BYTES;

	if (back > most)
		back = most - most % run->drive->logical_block;
	state->durable -= state->durable < back ? state->durable : back;
}

/* --- start and poll ---------------------------------------------------------*/

static int start(struct method_run *run, struct haiki_error *err)
{
	CLEANUP(free) struct engine_state *resume = NULL;
	struct overwrite_state *s;
	int r = guard_check(run->token, run->t, err);

	if (r < 0)
		return r;
	if (!run->options->schedule)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("no schedule of passes was given"));
	/* Every block would fail by itself, for days. */
	if (run->drive->host_managed)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EOPNOTSUPP,
				 N_("a host-managed zoned drive can't be overwritten: a zone that holds data takes no more; where it has no erase of its own, destroy it"));
	if (run->drive->metadata)
		return error_set(err, HAIKI_DOMAIN_NVME, -EOPNOTSUPP,
				 N_("an overwrite doesn't reach the metadata (%u bytes) beside each block: \"haiki list\" says what to do"),
				 run->drive->metadata);
	r = find_state(run, &resume, err);
	if (r < 0)
		return r;
	if (resume && !medium_agrees(run, resume)) {
		transport_note(run->t, "overwrite: the medium doesn't hold what was written before the interruption: begun anew");
		free(resume);
		resume = NULL;
	}
	if (resume)
		rewind_state(run, resume);
	s = calloc(1, sizeof(*s));
	if (!s)
		return error_errno(err, -ENOMEM, N_("cannot begin the erase"));
	run->state = s;
	s->schedule = run->options->schedule;
	s->last.outcome = HAIKI_OUTCOME_RUNNING;
	s->last.seconds_left = -1;
	run->attempt.passes_planned = (uint32_t)s->schedule->count;
	run->attempt.passes_completed = 0;
	/* A cache may say "flushed" and lose all with the power, while what
	 * is read comes from it: without it what is read back is the medium's.
	 * Where it can't be turned off the drive's word must do. */
	(void)write_cache_off(run);
	r = engine_new(run->t, run->token, s->schedule,
		       run->drive->size_bytes, run->drive->logical_block,
		       resume, &s->engine, err);
	if (r == 0)
		r = keep_state(run, engine_state(s->engine), err);
	return r;
}

static void take(struct method_run *run, const struct engine_progress *p)
{
	struct overwrite_state *s = run->state;
	struct method_progress *last = &s->last;

	last->done = p->done;
	last->total = p->total;
	last->pass = p->pass;
	last->passes = p->passes;
	last->reading = p->verifying;
	last->bytes_per_second = p->bytes_per_second;
	last->permille = p->total ? (unsigned)((double)p->done * 1000 /
					       (double)p->total) : 0;
	last->seconds_left = p->bytes_per_second > 0 && p->total >= p->done ?
		(int64_t)((double)(p->total - p->done) / p->bytes_per_second) :
		-1;
	snprintf(last->detail, sizeof(last->detail), "pass %u of %u: %s",
		 p->pass, p->passes, p->verifying ? "reading back" : "writing");
	run->attempt.write_errors = p->write_errors;
	run->attempt.flushed = p->flushed;
	run->attempt.passes_completed = p->finished ? p->passes :
				       p->pass ? p->pass - 1 : 0;
}

/* Written to the end; whether that is a success its errors tell. */
static void conclude(struct overwrite_state *s,
		     const struct engine_progress *p)
{
	struct method_progress *last = &s->last;

	s->ended = true;
	last->seconds_left = 0;
	if (p->write_errors || p->verify_mismatches) {
		last->outcome = HAIKI_OUTCOME_FAILED;
		snprintf(last->detail, sizeof(last->detail),
			 "%llu blocks could not be written, %llu differed when read back",
			 (unsigned long long)p->write_errors,
			 (unsigned long long)p->verify_mismatches);
	} else if (!p->flushed) {
		last->outcome = HAIKI_OUTCOME_UNKNOWN;
		snprintf(last->detail, sizeof(last->detail),
			 "the drive did not confirm that its cache was written out");
	} else {
		last->outcome = HAIKI_OUTCOME_SUCCEEDED;
		last->permille = 1000;
		snprintf(last->detail, sizeof(last->detail),
			 "every block was written %u times and flushed",
			 p->passes);
	}
}

/* The engine can't go on, and says why; asked again, it has failed. Only a
 * drive that's gone, or hangs until it is switched off and on, can be waited
 * for. */
static int give_up(struct method_run *run, int code,
		   const struct haiki_error *why, struct haiki_error *err)
{
	struct overwrite_state *s = run->state;
	const struct bad_range *bad;
	size_t count = engine_bad_ranges(s->engine, &bad);

	s->ended = true;
	s->lost = code == -ENODEV || code == -ETIMEDOUT;
	run->attempt.flushed = false;
	run->attempt.write_errors = 0;
	for (size_t i = 0; i < count; i++)
		run->attempt.write_errors += bad[i].count;
	s->last.outcome = HAIKI_OUTCOME_FAILED;
	s->last.seconds_left = -1;
	snprintf(s->last.detail, sizeof(s->last.detail), "%.159s", why->text);
	if (err)
		*err = *why;
	return code == -ETIMEDOUT ? -ENODEV : code;
}

static int poll(struct method_run *run, struct method_progress *ret_progress,
		struct haiki_error *err)
{
	struct overwrite_state *s = run->state;
	struct engine_progress progress = { 0 };
	struct haiki_error problem = { 0 };
	int r;

	if (!s || !s->engine)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("no erase was begun"));
	if (!s->ended) {
		r = engine_step(s->engine, option_slice_ms(run), &progress,
				&problem);
		if (r == 0)
			take(run, &progress);
		else
			r = give_up(run, r, &problem, err);
		if (r < 0)
			return r;
	}
	if (!s->ended && (progress.finished || progress.pass != s->kept_pass ||
			  time_monotonic_ms() - s->kept_ms >= CHECKPOINT_MS)) {
		r = checkpoint(run, err);
		if (r < 0)
			return r;
		s->kept_pass = progress.pass;
	}
	if (!s->ended && progress.finished)
		conclude(s, &progress);
	*ret_progress = s->last;
	return 0;
}

static void pause_writing(struct method_run *run, bool paused)
{
	struct overwrite_state *s = run->state;

	if (s && s->engine && !s->ended)
		engine_pause(s->engine, paused);
}

/* --- the end ----------------------------------------------------------------*/

/* What is written is written; a later start() goes on behind it. The cache
 * must not keep the job: what came of it is in the transcript. */
static int recover(struct method_run *run, struct haiki_error *err)
{
	const struct overwrite_state *s = run->state;

	(void)err;
	if (!s || !s->lost)
		write_cache_restore(run);
	return 0;
}

static void finish(struct method_run *run)
{
	struct overwrite_state *s = run->state;

	if (!s)
		return;
	/* Stopped half-way: the next start need not write this again. */
	if (s->engine && !s->ended)
		(void)checkpoint(run, NULL);
	engine_free(s->engine);
	if (!s->lost && !run->silent)
		write_cache_restore(run);
	free(s);
	run->state = NULL;
}

static enum haiki_expectation expectation(const struct method_run *run)
{
	(void)run;
	return HAIKI_EXPECT_PATTERN;
}

static int expected(const struct method_run *run, uint64_t offset, void *buf,
		    size_t length)
{
	const struct overwrite_state *s = run->state;

	if (!s || !s->engine)
		return -EINVAL;
	return engine_expected(s->schedule, engine_state(s->engine),
			       (uint32_t)s->schedule->count, offset, buf,
			       length);
}

const struct method method_overwrite = {
	.id = HAIKI_OVERWRITE,
	.probe = probe,
	.prepare = prepare_nothing,
	.start = start,
	.poll = poll,
	.pause = pause_writing,
	.recover = recover,
	.finish = finish,
	.expectation = expectation,
	.expected = expected,
};
