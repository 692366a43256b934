/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "job/attempt.h"
#include "method/overwrite.h"

#define TELL_MS 500
/* The drive's state could not be asked this many times running: unknown. */
#define MAX_POLL_ERRORS 5

static int put_key(void *opaque, const char *key, const char *value,
		   struct haiki_error *err)
{
	struct attempt *a = opaque;
	char full[128];

	snprintf(full, sizeof(full), "attempt-%zu-method-%s", a->number, key);
	return journal_put(a->job->journal, full, value, err);
}

static const char *get_key(void *opaque, const char *key)
{
	struct attempt *a = opaque;
	char full[128];

	snprintf(full, sizeof(full), "attempt-%zu-method-%s", a->number, key);
	return journal_get(a->job->journal, full);
}

int attempt_save(struct attempt *a, enum job_phase phase,
		 struct haiki_error *err)
{
	a->job->facts.phase = phase;
	a->data->evidence = a->run.attempt;
	snprintf(a->data->status_before, sizeof(a->data->status_before), "%s",
		 a->run.status_before);
	snprintf(a->data->status_after, sizeof(a->data->status_after), "%s",
		 a->run.status_after);
	return job_save(a->job, err);
}

static void say(struct attempt *a, const char *text)
{
	snprintf(a->data->detail, sizeof(a->data->detail), "%s", text);
}

bool attempt_time_to_tell(struct attempt *a)
{
	uint64_t now = time_monotonic_ms();

	if (a->told_ms && now - a->told_ms < TELL_MS)
		return false;
	a->told_ms = now;
	return true;
}

/* --- the method ------------------------------------------------------------*/

/* Bytes a second since the attempt's begin, where the method doesn't tell. */
static void measure(struct attempt *a, struct method_progress *p)
{
	uint64_t now = time_monotonic_ms();

	if (!a->began_ms) {
		a->began_ms = now;
		a->began_bytes = p->done;
	}
	if (p->bytes_per_second > 0 || now <= a->began_ms ||
	    p->done < a->began_bytes)
		return;
	p->bytes_per_second = (double)(p->done - a->began_bytes) * 1000 /
		(double)(now - a->began_ms);
	if (p->seconds_left < 0 && p->total > p->done &&
	    p->bytes_per_second > 0)
		p->seconds_left = (int64_t)((double)(p->total - p->done) /
					    p->bytes_per_second);
}

static void tell_erase(struct attempt *a, const struct method_progress *p)
{
	struct haiki_event event = {
		.kind = HAIKI_EVENT_PROGRESS,
		.phase = "erase",
		.method = a->method->id,
		.pass = p->pass,
		.passes = p->passes,
		.permille = p->permille,
		.bytes = p->done,
		.bytes_total = p->total,
		.bytes_per_second = p->bytes_per_second,
		.seconds_left = p->seconds_left,
		.message = p->advice,
	};

	heat_tell(&a->heat, &event);
	speed_tell(&a->speed, p->reading ? SPEED_READ_BACK : SPEED_WRITE,
		   &event);
	if (attempt_time_to_tell(a))
		job_tell_progress(a->job, &event);
}

int attempt_heed_heat(struct attempt *a, bool alone, struct haiki_error *err)
{
	int r = heat_look(&a->heat, a->job, alone, err);

	if (r < 0 || heat_pauses(&a->heat) == a->paused)
		return r;
	a->paused = heat_pauses(&a->heat);
	if (a->method->pause)
		a->method->pause(&a->run, a->paused);
	return 0;
}

/* One blocking command holds the drive until it ends: it can only be waited
 * for. What the drive does by itself goes on without us, if it must. */
static bool to_be_left(const struct attempt *a)
{
	switch (job_stop(a->job)) {
	case HAIKI_STOP_NOW:
		return !a->method->blocking;
	case HAIKI_STOP_SAFELY:
		return a->method->pause != NULL;
	default:
		return false;
	}
}

