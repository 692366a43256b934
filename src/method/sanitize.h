/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METHOD_SANITIZE_H
#define METHOD_SANITIZE_H

#include "method/method.h"

/*
 * What the sanitize and format methods of all three command sets write into
 * the journal under "operation":
 *   "starting"  synced before the command; nothing was running
 *   "started"   the drive accepted it, or was seen running it
 *   "adopted"   someone else's was running
 *   "ended"     it was seen to have ended
 * An operation survives a power cut; after one, "starting" or "started" and a
 * running operation mean that it is this job's own.
 */
#define OPERATION_KEY "operation"

int operation_keep(struct method_run *run, const char *value,
		   struct haiki_error *err);
/* True if a running operation is this job's, by the journal. */
bool operation_is_ours(const struct method_run *run);

#endif
