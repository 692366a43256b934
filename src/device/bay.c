/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's enclosure class (ses): each component has the attributes
 * "locate" and "fault", and the SCSI device in it a link that begins with
 * "enclosure_device:" and ends with the component's name.
 */
#include "device/bay.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "device/host.h"

#define LINK "enclosure_device:"

struct search {
	const char *device;       /* the drive's device in sysfs */
	struct haiki_bay *bay;
};

static int look(void *opaque, const char *name)
{
	struct search *search = opaque;
	struct haiki_bay *bay = search->bay;
	char link[PATH_MAX];

	if (strncmp(name, LINK, strlen(LINK)) ||
	    snprintf(link, sizeof(link), "%s/%s", search->device, name) >=
	    (int)sizeof(link))
		return 0;
	if (sysfs_real(link, bay->directory, sizeof(bay->directory)) < 0)
		return 0;
	text_clean(bay->name, sizeof(bay->name), name + strlen(LINK),
		   strlen(name + strlen(LINK)));
	return 1;
}

bool bay_find(const struct roots *roots, const char *name,
	      struct haiki_bay *ret_bay)
{
	char dir[PATH_MAX], device[PATH_MAX];
	struct haiki_bay bay = { 0 };
	struct search search = { device, &bay };

	if (sysfs_named_dir(roots, name, dir, sizeof(dir)) < 0 ||
	    snprintf(device, sizeof(device), "%s/device", dir) >=
	    (int)sizeof(device) || sysfs_each(device, ".", look, &search) != 1)
		return false;
	*ret_bay = bay;
	return true;
}

bool haiki_bay_find(const struct haiki_host *host, const char *name,
		    struct haiki_bay *ret_bay)
{
	return !haiki_host_is_simulated(host) &&
	       bay_find(&roots_real, name, ret_bay);
}

int haiki_bay_light(const struct haiki_bay *bay, enum haiki_light light)
{
	int locate, fault;

	if (!bay->directory[0])
		return -EOPNOTSUPP;
	/* Out first: a drive must never look done and faulty at once. */
	if (light != HAIKI_LIGHT_LOCATE)
		locate = sysfs_write(bay->directory, "locate", "0");
	fault = sysfs_write(bay->directory, "fault",
			    light == HAIKI_LIGHT_FAULT ? "1" : "0");
	if (light == HAIKI_LIGHT_LOCATE)
		locate = sysfs_write(bay->directory, "locate", "1");
	return light == HAIKI_LIGHT_FAULT ? fault : locate;
}
