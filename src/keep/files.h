/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEP_FILES_H
#define KEEP_FILES_H

#include <stdbool.h>

#define FILES_LEDGER "ledger.jsonl"
/* What was sent over the network, and how the server answered. */
#define FILES_SENT "sent.journal"
/* One that was damaged. */
#define FILES_SENT_TORN "sent.journal.torn"

/* What may lie in a folder for records, in the order in which it's copied
 * elsewhere: there, too, no record is ever without its signature, and nothing
 * stands in the ledger that isn't there. */
enum files_turn {
	FILES_BESIDE = 0,         /* signatures, PDFs, transcripts */
	FILES_RECORDS,
	FILES_ENTERED,            /* the ledger */
	FILES_NEVER,              /* not ours, half-written, or the secret key */
};

enum files_turn files_turn(const char *name);

/* Of those in OUT/journal. */
bool files_is_journal(const char *name);

/* A file that never changes once it's there. */
bool files_is_final(const char *name);

#endif
