/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOB_SPEED_H
#define JOB_SPEED_H

#include "base/rate.h"
#include "job/heat.h"
#include "job/slump.h"
#include "job/state.h"

/*
 * While the host writes or reads, it is watched how fast that goes: when a
 * drive becomes far slower than it was, the operator is told what may be the
 * matter, and the record tells. Begins zeroed.
 */
enum speed_of {
	SPEED_WRITE = 0,          /* an overwrite */
	SPEED_READ_BACK,          /* ... what its schedule has read back */
	SPEED_PROOF,
	SPEED_KINDS = JOB_SPEEDS,
};

struct job_speed {
	struct slump slump[SPEED_KINDS];
	enum speed_of last;
	bool linked;              /* asked what it hangs on */
	unsigned link_mbit;       /* USB; 0: another bus, or not known */
};

/* So many bytes were done by now; `paused`: we send nothing to the drive. */
void speed_note(struct job_speed *speed, struct job *job, enum speed_of what,
		uint64_t done, bool paused, const struct job_heat *heat);

/* For a progress event: whether it's far slower than it was, and how fast. */
void speed_tell(const struct job_speed *speed, enum speed_of what,
		struct haiki_event *event);

/* Notes for the record what came of it. */
void speed_end(struct job_speed *speed, struct job *job);

#endif
