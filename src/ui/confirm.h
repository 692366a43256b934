/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_CONFIRM_H
#define UI_CONFIRM_H

#include <haiki/job.h>
#include <stdio.h>

/* The last characters of its serial number: what is to be typed. Points into
 * it; never half a character. */
const char *confirm_tail(const struct haiki_drive *drive);

/* The same end, or a longer one where the other drive has it too: whoever reads
 * the wrong label must not confirm this drive. */
const char *confirm_tail_beside(const char *tail,
				const struct haiki_drive *drive,
				const struct haiki_drive *other);

/* Whether that was typed exactly, or scanned: the whole serial number. */
bool confirm_matches(const struct haiki_drive *drive, const char *tail,
		     const char *typed);

/* What is about to be destroyed, wrapped for the terminal. */
void confirm_show(FILE *f, const struct haiki_drive *drive,
		  const struct haiki_job_options *options,
		  const struct haiki_job_plan *plan);

/*
 * Shows what is about to be destroyed (model, size, what is on it, the class)
 * and asks for that end of its serial number. True only if it was typed
 * exactly; anything else, also an empty line, leaves the drive out.
 */
bool ui_confirm(const struct haiki_drive *drive, const char *tail,
		const struct haiki_job_options *options,
		const struct haiki_job_plan *plan);

#endif
