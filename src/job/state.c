/* SPDX-License-Identifier: Apache-2.0 */
#include "job/state.h"

#include <fcntl.h>
#include <haiki/ledger.h>
#include <haiki/mirror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "certificate/name.h"
#include "base/time.h"

/* Room for a record with its transcript and journal, many times over. */
#define ROOM_NEEDED (16u << 20)

static void file_names(struct job *job)
{
	snprintf(job->journal_file, sizeof(job->journal_file),
		 "%s/journal/%s.journal", job->options->out, job->basename);
	snprintf(job->transcript_file, sizeof(job->transcript_file),
		 "%s/journal/%s.transcript.jsonl", job->options->out,
		 job->basename);
}

static int check_room(const char *directory, struct haiki_error *err)
{
	struct statvfs fs;

	if (statvfs(directory, &fs) < 0)
		return error_errno(err, -errno, N_("cannot use %s"), directory);
	if ((uint64_t)fs.f_bavail * fs.f_frsize < ROOM_NEEDED)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENOSPC,
			N_("there are less than 16 MiB free in %s: make room or choose another --out; no drive was touched"),
			directory);
	return 0;
}

/* A ledger that takes no more lines is found out before the drive is erased. */
static int check_ledger(const char *out, struct haiki_error *err)
{
	struct haiki_ledger *ledger = NULL;
	char file[PATH_MAX];
	int r;

	snprintf(file, sizeof(file), "%s/ledger.jsonl", out);
	if (access(file, F_OK) < 0)
		return 0;
	r = haiki_ledger_open(out, &ledger, err);
	haiki_ledger_close(ledger);
	return r;
}

static int put_text(struct journal *journal, const char *key,
		    const char *value, struct haiki_error *err)
{
	return value ? journal_put(journal, key, value, err) : 0;
}

bool job_boot_id(char ret_id[JOB_BOOT_ID_SIZE])
{
	CLEANUP(free) char *text = NULL;
	size_t length;

	if (file_read("/proc/sys/kernel/random/boot_id", 256, &text, &length,
		      NULL) < 0)
		return false;
	text[strcspn(text, "\n")] = '\0';
	snprintf(ret_id, JOB_BOOT_ID_SIZE, "%s", text);
	return true;
}

/* Resume may be run from another directory. */
static int put_path(struct journal *journal, const char *key, const char *path,
		    struct haiki_error *err)
{
	CLEANUP(free) char *absolute = path && strncmp(path, "pkcs11:", 7) ?
		realpath(path, NULL) : NULL;

	return put_text(journal, key, absolute ? absolute : path, err);
}

static bool is_file(const char *policy)
{
	size_t n = strlen(policy);

	return strchr(policy, '/') ||
	       (n > 5 && !strcmp(policy + n - 5, ".json"));
}

/* What resume needs to go on as the operator had it. */
static int save_options(struct job *job, struct haiki_error *err)
{
	const struct haiki_job_options *o = job->options;
	char boot[JOB_BOOT_ID_SIZE];
	const struct {
		const char *key, *value;
	} texts[] = {
		{ "class", o->cls->id },
		{ "method", o->method ? haiki_method_name(o->method) : NULL },
		{ "passes", job->schedule.id },
		{ "verify", haiki_plan_name(o->verify) },
		{ "signer-role", o->signer_role },
		{ "operator", o->operator_name },
		{ "witness", o->witness },
		{ "approved-by", o->approved_by },
		{ "approval-no", o->approval_no },
		{ "approval-date", o->approval_date },
		{ "purpose", o->purpose },
		{ "asset", o->asset },
		{ "department", o->department },
		{ "location", o->location },
		{ "contractor", o->contractor },
		{ "contract-no", o->contract_no },
		{ "encrypted-by", o->encrypted_by },
		{ "allow-usb-security", o->allow_usb_security ? "yes" : NULL },
		/* That there were such, not what: resume asks for them. */
		{ JOB_GAVE_PSID, o->psid ? "yes" : NULL },
		{ JOB_GAVE_UNLOCK, o->unlock_password ? "yes" : NULL },
		{ "version", HAIKI_VERSION },
	};

	int r = is_file(o->policy_name) ?
		put_path(job->journal, "policy", o->policy_name, err) :
		put_text(job->journal, "policy", o->policy_name, err);

	if (r == 0 && job_boot_id(boot))
		r = put_text(job->journal, "boot-id", boot, err);
	if (r == 0)
		r = put_path(job->journal, "key", o->key_file, err);
	if (r == 0)
		r = put_path(job->journal, "cert", o->cert_file, err);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(texts); i++)
		r = put_text(job->journal, texts[i].key, texts[i].value, err);
	return r;
}

