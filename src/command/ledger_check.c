/* SPDX-License-Identifier: Apache-2.0 */
#include "command/ledger_check.h"

#include <errno.h>
#include <haiki/verify.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "command/ledger_files.h"
#include "ui/ui.h"

#define HEADS_MAX_BYTES ((size_t)1 << 20)

void checked_cleanup(struct checked *checked)
{
	free(checked->problems);
}

static int __attribute__((format(printf, 3, 4)))
add_problem(struct checked *checked, uint64_t line, const char *format, ...)
{
	struct haiki_ledger_problem *more = reallocarray(checked->problems,
		checked->count + 1, sizeof(*more));
	va_list args;

	if (!more)
		return -ENOMEM;
	checked->problems = more;
	more += checked->count++;
	more->line = line;
	va_start(args, format);
	vsnprintf(more->text, sizeof(more->text), _(format), args);
	va_end(args);
	text_mend(more->text);
	return 0;
}

/* --- the records ----------------------------------------------------------- */

struct comparison {
	struct checked *checked;
	const char *directory;
};

/* The record that a line tells of should be what it was then. Records may be
 * kept elsewhere; one that is here must be right. */
static int check_record(void *opaque, const struct haiki_ledger_head *place,
			const struct haiki_ledger_entry *entry)
{
	struct comparison *c = opaque;
	CLEANUP(free) char *path = NULL;
	char hash[65];

	if (asprintf(&path, "%s/%s", c->directory, entry->file) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	if (strchr(entry->file, '/') || hash_file(path, hash, NULL) < 0 ||
	    !strcmp(hash, entry->record_sha256))
		return 0;
	return add_problem(c->checked, place->sequence + 1,
			   N_("%s is not the record that was entered"),
			   entry->file);
}

static int check_records(struct checked *checked, const char *file,
			 struct haiki_error *err)
{
	CLEANUP(free) char *directory = strdup(file);
	char *slash = directory ? strrchr(directory, '/') : NULL;
	struct comparison comparison = { checked, slash ? directory : "." };
	int r;

	if (slash)
		*slash = '\0';
	r = directory ? haiki_ledger_each(file, check_record, &comparison,
					  err) : -ENOMEM;
	return r == -ENOMEM ? error_errno(err, r, N_("cannot read %s"), file) :
		r;
}

int checked_read(const char *file, struct checked *ret_checked,
		 struct haiki_error *err)
{
	int r = haiki_ledger_check(file, NULL, &ret_checked->head,
				   &ret_checked->problems, &ret_checked->count,
				   err);

	ret_checked->file = file;
	return r < 0 ? r : check_records(ret_checked, file, err);
}

/* --- older heads ----------------------------------------------------------- */

/* Only what the head adds: the rest is known already. */
static int compare_head(struct checked *all, size_t count,
			const struct haiki_ledger_head *older,
			struct haiki_error *err)
{
	for (size_t i = 0; i < count; i++) {
		CLEANUP(checked) struct checked again = { 0 };
		int r;

		if (count > 1 && strcmp(all[i].head.stick_id, older->stick_id))
			continue;
		r = haiki_ledger_check(all[i].file, older, &again.head,
				       &again.problems, &again.count, err);
		if (r < 0)
			return r;
		for (size_t n = 0; n < again.count; n++) {
			bool known = n < all[i].count &&
				!strcmp(all[i].problems[n].text,
					again.problems[n].text);

			if (!known && add_problem(&all[i],
						  again.problems[n].line, "%s",
						  again.problems[n].text) < 0)
				return error_errno(err, -ENOMEM,
						   N_("cannot read the ledger"));
		}
		return 0;
	}
	if (add_problem(&all[0], 1,
			N_("none of these ledgers is the one that the head given belongs to (%s)"),
			older->stick_id) < 0)
		return error_errno(err, -ENOMEM, N_("cannot read the ledger"));
	return 0;
}

static int compare_text(struct checked *all, size_t count, const char *text,
			struct haiki_error *err)
{
	struct haiki_ledger_head older;
	int r = haiki_ledger_head_parse(text, &older, err);

	return r < 0 ? r : compare_head(all, count, &older, err);
}

/* A file that "haiki ledger head" was written to, a line each time. */
static int compare_lines(struct checked *all, size_t count, char *text,
			 struct haiki_error *err)
{
	char *line;
	int r = 0;

	while (r == 0 && (line = strsep(&text, "\r\n")))
		if (*line)
			r = compare_text(all, count, line, err);
	return r;
}

static void verifier_cleanup(struct haiki_verifier **verifier)
{
	haiki_verifier_free(*verifier);
}

/* A signed head: whoever signed it must be trusted, or it proves nothing. */
static int compare_signed(const struct options *options, struct checked *all,
			  size_t count, const char *file,
			  struct haiki_error *err)
{
	/* So that it isn't looked for beside the head. */
	const struct haiki_verify_options verify = {
		.ca_file = options_value(options, "ca"),
		.ledger_file = all[0].file,
	};
	CLEANUP(verifier) struct haiki_verifier *verifier = NULL;
	CLEANUP(free) struct haiki_report *report = calloc(1, sizeof(*report));
	int r = report ? haiki_verifier_new(&verify, &verifier, err) : -ENOMEM;

	if (r == 0)
		r = haiki_verifier_judge(verifier, file, report, err);
	if (r < 0)
		return r;
	if (!report->head[0])
		return add_problem(&all[0], 1,
				   N_("%s is no signed head of a ledger"),
				   file);
	for (size_t i = 0; !report->genuine && i < report->problems_count; i++)
		if (add_problem(&all[0], 1, N_("the signed head %s: %s"), file,
				report->problems[i].text) < 0)
			return -ENOMEM;
	return compare_text(all, count, report->head, err);
}

int checked_compare(const struct options *options, struct checked *all,
		    size_t count, const char *head, struct haiki_error *err)
{
	CLEANUP(free) char *text = NULL;
	size_t length = 0;
	int r;

	/* The text itself is never the name of a file here. */
	if (access(head, F_OK) < 0)
		return compare_text(all, count, head, err);
	r = file_load(head, HEADS_MAX_BYTES, &text, &length, err);
	if (r < 0)
		return r;
	return text[0] == '{' ?
		compare_signed(options, all, count, head, err) :
		compare_lines(all, count, text, err);
}

/* --- check ----------------------------------------------------------------- */

json_t *checked_json(const struct checked *c)
{
	CLEANUP(json) json_t *problems = json_array();
	char head[HAIKI_LEDGER_HEAD_TEXT];

	for (size_t i = 0; i < c->count; i++)
		json_array_append_new(problems, json_pack("{s:I, s:s}",
			"line", (json_int_t)c->problems[i].line,
			"text", c->problems[i].text));
	haiki_ledger_head_format(&c->head, head);
	return json_pack("{s:s, s:s, s:I, s:s, s:s, s:O}", "file", c->file,
			 "stick_id", c->head.stick_id,
			 "sequence", (json_int_t)c->head.sequence,
			 "hash", c->head.hash, "head", head,
			 "problems", problems);
}

void checked_print_problems(const struct checked *c)
{
	char line[400];

	for (size_t i = 0; i < c->count; i++) {
		snprintf(line, sizeof(line), _("line %" PRIu64 ": %s"),
			 c->problems[i].line, c->problems[i].text);
		ui_wrap(stdout, ui_safe(line), 2);
	}
}

static int print_json(const struct checked *all, size_t count)
{
	CLEANUP(json) json_t *json = count == 1 ? checked_json(&all[0]) :
		json_array();

	for (size_t i = 0; count > 1 && i < count; i++)
		json_array_append_new(json, checked_json(&all[i]));
	if (!json || json_dumpf(json, stdout, JSON_INDENT(2)) < 0)
		return EXIT_SURROUNDINGS;
	putchar('\n');
	return EXIT_CONFORMING;
}

static void print_checked(const struct checked *c)
{
	checked_print_problems(c);
	printf(c->count ? _("%s: %" PRIu64 " records, %zu problems\n") :
	       _("%s: %" PRIu64 " records, in order\n"), ui_safe(c->file),
	       c->head.sequence, c->count);
}

struct checks {
	struct checked *all;
	size_t count;
};

static void checks_cleanup(struct checks *checks)
{
	for (size_t i = 0; i < checks->count; i++)
		checked_cleanup(&checks->all[i]);
	free(checks->all);
}

static int read_all(const struct ledger_files *files, struct checks *checks,
		    struct haiki_error *err)
{
	int r = 0;

	checks->all = calloc(files->count, sizeof(*checks->all));
	if (!checks->all)
		return error_errno(err, -ENOMEM, N_("cannot read the ledger"));
	checks->count = files->count;
	for (size_t i = 0; r == 0 && i < files->count; i++)
		r = checked_read(files->files[i], &checks->all[i], err);
	return r;
}

static void ledgers_cleanup(struct haiki_ledgers *ledgers)
{
	haiki_ledgers_cleanup(ledgers);
}

/* Copies that contradict each other; what is wrong with each alone is known. */
static int compare_copies(const struct ledger_files *files,
			  struct checks *checks, struct haiki_error *err)
{
	CLEANUP(ledgers) struct haiki_ledgers all = { 0 };
	int r = files->count > 1 ?
		haiki_ledgers_merge((const char *const *)files->files,
				    files->count, &all, err) : 0;

	for (size_t i = 0; r == 0 && i < all.conflicts_count; i++)
		for (size_t n = 0; r == 0 && n < checks->count; n++) {
			struct checked *c = &checks->all[n];

			if (c->count ||
			    strcmp(c->file, all.conflicts[i].file))
				continue;
			r = add_problem(c, all.conflicts[i].line, "%s",
					all.conflicts[i].text);
		}
	return r;
}

int ledger_check(const struct options *options, const char *const *arguments,
		 size_t count)
{
	CLEANUP(ledger_files) struct ledger_files files = { 0 };
	CLEANUP(checks) struct checks checks = { 0 };
	const char *const *heads;
	size_t heads_count = options_list(options, "head", &heads);
	struct haiki_error err = { 0 };
	int code = EXIT_CONFORMING, r;

	r = ledger_files_find(&files, options, arguments, count, false, &err);
	if (r == 0)
		r = read_all(&files, &checks, &err);
	if (r == 0)
		r = compare_copies(&files, &checks, &err);
	for (size_t i = 0; r == 0 && i < heads_count; i++)
		r = checked_compare(options, checks.all, checks.count,
				    heads[i], &err);
	if (r == -EINVAL)
		return command_fail(EXIT_REFUSED, &err);
	if (r < 0)
		return ledger_unreadable(r, &err);
	if (options_flag(options, "json"))
		code = print_json(checks.all, checks.count);
	for (size_t i = 0; i < checks.count; i++) {
		if (!options_flag(options, "json"))
			print_checked(&checks.all[i]);
		if (code == EXIT_CONFORMING && checks.all[i].count)
			code = EXIT_NOT_ACCEPTED;
	}
	return code;
}
