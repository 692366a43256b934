/* SPDX-License-Identifier: Apache-2.0 */
/* libatasmart's header wants size_t declared before it. */
#include <stddef.h>

#include <atasmart.h>
#include <string.h>

#include "ata/command.h"
#include "base/bytes.h"
#include "base/error.h"
#include "device/probe.h"

/*
 * libatasmart reads a drive by itself or a "blob": sections of a tag, a
 * length (both big-endian) and the data as the drive sent it.
 */
#define TAG_IDENTIFY   0x49444659u   /* "IDFY" */
#define TAG_SMART_DATA 0x534D4454u   /* "SMDT" */
#define SECTION_SIZE   (8 + ATA_SECTOR)

#define ATTRIBUTE_REALLOCATED 5
#define ATTRIBUTE_PENDING     197

static void put_section(uint8_t *at, uint32_t tag, const uint8_t *data)
{
	put_be32(at, tag);
	put_be32(at + 4, ATA_SECTOR);
	memcpy(at + 8, data, ATA_SECTOR);
}

static int open_blob(const uint8_t *identify, const uint8_t *smart,
		     SkDisk **ret_disk)
{
	uint8_t blob[2 * SECTION_SIZE];
	SkDisk *disk;

	put_section(blob, TAG_IDENTIFY, identify);
	put_section(blob + SECTION_SIZE, TAG_SMART_DATA, smart);
	if (sk_disk_open(NULL, &disk) < 0)
		return -1;
	if (sk_disk_set_blob(disk, blob, sizeof(blob)) < 0) {
		sk_disk_free(disk);
		return -1;
	}
	*ret_disk = disk;
	return 0;
}

/* A count of sectors, where libatasmart knows that this maker counts them
 * there; some keep other things in the raw value. */
static void count(struct haiki_value *value,
		  const SkSmartAttributeParsedData *a)
{
	if (a->pretty_unit == SK_SMART_ATTRIBUTE_UNIT_SECTORS)
		value_set(value, (int64_t)a->pretty_value);
	else
		value_unknown(value,
			      N_("the SMART attribute is in a form of the maker's own"));
}

/* The warmest of several sensors, the longest of several clocks. */
static void at_least(struct haiki_value *value, int64_t n)
{
	if (!value->known || value->value < n)
		value_set(value, n);
}

/* One reading of all: libatasmart's own question for each value would go
 * through all the attributes, and all the makers' forms, once more. */
static void attribute(SkDisk *disk, const SkSmartAttributeParsedData *a,
		      void *opaque)
{
	struct haiki_health *health = opaque;

	(void)disk;
	if (a->id == ATTRIBUTE_REALLOCATED)
		count(&health->reallocated, a);
	if (a->id == ATTRIBUTE_PENDING)
		count(&health->pending, a);
	if (a->pretty_unit == SK_SMART_ATTRIBUTE_UNIT_MKELVIN)
		at_least(&health->temperature,
			 ((int64_t)a->pretty_value - 273150) / 1000);
	if (a->pretty_unit == SK_SMART_ATTRIBUTE_UNIT_MSECONDS &&
	    !strncmp(a->name, "power-on-", strlen("power-on-")))
		at_least(&health->power_on_hours,
			 (int64_t)(a->pretty_value / 3600000));
}

static void from_disk(SkDisk *disk, struct haiki_health *health)
{
	SkBool available;

	/* Without its identity the maker's own forms can't be told. */
	if (sk_disk_smart_is_available(disk, &available) < 0 || !available)
		health_unknown(health, N_("the drive has no SMART"));
	else if (sk_disk_smart_parse_attributes(disk, attribute, health) < 0)
		health_unknown(health, N_("the SMART data makes no sense"));
}

void health_ata(const uint8_t identify[512], const uint8_t smart[512],
		struct haiki_health *health)
{
	SkDisk *disk;
	bool blank = true;

	for (size_t i = 0; i < ATA_SECTOR; i++)
		blank &= smart[i] == 0;
	/* ACS-4 9.10: the sum of all bytes is zero, which zeros are too. */
	if (blank || !ata_checksum_fits(smart)) {
		health_unknown(health, blank ?
			       N_("the SMART data is blank") :
			       N_("the SMART data's checksum is wrong"));
		return;
	}
	health_unknown(health, N_("the drive keeps no such SMART attribute"));
	if (open_blob(identify, smart, &disk) < 0) {
		health_unknown(health, N_("the SMART data makes no sense"));
		return;
	}
	from_disk(disk, health);
	sk_disk_free(disk);
}

int health_ata_read(struct transport *t, const struct ata_identify *id,
		    const uint8_t identify[512], struct haiki_health *health)
{
	uint8_t smart[ATA_SECTOR] = { 0 };
	struct ata_command command;
	int r;

	if (!id->usable) {
		health_unknown(health, id->reason);
		return 0;
	}
	if (id->smart != HAIKI_YES) {
		health_unknown(health, id->smart == HAIKI_NO ?
			       N_("the drive has no SMART") :
			       N_("whether the drive has SMART is unknown"));
		return 0;
	}
	if (id->smart_enabled == HAIKI_NO) {
		health_unknown(health, N_("SMART is switched off"));
		return 0;
	}
	ata_smart_read_data(&command, smart);
	r = transport_ata(t, &command, NULL);
	if (r < 0 || (command.returned &&
		      ata_command_result(&command) != ATA_RESULT_DONE)) {
		health_unknown(health, N_("the SMART data can't be read"));
		return r == -ENODEV || r == -ETIMEDOUT ? r : 0;
	}
	health_ata(identify, smart, health);
	return 0;
}
