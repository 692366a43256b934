/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include <stdint.h>
#include <time.h>

#define TIME_TEXT_SIZE 96

/* RFC 3339 with the local zone's offset and whole seconds. */
void time_format(const struct timespec *at, char ret_text[TIME_TEXT_SIZE]);
/* The inverse, for text that has that shape; seconds since 1970. */
time_t time_parse(const char *text);
/* 20261121T093015Z, for file names. */
void time_format_compact(const struct timespec *at, char ret_text[TIME_TEXT_SIZE]);
/* CLOCK_REALTIME (for records) and CLOCK_MONOTONIC milliseconds. */
struct timespec time_now(void);
uint64_t time_monotonic_ms(void);
/* That long from now by CLOCK_MONOTONIC, for conditions of that clock. */
struct timespec time_from_now(uint64_t ms);
/* At most that long: a signal may end it early. */
void time_sleep_ms(uint64_t ms);

#endif
