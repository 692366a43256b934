/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_CONFIRM_H
#define UI_CONFIRM_H

#include <haiki/job.h>

/*
 * Shows what is about to be destroyed (model, size, what is on it, the class)
 * and asks for the last characters of its serial number. True only if they
 * were typed exactly; anything else, also an empty line, leaves the drive out.
 */
bool ui_confirm(const struct haiki_drive *drive,
		const struct haiki_job_options *options,
		const struct haiki_job_plan *plan);

#endif
