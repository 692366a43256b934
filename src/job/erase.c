/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/job.h>

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "device/awake.h"
#include "job/job.h"

#define TURN_MS 100
/* How long a record may take to be written that was begun before its drive
 * was to be given up. */
#define CONCLUSION_MS 30000

/* One drive of a run. */
struct worker {
	struct haiki_run *run;
	size_t index;
	struct haiki_job_target *target;   /* the caller's: how it ended */
	struct haiki_job_target own;       /* what its thread works with */
	pthread_t thread;
	bool ended, joined;
	bool concluding;          /* its record is being written */
	bool given_up;            /* what the thread says no longer counts */
};

struct haiki_run {
	struct job_context context;
	pthread_mutex_t tell_lock;
	haiki_event_sink *sink;   /* NULL once abandoned */
	void *opaque;

	pthread_mutex_t lock;     /* for what follows */
	pthread_cond_t changed;
	unsigned jobs, working;   /* jobs: 0 = no limit */
	int awake;                /* held while any is at work; -1: none */
	bool abandoned;
	size_t count, ended;
	struct worker **workers;
};

static void tell(struct job_context *context, const struct haiki_event *event)
{
	struct haiki_run *run = context->opaque;

	pthread_mutex_lock(&run->tell_lock);
	if (run->sink)
		run->sink(run->opaque, event);
	pthread_mutex_unlock(&run->tell_lock);
}

static bool may_conclude(struct job_context *context, size_t index)
{
	struct haiki_run *run = context->opaque;
	bool may;

	pthread_mutex_lock(&run->lock);
	may = !run->abandoned;
	run->workers[index]->concluding = may;
	pthread_mutex_unlock(&run->lock);
	return may;
}

/* A stop came before its turn did. */
static void not_begun(struct worker *w)
{
	struct haiki_job_target *target = &w->own;
	struct haiki_event event = {
		.kind = HAIKI_EVENT_DONE,
		.index = w->index,
		.drive = target->drive,
		.ending = HAIKI_ENDING_REFUSED,
		.result = HAIKI_INTERRUPTED,
		.seconds_left = -1,
	};

	error_set(&target->error, HAIKI_DOMAIN_SYSTEM, -EINTR,
		  N_("not begun, because a stop was asked for: the drive was not touched"));
	target->ending = HAIKI_ENDING_REFUSED;
	target->result = HAIKI_INTERRUPTED;
	target->certificate[0] = '\0';
	target->touched = false;
	event.message = target->error.local[0] ? target->error.local :
		target->error.text;
	tell(&w->run->context, &event);
}

/* True once it is this drive's turn, false if there won't be one. */
static bool wait_for_turn(struct haiki_run *run)
{
	bool stopped;

	pthread_mutex_lock(&run->lock);
	while (run->jobs && run->working >= run->jobs && !run->context.stop)
		pthread_cond_wait(&run->changed, &run->lock);
	stopped = run->context.stop;
	run->working++;
	pthread_mutex_unlock(&run->lock);
	return !stopped;
}

/* The machine may sleep while nothing is at work; with the lock. */
static void let_sleep(struct haiki_run *run)
{
	if (run->awake >= 0)
		close(run->awake);
	run->awake = -1;
}

static void *work(void *opaque)
{
	struct worker *w = opaque;
	struct haiki_run *run = w->run;

	if (wait_for_turn(run))
		job_run(&run->context, w->index, &w->own);
	else
		not_begun(w);
	pthread_mutex_lock(&run->lock);
	if (!w->given_up)
		*w->target = w->own;
	run->working--;
	run->ended++;
	w->ended = true;
	if (run->ended == run->count)
		let_sleep(run);
	pthread_cond_broadcast(&run->changed);
	pthread_mutex_unlock(&run->lock);
	return NULL;
}

