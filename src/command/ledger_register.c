/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger as a table: on the screen, as CSV, as JSON. */
#include "command/ledger_register.h"

#include <errno.h>
#include <haiki/ledger.h>
#include <haiki/policy.h>
#include <haiki/record.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "command/ledger_files.h"
#include "ui/ui.h"
#include "ui/words.h"

/* --- CSV ------------------------------------------------------------------- */

/* The built-in policies that lines name; others keep their ids. */
#define POLICIES 16

struct rules {
	struct haiki_policy *policies[POLICIES];
	size_t count;
};

static void rules_cleanup(struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		haiki_policy_free(rules->policies[i]);
}

static void rules_load(struct rules *rules)
{
	const char *const *ids = haiki_policy_builtin();

	for (; ids[rules->count] && rules->count < POLICIES; rules->count++)
		if (haiki_policy_load(ids[rules->count],
				      &rules->policies[rules->count],
				      NULL) < 0)
			break;
}

static const struct haiki_policy *rules_find(const struct rules *rules,
					     const char *id)
{
	for (size_t i = 0; i < rules->count; i++)
		if (!strcmp(haiki_policy_id(rules->policies[i]), id))
			return rules->policies[i];
	return NULL;
}

static const char *policy_words(const struct haiki_policy *policy,
				const char *key, const char *value,
				bool japanese)
{
	const struct haiki_class *cls;

	if (!strcmp(key, "policy"))
		return japanese ? haiki_policy_name(policy) :
			haiki_policy_name_en(policy);
	if (haiki_policy_find_class(policy, value, &cls, NULL) < 0)
		return value;
	return japanese ? cls->name : cls->name_en;
}

static const char *word_of(void *opaque, const char *key, const char *value,
			   const char *policy_id)
{
	const struct haiki_policy *policy = rules_find(opaque, policy_id);
	bool japanese = !strcmp(ui_language(), "ja");

	if (policy && (!strcmp(key, "policy") || !strcmp(key, "class")))
		return policy_words(policy, key, value, japanese);
	/* Of a hand-over it's that; of a destruction the operator's words. */
	if (!strcmp(key, "method") && strcmp(value, "handover") != 0)
		return haiki_method_in_words(value, japanese);
	if (!strcmp(key, "method") || !strcmp(key, "result") ||
	    !strcmp(key, "record_type"))
		return ui_word(value);
	return value;
}

int register_write_csv(const struct options *options, const char *const *files,
		       size_t count, FILE *f, struct haiki_error *err)
{
	CLEANUP(free) struct haiki_ledger_column *columns = NULL;
	CLEANUP(rules) struct rules rules = { 0 };
	struct haiki_ledger_register reg = {
		.files = files, .files_count = count,
		.japanese = !strcmp(ui_language(), "ja"), .word = word_of,
		.opaque = &rules,
	};
	int r = haiki_ledger_columns(options_value(options, "columns"),
				     &columns, &reg.columns_count, err);

	rules_load(&rules);
	reg.columns = columns;
	return r < 0 ? r : haiki_ledger_write_csv(&reg, f, err);
}

/* --- JSON ------------------------------------------------------------------ */

static int add_json(void *opaque, const struct haiki_ledger_head *place,
		    const struct haiki_ledger_entry *e)
{
	return json_array_append_new(opaque, json_pack(
		"{s:I, s:s, s:s, s:s?, s:s, s:s, s:s, s:s, s:s?, s:s?, s:s,"
		" s:s, s:s, s:s?, s:s, s:s, s:s?, s:b, s:s, s:s}",
		"sequence", (json_int_t)(place->sequence + 1),
		"stick_id", place->stick_id, "record_type", e->record_type,
		"refers_to", e->refers_to, "date", e->date,
		"certificate_id", e->certificate_id, "file", e->file,
		"serial", e->serial, "model", e->model, "asset", e->asset,
		"policy", e->policy, "class", e->class_id,
		"result", e->result, "letter", e->letter,
		"method", e->method, "finished_at", e->finished_at,
		"operator", e->operator_name, "simulated", e->simulated,
		"record_sha256", e->record_sha256,
		"previous", place->hash)) < 0 ? -ENOMEM : 0;
}

