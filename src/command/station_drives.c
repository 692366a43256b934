/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the drives that come to a station are erased, and which aren't. */
#include "command/station_state.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "command/tally.h"
#include "command/targets.h"
#include "ui/ui.h"

/* --- telling ----------------------------------------------------------------*/

static const char *asset_of(const struct guest *g)
{
	return g->options.asset && *g->options.asset ? g->options.asset : NULL;
}

void station_tell(struct station *s, const char *event,
		  const struct guest *g, const char *format, ...)
{
	bool known = g && g->joined && g->result == 0;
	char text[1800];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	progress_tell(s->progress, event, g ? g->path : NULL,
		      known ? g->drive.serial : NULL, g ? asset_of(g) : NULL,
		      text);
}

const char *station_words(const struct haiki_error *err)
{
	return err->local[0] ? err->local : err->text;
}

/* A drive that was to be erased is not: that counts. */
void station_leave_alone(struct station *s, struct guest *g, const char *why)
{
	g->state = GUEST_LEFT_ALONE;
	if (g->listed)
		s->refused++;
	station_tell(s, "left-alone", g, _("%s is left alone: %s"), g->name, why);
}

/* --- which drives -----------------------------------------------------------*/

/* Each number on the list, and each --confirm, is good for one drive: of
 * drives without a number of their own, others may come by the same name. */
static bool is_listed(struct station *s, struct guest *g)
{
	const char *const *serials;
	size_t count = options_list(s->order->options, "confirm", &serials);

	g->entry = drive_list_find(s->order->list, g->drive.serial);
	if (g->entry && !g->entry->taken && !g->entry->doubtful)
		return true;
	for (size_t i = 0; i < count; i++)
		if (!s->confirms_used[i] && !strcmp(serials[i],
						    g->drive.serial))
			return true;
	return false;
}

/* Whether somebody has named it, be it used up or not. */
static bool is_named(const struct station *s, const struct guest *g)
{
	const char *const *serials;
	size_t count = options_list(s->order->options, "confirm", &serials);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(serials[i], g->drive.serial))
			return true;
	return g->entry && !g->entry->doubtful;
}

static void use_up(struct station *s, struct guest *g)
{
	const char *const *serials;
	size_t count = options_list(s->order->options, "confirm", &serials);

	if (g->entry)
		g->entry->taken = true;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(serials[i], g->drive.serial))
			s->confirms_used[i] = true;
}

static bool is_twin(const struct guest *a, const struct guest *b)
{
	return a != b && b->joined && b->result == 0 &&
	       !strcmp(a->drive.serial, b->drive.serial);
}

/* Another one that is here with the same serial number; NULL: none. */
static struct guest *find_twin(const struct station *s, const struct guest *g)
{
	for (size_t i = 0; i < s->count; i++)
		if (is_twin(g, s->guests[i]))
			return s->guests[i];
	return NULL;
}

/* --- beginning --------------------------------------------------------------*/

static int prepare(struct station *s, struct guest *g, struct haiki_error *err)
{
	const struct haiki_job_options *job = &s->order->job->job;
	int r;

	g->target = (struct haiki_job_target){
		.drive = &g->drive,
		.confirmed_serial = g->drive.serial,
		.options = &g->options,
	};
	if (!g->unfinished)
		return 0;
	r = revival_prepare(g->unfinished, job->out, &g->revival, err);
	if (r < 0)
		return r;
	g->options = g->revival.options;
	g->options.mirror = job->mirror;
	/* Who is at work now signs, as with "resume --key". */
	g->options.signer = job->signer;
	g->options.signer_role = job->signer_role;
	g->options.key_file = job->key_file;
	g->options.cert_file = job->cert_file;
	g->target.journal = g->unfinished->journal;
	return 0;
}