/* Nothing was done to the drive: half a journal is nothing to go on from. */
static void abandon(struct job *job)
{
	if (job->transcript)
		unlink(job->transcript_file);
	transcript_close(job->transcript);
	job->transcript = NULL;
	/* One that can't be removed is found, and removed, by resume. */
	if (job->journal)
		journal_remove(job->journal, NULL);
	journal_close(job->journal);
	job->journal = NULL;
}

int job_begin(struct job *job, struct haiki_error *err)
{
	char directory[PATH_MAX];
	int r = 0;

	snprintf(directory, sizeof(directory), "%s/journal", job->options->out);
	r = file_make_directory(directory, err);
	if (r == 0)
		r = check_room(directory, err);
	if (r < 0)
		return r;
	r = check_ledger(job->options->out, err);
	if (r < 0)
		return r;
	/* Two drives may bear one serial number, and a second is long. */
	for (unsigned number = 0; number < 1000; number++) {
		char taken[PATH_MAX];

		record_name(job->facts.before.serial, &job->facts.started_at,
			    number, job->basename);
		file_names(job);
		snprintf(taken, sizeof(taken), "%s/%s.json", job->options->out,
			 job->basename);
		if (access(taken, F_OK) == 0)
			continue;
		r = journal_create(job->journal_file, &job->journal, err);
		if (r != -EEXIST)
			break;
	}
	if (r == 0)
		r = transcript_open(job->transcript_file, &job->transcript, err);
	if (r == 0)
		r = save_options(job, err);
	if (r == 0)
		r = job_save(job, err);
	if (r < 0)
		abandon(job);
	else
		job_mirror(job);
	return r;
}

void job_mirror(struct job *job)
{
	struct haiki_error problem = { 0 };

	if (job->options->mirror)
		haiki_mirror(job->options->out, job->options->mirror,
			     &problem);
	job->no_mirror = problem;
}

static void key_of(char *buf, size_t size, size_t attempt, const char *what)
{
	snprintf(buf, size, "attempt-%zu-%s", attempt, what);
}

int job_save(struct job *job, struct haiki_error *err)
{
	int r = 0;

	/* The attempt first: facts that name it must never stand alone. */
	if (job->facts.attempts_count) {
		size_t last = job->facts.attempts_count - 1;
		char key[64];

		key_of(key, sizeof(key), last, "data");
		r = journal_put_data(job->journal, key, &job->attempts[last],
				     sizeof(job->attempts[last]), err);
	}
	if (r == 0)
		r = journal_put_data(job->journal, "facts", &job->facts,
				     sizeof(job->facts), err);
	return r;
}

int job_save_findings(struct job *job, size_t attempt, struct haiki_error *err)
{
	const struct job_findings *f = &job->findings[attempt];
	char key[64];
	int r;

	key_of(key, sizeof(key), attempt, "bad-ranges");
	r = journal_put_data(job->journal, key, f->bad_ranges,
			     f->bad_ranges_count * sizeof(*f->bad_ranges), err);
	key_of(key, sizeof(key), attempt, "findings");
	if (r == 0)
		r = journal_put_data(job->journal, key, f->findings,
				     f->findings_count * sizeof(*f->findings),
				     err);
	return r;
}

