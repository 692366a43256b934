/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ui/proof_text.h"
#include "ui/screen/session.h"
#include "ui/ui.h"
#include "ui/words.h"

static const struct outcome *outcome_of(const struct session *session)
{
	return &session->outcomes[session->choice[SCREEN_RESULT]];
}

static void show_proof(struct pane *pane, const struct drive_progress *p)
{
	CLEANUP(free) char *text = NULL;
	char *line, *end;

	if (!p->has_verification) {
		pane_text(pane, 2, STYLE_PLAIN,
			  _("Nothing was read back."));
		return;
	}
	text = proof_text(&p->verification, p->findings, p->findings_count);
	pane->failed |= !text;
	for (line = text; line && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		pane_labelled(pane, 2, 2, "-", STYLE_PLAIN, line);
	}
}

static void show_report(struct pane *pane, const struct haiki_report *report)
{
	for (size_t i = 0; i < report->signatures_count; i++) {
		const struct haiki_signature *s = &report->signatures[i];

		pane_pairf(pane, _("signed by"), STYLE_PLAIN, "%s (%s) %s",
			   s->name, ui_word(s->role), s->valid ?
			   _("fits the record") : _("does NOT fit the record"));
	}
	for (size_t i = 0; i < report->problems_count; i++)
		pane_pair(pane, _("problem"), STYLE_BAD,
			  report->problems[i].text);
	for (size_t i = 0; i < report->duties_count; i++)
		pane_pair(pane, _("open duty"), STYLE_DUTY,
			  ui_word(report->duties[i]));
	for (size_t i = 0; i < report->notes_count; i++)
		pane_pair(pane, _("note"), STYLE_PLAIN, report->notes[i].text);
}

/* What verify said was said in the other language. What it said then stays
 * where it can't be asked again: the stick may have been pulled. */
static void enter(struct session *session)
{
	struct outcome *outcome =
		&session->outcomes[session->choice[SCREEN_RESULT]];
	struct haiki_report *told = outcome->report;

	if (!told || !strcmp(outcome->language, session->language))
		return;
	outcome->report = NULL;
	outcome_judge(session, outcome);
	if (outcome->report && outcome->report->readable) {
		free(told);
		return;
	}
	free(outcome->report);
	outcome->report = told;
}

static void compose(const struct session *session, struct pane *pane)
{
	size_t at = session->choice[SCREEN_RESULT];
	const struct outcome *outcome = outcome_of(session);
	const struct drive_progress *p = &outcome->progress;
	const struct haiki_drive *d = session->targets[at].drive;
	const char *message = outcome_message(session, outcome);

	pane_blank(pane);
	pane_textf(pane, 0, STYLE_STRONG, "%s  %s  %s  %s", d->path, d->model,
		   d->serial, ui_capacity(d->size_bytes));
	pane_text(pane, 0, outcome_style(outcome), outcome_word(outcome));
	if (message[0])
		pane_text(pane, 2, STYLE_PLAIN, message);
	pane_blank(pane);
	pane_text(pane, 0, STYLE_STRONG, _("What the read-back showed"));
	show_proof(pane, p);
	pane_blank(pane);
	pane_text(pane, 0, STYLE_STRONG, _("The record"));
	if (!p->certificate[0]) {
		pane_text(pane, 2, STYLE_PLAIN, _("There is none."));
	} else {
		session_place(session, pane, _("file"), p->certificate);
		pane_pair(pane, "SHA-256", STYLE_PLAIN, outcome->sha256);
		if (outcome->report)
			show_report(pane, outcome->report);
	}
	pane_hint(pane, "Esc", _("back"));
	if (outcome->sha256[0])
		pane_hint(pane, "Q", _("QR code"));
}

static enum move key(struct session *session, const struct input *input)
{
	if (input->key == INPUT_CHAR && (input->c == 'q' || input->c == 'Q') &&
	    outcome_of(session)->sha256[0]) {
		session->to = SCREEN_CODE;
		return MOVE_TO;
	}
	if (input->key == INPUT_DOWN || input->key == INPUT_UP) {
		size_t *top = &session->scroll[SCREEN_PROOF];

		session->follow = false;
		*top = input->key == INPUT_DOWN ? *top + 1 :
			*top ? *top - 1 : 0;
		return MOVE_STAY;
	}
	return input->key == INPUT_ESCAPE || input->key == INPUT_ENTER ?
		MOVE_BACK : MOVE_STAY;
}

const struct screen screen_proof = {
	.title = N_("The proof"),
	.help = N_("What was read back from the drive and what that shows and can't show; and what \"haiki verify\" says of the record."),
	.enter = enter,
	.compose = compose,
	.key = key,
};
