/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOB_SLUMP_H
#define JOB_SLUMP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether a drive has become far slower than it was: a shingled one that
 * rearranges itself, one whose fast cache is full, one that dies, one that is
 * too hot. A hard disk is half as fast at its end as at its beginning, which
 * is no slump. Begins zeroed; `usual` may be known from before.
 */
#define SLUMP_WINDOWS 3

struct slump {
	double usual;             /* bytes/s: the most that held for a while */
	double now;               /* bytes/s over the last windows */
	double lowest;            /* bytes/s over such a while, when slow */
	bool slow;
	unsigned slumps;          /* how often it became slow */
	uint64_t slow_ms;         /* in all */

	double window[SLUMP_WINDOWS];
	unsigned windows;         /* full ones */
	bool under_way;
	uint64_t began_ms, began_done;
};

enum slump_change {
	SLUMP_SAME = 0,
	SLUMP_FELL,               /* below a quarter of what was usual */
	SLUMP_ROSE,               /* above half of it again */
};

/*
 * `done` bytes at this time of a steady clock. What holds through three
 * windows of window_ms in a row counts, so single hiccups don't.
 */
enum slump_change slump_note(struct slump *slump, uint64_t window_ms,
			     uint64_t done, uint64_t now_ms);

/* Nothing was sent to the drive meanwhile: this window doesn't count. */
void slump_skip(struct slump *slump);

#endif
