/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_WATCH_H
#define HAIKI_WATCH_H

#include <haiki/drive.h>

/*
 * Drives that are plugged in and pulled out while the machine runs, and the
 * bays that they are in.
 */
struct haiki_watch;

enum haiki_change_kind {
	HAIKI_ARRIVED = 0,
	HAIKI_LEFT,
};

struct haiki_change {
	enum haiki_change_kind kind;
	char path[256];           /* as haiki_host_list() takes it */
	bool at_start;            /* it was there when the watch began */
};

/* `host` is borrowed until the watch is freed. -errno with *err filled. */
int haiki_watch_new(struct haiki_host *host, struct haiki_watch **ret_watch,
		    struct haiki_error *err);
void haiki_watch_free(struct haiki_watch *watch);   /* NULL-safe */

/*
 * The next change: 1, 0 if there is none now, or -errno with *err filled. The
 * drives that are there at first come first, sorted by name. A drive that
 * leaves and another that takes its name are two changes. Never waits; to be
 * called about once a second, because not every change is announced, and
 * whenever haiki_watch_fd() can be read.
 */
int haiki_watch_next(struct haiki_watch *watch,
		     struct haiki_change *ret_change, struct haiki_error *err);

/* A descriptor for poll(), POLLIN; -1 if there is none. Borrowed. */
int haiki_watch_fd(const struct haiki_watch *watch);

/* --- bays ------------------------------------------------------------------*/

/* Where a drive is plugged in; plain data. */
struct haiki_bay {
	char name[64];            /* the enclosure's own: "Slot 03"; or "" */
	char directory[512];      /* of its lights; "" = it has none */
};

enum haiki_light {
	HAIKI_LIGHT_OFF = 0,
	HAIKI_LIGHT_LOCATE,       /* erased: take it out */
	HAIKI_LIGHT_FAULT,        /* not acceptably erased: look at it */
};

/* The bay of a drive by its kernel name; false if no enclosure tells one. */
bool haiki_bay_find(const struct haiki_host *host, const char *name,
		    struct haiki_bay *ret_bay);

/* 0 or -errno, also for a bay without lights (-EOPNOTSUPP). Works after the
 * drive was taken out. */
int haiki_bay_light(const struct haiki_bay *bay, enum haiki_light light);

#endif
