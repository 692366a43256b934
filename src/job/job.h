/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOB_JOB_H
#define JOB_JOB_H

#include <haiki/job.h>
#include <stdatomic.h>
#include "overwrite/schedule.h"

/* Fixed or portable: what was said, else what the drive looks like. */
enum haiki_medium job_medium(const struct haiki_drive *drive,
			     const struct haiki_job_options *options);

/* The circumstances as the options tell them. Strings stay the options'. */
void job_situation(const struct haiki_job_options *options,
		   enum haiki_medium medium,
		   struct haiki_situation *ret_situation);

/* The schedule of `overwrite` for these options. */
int job_schedule(const struct haiki_job_options *options,
		 struct schedule *ret_schedule, struct haiki_error *err);

/* What one drive's thread needs from the run it belongs to. */
struct job_context {
	struct haiki_host *host;
	const struct haiki_job_options *options;
	atomic_int stop;          /* enum haiki_stop */
	void (*tell)(struct job_context *context,
		     const struct haiki_event *event);
	/* Whether the drive may still have its record: asked once, before it.
	 * From then on it's waited for. NULL: it always may. */
	bool (*may_conclude)(struct job_context *context, size_t index);
	void *opaque;
};

/* Runs one drive from guard to certificate; fills the target's results. */
void job_run(struct job_context *context, size_t index,
	     struct haiki_job_target *target);

#endif
