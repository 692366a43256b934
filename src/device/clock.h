/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_CLOCK_H
#define DEVICE_CLOCK_H

#include <stdbool.h>
#include <time.h>
#include <haiki/error.h>

/* "2026-04-01" and "14:05" or "14:05:30" of the local time zone; false for
 * anything else, or a day that doesn't exist. */
bool clock_parse(const char *date, const char *time, time_t *ret_at);

/*
 * Sets the system's clock and, where there is one, the battery's (in UTC).
 * -EPERM: not root; -EINVAL: the kernel refuses it. A battery clock that can't
 * be set is an error, too, though the system's is set then.
 */
int clock_set(time_t at, struct haiki_error *err);

#endif
