/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_LEDGER_CHECK_H
#define COMMAND_LEDGER_CHECK_H

#include <haiki/ledger.h>
#include <jansson.h>
#include "command/command.h"

/* A ledger that was read whole. Begins zeroed; `file` is borrowed. */
struct checked {
	const char *file;
	struct haiki_ledger_head head;
	struct haiki_ledger_problem *problems;
	size_t count;
};

/* The chain, and the records that lie beside it. */
int checked_read(const char *file, struct checked *ret_checked,
		 struct haiki_error *err);
void checked_cleanup(struct checked *checked);

/* Against an older head: its text, a file of such lines, or a signed one. What
 * is wrong is added to the problems of the ledger that it belongs to. */
int checked_compare(const struct options *options, struct checked *all,
		    size_t count, const char *head, struct haiki_error *err);

void checked_print_problems(const struct checked *checked);
json_t *checked_json(const struct checked *checked);

#endif
