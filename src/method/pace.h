/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METHOD_PACE_H
#define METHOD_PACE_H

#include "method/method.h"

/*
 * How often a drive that erases itself is asked, how far it is, whether it
 * still gets on, and when an answer that can't be read means "unknown".
 */
struct pace {
	uint64_t slice_ms, interval_ms, stall_ms;
	uint64_t started_ms, due_ms, changed_ms;
	int64_t estimate;         /* seconds; -1 unknown */
	uint32_t progress;        /* of 65,536 */
	unsigned unknowns;        /* unreadable answers in a row */
	struct method_progress last;
};

/* `estimate` in seconds, -1 unknown. The first question is due at once. */
void pace_begin(struct pace *pace, const struct method_run *run,
		int64_t estimate);

/* Waits until the next question is due, at most a slice; false: not yet, then
 * *ret_progress is what was last known. */
bool pace_due(struct pace *pace, struct method_progress *ret_progress);

/*
 * The drive says it's at `progress` of 65,536: RUNNING, or STALLED when that
 * hasn't changed for too long. `detail` in English.
 */
void pace_running(struct pace *pace, uint32_t progress, const char *detail,
		  struct method_progress *ret_progress);

/* An answer that says nothing: RUNNING until there were too many in a row,
 * then UNKNOWN. */
void pace_unknown(struct pace *pace, const char *detail,
		  struct method_progress *ret_progress);

/* The end: permille 1000 only for SUCCEEDED. */
void pace_ended(struct pace *pace, enum haiki_outcome outcome,
		const char *detail, struct method_progress *ret_progress);

/* A blocking command's progress: only by the clock and the estimate. */
void pace_blocking(struct pace *pace, const char *what,
		   struct method_progress *ret_progress);

#endif
