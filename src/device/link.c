/* SPDX-License-Identifier: Apache-2.0 */
#include "device/link.h"

#include <limits.h>
#include <string.h>

unsigned device_usb_mbit(const struct roots *roots,
			 const struct haiki_drive *drive)
{
	char dir[PATH_MAX], kind[64];
	uint64_t mbit;
	char *slash;

	if (sysfs_block_dir(roots, drive->major, drive->minor, dir,
			    sizeof(dir)) < 0)
		return 0;
	/* The nearest USB device above it. */
	while ((slash = strrchr(dir, '/')) && slash != dir) {
		*slash = '\0';
		if (sysfs_link(dir, "subsystem", kind, sizeof(kind)) == 0 &&
		    !strcmp(kind, "usb") &&
		    sysfs_u64(dir, "speed", &mbit) == 0)
			return mbit <= UINT_MAX ? (unsigned)mbit : 0;
	}
	return 0;
}
