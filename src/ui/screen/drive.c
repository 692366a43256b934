/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "ui/screen/session.h"
#include "ui/ui.h"

/* What belongs to one drive alone. */

#define PASSWORD_MAX 32           /* ACS-4 7.45 */

static const struct entry entries[] = {
	{ FIELD_DRIVE_ASSET, N_("Asset number"),
	  N_("This drive's own number in the asset register; empty: the machine's."), false, NULL, LIST_NONE },
	{ FIELD_DRIVE_PASSWORD, N_("ATA password"),
	  N_("Only for a drive that is locked: the password that it was locked with, at most 32 bytes."), true, NULL, LIST_NONE },
	{ FIELD_DRIVE_PSID, N_("PSID"),
	  N_("Only for a TCG drive: the 32 characters printed on its label. A barcode scanner can type them."), false, NULL, LIST_NONE },
};

static struct drive_choice *choice_of(struct session *session)
{
	return &session->choices[session->choice[SCREEN_DRIVES]];
}

static void enter(struct session *session)
{
	const struct drive_choice *choice = choice_of(session);

	snprintf(session->fields[FIELD_DRIVE_ASSET], FIELD_SIZE, "%s",
		 choice->asset);
	snprintf(session->fields[FIELD_DRIVE_PASSWORD], FIELD_SIZE, "%s",
		 choice->password);
	snprintf(session->fields[FIELD_DRIVE_PSID], FIELD_SIZE, "%s",
		 choice->psid);
	entry_begin(session, entries, ARRAY_SIZE(entries));
}

static void compose(const struct session *session, struct pane *pane)
{
	const struct haiki_drive *d =
		&session->drives[session->choice[SCREEN_DRIVES]];

	pane_blank(pane);
	pane_textf(pane, 0, STYLE_STRONG, "%s  %s  %s  %s", d->path, d->model,
		   d->serial, ui_capacity(d->size_bytes));
	pane_blank(pane);
	entry_compose(session, pane, entries, ARRAY_SIZE(entries));
	pane_hint(pane, "Enter", _("next line"));
	pane_hint(pane, "Esc", _("back"));
}

static void keep(struct session *session)
{
	struct drive_choice *choice = choice_of(session);

	memcpy(choice->asset, session->fields[FIELD_DRIVE_ASSET], FIELD_SIZE);
	memcpy(choice->password, session->fields[FIELD_DRIVE_PASSWORD],
	       FIELD_SIZE);
	memcpy(choice->psid, session->fields[FIELD_DRIVE_PSID], FIELD_SIZE);
	explicit_bzero(session->fields[FIELD_DRIVE_PASSWORD], FIELD_SIZE);
	session_plan(session);
}

static enum move key(struct session *session, const struct input *input)
{
	enum move move = entry_key(session, input, entries,
				   ARRAY_SIZE(entries));

	if (move == MOVE_STAY)
		return MOVE_STAY;
	if (strlen(session->fields[FIELD_DRIVE_PASSWORD]) > PASSWORD_MAX) {
		session_say(session, STYLE_BAD, "%s %s", _("[!]"),
			    _("An ATA password has at most 32 bytes."));
		return MOVE_STAY;
	}
	keep(session);
	return MOVE_BACK;
}

const struct screen screen_drive = {
	.title = N_("About this drive"),
	.help = N_("What is entered here counts for this drive alone. Passwords are kept in memory only until the next machine."),
	.typing = true,
	.enter = enter,
	.compose = compose,
	.key = key,
};
