/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/job.h>
#include <haiki/ledger.h>

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "job/journal.h"
#include "job/state.h"

static void directory_cleanup(DIR **directory)
{
	if (*directory)
		closedir(*directory);
}

static void get_text(const struct journal *journal, const char *key, char *buf,
		     size_t size)
{
	const char *value = journal_get(journal, key);

	snprintf(buf, size, "%s", value ? value : "");
}

static int read_one(const char *file, struct haiki_unfinished *ret_job,
		    struct haiki_error *err)
{
	struct haiki_unfinished *u = ret_job;
	CLEANUP(free) struct job_facts *facts = calloc(1, sizeof(*facts));
	struct journal *journal = NULL;
	char text[TIME_TEXT_SIZE], boot[JOB_BOOT_ID_SIZE],
	     now[JOB_BOOT_ID_SIZE];
	int r;

	if (!facts)
		return error_errno(err, -ENOMEM, N_("cannot open %s"), file);
	r = journal_read(file, &journal, err);
	if (r < 0)
		return r;
	r = journal_get_data(journal, "facts", facts, sizeof(*facts), err);
	memset(u, 0, sizeof(*u));
	snprintf(u->journal, sizeof(u->journal), "%s", file);
	u->drive = facts->before;
	u->medium = facts->medium;
	time_format(&facts->started_at, text);
	snprintf(u->started_at, sizeof(u->started_at), "%.39s", text);
	get_text(journal, "policy", u->policy, sizeof(u->policy));
	get_text(journal, "class", u->class_id, sizeof(u->class_id));
	get_text(journal, "method", u->method, sizeof(u->method));
	get_text(journal, "passes", u->passes, sizeof(u->passes));
	get_text(journal, "verify", u->verify, sizeof(u->verify));
	get_text(journal, "key", u->key, sizeof(u->key));
	get_text(journal, "cert", u->cert, sizeof(u->cert));
	get_text(journal, "signer-role", u->signer_role, sizeof(u->signer_role));
	get_text(journal, "operator", u->operator_name, sizeof(u->operator_name));
	get_text(journal, "witness", u->witness, sizeof(u->witness));
	get_text(journal, "approved-by", u->approved_by, sizeof(u->approved_by));
	get_text(journal, "approval-no", u->approval_no, sizeof(u->approval_no));
	get_text(journal, "approval-date", u->approval_date,
		 sizeof(u->approval_date));
	get_text(journal, "purpose", u->purpose, sizeof(u->purpose));
	get_text(journal, "asset", u->asset, sizeof(u->asset));
	get_text(journal, "department", u->department, sizeof(u->department));
	get_text(journal, "location", u->location, sizeof(u->location));
	get_text(journal, "contractor", u->contractor, sizeof(u->contractor));
	get_text(journal, "contract-no", u->contract_no, sizeof(u->contract_no));
	get_text(journal, "encrypted-by", u->encrypted_by,
		 sizeof(u->encrypted_by));
	get_text(journal, "boot-id", boot, sizeof(boot));
	u->same_boot = job_boot_id(now) && !strcmp(boot, now);
	u->allow_usb_security =
		journal_get(journal, "allow-usb-security") != NULL;
	journal_close(journal);
	return r;
}

/* Power failed before the job had even written down what it was to do: then
 * nothing was done either. */
static void remove_unborn(const char *file)
{
	struct journal *journal = NULL;
	char transcript[PATH_MAX];

	if (journal_open(file, &journal, NULL) == 0) {
		snprintf(transcript, sizeof(transcript),
			 "%.*s.transcript.jsonl",
			 (int)(strlen(file) - strlen(".journal")), file);
		unlink(transcript);
		journal_remove(journal, NULL);   /* else it's found again */
	}
	journal_close(journal);
}

static bool is_journal(const char *name)
{
	size_t n = strlen(name), m = strlen(".journal");

	return n > m && !strcmp(name + n - m, ".journal");
}

static int by_name(const void *a, const void *b)
{
	const struct haiki_unfinished *x = a, *y = b;

	return strcmp(x->journal, y->journal);
}

struct found {
	struct haiki_unfinished *jobs;
	size_t count;
};

/* Whether a record of that name is the job's own. */
static bool is_own_record(const struct haiki_unfinished *job, const char *file)
{
	const char *slash = strrchr(job->journal, '/');
	const char *name = slash ? slash + 1 : job->journal;
	size_t n = strlen(name) - strlen(".journal");

	return !strncmp(file, name, n) && !strcmp(file + n, ".json");
}

static int note_record(void *opaque, const struct haiki_ledger_head *place,
		       const struct haiki_ledger_entry *entry)
{
	const struct found *found = opaque;

	(void)place;
	if (strcmp(entry->record_type, "erasure") || !entry->finished_at)
		return 0;
	for (size_t i = 0; i < found->count; i++) {
		struct haiki_unfinished *job = &found->jobs[i];

		if (!strcmp(entry->serial, job->drive.serial) &&
		    time_parse(entry->finished_at) >
		    time_parse(job->started_at) &&
		    !is_own_record(job, entry->file))
			snprintf(job->recorded_since,
				 sizeof(job->recorded_since), "%s",
				 entry->file);
	}
	return 0;
}

/* Whoever had a drive erased anew may be using it again. What the ledger
 * doesn't tell is not known. */
static void note_records(const char *out, struct haiki_unfinished *jobs,
			 size_t count)
{
	struct found found = { jobs, count };
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/ledger.jsonl", out);
	(void)haiki_ledger_each(path, note_record, &found, NULL);
}

int haiki_unfinished_list(const char *out, struct haiki_unfinished **ret_jobs,
			  size_t *ret_count, struct haiki_error *err)
{
	CLEANUP(free) struct haiki_unfinished *jobs = NULL;
	CLEANUP(directory) DIR *directory = NULL;
	struct haiki_error first = { 0 };
	char path[PATH_MAX];
	struct dirent *entry;
	size_t count = 0;

	snprintf(path, sizeof(path), "%s/journal", out);
	directory = opendir(path);
	if (!directory && errno != ENOENT)
		return error_errno(err, -errno, N_("cannot read %s"), path);
	while (directory && (entry = readdir(directory))) {
		struct haiki_unfinished *more;
		struct haiki_error problem = { 0 };

		if (!is_journal(entry->d_name))
			continue;
		more = realloc(jobs, (count + 1) * sizeof(*jobs));
		if (!more)
			return error_errno(err, -ENOMEM, N_("cannot read %s"),
					   path);
		jobs = more;
		snprintf(path, sizeof(path), "%s/journal/%s", out,
			 entry->d_name);
		switch (read_one(path, &jobs[count], &problem)) {
		case 0:
			count++;
			break;
		case -ENOENT:
			remove_unborn(path);
			break;
		default:
			if (!first.code)
				first = problem;
		}
	}
	if (count) {
		qsort(jobs, count, sizeof(*jobs), by_name);
		note_records(out, jobs, count);
	}
	if (err)
		*err = first;
	*ret_jobs = TAKE(jobs);
	*ret_count = count;
	return 0;
}
