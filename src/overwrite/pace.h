/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OVERWRITE_PACE_H
#define OVERWRITE_PACE_H

#include <stdint.h>

/*
 * How fast a long overwrite went: its work (all passes and read-backs) cut into
 * equal parts, and the milliseconds that each of them took. A drive that fails
 * gets slow before; a part that took far longer than the others is seen. Plain
 * data, for the journal; begins zeroed.
 */
#define PACE_PARTS 64

struct pace {
	uint64_t total;           /* bytes of all the work */
	uint64_t done, at_ms;     /* as last noted */
	uint32_t under_way;       /* 0: nothing was noted since the (re)start */
	uint32_t ms[PACE_PARTS];  /* 0 = not measured, or not as a whole */
	uint64_t part_us[PACE_PARTS];   /* the same, as it adds up */
};

/* `done` of `total` bytes at this time of a steady clock. */
void pace_note(struct pace *pace, uint64_t done, uint64_t total,
	       uint64_t now_ms);

/* The work was interrupted: the part that was under way isn't measured. */
void pace_interrupt(struct pace *pace);

/* Bytes of a part; the last may be shorter. 0: nothing was measured. */
uint64_t pace_part_bytes(const struct pace *pace);

/* Milliseconds measured altogether. */
uint64_t pace_total_ms(const struct pace *pace);

#endif
