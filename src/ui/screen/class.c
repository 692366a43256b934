/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/policy_text.h"
#include "ui/screen/session.h"
#include "ui/ui.h"

static void letter(void *opaque, const char *text, const char *words)
{
	pane_labelled(opaque, 4, 4, text, STYLE_PLAIN, words);
}

static void duty(void *opaque, const char *text)
{
	pane_labelled(opaque, 4, 2, "-", STYLE_PLAIN, text);
}

/* The ways of erasing that are good enough, also in words: the letters alone
 * say nothing to somebody who doesn't know the rules by heart. */
static void demand(const struct session *session, struct pane *pane,
		   const struct haiki_class *cls)
{
	char text[200];

	policy_text_demand(session->policy, cls, HAIKI_MEDIUM_FIXED, text,
			   sizeof(text));
	if (policy_text_splits(session->policy, cls)) {
		pane_labelled(pane, 2, 10, _("fixed"), STYLE_PLAIN, text);
		policy_text_demand(session->policy, cls,
				   HAIKI_MEDIUM_PORTABLE, text, sizeof(text));
		pane_labelled(pane, 2, 10, _("portable"), STYLE_PLAIN, text);
	} else {
		pane_labelled(pane, 2, 10, _("accepts"), STYLE_PLAIN, text);
	}
	policy_text_letters(session->policy, cls, letter, pane);
}

static void details(const struct session *session, struct pane *pane,
		    const struct haiki_class *cls)
{
	const char *note = policy_text_class_note(cls);
	size_t before;

	pane_labelled(pane, 2, 10, _("holds"), STYLE_PLAIN,
		      session_words(session, cls->holds, cls->holds_en));
	demand(session, pane, cls);
	pane_row(pane);
	pane_cell(pane, 2, 0, STYLE_PLAIN, _("duties"));
	before = pane->count;
	policy_text_duties(session->policy, cls, duty, pane);
	if (pane->count == before)
		duty(pane, _("none"));
	if (note)
		pane_labelled(pane, 2, 10, _("note"), STYLE_PLAIN, note);
}

static void compose(const struct session *session, struct pane *pane)
{
	const struct haiki_policy *p = session->policy;

	pane_text(pane, 0, STYLE_STRONG,
		  session_words(session, haiki_policy_name(p),
				haiki_policy_name_en(p)));
	pane_text(pane, 0, STYLE_PLAIN,
		  _("What does the most sensitive data on these drives belong to? The most sensitive class stands first."));
	for (size_t i = 0; i < haiki_policy_class_count(p); i++) {
		const struct haiki_class *c = haiki_policy_class(p, i);
		bool chosen = session->choice[SCREEN_CLASS] == i;
		size_t from = pane_item(pane);

		pane_row(pane);
		pane_cellf(pane, 0, pane->columns, STYLE_PLAIN, "%s %u  %s (%s)",
			   chosen ? ">" : " ", c->rank,
			   session_words(session, c->name, c->name_en),
			   c->article);
		if (chosen)
			pane_choose(pane, from);
	}
	pane_split(pane);
	details(session, pane,
		haiki_policy_class(p, session->choice[SCREEN_CLASS]));
	pane_hint(pane, "Enter", _("next"));
	pane_hint(pane, "Esc", _("back"));
}

static enum move key(struct session *session, const struct input *input)
{
	const struct haiki_policy *p = session->policy;

	if (list_key(session, input, haiki_policy_class_count(p)))
		return MOVE_STAY;
	if (input->key == INPUT_ESCAPE)
		return MOVE_BACK;
	if (input->key != INPUT_ENTER)
		return MOVE_STAY;
	session->cls = haiki_policy_class(p, session->choice[SCREEN_CLASS]);
	return MOVE_NEXT;
}

const struct screen screen_class = {
	.title = N_("Which class of data?"),
	.help = N_("Choose the confidentiality class of the data. Of several classes on one drive the highest counts. The letters are the ways of erasing that the rules accept for it; haiki chooses one that the drive can do. The duties are what the rules ask for beside the erasure: the record lists those that remain. The same number may mean opposite things in the rules of two bodies: read what it says."),
	.compose = compose,
	.key = key,
};
