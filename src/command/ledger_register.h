/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_LEDGER_REGISTER_H
#define COMMAND_LEDGER_REGISTER_H

#include <haiki/error.h>
#include <stdio.h>
#include "command/command.h"

/* The asset register of these ledgers, with the columns that the options ask
 * for, in the operator's language. */
int register_write_csv(const struct options *options, const char *const *files,
		       size_t count, FILE *f, struct haiki_error *err);

#endif