static void watch_speed(struct attempt *a, const struct method_progress *p)
{
	pace_note(&a->data->pace, p->done, p->total, time_monotonic_ms());
	if (p->outcome == HAIKI_OUTCOME_RUNNING)
		speed_note(&a->speed, a->job,
			   p->reading ? SPEED_READ_BACK : SPEED_WRITE, p->done,
			   a->paused, &a->heat);
}

static int follow(struct attempt *a, struct haiki_error *err)
{
	const bool alone = a->method->pause == NULL;
	unsigned errors = 0;

	for (;;) {
		struct method_progress progress = { .seconds_left = -1 };
		struct haiki_error problem = { 0 };
		/* What is done in one command can't be asked meanwhile. */
		int r = a->method->blocking ? 0 : attempt_heed_heat(a, alone, err);

		if (r < 0)
			return r;
		r = a->method->poll(&a->run, &progress, &problem);

		if (r == -ENODEV || r == -ENOSPC) {
			if (err)
				*err = problem;
			return r;
		}
		if (r < 0) {
			job_note(a->job, &problem);
			if (++errors < MAX_POLL_ERRORS) {
				time_sleep_ms(a->options.poll_ms ?
					 a->options.poll_ms : 1000);
				continue;
			}
			a->run.attempt.outcome = HAIKI_OUTCOME_UNKNOWN;
			say(a, problem.text);
			return 0;
		}
		errors = 0;
		if (a->method->id == HAIKI_OVERWRITE)
			watch_speed(a, &progress);
		if (progress.outcome != HAIKI_OUTCOME_RUNNING) {
			a->run.attempt.outcome = progress.outcome;
			say(a, progress.detail);
			return 0;
		}
		measure(a, &progress);
		tell_erase(a, &progress);
		if (to_be_left(a))
			return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINTR,
				N_("stopped on request: \"haiki resume\" goes on"));
	}
}

static void fail(struct attempt *a, const struct haiki_error *why)
{
	a->run.attempt.outcome = HAIKI_OUTCOME_FAILED;
	say(a, why->text);
	job_note(a->job, why);
}

/* What can't be answered by trying another method. */
static bool is_fatal(int r)
{
	return r == -ENODEV || r == -EINTR || r == -ENOSPC || r == -ESTALE;
}

/* What failed mustn't stand in the way of what follows. */
static int leave(struct attempt *a, struct haiki_error *err)
{
	struct haiki_error problem = { 0 };
	int r = a->method->recover(&a->run, &problem);

	if (is_fatal(r)) {
		if (err)
			*err = problem;
		return r;
	}
	if (r < 0)
		job_note(a->job, &problem);
	return 0;
}

static int erase(struct attempt *a, bool resumed, struct haiki_error *err)
{
	struct job *job = a->job;
	struct haiki_error problem = { 0 };
	int r;

	job_tell_phase(job, "erase", NULL);
	pace_interrupt(&a->data->pace);
	if (resumed && a->method->id != HAIKI_OVERWRITE) {
		/* -EBUSY: it is still running; start() takes it up again. */
		r = a->method->recover(&a->run, &problem);
		if (is_fatal(r))
			goto fatal;
		if (r < 0 && r != -EBUSY)
			job_note(job, &problem);
	}
	transport_note(job->t, "%s: begin", haiki_method_name(a->method->id));
	a->run.attempt.outcome = HAIKI_OUTCOME_RUNNING;
	r = attempt_save(a, JOB_ERASE, err);
	if (r < 0)
		return r;
	r = heat_begin(&a->heat, job, err);
	if (r < 0)
		return r;
	/* Otherwise it was done before the markers were written. */
	r = resumed ? a->method->prepare(&a->run, &problem) : 0;
	if (r == 0)
		r = a->method->start(&a->run, &problem);
	if (r == 0)
		r = follow(a, &problem);
	if (is_fatal(r))
		goto fatal;
	if (r < 0)
		fail(a, &problem);
	transport_note(job->t, "%s: %s", haiki_method_name(a->method->id),
		       haiki_outcome_name(a->run.attempt.outcome));
	return a->run.attempt.outcome == HAIKI_OUTCOME_SUCCEEDED ? 0 :
		leave(a, err);
fatal:
	if (err)
		*err = problem;
	return r;
}

