/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOB_REPAIR_H
#define JOB_REPAIR_H

#include "device/guard.h"

/* What is needed to bring one drive out of what a sanitize has left. */
struct repair {
	struct transport *t;
	const struct guard_token *token;
	const struct haiki_drive *drive;          /* as probed just before */
	uint64_t poll_ms, stall_ms;               /* as method_options */
	bool (*stopped)(void *opaque);
	/* Each time that it still runs. */
	void (*waiting)(void *opaque, const struct haiki_error *what);
	void *opaque;
};

/*
 * Waits for a sanitize that is running, and leaves the state that one which
 * failed has left. 0: neither is the case any more; -EINTR: stopped; -EBUSY:
 * it doesn't get on; else the drive stays as it is, *err says how.
 */
int repair_sanitize(const struct repair *repair, struct haiki_error *err);

#endif
