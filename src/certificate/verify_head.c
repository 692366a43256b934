/* SPDX-License-Identifier: Apache-2.0 */
/* A signed head against the ledger: is that still what it was? */
#include "certificate/verifier.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

static void read_head(const struct inquiry *q, struct haiki_ledger_head *head)
{
	const json_t *o = json_object_get(q->json, "head");

	memset(head, 0, sizeof(*head));
	snprintf(head->stick_id, sizeof(head->stick_id), "%s",
		 record_text(o, "stick_id", NULL));
	snprintf(head->hash, sizeof(head->hash), "%s",
		 record_text(o, "hash", NULL));
	head->sequence = (uint64_t)json_integer_value(json_object_get(o,
							"sequence"));
}

/* What it shows to people must be what it says to programs. */
static void check_text(struct inquiry *q, const struct haiki_ledger_head *head)
{
	char text[HAIKI_LEDGER_HEAD_TEXT];

	haiki_ledger_head_format(head, text);
	if (!strcmp(text, record_text(q->json, "head", "text")))
		return;
	q->contradicted = true;
	report_problem(q->report, "contradiction",
		       N_("the head's text is not that of its ledger, number and hash"));
}

static void compare(struct inquiry *q, const struct haiki_ledger_head *head,
		    const struct ledger_index *index)
{
	struct ledger_place place;
	uint64_t lines = ledger_index_lines(index);

	if (ledger_index_line(index, 1, &place) &&
	    strcmp(place.stick_id, head->stick_id)) {
		report_note(q->report, "ledger-not-checked",
			    N_("the ledger is another one than the head belongs to: it was not checked"));
	} else if (lines < head->sequence) {
		q->report->complete = false;
		report_problem(q->report, "ledger-truncated",
			       N_("the ledger ends at number %" PRIu64 ", but had %" PRIu64 " lines when its head was signed: its end is missing"),
			       lines, head->sequence);
	} else if (!ledger_index_line(index, head->sequence, &place) ||
		   strcmp(place.hash, head->hash)) {
		q->report->complete = false;
		report_problem(q->report, "ledger-exchanged",
			       N_("number %" PRIu64 " of the ledger is not what it was when its head was signed"),
			       head->sequence);
	}
}

void inquiry_head(struct inquiry *q)
{
	struct haiki_ledger_head head;
	const struct ledger_index *index;
	struct haiki_error why = { 0 };
	int r;

	read_head(q, &head);
	check_text(q, &head);
	haiki_ledger_head_format(&head, q->report->head);
	q->report->sufficient = true;
	r = inquiry_open_ledger(q, &index, &why);
	if (r == 0) {
		compare(q, &head, index);
		ledgers_put(q->verifier->ledgers, index);
	} else if (r == -ENOENT && !q->verifier->ledger_file) {
		q->report->complete = false;
		report_note(q->report, "ledger-not-checked",
			    N_("there is no ledger beside the head: it was not checked (--ledger FILE)"));
	} else {
		q->report->complete = false;
		report_problem(q->report, "ledger-unreadable", "%s",
			       why.local);
	}
}
