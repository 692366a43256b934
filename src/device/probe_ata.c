/* SPDX-License-Identifier: Apache-2.0 */
#include "device/probe.h"

#include <stdio.h>
#include <string.h>

#include "ata/command.h"
#include "base/error.h"

/* The drive's IDENTIFY DEVICE data: 0, -EOPNOTSUPP, -ENODEV or another. */
static int read_identify(struct transport *t, uint8_t data[ATA_SECTOR],
			 struct ata_identify *ret_id)
{
	struct ata_command command;
	int r;

	memset(data, 0, ATA_SECTOR);
	ata_identify_device(&command, data);
	r = transport_ata(t, &command, NULL);
	if (r < 0)
		return r;
	/* An ATAPI device, or something that has no ATA behind. */
	if (command.returned && ata_command_result(&command) ==
	    ATA_RESULT_ABORTED)
		return -EOPNOTSUPP;
	ata_identify_decode(data, ret_id);
	return 0;
}

static void identity(struct haiki_drive *drive, const struct ata_identify *id)
{
	char wwn[17] = "";

	if (id->wwn)
		snprintf(wwn, sizeof(wwn), "%016llx",
			 (unsigned long long)id->wwn);
	identity_set(drive, id->serial, "identify-device", wwn);
	if (id->model[0])
		snprintf(drive->model, sizeof(drive->model), "%s", id->model);
	if (id->firmware[0])
		snprintf(drive->firmware, sizeof(drive->firmware), "%s",
			 id->firmware);
}

static enum haiki_kind kind_of(const struct ata_identify *id)
{
	switch (id->rotating) {
	case HAIKI_YES:
		return HAIKI_KIND_HDD;
	case HAIKI_NO:
		return HAIKI_KIND_SSD;
	default:
		return HAIKI_KIND_UNKNOWN;
	}
}

/* Bridges answer IDENTIFY with all zeros where they know nothing. */
static bool nothing_behind(const struct haiki_drive *drive,
			   const struct ata_identify *id)
{
	return drive->bus != HAIKI_BUS_ATA && !id->usable &&
	       !id->serial[0] && !id->model[0];
}

/* A drive that has ended a sanitize refuses all else until it has been asked
 * about it (ACS-4 4.17.6, state SD4); one that runs or failed refuses anyway. */
static int sanitize(struct transport *t, const struct ata_identify *id,
		    enum haiki_sanitize *ret_state)
{
	struct ata_sanitize_result result;
	struct ata_command command;
	int r;

	if (id->sanitize != HAIKI_YES)
		return 0;
	ata_sanitize_status(&command, false);
	r = transport_ata(t, &command, NULL);
	if (r < 0)
		return r == -ENODEV ? r : 0;
	ata_sanitize_decode(&command, &result);
	if (result.state == ATA_SANITIZE_RUNNING)
		*ret_state = HAIKI_SANITIZE_RUNNING;
	else if (result.state == ATA_SANITIZE_FAILED)
		*ret_state = HAIKI_SANITIZE_FAILED;
	return 0;
}

int device_probe_ata(struct transport *t, struct haiki_drive *drive,
	      enum probe_depth depth)
{
	uint8_t data[ATA_SECTOR];
	struct ata_identify id;
	int r;

	/* A volume's controller would answer for some drive of its own. */
	if (drive->raid[0])
		return -EOPNOTSUPP;
	r = read_identify(t, data, &id);
	if (r == -ENODEV || r == -EOPNOTSUPP || r == -ETIMEDOUT)
		return r;
	if (r < 0 || nothing_behind(drive, &id))
		return -EOPNOTSUPP;
	/* Named by a translator's vendor it may look like a SCSI drive, which
	 * can hide nothing in the ways that ATA drives can. */
	if (drive->bus == HAIKI_BUS_SCSI)
		drive->bus = HAIKI_BUS_ATA;
	/* With a wrong checksum not even the serial number can be believed:
	 * then the translator's word counts, whenever it's asked. */
	if (id.usable)
		identity(drive, &id);
	else
		r = device_probe_scsi(t, drive, PROBE_IDENTITY);
	if (r == -ENODEV || r == -ETIMEDOUT)
		return r;
	if (!id.usable && depth == PROBE_IDENTITY)
		return r;
	if (depth == PROBE_IDENTITY)
		return 0;
	drive->kind = kind_of(&id);
	drive->security = id.security;
	drive->encrypts_all = id.encrypts_all;
	if (id.usable && id.physical_block)
		drive->physical_block = id.physical_block;
	if (sanitize(t, &id, &drive->sanitize) == -ENODEV)
		return -ENODEV;
	if (hidden_ata(t, &id, drive->size_bytes, &drive->hidden) == -ENODEV)
		return -ENODEV;
	/* One that answers everything else but its health isn't silent. */
	r = health_ata_read(t, &id, data, &drive->health);
	return r == -ETIMEDOUT ? 0 : r;
}
