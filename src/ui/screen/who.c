/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/cleanup.h"
#include "ui/screen/session.h"
#include "ui/ui.h"

static const char *const purposes[] = {
	"dispose", "lease-return", "repair", "reuse", NULL
};

static const struct entry entries[] = {
	{ FIELD_OPERATOR, N_("Who erases"),
	  N_("Your name, as it is to stand in the record. Required."), false, NULL, LIST_PEOPLE },
	{ FIELD_WITNESS, N_("Who stands by"),
	  N_("The witness, if there is one. The witness can sign the record at the end."), false, NULL, LIST_PEOPLE },
	{ FIELD_DEPARTMENT, N_("Department"),
	  N_("The department that the data belongs to."), false, NULL, LIST_DEPARTMENTS },
	{ FIELD_LOCATION, N_("Place"),
	  N_("Where it is done: building, room."), false, NULL, LIST_PLACES },
	{ FIELD_ASSET, N_("Asset number"),
	  N_("The machine's number in the asset register. A barcode scanner can type it. A drive with a number of its own gets that later (key A on the list of drives)."), false, NULL, LIST_NONE },
	{ FIELD_PURPOSE, N_("Purpose"),
	  N_("Why the drives leave. Change it with the left and right arrow keys."), false, purposes, LIST_NONE },
};

static void enter(struct session *session)
{
	entry_begin(session, entries, ARRAY_SIZE(entries));
}

static void compose(const struct session *session, struct pane *pane)
{
	pane_blank(pane);
	entry_compose(session, pane, entries, ARRAY_SIZE(entries));
	pane_hint(pane, "Enter", _("next line"));
	pane_hint(pane, "Esc", _("back"));
}

static enum move key(struct session *session, const struct input *input)
{
	enum move move = entry_key(session, input, entries,
				   ARRAY_SIZE(entries));

	if (move == MOVE_NEXT && !session_field(session, FIELD_OPERATOR)) {
		session->entry = 0;
		session->caret = 0;
		session_say(session, STYLE_BAD, "%s %s", _("[!]"),
			    _("Who erases? The record needs a name."));
		return MOVE_STAY;
	}
	if (move == MOVE_NEXT)
		session_find_own_key(session);
	return move;
}

const struct screen screen_who = {
	.title = N_("Who, where, what for?"),
	.help = N_("These answers go into the record and onto its printed page. Enter goes to the next line, and after the last one to the next screen; Tab and the arrow keys go to and fro. Left out can be what doesn't exist; the rules may ask for some of it."),
	.typing = true,
	.enter = enter,
	.compose = compose,
	.key = key,
};
