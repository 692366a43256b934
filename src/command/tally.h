/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_TALLY_H
#define COMMAND_TALLY_H

#include <haiki/job.h>

/*
 * What a station has done so far, so that no drive is erased twice and the
 * exit code tells how all of them ended.
 */
struct tally;

/* One drive's last job in this session. */
struct past {
	char serial[256], wwn[64], model[128];
	bool serial_is_substitute;
	enum haiki_ending ending;
	enum haiki_result result;
	int code;                 /* exit code */
};

struct tally *tally_new(void);         /* NULL: no memory */
void tally_free(struct tally *tally);   /* NULL-safe */

/* What became of this very drive; NULL if it wasn't here, or if it can't be
 * told for want of a serial number of its own. */
const struct past *tally_find(const struct tally *tally,
				const struct haiki_drive *drive);

/* A job has ended. One that goes on with an interrupted one takes its place.
 * False without memory: then the worst is remembered at least. */
bool tally_note(struct tally *tally,
		  const struct haiki_job_target *target, int code);

struct tally_count {
	size_t conforming, duty, nonconforming, interrupted, other;
};
/* The worst exit code of all; *ret_count (may be NULL) what they are. */
int tally_code(const struct tally *tally,
		 struct tally_count *ret_count);

#endif
