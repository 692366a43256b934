/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/drive.h>

#include <string.h>

#include "base/cleanup.h"

static const char *const bus_names[] = {
	[HAIKI_BUS_OTHER] = "other",
	[HAIKI_BUS_ATA] = "ata",
	[HAIKI_BUS_SCSI] = "scsi",
	[HAIKI_BUS_NVME] = "nvme",
	[HAIKI_BUS_USB] = "usb",
	[HAIKI_BUS_MMC] = "mmc",
	[HAIKI_BUS_VIRTIO] = "virtio",
};

static const char *const kind_names[] = {
	[HAIKI_KIND_UNKNOWN] = "unknown",
	[HAIKI_KIND_HDD] = "hdd",
	[HAIKI_KIND_SSD] = "ssd",
	[HAIKI_KIND_USB_FLASH] = "usb-flash",
	[HAIKI_KIND_MMC] = "mmc",
};

const char *haiki_bus_name(enum haiki_bus bus)
{
	return (size_t)bus < ARRAY_SIZE(bus_names) ? bus_names[bus] :
						     bus_names[0];
}

const char *haiki_kind_name(enum haiki_kind kind)
{
	return (size_t)kind < ARRAY_SIZE(kind_names) ? kind_names[kind] :
						       kind_names[0];
}

enum haiki_bus haiki_bus_from_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(bus_names); i++)
		if (!strcmp(bus_names[i], name))
			return (enum haiki_bus)i;
	return HAIKI_BUS_OTHER;
}

enum haiki_kind haiki_kind_from_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kind_names); i++)
		if (!strcmp(kind_names[i], name))
			return (enum haiki_kind)i;
	return HAIKI_KIND_UNKNOWN;
}

const struct haiki_method_support *
haiki_drive_method(const struct haiki_drive *drive, enum haiki_method method)
{
	for (size_t i = 0; i < drive->methods_count; i++)
		if (drive->methods[i].method == method)
			return &drive->methods[i];
	return NULL;
}

bool haiki_drive_unfinished(const struct haiki_drive *drive)
{
	return drive->sanitize != HAIKI_SANITIZE_UNKNOWN &&
	       drive->sanitize != HAIKI_SANITIZE_IDLE;
}
