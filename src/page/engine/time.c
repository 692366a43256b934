/* SPDX-License-Identifier: Apache-2.0 */
/* The browser knows what time it is, and in which zone. */
#include <time.h>

#include "page/engine/host.h"

int clock_gettime(clockid_t clock, struct timespec *ret_now)
{
	double now = host_now();

	(void)clock;
	ret_now->tv_sec = (time_t)now;
	ret_now->tv_nsec = 0;
	return 0;
}

struct tm *localtime_r(const time_t *restrict at, struct tm *restrict ret_tm)
{
	int minutes = host_offset((double)*at);
	time_t shifted = *at + minutes * 60;

	if (!gmtime_r(&shifted, ret_tm))
		return NULL;
	ret_tm->tm_gmtoff = minutes * 60;
	return ret_tm;
}