static int write_json(const char *const *files, size_t count, FILE *f,
		      struct haiki_error *err)
{
	CLEANUP(json) json_t *array = json_array();
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++)
		r = haiki_ledger_each(files[i], add_json, array, err);
	if (r == -ENOMEM)
		return error_errno(err, r, N_("cannot read the ledger"));
	if (r == 0 && (json_dumpf(array, f, JSON_INDENT(2)) < 0 ||
		       putc('\n', f) == EOF))
		return error_errno(err, -EIO, N_("cannot write the register"));
	return r;
}

/* --- on the screen --------------------------------------------------------- */

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
	bool *training = opaque;

	*training |= entry->simulated;
	printf("%5" PRIu64 "%c", place->sequence + 1,
	       entry->simulated ? '*' : ' ');
	print_cell(entry->date, 10);
	print_cell(entry->serial, 20);
	print_cell(entry->asset, 10);
	print_cell(entry->class_id, 10);
	print_cell(entry->letter, 2);
	puts(ui_safe(ui_word(entry->result)));
	return 0;
}

static int print_table(const char *const *files, size_t count,
		       struct haiki_error *err)
{
	bool training = false;
	int r = 0;

	print_heading();
	for (size_t i = 0; r == 0 && i < count; i++)
		r = haiki_ledger_each(files[i], print_entry, &training, err);
	if (training) {
		fputs("\n* ", stdout);
		ui_wrap(stdout, _("made on a practice drive: worth nothing outside training"),
			2);
	}
	return r;
}

/* --- show and export ------------------------------------------------------- */

static void ledgers_cleanup(struct haiki_ledgers *ledgers)
{
	haiki_ledgers_cleanup(ledgers);
}

/* A register drawn from a damaged ledger is given, and said to be so. */
static int warn(const struct haiki_ledgers *all)
{
	if (!all->conflicts_count)
		return EXIT_CONFORMING;
	return command_failf(EXIT_NOT_ACCEPTED,
		N_("%s is damaged (\"haiki ledger check\" says where): what follows may be wrong or incomplete"),
		all->conflicts[0].file);
}

/* Of copies of one ledger the longest; of a damaged one what can be read. */
static size_t choose(const struct ledger_files *files,
		     const struct haiki_ledgers *all, const char **ret_files)
{
	size_t count = 0;

	for (size_t i = 0; i < files->count; i++) {
		bool wanted = false;

		for (size_t c = 0; c < all->chains_count; c++)
			wanted |= !strcmp(all->chains[c].file,
					  files->files[i]);
		for (size_t c = 0; c < all->conflicts_count; c++)
			wanted |= !strcmp(all->conflicts[c].file,
					  files->files[i]);
		if (wanted || files->count == 1)
			ret_files[count++] = files->files[i];
	}
	return count;
}

static int write_as(const struct options *options, const char *const *files,
		    size_t count, bool table, struct haiki_error *err)
{
	if (options_flag(options, "json"))
		return write_json(files, count, stdout, err);
	if (table)
		return print_table(files, count, err);
	return register_write_csv(options, files, count, stdout, err);
}

static int run(const struct options *options, const char *const *arguments,
	       size_t count, bool table)
{
	CLEANUP(ledger_files) struct ledger_files files = { 0 };
	CLEANUP(ledgers) struct haiki_ledgers all = { 0 };
	CLEANUP(free) const char **chosen = NULL;
	struct haiki_error err = { 0 };
	int damaged, r = ledger_files_find(&files, options, arguments, count,
					   false, &err);

	if (r == 0)
		r = haiki_ledgers_merge((const char *const *)files.files,
					files.count, &all, &err);
	if (r < 0)
		return ledger_unreadable(r, &err);
	chosen = calloc(files.count + 1, sizeof(*chosen));
	if (!chosen)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	damaged = warn(&all);
	r = write_as(options, chosen, choose(&files, &all, chosen), table,
		     &err);
	if (r == -EINVAL)
		return command_fail(EXIT_REFUSED, &err);
	return r < 0 ? ledger_unreadable(r, &err) : damaged;
}

int ledger_show(const struct options *options, const char *const *arguments,
		size_t count)
{
	return run(options, arguments, count, true);
}

int ledger_export(const struct options *options, const char *const *arguments,
		  size_t count)
{
	return run(options, arguments, count, false);
}
