/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OVERWRITE_LIMITS_H
#define OVERWRITE_LIMITS_H

#include "overwrite/pump.h"

/*
 * How to write to this drive: requests of about 1 MiB, whole multiples of
 * what the kernel sends at once, and the block down to which errors are
 * isolated. `fd` -1: not known, then the logical block and 1 MiB.
 */
void limits_find(int fd, uint32_t logical, struct pump_limits *ret_limits);

/* The same from known numbers: bytes per command and preferred multiple, 0 =
 * unknown. For limits_find() and its tests. */
uint32_t limits_request(uint64_t most, uint64_t optimal, uint32_t unit);

#endif
