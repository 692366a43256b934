/* SPDX-License-Identifier: Apache-2.0 */
#include "overwrite/limits.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"

#define REQUEST (1024u * 1024)
#define REQUEST_MAX (2 * REQUEST)
#define MAX_SLOTS 8
#define BUFFERS (12 * REQUEST)    /* at most, together */
#define UNIT_MAX 65536

/* A number of the drive's request queue; 0 if it can't be had. */
static uint64_t queue_number(dev_t device, const char *name)
{
	CLEANUP(file) FILE *f = NULL;
	unsigned long long value;
	char path[128];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/queue/%s",
		 major(device), minor(device), name);
	f = fopen(path, "re");
	if (!f || fscanf(f, "%llu", &value) != 1)
		return 0;
	return value;
}

uint32_t limits_request(uint64_t most, uint64_t optimal, uint32_t unit)
{
	const uint32_t step = unit > 4096 ? unit : 4096;
	uint64_t request = REQUEST;

	/* A bridge that takes 120 KiB at once gets 8 whole ones, not 8 and a
	 * bit; a RAID with stripes of 1,5 MiB gets whole stripes. */
	if (optimal > REQUEST / 2 && optimal <= REQUEST_MAX)
		request = optimal;
	else if (most >= step && most < REQUEST)
		request = REQUEST / most * most;
	request -= request % step;
	return (uint32_t)request;
}

void limits_find(int fd, uint32_t logical, struct pump_limits *ret_limits)
{
	struct pump_limits limits = {
		.unit = logical, .logical = logical,
		.stall_ms = 300 * 1000, .failing_ms = 600 * 1000,
		.isolate_ms = 120 * 1000,
	};
	uint64_t most = 0, optimal = 0;
	unsigned physical = 0;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISBLK(st.st_mode)) {
		most = queue_number(st.st_rdev, "max_sectors_kb") * 1024;
		optimal = queue_number(st.st_rdev, "optimal_io_size");
		if (ioctl(fd, BLKPBSZGET, &physical) == 0 &&
		    physical > logical && physical <= UNIT_MAX &&
		    !(physical & (physical - 1)))
			limits.unit = physical;
	}
	limits.request = limits_request(most, optimal, limits.unit);
	limits.slots = BUFFERS / limits.request < MAX_SLOTS ?
		       BUFFERS / limits.request : MAX_SLOTS;
	*ret_limits = limits;
}
