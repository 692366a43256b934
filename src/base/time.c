/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <stdio.h>
#include <stdlib.h>

void time_format(const struct timespec *at, char ret_text[TIME_TEXT_SIZE])
{
	struct tm tm;
	long offset;

	localtime_r(&at->tv_sec, &tm);
	offset = tm.tm_gmtoff / 60;
	snprintf(ret_text, TIME_TEXT_SIZE,
		 "%04d-%02d-%02dT%02d:%02d:%02d%c%02ld:%02ld",
		 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		 tm.tm_min, tm.tm_sec, offset < 0 ? '-' : '+',
		 labs(offset) / 60, labs(offset) % 60);
}

static int digits(const char *text, size_t count)
{
	int value = 0;

	while (count--)
		value = value * 10 + (*text++ - '0');
	return value;
}

time_t time_parse(const char *text)
{
	struct tm tm = {
		.tm_year = digits(text, 4) - 1900,
		.tm_mon = digits(text + 5, 2) - 1,
		.tm_mday = digits(text + 8, 2),
		.tm_hour = digits(text + 11, 2),
		.tm_min = digits(text + 14, 2),
		.tm_sec = digits(text + 17, 2),
	};
	int offset = digits(text + 20, 2) * 3600 + digits(text + 23, 2) * 60;

	return timegm(&tm) - (text[19] == '-' ? -offset : offset);
}

void time_format_compact(const struct timespec *at,
			 char ret_text[TIME_TEXT_SIZE])
{
	struct tm tm;

	gmtime_r(&at->tv_sec, &tm);
	strftime(ret_text, TIME_TEXT_SIZE, "%Y%m%dT%H%M%SZ", &tm);
}

struct timespec time_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now;
}

uint64_t time_monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct timespec time_from_now(uint64_t ms)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += (time_t)(ms / 1000);
	at.tv_nsec += (long)(ms % 1000) * 1000000;
	if (at.tv_nsec >= 1000000000) {
		at.tv_sec++;
		at.tv_nsec -= 1000000000;
	}
	return at;
}

void time_sleep_ms(uint64_t ms)
{
	struct timespec wait = {
		.tv_sec = (time_t)(ms / 1000),
		.tv_nsec = (long)(ms % 1000) * 1000000,
	};

	nanosleep(&wait, NULL);
}
