/* SPDX-License-Identifier: Apache-2.0 */
#include "job/speed.h"

#include "base/error.h"
#include "base/time.h"
#include "device/link.h"

/* Three of these in a row; practice drives are done soon. */
#define WINDOW_MS 10000
#define PRACTICE_WINDOW_MS 200
/* No more than this goes through USB 2, bytes/s and Mbit/s. */
#define USB2_MOST 48e6
#define USB2_MBIT 480
#define NEAR_LIMIT 5              /* degrees Celsius */

static const char *const fell[SPEED_KINDS] = {
	[SPEED_WRITE] = N_("writing has become slow, %.1f instead of %.1f MB/s: %s"),
	[SPEED_READ_BACK] = N_("reading back has become slow, %.1f instead of %.1f MB/s: %s"),
	[SPEED_PROOF] = N_("reading back has become slow, %.1f instead of %.1f MB/s: %s"),
};

/* What is the likeliest reason, and what can be done. */
static const char *advice(const struct job_speed *speed,
			  const struct slump *slump, const struct job *job,
			  const struct job_heat *heat)
{
	if (slump->now <= 0)
		return N_("it doesn't answer at all just now; if that lasts, the drive is given up: check its cable and power");
	if (heat->known && heat->celsius > heat->sensor.limit - NEAR_LIMIT)
		return N_("the drive is hot and may protect itself: give it a fan or more room");
	if (speed->link_mbit && speed->link_mbit <= USB2_MBIT &&
	    slump->usual > USB2_MOST)
		return N_("it hangs on a USB 2 port or cable by now: stop, plug it into a USB 3 port, and resume");
	switch (job->after.kind) {
	case HAIKI_KIND_HDD:
		return N_("if other drives aren't busy on the same port, it rearranges its (shingled) tracks or is failing: it can be left to go on; if bad blocks follow, destroy it");
	case HAIKI_KIND_SSD:
	case HAIKI_KIND_USB_FLASH:
	case HAIKI_KIND_MMC:
		return N_("if other drives aren't busy on the same port, its fast cache is full, which is usual for cheap flash drives, or it is failing: it can be left to go on");
	default:
		return N_("other drives may be busy on the same port, or the drive, its cable or its port is failing: it can be left to go on");
	}
}

static void has_fallen(struct job_speed *speed, struct job *job,
		       enum speed_of what, const struct job_heat *heat)
{
	const struct slump *slump = &speed->slump[what];
	struct haiki_error error = { 0 };
	const double now = slump->now / 1e6, usual = slump->usual / 1e6;
	const char *text;

	transport_note(job->t, "speed: %.1f MB/s instead of %.1f MB/s", now,
		       usual);
	/* Once is enough for the operator; the end tells how often. */
	if (slump->slumps > 1)
		return;
	if (!speed->linked)
		speed->link_mbit = job->after.simulated ? 0 :
			device_usb_mbit(&roots_real, &job->after);
	speed->linked = true;
	text = advice(speed, slump, job, heat);
	error_set(&error, HAIKI_DOMAIN_SYSTEM, -EAGAIN, fell[what], now, usual,
		  text);
	error_localize(&error, fell[what], now, usual, error_translate(text));
	job_note(job, &error);
}

void speed_note(struct job_speed *speed, struct job *job, enum speed_of what,
		uint64_t done, bool paused, const struct job_heat *heat)
{
	struct slump *slump = &speed->slump[what];

	if (what != speed->last)
		slump_skip(&speed->slump[speed->last]);
	speed->last = what;
	if (paused) {
		slump_skip(slump);
		return;
	}
	switch (slump_note(slump, job->after.simulated ? PRACTICE_WINDOW_MS :
			   WINDOW_MS, done, time_monotonic_ms())) {
	case SLUMP_FELL:
		has_fallen(speed, job, what, heat);
		break;
	case SLUMP_ROSE:
		transport_note(job->t, "speed: %.1f MB/s, as it was",
			       slump->now / 1e6);
		break;
	case SLUMP_SAME:
		break;
	}
}

void speed_tell(const struct job_speed *speed, enum speed_of what,
		struct haiki_event *event)
{
	const struct slump *slump = &speed->slump[what];

	event->usual_bytes_per_second = slump->usual;
	event->slow = slump->slow;
	if (!slump->slow)
		return;
	/* What it does now, not what it did before. */
	event->bytes_per_second = slump->now;
	event->seconds_left = slump->now >= 1 ?
		(int64_t)((double)(event->bytes_total - event->bytes) /
			  slump->now) : -1;
}

void speed_end(struct job_speed *speed, struct job *job)
{
	for (int i = 0; i < SPEED_KINDS; i++) {
		struct slump *slump = &speed->slump[i];
		struct haiki_error error = { 0 };

		if (!slump->slumps)
			continue;
		error_set(&error, HAIKI_DOMAIN_SYSTEM, -EAGAIN,
			  i == SPEED_WRITE ?
			  N_("the drive was far slower at writing than before %u times, for %llu seconds in all: down to %.1f MB/s from %.1f MB/s") :
			  N_("the drive was far slower at reading than before %u times, for %llu seconds in all: down to %.1f MB/s from %.1f MB/s"),
			  slump->slumps,
			  (unsigned long long)(slump->slow_ms / 1000),
			  slump->lowest / 1e6, slump->usual / 1e6);
		job_note(job, &error);
		slump->slumps = 0;
	}
}
