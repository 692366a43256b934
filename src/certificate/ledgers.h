/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_LEDGERS_H
#define CERTIFICATE_LEDGERS_H

#include <haiki/error.h>
#include "ledger/ledger.h"

/*
 * The ledgers that records are looked up in. Records of one folder come one
 * after the other, so that only the last few are kept; each is read by one
 * thread and used by all.
 */
struct ledgers;

struct ledgers *ledgers_new(void);
void ledgers_free(struct ledgers *ledgers);

/* Given back by ledgers_put(). Errors as of ledger_index_load(). */
int ledgers_get(struct ledgers *ledgers, const char *file,
		const struct ledger_index **ret_index, struct haiki_error *err);
void ledgers_put(struct ledgers *ledgers, const struct ledger_index *index);

#endif
