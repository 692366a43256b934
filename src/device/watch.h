/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_WATCH_H
#define DEVICE_WATCH_H

#include <haiki/watch.h>

/* A drive that is there, and which of those that bore its name. */
struct watch_presence {
	char path[256];
	uint64_t sequence;
	bool seen;                /* at the last look */
};

/* What is there now compared with what was: the queue behind
 * haiki_watch_next(), without any device. */
struct watch_table {
	struct watch_presence *present;
	size_t present_count;
	struct haiki_change *changes;
	size_t changes_count, next;
	bool begun;               /* the first look is over */
};

/*
 * One look consists of begin, a seen for each drive there is, and end; -ENOMEM
 * leaves the look incomplete: it is to be begun again.
 */
void watch_begin(struct watch_table *table);
int watch_seen(struct watch_table *table, const char *path, uint64_t sequence);
int watch_end(struct watch_table *table);
/* 1, or 0 if there's none. */
int watch_take(struct watch_table *table, struct haiki_change *ret_change);
void watch_fini(struct watch_table *table);

#endif
