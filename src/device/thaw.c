/* SPDX-License-Identifier: Apache-2.0 */
#include "device/thaw.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"

#define OTHER_WAYS \
	"take the drive's power plug out and in again while the machine runs, or use another machine"

/* sysfs takes a value in one write, and answers with its error. */
static int put(const char *root, const char *file, const char *value)
{
	char path[PATH_MAX];
	CLEANUP(fd) int fd = -1;

	snprintf(path, sizeof(path), "%s%s", root, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return write(fd, value, strlen(value)) < 0 ? -errno : 0;
}

static bool has_word(const char *root, const char *file, const char *word)
{
	CLEANUP(free) char *text = NULL;
	char path[PATH_MAX];
	size_t length;

	snprintf(path, sizeof(path), "%s%s", root, file);
	return file_read(path, 4096, &text, &length, NULL) == 0 &&
	       strstr(text, word);
}

int thaw_suspend(const char *root, unsigned seconds, struct haiki_error *err)
{
	char wake[32];
	int r;

	if (!has_word(root, "/sys/power/state", "mem") ||
	    !has_word(root, "/sys/power/mem_sleep", "deep"))
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EOPNOTSUPP,
			N_("this machine can't suspend to RAM (S3), so a frozen drive can't be thawed that way: " OTHER_WAYS));
	r = put(root, "/sys/power/mem_sleep", "deep");
	/* An alarm that is set already has to be cleared first. */
	if (r == 0)
		r = put(root, "/sys/class/rtc/rtc0/wakealarm", "0");
	snprintf(wake, sizeof(wake), "+%u", seconds);
	if (r == 0)
		r = put(root, "/sys/class/rtc/rtc0/wakealarm", wake);
	if (r < 0)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EOPNOTSUPP,
			N_("this machine's clock can't wake it again (%s), so it isn't put to sleep: " OTHER_WAYS),
			strerror(-r));
	sync();
	r = put(root, "/sys/power/state", "mem");
	if (r < 0)
		return error_errno(err, r,
				   N_("the machine could not be suspended"));
	return 0;
}
