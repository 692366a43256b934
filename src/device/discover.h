/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_DISCOVER_H
#define DEVICE_DISCOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <haiki/error.h>

/*
 * The device nodes of every whole disk of the machine, sorted by name; no
 * partitions, no devices stacked upon others, no memory. The array and its
 * strings are the caller's: discover_free().
 */
int discover_disks(char ***ret_paths, size_t *ret_count,
		   struct haiki_error *err);
void discover_free(char **paths, size_t count);

/* What of the machine stands in the way of seeing every drive, a translated
 * sentence for each number from 0 on; false when there's no more. */
bool discover_obstacle(const char *sys, size_t number, char *ret_text,
		       size_t size);

/* Whether a block device of that name and place is a drive to be shown. */
bool discover_is_disk(const char *name, const char *dir);

#endif
