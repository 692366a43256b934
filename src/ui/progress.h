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

struct progress;

/* `count` drives will report; NULL if memory is short. */
struct progress *progress_new(enum progress_mode mode, size_t count);
void progress_free(struct progress *progress);   /* NULL-safe */
/* A haiki_event_sink; opaque is the progress. */
void progress_event(void *opaque, const struct haiki_event *event);

/* A phase of an event in the operator's language. */
const char *progress_phase(const char *phase);

#endif