int haiki_run_new(struct haiki_host *host,
		  const struct haiki_job_options *options, unsigned jobs,
		  haiki_event_sink *sink, void *opaque,
		  struct haiki_run **ret_run, struct haiki_error *err)
{
	struct haiki_run *run = calloc(1, sizeof(*run));
	pthread_condattr_t attributes;

	if (!run)
		return error_errno(err, -ENOMEM, N_("cannot begin"));
	run->context.host = host;
	run->context.options = options;
	run->context.tell = tell;
	run->context.may_conclude = may_conclude;
	run->context.opaque = run;
	run->sink = sink;
	run->opaque = opaque;
	run->jobs = jobs;
	run->awake = -1;
	pthread_mutex_init(&run->tell_lock, NULL);
	pthread_mutex_init(&run->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&run->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	*ret_run = run;
	return 0;
}

/* Signals are for the caller's threads. */
static int start(struct worker *w)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = -pthread_create(&w->thread, NULL, work, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return r;
}

/* Where nobody can be asked, nobody puts the machine to sleep. */
static void keep_awake(struct haiki_run *run)
{
	bool needed;
	int fd;

	pthread_mutex_lock(&run->lock);
	needed = run->awake < 0 && run->ended == run->count;
	pthread_mutex_unlock(&run->lock);
	if (!needed || haiki_host_is_simulated(run->context.host))
		return;
	fd = awake_hold();
	pthread_mutex_lock(&run->lock);
	run->awake = fd;
	pthread_mutex_unlock(&run->lock);
}

/* For one more. */
static bool make_room(struct haiki_run *run)
{
	struct worker **workers;

	pthread_mutex_lock(&run->lock);
	workers = reallocarray(run->workers, run->count + 1, sizeof(*workers));
	if (workers)
		run->workers = workers;
	pthread_mutex_unlock(&run->lock);
	return workers;
}

int haiki_run_add(struct haiki_run *run, struct haiki_job_target *target,
		  size_t *ret_index, struct haiki_error *err)
{
	CLEANUP(free) struct worker *w = calloc(1, sizeof(*w));
	int r = haiki_job_check(target->options ? target->options :
				run->context.options, err);

	if (r < 0)
		return r;
	if (!w || !make_room(run))
		return error_errno(err, -ENOMEM, N_("cannot begin"));
	*w = (struct worker){ .run = run, .index = run->count,
			      .target = target, .own = *target };
	keep_awake(run);
	pthread_mutex_lock(&run->lock);
	r = start(w);
	if (r == 0) {
		if (ret_index)
			*ret_index = w->index;
		run->workers[run->count++] = TAKE(w);
	} else if (run->ended == run->count) {
		let_sleep(run);
	}
	pthread_mutex_unlock(&run->lock);
	if (r < 0)
		return error_errno(err, r, N_("cannot begin"));
	return 0;
}

bool haiki_run_ended(struct haiki_run *run, size_t index)
{
	struct worker *w = run->workers[index];
	bool ended;

	pthread_mutex_lock(&run->lock);
	ended = w->ended;
	pthread_mutex_unlock(&run->lock);
	if (ended && !w->joined) {
		pthread_join(w->thread, NULL);
		w->joined = true;
	}
	return ended;
}

bool haiki_run_wait(struct haiki_run *run, uint64_t ms)
{
	const struct timespec end = time_from_now(ms);
	bool all;

	pthread_mutex_lock(&run->lock);
	while (run->ended < run->count &&
	       pthread_cond_timedwait(&run->changed, &run->lock, &end) == 0)
		;
	all = run->ended == run->count;
	pthread_mutex_unlock(&run->lock);
	return all;
}

void haiki_run_stop(struct haiki_run *run, enum haiki_stop stop)
{
	pthread_mutex_lock(&run->lock);
	if ((int)stop > run->context.stop)
		run->context.stop = (int)stop;
	pthread_cond_broadcast(&run->changed);
	pthread_mutex_unlock(&run->lock);
}

static void give_up(struct worker *w, haiki_event_sink *sink)
{
	struct haiki_job_target result = {
		.drive = w->target->drive,
		.confirmed_serial = w->target->confirmed_serial,
		.journal = w->target->journal,
		.options = w->target->options,
		.ending = HAIKI_ENDING_INTERRUPTED,
		.result = HAIKI_INTERRUPTED,
		.touched = true,
	};
	struct haiki_event event = {
		.kind = HAIKI_EVENT_DONE,
		.index = w->index,
		.drive = result.drive,
		.ending = HAIKI_ENDING_INTERRUPTED,
		.result = HAIKI_INTERRUPTED,
		.touched = true,
		.seconds_left = -1,
	};

	error_set(&result.error, HAIKI_DOMAIN_SYSTEM, -ETIMEDOUT,
		  N_("left in the middle of a command that has not returned: if the drive is still erasing itself, keep it powered until it ends; if it has died, switch it off and on; then \"haiki resume\""));
	event.message = result.error.local[0] ? result.error.local :
		result.error.text;
	*w->target = result;
	if (sink)
		sink(w->run->opaque, &event);
}

/* Of which the record is being written, they are waited for; none begins that
 * now. From here on the others' threads have no say. */
static void mark_given_up(struct haiki_run *run)
{
	const struct timespec end = time_from_now(CONCLUSION_MS);
	size_t i = 0;

	pthread_mutex_lock(&run->lock);
	run->abandoned = true;
	while (i < run->count) {
		struct worker *w = run->workers[i];

		if (w->concluding && !w->ended &&
		    pthread_cond_timedwait(&run->changed, &run->lock,
					   &end) == 0)
			continue;
		w->given_up = !w->ended;
		i++;
	}
	pthread_mutex_unlock(&run->lock);
}

void haiki_run_abandon(struct haiki_run *run)
{
	haiki_event_sink *sink;

	mark_given_up(run);
	pthread_mutex_lock(&run->tell_lock);
	sink = run->sink;
	run->sink = NULL;
	pthread_mutex_unlock(&run->tell_lock);
	for (size_t i = 0; i < run->count; i++)
		if (run->workers[i]->given_up)
			give_up(run->workers[i], sink);
}

void haiki_run_free(struct haiki_run *run)
{
	if (!run)
		return;
	for (size_t i = 0; i < run->count; i++) {
		if (!run->workers[i]->joined)
			pthread_join(run->workers[i]->thread, NULL);
		free(run->workers[i]);
	}
	free(run->workers);
	pthread_cond_destroy(&run->changed);
	pthread_mutex_destroy(&run->lock);
	pthread_mutex_destroy(&run->tell_lock);
	free(run);
}

/* Nothing of this one was begun. */
static void no_thread(struct haiki_job_target *target,
		      const struct haiki_error *why)
{
	target->ending = HAIKI_ENDING_SURROUNDINGS;
	target->result = HAIKI_INTERRUPTED;
	target->certificate[0] = '\0';
	target->touched = false;
	target->error = *why;
}

int haiki_erase(struct haiki_host *host,
		const struct haiki_job_options *options,
		struct haiki_job_target *targets, size_t count, unsigned jobs,
		const volatile bool *stop, haiki_event_sink *sink, void *opaque,
		struct haiki_error *err)
{
	struct haiki_error problem = { 0 };
	struct haiki_run *run = NULL;
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++)
		r = haiki_job_check(targets[i].options ? targets[i].options :
				    options, err);
	if (r == 0)
		r = haiki_run_new(host, options, jobs, sink, opaque, &run, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count; i++)
		if (haiki_run_add(run, &targets[i], NULL, &problem) < 0)
			no_thread(&targets[i], &problem);
	while (!haiki_run_wait(run, TURN_MS))
		if (stop && *stop)
			haiki_run_stop(run, HAIKI_STOP_NOW);
	haiki_run_free(run);
	return 0;
}
