/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many sticks' ledgers in one register. Every chain stays what it is: the
 * register's folder has a copy of each, and a table of all.
 */
#include "command/ledger_files.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "command/ledger_register.h"
#include "ui/ui.h"

#define LEDGER_MAX ((size_t)1 << 30)

static void ledgers_cleanup(struct haiki_ledgers *ledgers)
{
	haiki_ledgers_cleanup(ledgers);
}

int ledger_tell_conflicts(const struct haiki_ledgers *ledgers)
{
	for (size_t i = 0; i < ledgers->conflicts_count; i++) {
		const struct haiki_ledger_conflict *c = &ledgers->conflicts[i];
		char line[5120];

		snprintf(line, sizeof(line), _("%s, line %" PRIu64 ": %s"),
			 c->file, c->line, c->text);
		ui_wrap(stdout, ui_safe(line), 2);
	}
	return ledgers->conflicts_count ? EXIT_NOT_ACCEPTED : EXIT_CONFORMING;
}

/* --- the register's folder ------------------------------------------------- */

/* What was merged before is taken in again. */
static int find_all(const struct options *options,
		    const char *const *arguments, size_t count,
		    const char *directory, struct ledger_files *ret_files,
		    struct haiki_error *err)
{
	struct haiki_error none = { 0 };
	int r = ledger_files_find(ret_files, options, arguments, count, true,
				  err);
	int before = r == 0 && directory ?
		ledger_files_find(ret_files, options, &directory, 1, false,
				  &none) : 0;

	if (r == 0 && before < 0 && before != -ENOENT) {
		*err = none;
		return before;
	}
	return r;
}

static int copy_chain(const char *directory,
		      const struct haiki_ledger_chain *chain,
		      struct haiki_error *err)
{
	CLEANUP(free) char *to = ledger_chain_name(directory,
						   chain->head.stick_id);
	CLEANUP(free) char *bytes = NULL;
	size_t length = 0;
	int r;

	if (!to)
		return error_errno(err, -ENOMEM, N_("cannot write %s"),
				   directory);
	if (!strcmp(to, chain->file))
		return 0;
	r = file_load(chain->file, LEDGER_MAX, &bytes, &length, err);
	return r < 0 ? r : file_write(to, bytes, length, 0644, false, err);
}

static int write_table(const struct options *options, const char *directory,
		       const char *const *files, size_t count,
		       struct haiki_error *err)
{
	CLEANUP(free) char *path = NULL;
	struct file_stream *stream = NULL;
	int r;

	if (asprintf(&path, "%s/register.csv", directory) < 0) {
		path = NULL;
		return error_errno(err, -ENOMEM, N_("cannot write %s"),
				   directory);
	}
	r = file_stream_new(path, &stream, err);
	if (r < 0)
		return r;
	r = register_write_csv(options, files, count, file_stream_file(stream),
			       err);
	if (r == 0)
		r = file_stream_finish(stream, 0644, err);
	file_stream_free(stream);
	return r;
}

static int write_register(const struct options *options,
			  const char *directory,
			  const struct haiki_ledgers *all,
			  struct haiki_error *err)
{
	CLEANUP(free) const char **files = calloc(all->chains_count + 1,
						  sizeof(*files));
	size_t count = 0;
	int r = files ? file_make_directory(directory, err) :
		error_errno(err, -ENOMEM, N_("cannot write %s"), directory);

	for (size_t i = 0; r == 0 && i < all->chains_count; i++) {
		const struct haiki_ledger_chain *chain = &all->chains[i];

		if (chain->forked)
			continue;
		files[count++] = chain->file;
		r = copy_chain(directory, chain, err);
	}
	return r < 0 ? r : write_table(options, directory, files, count, err);
}

/* --- what it came to ------------------------------------------------------- */

static void print_chains(const struct haiki_ledgers *all)
{
	for (size_t i = 0; i < all->chains_count; i++) {
		const struct haiki_ledger_chain *c = &all->chains[i];

		printf("%s  ", c->head.stick_id);
		printf(c->forked ? _("%6" PRIu64 " records  CONTRADICTORY, not taken in: ") :
		       _("%6" PRIu64 " records  "), c->head.sequence);
		ui_wrap(stdout, ui_safe(c->file), 4);
	}
}

static int print_json(const struct haiki_ledgers *all)
{
	CLEANUP(json) json_t *chains = json_array();
	CLEANUP(json) json_t *conflicts = json_array();
	CLEANUP(json) json_t *json = NULL;

	for (size_t i = 0; i < all->chains_count; i++) {
		const struct haiki_ledger_chain *c = &all->chains[i];
		char head[HAIKI_LEDGER_HEAD_TEXT];

		haiki_ledger_head_format(&c->head, head);
		json_array_append_new(chains, json_pack(
			"{s:s, s:I, s:s, s:s, s:I, s:b}",
			"stick_id", c->head.stick_id,
			"sequence", (json_int_t)c->head.sequence, "head", head,
			"file", c->file, "copies", (json_int_t)c->copies,
			"forked", c->forked));
	}
	for (size_t i = 0; i < all->conflicts_count; i++)
		json_array_append_new(conflicts, json_pack("{s:s, s:I, s:s}",
			"file", all->conflicts[i].file,
			"line", (json_int_t)all->conflicts[i].line,
			"text", all->conflicts[i].text));
	json = json_pack("{s:O, s:O}", "ledgers", chains, "problems",
			 conflicts);
	if (!json || json_dumpf(json, stdout, JSON_INDENT(2)) < 0)
		return EXIT_SURROUNDINGS;
	putchar('\n');
	return all->conflicts_count ? EXIT_NOT_ACCEPTED : EXIT_CONFORMING;
}

int ledger_merge(const struct options *options, const char *const *arguments,
		 size_t count)
{
	const char *directory = options_value(options, "out");
	CLEANUP(ledger_files) struct ledger_files files = { 0 };
	CLEANUP(ledgers) struct haiki_ledgers all = { 0 };
	struct haiki_error err = { 0 };
	int r;

	if (!count)
		return command_failf(EXIT_REFUSED,
			N_("which ledgers? haiki ledger merge LEDGER-OR-DIR... --out DIR"));
	r = find_all(options, arguments, count, directory, &files, &err);
	if (r == 0)
		r = haiki_ledgers_merge((const char *const *)files.files,
					files.count, &all, &err);
	if (r < 0)
		return ledger_unreadable(r, &err);
	if (directory && write_register(options, directory, &all, &err) < 0)
		return command_fail(EXIT_SURROUNDINGS, &err);
	if (options_flag(options, "json"))
		return print_json(&all);
	print_chains(&all);
	return ledger_tell_conflicts(&all);
}
