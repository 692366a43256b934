/* SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "ui/screen/session.h"
#include "ui/ui.h"

/* What can be begun. Entries that make no sense now aren't there. */
enum entry_id { ENTRY_ERASE, ENTRY_RESUME, ENTRY_PRACTISE, ENTRY_STOP_PRACTISE,
		ENTRY_RESTART, ENTRY_LEAVE };

static const struct {
	enum entry_id id;
	const char *label, *what;
} entries[] = {
	{ ENTRY_RESUME, N_("Go on with interrupted work"),
	  N_("Finish what was interrupted: until then those drives may hold data.") },
	{ ENTRY_ERASE, N_("Erase drives"),
	  N_("Erase the drives of this machine, prove it, and write the records.") },
	{ ENTRY_PRACTISE, N_("Training"),
	  N_("Practise with drives that don't exist. No drive of this machine is touched.") },
	{ ENTRY_STOP_PRACTISE, N_("End the training"),
	  N_("Back to the drives of this machine.") },
	{ ENTRY_RESTART, N_("Restart"), N_("Start this machine again.") },
	{ ENTRY_LEAVE, N_("Leave"), N_("End the program.") },
};

static bool is_there(const struct session *session, enum entry_id id)
{
	switch (id) {
	case ENTRY_RESUME:
		return session->unfinished_count > 0 ||
			session->damaged.code;
	case ENTRY_RESTART:
		return session->setup.live != NULL;
	case ENTRY_PRACTISE:
		return !session_training(session);
	case ENTRY_STOP_PRACTISE:
		return session->practising;
	default:
		return true;
	}
}

static size_t visible(const struct session *session, size_t ret_index[])
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++)
		if (is_there(session, entries[i].id))
			ret_index[n++] = i;
	return n;
}

static void enter(struct session *session)
{
	struct haiki_error err = { 0 };

	session->resuming = false;
	if (session_find_unfinished(session, &err) < 0)
		session_say_error(session, &err);
	/* What was broken off comes first. */
	if (session->unfinished_count)
		session->choice[SCREEN_MENU] = 0;
}

static const char *label_of(const struct session *session, size_t i)
{
	if (entries[i].id == ENTRY_LEAVE && session->setup.live)
		return _("Switch off");
	return _(entries[i].label);
}

static const char *what_of(const struct session *session, size_t i)
{
	if (entries[i].id == ENTRY_LEAVE && session->setup.live)
		return _("Switch this machine off.");
	return _(entries[i].what);
}

static void compose(const struct session *session, struct pane *pane)
{
	size_t index[8], count = visible(session, index);

	pane_blank(pane);
	pane_text(pane, 0, STYLE_STRONG,
		  _("haiki erases storage before it leaves the building, proves that it did, and certifies it."));
	pane_blank(pane);
	if (session->unfinished_count)
		pane_textf(pane, 2, STYLE_DUTY,
			   _("[!] Interrupted erases were found: %zu. Go on with them first."),
			   session->unfinished_count);
	if (session->unfinished_count)
		pane_blank(pane);
	for (size_t i = 0; i < count; i++) {
		size_t from = pane_item(pane);
		bool chosen = session->choice[SCREEN_MENU] == i;

		pane_row(pane);
		pane_cellf(pane, 2, 0, STYLE_PLAIN, "%s %zu  %s",
			   chosen ? ">" : " ", i + 1,
			   label_of(session, index[i]));
		if (chosen)
			pane_choose(pane, from);
		pane_text(pane, 7, STYLE_WEAK, what_of(session, index[i]));
		pane_blank(pane);
	}
	session_place(session, pane, _("Records go to"), session_out(session));
	/* If there's something wrong with it, the bottom says so. */
	if (session->setup.live && !session->practising && session->stick_ready)
		pane_pair(pane, _("Stick"), STYLE_PLAIN, session->stick);
	if (!session_training(session) && geteuid() != 0)
		pane_text(pane, 2, STYLE_BAD,
			  _("[!] Only the administrator (root) can open drives: start haiki as root."));
	if (session_training(session))
		pane_pair(pane, _("Training"), STYLE_DUTY,
			  _("Practice drives: nothing of this machine is touched, and the records are worth nothing outside training."));
	pane_hint(pane, "Enter", _("choose"));
}

static enum move act(struct session *session, enum entry_id id)
{
	struct haiki_error err = { 0 };

	switch (id) {
	case ENTRY_ERASE:
		return MOVE_NEXT;
	case ENTRY_RESUME:
		session->resuming = true;
		return MOVE_NEXT;
	case ENTRY_PRACTISE:
		session->choice[SCREEN_MENU] = 0;
		if (session_practise(session, &err) < 0) {
			session_say_error(session, &err);
			return MOVE_STAY;
		}
		return MOVE_NEXT;
	case ENTRY_STOP_PRACTISE:
		session->choice[SCREEN_MENU] = 0;
		session_stop_practising(session);
		session->to = SCREEN_MENU;
		return MOVE_TO;
	case ENTRY_RESTART:
		return session_end(session, "restart");
	default:
		return session_end(session, "poweroff");
	}
}

static enum move key(struct session *session, const struct input *input)
{
	size_t index[8], count = visible(session, index);
	size_t *choice = &session->choice[SCREEN_MENU];

	if (*choice >= count)
		*choice = 0;
	if (list_key(session, input, count))
		return MOVE_STAY;
	if (input->key == INPUT_CHAR && input->c >= '1' &&
	    input->c < '1' + count) {
		*choice = input->c - '1';
		return MOVE_STAY;
	}
	if (input->key == INPUT_ENTER)
		return act(session, entries[index[*choice]].id);
	return MOVE_STAY;
}

const struct screen screen_menu = {
	.title = N_("What is to be done?"),
	.help = N_("Choose with the arrow keys or by number, then press Enter. Nothing is erased before you have typed the serial number of each drive."),
	.enter = enter,
	.compose = compose,
	.key = key,
};
