/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_ENTRY_H
#define CERTIFICATE_ENTRY_H

#include <haiki/ledger.h>
#include <jansson.h>

/* A record's line in the ledger. */
struct record_entry {
	struct haiki_ledger_entry line;   /* its strings belong to the record */
	char date[16];
};

/* The tree must fit the schema. The entry must not be moved. */
void record_entry(const json_t *json, const char *file, const char *sha256,
		  struct record_entry *ret_entry);

/* The member in which a line of the ledger says something else than that, or
 * NULL. The file's name doesn't count: files may be renamed. */
const char *record_entry_differs(const struct record_entry *entry,
				 const struct haiki_ledger_entry *line);

#endif
