/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_RECORD_VIEW_H
#define COMMAND_RECORD_VIEW_H

#include <haiki/verify.h>
#include <stdio.h>

/* What the report says, for people; `detail` also what it rests on, and
 * `all_notes` what is noted of almost every record. */
void record_print_report(FILE *f, const struct haiki_report *report,
			 bool detail, bool all_notes);

/*
 * For somebody who is about to sign: reads the record and prints what it
 * says. -errno if it can't be read.
 */
int record_print(FILE *f, const char *file, struct haiki_error *err);

/*
 * The record that was meant: its PDF or its signature stands for FILE.json
 * beside it. -EINVAL: a folder, or a PDF alone.
 */
int record_find(const char *argument, char **ret_file,
		struct haiki_error *err);

/*
 * Before a record is signed or followed up: 0 if nothing speaks against it
 * but that it is a failure, or (`trust_given` false) that nobody said whom to
 * trust; else -EBADMSG with the first objection.
 */
int record_check_before_signing(const struct haiki_report *report,
				bool trust_given, struct haiki_error *err);

/* Judges the record FILE.json and does that; -errno if it can't be read. */
int record_judge_before_signing(const char *file,
				const struct haiki_verify_options *options,
				bool trust_given, struct haiki_error *err);

#endif
