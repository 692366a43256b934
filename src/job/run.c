/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"
#include "base/notes.h"
#include "base/time.h"
#include "device/host.h"
#include "job/repair.h"
#include "job/state.h"
#include "method/hidden.h"
#include "method/method.h"

static bool same_drive(const struct haiki_drive *a, const struct haiki_drive *b)
{
	return !strcmp(a->serial, b->serial) && !strcmp(a->wwn, b->wwn) &&
	       !strcmp(a->model, b->model) &&
	       a->serial_is_substitute == b->serial_is_substitute;
}

static int acquire(struct job *job, struct haiki_error *err)
{
	const struct haiki_job_target *target = job->target;

	if (target->journal && !same_drive(&job->facts.before, target->drive))
		return error_set(err, HAIKI_DOMAIN_GUARD, -ESTALE,
			N_("%s is not the drive that the interrupted job was about (%s)"),
			target->drive->path, job->facts.before.serial);
	return guard_acquire(job->context->host, target->drive,
			     target->journal ? job->facts.before.serial :
			     target->confirmed_serial, &job->token, &job->t, err);
}

/* The plan is made from what the drive says now, under the guard. */
static int make_plan(struct job *job, struct haiki_error *err)
{
	struct haiki_job_plan plan;

	haiki_job_plan(&job->after, job->options, &plan);
	if (plan.refused[0]) {
		int r = error_set(err, HAIKI_DOMAIN_GUARD, -EPERM, "%s",
				  plan.refused);

		if (err)
			snprintf(err->local, sizeof(err->local), "%s",
				 plan.refused_local);
		return r;
	}
	job->facts.medium = plan.medium;
	job->facts.steps_count = plan.steps_count;
	for (size_t i = 0; i < plan.steps_count; i++)
		job->facts.steps[i] = plan.steps[i].method;
	return 0;
}

static int probe(struct job *job, struct haiki_error *err)
{
	memset(&job->after, 0, sizeof(job->after));
	return device_probe(job->t, &job->after, err);
}

static bool asked_to_stop(void *opaque)
{
	return job_stop(opaque) != HAIKI_GO_ON;
}

static void tell_waiting(void *opaque, const struct haiki_error *what)
{
	job_tell_phase(opaque, "prepare", what->local[0] ? what->local :
		       what->text);
}

/* A drive that sanitizes or formats itself, or has failed at it, can neither be
 * marked nor asked what it hides: that comes first, and counts for nothing. */
static int end_unfinished(struct job *job, struct haiki_error *err)
{
	static const char *const ended[] = {
		[HAIKI_SANITIZE_RUNNING] =
			N_("a sanitize that was begun before this job was running; it was waited for and counts for nothing"),
		[HAIKI_SANITIZE_FAILED] =
			N_("an earlier sanitize had failed; the drive was brought out of that state"),
		[HAIKI_SANITIZE_FORMATTING] =
			N_("a format that was begun before this job was running; it was waited for and counts for nothing"),
		[HAIKI_SANITIZE_UNFORMATTED] =
			N_("an earlier format of the drive had broken off; it was formatted again, which counts for nothing"),
	};
	const enum haiki_sanitize found = job->after.sanitize;
	const struct repair repair = {
		.t = job->t, .token = job->token, .drive = &job->after,
		.may_format = true,
		.poll_ms = job->options->poll_ms,
		.stall_ms = job->options->stall_ms,
		.stopped = asked_to_stop, .waiting = tell_waiting,
		.opaque = job,
	};
	struct haiki_error problem = { 0 };
	bool formatted;
	int r;

	if (!haiki_drive_unfinished(&job->after))
		return 0;
	r = repair_unfinished(&repair, &formatted, &problem);
	job->facts.touched |= formatted;
	if (r == -ENODEV || r == -EINTR) {
		if (err)
			*err = problem;
		return r;
	}
	if (r == 0) {
		error_set(&problem, HAIKI_DOMAIN_SYSTEM, -EBUSY, "%s",
			  ended[found]);
		error_localize(&problem, "%s", error_translate(ended[found]));
	}
	job_note(job, &problem);
	return probe(job, err);
}

static int begin(struct job *job, struct haiki_error *err)
{
	int r = acquire(job, err);

	if (r == 0)
		r = probe(job, err);
	if (r == 0)
		r = end_unfinished(job, err);
	if (r == 0)
		r = make_plan(job, err);
	if (r < 0)
		return r;
	job->planned = true;
	job->facts.before = job->after;
	job->facts.started_at = time_now();
	return job_begin(job, err);
}

