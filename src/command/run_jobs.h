/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_RUN_JOBS_H
#define COMMAND_RUN_JOBS_H

#include <haiki/job.h>
#include "command/command.h"
#include "ui/progress.h"

/* --progress, or what suits where the output goes; an exit code. */
int run_jobs_mode(const struct options *options, enum progress_mode *ret_mode);

/* Runs the targets with progress and signals (attend.h); the exit code of
 * them all. */
int run_jobs(struct haiki_host *host, const struct haiki_job_options *options,
	     struct haiki_job_target *targets, size_t count, unsigned jobs,
	     enum progress_mode mode);

/* How one drive ended, as an exit code. */
int run_jobs_code(const struct haiki_job_target *target);

/* --thaw: suspends and resumes the machine if one of the drives is frozen. */
int run_jobs_thaw(struct haiki_host *host, const char *const *paths,
		  size_t count);

#endif
