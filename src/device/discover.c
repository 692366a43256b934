/* SPDX-License-Identifier: Apache-2.0 */
#include "device/discover.h"

#include <errno.h>
#include <libintl.h>
#include <libudev.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "device/sysfs.h"

/* Memory, or devices that lie upon others and are erased with these. */
static const char *const not_disks[] = {
	"ram", "zram", "dm-", "md", "sr", "fd", "bcache", "drbd", "zd",
	"mtdblock", "ubiblock", "nbd", "rbd",
};

/* Parts of an eMMC that the kernel shows as disks of their own; those for
 * general purposes (gp0 ...) may hold anybody's data. */
static bool mmc_part(const char *name)
{
	return !strncmp(name, "mmcblk", 6) &&
	       (strstr(name, "boot") || strstr(name, "rpmb"));
}

bool discover_is_disk(const char *name, const char *dir)
{
	uint64_t hidden = 0, size = 0, removable = 0;

	for (size_t i = 0; i < ARRAY_SIZE(not_disks); i++)
		if (!strncmp(name, not_disks[i], strlen(not_disks[i])))
			return false;
	if (mmc_part(name) || sysfs_has(dir, "partition"))
		return false;
	if (!strncmp(name, "loop", 4))
		return sysfs_has(dir, "loop/backing_file");
	/* One path of an NVMe drive that has several. */
	if (sysfs_u64(dir, "hidden", &hidden) == 0 && hidden)
		return false;
	/* An empty card reader; but a fixed drive that shows no size is one
	 * that somebody has to look after. */
	if (sysfs_u64(dir, "size", &size) == 0 && size == 0 &&
	    sysfs_u64(dir, "removable", &removable) == 0 && removable)
		return false;
	return true;
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

void discover_free(char **paths, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(paths[i]);
	free(paths);
}

static int add(struct udev *udev, const char *syspath, char ***paths,
	       size_t *count)
{
	struct udev_device *device = udev_device_new_from_syspath(udev,
								   syspath);
	const char *node, *name;
	char **bigger;
	int r = 0;

	/* Gone between the enumeration and now. */
	if (!device)
		return 0;
	node = udev_device_get_devnode(device);
	name = udev_device_get_sysname(device);
	if (node && name && discover_is_disk(name, syspath)) {
		bigger = reallocarray(*paths, *count + 1, sizeof(**paths));
		if (bigger) {
			*paths = bigger;
			bigger[*count] = strdup(node);
		}
		if (!bigger || !bigger[*count])
			r = -ENOMEM;
		else
			(*count)++;
	}
	udev_device_unref(device);
	return r;
}

static int enumerate(struct udev *udev, char ***paths, size_t *count)
{
	struct udev_enumerate *list = udev_enumerate_new(udev);
	struct udev_list_entry *entry;
	int r;

	if (!list)
		return -ENOMEM;
	r = udev_enumerate_add_match_subsystem(list, "block");
	if (r >= 0)
		r = udev_enumerate_scan_devices(list);
	if (r >= 0) {
		r = 0;
		udev_list_entry_foreach(entry,
					udev_enumerate_get_list_entry(list))
			if (r == 0)
				r = add(udev, udev_list_entry_get_name(entry),
					paths, count);
	}
	udev_enumerate_unref(list);
	return r;
}

int discover_disks(char ***ret_paths, size_t *ret_count,
		   struct haiki_error *err)
{
	struct udev *udev = udev_new();
	char **paths = NULL;
	size_t count = 0;
	int r = udev ? enumerate(udev, &paths, &count) : -ENOMEM;

	if (udev)
		udev_unref(udev);
	if (r < 0) {
		discover_free(paths, count);
		return error_errno(err, r,
				   N_("the drives can't be listed"));
	}
	if (count)
		qsort(paths, count, sizeof(*paths), by_name);
	*ret_paths = paths;
	*ret_count = count;
	return 0;
}

struct obstacles {
	const char *sys;
	size_t left;              /* how many to skip yet */
	char *text;
	size_t size;
	bool found;
};

static void tell(struct obstacles *o, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void tell(struct obstacles *o, const char *format, ...)
{
	va_list args;

	if (o->found || o->left--)
		return;
	va_start(args, format);
	vsnprintf(o->text, o->size, dgettext("haiki", format), args);
	va_end(args);
	o->found = true;
}

static int look_at_pci(void *opaque, const char *name)
{
	struct obstacles *o = opaque;
	char dir[PATH_MAX], class[32];
	uint64_t remapped = 0;

	snprintf(dir, sizeof(dir), "%s/bus/pci/devices/%s", o->sys, name);
	if (sysfs_text(dir, "class", class, sizeof(class)) < 0 ||
	    strncmp(class, "0x01", 4))
		return 0;
	if (sysfs_u64(dir, "remapped_nvme", &remapped) == 0 && remapped)
		tell(o, N_("%u NVMe drives are hidden behind the SATA controller %s and can't be seen: switch the firmware's SATA mode from RAID (RST) to AHCI, then look again."),
		     (unsigned)remapped, name);
	/* RAID controllers (VMD, too) and others that nothing drives. */
	if (!sysfs_has(dir, "driver"))
		tell(o, N_("No driver serves the storage controller %s (class %s): drives on it can't be seen."),
		     name, class);
	return 0;
}

bool discover_obstacle(const char *sys, size_t number, char *ret_text,
		       size_t size)
{
	struct obstacles o = {
		.sys = sys,
		.left = number,
		.text = ret_text,
		.size = size,
	};
	char dir[PATH_MAX];

	snprintf(dir, sizeof(dir), "%s/bus/pci", sys);
	(void)sysfs_each(dir, "devices", look_at_pci, &o);
	return o.found;
}
