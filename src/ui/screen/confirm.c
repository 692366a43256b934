/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/confirm.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "ui/screen/session.h"
#include "ui/ui.h"
#include "ui/words.h"

static const struct entry entries[] = {
	{ FIELD_SERIAL, N_("Serial number, end"), NULL, false, NULL, LIST_NONE },
};

/* --- what is to be confirmed: chosen drives, or doubtful ones of old jobs --- */

struct candidate {
	const struct haiki_drive *drive;
	bool *confirmed;
	const struct drive_choice *choice;        /* NULL when resuming */
};

static size_t count_of(const struct session *session)
{
	return session->resuming ? session->unfinished_count :
		session->drives_count;
}

/* False if there's nothing to be confirmed at that place. */
static bool candidate_at(const struct session *session, size_t i,
			 struct candidate *ret)
{
	if (!session->resuming) {
		struct drive_choice *choice = &session->choices[i];

		*ret = (struct candidate){ &session->drives[i],
					   &choice->confirmed, choice };
		return choice->chosen;
	}
	*ret = (struct candidate){ session->revivals[i].drive,
				   &session->pending[i].confirmed, NULL };
	return ret->drive && session->pending[i].chosen &&
		!revival_is_sure(&session->unfinished[i], ret->drive);
}

/* The first that isn't confirmed yet; how many there are, and which it is. */
static bool current(const struct session *session, struct candidate *ret,
		    size_t *ret_number, size_t *ret_total)
{
	bool found = false;
	size_t total = 0;

	for (size_t i = 0; i < count_of(session); i++) {
		struct candidate c;

		if (!candidate_at(session, i, &c))
			continue;
		total++;
		if (found || *c.confirmed)
			continue;
		*ret = c;
		*ret_number = total;
		found = true;
	}
	*ret_total = total;
	return found;
}

static const char *tail_of(const struct session *session,
			   const struct haiki_drive *drive)
{
	const char *tail = confirm_tail(drive);

	for (size_t i = 0; i < session->drives_count; i++)
		tail = confirm_tail_beside(tail, drive, &session->drives[i]);
	return tail;
}

/* A scanner reads whole serial numbers, in whatever order. */
static bool confirm_scanned(struct session *session, const char *typed)
{
	for (size_t i = 0; i < count_of(session); i++) {
		struct candidate c;

		if (candidate_at(session, i, &c) && !*c.confirmed &&
		    !strcmp(typed, c.drive->serial)) {
			*c.confirmed = true;
			return true;
		}
	}
	return false;
}

static bool applies(const struct session *session)
{
	struct candidate c;
	size_t number, total;

	return current(session, &c, &number, &total);
}

static void enter(struct session *session)
{
	session->fields[FIELD_SERIAL][0] = '\0';
	entry_begin(session, entries, ARRAY_SIZE(entries));
}

/* --- showing --------------------------------------------------------------------- */

static void show_drive(const struct session *session, struct pane *pane,
		       const struct candidate *c)
{
	const struct haiki_drive *d = c->drive;

	pane_pair(pane, _("Drive"), STYLE_PLAIN, d->path);
	pane_pair(pane, _("Model"), STYLE_PLAIN, d->model[0] ? d->model :
		  _("unknown"));
	pane_pairf(pane, _("Serial number"), STYLE_STRONG, "%s%s", d->serial,
		   d->serial_is_substitute ?
		   _(" (the drive tells none: a substitute)") : "");
	pane_pair(pane, _("Size"), STYLE_PLAIN, ui_capacity(d->size_bytes));
	pane_pair(pane, _("On it"), STYLE_PLAIN, d->contents[0] ? ui_word(d->contents) :
		  _("nothing recognised"));
	if (!c->choice)
		return;
	pane_pairf(pane, _("Class"), STYLE_PLAIN, "%s / %s",
		   session_words(session, haiki_policy_name(session->policy),
				 haiki_policy_name_en(session->policy)),
		   session_words(session, session->cls->name,
				 session->cls->name_en));
	if (c->choice->plan.steps_count)
		pane_pair(pane, _("Method"), STYLE_PLAIN,
			  ui_method(c->choice->plan.steps[0].method));
	for (size_t i = 0; i < d->advice_count; i++)
		pane_text(pane, 2, STYLE_DUTY, d->advice[i]);
	if (!c->choice->plan.verdict.accepted)
		pane_text(pane, 2, STYLE_DUTY,
			  _("Even if all goes well this is NOT enough for the class: the drive must be destroyed afterwards."));
}

static void compose(const struct session *session, struct pane *pane)
{
	struct candidate c;
	size_t number, total;

	pane_blank(pane);
	if (!current(session, &c, &number, &total)) {
		pane_textf(pane, 0, STYLE_STRONG,
			   _("All %zu drives are confirmed."), total);
		pane_hint(pane, "Enter", _("next"));
		pane_hint(pane, "Esc", _("back"));
		return;
	}
	pane_textf(pane, 0, STYLE_BAD,
		   _("[!] Drive %zu of %zu: everything on it will be destroyed."),
		   number, total);
	pane_blank(pane);
	show_drive(session, pane, &c);
	pane_blank(pane);
	pane_textf(pane, 0, STYLE_PLAIN,
		   _("To confirm it, type the last %zu characters of its serial number (or scan the whole number)."),
		   strlen(tail_of(session, c.drive)));
	pane_blank(pane);
	entry_compose(session, pane, entries, ARRAY_SIZE(entries));
	pane_hint(pane, "Enter", _("confirm"));
	pane_hint(pane, "Esc", _("back, destroy nothing"));
}

/* --- typing ------------------------------------------------------------------------ */

static enum move check(struct session *session)
{
	char *typed = session->fields[FIELD_SERIAL];
	struct candidate c;
	size_t number, total;

	if (!current(session, &c, &number, &total))
		return MOVE_NEXT;
	if (confirm_matches(c.drive, tail_of(session, c.drive), typed)) {
		*c.confirmed = true;
	} else if (!confirm_scanned(session, typed)) {
		session_say(session, STYLE_BAD, "%s %s", _("[!]"), *typed ?
			_("That is not the end of this drive's serial number. Nothing was touched. Compare it with the drive's label; Esc goes back.") :
			_("Nothing was typed, so nothing is confirmed. Esc goes back."));
		typed[0] = '\0';
		session->caret = 0;
		return MOVE_STAY;
	}
	typed[0] = '\0';
	session->caret = 0;
	session->scroll[SCREEN_CONFIRM] = 0;
	return current(session, &c, &number, &total) ? MOVE_STAY : MOVE_NEXT;
}

static enum move key(struct session *session, const struct input *input)
{
	enum move move = entry_key(session, input, entries,
				   ARRAY_SIZE(entries));

	return move == MOVE_NEXT ? check(session) : move;
}

const struct screen screen_confirm = {
	.title = N_("Is this the drive?"),
	.help = N_("Look at the label of the drive itself and type the last characters of its serial number. Upper and lower case count. Whoever types them says: this drive may be destroyed. Nothing is erased yet; that takes another key on the next screen. To leave a drive out go back and take its mark away."),
	.typing = true,
	.applies = applies,
	.enter = enter,
	.compose = compose,
	.key = key,
};
