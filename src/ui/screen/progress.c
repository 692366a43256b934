/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "command/run_jobs.h"
#include "ui/progress.h"
#include "ui/screen/session.h"
#include "ui/ui.h"

/* --- how it ends --------------------------------------------------------------- */

void outcome_judge(const struct session *session, struct outcome *outcome)
{
	const char *file =
		session->targets[outcome - session->outcomes].certificate;
	char ca[PATH_MAX];
	const struct haiki_verify_options options = {
		.ca_file = session_ca(session, ca, sizeof(ca)),
	};

	free(outcome->report);
	outcome->report = NULL;
	if (!file[0])
		return;
	snprintf(outcome->language, sizeof(outcome->language), "%s",
		 session->language);
	outcome->report = calloc(1, sizeof(*outcome->report));
	if (outcome->report &&
	    haiki_verify(file, &options, outcome->report, NULL) < 0) {
		free(outcome->report);
		outcome->report = NULL;
	}
}

static void refresh(struct session *session)
{
	for (size_t i = 0; i < session->outcomes_count; i++)
		runner_look(session->runner, i,
			    &session->outcomes[i].progress);
}

static enum move finish(struct session *session)
{
	runner_free(session->runner);
	session->runner = NULL;
	session->ring = true;
	for (size_t i = 0; i < session->outcomes_count; i++) {
		const struct haiki_job_target *target = &session->targets[i];
		struct outcome *outcome = &session->outcomes[i];

		session->exit_code = exit_code_worse(session->exit_code,
						     run_jobs_code(target));
		outcome->sha256[0] = '\0';
		if (target->certificate[0])
			hash_file(target->certificate, outcome->sha256, NULL);
		outcome_judge(session, outcome);
	}
	return MOVE_NEXT;
}

/* --- showing --------------------------------------------------------------------- */

static size_t finished(const struct session *session)
{
	size_t n = 0;

	for (size_t i = 0; i < session->outcomes_count; i++)
		n += session->outcomes[i].progress.done;
	return n;
}

static void phase_of(const struct drive_progress *p, char *buf, size_t size)
{
	if (!p->begun)
		snprintf(buf, size, "%s", _("waiting"));
	else if (p->passes > 1)
		snprintf(buf, size, _("%s %u/%u"), progress_phase(p->phase),
			 p->pass, p->passes);
	else
		snprintf(buf, size, "%s", progress_phase(p->phase));
}

#define BAR 18

static void bar(struct pane *pane, int column, int width, unsigned permille)
{
	int done = (int)permille * width / 1000;
	char text[128];

	memset(text, '#', (size_t)done);
	memset(text + done, '.', (size_t)(width - done));
	text[width] = '\0';
	pane_cellf(pane, column, 0, STYLE_PLAIN, "[%s]", text);
}

static void numbers(struct pane *pane, const struct drive_progress *p)
{
	char text[300] = "";
	size_t used = 0;

	if (p->bytes_total)
		used += (size_t)snprintf(text, sizeof(text), "%s / %s   ",
					 ui_size(p->bytes),
					 ui_size(p->bytes_total));
	if (p->cooling)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s   ", _("too hot: paused"));
	else if (p->slow)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
			_("slow: %s/s, was %s/s   "),
			ui_size((unsigned long long)p->bytes_per_second),
			ui_size((unsigned long long)p->usual_bytes_per_second));
	else if (p->bytes_per_second > 0)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
			"%s/s   ",
			ui_size((unsigned long long)p->bytes_per_second));
	if (p->seconds_left >= 0) {
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 _("%s left"),
					 ui_duration(p->seconds_left));
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "   ");
	}
	if (p->temperature_known)
		snprintf(text + used, sizeof(text) - used, p->too_hot ?
			 _("%d deg C: too hot") : _("%d deg C"),
			 p->temperature);
	if (text[0])
		pane_text(pane, 6, p->slow || p->too_hot ? STYLE_DUTY :
			  STYLE_PLAIN, text);
}

static void drive(const struct session *session, struct pane *pane, size_t i)
{
	const struct outcome *outcome = &session->outcomes[i];
	const struct drive_progress *p = &outcome->progress;
	const struct haiki_drive *d = session->targets[i].drive;
	int spare = pane->columns - 78;
	bool chosen = session->choice[SCREEN_PROGRESS] == i;
	size_t from = pane_item(pane);
	char phase[64];

	pane_row(pane);
	pane_cell(pane, 0, 0, STYLE_STRONG, chosen ? ">" : " ");
	pane_cell(pane, 2, 10, STYLE_STRONG, d->name);
	pane_cell(pane, 13, 18 + spare / 2, STYLE_PLAIN, d->serial);
	if (p->done) {
		pane_cell(pane, 32 + spare / 2, 0,
			  outcome_style(outcome), outcome_word(outcome));
	} else {
		phase_of(p, phase, sizeof(phase));
		pane_cell(pane, 32 + spare / 2, 0, STYLE_PLAIN, phase);
		pane_cellf(pane, 51 + spare / 2, 7, STYLE_PLAIN, "%3u.%u%%",
			   p->permille / 10, p->permille % 10);
		bar(pane, 58 + spare / 2, BAR + spare - spare / 2,
		    p->permille);
		numbers(pane, p);
	}
	if (chosen)
		pane_choose(pane, from);
}

static void details(const struct session *session, struct pane *pane, size_t i)
{
	const struct drive_progress *p = &session->outcomes[i].progress;
	const struct haiki_drive *d = session->targets[i].drive;

	pane_textf(pane, 0, STYLE_PLAIN, "%s  %s  %s  %s", d->path, d->model,
		   d->serial, ui_capacity(d->size_bytes));
	if (p->method)
		pane_pair(pane, _("Method"), STYLE_PLAIN,
			  ui_method(p->method));
	if (p->advice[0])
		pane_text(pane, 2, STYLE_DUTY, p->advice);
	if (p->message[0])
		pane_text(pane, 2, STYLE_PLAIN, p->message);
}

static void compose(const struct session *session, struct pane *pane)
{
	pane_textf(pane, 0, STYLE_PLAIN, _("Finished: %zu of %zu drives."),
		   finished(session), session->outcomes_count);
	if (session->stopping)
		pane_text(pane, 0, STYLE_DUTY,
			  _("[!] Stopping. A drive that is erasing itself may have to finish first."));
	pane_blank(pane);
	for (size_t i = 0; i < session->outcomes_count; i++)
		drive(session, pane, i);
	pane_split(pane);
	details(session, pane, session->choice[SCREEN_PROGRESS]);
	pane_hint(pane, "Ctrl+C", _("stop"));
}

static enum move key(struct session *session, const struct input *input)
{
	bool ended;

	if (list_key(session, input, session->outcomes_count))
		return MOVE_STAY;
	if (input->key == INPUT_ESCAPE) {
		session->overlay = OVERLAY_QUIT;
		return MOVE_STAY;
	}
	if (!session->runner)
		return MOVE_STAY;
	ended = runner_ended(session->runner);
	refresh(session);
	return ended ? finish(session) : MOVE_STAY;
}

const struct screen screen_progress = {
	.title = N_("Erasing"),
	.help = N_("Each drive goes through its phases by itself: preparing, writing markers, erasing, verifying, writing the record. Leave the machine on and the drives plugged in. Ctrl+C asks whether to stop; what was stopped can go on later. If the power fails, start again: the interrupted work is found."),
	.no_way_back = true,
	.compose = compose,
	.key = key,
};
