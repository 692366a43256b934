/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_TARGETS_H
#define COMMAND_TARGETS_H

#include <haiki/job.h>

/*
 * Whether the drive at `index` may be offered for erasing, by its plan and
 * beside the others of one run: 0; or -EPERM with *err saying why not (in use,
 * no serial number to confirm it by, two that tell the same one ...).
 */
int target_check(const struct haiki_drive *drives, size_t count, size_t index,
		 const struct haiki_job_plan *plan, struct haiki_error *err);

#endif
