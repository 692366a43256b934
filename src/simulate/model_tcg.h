/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_MODEL_TCG_H
#define SIMULATE_MODEL_TCG_H

#include "simulate/internal.h"

/*
 * The TCG Storage side of a drive: Level 0 Discovery and what a PSID revert
 * needs. Both under the model's lock. 0; -EINVAL for what the interface
 * refuses; -ENODEV, -ETIMEDOUT.
 */
int model_tcg_receive(struct model *m, uint8_t protocol, uint16_t specific,
		      void *data, size_t length);
int model_tcg_send(struct model *m, uint8_t protocol, uint16_t specific,
		   const void *data, size_t length);

/* Whether its ranges are locked: nothing can be read or written. */
bool model_tcg_locked(const struct model *m);

#endif