static int reload(struct job *job, struct haiki_error *err)
{
	size_t n;
	int r = job_reload(job, err);

	if (r < 0)
		return r;
	r = acquire(job, err);
	if (r == 0)
		r = probe(job, err);
	/* Before an attempt's erase nothing that runs can be its own. */
	if (r == 0 && job->facts.phase < JOB_ERASE)
		r = end_unfinished(job, err);
	if (r < 0)
		return r;
	n = job->facts.interruptions;
	if (n && n <= JOB_MAX_INTERRUPTIONS && !job->facts.resumed_at[n - 1].tv_sec)
		job->facts.resumed_at[n - 1] = time_now();
	else if (n < JOB_MAX_INTERRUPTIONS) {
		/* Power failed: when, nobody wrote down. */
		job->facts.resumed_at[n] = time_now();
		job->facts.interruptions++;
	}
	return job_save(job, err);
}

/* A PSID revert is still to be done. */
static bool lacks_psid(const struct job *job)
{
	const struct job_facts *f = &job->facts;
	size_t from = f->step;    /* which may have to be done once more */

	if (job->options->psid || !journal_get(job->journal, JOB_GAVE_PSID))
		return false;
	for (size_t i = from; i < f->steps_count; i++)
		if (f->steps[i] == HAIKI_OPAL_PSID_REVERT)
			return true;
	return false;
}

/*
 * What opens the drive isn't in the journal, and without it the job would come
 * to a worse end than it was begun for. A lock of our own needs nothing.
 */
static int need_secrets(struct job *job, struct haiki_error *err)
{
	int r;

	if (job->facts.phase >= JOB_CERTIFY)
		return 0;
	if (lacks_psid(job))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINTR,
			N_("%s (%s) was being erased with its PSID, which is kept nowhere: give it again (\"haiki resume --psid PSID\")"),
			job->after.path, job->after.serial);
	if (job->after.security.locked != HAIKI_YES ||
	    job->options->unlock_password ||
	    !journal_get(job->journal, JOB_GAVE_UNLOCK))
		return 0;
	r = repair_password(job->t, job->token, &job->after, NULL, err);
	if (r == -ENODEV)
		return r;
	if (r < 0)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINTR,
			N_("%s (%s) is locked by the password that was given before and is kept nowhere: give it again (\"haiki resume --unlock-file FILE\")"),
			job->after.path, job->after.serial);
	return probe(job, err);
}

static int put_hidden(void *opaque, const char *key, const char *value,
		      struct haiki_error *err)
{
	struct job *job = opaque;
	char full[128];

	snprintf(full, sizeof(full), "opening-%s", key);
	return journal_put(job->journal, full, value, err);
}

static const char *get_hidden(void *opaque, const char *key)
{
	struct job *job = opaque;
	char full[128];

	snprintf(full, sizeof(full), "opening-%s", key);
	return journal_get(job->journal, full);
}

static bool hides(const struct haiki_value *value)
{
	return value->known && value->value > 0;
}

/* What is left hidden is told, and earns less. */
static void tell_hidden(struct job *job, const struct hidden_result *result)
{
	struct haiki_error problem;

	switch (result->state) {
	case HIDDEN_NONE:
	case HIDDEN_OPENED:
		return;
	case HIDDEN_POWER_CYCLE:
		error_set(&problem, HAIKI_DOMAIN_ATA, -EAGAIN,
			N_("a part of the drive stays hidden until its power is switched off and on (%s): what is erased now does not reach it; switch the machine off and on and erase the drive once more"),
			result->reason);
		break;
	default:
		error_set(&problem, HAIKI_DOMAIN_ATA, -EOPNOTSUPP,
			N_("the drive's hidden area could not be opened (%s): it is not erased"),
			result->reason);
	}
	job_note(job, &problem);
}

/* Hidden areas are opened before anything is erased, so that all that follows
 * reaches them. */
