/* SPDX-License-Identifier: Apache-2.0 */
/* What can be done right here about a drive that stands in the way. */
#include "ui/screen/session.h"
#include "ui/ui.h"

static bool is_frozen(const struct haiki_drive *drive)
{
	for (size_t i = 0; i < drive->methods_count; i++)
		if (drive->methods[i].support == HAIKI_SUPPORT_FROZEN)
			return true;
	return drive->security.frozen == HAIKI_YES;
}

/* Sleeping is offered where it helps. On a machine that serves for nothing
 * else it may be tried for a drive that doesn't tell, too. */
static bool may_thaw(const struct session *session)
{
	for (size_t i = 0; i < session->drives_count; i++)
		if (is_frozen(&session->drives[i]))
			return true;
	return session->setup.live && !session_training(session);
}

/* A state that an erase leaves that was broken off. */
static bool is_broken_off(const struct haiki_drive *drive)
{
	return drive->security.enabled == HAIKI_YES ||
		drive->sanitize == HAIKI_SANITIZE_RUNNING ||
		drive->sanitize == HAIKI_SANITIZE_FAILED;
}

static const struct haiki_drive *drive_of(const struct session *session)
{
	size_t at = session->choice[SCREEN_DRIVES];

	return at < session->drives_count ? &session->drives[at] : NULL;
}

void remedy_compose(struct pane *pane, const struct haiki_drive *drive)
{
	if (is_frozen(drive))
		pane_labelled(pane, 2, 14, _("to do here"), STYLE_STRONG,
			      _("Key T puts the machine to sleep for a moment, which thaws frozen drives."));
	if (is_broken_off(drive))
		pane_labelled(pane, 2, 14, _("to do here"), STYLE_STRONG,
			      _("Key R: take away what a broken-off erase has left (haiki's password, a failed sanitize). Nothing is erased by that."));
	if (drive->security.locked == HAIKI_YES)
		pane_labelled(pane, 2, 14, _("to do here"), STYLE_STRONG,
			      _("Key A: enter the password that it was locked with, or the PSID on its label."));
}

void remedy_hints(const struct session *session, struct pane *pane)
{
	const struct haiki_drive *drive = drive_of(session);

	if (may_thaw(session))
		pane_hint(pane, "T", _("thaw"));
	if (drive && is_broken_off(drive))
		pane_hint(pane, "R", _("mend"));
}

/* A sanitize that still runs isn't waited for: it may take hours. */
static void repair(struct session *session)
{
	static const bool at_once = true;
	const struct haiki_drive *drive = drive_of(session);
	const struct haiki_repair_options with = { .stop = &at_once };
	struct haiki_error err = { 0 };
	char what[512] = "";
	int r;

	session_busy(session, _("Repairing ..."));
	r = haiki_repair(session->host, drive, &with, what, sizeof(what),
			 &err);
	if (r < 0)
		session_say_error(session, &err);
	else
		session_say(session, STYLE_STRONG, "%s", what[0] ? what :
			    _("There was nothing to repair."));
	if (session_scan(session, &err) < 0)
		session_say_error(session, &err);
}

enum move remedy_key(struct session *session, uint32_t c)
{
	const struct haiki_drive *drive = drive_of(session);

	if ((c == 't' || c == 'T') && may_thaw(session)) {
		session->to = SCREEN_THAW;
		return MOVE_TO;
	}
	if ((c == 'r' || c == 'R') && drive && is_broken_off(drive))
		repair(session);
	return MOVE_STAY;
}
