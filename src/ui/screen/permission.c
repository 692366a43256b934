/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cleanup.h"
#include "command/job_options.h"
#include "ui/screen/session.h"
#include "ui/ui.h"

static const struct entry entries[] = {
	{ FIELD_APPROVED_BY, N_("Permitted by"),
	  N_("Who permitted the disposal: office and name."), false, NULL, LIST_PEOPLE },
	{ FIELD_APPROVAL_NO, N_("Its number"),
	  N_("The number of the written permission."), false, NULL, LIST_NONE },
	{ FIELD_APPROVAL_DATE, N_("Its date"),
	  N_("The day of the permission, as 2026-04-01."), false, NULL, LIST_NONE },
	{ FIELD_CONTRACTOR, N_("Contractor"),
	  N_("The company, if a contractor erases. Empty: your own staff."), false, NULL, LIST_NONE },
	{ FIELD_CONTRACT_NO, N_("Contract number"),
	  N_("The number of the contract with that company."), false, NULL, LIST_NONE },
	{ FIELD_ENCRYPTED_BY, N_("Encryption vouched by"),
	  N_("Only if somebody vouches that all data was stored encrypted: that person's name. Without a name an erase of the key alone counts for nothing."), false, NULL, LIST_PEOPLE },
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

static bool is_in_order(struct session *session)
{
	const char *date = session_field(session, FIELD_APPROVAL_DATE);
	struct haiki_job_options options;
	struct haiki_error err = { 0 };

	if (date && !job_options_is_date(date)) {
		session->entry = 2;
		session->caret = strlen(date);
		session_say(session, STYLE_BAD, "%s %s", _("[!]"),
			    _("The date of the permission is no date: write it as 2026-04-01."));
		return false;
	}
	session_options(session, NULL, &options);
	if (haiki_job_check(&options, &err) < 0) {
		session_say_error(session, &err);
		return false;
	}
	return true;
}

static enum move key(struct session *session, const struct input *input)
{
	enum move move = entry_key(session, input, entries,
				   ARRAY_SIZE(entries));

	if (move == MOVE_NEXT && !is_in_order(session))
		return MOVE_STAY;
	return move;
}

const struct screen screen_permission = {
	.title = N_("With whose permission?"),
	.help = N_("Some rules demand that a permission is named before anything is erased; then you can't go on without it. What doesn't exist can be left empty. The last line counts only for drives whose data was stored encrypted."),
	.typing = true,
	.enter = enter,
	.compose = compose,
	.key = key,
};
