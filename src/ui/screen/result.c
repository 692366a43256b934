/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "ui/proof_text.h"
#include "ui/screen/live.h"
#include "ui/screen/session.h"
#include "ui/ui.h"
#include "ui/words.h"

/* --- what became of a drive ----------------------------------------------------- */

static const struct kind {
	enum style style;
	const char *word, *means;
} kinds[] = {
	{ STYLE_GOOD, N_("[OK] CONFORMING"),
	  N_("Erased, proven, enough for the class. It may leave the building.") },
	{ STYLE_DUTY, N_("[!] DUTY REMAINS"),
	  N_("Erased and proven, but something remains to be done before it may leave.") },
	{ STYLE_BAD, N_("[X] NOT CONFORMING"),
	  N_("Not acceptably erased: destroy it. It must not leave the building.") },
	{ STYLE_BAD, N_("[X] INTERRUPTED"),
	  N_("Not finished: go on with it from the first screen. It may hold data.") },
	{ STYLE_BAD, N_("[X] NO RECORD"),
	  N_("No record could be written: without one it must not leave the building.") },
	{ STYLE_PLAIN, N_("[-] NOT TOUCHED"),
	  N_("It was refused and holds what it held.") },
};

enum { GOOD, DUTY, BAD, INTERRUPTED, NO_RECORD, UNTOUCHED, KINDS };

static int kind_of(const struct outcome *outcome)
{
	const struct drive_progress *p = &outcome->progress;

	switch (p->ending) {
	case HAIKI_ENDING_REFUSED:
		return p->touched ? INTERRUPTED : UNTOUCHED;
	case HAIKI_ENDING_INTERRUPTED:
		return INTERRUPTED;
	case HAIKI_ENDING_SURROUNDINGS:
		return NO_RECORD;
	case HAIKI_ENDING_RECORDED:
		break;
	}
	switch (p->result) {
	case HAIKI_CONFORMING:
		return GOOD;
	case HAIKI_DUTY:
		return DUTY;
	case HAIKI_INTERRUPTED:
		return INTERRUPTED;
	default:
		return BAD;
	}
}

enum style outcome_style(const struct outcome *outcome)
{
	return kinds[kind_of(outcome)].style;
}

const char *outcome_word(const struct outcome *outcome)
{
	return _(kinds[kind_of(outcome)].word);
}

/* The job said it in the language that was chosen then; of errors both are
 * known. */
const char *outcome_message(const struct session *session,
			    const struct outcome *outcome)
{
	const struct haiki_error *err =
		&session->targets[outcome - session->outcomes].error;
	const char *message = outcome->progress.message;

	return message[0] && !strcmp(message, err->local) ?
		session_error(session, err) : message;
}

/* --- showing ------------------------------------------------------------------------ */

/* One glance: how many of which kind. */
static void glance(const struct session *session, struct pane *pane)
{
	size_t counts[KINDS] = { 0 };

	for (size_t i = 0; i < session->outcomes_count; i++)
		counts[kind_of(&session->outcomes[i])]++;
	for (int k = 0; k < KINDS; k++) {
		char text[200];
		int fill;

		if (!counts[k])
			continue;
		snprintf(text, sizeof(text), _("  %s: %zu"), _(kinds[k].word),
			 counts[k]);
		fill = pane->columns - ui_width(text);
		pane_row(pane);
		pane_cellf(pane, 0, 0, kinds[k].style, "%s%*s", text,
			   fill > 0 ? fill : 0, "");
		pane_text(pane, 4, STYLE_PLAIN, _(kinds[k].means));
	}
}

static void details(const struct session *session, struct pane *pane,
		    const struct outcome *outcome)
{
	const struct drive_progress *p = &outcome->progress;
	const struct haiki_report *report = outcome->report;
	const char *message = outcome_message(session, outcome);
	char line[200], place[PATH_MAX];

	if (message[0])
		pane_text(pane, 2, STYLE_PLAIN, message);
	if (p->has_verification) {
		proof_text_line(&p->verification, line, sizeof(line));
		pane_labelled(pane, 2, 14, _("read back"), STYLE_PLAIN, line);
	}
	for (size_t i = 0; report && i < report->duties_count; i++)
		pane_labelled(pane, 2, 14, _("open duty"), STYLE_DUTY,
			      ui_word(report->duties[i]));
	if (p->certificate[0])
		pane_labelled(pane, 2, 14, _("record"), STYLE_PLAIN,
			      live_place(session->setup.live, p->certificate,
					 place, sizeof(place)));
}

static void compose(const struct session *session, struct pane *pane)
{
	pane_blank(pane);
	glance(session, pane);
	pane_blank(pane);
	for (size_t i = 0; i < session->outcomes_count; i++) {
		const struct outcome *outcome = &session->outcomes[i];
		const struct haiki_drive *d = session->targets[i].drive;
		bool chosen = session->choice[SCREEN_RESULT] == i;
		int spare = pane->columns - 78;
		size_t from = pane_item(pane);

		pane_row(pane);
		pane_cell(pane, 0, 0, STYLE_STRONG, chosen ? ">" : " ");
		pane_cell(pane, 2, 10, STYLE_STRONG, d->name);
		pane_cell(pane, 13, 18 + spare / 2, STYLE_PLAIN, d->model);
		pane_cell(pane, 32 + spare / 2, 20 + spare - spare / 2,
			  STYLE_PLAIN, d->serial);
		pane_cell(pane, 53 + spare, 0, outcome_style(outcome),
			  outcome_word(outcome));
		if (chosen)
			pane_choose(pane, from);
	}
	pane_split(pane);
	if (session->choice[SCREEN_RESULT] < session->outcomes_count)
		details(session, pane,
			&session->outcomes[session->choice[SCREEN_RESULT]]);
	pane_hint(pane, "Enter", _("next"));
	pane_hint(pane, "P", _("proof"));
	if (session->choice[SCREEN_RESULT] < session->outcomes_count &&
	    session->outcomes[session->choice[SCREEN_RESULT]].sha256[0])
		pane_hint(pane, "Q", _("QR code"));
}

static enum move key(struct session *session, const struct input *input)
{
	size_t at = session->choice[SCREEN_RESULT];

	if (list_key(session, input, session->outcomes_count))
		return MOVE_STAY;
	if (input->key == INPUT_ENTER)
		return MOVE_NEXT;
	if (input->key != INPUT_CHAR || at >= session->outcomes_count)
		return MOVE_STAY;
	if (input->c == 'p' || input->c == 'P') {
		session->to = SCREEN_PROOF;
		return MOVE_TO;
	}
	if ((input->c == 'q' || input->c == 'Q') &&
	    session->outcomes[at].sha256[0]) {
		session->to = SCREEN_CODE;
		return MOVE_TO;
	}
	return MOVE_STAY;
}

const struct screen screen_result = {
	.title = N_("Result"),
	.help = N_("What became of each drive. Conforming: it may leave. Duty remains: erased and proven, but the rules ask for something more, which the record names. Not conforming: the erase could not be done or proven well enough; the drive has to be destroyed. Key P shows what the proof rests on, key Q the record's hash as a QR code."),
	.no_way_back = true,
	.compose = compose,
	.key = key,
};
