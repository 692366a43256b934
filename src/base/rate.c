/* SPDX-License-Identifier: Apache-2.0 */
#include "base/rate.h"

#define STEP_MS 200

double rate_note(struct rate *rate, uint64_t done, uint64_t now_ms)
{
	const size_t last = rate->samples - 1;
	size_t oldest;

	/* After a rewind the past says nothing. */
	if (rate->samples && done < rate->sample[last % RATE_SAMPLES].done)
		rate->samples = 0;
	if (!rate->samples ||
	    now_ms - rate->sample[last % RATE_SAMPLES].at_ms >= STEP_MS) {
		rate->sample[rate->samples % RATE_SAMPLES].at_ms = now_ms;
		rate->sample[rate->samples % RATE_SAMPLES].done = done;
		rate->samples++;
	}
	oldest = rate->samples > RATE_SAMPLES ?
		 rate->samples % RATE_SAMPLES : 0;
	if (now_ms == rate->sample[oldest].at_ms)
		return 0;
	return (double)(done - rate->sample[oldest].done) * 1000.0 /
	       (double)(now_ms - rate->sample[oldest].at_ms);
}
