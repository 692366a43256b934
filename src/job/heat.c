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

static void begin_hot(struct job_heat *heat, struct job *job, uint64_t now)
{
	const int celsius = heat->celsius, limit = heat->sensor.limit;
	struct haiki_error error = { 0 };

	heat->hot = true;
	heat->hot_since_ms = now;
	transport_note(job->t, heat->alone ?
		       "temperature: %d C, the limit is %d C: the drive works by itself and can't be paused" :
		       "temperature: %d C, the limit is %d C: paused",
		       celsius, limit);
	if (heat->alone ? heat->warnings++ : heat->pauses++)
		return;
	error_set(&error, HAIKI_DOMAIN_SYSTEM, -EAGAIN, heat->alone ?
		  N_("the drive is %d °C hot, above its limit of %d °C, and erases itself, which can't be paused: give it a fan or more room now") :
		  N_("the drive is %d °C hot, above its limit of %d °C: paused until it has cooled down"),
		  celsius, limit);
	job_note(job, &error);
}

static void end_hot(struct job_heat *heat, struct job *job, uint64_t now)
{
	if (!heat->hot)
		return;
	heat->hot = false;
	*(heat->alone ? &heat->hot_alone_ms : &heat->paused_ms) +=
		now - heat->hot_since_ms;
	if (!heat->known)
		transport_note(job->t, heat->alone ?
			       "temperature: not told any more" :
			       "temperature: not told any more: going on");
	else
		transport_note(job->t, heat->alone ? "temperature: %d C" :
			       "temperature: %d C: going on", heat->celsius);
}

/* What it says counts; that it says nothing counts only for a while. */
static void take(struct job_heat *heat, struct job *job, int r, int celsius,
		 uint64_t now)
{
	if (r < 0) {
		if (++heat->failures < MAX_FAILURES)
			return;
		heat->known = false;
		end_hot(heat, job, now);
		return;
	}
	heat->failures = 0;
	heat->known = true;
	heat->celsius = celsius;
	if (!heat->ever_known || celsius > heat->highest)
		heat->highest = celsius;
	heat->ever_known = true;
	if (!heat->hot && celsius > heat->sensor.limit)
		begin_hot(heat, job, now);
	else if (celsius <= heat->sensor.limit - HYSTERESIS)
		end_hot(heat, job, now);
}

static int gone(const struct job *job, struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV,
			 N_("%s: the drive is gone"), job->after.path);
}

int heat_begin(struct job_heat *heat, struct job *job, struct haiki_error *err)
{
	int r;

	if (heat->found)
		return 0;
	heat->found = true;
	r = heat_sensor_find(job->t, &job->after,
			     job->after.simulated ? NULL : &roots_real,
			     &heat->sensor);
	return r == -ENODEV ? gone(job, err) : 0;
}

/* From its own work to ours, or back: what is too hot is so in another way. */
static void change(struct job_heat *heat, struct job *job, bool alone,
		   uint64_t now)
{
	end_hot(heat, job, now);
	heat->alone = alone;
	heat->asked_ms = 0;
	/* A drive that was busy with itself may not have told. */
	if (!alone && heat->sensor.way == HEAT_UNKNOWN)
		heat->found = false;
}

int heat_look(struct job_heat *heat, struct job *job, bool alone,
	      struct haiki_error *err)
{
	const struct pace_of *pace = pace_of(job);
	uint64_t now = time_monotonic_ms();
	int celsius = 0, r;

	if (heat->alone != alone)
		change(heat, job, alone, now);
	if (heat->asked_ms && now - heat->asked_ms < pace->ask_ms)
		return 0;
	heat->asked_ms = now;
	r = heat_begin(heat, job, err);
	if (r == 0 && heat->sensor.way == HEAT_UNKNOWN)
		return 0;
	if (r == 0)
		r = heat_sensor_read(&heat->sensor, job->t, &celsius);
	if (r == -ENODEV && !alone)
		return gone(job, err);
	/* It mustn't be disturbed again. */
	if (r == -ETIMEDOUT && alone)
		heat->sensor.way = HEAT_UNKNOWN;
	now = time_monotonic_ms();
	take(heat, job, r, celsius, now);
	if (heat_pauses(heat) && now - heat->hot_since_ms >= pace->patience_ms)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINTR,
			N_("the drive stays %d °C hot although it has nothing to do, and its limit is %d °C: cool it, then run \"haiki resume\""),
			heat->celsius, heat->sensor.limit);
	return 0;
}

bool heat_pauses(const struct job_heat *heat)
{
	return heat->hot && !heat->alone;
}

void heat_tell(const struct job_heat *heat, struct haiki_event *event)
{
	event->temperature_known = heat->known;
	event->temperature = heat->celsius;
	event->too_hot = heat->hot;
	event->cooling = heat_pauses(heat);
}

void heat_end(struct job_heat *heat, struct job *job)
{
	struct haiki_error error = { 0 };

	end_hot(heat, job, time_monotonic_ms());
	if (heat->ever_known && job->t)
		transport_note(job->t, "temperature: at most %d C while it was asked, the limit is %d C (%s)",
			       heat->highest, heat->sensor.limit,
			       heat->sensor.limit_is_told ? "its own" : "usual");
	heat->ever_known = false;
	if (heat->pauses) {
		error_set(&error, HAIKI_DOMAIN_SYSTEM, -EAGAIN,
			  N_("the drive was up to %d °C hot (its limit is %d °C); the work paused %u times, for %llu seconds in all"),
			  heat->highest, heat->sensor.limit, heat->pauses,
			  (unsigned long long)(heat->paused_ms / 1000));
		job_note(job, &error);
	}
	if (heat->warnings) {
		error_set(&error, HAIKI_DOMAIN_SYSTEM, -EAGAIN,
			  N_("the drive was up to %d °C hot (its limit is %d °C) while it erased itself, for %llu seconds in all"),
			  heat->highest, heat->sensor.limit,
			  (unsigned long long)(heat->hot_alone_ms / 1000));
		job_note(job, &error);
	}
	heat->pauses = heat->warnings = 0;
}
