/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_LEDGER_FILES_H
#define COMMAND_LEDGER_FILES_H

#include <haiki/ledger.h>
#include "command/command.h"

/* The ledgers that a command line names; begins zeroed. */
struct ledger_files {
	char **files;
	size_t count;
};

/*
 * `arguments` (or --ledger, --out, the current folder): a file is a ledger, a
 * folder has ledger.jsonl or, of a register, chain-*.jsonl. With `deep` also
 * the folders in it, which may then have none. -ENOENT.
 */
int ledger_files_find(struct ledger_files *files,
		      const struct options *options,
		      const char *const *arguments, size_t count, bool deep,
		      struct haiki_error *err);
void ledger_files_cleanup(struct ledger_files *files);

/* The exit code for a ledger that can't be read. */
int ledger_unreadable(int r, const struct haiki_error *err);

/* "chain-STICK.jsonl" of a register's folder; the caller frees. */
char *ledger_chain_name(const char *directory, const char *stick_id);

/* One action each; `arguments` are what follows it. */
int ledger_check(const struct options *options, const char *const *arguments,
		 size_t count);
int ledger_head(const struct options *options, const char *const *arguments,
		size_t count);
int ledger_show(const struct options *options, const char *const *arguments,
		size_t count);
int ledger_export(const struct options *options, const char *const *arguments,
		  size_t count);
int ledger_merge(const struct options *options, const char *const *arguments,
		 size_t count);

/* What is wrong with ledgers, as merging them finds it; the exit code. */
int ledger_tell_conflicts(const struct haiki_ledgers *ledgers);

/*
 * For the end of a session: shows the head of the ledger in `directory`, on a
 * terminal with its QR code, and says what to do with it.
 */
void ledger_show_head(FILE *f, const char *directory);

#endif
