/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_SURVEY_H
#define DEVICE_SURVEY_H

#include <haiki/drive.h>
#include <sys/types.h>
#include "device/sysfs.h"

/*
 * Who uses which block device, all of the machine, at one moment: mounts,
 * swap, loop devices, btrfs members, programs that write to one directly.
 */
struct survey;

/*
 * -errno if it can't be found out: then nothing may be called free. `roots`
 * must outlive the survey; freed with survey_free() (NULL-safe).
 */
int survey_new(const struct roots *roots, struct survey **ret_survey,
	       struct haiki_error *err);
void survey_free(struct survey *survey);
const struct roots *survey_roots(const struct survey *survey);

/*
 * Fills drive->uses with everything that uses the disk whose directory in
 * sysfs is `dir`, its partitions, and whatever is stacked upon them; sets
 * drive->is_system if the machine runs from it.
 */
int survey_uses(const struct survey *survey, const char *dir,
		struct haiki_drive *drive, struct haiki_error *err);

/* Adds one use; `format` is translated for ->local. */
void drive_use(struct haiki_drive *drive, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* --- for survey_uses(), what was found --------------------------------- */

struct survey_mount {
	dev_t number;             /* of the file system; btrfs: anonymous */
	dev_t source;             /* of the block device, or 0 */
	bool btrfs;
	char *target;
};

struct survey_swap {
	dev_t source;
	char *name;
};

struct survey_loop {
	dev_t number;
	char name[32];
	char *file;               /* its backing file */
	dev_t source;             /* the device that is or holds the file */
};

struct survey_writer {
	dev_t number;
	int pid;
	char program[64];
};

/* One device of a mounted btrfs file system. */
struct survey_member {
	dev_t number;
	char uuid[64];
};

struct survey {
	const struct roots *roots;
	struct survey_mount *mounts;
	struct survey_swap *swaps;
	struct survey_loop *loops;
	struct survey_writer *writers;
	struct survey_member *members;
	size_t mounts_count, swaps_count, loops_count, writers_count;
	size_t members_count;
	dev_t root;               /* root= of the kernel's command line, or 0 */
};

#endif
