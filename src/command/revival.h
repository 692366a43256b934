/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_REVIVAL_H
#define COMMAND_REVIVAL_H

#include <haiki/job.h>

/* An interrupted job, made ready to go on. Begins zeroed. */
struct revival {
	struct haiki_job_options options; /* strings: the unfinished job's */
	struct haiki_policy *policy;
	struct haiki_signer *signer;      /* to be loaded by the caller */
	const struct haiki_drive *drive;  /* borrowed; NULL: leave it alone */
};

/* The job's drive among those that are here, or NULL: by serial number, WWN
 * and model; one without a serial number of its own must be as large, unless
 * an erase of its own keeps it from telling. */
const struct haiki_drive *revival_drive(const struct haiki_drive *drives,
					size_t count,
					const struct haiki_unfinished *job);

/* False if the drive must be confirmed by somebody once more: names of devices
 * move from one boot to the next, and a drive that was erased and recorded since
 * may be in use again. */
bool revival_is_sure(const struct haiki_unfinished *job,
		     const struct haiki_drive *drive);

/* Whether its records are signed by a person's key, u->key, u->cert. */
bool revival_has_key(const struct haiki_unfinished *job);

/* Fills in all but signer and drive. `job` and `out` are borrowed. */
int revival_prepare(const struct haiki_unfinished *job, const char *out,
		    struct revival *ret_revival, struct haiki_error *err);
void revival_free(struct revival *revival);

#endif