/* The keys and bad sectors of an overwrite, for the record. */
static int keep_engine(struct attempt *a, struct haiki_error *err)
{
	const struct engine *engine = a->method->id == HAIKI_OVERWRITE ?
		method_overwrite_engine(&a->run) : NULL;
	struct job_findings *f = &a->job->findings[a->number];
	const struct bad_range *ranges;
	size_t count;

	if (!engine)
		return 0;
	a->data->engine = *engine_state(engine);
	a->data->has_engine = true;
	count = engine_bad_ranges(engine, &ranges);
	if (!count)
		return 0;
	free(f->bad_ranges);
	f->bad_ranges_count = 0;
	f->bad_ranges = malloc(count * sizeof(*ranges));
	if (!f->bad_ranges)
		return error_errno(err, -ENOMEM, N_("cannot keep the job's journal"));
	memcpy(f->bad_ranges, ranges, count * sizeof(*ranges));
	f->bad_ranges_count = count;
	return 0;
}

/* --- before and after it ---------------------------------------------------*/

/* The method's last look, once everything was read: *ret_well. */
static int settle(struct attempt *a, bool *ret_well, struct haiki_error *err)
{
	struct method_progress progress = {
		.outcome = HAIKI_OUTCOME_SUCCEEDED };
	struct haiki_error problem = { 0 };
	int r = 0;

	do {
		if (a->method->settle)
			r = a->method->settle(&a->run, &progress, &problem);
		if (r == 0 && progress.outcome == HAIKI_OUTCOME_RUNNING &&
		    job_stop(a->job) == HAIKI_STOP_NOW)
			return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINTR,
				N_("stopped on request: \"haiki resume\" goes on"));
	} while (r == 0 && progress.outcome == HAIKI_OUTCOME_RUNNING);
	if (is_fatal(r)) {
		if (err)
			*err = problem;
		return r;
	}
	*ret_well = r == 0;
	if (r == 0)
		return 0;
	fail(a, &problem);
	return leave(a, err);
}

/* What the method needs first, an unlocked drive above all: without it not
 * even markers can be written. *ret_ready false: the attempt has failed. */
static int prepare(struct attempt *a, bool *ret_ready, struct haiki_error *err)
{
	struct haiki_error problem = { 0 };
	int r;

	a->job->facts.touched = true;
	r = attempt_save(a, JOB_MARK, err);
	if (r < 0)
		return r;
	r = a->method->prepare(&a->run, &problem);
	if (is_fatal(r)) {
		if (err)
			*err = problem;
		return r;
	}
	if (r < 0)
		fail(a, &problem);
	*ret_ready = r == 0;
	return 0;
}

/* --- one attempt -----------------------------------------------------------*/

/* Reading back is worth it after a success, and after an overwrite with bad
 * sectors: it tells what is left. */
static bool worth_reading(const struct attempt *a)
{
	if (!a->proof)
		return false;
	return a->run.attempt.outcome == HAIKI_OUTCOME_SUCCEEDED ||
	       (a->method->id == HAIKI_OVERWRITE && a->data->has_engine &&
		a->run.attempt.passes_completed ==
		a->run.attempt.passes_planned);
}

static int read_back(struct attempt *a, struct haiki_error *err)
{
	bool well;
	int r = attempt_verify(a, err);

	if (r == 0 && proof_hangs(a->proof))
		attempt_tell_hanging(a);
	else if (r == 0)
		r = settle(a, &well, err);
	if (r == 0)
		r = attempt_keep_findings(a, err);
	return r;
}

/* Of another size than it had, the drive can't be proven any more, however
 * often it's resumed: that is a result, and goes on the record. */
