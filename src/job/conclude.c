/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "certificate/origin.h"
#include "certificate/paper.h"
#include "job/state.h"

/* Known only if both are; the worse of the two. */
static struct haiki_value worse(const struct haiki_value *a,
				const struct haiki_value *b)
{
	if (!a->known)
		return *a;
	if (!b->known)
		return *b;
	return a->value > b->value ? *a : *b;
}

/* What a drive tells in two ways is unknown. */
static enum haiki_answer same(enum haiki_answer a, enum haiki_answer b)
{
	return a == b ? a : HAIKI_UNKNOWN;
}

void conclude_judge(struct job *job)
{
	const struct job_facts *f = &job->facts;
	struct haiki_evidence *e = &job->evidence;
	struct haiki_situation situation;

	memset(e, 0, sizeof(*e));
	/* A drive that says one kind before and another after is unknown. */
	e->kind = f->before.kind == job->after.kind ? f->before.kind :
		HAIKI_KIND_UNKNOWN;
	/* Once ATA and once SCSI: it may hide what ATA drives can. */
	e->bus = f->before.bus == job->after.bus ? f->before.bus :
		HAIKI_BUS_OTHER;
	e->hidden.hpa_sectors = worse(&f->hidden.hpa_sectors,
				      &job->after.hidden.hpa_sectors);
	e->hidden.dco_sectors = worse(&f->hidden.dco_sectors,
				      &job->after.hidden.dco_sectors);
	e->hidden.amac_sectors = worse(&f->hidden.amac_sectors,
				       &job->after.hidden.amac_sectors);
	e->reallocated = worse(&f->before.health.reallocated,
			       &job->after.health.reallocated);
	e->pending = worse(&f->before.health.pending,
			   &job->after.health.pending);
	e->namespaces_other = f->before.namespaces_other >
		job->after.namespaces_other ? f->before.namespaces_other :
		job->after.namespaces_other;
	e->erases_retired = same(f->before.erases_retired,
				 job->after.erases_retired);
	e->rpmb = same(f->before.rpmb, job->after.rpmb);
	e->encryption_vouched = job->options->encrypted_by != NULL;
	e->identity_changed = f->identity_changed;
	if (f->attempts_count)
		e->attempt = job->attempts[f->attempts_count - 1].evidence;
	haiki_claims_compute(e, &job->claims);
	job_situation(job->options, f->medium, &situation);
	haiki_policy_evaluate(job->options->policy, job->options->cls,
			      &situation, &job->claims, &job->verdict);
}

static int place_transcript(struct job *job, char *sha256,
			    struct haiki_error *err)
{
	char final[PATH_MAX];
	int r;

	/* What follows is our own bookkeeping, no longer about the drive. */
	job->t->observer = NULL;
	r = transcript_sync(job->transcript, err);
	if (r == 0)
		r = hash_file(job->transcript_file, sha256, err);
	if (r < 0)
		return r;
	snprintf(final, sizeof(final), "%s/%s.transcript.jsonl",
		 job->options->out, job->basename);
	return file_rename(job->transcript_file, final, err);
}

static void fill_attempt(struct job *job, size_t i,
			 struct record_attempt *ret)
{
	const struct job_attempt *a = &job->attempts[i];
	const struct job_findings *f = &job->findings[i];

	*ret = (struct record_attempt){
		.evidence = a->evidence,
		.started_at = a->started_at,
		.finished_at = a->finished_at,
		.schedule = a->has_engine ? &job->schedule : NULL,
		.pace = a->has_engine ? &a->pace : NULL,
		.engine = a->has_engine ? &a->engine : NULL,
		.bad_ranges = f->bad_ranges,
		.bad_ranges_count = f->bad_ranges_count,
		.findings = f->findings,
		.findings_count = f->findings_count,
	};
	snprintf(ret->detail, sizeof(ret->detail), "%s", a->detail);
	snprintf(ret->status_before, sizeof(ret->status_before), "%s",
		 a->status_before);
	snprintf(ret->status_after, sizeof(ret->status_after), "%s",
		 a->status_after);
}

static const char *clock_text(enum haiki_clock clock)
{
	switch (clock) {
	case HAIKI_CLOCK_CONFIRMED:
		return ORIGIN_CLOCK_CONFIRMED;
	case HAIKI_CLOCK_SET:
		return ORIGIN_CLOCK_SET;
	default:
		return NULL;
	}
}

