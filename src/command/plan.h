/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_PLAN_H
#define COMMAND_PLAN_H

#include <haiki/job.h>

/* Shows the plan of every drive, for people or as JSON; an exit code: refused
 * if one of them would be. */
int plan_show(const struct haiki_drive *drives, size_t count,
	      const struct haiki_job_options *options, bool as_json);
/* One drive's plan for people, on standard output. */
void plan_print(const struct haiki_drive *drive,
		const struct haiki_job_options *options,
		const struct haiki_job_plan *plan);

#endif