static int give_up(struct attempt *a, const struct haiki_error *why,
		   struct haiki_error *err)
{
	int r;

	fail(a, why);
	r = leave(a, err);
	return r < 0 ? r : attempt_save(a, JOB_VERIFY, err);
}

static int go_on(struct attempt *a, struct haiki_error *err)
{
	struct job *job = a->job;
	bool resumed = job->facts.phase >= JOB_ERASE, ready = true;
	struct haiki_error problem = { 0 };
	int r;

	if (resumed) {
		r = attempt_get_proof(a, &problem);
		if (r == -ESTALE)
			return give_up(a, &problem, err);
		if (r < 0 && err)
			*err = problem;
	} else {
		r = prepare(a, &ready, err);
		if (r == 0 && ready)
			r = attempt_mark(a, err);
	}
	if (r < 0 || !ready)
		return r;
	/* An overwrite that had ended is started again for its stream; it
	 * finds in the journal that there is nothing left to write. */
	if (job->facts.phase < JOB_VERIFY || a->method->id == HAIKI_OVERWRITE) {
		r = erase(a, resumed, err);
		if (r < 0)
			return r;
	}
	r = keep_engine(a, err);
	/* What was kept readable for an earlier process isn't any more. */
	if (r == 0 && job->facts.phase == JOB_VERIFY && worth_reading(a))
		r = settle(a, &ready, err);
	if (r == 0)
		r = attempt_save(a, JOB_VERIFY, err);
	return r < 0 || !worth_reading(a) ? r : read_back(a, err);
}

int attempt_run(struct job *job, struct haiki_error *err)
{
	bool resumed = job->facts.phase >= JOB_MARK;
	struct attempt a = { .job = job };
	enum haiki_method id = job->facts.steps[job->facts.step];
	int r;

	if (!resumed) {
		if (job->facts.attempts_count == JOB_MAX_ATTEMPTS)
			return error_set(err, HAIKI_DOMAIN_SYSTEM, -E2BIG,
				N_("too many attempts on one drive: destroy it"));
		a.number = job->facts.attempts_count++;
		a.data = &job->attempts[a.number];
		memset(a.data, 0, sizeof(*a.data));
		a.data->started_at = time_now();
		a.data->evidence.method = id;
	} else {
		a.number = job->facts.attempts_count - 1;
		a.data = &job->attempts[a.number];
	}
	a.method = method_find(id);
	if (!a.method)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EOPNOTSUPP,
				 N_("%s is not part of this program"),
				 haiki_method_name(id));
	a.options = (struct method_options){
		.schedule = &job->schedule,
		.settles = true,
		.allow_usb_security = job->options->allow_usb_security,
		.psid = job->options->psid,
		.unlock_password = job->options->unlock_password,
		.slice_ms = SLICE_MS,
		.poll_ms = job->options->poll_ms,
		.stall_ms = job->options->stall_ms,
	};
	a.journal = (struct method_journal){ put_key, get_key, &a };
	a.run = (struct method_run){
		.t = job->t,
		.token = job->token,
		.drive = &job->after,
		.options = &a.options,
		.journal = &a.journal,
		.attempt = a.data->evidence,
	};
	for (int i = 0; i < SPEED_KINDS; i++)
		a.speed.slump[i].usual = a.data->usual_speed[i];
	r = go_on(&a, err);
	heat_end(&a.heat, job);
	speed_end(&a.speed, job);
	for (int i = 0; i < SPEED_KINDS; i++)
		a.data->usual_speed[i] = a.speed.slump[i].usual;
	a.data->evidence = a.run.attempt;
	a.data->finished_at = time_now();
	snprintf(a.data->status_before, sizeof(a.data->status_before), "%s",
		 a.run.status_before);
	snprintf(a.data->status_after, sizeof(a.data->status_after), "%s",
		 a.run.status_after);
	a.method->finish(&a.run);
	proof_free(a.proof);
	if (r == 0)
		r = job_save_findings(job, a.number, err);
	return r;
}
