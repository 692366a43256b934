/* SPDX-License-Identifier: Apache-2.0 */
/* An attempt's markers, and what is read back. */
#include "job/attempt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"

/* --- markers ---------------------------------------------------------------*/

/* Instead of them, in the journal: the drive told no size. */
#define NO_PROOF "none"

static int put_proof(struct attempt *a, struct haiki_error *err)
{
	CLEANUP(free) char *text = a->proof ? proof_serialize(a->proof) :
		strdup(NO_PROOF);
	char key[64];

	if (!text)
		return error_errno(err, -ENOMEM,
				   N_("cannot keep the job's journal"));
	snprintf(key, sizeof(key), "attempt-%zu-proof", a->number);
	return journal_put(a->job->journal, key, text, err);
}

int attempt_get_proof(struct attempt *a, struct haiki_error *err)
{
	const char *text;
	char key[64];
	int r;

	snprintf(key, sizeof(key), "attempt-%zu-proof", a->number);
	text = journal_get(a->job->journal, key);
	if (!text)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENOENT,
				 N_("the journal %s has no %s"),
				 a->job->journal_file, key);
	if (!strcmp(text, NO_PROOF))
		return 0;
	r = proof_deserialize(text, &a->proof, err);
	/* One whose own erase broke off tells its size only after the next. */
	if (r < 0 || !a->job->after.size_bytes ||
	    proof_size(a->proof) == a->job->after.size_bytes)
		return r;
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -ESTALE,
			 N_("the drive had %llu bytes when its erase began and has %llu now: a part may be hidden; erase it anew"),
			 (unsigned long long)proof_size(a->proof),
			 (unsigned long long)a->job->after.size_bytes);
}

int attempt_mark(struct attempt *a, struct haiki_error *err)
{
	struct job *job = a->job;
	enum haiki_plan plan = job->options->verify ? job->options->verify :
		HAIKI_PLAN_STANDARD;
	int r;

	job_tell_phase(job, "mark", NULL);
	job->facts.marked_bytes = job->after.size_bytes;
	job->facts.marked_block = job->after.logical_block;
	r = attempt_save(a, JOB_MARK, err);
	/* One that only another erase of its own brings back: that one can't be
	 * proven, so it doesn't count. */
	if (r == 0 && !job->after.size_bytes)
		return put_proof(a, err);
	if (r == 0)
		r = proof_new(plan, NULL, job->after.size_bytes,
			      job->after.logical_block, &a->proof, err);
	if (r == 0) {
		transport_note(job->t, "markers: writing");
		r = proof_plant(a->proof, job->t, job->token, err);
	}
	if (r == 0)
		r = put_proof(a, err);
	return r;
}

/* --- read-back -------------------------------------------------------------*/

static int expected(const void *opaque, uint64_t offset, void *buf,
		    size_t length)
{
	const struct attempt *a = opaque;

	return a->method->expected(&a->run, offset, buf, length);
}

static void tell_verify(struct attempt *a)
{
	struct haiki_event event = {
		.kind = HAIKI_EVENT_PROGRESS,
		.phase = "verify",
		.method = a->method->id,
		.bytes = proof_bytes_done(a->proof),
		.bytes_total = proof_bytes_total(a->proof),
		.seconds_left = -1,
	};

	speed_note(&a->speed, a->job, SPEED_PROOF, event.bytes, a->paused,
		   &a->heat);
	event.bytes_per_second = rate_note(&a->reading, event.bytes,
					   time_monotonic_ms());
	if (!attempt_time_to_tell(a))
		return;
	heat_tell(&a->heat, &event);
	if (event.bytes_total)
		event.permille = (unsigned)((double)event.bytes * 1000 /
					    (double)event.bytes_total);
	if (event.bytes_per_second > 0)
		event.seconds_left = (int64_t)((double)(event.bytes_total -
			event.bytes) / event.bytes_per_second);
	speed_tell(&a->speed, SPEED_PROOF, &event);
	job_tell_progress(a->job, &event);
}

int attempt_verify(struct attempt *a, struct haiki_error *err)
{
	struct job *job = a->job;
	struct proof_expectation expectation = {
		.kind = a->method->expectation(&a->run),
		.expected = expected,
		.opaque = a,
	};
	uint64_t read = UINT64_MAX;
	bool done = false;

	job_tell_phase(job, "verify", NULL);
	transport_note(job->t, "verification: reading (expecting: %s)",
		       haiki_expectation_name(expectation.kind));
	while (!done) {
		/* A drive that answers no reads isn't asked how hot it is. */
		bool answers = a->paused ||
			read != proof_bytes_done(a->proof);
		int r = answers ? attempt_heed_heat(a, false, err) : 0;

		read = proof_bytes_done(a->proof);
		if (r == 0 && a->paused)
			time_sleep_ms(SLICE_MS);
		else if (r == 0)
			r = proof_step(a->proof, job->t, &expectation,
				       SLICE_MS, &done, err);
		if (r < 0)
			return r;
		tell_verify(a);
		if (!done && job_stop(job))
			return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINTR,
				N_("stopped on request: \"haiki resume\" goes on"));
	}
	return 0;
}

int attempt_keep_findings(struct attempt *a, struct haiki_error *err)
{
	struct job_findings *f = &a->job->findings[a->number];
	const struct proof_finding *found;
	size_t count = proof_findings(a->proof, &found);

	free(f->findings);
	f->findings = NULL;
	f->findings_count = 0;
	if (count) {
		f->findings = malloc(count * sizeof(*found));
		if (!f->findings)
			return error_errno(err, -ENOMEM,
				N_("cannot keep the job's journal"));
		memcpy(f->findings, found, count * sizeof(*found));
		f->findings_count = count;
	}
	proof_result(a->proof, &a->run.attempt.verification);
	return 0;
}

void attempt_tell_hanging(struct attempt *a)
{
	struct haiki_error problem;

	a->job->hangs = true;
	a->run.silent = true;
	error_set(&problem, HAIKI_DOMAIN_SYSTEM, -ETIMEDOUT,
		  N_("the drive no longer answered while it was read back, so nothing is proven: switch it off and on and erase it again; if it stays so, destroy it"));
	job_note(a->job, &problem);
}
