/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_LEDGER_H
#define HAIKI_LEDGER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <haiki/error.h>

/* The chained list of certificates, DIR/ledger.jsonl; one JSON line each. */
struct haiki_ledger;

/* The last line's place. `hash` is SHA-256 of its bytes without newline. */
struct haiki_ledger_head {
	char stick_id[33];        /* 128 random bits, hex */
	uint64_t sequence;        /* 0 = still empty */
	char hash[65];            /* 64 zeros while empty */
};

/*
 * Opens or creates DIR/ledger.jsonl for appending and locks it (flock) until
 * closed. A torn last line (power failed) is kept in DIR/ledger.torn and cut
 * off. -EBADMSG: the chain is broken: nothing is changed, *err says where.
 */
int haiki_ledger_open(const char *directory, struct haiki_ledger **ret_ledger,
		      struct haiki_error *err);
void haiki_ledger_close(struct haiki_ledger *ledger);
void haiki_ledger_head(const struct haiki_ledger *ledger,
		       struct haiki_ledger_head *ret_head);

/*
 * The head as text for a label or a telephone call, at most 86 characters:
 * "STICK-ID:SEQUENCE:HASH" with the first 32 digits of the hash, which is as
 * hard to counterfeit as the stick's id. The inverse leaves the other 32
 * digits of `hash` away; haiki_ledger_check() takes either. -EINVAL.
 */
#define HAIKI_LEDGER_HEAD_TEXT 88
void haiki_ledger_head_format(const struct haiki_ledger_head *head,
			      char ret_text[HAIKI_LEDGER_HEAD_TEXT]);
int haiki_ledger_head_parse(const char *text,
			    struct haiki_ledger_head *ret_head,
			    struct haiki_error *err);

/*
 * One record's line. Strings are borrowed, clean UTF-8 (NFC, no control
 * characters); NULL = not given where the record has null there.
 */
struct haiki_ledger_entry {
	const char *record_type;      /* "erasure", "destruction", "handover" */
	const char *refers_to;        /* the first record's id, or NULL */
	const char *certificate_id, *file, *record_sha256;
	const char *serial, *model, *asset;
	const char *policy, *class_id, *result, *letter, *method;
	const char *finished_at, *operator_name;
	const char *date;             /* of disposal or erasure: 2026-11-21 */
	bool simulated;
};

/*
 * Appends, syncs file and directory; the line's sequence is head + 1. On
 * failure the file is as it was before.
 */
int haiki_ledger_append(struct haiki_ledger *ledger,
			const struct haiki_ledger_entry *entry,
			struct haiki_error *err);

/*
 * Calls `each` for every sound line, in file order, with what stands before
 * it: place->sequence + 1 is its number. A negative answer ends the walk and
 * is returned.
 */
typedef int haiki_ledger_visit(void *opaque,
			       const struct haiki_ledger_head *place,
			       const struct haiki_ledger_entry *entry);
int haiki_ledger_each(const char *file, haiki_ledger_visit *each, void *opaque,
		      struct haiki_error *err);

/* A column of the register. */
struct haiki_ledger_column {
	char key[32];             /* a line's member; "": stays empty */
	char heading[192];        /* "": the usual one */
};

/*
 * "date,operator=氏名,=備考": members of a line, with headings of one's own
 * where they are given, and columns that stay empty. NULL or "": the usual
 * columns. -EINVAL: an unknown member, *err lists them. The caller frees.
 */
int haiki_ledger_columns(const char *text,
			 struct haiki_ledger_column **ret_columns,
			 size_t *ret_count, struct haiki_error *err);

/* What the register is made from. */
struct haiki_ledger_register {
	const char *const *files;         /* of several ledgers: by date */
	size_t files_count;
	const struct haiki_ledger_column *columns;
	size_t columns_count;
	bool japanese;                    /* headings */
	/* What people call a value; NULL: as it stands in the ledger. */
	const char *(*word)(void *opaque, const char *key, const char *value,
			    const char *policy);
	void *opaque;
};

/*
 * The asset register (台帳) as CSV for Excel: UTF-8 with BOM, CRLF, and no
 * cell that a spreadsheet would take for a formula. -EIO if `f` could not be
 * written.
 */
int haiki_ledger_write_csv(const struct haiki_ledger_register *reg, FILE *f,
			   struct haiki_error *err);

struct haiki_ledger_problem {
	uint64_t line;            /* 1-based; one past the last: truncated */
	char text[320];
};

/*
 * Reads FILE whole: edits, gaps, reordering, torn tail; with `older_head` (not
 * NULL) also truncation before it. *ret_problems is the caller's to free().
 * 0 when it could be read, problems or not.
 */
int haiki_ledger_check(const char *file,
		       const struct haiki_ledger_head *older_head,
		       struct haiki_ledger_head *ret_head,
		       struct haiki_ledger_problem **ret_problems,
		       size_t *ret_count, struct haiki_error *err);

/* One stick's ledger, of which there may be several copies. */
struct haiki_ledger_chain {
	struct haiki_ledger_head head;    /* of the longest copy */
	const char *file;                 /* which that is */
	size_t copies;
	bool forked;                      /* two of them contradict */
};

struct haiki_ledger_conflict {
	const char *file;
	uint64_t line;
	char text[320];
};

/* What many ledgers come to. File names are borrowed. */
struct haiki_ledgers {
	struct haiki_ledger_chain *chains;        /* by stick id */
	size_t chains_count;
	struct haiki_ledger_conflict *conflicts;
	size_t conflicts_count;
};

/*
 * Checks many ledgers and puts the copies of each stick's ledger together:
 * of copies that agree as far as they go the longest counts. Damaged ones are
 * conflicts and left out; so is it a conflict when two copies contradict each
 * other: one of them was forged. Empty ledgers are left out. 0 when all could
 * be read, conflicts or not.
 */
int haiki_ledgers_merge(const char *const *files, size_t count,
			struct haiki_ledgers *ret_ledgers,
			struct haiki_error *err);
void haiki_ledgers_cleanup(struct haiki_ledgers *ledgers);

/*
 * True in *ret_found if FILE has this certificate at this sequence with this
 * record hash and this previous hash, and the chain up to there is unbroken.
 */
int haiki_ledger_find(const char *file, const char *certificate_id,
		      uint64_t sequence, const char *previous,
		      const char *record_sha256, bool *ret_found,
		      struct haiki_error *err);

#endif
