/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "command/ledger_files.h"

extern const struct command command_ledger;

static const struct option_spec ledger_options[] = {
	{ "ledger", OPTION_VALUE, "FILE", N_("the ledger"), false },
	{ "out", OPTION_VALUE, "DIR",
	  N_("the folder of records that it lies in (default: this one); merge: the folder of the register"),
	  false },
	{ "head", OPTION_LIST, "HEAD|FILE",
	  N_("check: an older head, as 'haiki ledger head' printed it, a file of such lines, or a signed one; shows what is missing since"),
	  false },
	{ "ca", OPTION_VALUE, "FILE",
	  N_("check: authority whose certificates are trusted, for a signed head (default: /etc/haiki/ca.crt)"),
	  false },
	{ "qr", OPTION_FLAG, NULL,
	  N_("head: also as a QR code (on a terminal always)"), false },
	{ "sign", OPTION_FLAG, NULL,
	  N_("head: sign it with --key and --cert"), false },
	{ "role", OPTION_VALUE, "ROLE",
	  N_("head: in which role (default: witness)"), false },
	{ "key", OPTION_VALUE, "FILE|pkcs11:...",
	  N_("head: private key that signs it"), false },
	{ "cert", OPTION_VALUE, "FILE", N_("its certificate"), false },
	{ "passphrase-file", OPTION_VALUE, "FILE",
	  N_("file with the key's passphrase (default: asked for)"), false },
	{ "columns", OPTION_VALUE, "LIST",
	  N_("export, merge: the register's columns, e.g. date,operator,asset=Asset,=Remarks"),
	  false },
	{ "json", OPTION_FLAG, NULL, N_("print JSON, for programs"), false },
	{ "csv", OPTION_FLAG, NULL,
	  N_("export: the asset register's columns (the default)"), false },
	{ 0 },
};

/* Whoever wants a file has named it by --out, and would get none. */
static bool is_named_twice(const struct options *options, const char *action,
			   size_t count)
{
	return count && strcmp(action, "merge") != 0 &&
		(options_value(options, "out") ||
		 options_value(options, "ledger"));
}

static int run(const struct options *options)
{
	static const struct {
		const char *name;
		int (*run)(const struct options *options,
			   const char *const *arguments, size_t count);
	} actions[] = {
		{ "show", ledger_show }, { "check", ledger_check },
		{ "head", ledger_head }, { "export", ledger_export },
		{ "merge", ledger_merge },
	};
	const char *const *arguments;
	size_t count = options_arguments(options, &arguments);

	if (count && is_named_twice(options, arguments[0], count - 1))
		return command_failf(EXIT_REFUSED,
			N_("the ledger is named twice: leave out --out and --ledger. What is printed goes into a file with \"> FILE\""));
	for (size_t i = 0; count && i < ARRAY_SIZE(actions); i++)
		if (!strcmp(arguments[0], actions[i].name))
			return actions[i].run(options, arguments + 1,
					      count - 1);
	return command_failf(EXIT_REFUSED,
		N_("say what to do: haiki ledger show|check|head|export|merge [FILE-OR-DIR...]"));
}

const struct command command_ledger = {
	.name = "ledger",
	.usage = N_("show|check|head|export|merge [FILE-OR-DIR...]"),
	.summary = N_("the list of all records of a folder"),
	.description = N_("show: the records. check: whether lines were altered, removed or put in another order; with an older head also whether the end is missing. head: one line of text that stands for all records so far; keep it elsewhere. export: the asset register as CSV, or with --json. merge: many sticks' ledgers in one register; each stays what it is."),
	.options = ledger_options,
	.run = run,
};
