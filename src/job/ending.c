/* SPDX-License-Identifier: Apache-2.0 */
/* How a job has ended, and that it's told. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/time.h"
#include "job/state.h"

/* What an error means for the drive and for the exit code. */
static enum haiki_ending ending_of(const struct job *job, int r)
{
	if (r == 0)
		return HAIKI_ENDING_RECORDED;
	/* The drive was fit: what failed is the place for its journal. */
	if (!job->journal && job->planned)
		return HAIKI_ENDING_SURROUNDINGS;
	/* Only made usable so far: what it's left at, a listing tells. */
	if (!job->journal && job->facts.touched)
		return HAIKI_ENDING_INTERRUPTED;
	if (!job->journal)
		return r == -ENOSPC || r == -EROFS || r == -EACCES ?
			HAIKI_ENDING_SURROUNDINGS : HAIKI_ENDING_REFUSED;
	if (r == -EINTR || r == -ENODEV || r == -ESTALE || r == -EIO)
		return HAIKI_ENDING_INTERRUPTED;
	if (job->t)
		return HAIKI_ENDING_SURROUNDINGS;
	/* In the way of going on, and the drive has been worked on already. */
	return job->facts.touched ? HAIKI_ENDING_INTERRUPTED :
		HAIKI_ENDING_REFUSED;
}

static void interrupted(struct job *job)
{
	size_t n = job->facts.interruptions;

	/* Only made usable so far, there's no journal yet. */
	if (!job->journal || n == JOB_MAX_INTERRUPTIONS)
		return;
	job->facts.interrupted_at[n] = time_now();
	job->facts.resumed_at[n] = (struct timespec){ 0 };
	job->facts.interruptions++;
	job_save(job, NULL);   /* the journal already has all that matters */
}

static void tell_proof(const struct job *job, struct haiki_event *event)
{
	size_t last = job->facts.attempts_count;

	if (event->ending != HAIKI_ENDING_RECORDED || !last)
		return;
	last--;
	event->verification = &job->attempts[last].evidence.verification;
	event->findings = job->findings[last].findings;
	event->findings_count = job->findings[last].findings_count;
}

static const char *done_message(const struct job *job)
{
	const struct haiki_job_target *t = job->target;
	const struct haiki_verdict *v = &job->verdict;

	/* What is erased and not enough wants its reason, before all else. */
	if (t->ending == HAIKI_ENDING_RECORDED &&
	    t->result == HAIKI_NONCONFORMING && v->why[0])
		return v->why_local[0] ? v->why_local : v->why;
	if (t->error.local[0] || t->error.text[0])
		return t->error.local[0] ? t->error.local : t->error.text;
	if (job->no_stamp.code)
		return job->no_stamp.local;
	return job->no_mirror.code ? job->no_mirror.local : NULL;
}

/* What went wrong beside that which the end is told with. */
static void tell_others(struct job *job, const char *message)
{
	const struct haiki_error *const others[] = {
		&job->no_paper, &job->no_stamp, &job->no_mirror,
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct haiki_event event = {
			.kind = HAIKI_EVENT_ERROR,
			.message = others[i]->local,
			.seconds_left = -1,
		};

		if (others[i]->code && (!message ||
					strcmp(message, others[i]->local)))
			job_tell_progress(job, &event);
	}
}

static void tell_done(struct job *job)
{
	struct haiki_job_target *t = job->target;
	struct haiki_event event = {
		.kind = HAIKI_EVENT_DONE,
		.ending = t->ending,
		.result = t->result,
		.certificate = t->certificate[0] ? t->certificate : NULL,
		.touched = t->touched,
		.seconds_left = -1,
		.message = done_message(job),
	};

	tell_others(job, event.message);
	tell_proof(job, &event);
	job_tell_progress(job, &event);
}

void ending_settle(struct job *job, int r)
{
	struct haiki_job_target *target = job->target;

	target->touched = job->facts.touched;
	target->ending = ending_of(job, r);
	if (target->ending == HAIKI_ENDING_INTERRUPTED)
		interrupted(job);
	/* What was refused has left nothing behind. */
	if (target->ending != HAIKI_ENDING_REFUSED)
		job_mirror(job);
	tell_done(job);
}
