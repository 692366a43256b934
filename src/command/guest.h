/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_GUEST_H
#define COMMAND_GUEST_H

#include <haiki/watch.h>
#include <pthread.h>
#include "command/drive_list.h"
#include "command/revival.h"

enum guest_state {
	GUEST_LOOKED_AT = 0,      /* a thread asks it what it is */
	GUEST_WAITING,            /* for the operator's word */
	GUEST_ERASED,             /* its job is under way */
	GUEST_DONE,               /* to be taken out */
	GUEST_LEFT_ALONE,
};

/* A drive that is plugged into a station, from its coming to its going. */
struct guest {
	char path[256];
	bool present, at_start;
	enum guest_state state;
	bool light_is_on;

	/* While looked at, the thread's; then what it found. */
	struct haiki_host *host;
	pthread_t thread;
	bool joined;
	pthread_mutex_t lock;     /* for `looked` and `stop` */
	bool looked, stop;
	int result;
	struct haiki_drive drive;
	struct haiki_error error;

	struct haiki_bay bay;
	char name[420];           /* "sdb (SERIAL), Slot 03" */
	struct drive_entry *entry;        /* of the list; or NULL */
	bool listed;              /* it may be taken without a question */

	/* Its job. */
	struct haiki_job_target target;
	struct haiki_job_options options;
	size_t index;
	struct haiki_unfinished *unfinished;      /* it goes on with that one */
	struct revival revival;
};

/* A drive has come: begins to look at it. NULL without memory or thread. */
struct guest *guest_new(struct haiki_host *host,
			const struct haiki_change *change);
/* Waits for the look to end. Its job must have ended. NULL-safe. */
void guest_free(struct guest *guest);

/* Whether the look is over; then drive, bay and name are known, or `result`
 * and `error` say why not. */
bool guest_is_known(struct guest *guest);

/* The lights of its bay, where it has any. */
void guest_light(struct guest *guest, enum haiki_light light);

/* The latest job of this drive that waits to be resumed, from `out`: fills
 * unfinished and says so. */
bool guest_find_unfinished(struct guest *guest, const char *out);

#endif
