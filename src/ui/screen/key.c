/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cleanup.h"
#include "ui/screen/session.h"
#include "ui/ui.h"

static const struct entry entries[] = {
	{ FIELD_PASSPHRASE, N_("Passphrase"),
	  N_("The passphrase of the key that signs the records. It isn't shown."), true, NULL, LIST_NONE },
};

static bool applies(const struct session *session)
{
	struct wanted_key wanted;

	return session_wanted_key(session, &wanted);
}

static void enter(struct session *session)
{
	explicit_bzero(session->fields[FIELD_PASSPHRASE], FIELD_SIZE);
	entry_begin(session, entries, ARRAY_SIZE(entries));
}

static void compose(const struct session *session, struct pane *pane)
{
	struct wanted_key wanted;

	pane_blank(pane);
	pane_text(pane, 0, STYLE_STRONG,
		  _("The records are signed with the operator's key."));
	pane_blank(pane);
	if (session_wanted_key(session, &wanted)) {
		pane_pair(pane, _("Key"), STYLE_PLAIN, wanted.key);
		pane_pair(pane, _("Certificate"), STYLE_PLAIN, wanted.cert);
	}
	pane_blank(pane);
	entry_compose(session, pane, entries, ARRAY_SIZE(entries));
	pane_hint(pane, "Enter", _("next"));
	pane_hint(pane, "Esc", _("back"));
}

static enum move key(struct session *session, const struct input *input)
{
	enum move move = entry_key(session, input, entries,
				   ARRAY_SIZE(entries));
	struct haiki_error err = { 0 };
	struct wanted_key wanted;
	int r = 0;

	if (move != MOVE_NEXT)
		return move;
	if (session_wanted_key(session, &wanted))
		r = session_load_key(session, &wanted,
				     session->fields[FIELD_PASSPHRASE], &err);
	explicit_bzero(session->fields[FIELD_PASSPHRASE], FIELD_SIZE);
	session->caret = 0;
	if (r < 0) {
		session_say_error(session, &err);
		return MOVE_STAY;
	}
	return session_wanted_key(session, &wanted) ? MOVE_STAY : MOVE_NEXT;
}

const struct screen screen_key = {
	.title = N_("The key that signs"),
	.help = N_("The operator's key was named in the settings (key, cert). Without a key the records are signed with the folder's own, which speaks for no person."),
	.typing = true,
	.applies = applies,
	.enter = enter,
	.compose = compose,
	.key = key,
};
