/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "ui/screen/session.h"
#include "ui/ui.h"

static void enter(struct session *session)
{
	struct haiki_error err = { 0 };

	if (session_scan(session, &err) < 0) {
		session_say_error(session, &err);
		return;
	}
	for (size_t i = 0; i < session->unfinished_count; i++) {
		const struct haiki_drive *drive =
			revival_drive(session->drives, session->drives_count,
				      &session->unfinished[i]);

		session->revivals[i].drive = drive;
		session->pending[i].chosen = drive != NULL;
		session->pending[i].confirmed = false;
	}
	if (session->damaged.code)
		session_say_error(session, &session->damaged);
}

/* In the policy's own words; a file that isn't there any more by its name. */
static const struct haiki_policy *policy_of(const struct session *session,
					    const struct haiki_unfinished *job)
{
	for (size_t i = 0; i < session->policies_count; i++)
		if (!strcmp(session->policy_names[i], job->policy))
			return session->policies[i];
	return NULL;
}

static const char *class_name(const struct session *session,
			      const struct haiki_policy *policy,
			      const char *id)
{
	for (size_t i = 0; policy && i < haiki_policy_class_count(policy); i++) {
		const struct haiki_class *cls = haiki_policy_class(policy, i);

		if (!strcmp(cls->id, id))
			return session_words(session, cls->name, cls->name_en);
	}
	return id;
}

static void details(const struct session *session, struct pane *pane, size_t i)
{
	const struct haiki_unfinished *job = &session->unfinished[i];
	const struct haiki_drive *drive = session->revivals[i].drive;
	const struct haiki_policy *policy = policy_of(session, job);
	char begun[20];

	/* The machine's own time, without what only programs read. */
	snprintf(begun, sizeof(begun), "%.10s %.5s", job->started_at,
		 strlen(job->started_at) > 11 ? job->started_at + 11 : "");
	pane_labelled(pane, 2, 14, _("begun"), STYLE_PLAIN, begun);
	pane_labelled(pane, 2, 14, _("operator"), STYLE_PLAIN,
		      job->operator_name);
	pane_labelled(pane, 2, 14, _("rules"), STYLE_PLAIN, policy ?
		      session_words(session, haiki_policy_name(policy),
				    haiki_policy_name_en(policy)) :
		      job->policy);
	pane_labelled(pane, 2, 14, _("class"), STYLE_PLAIN,
		      class_name(session, policy, job->class_id));
	if (!drive)
		pane_text(pane, 2, STYLE_BAD,
			  _("This drive is not here: connect it, then press F5."));
	else if (job->recorded_since[0])
		pane_text(pane, 2, STYLE_DUTY,
			  _("It has been erased and recorded since, and may be in use again: you will be asked whether it is to be erased once more."));
	else if (!revival_is_sure(job, drive))
		pane_text(pane, 2, STYLE_DUTY,
			  _("It tells no serial number of its own and the machine was restarted since: you will be asked whether it is the one."));
}

static void compose(const struct session *session, struct pane *pane)
{
	pane_blank(pane);
	pane_text(pane, 0, STYLE_STRONG,
		  _("These erases were interrupted. Until they are finished the drives may hold data."));
	pane_blank(pane);
	for (size_t i = 0; i < session->unfinished_count; i++) {
		const struct haiki_unfinished *job = &session->unfinished[i];
		const struct haiki_drive *drive = session->revivals[i].drive;
		bool chosen = session->choice[SCREEN_RESUME] == i;
		size_t from = pane_item(pane);

		pane_row(pane);
		pane_cellf(pane, 0, 0, STYLE_STRONG, "%s %s",
			   chosen ? ">" : " ", !drive ? "[-]" :
			   session->pending[i].chosen ? "[x]" : "[ ]");
		pane_cell(pane, 6, 26, STYLE_PLAIN, job->drive.model);
		pane_cell(pane, 33, 28, STYLE_PLAIN, job->drive.serial);
		pane_cell(pane, 62, drive ? 16 : 0, drive ? STYLE_PLAIN : STYLE_BAD,
			  drive ? drive->name : _("not here"));
		if (chosen)
			pane_choose(pane, from);
	}
	pane_split(pane);
	if (session->choice[SCREEN_RESUME] < session->unfinished_count)
		details(session, pane, session->choice[SCREEN_RESUME]);
	pane_hint(pane, "Space", _("mark"));
	pane_hint(pane, "Enter", _("next"));
	pane_hint(pane, "Esc", _("back"));
	pane_hint(pane, "F5", _("rescan"));
}

static enum move ready(struct session *session)
{
	struct haiki_error err = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < session->unfinished_count; i++) {
		struct revival *revival = &session->revivals[i];
		const struct haiki_drive *drive = revival->drive;

		if (!session->pending[i].chosen || !drive)
			continue;
		revival_free(revival);
		if (revival_prepare(&session->unfinished[i],
				    session_out(session), revival, &err) < 0) {
			revival->drive = drive;
			session_say_error(session, &err);
			return MOVE_STAY;
		}
		revival->drive = drive;
		if (revival_has_key(&session->unfinished[i])) {
			revival->options.signer_role = "operator";
			revival->options.key_file = session->unfinished[i].key;
			revival->options.cert_file =
				session->unfinished[i].cert;
		}
		n++;
	}
	if (n == 0)
		session_say(session, STYLE_DUTY, "%s",
			    _("None of them is chosen. F5 looks for the drives again."));
	return n ? MOVE_NEXT : MOVE_STAY;
}

static enum move key(struct session *session, const struct input *input)
{
	size_t at = session->choice[SCREEN_RESUME];

	if (list_key(session, input, session->unfinished_count))
		return MOVE_STAY;
	switch (input->key) {
	case INPUT_ESCAPE:
		return MOVE_BACK;
	case INPUT_F5:
		enter(session);
		return MOVE_STAY;
	case INPUT_ENTER:
		return ready(session);
	case INPUT_CHAR:
		if (input->c == ' ' && at < session->unfinished_count &&
		    session->revivals[at].drive)
			session->pending[at].chosen ^= true;
		return MOVE_STAY;
	default:
		return MOVE_STAY;
	}
}

const struct screen screen_resume = {
	.title = N_("Interrupted work"),
	.help = N_("Each of these drives goes on from where its erase stopped, under the rules and the class that were chosen then. The marked ones go on; the space bar takes a mark away."),
	.enter = enter,
	.compose = compose,
	.key = key,
};
