/* SPDX-License-Identifier: Apache-2.0 */
#include "overwrite/pace.h"

#include <string.h>

uint64_t pace_part_bytes(const struct pace *pace)
{
	return pace->total / PACE_PARTS + (pace->total % PACE_PARTS != 0);
}

uint64_t pace_total_ms(const struct pace *pace)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < PACE_PARTS; i++)
		sum += pace->ms[i];
	return sum;
}

void pace_interrupt(struct pace *pace)
{
	pace->under_way = 0;
}

/* Goes on from `done`: what lies behind it keeps its times, what comes is
 * measured (again). The part that `done` is in the midst of can't be. */
static void begin(struct pace *pace, uint64_t done, uint64_t total,
		  uint64_t now_ms)
{
	uint64_t part_bytes, first;

	if (pace->total != total)
		memset(pace, 0, sizeof(*pace));
	pace->total = total;
	part_bytes = pace_part_bytes(pace);
	first = done / part_bytes;
	for (uint64_t i = first; i < PACE_PARTS; i++)
		pace->ms[i] = 0;
	memset(pace->part_us, 0, sizeof(pace->part_us));
	if (done % part_bytes && first < PACE_PARTS)
		pace->part_us[first] = UINT64_MAX;
	pace->done = done;
	pace->at_ms = now_ms;
	pace->under_way = 1;
}

static void finish(struct pace *pace, uint64_t part)
{
	uint64_t ms = pace->part_us[part] / 1000;

	if (pace->part_us[part] == UINT64_MAX)
		return;
	pace->ms[part] = ms > UINT32_MAX ? UINT32_MAX : ms ? (uint32_t)ms : 1;
}

void pace_note(struct pace *pace, uint64_t done, uint64_t total,
	       uint64_t now_ms)
{
	uint64_t part_bytes, bytes, us;

	if (!total || done > total || total > UINT64_MAX / 4)
		return;
	if (!pace->under_way || pace->total != total || done < pace->done) {
		begin(pace, done, total, now_ms);
		return;
	}
	part_bytes = pace_part_bytes(pace);
	bytes = done - pace->done;
	us = (now_ms - pace->at_ms) * 1000;
	while (bytes) {
		uint64_t part = pace->done / part_bytes;
		uint64_t end = (part + 1) * part_bytes;
		uint64_t here = end > done ? done - pace->done :
			end - pace->done;
		/* Evenly over what was done in the time. */
		uint64_t share = (uint64_t)((double)us * (double)here /
					    (double)bytes);

		if (pace->part_us[part] != UINT64_MAX)
			pace->part_us[part] += share;
		pace->done += here;
		if (pace->done == end || pace->done == total)
			finish(pace, part);
		bytes -= here;
		us -= share < us ? share : us;
		pace->at_ms = now_ms;
	}
}
