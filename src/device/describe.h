/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_DESCRIBE_H
#define DEVICE_DESCRIBE_H

#include "device/survey.h"

/*
 * Fills *drive (zeroed before) with all that can be told about the block
 * device behind `fd` without sending it a command: the kernel's words, who
 * uses it, what is on it. `exclusive`: fd holds it O_EXCL, so that nobody
 * else does. Without `readable` what is on it stays unknown: reading would wait.
 */
int describe_drive(const struct survey *survey, int fd, const char *path,
		   bool exclusive, bool readable, struct haiki_drive *drive,
		   struct haiki_error *err);

/* The same without an open descriptor, from the directory in sysfs alone. */
int describe_sysfs(const struct survey *survey, const char *dir,
		   const char *path, struct haiki_drive *drive,
		   struct haiki_error *err);

/*
 * What is on it, one line: "GPT: vfat \"EFI\", ext4, LVM2_member"; "" if
 * nothing is known of it. `fd` is any descriptor of the device. True if one of
 * the file systems is named as only those on haiki's own sticks are
 * (HAIKI-DATA, HAIKI-COPY ...).
 */
bool describe_contents(int fd, uint64_t size_bytes, char *ret_text,
		       size_t size);

/* Gives a drive without a serial number of its own (or with one that can't
 * be one) the substitute that names it. */
void describe_substitute(struct haiki_drive *drive, const char *port);
/* "" and "000000000000" and "0123456789ABCDEF" are no serial numbers. */
bool serial_plausible(const char *serial);

/*
 * If the device is a RAID controller's volume, not a drive: what it is, else
 * false. `driver` is the kernel driver's name, `dir` its place in sysfs.
 */
bool raid_recognise(const char *vendor, const char *model, const char *driver,
		    const char *dir, char *ret_text, size_t size);

#endif
