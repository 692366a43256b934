/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_NOTES_H
#define BASE_NOTES_H

#include <inttypes.h>

/*
 * Notes of a transcript that a verifier compares with the record: whoever
 * writes them and whoever reads them uses these.
 */

/* path, driver, serial number */
#define NOTE_DRIVE "drive "
#define NOTE_SERIAL "), serial number "
#define NOTE_DRIVE_FORMAT NOTE_DRIVE "%s (%s" NOTE_SERIAL "%s"

/* blocks read, mismatches, unreadable, markers left */
#define NOTE_PROOF_FORMAT "proof: %" PRIu64 " blocks read, %" PRIu64 \
	" mismatches, %" PRIu64 " unreadable, %" PRIu64 " markers left"
#define NOTE_PROOF_SCAN "proof: %" SCNu64 " blocks read, %" SCNu64 \
	" mismatches, %" SCNu64 " unreadable, %" SCNu64 " markers left"

#endif