static int reload_attempt(struct job *job, size_t i, struct haiki_error *err)
{
	struct job_findings *f = &job->findings[i];
	struct haiki_error problem;
	char key[64];
	int r;

	key_of(key, sizeof(key), i, "data");
	r = journal_get_data(job->journal, key, &job->attempts[i],
			     sizeof(job->attempts[i]), err);
	if (r < 0)
		return r;
	key_of(key, sizeof(key), i, "bad-ranges");
	r = journal_get_array(job->journal, key, sizeof(*f->bad_ranges),
			      (void **)&f->bad_ranges, &f->bad_ranges_count,
			      &problem);
	if (r < 0 && r != -ENOENT)
		goto failed;
	key_of(key, sizeof(key), i, "findings");
	r = journal_get_array(job->journal, key, sizeof(*f->findings),
			      (void **)&f->findings, &f->findings_count,
			      &problem);
	/* An attempt that was under way has no lists yet. */
	if (r == 0 || r == -ENOENT)
		return 0;
failed:
	if (err)
		*err = problem;
	return r;
}

/* Power may have failed after the transcript was put in its final place and
 * before the record was: then it goes on being written. */
static void take_back_transcript(struct job *job)
{
	char transcript[PATH_MAX], record[PATH_MAX];

	snprintf(transcript, sizeof(transcript), "%s/%s.transcript.jsonl",
		 job->options->out, job->basename);
	snprintf(record, sizeof(record), "%s/%s.json", job->options->out,
		 job->basename);
	if (access(record, F_OK) != 0 && access(transcript, F_OK) == 0 &&
	    file_rename(transcript, job->transcript_file, NULL) < 0)
		transcript[0] = '\0';   /* a new one tells the rest */
}

int job_reload(struct job *job, struct haiki_error *err)
{
	const char *slash, *dot;
	int r = journal_open(job->target->journal, &job->journal, err);

	if (r < 0)
		return r;
	slash = strrchr(job->target->journal, '/');
	slash = slash ? slash + 1 : job->target->journal;
	dot = strstr(slash, ".journal");
	snprintf(job->basename, sizeof(job->basename), "%.*s",
		 (int)(dot ? (size_t)(dot - slash) : strlen(slash)), slash);
	file_names(job);
	r = journal_get_data(job->journal, "facts", &job->facts,
			     sizeof(job->facts), err);
	if (r < 0)
		return r;
	if (job->facts.attempts_count > JOB_MAX_ATTEMPTS ||
	    job->facts.steps_count > HAIKI_METHOD_COUNT ||
	    job->facts.interruptions > JOB_MAX_INTERRUPTIONS)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EBADMSG,
			N_("the journal %s is damaged: the job can't be resumed; erase the drive anew"),
			job->target->journal);
	for (size_t i = 0; i < job->facts.attempts_count; i++) {
		r = reload_attempt(job, i, err);
		if (r < 0)
			return r;
	}
	take_back_transcript(job);
	return transcript_open(job->transcript_file, &job->transcript, err);
}

void job_free(struct job *job)
{
	guard_release(job->token);
	transcript_close(job->transcript);
	journal_close(job->journal);
	for (size_t i = 0; i < JOB_MAX_ATTEMPTS; i++) {
		free(job->findings[i].bad_ranges);
		free(job->findings[i].findings);
	}
}

void job_note(struct job *job, const struct haiki_error *error)
{
	struct haiki_event event = {
		.kind = HAIKI_EVENT_ERROR,
		.message = error->local[0] ? error->local : error->text,
		.seconds_left = -1,
	};

	if (job->errors_count < JOB_MAX_ERRORS) {
		job->errors[job->errors_count].at = time_now();
		job->errors[job->errors_count++].error = *error;
	}
	job_tell_progress(job, &event);
}

void job_tell_progress(struct job *job, struct haiki_event *event)
{
	event->index = job->index;
	event->drive = job->target->drive;
	job->context->tell(job->context, event);
}

void job_tell_phase(struct job *job, const char *phase, const char *message)
{
	struct haiki_event event = {
		.kind = HAIKI_EVENT_PHASE,
		.phase = phase,
		.message = message,
		.seconds_left = -1,
	};

	if (job->facts.attempts_count)
		event.method = job->attempts[job->facts.attempts_count - 1]
			.evidence.method;
	job_tell_progress(job, &event);
}

enum haiki_stop job_stop(const struct job *job)
{
	return (enum haiki_stop)job->context->stop;
}
