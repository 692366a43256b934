/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"

#include <errno.h>
#include <haiki/ledger.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "ui/ui.h"
#include "ui/words.h"

extern const struct command command_ledger;

static const struct option_spec ledger_options[] = {
	{ "ledger", OPTION_VALUE, "FILE", N_("the ledger"), false },
	{ "out", OPTION_VALUE, "DIR",
	  N_("the folder of records that it lies in (default: this one)"),
	  false },
	{ "head", OPTION_VALUE, "HEAD",
	  N_("check: an older head, as 'haiki ledger head' printed it; shows what is missing since"),
	  false },
	{ "json", OPTION_FLAG, NULL, N_("print JSON, for programs"), false },
	{ "csv", OPTION_FLAG, NULL,
	  N_("export: the asset register's columns (the default)"), false },
	{ 0 },
};

/* What was given may be the file, or the folder that it lies in. */
static char *find_ledger(const struct options *options,
			 const char *argument)
{
	const char *given = argument ? argument :
		options_value(options, "ledger") ?
		options_value(options, "ledger") :
		options_value(options, "out") ?
		options_value(options, "out") : ".";
	struct stat st;
	char *path = NULL;

	if (stat(given, &st) < 0 || !S_ISDIR(st.st_mode))
		return strdup(given);
	return asprintf(&path, "%s/ledger.jsonl", given) < 0 ? NULL : path;
}

static int unreadable(int r, const struct haiki_error *err)
{
	return command_fail(r == -ENOENT ? EXIT_REFUSED : EXIT_SURROUNDINGS,
			    err);
}

/* --- check and head -------------------------------------------------------- */

struct checked {
	struct haiki_ledger_head head;
	struct haiki_ledger_problem *problems;
	size_t count;
};

static void checked_cleanup(struct checked *checked)
{
	free(checked->problems);
}

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
	struct haiki_ledger_problem *more;
	char hash[65];

	if (asprintf(&path, "%s/%s", c->directory, entry->file) < 0) {
		path = NULL;
		return -ENOMEM;
	}
	if (strchr(entry->file, '/') || hash_file(path, hash, NULL) < 0 ||
	    !strcmp(hash, entry->record_sha256))
		return 0;
	more = reallocarray(c->checked->problems, c->checked->count + 1,
			    sizeof(*more));
	if (!more)
		return -ENOMEM;
	c->checked->problems = more;
	more += c->checked->count++;
	more->line = place->sequence + 1;
	snprintf(more->text, sizeof(more->text),
		 _("%s is not the record that was entered"), entry->file);
	return 0;
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

static int check_file(const struct options *options, const char *file,
		      struct checked *ret_checked)
{
	const char *text = options_value(options, "head");
	struct haiki_ledger_head older;
	struct haiki_error err = { 0 };
	int r;

