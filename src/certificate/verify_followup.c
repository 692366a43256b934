/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/verifier.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"
#include "certificate/followup.h"
#include "certificate/record.h"
#include "certificate/schema.h"

static char *in_same_directory(const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');
	char *path = NULL;

	return asprintf(&path, "%.*s%s",
			slash ? (int)(slash + 1 - file) : 0, file, name) < 0 ?
		NULL : path;
}

/* A name from a record may only be a name, not a way to somewhere else. */
static bool is_plain_name(const char *name)
{
	return !strchr(name, '/') && name[0] != '.';
}

/* All pictures are there, and are those of the record. */
static bool has_photos(const struct inquiry *q, struct haiki_report *report)
{
	const json_t *photos = json_object_get(q->json, "photos"), *photo;
	bool all = json_array_size(photos) > 0;
	size_t i;

	json_array_foreach(photos, i, photo) {
		const char *name = record_text(photo, "file", NULL);
		CLEANUP(free) char *path = is_plain_name(name) ?
			in_same_directory(q->file, name) : NULL;
		char hash[65] = "";

		if (path && hash_file(path, hash, NULL) == 0 &&
		    !strcmp(hash, record_text(photo, "sha256", NULL)))
			continue;
		all = false;
		report->complete = false;
		report_problem(report, hash[0] ? "photo-altered" :
			       "photo-missing", hash[0] ?
			       N_("the picture %s is not the one of the record") :
			       N_("the picture %s is missing"), name);
	}
	return all;
}

static bool is_about(const struct inquiry *followup, const char *id,
		     const char *sha256)
{
	return !strcmp(record_text(followup->json, "refers_to",
				   "certificate_id"), id) &&
		!strcmp(record_text(followup->json, "refers_to",
				    "record_sha256"), sha256);
}

/* Its words against its own, and against the first record's (may be NULL). */
static void check_agreement(struct inquiry *f, const json_t *first)
{
	struct haiki_error why = { 0 };
	int r = record_agree(f->json, &why);

	if (r == 0 && first)
		r = record_agree_with_first(f->json, first, &why);
	if (r == 0)
		return;
	f->contradicted = true;
	report_problem(f->report, "contradiction", "%s", why.local);
}

/* What it tells of: one of the two at least, see record_agree(). */
static void tell(const json_t *json, struct haiki_report *report)
{
	const char *destroyed = record_text(json, "destruction", "date");
	const char *handed_over = record_text(json, "handover", "date");

	if (destroyed)
		snprintf(report->destroyed_on, sizeof(report->destroyed_on),
			 "%.15s", destroyed);
	if (!handed_over)
		return;
	snprintf(report->handed_over_on, sizeof(report->handed_over_on),
		 "%.15s", handed_over);
	snprintf(report->handed_over_to, sizeof(report->handed_over_to), "%s",
		 record_text(json, "handover", "to"));
}

/* A drive in other hands is as readable as before: only its destruction
 * fulfils anything. */
static void take_over(const struct inquiry *f, struct followups *all,
		      struct haiki_report *report)
{
	bool photographed = has_photos(f, report);

	tell(f->json, report);
	if (!json_is_object(json_object_get(f->json, "destruction")))
		return;
	all->destroyed = true;
	all->photographed |= photographed;
	all->completion_certificate |= record_text(json_object_get(f->json,
		"destruction"), "completion_certificate", NULL) != NULL;
	all->witness_signed |= f->witness >= 0;
}

/* Judged like any record; what isn't genuine proves nothing. */
static void consider(struct inquiry *q, struct inquiry *f,
		     struct followups *all)
{
	struct haiki_error why = { 0 };
	bool fit = false, about;
	int r = inquiry_read(f, &fit, &why);

	/* Whatever bears such a name may be a record of another type. */
	about = r == 0 && fit && is_followup(f->report->record_type) &&
		is_about(f, q->report->certificate_id, q->sha256);
	if (about) {
		if (inquiry_signatures(f))
			inquiry_names(f);
		inquiry_ledger(f);
		check_agreement(f, q->json);
	}
	if (about && !f->report->problems_count && f->report->complete &&
	    !f->unsigned_yet) {
		take_over(f, all, q->report);
		return;
	}
	report_problem(q->report, "followup-invalid",
		       N_("the follow-up record %s is not accepted: %s"),
		       f->file, f->report->problems_count ?
		       f->report->problems[0].text : r < 0 ? why.local :
		       about && f->report->notes_count ?
		       f->report->notes[0].text :
		       error_translate(N_("it is about another record")));
}

void inquiry_followups(struct inquiry *q, struct followups *ret_followups)
{
	for (unsigned n = 1; n <= FOLLOWUPS_MAX; n++) {
		CLEANUP(free) char *file = followup_file(q->file, n);
		CLEANUP(free) struct haiki_report *report = NULL;
		struct inquiry f = { .verifier = q->verifier, .file = file,
			.witness = -1 };

		if (!file || access(file, F_OK) < 0)
			return;
		report = calloc(1, sizeof(*report));
		if (!report)
			return;
		report->complete = true;
		f.report = report;
		consider(q, &f, ret_followups);
		inquiry_cleanup(&f);
	}
}

/* --- a follow-up by itself ------------------------------------------------- */

/* It may have been sent as nothing but its PDF. */
static int load_first(const char *path, char **ret_text, size_t *ret_length)
{
	struct inquiry first = { .file = path };
	int r;

	if (!is_paper(path))
		return file_load(path, RECORD_MAX_BYTES, ret_text, ret_length,
				 NULL);
	r = inquiry_open_paper(&first, NULL);
	if (r == 0) {
		*ret_text = TAKE(first.bytes);
		*ret_length = first.length;
	}
	inquiry_cleanup(&first);
	return r;
}

void inquiry_first_record(struct inquiry *q)
{
	const char *name = record_text(q->json, "refers_to", "file");
	CLEANUP(free) char *path = is_plain_name(name) ?
		in_same_directory(q->file, name) : NULL;
	CLEANUP(free) char *text = NULL;
	CLEANUP(json) json_t *first = NULL;
	size_t length = 0;
	char hash[65] = "";

	has_photos(q, q->report);
	if (!path || load_first(path, &text, &length) < 0) {
		check_agreement(q, NULL);
		q->report->complete = false;
		report_problem(q->report, "record-missing",
			       N_("the record that this one follows up, %s, is not beside it"),
			       name);
		return;
	}
	hash_bytes(text, length, hash);
	if (json_parse(path, text, length, RECORD_MAX_BYTES, &first, NULL) < 0 ||
	    schema_check(&record_schema, first, NULL) < 0 ||
	    strcmp(hash, record_text(q->json, "refers_to", "record_sha256"))) {
		report_problem(q->report, "record-altered",
			       N_("%s is not the record that this one follows up"),
			       name);
		return;
	}
	check_agreement(q, first);
	q->report->sufficient = true;
	q->report->recorded = q->report->recomputed = HAIKI_CONFORMING;
	tell(q->json, q->report);
}
