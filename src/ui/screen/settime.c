/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/settime.h"

#include <string.h>

#include "base/error.h"

bool clock_parse(const char *date, const char *time, time_t *ret_at)
{
	struct tm tm = { 0 }, asked;
	const char *end = strptime(date, "%Y-%m-%d", &tm);
	time_t at;

	if (!end || *end || strlen(date) != 10)
		return false;
	end = strptime(time, "%H:%M", &tm);
	if (end && *end == ':')
		end = strptime(end, ":%S", &tm);
	if (!end || *end || tm.tm_sec > 59)
		return false;
	tm.tm_isdst = -1;
	asked = tm;
	at = mktime(&tm);
	/* The 30th of February is read, and turns into another day. */
	if (at == (time_t)-1 || tm.tm_mday != asked.tm_mday ||
	    tm.tm_mon != asked.tm_mon || tm.tm_hour != asked.tm_hour)
		return false;
	*ret_at = at;
	return true;
}

int clock_set(time_t at, struct haiki_error *err)
{
	const struct timespec now = { .tv_sec = at };

	return clock_settime(CLOCK_REALTIME, &now) == 0 ? 0 :
		error_errno(err, -errno, N_("the clock could not be set"));
}
