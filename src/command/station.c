/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drives are plugged in, confirmed, erased, certified and taken out while
 * others are at work: one loop that attends to all of them.
 */
#include "command/station.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/time.h"
#include "command/run_jobs.h"
#include "command/supervise.h"
#include "command/tally.h"
#include "command/station_state.h"
#include "ui/confirm.h"
#include "ui/ui.h"

#define WAIT_MS 250

static void tell_start(struct station *s)
{
	CLEANUP(free) char *names = NULL;
	size_t size;
	FILE *f = open_memstream(&names, &size);
	const char *between = "";

	s->told_start = true;
	for (size_t i = 0; f && i < s->count; i++) {
		const struct guest *g = s->guests[i];

		if (!g->at_start || g->state != GUEST_LEFT_ALONE || g->listed ||
		    g->result < 0)
			continue;
		fprintf(f, "%s%s", between, g->drive.name);
		between = " ";
	}
	if (!f || fclose(f) || !size)
		return;
	station_tell(s, "left-alone", NULL,
		     _("Here from the start, not on the list, and left alone: %s"),
		     names);
}

static void take_looks(struct station *s)
{
	bool starting = false;

	for (size_t i = 0; i < s->count; i++) {
		struct guest *g = s->guests[i];

		if (g->state == GUEST_LOOKED_AT && guest_is_known(g) &&
		    g->present) {
			if (s->closing)
				g->state = GUEST_LEFT_ALONE;
			else
				station_judge(s, g);
			s->busy_ms = time_monotonic_ms();
		}
		starting |= g->at_start && g->state == GUEST_LOOKED_AT;
	}
	if (!starting && !s->told_start)
		tell_start(s);
}

/* --- coming and going -------------------------------------------------------*/

static void arrived(struct station *s, const struct haiki_change *change)
{
	struct guest **guests = reallocarray(s->guests, s->count + 1,
					     sizeof(*guests));
	struct guest *g = guests ? guest_new(s->order->host, change) : NULL;

	if (guests)
		s->guests = guests;
	if (!g) {
		station_tell(s, "error", NULL, "%s: %s", change->path,
			     _("out of memory"));
		return;
	}
	s->guests[s->count++] = g;
	if (!g->at_start)
		station_tell(s, "arrived", g, _("%s: a drive was plugged in"), g->path);
}

static void left(struct station *s, const char *path)
{
	for (size_t i = 0; i < s->count; i++) {
		struct guest *g = s->guests[i];

		if (!g->present || strcmp(g->path, path))
			continue;
		g->present = false;
		guest_light(g, HAIKI_LIGHT_OFF);
		station_tell(s, "left", g, g->state == GUEST_ERASED ?
			     _("%s was pulled out while it was being erased") :
			     _("%s was taken out"), g->name);
	}
}

static void take_changes(struct station *s)
{
	struct haiki_error err = { 0 };
	struct haiki_change change;
	int r;

	while ((r = haiki_watch_next(s->watch, &change, &err)) > 0) {
		s->busy_ms = time_monotonic_ms();
		if (change.kind == HAIKI_LEFT)
			left(s, change.path);
		else
			arrived(s, &change);
	}
	if (r < 0 && !s->blind)
		station_tell(s, "error", NULL, "%s", station_words(&err));
	s->blind = r < 0;
}

/* Forgets those that are gone. */
static void see_off(struct station *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++) {
		struct guest *g = s->guests[i];

		if (!g->present && g->state != GUEST_ERASED &&
		    guest_is_known(g)) {
			if (s->asked == g)
				s->asked = NULL;
			guest_free(g);
			continue;
		}
		s->guests[kept++] = g;
	}
	s->count = kept;
}

/* --- ending -----------------------------------------------------------------*/

static void recorded(struct station *s, struct guest *g, int code)
{
	bool good = code == EXIT_CONFORMING || code == EXIT_DUTY;

	if (g->present)
		guest_light(g, good ? HAIKI_LIGHT_LOCATE : HAIKI_LIGHT_FAULT);
	station_tell(s, "take-out", g, good ? _("%s is done: take it out") :
		     _("%s is NOT acceptably erased: take it out and put it aside"),
		     g->name);
}

