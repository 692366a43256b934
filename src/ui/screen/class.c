/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "policy/policy.h"
#include "ui/policy_text.h"
#include "ui/screen/session.h"
#include "ui/ui.h"

static void duty(const struct session *session, struct pane *pane,
		 const struct policy_duty *d)
{
	char text[2600], when[256];

	policy_text_when(d, when, sizeof(when));
	snprintf(text, sizeof(text), "%s (%s)%s%s%s",
		 session_words(session, d->text, d->text_en), d->article,
		 when[0] ? " [" : "", when, when[0] ? "]" : "");
	pane_labelled(pane, 4, 2, "-", STYLE_PLAIN, text);
}

/* The ways of erasing that are good enough, in words: the letters alone say
 * nothing to somebody who doesn't know the rules by heart. */
static void measures(const struct session *session, struct pane *pane,
		     uint64_t accepted)
{
	const struct haiki_policy *p = session->policy;
	const char *before = NULL;

	for (size_t i = 0; i < p->measures_count; i++) {
		const struct policy_measure *m = &p->measures[i];

		if (!(accepted >> i & 1) || !m->letter || m->letter == before ||
		    (before && !strcmp(before, m->letter)))
			continue;
		before = m->letter;
		pane_labelled(pane, 4, 4, m->letter, STYLE_PLAIN,
			      session_words(session, m->words, m->words_en));
	}
}

static void demand(const struct session *session, struct pane *pane,
		   const struct policy_class *c)
{
	char text[200];

	policy_text_demand(session->policy, c, HAIKI_MEDIUM_FIXED, text,
			   sizeof(text));
	if (policy_text_splits(session->policy, c)) {
		pane_labelled(pane, 2, 10, _("fixed"), STYLE_PLAIN, text);
		policy_text_demand(session->policy, c, HAIKI_MEDIUM_PORTABLE,
				   text, sizeof(text));
		pane_labelled(pane, 2, 10, _("portable"), STYLE_PLAIN, text);
	} else {
		pane_labelled(pane, 2, 10, _("accepts"), STYLE_PLAIN, text);
	}
	measures(session, pane, c->accepts[HAIKI_MEDIUM_FIXED] |
		 c->accepts[HAIKI_MEDIUM_PORTABLE]);
}

static void details(const struct session *session, struct pane *pane,
		    const struct policy_class *c)
{
	const struct haiki_policy *p = session->policy;

	pane_labelled(pane, 2, 10, _("holds"), STYLE_PLAIN,
		      session_words(session, c->cls.holds, c->cls.holds_en));
	demand(session, pane, c);
	if (c->duties) {
		pane_row(pane);
		pane_cell(pane, 2, 0, STYLE_PLAIN, _("duties"));
	}
	for (size_t i = 0; i < p->duties_count; i++)
		if (c->duties >> i & 1)
			duty(session, pane, &p->duties[i]);
	if (session_words(session, c->note, c->note_en))
		pane_labelled(pane, 2, 10, _("note"), STYLE_PLAIN,
			      session_words(session, c->note, c->note_en));
}

static void compose(const struct session *session, struct pane *pane)
{
	const struct haiki_policy *p = session->policy;

	pane_text(pane, 0, STYLE_STRONG,
		  session_words(session, p->name, p->name_en));
	pane_text(pane, 0, STYLE_PLAIN,
		  _("What does the most sensitive data on these drives belong to? The most sensitive class stands first."));
	for (size_t i = 0; i < p->classes_count; i++) {
		const struct policy_class *c = &p->classes[i];
		bool chosen = session->choice[SCREEN_CLASS] == i;
		size_t from = pane_item(pane);

		pane_row(pane);
		pane_cellf(pane, 0, pane->columns, STYLE_PLAIN, "%s %u  %s (%s)",
			   chosen ? ">" : " ", c->cls.rank,
			   session_words(session, c->cls.name, c->cls.name_en),
			   c->cls.article);
		if (chosen)
			pane_choose(pane, from);
	}
	pane_split(pane);
	details(session, pane, &p->classes[session->choice[SCREEN_CLASS]]);
	pane_hint(pane, "Enter", _("next"));
	pane_hint(pane, "Esc", _("back"));
}

static enum move key(struct session *session, const struct input *input)
{
	const struct haiki_policy *p = session->policy;

	if (list_key(session, input, p->classes_count))
		return MOVE_STAY;
	if (input->key == INPUT_ESCAPE)
		return MOVE_BACK;
	if (input->key != INPUT_ENTER)
		return MOVE_STAY;
	session->cls = &p->classes[session->choice[SCREEN_CLASS]].cls;
	return MOVE_NEXT;
}

const struct screen screen_class = {
	.title = N_("Which class of data?"),
	.help = N_("Choose the confidentiality class of the data. Of several classes on one drive the highest counts. The letters are the ways of erasing that the rules accept for it; haiki chooses one that the drive can do. The duties are what the rules ask for beside the erasure: the record lists those that remain. The same number may mean opposite things in the rules of two bodies: read what it says."),
	.compose = compose,
	.key = key,
};
