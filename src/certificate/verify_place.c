/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/verifier.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "certificate/entry.h"
#include "certificate/name.h"

/* --- the file's name ------------------------------------------------------- */

/* Records may be renamed; but not so that they look like other ones. */
void inquiry_name(struct inquiry *q)
{
	const char *slash = strrchr(q->file, '/');
	CLEANUP(free) char *name = beside(slash ? slash + 1 : q->file, "");
	const struct timespec started = { .tv_sec = time_parse(
		record_text(q->json, "started_at", NULL)) };
	const char *serial = record_text(q->json, "drive", "serial");

	switch (name ? record_named(name, serial, &started) : NAMING_OWN) {
	case NAMING_OWN:
		return;
	case NAMING_FOREIGN:
		q->report->complete = false;
		report_problem(q->report, "file-name",
			       N_("the file bears the name of another drive's record, or of another time: the record is of the drive %s"),
			       serial);
		return;
	case NAMING_OTHER:
		if (!q->paper)
			report_note(q->report, "file-renamed",
				    N_("the file was renamed: it does not bear the drive's serial number and the time"));
	}
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

static void missing(struct inquiry *q, const char *id, const char *format)
{
	q->report->complete = false;
	report_problem(q->report, id, format,
		       (uint64_t)json_integer_value(json_object_get(
			json_object_get(q->json, "ledger"), "sequence")));
}

static bool is_next(const struct inquiry *q, const struct ledger_index *index,
		    uint64_t sequence)
{
	struct ledger_place last;
	uint64_t lines = ledger_index_lines(index);

	if (sequence != lines + 1)
		return false;
	return lines == 0 ? true :
		ledger_index_line(index, lines, &last) &&
		!strcmp(last.hash, record_text(q->json, "ledger", "previous"));
}

static bool is_other_stick(const struct inquiry *q,
			   const struct ledger_index *index)
{
	struct ledger_place first;

	return ledger_index_line(index, 1, &first) &&
		strcmp(first.stick_id, record_text(q->json, "ledger",
						   "stick_id"));
}

/* The last line of a ledger isn't protected by any signature yet. */
static void compare_words(struct inquiry *q, const struct ledger_place *place)
{
	struct record_entry entry;
	const char *member;

	record_entry(q->json, place->file, q->sha256, &entry);
	member = record_entry_differs(&entry, &place->entry);
	if (!member)
		return;
	q->report->complete = false;
	report_problem(q->report, "ledger-differs",
		       N_("the ledger's line number %" PRIu64 " says something else than the record: %s"),
		       place->sequence, member);
}

static void look_up(struct inquiry *q, const struct ledger_index *index)
{
	uint64_t sequence = (uint64_t)json_integer_value(json_object_get(
		json_object_get(q->json, "ledger"), "sequence"));
	struct ledger_place place;

	if (is_other_stick(q, index)) {
		report_note(q->report, "ledger-not-checked",
			    N_("the ledger is another one than the record belongs to: its place there was not checked"));
		return;
	}
	if (sequence > ledger_index_lines(index)) {
		if (is_next(q, index, sequence))
			missing(q, "ledger-pending",
				N_("number %" PRIu64 " is not in the ledger: either the program was stopped before it could be written (\"haiki resume\" adds it), or the ledger's end was cut off"));
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
	else
		compare_words(q, &place);
}

int inquiry_open_ledger(struct inquiry *q,
			const struct ledger_index **ret_index,
			struct haiki_error *err)
{
	const char *given = q->verifier->ledger_file;
	CLEANUP(free) char *own = given ? NULL : ledger_beside(q->file);
	const char *file = given ? given : own;

	if (!file)
		return error_errno(err, -ENOMEM, N_("cannot read the ledger"));
	return ledgers_get(q->verifier->ledgers, file, ret_index, err);
}

void inquiry_ledger(struct inquiry *q)
{
	struct haiki_error why = { 0 };
	const struct ledger_index *index;
	int r = inquiry_open_ledger(q, &index, &why);

	if (r == 0) {
		look_up(q, index);
		ledgers_put(q->verifier->ledgers, index);
	} else if (r == -ENOENT && !q->verifier->ledger_file) {
		report_note(q->report, "ledger-not-checked",
			    N_("there is no ledger beside the record: its place there was not checked (--ledger FILE)"));
	} else {
		q->report->complete = false;
		report_problem(q->report, "ledger-unreadable", "%s",
			       why.local);
	}
}
