/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_SYSFS_H
#define DEVICE_SYSFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Where the kernel tells about itself; another tree in tests. */
struct roots {
	const char *proc, *sys, *dev;
};

extern const struct roots roots_real;

/* All return 0 (or a length) or -errno; outputs are untouched on failure. */

/* The directory of block device major:minor, without symbolic links. */
int sysfs_block_dir(const struct roots *roots, unsigned major_number,
		    unsigned minor_number, char *ret_dir, size_t size);
/* The same by the kernel's name ("sda1", "cciss!c0d0"). */
int sysfs_named_dir(const struct roots *roots, const char *name,
		    char *ret_dir, size_t size);
/* The last part of a path; "!" in kernel names stands for "/". */
const char *sysfs_name(const char *dir);

/* An attribute's first line, trimmed, control characters removed. */
int sysfs_text(const char *dir, const char *attribute, char *ret_text,
	       size_t size);
int sysfs_u64(const char *dir, const char *attribute, uint64_t *ret_value);
/* A binary attribute (vpd_pg80); its length. */
ssize_t sysfs_bytes(const char *dir, const char *attribute, void *ret_bytes,
		    size_t size);
/* The last part of what a link points at ("device/subsystem" -> "scsi"). */
int sysfs_link(const char *dir, const char *link, char *ret_name, size_t size);
int sysfs_real(const char *path, char *ret_path, size_t size);
int sysfs_write(const char *dir, const char *attribute, const char *text);
bool sysfs_has(const char *dir, const char *attribute);
int sysfs_number(const char *dir, dev_t *ret_number);   /* "dev" */

/* If `dir` is a partition's: the kernel's name of its disk; else -ENOENT. */
int sysfs_disk_of(const char *dir, char *ret_disk, size_t size);

/* Calls `each` with every entry's name but "." and ".."; sorted; stops and
 * returns what it returns when that isn't 0. No directory: 0. */
typedef int sysfs_visitor(void *opaque, const char *name);
int sysfs_each(const char *dir, const char *below, sysfs_visitor *each,
	       void *opaque);

/* Copies at most `length` bytes as trimmed, valid UTF-8 without control
 * characters (each of these becomes '?'); stops at a NUL. */
void text_clean(char *ret_text, size_t size, const void *text, size_t length);

#endif
