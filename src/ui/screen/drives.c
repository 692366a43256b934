/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "ui/screen/session.h"
#include "ui/ui.h"
#include "ui/words.h"

/* --- what there is ------------------------------------------------------------ */

static void enter(struct session *session)
{
	struct haiki_error err = { 0 };

	if (session_scan(session, &err) < 0)
		session_say_error(session, &err);
}

static const char *model_of(const struct haiki_drive *drive)
{
	return drive->model[0] ? drive->model : _("unknown");
}

/* --- one drive ---------------------------------------------------------------- */

/* What the list says of it in a few words; no colour needed. */
static const char *state_of(const struct drive_choice *choice,
			    enum style *ret_style)
{
	*ret_style = STYLE_PLAIN;
	if (choice->refused) {
		*ret_style = STYLE_BAD;
		return _("can't be erased");
	}
	if (!choice->plan.verdict.accepted) {
		*ret_style = STYLE_DUTY;
		return _("not enough");
	}
	return _("can be erased");
}

static void head(const struct session *session, struct pane *pane, size_t i,
		 bool chosen)
{
	const struct haiki_drive *d = &session->drives[i];
	const struct drive_choice *choice = &session->choices[i];
	int spare = pane->columns - 78;
	enum style style;
	const char *state = state_of(choice, &style);

	pane_row(pane);
	pane_cellf(pane, 0, 0, STYLE_STRONG, "%s %s", chosen ? ">" : " ",
		   choice->refused ? "[-]" : choice->chosen ? "[x]" : "[ ]");
	pane_cell(pane, 6, 10, STYLE_STRONG, d->name);
	pane_cell(pane, 17, 18 + spare / 2, STYLE_PLAIN, model_of(d));
	pane_cell(pane, 36 + spare / 2, 18 + spare - spare / 2, STYLE_PLAIN,
		  d->serial);
	pane_cell(pane, 55 + spare, 7, STYLE_PLAIN, ui_capacity(d->size_bytes));
	pane_cell(pane, 63 + spare, 0, style, state);
}

static void steps(const struct session *session, struct pane *pane,
		  const struct drive_choice *choice)
{
	const struct haiki_job_plan *plan = &choice->plan;
	const struct haiki_verdict *v = &plan->verdict;

	for (size_t i = 0; i < plan->steps_count && i < 3; i++) {
		const struct haiki_plan_step *step = &plan->steps[i];
		char text[900];

		snprintf(text, sizeof(text), "%s (%s): %s",
			 ui_method(step->method),
			 ui_duration(step->seconds),
			 session_words(session, step->why_local[0] ?
				       step->why_local : step->why, step->why));
		pane_labelled(pane, 2, 14, i ? _("or else") : _("will be done"),
			      STYLE_PLAIN, text);
	}
	if (v->accepted)
		pane_labelled(pane, 2, 14, _("counts as"), STYLE_PLAIN,
			      v->measure ? session_words(session, v->measure,
							 v->measure_en) : "-");
	else if (!choice->refused)
		pane_labelled(pane, 2, 14, _("counts as"), STYLE_DUTY,
			      _("No method of this drive is enough for the class: what can be erased will be, the record will say NOT CONFORMING, and the drive must be destroyed."));
}

static void duties(const struct session *session, struct pane *pane,
		   const struct haiki_verdict *v)
{
	for (size_t i = 0; i < v->duties_count; i++) {
		const struct haiki_duty *duty = &v->duties[i];

		if (duty->state != HAIKI_DUTY_OUTSTANDING)
			continue;
		pane_labelled(pane, 2, 14, _("afterwards"), STYLE_PLAIN,
			      session_words(session, duty->text,
					    duty->text_en));
	}
}

static void details(const struct session *session, struct pane *pane, size_t i)
{
	const struct haiki_drive *d = &session->drives[i];
	const struct drive_choice *choice = &session->choices[i];
	char text[1000];

	if (choice->refused)
		pane_labelled(pane, 2, 14, _("blocked"), STYLE_BAD,
			      session_error(session, &choice->why));
	snprintf(text, sizeof(text), "%s, %s, %s, %s (%s %s), %s", d->path,
		 model_of(d), d->serial[0] ? d->serial : _("unknown"),
		 ui_capacity(d->size_bytes), haiki_bus_name(d->bus),
		 d->kind == HAIKI_KIND_UNKNOWN ? _("kind not told") :
		 haiki_kind_name(d->kind), d->contents[0] ? ui_word(d->contents) :
		 _("nothing recognised on it"));
	pane_labelled(pane, 2, 14, _("it is"), STYLE_PLAIN, text);
	if (!choice->refused)
		steps(session, pane, choice);
	/* Why it's refused says what to do, too. */
	for (size_t j = 0; !choice->refused && j < d->advice_count; j++)
		pane_labelled(pane, 2, 14, _("mind"), STYLE_PLAIN,
			      d->advice[j]);
	remedy_compose(pane, d);
	if (!choice->refused)
		duties(session, pane, &choice->plan.verdict);
	if (choice->asset[0])
		pane_labelled(pane, 2, 14, _("asset number"), STYLE_PLAIN,
			      choice->asset);
}

