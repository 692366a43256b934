/* SPDX-License-Identifier: Apache-2.0 */
#include "device/describe.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"

/*
 * What RAID controllers call their volumes in INQUIRY data. An empty vendor
 * or model fits all. A physical drive that such a controller passes through
 * keeps its maker's names ("ATA", "SEAGATE" ...) and fits none of these.
 */
static const struct {
	const char *vendor, *model;
} volumes[] = {
	{ "DELL", "PERC" },
	{ "DELL", "BOSS" },
	{ "", "DELLBOSS" },
	{ "AVAGO", "" },
	{ "BROADCOM", "MR" },
	{ "LSI", "MR" },
	{ "LSI", "MegaRAID" },
	{ "LSI", "Logical Volume" },
	{ "LSILOGIC", "Logical Volume" },
	{ "LSI", "Virtual" },
	{ "INTEL", "RS" },
	{ "INTEL", "RMS" },
	{ "LENOVO", "RAID" },
	{ "Lenovo", "RAID" },
	{ "IBM", "ServeRAID" },
	{ "FTS", "PRAID" },
	{ "FUJITSU", "PRAID" },
	{ "CISCO", "UCSC" },
	{ "Cisco", "UCSC" },
	{ "SMC", "" },
	{ "Supermicr", "SMC" },
	{ "HUAWEI", "RAID" },
	{ "NEC", "MegaRAID" },
	{ "NEC", "N8103" },
	{ "HITACHI", "MegaRAID" },
	{ "HP", "LOGICAL VOLUME" },
	{ "HPE", "LOGICAL VOLUME" },
	{ "HPE", "MR" },
	{ "HPE", "NS204" },
	{ "COMPAQ", "LOGICAL VOLUME" },
	{ "MSCC", "LOGICAL VOLUME" },
	{ "Microsemi", "LOGICAL VOLUME" },
	{ "ADAPTEC", "" },
	{ "Adaptec", "" },
	{ "ASR", "" },
	{ "AMCC", "" },
	{ "3ware", "" },
	{ "Areca", "" },
	{ "HPT", "" },
	{ "Promise", "" },
	{ "PROMISE", "" },
	{ "MARVELL", "Raid VD" },
	{ "", "Marvell_VD" },
	{ "ATA", "MV_RAID" },
	{ "JMicron", "H/W RAID" },
	{ "IFT", "" },
	{ "ServeRA", "" },
};

static bool begins(const char *text, const char *prefix)
{
	return !strncasecmp(text, prefix, strlen(prefix));
}

/* hpsa and smartpqi tell; "N/A" is a drive that they pass through. */
static bool level_attribute(const char *dir, char *ret_text, size_t size)
{
	char level[64];

	if (sysfs_text(dir, "device/raid_level", level, sizeof(level)) < 0 ||
	    !level[0] || !strcasecmp(level, "N/A"))
		return false;
	snprintf(ret_text, size, "%s", level);
	return true;
}

struct find_level {
	char path[512];
	char *text;
	size_t size;
};

static int read_level(void *opaque, const char *name)
{
	struct find_level *find = opaque;
	char attribute[128];

	snprintf(attribute, sizeof(attribute), "%s/level", name);
	if (sysfs_text(find->path, attribute, find->text, find->size) < 0)
		snprintf(find->text, find->size, "RAID");
	return 1;
}

/* The kernel's raid class: volumes of mpt2sas, mpt3sas and megaraid_sas. */
static bool raid_class(const char *dir, char *ret_text, size_t size)
{
	struct find_level find = { .text = ret_text, .size = size };

	snprintf(find.path, sizeof(find.path), "%s/device/raid_devices", dir);
	return sysfs_each(find.path, ".", read_level, &find) > 0;
}

bool raid_recognise(const char *vendor, const char *model, const char *driver,
		    const char *dir, char *ret_text, size_t size)
{
	char level[64] = "";
	bool known = level_attribute(dir, level, sizeof(level)) ||
		     raid_class(dir, level, sizeof(level));

	/* A plain name is enough: some controllers look like AHCI. */
	for (size_t i = 0; !known && i < ARRAY_SIZE(volumes); i++)
		known = begins(vendor, volumes[i].vendor) &&
			begins(model, volumes[i].model);
	if (!known)
		return false;
	snprintf(ret_text, size, "%s%s%s%s%s%s%s", vendor,
		 vendor[0] ? " " : "", model, level[0] ? ", " : "", level,
		 driver[0] ? ", " : "", driver);
	return true;
}
