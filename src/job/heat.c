/* SPDX-License-Identifier: Apache-2.0 */
#include "job/heat.h"

#include <string.h>

#include "base/error.h"
#include "base/time.h"

/* Cooler than the limit by so much before the work goes on. */
#define HYSTERESIS 5
#define MAX_FAILURES 5

/* Practice drives warm up and cool down in no time. */
struct pace_of {
	uint64_t ask_ms, patience_ms;
};
static const struct pace_of real = { 30000, 7200000 };
static const struct pace_of practice = { 200, 3000 };

static const struct pace_of *pace_of(const struct job *job)
{
	return job->after.simulated ? &practice : &real;
}

static void begin_pause(struct job_heat *heat, struct job *job, uint64_t now)
{
	struct haiki_error error = { 0 };

	heat->hot = true;
	heat->hot_since_ms = now;
	transport_note(job->t, "temperature: %d C, the limit is %d C: paused",
		       heat->celsius, heat->sensor.limit);
	if (heat->pauses++)
		return;
	error_set(&error, HAIKI_DOMAIN_SYSTEM, -EAGAIN,
		  N_("the drive is %d °C hot, above its limit of %d °C: paused until it has cooled down"),
		  heat->celsius, heat->sensor.limit);
	job_note(job, &error);
}

static void end_pause(struct job_heat *heat, struct job *job, uint64_t now)
{
	heat->hot = false;
	heat->hot_ms += now - heat->hot_since_ms;
	if (heat->known)
		transport_note(job->t, "temperature: %d C: going on",
			       heat->celsius);
	else
		transport_note(job->t, "temperature: not told any more: going on");
}

/* What it says counts; that it says nothing counts only for a while. */
static void take(struct job_heat *heat, struct job *job, int r, int celsius,
		 uint64_t now)
{
	if (r < 0) {
		if (++heat->failures < MAX_FAILURES)
			return;
		heat->known = false;
		if (heat->hot)
			end_pause(heat, job, now);
		return;
	}
	heat->failures = 0;
	heat->known = true;
	heat->celsius = celsius;
	if (celsius > heat->highest)
		heat->highest = celsius;
	if (!heat->hot && celsius > heat->sensor.limit)
		begin_pause(heat, job, now);
	else if (heat->hot && celsius <= heat->sensor.limit - HYSTERESIS)
		end_pause(heat, job, now);
}

static int gone(const struct job *job, struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV,
			 N_("%s: the drive is gone"), job->after.path);
}

int heat_look(struct job_heat *heat, struct job *job, struct haiki_error *err)
{
	const struct pace_of *pace = pace_of(job);
	uint64_t now = time_monotonic_ms();
	int celsius = 0, r;

	if (heat->asked_ms && now - heat->asked_ms < pace->ask_ms)
		return 0;
	heat->asked_ms = now;
	if (!heat->found) {
		heat->found = true;
		r = heat_sensor_find(job->t, &job->after,
				     job->after.simulated ? NULL : &roots_real,
				     &heat->sensor);
		if (r == -ENODEV)
			return gone(job, err);
	}
	if (heat->sensor.way == HEAT_UNKNOWN)
		return 0;
	r = heat_sensor_read(&heat->sensor, job->t, &celsius);
	if (r == -ENODEV)
		return gone(job, err);
	now = time_monotonic_ms();
	take(heat, job, r, celsius, now);
	if (heat->hot && now - heat->hot_since_ms >= pace->patience_ms)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINTR,
			N_("the drive stays %d °C hot although it has nothing to do, and its limit is %d °C: cool it, then run \"haiki resume\""),
			heat->celsius, heat->sensor.limit);
	return 0;
}

void heat_tell(const struct job_heat *heat, struct haiki_event *event)
{
	event->temperature_known = heat->known;
	event->temperature = heat->celsius;
	event->cooling = heat->hot;
}

void heat_end(struct job_heat *heat, struct job *job)
{
	struct haiki_error error = { 0 };

	if (!heat->pauses)
		return;
	if (heat->hot)
		heat->hot_ms += time_monotonic_ms() - heat->hot_since_ms;
	heat->hot = false;
	error_set(&error, HAIKI_DOMAIN_SYSTEM, -EAGAIN,
		  N_("the drive was up to %d °C hot (its limit is %d °C); the work paused %u times, for %llu seconds in all"),
		  heat->highest, heat->sensor.limit, heat->pauses,
		  (unsigned long long)(heat->hot_ms / 1000));
	job_note(job, &error);
	heat->pauses = 0;
}