/* --- the list ------------------------------------------------------------------ */

static void obstacles(const struct session *session, struct pane *pane)
{
	char text[600];

	for (size_t i = 0; haiki_host_obstacle(session->host, i, text,
					       sizeof(text)); i++)
		pane_textf(pane, 0, STYLE_BAD, "%s %s", _("[!]"), text);
}

static void compose(const struct session *session, struct pane *pane)
{
	int spare = pane->columns - 78;

	obstacles(session, pane);
	pane_textf(pane, 0, STYLE_PLAIN,
		   _("Drives found: %zu, chosen: %zu. Choose with the space bar those to be erased."),
		   session->drives_count, session_chosen(session));
	if (session->drives_count == 0)
		pane_text(pane, 2, STYLE_BAD,
			  _("No drive was found. Is it plugged in, has it power, is its controller switched on in the firmware? F5 looks again."));
	pane_row(pane);
	pane_cell(pane, 6, 0, STYLE_WEAK, _("Drive"));
	pane_cell(pane, 17, 0, STYLE_WEAK, _("Model"));
	pane_cell(pane, 36 + spare / 2, 0, STYLE_WEAK, _("Serial number"));
	pane_cell(pane, 55 + spare, 0, STYLE_WEAK, _("Size"));
	for (size_t i = 0; i < session->drives_count; i++) {
		bool chosen = session->choice[SCREEN_DRIVES] == i;
		size_t from = pane_item(pane);

		head(session, pane, i, chosen);
		if (chosen)
			pane_choose(pane, from);
	}
	pane_split(pane);
	if (session->choice[SCREEN_DRIVES] < session->drives_count)
		details(session, pane, session->choice[SCREEN_DRIVES]);
	pane_hint(pane, "Space", _("mark"));
	pane_hint(pane, "Enter", _("next"));
	pane_hint(pane, "Esc", _("back"));
	pane_hint(pane, "F5", _("rescan"));
	pane_hint(pane, "A", _("more"));
	remedy_hints(session, pane);
}

static void toggle(struct session *session)
{
	size_t at = session->choice[SCREEN_DRIVES];
	struct drive_choice *choice = &session->choices[at];

	if (choice->refused) {
		session_say(session, STYLE_BAD, "%s %s", _("[!]"),
			    session_error(session, &choice->why));
		return;
	}
	choice->chosen = !choice->chosen;
	choice->confirmed = false;
}

static enum move letter(struct session *session, uint32_t c)
{
	switch (c) {
	case ' ':
		if (session->drives_count)
			toggle(session);
		return MOVE_STAY;
	case 'a':
	case 'A':
		if (!session->drives_count)
			return MOVE_STAY;
		session->to = SCREEN_DRIVE;
		return MOVE_TO;
	default:
		return remedy_key(session, c);
	}
}

static enum move key(struct session *session, const struct input *input)
{
	if (list_key(session, input, session->drives_count))
		return MOVE_STAY;
	switch (input->key) {
	case INPUT_CHAR:
		return letter(session, input->c);
	case INPUT_F5:
		enter(session);
		return MOVE_STAY;
	case INPUT_ESCAPE:
		return MOVE_BACK;
	case INPUT_ENTER:
		if (session_chosen(session))
			return MOVE_NEXT;
		session_say(session, STYLE_DUTY, "%s",
			    _("No drive is chosen. Choose with the space bar those to be erased."));
		return MOVE_STAY;
	default:
		return MOVE_STAY;
	}
}

const struct screen screen_drives = {
	.title = N_("Which drives?"),
	.help = N_("Each drive of this machine, what would be done to it and why, and what stands in the way. [ ] can be chosen with the space bar, [x] is chosen, [-] can't be erased: the line \"blocked\" says why and what to do. The medium that this machine was started from can never be chosen. Key A sets the asset number, the password or the PSID of the drive. Key T puts the machine to sleep for a moment, which thaws frozen drives; key R takes away the password that a broken-off erase left."),
	.enter = enter,
	.compose = compose,
	.key = key,
};
