/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_SCREEN_SETTIME_H
#define UI_SCREEN_SETTIME_H

#include <stdbool.h>
#include <time.h>
#include <haiki/error.h>

/* "2026-04-01" and "14:05" or "14:05:30" of the local time zone; false for
 * anything else, or a day that doesn't exist. */
bool clock_parse(const char *date, const char *time, time_t *ret_at);

/* Sets the system's clock; the machine's own, which its next owner may keep in
 * another zone, is left alone. -EPERM: not root; -EINVAL: the kernel refuses. */
int clock_set(time_t at, struct haiki_error *err);

#endif
