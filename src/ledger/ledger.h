/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include <haiki/ledger.h>
#include <jansson.h>

/*
 * While the ledger is empty its stick id is a fresh random one. A record that
 * was written before a power cut claims an id of its own: takes it over.
 * -EBUSY once the ledger has a line.
 */
int ledger_adopt_stick_id(struct haiki_ledger *ledger, const char *stick_id);

/* The number that the record at the place after `before` has. */
#define LEDGER_ID_SIZE 40
void ledger_record_id(const struct haiki_ledger_head *before,
		      char ret_id[LEDGER_ID_SIZE]);

/* A ledger in memory, to look up many records in. */
struct ledger_index;

/* 0 also for a damaged ledger; see ledger_index_sound(). */
int ledger_index_load(const char *file, struct ledger_index **ret_index,
		      struct haiki_error *err);
void ledger_index_free(struct ledger_index *index);
void ledger_index_cleanup(struct ledger_index **index);

/* Lines, and how many of them stand before the first problem. */
uint64_t ledger_index_lines(const struct ledger_index *index);
uint64_t ledger_index_sound(const struct ledger_index *index);

/* What is wrong with it, a torn tail included; they belong to the index. */
size_t ledger_index_problems(const struct ledger_index *index,
			     const struct haiki_ledger_problem **ret_problems);

/* What a line says; strings belong to the index. NULL beyond the end. */
struct ledger_place {
	const char *certificate_id, *record_sha256, *previous, *stick_id,
		   *file, *hash;
	uint64_t sequence;
	struct haiki_ledger_entry entry;
};
bool ledger_index_line(const struct ledger_index *index, uint64_t line,
		       struct ledger_place *ret_place);

/* The register's lines in file order, as they stand in the file. */
int ledger_entries(const char *file, json_t **ret_array,
		   struct haiki_error *err);

#endif