void station_begin(struct station *s, struct guest *g)
{
	struct haiki_error err = { 0 };
	char name[600];

	use_up(s, g);
	if (prepare(s, g, &err) < 0) {
		g->listed = true;
		station_leave_alone(s, g, station_words(&err));
		return;
	}
	snprintf(name, sizeof(name), asset_of(g) ? _("%s, asset %s") : "%s",
		 g->name, asset_of(g));
	progress_name(s->progress, s->added, name, asset_of(g));
	if (haiki_run_add(s->run, &g->target, &g->index, &err) < 0) {
		g->listed = true;
		station_leave_alone(s, g, station_words(&err));
		return;
	}
	s->added++;
	g->state = GUEST_ERASED;
	station_tell(s, "begun", g, g->unfinished ? _("%s: goes on") : _("%s: begins"),
		     name);
}

/* --- looking ----------------------------------------------------------------*/

/* What becomes of an interrupted job's drive; without a number of its own it
 * may be another. */
static void judge_unfinished(struct station *s, struct guest *g)
{
	if (g->listed && revival_is_sure(g->unfinished, &g->drive) &&
	    !g->drive.serial_is_substitute) {
		station_begin(s, g);
	} else if (attend_types(&s->attendant)) {
		g->state = GUEST_WAITING;
		station_tell(s, "waiting", g,
			     _("%s: its erase, begun %s, was interrupted"), g->name,
			     g->unfinished->started_at);
	} else {
		station_leave_alone(s, g,
				    _("its erase was interrupted, and it is not on the list; \"haiki resume\" goes on"));
	}
}

static void judge_new(struct station *s, struct guest *g)
{
	struct haiki_error err = { 0 };
	struct haiki_job_plan plan;

	haiki_job_plan(&g->drive, &s->order->job->job, &plan);
	if (target_check(&g->drive, 1, 0, &plan, &err) < 0) {
		station_leave_alone(s, g, station_words(&err));
		return;
	}
	if (g->listed) {
		if (!plan.verdict.accepted)
			station_tell(s, "error", g,
				     _("%s: no method of this drive is enough for the class; what can be erased is erased, and the record will say that the drive must be destroyed"),
				     g->name);
		station_begin(s, g);
	} else if (attend_types(&s->attendant)) {
		g->state = GUEST_WAITING;
		station_tell(s, "waiting", g, _("%s was plugged in"), g->name);
	} else {
		station_leave_alone(s, g, _("it is not on the list"));
	}
}

/* One that was there before is never taken by itself. */
static void judge_old(struct station *s, struct guest *g)
{
	if (attend_types(&s->attendant) &&
	    guest_find_unfinished(g, s->order->job->job.out))
		judge_unfinished(s, g);
	else
		g->state = GUEST_LEFT_ALONE;      /* told with the others */
}

void station_judge(struct station *s, struct guest *g)
{
	const struct past *past;
	struct guest *twin;

	if (g->result < 0) {
		station_leave_alone(s, g, station_words(&g->error));
		return;
	}
	g->options = s->order->job->job;
	twin = find_twin(s, g);
	/* It was pulled out and put back, and its job hasn't noticed yet. */
	if (twin && !twin->present)
		return;
	g->listed = is_listed(s, g);
	if (g->entry && !g->entry->doubtful && g->entry->asset[0])
		g->options.asset = g->entry->asset;
	if (g->at_start && !g->listed) {
		judge_old(s, g);
		return;
	}
	if (twin) {
		station_leave_alone(s, g, _("another drive with the same serial number is here; erase them one at a time"));
		return;
	}
	past = tally_find(s->tally, &g->drive);
	if (past && past->ending == HAIKI_ENDING_RECORDED) {
		g->listed = false;
		station_leave_alone(s, g, _("it was erased in this session already"));
		return;
	}
	/* An interrupted one that is put back needs no second mark. */
	if (past && past->ending == HAIKI_ENDING_INTERRUPTED)
		g->listed = is_named(s, g);
	if (guest_find_unfinished(g, s->order->job->job.out))
		judge_unfinished(s, g);
	else
		judge_new(s, g);
}
