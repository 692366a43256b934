/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/name.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/time.h"

static bool plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

void record_name(const char *serial, const struct timespec *started_at,
		 unsigned number, char ret_name[RECORD_NAME_SIZE])
{
	char fit[128], when[TIME_TEXT_SIZE], suffix[16] = "";
	size_t n = 0;

	for (const char *p = serial; *p && n + 1 < sizeof(fit); p++)
		fit[n++] = plain(*p) ? *p : '_';
	fit[n] = '\0';
	if (fit[0] == '.')
		fit[0] = '_';
	time_format_compact(started_at, when);
	if (number)
		snprintf(suffix, sizeof(suffix), "-%u", number + 1);
	snprintf(ret_name, RECORD_NAME_SIZE, "%s-%s%s", n ? fit : "unknown",
		 when, suffix);
}

/* "-2", "-10", or nothing. */
static bool is_number(const char *text)
{
	size_t digits;

	if (!*text)
		return true;
	digits = strspn(text + 1, "0123456789");
	return text[0] == '-' && digits && !text[1 + digits];
}

/* ...-20261121T093015Z */
static bool ends_in_time(const char *name)
{
	const size_t length = strlen("-20261121T093015Z");

	for (const char *p = strchr(name, '-'); p; p = strchr(p + 1, '-')) {
		if (strlen(p) >= length &&
		    strspn(p + 1, "0123456789") == 8 && p[9] == 'T' &&
		    strspn(p + 10, "0123456789") == 6 && p[16] == 'Z' &&
		    is_number(p + length))
			return true;
	}
	return false;
}

enum record_naming record_named(const char *name, const char *serial,
				const struct timespec *started_at)
{
	char own[RECORD_NAME_SIZE];
	size_t length;

	record_name(serial, started_at, 0, own);
	length = strlen(own);
	if (!strncmp(name, own, length) && is_number(name + length))
		return NAMING_OWN;
	return ends_in_time(name) ? NAMING_FOREIGN : NAMING_OTHER;
}