static int open_hidden(struct job *job, struct haiki_error *err)
{
	const struct haiki_hidden *h = &job->after.hidden;
	struct method_journal journal = { put_hidden, get_hidden, job };
	struct method_options options = { .slice_ms = 250 };
	struct method_run run = {
		.t = job->t,
		.token = job->token,
		.drive = &job->after,
		.options = &options,
		.journal = &journal,
	};
	struct hidden_result result;
	int r;

	if (job->facts.phase >= JOB_MARK)
		return 0;
	if (hides(&h->hpa_sectors) || hides(&h->dco_sectors) ||
	    hides(&h->amac_sectors)) {
		job->facts.phase = JOB_OPEN_HIDDEN;
		job->facts.touched = true;
		r = job_save(job, err);
		if (r == 0)
			r = hidden_open(&run, &result, err);
		if (r < 0)
			return r;
		tell_hidden(job, &result);
		r = probe(job, err);
		if (r < 0)
			return r;
	}
	job->facts.hidden = job->after.hidden;
	return 0;
}

/* A drive that was in the way of itself may tell by now what it hides. */
static int open_rest(struct job *job, struct haiki_error *err)
{
	const struct haiki_hidden *h = &job->facts.hidden;

	if (h->hpa_sectors.known && h->dco_sectors.known &&
	    h->amac_sectors.known)
		return 0;
	return open_hidden(job, err);
}

/* A sanitize that someone else had begun proves nothing, nor does an erase
 * before which the drive let nothing be written, because only that erase could
 * bring it out of a failed sanitize or of its Opal locks: once it has ended,
 * our own follows. */
static bool proves_nothing(const struct haiki_attempt *attempt)
{
	const struct method *method = method_find(attempt->method);

	return attempt->adopted ||
	       (method &&
		(method->look || method->id == HAIKI_OPAL_PSID_REVERT) &&
		attempt->outcome == HAIKI_OUTCOME_SUCCEEDED &&
		attempt->verification.markers_planted == 0);
}

static bool repeat_step(const struct job *job)
{
	size_t n = job->facts.attempts_count;

	if (!proves_nothing(&job->attempts[n - 1].evidence))
		return false;
	return n < 2 || !proves_nothing(&job->attempts[n - 2].evidence);
}

static void forget(struct haiki_value *value)
{
	*value = (struct haiki_value){ .reason = "the drive no longer answered" };
}

static void forget_all(struct job *job, const struct haiki_drive *last)
{
	job->after = *last;
	forget(&job->after.hidden.hpa_sectors);
	forget(&job->after.hidden.dco_sectors);
	forget(&job->after.hidden.amac_sectors);
	forget(&job->after.health.reallocated);
	forget(&job->after.health.pending);
	forget(&job->after.health.temperature);
	forget(&job->after.health.power_on_hours);
	job->after.security = (struct haiki_security){
		.reason = "the drive no longer answered" };
}

/*
 * A look at the drive after an attempt. -ENODEV: it's gone, and may come back.
 * A drive that is there and doesn't answer any more is no longer known: what
 * it had told counts for nothing, and trying on would only take hours.
 */
static int look_again(struct job *job, bool *ret_silent,
		      struct haiki_error *err)
{
	struct haiki_drive last = job->after;
	struct haiki_error problem = { 0 };
	int r;

	*ret_silent = job->hangs;
	if (job->hangs) {
		forget_all(job, &last);
		return 0;
	}
	r = probe(job, &problem);
	if (r == -ENODEV && err)
		*err = problem;
	if ((r == 0 && !job->after.silent) || r == -ENODEV)
		return r;
	if (r == 0)
		error_set(&problem, HAIKI_DOMAIN_SYSTEM, -ETIMEDOUT,
			  N_("%s: the drive doesn't answer: plug its power off and on, then try again"),
			  last.path);
	job_note(job, &problem);
	forget_all(job, &last);
	*ret_silent = true;
	return 0;
}

/* What is larger now than when its places for markers were chosen was not read
 * back as a whole. */
static bool same_size(const struct job *job)
{
	const struct job_facts *f = &job->facts;

	return !f->marked_bytes || !job->after.size_bytes ||
	       (f->marked_bytes == job->after.size_bytes &&
		f->marked_block == job->after.logical_block);
}

static void check_identity(struct job *job)
{
	if (!same_drive(&job->facts.before, &job->after) || !same_size(job))
		job->facts.identity_changed = true;
}

/* A drive that couldn't tell its size before can do so once it's back. */
static void learn_size(struct job *job)
{
	struct haiki_drive *before = &job->facts.before;

	if (before->size_bytes)
		return;
	before->size_bytes = job->after.size_bytes;
	before->logical_block = job->after.logical_block;
	before->physical_block = job->after.physical_block;
}

