/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/policy_text.h"
#include "ui/screen/session.h"
#include "ui/ui.h"

static void details(struct pane *pane, const struct haiki_policy *p)
{
	const char *note = policy_text_note(p);

	pane_labelled(pane, 2, 10, _("version"), STYLE_PLAIN, haiki_policy_version(p));
	pane_labelled(pane, 2, 10, _("source"), STYLE_PLAIN, haiki_policy_source(p));
	if (note)
		pane_labelled(pane, 2, 10, _("note"), STYLE_PLAIN, note);
}

static void compose(const struct session *session, struct pane *pane)
{
	pane_blank(pane);
	pane_text(pane, 0, STYLE_PLAIN,
		  _("By whose rules are the drives to be erased?"));
	pane_blank(pane);
	for (size_t i = 0; i < session->policies_count; i++) {
		const struct haiki_policy *p = session->policies[i];
		bool chosen = session->choice[SCREEN_BODY] == i;
		size_t from = pane_item(pane);

		pane_row(pane);
		pane_cellf(pane, 0, pane->columns, STYLE_PLAIN, "%s %s",
			   chosen ? ">" : " ",
			   session_words(session, haiki_policy_name(p),
					 haiki_policy_name_en(p)));
		if (chosen)
			pane_choose(pane, from);
	}
	pane_split(pane);
	details(pane, session->policies[session->choice[SCREEN_BODY]]);
	pane_hint(pane, "Enter", _("next"));
	pane_hint(pane, "Esc", _("back"));
}

static enum move key(struct session *session, const struct input *input)
{
	size_t at = session->choice[SCREEN_BODY];

	if (list_key(session, input, session->policies_count))
		return MOVE_STAY;
	if (input->key == INPUT_ESCAPE)
		return MOVE_BACK;
	if (input->key != INPUT_ENTER)
		return MOVE_STAY;
	if (session->policy != session->policies[at]) {
		if (session->policy)
			session->choice[SCREEN_CLASS] = 0;
		session->policy = session->policies[at];
		session->cls = NULL;
	}
	return MOVE_NEXT;
}

const struct screen screen_body = {
	.title = N_("Whose rules?"),
	.help = N_("Choose the public body whose rules count here: the one that the data belongs to. The rules are data files; one of your own can be given with the setting \"policy\"."),
	.compose = compose,
	.key = key,
};
