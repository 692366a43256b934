/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOB_HEAT_H
#define JOB_HEAT_H

#include "device/heat.h"
#include "job/state.h"

/*
 * The drive is asked now and then how hot it is. While the host writes or
 * reads, the work pauses above the drive's limit until it has cooled down by
 * some degrees; a drive that erases itself can't be paused: then the operator
 * is warned, and the record tells. Begins zeroed.
 */
struct job_heat {
	struct heat_sensor sensor;
	bool found;               /* how to ask it */
	bool known;
	int celsius;
	bool alone;               /* the drive works by itself */
	bool hot;                 /* above its limit */

	uint64_t asked_ms, hot_since_ms;
	uint64_t paused_ms, hot_alone_ms;
	unsigned pauses, warnings, failures;
	bool ever_known;
	int highest;
};

/* Finds out how to ask, before the drive is busy with itself. */
int heat_begin(struct job_heat *heat, struct job *job, struct haiki_error *err);

/*
 * Asks if it's time to; `alone`: the drive erases itself. -ENODEV: the drive
 * is gone. -EINTR: it stays too hot although nothing is sent to it. Neither
 * comes of a drive that is alone: its method knows how it is.
 */
int heat_look(struct job_heat *heat, struct job *job, bool alone,
	      struct haiki_error *err);

/* Whether nothing is to be sent to the drive. */
bool heat_pauses(const struct job_heat *heat);

/* How hot, for a progress event. */
void heat_tell(const struct job_heat *heat, struct haiki_event *event);

/* Notes for the record what came of it. */
void heat_end(struct job_heat *heat, struct job *job);

#endif
