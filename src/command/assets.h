/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_ASSETS_H
#define COMMAND_ASSETS_H

#include <stddef.h>
#include <haiki/error.h>

/* Drives that somebody put on a list beforehand, with their asset numbers. */
struct assets;

/*
 * Reads a CSV file as spreadsheets write it: serial number, asset number (or
 * none); UTF-8, with commas, semicolons or tabs, cells in quotes or not. Lines
 * that begin with # and a heading are passed over. -EINVAL with file and line:
 * not UTF-8, a serial number that stands there twice, an unfinished quote.
 * Freed with assets_free() (NULL-safe).
 */
int assets_read(const char *file, struct assets **ret_assets,
		struct haiki_error *err);
/* The same from text, which is changed; `file` only names it. */
int assets_parse(const char *file, char *text, struct assets **ret_assets,
		 struct haiki_error *err);
void assets_free(struct assets *assets);

size_t assets_count(const struct assets *assets);

/* The asset number of the drive with exactly this serial number, "" if it has
 * none; NULL if it isn't on the list. */
const char *assets_find(const struct assets *assets, const char *serial);

#endif