static void fill_record(struct job *job, const char *transcript_sha256,
			const struct record_attempt *attempts,
			struct record *r)
{
	const struct haiki_job_options *o = job->options;
	const struct job_facts *f = &job->facts;

	*r = (struct record){
		.policy = o->policy,
		.cls = o->cls,
		.before = f->before,
		.after = job->after,
		.evidence = job->evidence,
		.claims = job->claims,
		.verdict = job->verdict,
		.attempts = attempts,
		.attempts_count = f->attempts_count,
		.errors = job->errors,
		.errors_count = job->errors_count,
		.started_at = f->started_at,
		.finished_at = time_now(),
		.interruptions = f->interruptions,
		.not_started = !f->touched,
		.clock = clock_text(o->clock),
		.operator_name = o->operator_name,
		.witness = o->witness,
		.approved_by = o->approved_by,
		.approval_no = o->approval_no,
		.approval_date = o->approval_date,
		.purpose = o->purpose,
		.asset = o->asset,
		.department = o->department,
		.location = o->location,
		.contractor = o->contractor,
		.contract_no = o->contract_no,
		.encrypted_by = o->encrypted_by,
		.transcript_sha256 = transcript_sha256,
		.operator_role = o->signer_role,
	};
	memcpy(r->interrupted_at, f->interrupted_at, sizeof(r->interrupted_at));
	memcpy(r->resumed_at, f->resumed_at, sizeof(r->resumed_at));
	job_situation(o, f->medium, &r->situation);
}

/* The record stands without a time stamp, too: its clock is then the machine's.
 * An authority that is away is waited for once, not for every signature. */
static const struct haiki_tsa *stamp(struct job *job)
{
	const struct haiki_tsa *tsa = &job->options->tsa;
	struct haiki_timestamped done = { 0 };
	int r;

	if (!tsa->url && !tsa->ask)
		return NULL;
	r = haiki_timestamp(job->target->certificate, tsa, true, &done,
			    &job->no_stamp);
	if (r < 0 && r != -EALREADY)
		return NULL;
	memset(&job->no_stamp, 0, sizeof(job->no_stamp));
	return tsa;
}

/* The record stands without its rendering for people; that it could not be
 * made is told at the end. */
static void make_paper(struct job *job, const struct haiki_tsa *tsa)
{
	const struct haiki_job_options *o = job->options;
	const struct paper paper = {
		.signer = o->signer, .role = o->signer_role,
		.lang = o->language ? o->language : "ja", .tsa = tsa,
	};
	int r = *paper.lang ? certificate_paper(job->target->certificate,
						&paper, &job->no_stamp,
						&job->no_paper) : 0;

	if (r == 0 || r == -EEXIST)
		memset(&job->no_paper, 0, sizeof(job->no_paper));
}

int conclude_certify(struct job *job, struct haiki_error *err)
{
	CLEANUP(free) struct record_attempt *attempts = NULL;
	CLEANUP(free) struct record *record = NULL;
	CLEANUP(free) char *path = NULL;
	char sha256[65];
	int r;

	job_tell_phase(job, "certify", NULL);
	attempts = calloc(JOB_MAX_ATTEMPTS, sizeof(*attempts));
	record = calloc(1, sizeof(*record));
	if (!attempts || !record)
		return error_errno(err, -ENOMEM, N_("cannot write the record"));
	job->facts.phase = JOB_CERTIFY;
	r = job_save(job, err);
	if (r == 0)
		r = place_transcript(job, sha256, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < job->facts.attempts_count; i++)
		fill_attempt(job, i, &attempts[i]);
	fill_record(job, sha256, attempts, record);
	r = certificate_issue(record, job->options->signer, job->options->out,
			      job->basename, &path, err);
	if (r < 0)
		return r;
	snprintf(job->target->certificate, sizeof(job->target->certificate),
		 "%s", path);
	job->target->result = job->verdict.result;
	return conclude_recorded(job, err);
}

/* The transcript has its final place by then: a new one was begun by resume. */
int conclude_recorded(struct job *job, struct haiki_error *err)
{
	if (unlink(job->transcript_file) < 0 && errno != ENOENT)
		return error_errno(err, -errno, N_("cannot remove %s"),
				   job->transcript_file);
	make_paper(job, stamp(job));
	return journal_remove(job->journal, err);
}
