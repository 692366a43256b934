/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_SIMULATED_H
#define SIMULATE_SIMULATED_H

#include "simulate/model.h"
#include "transport/transport.h"

struct set_drive;

/* The transport's table in front of a model. `drive` is told when it closes
 * (simulate_set_closed()); NULL for a model that belongs to no set. */
int simulate_transport_new(struct set_drive *drive, struct model *m,
			   const char *path, bool writable,
			   struct transport **ret_transport,
			   struct haiki_error *err);

void simulate_set_closed(struct set_drive *drive, bool writable);

/* As a kernel keeps it: whether the drive told no size when it was looked at
 * last, which is when it came and at every rescan. */
bool simulate_set_sizeless(struct set_drive *drive);
void simulate_set_rescan(struct set_drive *drive);

#endif
