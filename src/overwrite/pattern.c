/* SPDX-License-Identifier: Apache-2.0 */
#include "overwrite/pattern.h"

#include <string.h>

void pattern_fill(const struct pass *pass, uint64_t offset, void *buf,
		  size_t length)
{
	const size_t period = pass->pattern_length;
	uint8_t *out = buf;
	size_t done = period < length ? period : length;

	for (size_t i = 0; i < done; i++)
		out[i] = pass->pattern[(offset % period + i) % period];
	/* What is there is always whole periods: double it. */
	while (done < length) {
		size_t more = length - done < done ? length - done : done;

		memcpy(out + done, out, more);
		done += more;
	}
}

size_t pattern_place(const struct pass *pass, uint64_t offset)
{
	const size_t period = pass->pattern_length;
	const size_t phase = (size_t)(offset % period);
	size_t place = 0;

	/* Both steps are multiples of 512: whatever factors of two the period
	 * has, they agree in them, and the odd rest they run through. */
	while (place % period != phase && place < PATTERN_AREA_EXTRA)
		place += PATTERN_STEP;
	return place;
}
