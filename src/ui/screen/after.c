/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "ui/screen/session.h"
#include "ui/ui.h"

static const char *const items[] = {
	N_("Next machine or drives"),
	N_("Look at the result again"),
	N_("To the first screen"),
};

static void compose(const struct session *session, struct pane *pane)
{
	pane_blank(pane);
	pane_text(pane, 0, STYLE_STRONG, _("This run is over."));
	session_place(session, pane, _("Records are in"), session_out(session));
	pane_blank(pane);
	for (size_t i = 0; i < ARRAY_SIZE(items) + 1; i++) {
		bool chosen = session->choice[SCREEN_AFTER] == i;
		size_t from = pane_item(pane);
		const char *text = i < ARRAY_SIZE(items) ? _(items[i]) :
			session->setup.live ? _("Switch off") : _("Leave");

		pane_row(pane);
		pane_cellf(pane, 2, 0, STYLE_PLAIN, "%s %zu  %s",
			   chosen ? ">" : " ", i + 1, text);
		if (chosen)
			pane_choose(pane, from);
	}
	pane_blank(pane);
	pane_text(pane, 2, STYLE_PLAIN,
		  _("For the next machine the rules, the class and the names stay; the drives and the asset number are asked for again."));
	pane_hint(pane, "Enter", _("choose"));
}

static enum move act(struct session *session)
{
	switch (session->choice[SCREEN_AFTER]) {
	case 0:
		session_next_machine(session);
		session->to = session->policy && session->cls ? SCREEN_WHO :
			SCREEN_MENU;
		return MOVE_TO;
	case 1:
		session->to = SCREEN_RESULT;
		return MOVE_TO;
	case 2:
		session_next_machine(session);
		session->to = SCREEN_MENU;
		return MOVE_TO;
	default:
		return session_end(session, "poweroff");
	}
}

static enum move key(struct session *session, const struct input *input)
{
	size_t count = ARRAY_SIZE(items) + 1;

	if (list_key(session, input, count))
		return MOVE_STAY;
	if (input->key == INPUT_CHAR && input->c >= '1' &&
	    input->c < '1' + count)
		session->choice[SCREEN_AFTER] = input->c - '1';
	return input->key == INPUT_ENTER ? act(session) : MOVE_STAY;
}

const struct screen screen_after = {
	.title = N_("What next?"),
	.help = N_("Put the drives that are finished away from those that are not before you go on."),
	.no_way_back = true,
	.compose = compose,
	.key = key,
};