static int attempts(struct job *job, struct haiki_error *err)
{
	for (;;) {
		bool silent;
		int r = attempt_run(job, err);

		if (r == 0)
			r = look_again(job, &silent, err);
		if (r < 0)
			return r;
		learn_size(job);
		check_identity(job);
		conclude_judge(job);
		if (job->verdict.accepted || silent)
			return 0;
		if (!repeat_step(job)) {
			if (job->facts.step + 1 >= job->facts.steps_count)
				return 0;
			job->facts.step++;
		}
		job->facts.phase = JOB_PREPARE;
		r = open_rest(job, err);
		if (r == 0)
			r = job_save(job, err);
		if (r < 0)
			return r;
	}
}

/* A record that was written just before the power failed. */
static bool already_recorded(struct job *job)
{
	CLEANUP(json) json_t *json = NULL;
	CLEANUP(free) char *bytes = NULL;
	char path[PATH_MAX];
	const char *result;
	size_t length;

	snprintf(path, sizeof(path), "%s/%s.json", job->options->out,
		 job->basename);
	if (file_read(path, 16u << 20, &bytes, &length, NULL) < 0 ||
	    json_parse(path, bytes, length, 16u << 20, &json, NULL) < 0)
		return false;
	result = json_string_value(json_object_get(json, "result"));
	if (!result)
		return false;
	job->target->result = haiki_result_from_name(result);
	snprintf(job->target->certificate, sizeof(job->target->certificate),
		 "%s", path);
	return true;
}

/* Nobody knows where the drive was between its proof and this record: what
 * would be called good is read back once more. */
static void prove_anew(struct job *job)
{
	check_identity(job);
	conclude_judge(job);
	if (job->verdict.accepted)
		job->facts.phase = JOB_VERIFY;
}

/* A drive that was given up as interrupted stays so: no record appears after
 * the operator was told that there is none. */
static int begin_conclusion(struct job *job, struct haiki_error *err)
{
	struct job_context *c = job->context;

	if (!c->may_conclude || c->may_conclude(c, job->index))
		return 0;
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINTR,
			 N_("given up before its record was written: \"haiki resume\" goes on"));
}

static int run(struct job *job, struct haiki_error *err)
{
	int r = job->target->journal ? reload(job, err) : begin(job, err);

	if (r < 0)
		return r;
	if (job->facts.phase == JOB_CERTIFY && already_recorded(job)) {
		r = begin_conclusion(job, err);
		return r < 0 ? r : conclude_recorded(job, err);
	}
	job->t->observer = transcript_observe;
	job->t->observer_opaque = job->transcript;
	transport_note(job->t, "haiki %s: %s", HAIKI_VERSION,
		       job->target->journal ? "resumed" : "begun");
	transport_note(job->t, NOTE_DRIVE_FORMAT, job->after.path,
		       job->after.driver, job->after.serial);
	job_tell_phase(job, "prepare", NULL);
	if (job->target->journal)
		r = need_secrets(job, err);
	if (r == 0)
		r = open_hidden(job, err);
	if (r == 0 && job->facts.phase == JOB_CERTIFY)
		prove_anew(job);
	if (r == 0 && job->facts.phase < JOB_CERTIFY)
		r = attempts(job, err);
	else if (r == 0)
		conclude_judge(job);
	if (r == 0)
		r = begin_conclusion(job, err);
	if (r == 0)
		r = conclude_certify(job, err);
	return r;
}

void job_run(struct job_context *context, size_t index,
	     struct haiki_job_target *target)
{
	struct job *job = calloc(1, sizeof(*job));
	int r;

	memset(&target->error, 0, sizeof(target->error));
	target->certificate[0] = '\0';
	target->result = HAIKI_INTERRUPTED;
	target->touched = false;
	if (!job) {
		target->ending = HAIKI_ENDING_SURROUNDINGS;
		error_errno(&target->error, -ENOMEM, N_("cannot begin"));
		return;
	}
	job->context = context;
	job->options = target->options ? target->options : context->options;
	job->target = target;
	job->index = index;
	r = job_schedule(job->options, &job->schedule, &target->error);
	if (r == 0)
		r = run(job, &target->error);
	/* What was overcome on the way is no error of the job. */
	if (r == 0)
		target->error = job->no_paper;
	ending_settle(job, r);
	job_free(job);
	free(job);
}
