/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_CONFIRM_H
#define UI_CONFIRM_H

#include <haiki/job.h>
#include <stdio.h>

/* The last characters of its serial number: what is to be typed. Points into
 * it; never half a character. */
const char *confirm_tail(const struct haiki_drive *drive);

/* The same, but longer where it must be for that no other of these drives has
 * the same end: whoever reads the wrong label must not confirm this drive. */
const char *confirm_tail_among(const struct haiki_drive *drive,
			       const struct haiki_drive *drives, size_t count);

/* Whether that was typed exactly, or scanned: the whole serial number. */
bool confirm_matches(const struct haiki_drive *drive, const char *typed);

/* The two halves of ui_confirm(): what is about to be destroyed, wrapped for
 * the terminal, and the question. */
void confirm_show(FILE *f, const struct haiki_drive *drive,
		  const struct haiki_job_options *options,
		  const struct haiki_job_plan *plan);
void confirm_question(const struct haiki_drive *drive, char *ret_text,
		      size_t size);

/*
 * Shows what is about to be destroyed (model, size, what is on it, the class)
 * and asks for the last characters of its serial number. True only if they
 * were typed exactly; anything else, also an empty line, leaves the drive out.
 */
bool ui_confirm(const struct haiki_drive *drive,
		const struct haiki_job_options *options,
		const struct haiki_job_plan *plan);

#endif