	if (text && haiki_ledger_head_parse(text, &older, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	r = haiki_ledger_check(file, text ? &older : NULL, &ret_checked->head,
			       &ret_checked->problems, &ret_checked->count,
			       &err);
	if (r == 0)
		r = check_records(ret_checked, file, &err);
	return r < 0 ? unreadable(r, &err) : EXIT_CONFORMING;
}

static int print_json(const json_t *json)
{
	if (!json || json_dumpf(json, stdout, JSON_INDENT(2)) < 0)
		return EXIT_SURROUNDINGS;
	putchar('\n');
	return EXIT_CONFORMING;
}

static int print_checked_json(const struct checked *c)
{
	CLEANUP(json) json_t *problems = json_array();
	CLEANUP(json) json_t *json = NULL;
	char head[HAIKI_LEDGER_HEAD_TEXT];

	for (size_t i = 0; i < c->count; i++)
		json_array_append_new(problems, json_pack("{s:I, s:s}",
			"line", (json_int_t)c->problems[i].line,
			"text", c->problems[i].text));
	haiki_ledger_head_format(&c->head, head);
	json = json_pack("{s:s, s:I, s:s, s:s, s:O}",
			 "stick_id", c->head.stick_id,
			 "sequence", (json_int_t)c->head.sequence,
			 "hash", c->head.hash, "head", head,
			 "problems", problems);
	return print_json(json);
}

static void print_problems(const struct checked *c)
{
	char line[400];

	for (size_t i = 0; i < c->count; i++) {
		snprintf(line, sizeof(line), _("line %" PRIu64 ": %s"),
			 c->problems[i].line, c->problems[i].text);
		ui_wrap(stdout, ui_safe(line), 2);
	}
}

static int run_check(const struct options *options, const char *file)
{
	CLEANUP(checked) struct checked c = { 0 };
	int code = check_file(options, file, &c);

	if (code != EXIT_CONFORMING)
		return code;
	if (options_flag(options, "json")) {
		code = print_checked_json(&c);
	} else {
		print_problems(&c);
		printf(c.count ?
		       _("%s: %" PRIu64 " records, %zu problems\n") :
		       _("%s: %" PRIu64 " records, in order\n"),
		       ui_safe(file), c.head.sequence, c.count);
	}
	if (code == EXIT_CONFORMING && c.count)
		return EXIT_NOT_ACCEPTED;
	return code;
}

/* The head of a damaged ledger would vouch for the damage. */
static int run_head(const struct options *options, const char *file)
{
	CLEANUP(checked) struct checked c = { 0 };
	char head[HAIKI_LEDGER_HEAD_TEXT];
	int code = check_file(options, file, &c);

	if (code != EXIT_CONFORMING)
		return code;
	if (c.count) {
		print_problems(&c);
		return EXIT_NOT_ACCEPTED;
	}
	if (options_flag(options, "json"))
		return print_checked_json(&c);
	haiki_ledger_head_format(&c.head, head);
	printf("%s\n", c.head.sequence ? head : _("the ledger is empty"));
	return EXIT_CONFORMING;
}

/* --- show and export ------------------------------------------------------- */

/* A register drawn from a damaged ledger is given, and said to be so. */
static int warn_if_damaged(const struct options *options, const char *file)
{
	CLEANUP(checked) struct checked c = { 0 };
	int code = check_file(options, file, &c);

	if (code == EXIT_CONFORMING && c.count)
		return command_failf(EXIT_NOT_ACCEPTED,
			N_("%s is damaged (\"haiki ledger check\" says where): what follows may be wrong or incomplete"),
			file);
	return code;
}

static void print_cell(const char *text, int columns)
{
	ui_pad(stdout, ui_safe(text ? text : "-"), columns);
	putchar(' ');
}

static void print_heading(void)
{
	printf("%5s ", "");
	print_cell(_("date"), 10);
	print_cell(_("serial number"), 20);
	print_cell(_("asset"), 10);
	print_cell(_("class"), 10);
	print_cell("", 2);
	puts(_("result"));
}

static int print_entry(void *opaque, const struct haiki_ledger_head *place,
		       const struct haiki_ledger_entry *entry)
{
	(void)opaque;
	printf("%5" PRIu64 " ", place->sequence + 1);
	print_cell(entry->date, 10);
	print_cell(entry->serial, 20);
	print_cell(entry->asset, 10);
	print_cell(entry->class_id, 10);
	print_cell(entry->letter, 2);
	puts(ui_safe(ui_word(entry->result)));
	return 0;
}

static int add_json(void *opaque, const struct haiki_ledger_head *place,
		    const struct haiki_ledger_entry *e)
{
	return json_array_append_new(opaque, json_pack(
		"{s:I, s:s, s:s, s:s?, s:s, s:s, s:s, s:s, s:s?, s:s?, s:s,"
		" s:s, s:s, s:s?, s:s, s:s, s:s?, s:b}",
		"sequence", (json_int_t)(place->sequence + 1),
		"stick_id", place->stick_id, "record_type", e->record_type,
		"refers_to", e->refers_to, "date", e->date,
		"certificate_id", e->certificate_id, "file", e->file,
		"serial", e->serial, "model", e->model, "asset", e->asset,
		"policy", e->policy, "class", e->class_id,
		"result", e->result, "letter", e->letter,
		"method", e->method, "finished_at", e->finished_at,
		"operator", e->operator_name, "simulated", e->simulated)) < 0 ?
		-ENOMEM : 0;
}

static int print_entries_json(const char *file)
{
	CLEANUP(json) json_t *array = json_array();
	struct haiki_error err = { 0 };
	int r = haiki_ledger_each(file, add_json, array, &err);

	if (r == -ENOMEM)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	return r < 0 ? unreadable(r, &err) : print_json(array);
}

static int print_entries(const char *file)
{
	struct haiki_error err = { 0 };
	int r;

	print_heading();
	r = haiki_ledger_each(file, print_entry, NULL, &err);

	return r < 0 ? unreadable(r, &err) : EXIT_CONFORMING;
}

static int print_csv(const char *file)
{
	struct haiki_error err = { 0 };
	int r = haiki_ledger_write_csv(file, stdout,
				       !strcmp(ui_language(), "ja"), &err);

	return r < 0 ? unreadable(r, &err) : EXIT_CONFORMING;
}

static int print_with(const struct options *options, const char *file,
		      int (*print)(const char *file))
{
	int damaged = warn_if_damaged(options, file);

	if (damaged != EXIT_CONFORMING && damaged != EXIT_NOT_ACCEPTED)
		return damaged;
	if (options_flag(options, "json"))
		print = print_entries_json;
	return exit_code_worse(print(file), damaged);
}

static int run_show(const struct options *options, const char *file)
{
	return print_with(options, file, print_entries);
}

static int run_export(const struct options *options, const char *file)
{
	return print_with(options, file, print_csv);
}

static int run(const struct options *options)
{
	static const struct {
		const char *name;
		int (*run)(const struct options *options, const char *file);
	} actions[] = {
		{ "show", run_show }, { "check", run_check },
		{ "head", run_head }, { "export", run_export },
	};
	const char *const *arguments;
	size_t count = options_arguments(options, &arguments);
	CLEANUP(free) char *file = NULL;

	for (size_t i = 0; count && count <= 2 && i < ARRAY_SIZE(actions);
	     i++) {
		if (strcmp(arguments[0], actions[i].name))
			continue;
		file = find_ledger(options, count == 2 ? arguments[1] : NULL);
		if (!file)
			return command_failf(EXIT_SURROUNDINGS,
					     N_("out of memory"));
		return actions[i].run(options, file);
	}
	return command_failf(EXIT_REFUSED,
		N_("say what to do: haiki ledger show|check|head|export [FILE-OR-DIR]"));
}

const struct command command_ledger = {
	.name = "ledger",
	.usage = N_("show|check|head|export [FILE-OR-DIR]"),
	.summary = N_("the list of all records of a folder"),
	.description = N_("show: the records. check: whether lines were altered, removed or put in another order; with an older head also whether the end is missing. head: one line of text that stands for all records so far; keep it elsewhere. export: the asset register as CSV, or with --json."),
	.options = ledger_options,
	.run = run,
};