static void ended(struct station *s, struct guest *g)
{
	int code = run_jobs_code(&g->target);

	if (!tally_note(s->tally, &g->target, code))
		station_tell(s, "error", g, "%s", _("out of memory"));
	g->state = GUEST_DONE;
	s->busy_ms = time_monotonic_ms();
	switch (g->target.ending) {
	case HAIKI_ENDING_RECORDED:
		recorded(s, g, code);
		break;
	case HAIKI_ENDING_INTERRUPTED:
		if (g->present)
			guest_light(g, HAIKI_LIGHT_FAULT);
		if (!s->attendant.stop)
			station_tell(s, "interrupted", g,
				     _("%s: interrupted; plug it in again to go on"),
				     g->name);
		break;
	default:
		if (g->present)
			guest_light(g, HAIKI_LIGHT_FAULT);
		/* Its line of the list is still to be done. */
		if (g->entry && !g->target.touched)
			g->entry->taken = false;
	}
}

static size_t count_state(const struct station *s, enum guest_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < s->count; i++)
		count += s->guests[i]->state == state;
	return count;
}

static void take_ended(struct station *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct guest *g = s->guests[i];

		if (g->state == GUEST_ERASED &&
		    haiki_run_ended(s->run, g->index))
			ended(s, g);
	}
}

/* --- asking -----------------------------------------------------------------*/

static void show_details(struct station *s, const struct guest *g)
{
	CLEANUP(free) char *text = NULL;
	struct haiki_job_plan plan;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return;
	haiki_job_plan(&g->drive, &g->options, &plan);
	confirm_show(f, &g->drive, &g->options, &plan);
	if (fclose(f) == 0)
		progress_print(s->progress, text);
}

/* The next drive that waits for the operator's word. */
static void next_question(struct station *s)
{
	if (s->asked && (s->asked->state != GUEST_WAITING ||
			 !s->asked->present))
		s->asked = NULL;
	for (size_t i = 0; !s->asked && i < s->count; i++) {
		if (s->guests[i]->state != GUEST_WAITING ||
		    !s->guests[i]->present)
			continue;
		s->asked = s->guests[i];
		if (!s->asked->unfinished)
			show_details(s, s->asked);
	}
}

/* What is to be typed: no other drive that is here ends in it. */
static const char *tail_of(const struct station *s, const struct guest *g)
{
	const char *tail = confirm_tail(&g->drive);

	for (size_t i = 0; i < s->count; i++)
		if (s->guests[i]->present &&
		    s->guests[i]->state != GUEST_LOOKED_AT)
			tail = confirm_tail_beside(tail, &g->drive,
						   &s->guests[i]->drive);
	return tail;
}

static void show_prompt(struct station *s)
{
	char status[160], prompt[400];

	snprintf(status, sizeof(status),
		 s->closing ? _("Ending: %zu drives are still being erased") :
		 _("Station: %zu being erased, %zu waiting; q and Enter: end"),
		 count_state(s, GUEST_ERASED), count_state(s, GUEST_WAITING));
	if (!s->asked)
		snprintf(prompt, sizeof(prompt), ">");
	else if (s->asked->unfinished)
		snprintf(prompt, sizeof(prompt),
			 _("%s: to go on with its erase, type the last %zu characters of its serial number; Enter leaves it alone:"),
			 s->asked->drive.name, strlen(tail_of(s, s->asked)));
	else
		snprintf(prompt, sizeof(prompt),
			 _("%s: to erase it, type the last %zu characters of its serial number; Enter leaves it alone:"),
			 s->asked->drive.name, strlen(tail_of(s, s->asked)));
	attend_show(&s->attendant, status, prompt);
}

static void close_station(struct station *s)
{
	if (s->closing)
		return;
	s->closing = true;
	s->asked = NULL;
	if (count_state(s, GUEST_ERASED))
		station_tell(s, "closing", NULL, "%s",
			     _("No more drives are taken; those being erased are finished."));
}

static void take_answer(struct station *s, const char *answer)
{
	struct guest *g = s->asked;

	s->busy_ms = time_monotonic_ms();
	if (g && confirm_matches(&g->drive, tail_of(s, g), answer)) {
		s->asked = NULL;
		station_begin(s, g);
	} else if (!strcmp(answer, "q")) {
		close_station(s);
	} else if (g && !*answer) {
		s->asked = NULL;
		station_leave_alone(s, g, _("it was not confirmed"));
	} else if (g) {
		station_tell(s, "waiting", g, _("\"%s\" is not the end of its serial number: %s was not touched"),
			     answer, g->name);
	}
}

/* --- the loop ---------------------------------------------------------------*/

