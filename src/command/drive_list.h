/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_DRIVE_LIST_H
#define COMMAND_DRIVE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <haiki/error.h>

/*
 * The drives that may be erased without being asked about, from a table that
 * an office keeps: CSV as spreadsheets write it (UTF-8 with or without a byte
 * order mark, CRLF or LF, comma, semicolon or tab), whose first line names
 * its columns in Japanese or English. Of one or two columns the names may be
 * missing: serial number, then asset number. Lines that begin with # don't
 * count.
 */
struct drive_list;

/* One line of it. */
struct drive_entry {
	char serial[256];         /* as "haiki list" shows it */
	char asset[128];          /* number in the asset register; or "" */
	size_t line;              /* of the file, from 1 on */
	bool doubtful;            /* two lines contradict each other */
	bool taken;               /* a drive by that number was begun */
};

/*
 * -EINVAL with *err filled if the file is no such table. What is wrong with
 * single lines, which then don't count, goes to drive_list_problem().
 */
int drive_list_read(const char *file, struct drive_list **ret_list,
		    struct haiki_error *err);
/* The same from text; `file` is what messages call it. */
int drive_list_parse(const char *file, const char *text, size_t length,
		     struct drive_list **ret_list, struct haiki_error *err);
void drive_list_free(struct drive_list *list);     /* NULL-safe */

/* What is wrong with the list, translated, from number 0 on; NULL: no more. */
const char *drive_list_problem(const struct drive_list *list, size_t number);

/* The lines that count; valid until the list is freed. */
struct drive_entry *drive_list_entries(struct drive_list *list,
				       size_t *ret_count);
/* The line for a drive; NULL if there is none, or list is NULL. */
struct drive_entry *drive_list_find(struct drive_list *list,
				    const char *serial);

#endif
