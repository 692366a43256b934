/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOB_HEAT_H
#define JOB_HEAT_H

#include "device/heat.h"
#include "job/state.h"

/*
 * While the host writes or reads, the drive is asked now and then how hot it
 * is: above its limit the work pauses until it has cooled down by some
 * degrees. Begins zeroed.
 */
struct job_heat {
	struct heat_sensor sensor;
	bool found;               /* how to ask it */
	bool known;
	int celsius;
	bool hot;                 /* nothing is to be sent to the drive */

	uint64_t asked_ms, hot_since_ms, hot_ms;
	unsigned pauses, failures;
	int highest;
};

/*
 * Asks if it's time to. -ENODEV: the drive is gone. -EINTR: it stays too hot
 * although nothing is sent to it.
 */
int heat_look(struct job_heat *heat, struct job *job, struct haiki_error *err);

/* How hot, for a progress event. */
void heat_tell(const struct job_heat *heat, struct haiki_event *event);

/* Notes for the record what came of it. */
void heat_end(struct job_heat *heat, struct job *job);

#endif
