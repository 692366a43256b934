/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/mirror.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "ui/screen/live.h"
#include "ui/screen/session.h"
#include "ui/ui.h"
#include "ui/words.h"

/* --- what is about to be done ---------------------------------------------------- */

static void show_drives(const struct session *session, struct pane *pane)
{
	for (size_t i = 0; !session->resuming && i < session->drives_count; i++) {
		const struct haiki_drive *d = &session->drives[i];
		const struct drive_choice *choice = &session->choices[i];

		if (choice->chosen)
			pane_textf(pane, 4, STYLE_STRONG, "%s  %s  %s  %s  %s",
				   d->name, d->model, d->serial,
				   ui_capacity(d->size_bytes),
				   choice->plan.steps_count ?
				   ui_duration(choice->plan.steps[0].seconds) :
				   "");
	}
	for (size_t i = 0; session->resuming && i < session->unfinished_count;
	     i++) {
		const struct haiki_drive *d = session->revivals[i].drive;

		if (d && session->pending[i].chosen)
			pane_textf(pane, 4, STYLE_STRONG, "%s  %s  %s  %s",
				   d->name, d->model, d->serial,
				   ui_capacity(d->size_bytes));
	}
}

static void show_field(const struct session *session, struct pane *pane,
		       const char *label, enum field field)
{
	const char *text = session_field(session, field);

	if (text)
		pane_pair(pane, label, STYLE_PLAIN, text);
}

static void show_answers(const struct session *session, struct pane *pane)
{
	pane_pairf(pane, _("Class"), STYLE_PLAIN, "%s / %s",
		   session_words(session, haiki_policy_name(session->policy),
				 haiki_policy_name_en(session->policy)),
		   session_words(session, session->cls->name,
				 session->cls->name_en));
	show_field(session, pane, _("Who erases"), FIELD_OPERATOR);
	show_field(session, pane, _("Who stands by"), FIELD_WITNESS);
	show_field(session, pane, _("Asset number"), FIELD_ASSET);
	show_field(session, pane, _("Permitted by"), FIELD_APPROVED_BY);
	pane_pair(pane, _("Purpose"), STYLE_PLAIN,
		  ui_word(session->fields[FIELD_PURPOSE]));
}

static void compose(const struct session *session, struct pane *pane)
{
	pane_blank(pane);
	pane_text(pane, 0, STYLE_BAD, session->resuming ?
		  _("[!] These interrupted erases go on:") :
		  _("[!] Everything on these drives will be destroyed:"));
	pane_blank(pane);
	show_drives(session, pane);
	pane_blank(pane);
	if (!session->resuming)
		show_answers(session, pane);
	session_place(session, pane, _("Records go to"), session_out(session));
	if (session_mirror(session))
		session_place(session, pane, _("Copy goes to"),
			      session_mirror(session));
	if (!session->resuming)
		pane_pair(pane, _("Signed with"), STYLE_PLAIN,
			  session->signer ? haiki_signer_name(session->signer) :
			  _("this folder's own key, which speaks for no person"));
	pane_blank(pane);
	pane_text(pane, 0, STYLE_STRONG,
		  _("F9 begins. From then on it can't be undone."));
	pane_hint(pane, "F9", _("ERASE"));
	pane_hint(pane, "Esc", _("back, destroy nothing"));
}

/* A mirror that can't be used is told of before, and keeps nobody from going
 * on. */
static void enter(struct session *session)
{
	const char *mirror = session_mirror(session);
	struct haiki_error err = { 0 };
	char fact[64];

	live_fact(session->setup.live, "mirror.state", fact, sizeof(fact));
	if (mirror && !strcmp(fact, "missing"))
		session_say(session, STYLE_DUTY, "%s %s", _("[!]"),
			    _("The second stick (HAIKI-COPY) is missing: the records go to one stick only."));
	else if (mirror && haiki_mirror_check(session_out(session), mirror,
					 &err) < 0)
		session_say_error(session, &err);
}

