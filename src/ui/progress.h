/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_PROGRESS_H
#define UI_PROGRESS_H

#include <haiki/job.h>

enum progress_mode {
	PROGRESS_NONE = 0,
	PROGRESS_LINES,           /* one line a phase: no terminal */
	PROGRESS_BAR,             /* redrawn in place */
	PROGRESS_JSON,            /* cli.md's events on standard output */
};

/* Any thread may call. */
struct progress;

/* So many drives will report (0 = nobody knows); NULL if memory is short. */
struct progress *progress_new(enum progress_mode mode, size_t count);
void progress_free(struct progress *progress);   /* NULL-safe */
/* A haiki_event_sink; opaque is the progress. */
void progress_event(void *opaque, const struct haiki_event *event);

/* A phase of an event in the operator's language. */
const char *progress_phase(const char *phase);
/* What the drive of that number is called in results instead of its path and
 * serial number, and its number in the asset register; either may be NULL.
 * To be told before it is added to the run. */
void progress_name(struct progress *progress, size_t index, const char *name,
		   const char *asset);

/*
 * Something to be told between the moving lines, translated: a text to people;
 * with PROGRESS_JSON instead an event by that name about a drive, of which
 * NULL is unknown.
 */
void progress_tell(struct progress *progress, const char *event,
		   const char *path, const char *serial, const char *asset,
		   const char *text);

/* Lines for people, made up and ending with a newline, at the same place. */
void progress_print(struct progress *progress, const char *text);

/*
 * Lines below the moving ones, separated by newlines, on standard error; the
 * cursor stands at their end. NULL takes them away. The terminal must be one.
 */
void progress_footer(struct progress *progress, const char *text);
/* Draws what has changed; to be called now and then. */
void progress_draw(struct progress *progress);

#endif
