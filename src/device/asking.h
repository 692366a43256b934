/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_ASKING_H
#define DEVICE_ASKING_H

#include <haiki/drive.h>

/*
 * Many drives are looked at side by side, each by a thread, and none is waited
 * for longer than there is patience: a command that a drive swallows can hold
 * its thread in the kernel for ever. Such a thread is left behind. It holds
 * nothing but its open descriptor and what is below, which outlive all else;
 * when the drive answers after all, or goes, it gives them back.
 */

/* What one host is still asking. Threads that are left behind keep it. */
struct asking;
struct asking *asking_new(void);          /* NULL: no memory */
void asking_free(struct asking *asking);  /* NULL-safe */

/* How drives are looked at. */
struct asking_look {
	int (*look)(void *opaque, const char *path,
		    struct haiki_drive *ret_drive, struct haiki_error *err);
	/* Called once, when nobody uses `opaque` any more; may be NULL. */
	void (*done)(void *opaque);
	void *opaque;
	/* For one drive, from when its turn came; UINT64_MAX: no end. */
	uint64_t patience_ms;
};

struct asking_round;

/*
 * Looks at all of `paths` (copied). Returns when each was looked at or its time
 * was over; a path that an earlier round still waits for is not asked again.
 * `look` is taken over, also on failure.
 */
int asking_all(struct asking *asking, const struct asking_look *look,
	       char *const *paths, size_t count,
	       struct asking_round **ret_round, struct haiki_error *err);

/* What came of the path of this number: what `look` returned, with the drive or
 * the error, or -ETIMEDOUT for a drive that never answered. */
int asking_result(const struct asking_round *round, size_t number,
		  struct haiki_drive *ret_drive, struct haiki_error *err);
void asking_round_free(struct asking_round *round);   /* NULL-safe */

#endif
