/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOB_REPAIR_H
#define JOB_REPAIR_H

#include "device/guard.h"

/* What is needed to bring one drive out of what a sanitize or a format has
 * left. */
struct repair {
	struct transport *t;
	const struct guard_token *token;
	const struct haiki_drive *drive;          /* as probed just before */
	uint64_t poll_ms, stall_ms;               /* as method_options */
	bool (*stopped)(void *opaque);
	/* A format that broke off is ended by another one: allowed? */
	bool may_format;
	/* Each time that it still runs. */
	void (*waiting)(void *opaque, const struct haiki_error *what);
	void *opaque;
};

/*
 * Waits for a sanitize or format that is running, and leaves the state that
 * one which failed has left. 0: neither is the case any more, and the system
 * knows the drive's size; -EINTR: stopped; -EBUSY: it doesn't get on; else the
 * drive stays as it is, *err says how. *ret_formatted, set in any case: the
 * drive was told to format itself.
 */
int repair_unfinished(const struct repair *repair, bool *ret_formatted,
		      struct haiki_error *err);

/*
 * Takes away the password that an interrupted erase has left: our documented
 * one is tried, then `known` (may be NULL). -EACCES: it's another one.
 */
int repair_password(struct transport *t, const struct guard_token *token,
		    const struct haiki_drive *drive, const char *known,
		    struct haiki_error *err);

#endif
