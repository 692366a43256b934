/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_RATE_H
#define BASE_RATE_H

#include <stddef.h>
#include <stdint.h>

#define RATE_SAMPLES 32

/* How fast something goes just now: over the last seconds. Begins zeroed. */
struct rate {
	size_t samples;
	struct {
		uint64_t at_ms, done;
	} sample[RATE_SAMPLES];
};

/* `done` so far at this time of a steady clock. What's done a second; 0 as
 * long as nothing is known. */
double rate_note(struct rate *rate, uint64_t done, uint64_t now_ms);

#endif