/* --- beginning ---------------------------------------------------------------------- */

static size_t fill_erase(struct session *session)
{
	size_t n = 0;

	for (size_t i = 0; i < session->drives_count; i++) {
		struct drive_choice *choice = &session->choices[i];

		if (!choice->chosen || !choice->confirmed)
			continue;
		session_options(session, choice, &choice->options);
		session->outcomes[n].drive = i;
		session->targets[n++] = (struct haiki_job_target){
			.drive = &session->drives[i],
			.confirmed_serial = session->drives[i].serial,
			.options = &choice->options,
		};
	}
	return n;
}

static size_t fill_resume(struct session *session)
{
	size_t n = 0;

	for (size_t i = 0; i < session->unfinished_count; i++) {
		struct revival *revival = &session->revivals[i];
		const struct haiki_unfinished *job = &session->unfinished[i];

		if (!revival->drive || !session->pending[i].chosen ||
		    (!revival_is_sure(job, revival->drive) &&
		     !session->pending[i].confirmed))
			continue;
		session->outcomes[n].drive =
			(size_t)(revival->drive - session->drives);
		session->targets[n++] = (struct haiki_job_target){
			.drive = revival->drive,
			.confirmed_serial = job->drive.serial,
			.journal = job->journal,
			.options = &revival->options,
		};
	}
	return n;
}

/* Keys and room before anything is touched. */
static int prepare(struct session *session, struct haiki_error *err)
{
	size_t room = session->resuming ? session->unfinished_count :
		session->drives_count;
	int r = file_make_directory(session_out(session), err);

	if (r == 0 && !session->signer)
		r = haiki_stick_signer(session_out(session), &session->signer,
				       err);
	if (r < 0)
		return r;
	for (size_t i = 0; session->resuming && i < session->unfinished_count;
	     i++)
		session_sign_revival(session, &session->revivals[i]);
	session_forget_run(session);
	session->targets = calloc(room ? room : 1, sizeof(*session->targets));
	session->outcomes = calloc(room ? room : 1,
				   sizeof(*session->outcomes));
	return session->targets && session->outcomes ? 0 :
		error_errno(err, -ENOMEM, N_("cannot begin"));
}

static int begin(struct session *session, struct haiki_error *err)
{
	int r;

	session_look(session);
	if (!session->stick_ready)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV, "%s",
				 session->stick);
	r = prepare(session, err);
	if (r < 0)
		return r;
	session->outcomes_count = session->resuming ? fill_resume(session) :
		fill_erase(session);
	if (session->outcomes_count == 0)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EPERM,
				 N_("no drive is confirmed: go back and confirm it"));
	for (size_t i = 0; i < session->outcomes_count; i++)
		session->outcomes[i].progress.seconds_left = -1;
	session->choice[SCREEN_PROGRESS] = 0;
	return runner_start(session->host, session->targets,
			    session->outcomes_count, session->setup.jobs,
			    &session->runner, err);
}

static enum move key(struct session *session, const struct input *input)
{
	struct haiki_error err = { 0 };

	switch (input->key) {
	case INPUT_ESCAPE:
		return MOVE_BACK;
	case INPUT_F9:
		if (begin(session, &err) == 0)
			return MOVE_NEXT;
		session_say_error(session, &err);
		session_say_more(session,
				 _("No drive was touched."));
		return MOVE_STAY;
	case INPUT_ENTER:
		session_say(session, STYLE_DUTY, "%s",
			    _("Enter alone erases nothing. F9 begins, Esc goes back."));
		return MOVE_STAY;
	default:
		return MOVE_STAY;
	}
}

const struct screen screen_begin = {
	.title = N_("Last look before the erase"),
	.help = N_("Read once more what will be destroyed. Only F9 begins; Enter does nothing here. Right before the first write each drive is looked at again: one that isn't the drive that you confirmed is refused."),
	.enter = enter,
	.compose = compose,
	.key = key,
};
