/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/verifier.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"

void inquiry_transcript(struct inquiry *q)
{
	CLEANUP(free) char *file = beside(q->file, ".transcript.jsonl");
	struct haiki_error why = { 0 };
	char hash[65] = "";
	int r = file ? hash_file(file, hash, &why) : -ENOMEM;

	if (r == 0 && !strcmp(hash, record_text(q->json, "transcript_sha256",
						NULL)))
		return;
	q->report->complete = false;
	if (r == -ENOENT && q->paper)
		report_note(q->report, "transcript-not-checked",
			    N_("the PDF came without the transcript of the commands: it was not checked"));
	else if (r == -ENOENT)
		report_problem(q->report, "transcript-missing",
			       N_("the transcript of the commands is missing: %s"),
			       file);
	else if (r < 0)
		report_problem(q->report, "transcript-unreadable", "%s",
			       why.local);
	else
		report_problem(q->report, "transcript-altered",
			       N_("the transcript is not the one that the record was made with: %s"),
			       file);
}

/* --- the ledger ------------------------------------------------------------ */

static char *ledger_beside(const char *file)
{
	const char *slash = strrchr(file, '/');
	char *path = NULL;

	return asprintf(&path, "%.*sledger.jsonl",
			slash ? (int)(slash + 1 - file) : 0, file) < 0 ?
		NULL : path;
}

/* Records of one folder come one after the other: the last one is kept. */
static int load_index(struct haiki_verifier *v, const char *file,
		      struct haiki_error *err)
{
	struct ledger_index *index = NULL;
	char *name;
	int r;

	if (v->index_file && !strcmp(v->index_file, file))
		return 0;
	r = ledger_index_load(file, &index, err);
	if (r < 0)
		return r;
	name = strdup(file);
	if (!name) {
		ledger_index_free(index);
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	}
	ledger_index_free(v->index);
	free(v->index_file);
	v->index = index;
	v->index_file = name;
	return 0;
}

static void missing(struct inquiry *q, const char *id, const char *format)
{
	q->report->complete = false;
	report_problem(q->report, id, format,
		       (uint64_t)json_integer_value(json_object_get(
			json_object_get(q->json, "ledger"), "sequence")));
}

static bool is_next(const struct inquiry *q, uint64_t sequence)
{
	struct ledger_place last;
	uint64_t lines = ledger_index_lines(q->verifier->index);

	if (sequence != lines + 1)
		return false;
	return lines == 0 ? true :
		ledger_index_line(q->verifier->index, lines, &last) &&
		!strcmp(last.hash, record_text(q->json, "ledger", "previous"));
}

static bool is_other_stick(const struct inquiry *q)
{
	struct ledger_place first;

	return ledger_index_line(q->verifier->index, 1, &first) &&
		strcmp(first.stick_id, record_text(q->json, "ledger",
						   "stick_id"));
}

static void look_up(struct inquiry *q)
{
	const struct ledger_index *index = q->verifier->index;
	uint64_t sequence = (uint64_t)json_integer_value(json_object_get(
		json_object_get(q->json, "ledger"), "sequence"));
	struct ledger_place place;

	if (is_other_stick(q)) {
		report_note(q->report, "ledger-not-checked",
			    N_("the ledger is another one than the record belongs to: its place there was not checked"));
		return;
	}
	if (sequence > ledger_index_lines(index)) {
		if (is_next(q, sequence))
			missing(q, "ledger-pending",
				N_("number %" PRIu64 " is not in the ledger yet: the program was stopped before it could be written; \"haiki resume\" adds it"));
		else
			missing(q, "ledger-missing",
				N_("the ledger ends before number %" PRIu64 ": its end is missing"));
		return;
	}
	if (sequence > ledger_index_sound(index)) {
		missing(q, "ledger-damaged",
			N_("the ledger is damaged at or before number %" PRIu64 ": see \"haiki ledger check\""));
		return;
	}
	if (!ledger_index_line(index, sequence, &place) ||
	    strcmp(place.certificate_id, q->report->certificate_id) ||
	    strcmp(place.record_sha256, q->sha256) ||
	    strcmp(place.previous, record_text(q->json, "ledger", "previous")))
		missing(q, "ledger-missing",
			N_("the ledger has another record as number %" PRIu64));
}

void inquiry_ledger(struct inquiry *q)
{
	const char *given = q->verifier->ledger_file;
	CLEANUP(free) char *own = given ? NULL : ledger_beside(q->file);
	const char *file = given ? given : own;
	struct haiki_error why = { 0 };
	int r = file ? load_index(q->verifier, file, &why) : -ENOMEM;

	if (r == 0) {
		look_up(q);
	} else if (r == -ENOENT && !given) {
		report_note(q->report, "ledger-not-checked",
			    N_("there is no ledger beside the record: its place there was not checked (--ledger FILE)"));
	} else {
		q->report->complete = false;
		report_problem(q->report, "ledger-unreadable", "%s",
			       why.local);
	}
}
