/* SPDX-License-Identifier: Apache-2.0 */
#include "device/clock.h"

#include <fcntl.h>
#include <linux/rtc.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

#define RTC "/dev/rtc0"

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

static int set_battery_clock(time_t at)
{
	CLEANUP(fd) int fd = open(RTC, O_RDONLY | O_CLOEXEC);
	struct rtc_time rtc = { 0 };
	struct tm tm;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!gmtime_r(&at, &tm))
		return -EINVAL;
	rtc.tm_sec = tm.tm_sec;
	rtc.tm_min = tm.tm_min;
	rtc.tm_hour = tm.tm_hour;
	rtc.tm_mday = tm.tm_mday;
	rtc.tm_mon = tm.tm_mon;
	rtc.tm_year = tm.tm_year;
	return ioctl(fd, RTC_SET_TIME, &rtc) < 0 ? -errno : 0;
}

int clock_set(time_t at, struct haiki_error *err)
{
	const struct timespec now = { .tv_sec = at };
	int r;

	if (clock_settime(CLOCK_REALTIME, &now) < 0)
		return error_errno(err, -errno,
				   N_("the clock could not be set"));
	r = set_battery_clock(at);
	if (r < 0)
		return error_errno(err, r,
			N_("the clock was set, but the battery's clock (" RTC ") could not be: it will be wrong again after the next start"));
	return 0;
}
