/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_AUDIT_H
#define COMMAND_AUDIT_H

#include <haiki/verify.h>
#include <stdio.h>
#include "base/file.h"

/*
 * What an auditor learns of many records as a whole: how many stand how, what
 * remains to be done, and which drives were certified more than once. Keeps
 * only a few words of each record.
 */
struct audit;

struct audit *audit_new(void);
void audit_free(struct audit *audit);

/*
 * Counts a report in. Whether the drive, or the record's number, came before
 * is added to the report, as a note or a problem. `file` must outlive the
 * audit. -ENOMEM.
 */
int audit_add(struct audit *audit, const char *file,
	      struct haiki_report *report);
/* A file that could not be read; something about a folder. */
void audit_add_unreadable(struct audit *audit);
void audit_add_finding(struct audit *audit);

#define AUDIT_DUTIES 24

struct audit_numbers {
	size_t records, erasures, followups, heads;
	size_t standing[HAIKI_STANDING_COUNT];
	size_t unreadable, findings;
	/* Genuine records of erasures that were no training, each once. */
	size_t cases_open, cases_closed;
	size_t copies;                /* records that came before */
	size_t not_in_ledger;         /* their ledger says so */
	size_t ledger_not_checked;    /* there was none, or another one */
	size_t contradictory;
	size_t signatures_outstanding;
	size_t drives_repeated;       /* with more than one record */
	size_t duties_count;
	struct {
		char id[64];
		size_t count;
	} duties[AUDIT_DUTIES];
};
const struct audit_numbers *audit_numbers(const struct audit *audit);

/* The drives with more than one record, by serial number; each record of each
 * in order of time. */
struct audit_record {
	const char *file, *certificate_id, *result, *finished_at;
};
typedef void audit_visit(void *opaque, const char *model, const char *serial,
			 const struct audit_record *records, size_t count);
int audit_each_repeated(const struct audit *audit, audit_visit *visit,
			void *opaque);

/* What to do about records that stand like that, in the operator's language;
 * NULL: nothing. */
const char *audit_advice(enum haiki_standing standing);

/* cli.md's exit code for everything so far. */
int audit_exit_code(const struct audit *audit);

/* For people: what the numbers say. */
void audit_print(FILE *f, const struct audit *audit);

/*
 * Reports for other programs and for paper, written as the records come. Every
 * function but *_free may be called with NULL, if no such report was asked for.
 */
struct audit_csv;
int audit_csv_new(const char *path, struct audit_csv **ret_csv,
		  struct haiki_error *err);
void audit_csv_add(struct audit_csv *csv, const struct haiki_report *report);
int audit_csv_finish(struct audit_csv *csv, struct haiki_error *err);
void audit_csv_free(struct audit_csv *csv);

struct audit_html;
/* What was judged, and by whose authority; borrowed. */
struct audit_origin {
	const char *const *arguments;
	size_t arguments_count;
	const struct haiki_verifier *verifier;
};
int audit_html_new(const char *path, const struct audit_origin *origin,
		   struct audit_html **ret_html, struct haiki_error *err);
void audit_html_add(struct audit_html *html, const struct haiki_report *report);
void audit_html_finding(struct audit_html *html,
			const struct haiki_folder_finding *finding);
int audit_html_finish(struct audit_html *html, const struct audit *audit,
		      struct haiki_error *err);
void audit_html_free(struct audit_html *html);

#endif
