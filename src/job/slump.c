/* SPDX-License-Identifier: Apache-2.0 */
#include "job/slump.h"

void slump_skip(struct slump *slump)
{
	slump->under_way = false;
	slump->windows = 0;
}

static void extremes(const struct slump *slump, double *ret_least,
		     double *ret_most)
{
	double least = slump->window[0], most = slump->window[0];

	for (unsigned i = 1; i < SLUMP_WINDOWS; i++) {
		if (slump->window[i] < least)
			least = slump->window[i];
		if (slump->window[i] > most)
			most = slump->window[i];
	}
	*ret_least = least;
	*ret_most = most;
}

static enum slump_change judge(struct slump *slump)
{
	double least, most, sum = 0;

	for (unsigned i = 0; i < SLUMP_WINDOWS; i++)
		sum += slump->window[i];
	slump->now = sum / SLUMP_WINDOWS;
	extremes(slump, &least, &most);
	if (least > slump->usual)
		slump->usual = least;
	if (!slump->slow && most < slump->usual / 4) {
		slump->slow = true;
		slump->lowest = slump->slumps++ && slump->lowest < slump->now ?
			slump->lowest : slump->now;
		return SLUMP_FELL;
	}
	if (slump->slow && slump->now < slump->lowest)
		slump->lowest = slump->now;
	if (slump->slow && least > slump->usual / 2) {
		slump->slow = false;
		return SLUMP_ROSE;
	}
	return SLUMP_SAME;
}

enum slump_change slump_note(struct slump *slump, uint64_t window_ms,
			     uint64_t done, uint64_t now_ms)
{
	uint64_t ms = now_ms - slump->began_ms;

	if (slump->under_way && done >= slump->began_done && ms < window_ms)
		return SLUMP_SAME;
	if (slump->under_way && done >= slump->began_done) {
		/* Nobody looked for so long: it was that slow all the time. */
		for (uint64_t i = 0; i < ms / window_ms && i < SLUMP_WINDOWS;
		     i++)
			slump->window[slump->windows++ % SLUMP_WINDOWS] =
				(double)(done - slump->began_done) * 1000 /
				(double)ms;
		if (slump->slow)
			slump->slow_ms += ms;
	}
	/* After a rewind what was done is counted anew. */
	slump->under_way = true;
	slump->began_ms = now_ms;
	slump->began_done = done;
	return slump->windows < SLUMP_WINDOWS ? SLUMP_SAME : judge(slump);
}
