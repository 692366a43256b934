/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEDGER_LINE_H
#define LEDGER_LINE_H

#include <haiki/ledger.h>
#include <jansson.h>

#define LEDGER_NO_HASH \
	"0000000000000000000000000000000000000000000000000000000000000000"

/*
 * One line is the canonical JSON of an object that repeats what the register
 * needs from a record, with its place in the chain and, as `line_sha256`, the
 * hash of the line without that member. The chain protects every line but the
 * last; `line_sha256` shows accidental damage there too.
 */

/* The line, without newline; the caller frees. */
int ledger_line_format(const struct haiki_ledger_entry *entry,
		       const struct haiki_ledger_head *head, char **ret_line,
		       size_t *ret_length, struct haiki_error *err);

/* -EBADMSG if anything about the line itself (not its place) is wrong. */
int ledger_line_parse(const char *line, size_t length, json_t **ret_json,
		      struct haiki_error *err);

/* What a line says, and the place before it; strings belong to the line. */
void ledger_line_read(const json_t *json, struct haiki_ledger_head *ret_place,
		      struct haiki_ledger_entry *ret_entry);

/*
 * Walks through a ledger's bytes. Problems are collected; `visit` (may be
 * NULL) sees every sound line in file order.
 */
struct ledger_scan {
	struct haiki_ledger_head head;    /* after the last sound line */
	uint64_t lines;                   /* ended by a newline */
	uint64_t sound_lines;             /* before the first problem */
	size_t torn_offset;               /* where an unfinished line starts */
	size_t torn_length;               /* 0 = none */
	struct haiki_ledger_problem *problems;
	size_t problems_count;            /* without the torn line */
	int (*visit)(void *opaque, uint64_t line, json_t *json,
		     const char *hash, struct haiki_error *err);
	void *opaque;
};

int ledger_scan_bytes(struct ledger_scan *scan, const char *bytes,
		      size_t length, struct haiki_error *err);
/* An unfinished last line is a problem, too. -ENOMEM. */
int ledger_scan_tail(struct ledger_scan *scan);
void ledger_scan_cleanup(struct ledger_scan *scan);

/* Reads the whole file under a shared lock. The caller frees. */
int ledger_read(const char *file, char **ret_bytes, size_t *ret_length,
		struct haiki_error *err);

/* "line N: ..." for the array of problems. -ENOMEM. */
int ledger_problem_add(struct haiki_ledger_problem **problems, size_t *count,
		       uint64_t line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#define LEDGER_MAX_BYTES ((size_t)1 << 30)

#endif
