/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/session.h"
#include "ui/ui.h"

static void compose(const struct session *session, struct pane *pane)
{
	pane_blank(pane);
	pane_text(pane, 0, STYLE_STRONG,
		  _("Put this machine to sleep for a few seconds?"));
	pane_blank(pane);
	pane_text(pane, 2, STYLE_PLAIN,
		  _("Many firmwares freeze the erase commands of drives when the machine starts. Sleeping and waking up takes that away from most drives. The machine wakes up by itself; the screen may be dark for some seconds."));
	pane_blank(pane);
	pane_text(pane, 2, STYLE_PLAIN, session->setup.live ?
		  _("If the screen stays dark for more than a minute, or the machine doesn't wake up: hold the power switch until it is off, then start again. Nothing has been erased; leave this key alone on that machine.") :
		  _("Save what is open in other programs first."));
	pane_hint(pane, "S", _("sleep and wake up"));
	pane_hint(pane, "Esc", _("back"));
}

static enum move key(struct session *session, const struct input *input)
{
	struct haiki_error err = { 0 };

	if (input->key == INPUT_ESCAPE)
		return MOVE_BACK;
	if (input->key != INPUT_CHAR || (input->c != 's' && input->c != 'S'))
		return MOVE_STAY;
	if (haiki_host_thaw(session->host, &err) < 0)
		session_say_error(session, &err);
	else
		session_say(session, STYLE_STRONG, "%s",
			    _("The machine slept and woke up. The drives were asked again."));
	/* A panel that stays dark can't be read, but the bell be heard. */
	session->repaint = true;
	session->ring = true;
	return MOVE_BACK;
}

const struct screen screen_thaw = {
	.title = N_("Thaw frozen drives"),
	.help = N_("If a drive is still frozen afterwards: take its power plug out and in again while the machine runs, or use another machine."),
	.compose = compose,
	.key = key,
};