static bool idle(const struct station *s)
{
	return s->order->idle_ms && !count_state(s, GUEST_ERASED) &&
	       !count_state(s, GUEST_LOOKED_AT) &&
	       time_monotonic_ms() - s->busy_ms >= s->order->idle_ms;
}

/* What was on the list and never came. */
static int tell_missing(struct station *s)
{
	const char *const *serials;
	struct drive_entry *entries;
	size_t count, missing = 0;

	if (s->order->list) {
		entries = drive_list_entries(s->order->list, &count);
		for (size_t i = 0; i < count; i++) {
			if (entries[i].taken)
				continue;
			missing++;
			station_tell(s, "missing", NULL,
				     _("On the list, line %zu, and not erased: %s %s"),
				     entries[i].line, entries[i].serial,
				     entries[i].asset);
		}
	}
	count = options_list(s->order->options, "confirm", &serials);
	for (size_t i = 0; i < count; i++) {
		if (s->confirms_used[i])
			continue;
		missing++;
		station_tell(s, "missing", NULL, _("--confirm %s: no such drive came"),
			     serials[i]);
	}
	return missing ? EXIT_REFUSED : EXIT_CONFORMING;
}

static int conclude(struct station *s)
{
	struct tally_count c;
	int code = tally_code(s->tally, &c);

	code = exit_code_worse(code, tell_missing(s));
	station_tell(s, "ended", NULL,
		     _("The station has ended: %zu drives conforming, %zu with a duty left, %zu not conforming, %zu interrupted, %zu others."),
		     c.conforming, c.duty, c.nonconforming, c.interrupted, c.other);
	return s->refused ? exit_code_worse(code, EXIT_REFUSED) : code;
}

/* Threads that a drive holds still use all of this: none of it is freed. */
static void leave(struct station *s)
{
	haiki_run_abandon(s->run);
	attend_end(&s->attendant);
	supervise_leave(exit_code_worse(conclude(s), EXIT_INTERRUPTED));
}

static void attend(struct station *s)
{
	s->busy_ms = time_monotonic_ms();
	for (;;) {
		const char *answer;

		take_changes(s);
		take_looks(s);
		take_ended(s);
		see_off(s);
		if (s->attendant.stop || idle(s))
			close_station(s);
		if (s->closing && !count_state(s, GUEST_ERASED))
			break;
		if (!s->closing)
			next_question(s);
		show_prompt(s);
		/* With nothing at work there is nothing to ask about. */
		s->attendant.asks = count_state(s, GUEST_ERASED) > 0;
		attend_wait(&s->attendant, haiki_watch_fd(s->watch), WAIT_MS);
		if (s->attendant.leave)
			leave(s);
		answer = attend_answer(&s->attendant);
		if (answer)
			take_answer(s, answer);
	}
}

static int open_station(struct station *s, struct haiki_error *err)
{
	const struct station_order *o = s->order;
	const char *const *serials;
	size_t confirms = options_list(o->options, "confirm", &serials);
	int r = haiki_watch_new(o->host, &s->watch, err);

	s->tally = tally_new();
	s->confirms_used = calloc(confirms + 1, sizeof(*s->confirms_used));
	if (r == 0 && (!s->tally || !s->confirms_used))
		r = -ENOMEM;
	if (r == 0)
		r = haiki_run_new(o->host, &o->job->job, o->jobs, attend_event,
				  &s->attendant, &s->run, err);
	s->attendant.run = s->run;
	return r;
}

int station_run(const struct station_order *order)
{
	struct station s = { .order = order };
	struct haiki_error err = { 0 };
	int code = EXIT_CONFORMING;

	s.progress = progress_new(order->mode, 0);
	if (!s.progress)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	attend_begin(&s.attendant, s.progress, true);
	if (open_station(&s, &err) < 0)
		code = err.text[0] ? command_fail(EXIT_SURROUNDINGS, &err) :
			command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	else
		attend(&s);
	haiki_run_free(s.run);
	attend_end(&s.attendant);
	if (s.tally)
		code = exit_code_worse(code, conclude(&s));
	for (size_t i = 0; i < s.count; i++) {
		guest_light(s.guests[i], HAIKI_LIGHT_OFF);
		guest_free(s.guests[i]);
	}
	free(s.guests);
	free(s.confirms_used);
	tally_free(s.tally);
	haiki_watch_free(s.watch);
	progress_free(s.progress);
	return code;
}
