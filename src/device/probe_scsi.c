/* SPDX-License-Identifier: Apache-2.0 */
#include "device/probe.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "scsi/command.h"

#define VPD_PAGES     0x00
#define VPD_SERIAL    0x80
#define VPD_ATA       0x89
#define VPD_DEVICE_ID 0x83
#define VPD_ROTATION  0xB1
#define VPD_SIZE      512

static int ask(struct transport *t, struct scsi_command *command,
	       size_t *ret_received)
{
	struct scsi_sense sense;
	int r = transport_scsi(t, command, NULL);

	if (r < 0)
		return r;
	if (scsi_command_result(command, &sense) != SCSI_RESULT_GOOD)
		return -EIO;
	*ret_received = command->residual < command->length ?
			command->length - command->residual : 0;
	return 0;
}

static int read_vpd(struct transport *t, uint8_t page, uint8_t *data,
		    size_t *ret_received)
{
	struct scsi_command command;

	memset(data, 0, VPD_SIZE);
	scsi_inquiry_vpd(&command, page, data, VPD_SIZE);
	return ask(t, &command, ret_received);
}

static void set_model(struct haiki_drive *drive,
		      const struct scsi_inquiry *inquiry)
{
	bool ata = !strcmp(inquiry->vendor, "ATA") || !inquiry->vendor[0];

	snprintf(drive->model, sizeof(drive->model), "%s%s%s",
		 ata ? "" : inquiry->vendor, ata ? "" : " ", inquiry->product);
	snprintf(drive->firmware, sizeof(drive->firmware), "%s",
		 inquiry->revision);
}

static enum haiki_kind kind_of(uint16_t rotation)
{
	if (rotation == 1)
		return HAIKI_KIND_SSD;
	if (rotation >= 0x0401 && rotation <= 0xFFFE)
		return HAIKI_KIND_HDD;
	return HAIKI_KIND_UNKNOWN;
}

/* Serial number and WWN; behind USB both would be the bridge's. */
static int identity(struct transport *t, struct haiki_drive *drive)
{
	uint8_t data[VPD_SIZE];
	char serial[sizeof(drive->serial)] = "", wwn[sizeof(drive->wwn)] = "";
	size_t received;
	int r;

	r = read_vpd(t, VPD_SERIAL, data, &received);
	if (r == -ENODEV)
		return r;
	/* No serial number, or one that makes no sense: the substitute. */
	if (r == 0)
		(void)scsi_vpd_serial_decode(data, received, serial,
					     sizeof(serial));
	r = read_vpd(t, VPD_DEVICE_ID, data, &received);
	if (r == -ENODEV)
		return r;
	if (r == 0)
		(void)scsi_vpd_wwn_decode(data, received, wwn, sizeof(wwn));
	identity_set(drive, serial, "vpd-80h", wwn);
	return 0;
}

static int rotation(struct transport *t, struct haiki_drive *drive)
{
	uint8_t data[VPD_SIZE];
	uint16_t rpm;
	size_t received;
	int r = read_vpd(t, VPD_ROTATION, data, &received);

	if (r == 0 && scsi_vpd_rotation_decode(data, received, &rpm) == 0)
		drive->kind = kind_of(rpm);
	return r == -ENODEV ? r : 0;
}

static void behind_usb(struct haiki_drive *drive)
{
	drive->kind = drive->removable ? HAIKI_KIND_USB_FLASH :
					 HAIKI_KIND_UNKNOWN;
	hidden_unknown(&drive->hidden,
		       N_("the USB bridge passes no ATA commands"));
	security_unknown(&drive->security,
			 N_("the USB bridge passes no ATA commands"));
	health_unknown(&drive->health,
		       N_("the USB bridge passes no health data"));
}

static void raid_volume(struct haiki_drive *drive)
{
	static const char why[] =
		N_("a RAID controller's volume, not a drive");

	drive->kind = HAIKI_KIND_UNKNOWN;
	hidden_unknown(&drive->hidden, why);
	security_unknown(&drive->security, why);
	health_unknown(&drive->health, why);
}

/* Translators name the page of the ATA drive behind them (SAT-4 12.4). */
static int is_translated(struct transport *t, bool *ret_ata)
{
	uint8_t data[VPD_SIZE];
	size_t received;
	int r = read_vpd(t, VPD_PAGES, data, &received);

	*ret_ata = false;
	if (r == 0)
		(void)scsi_vpd_has_page(data, received, VPD_ATA, ret_ata);
	return r == -ENODEV ? r : 0;
}

static void translated(struct haiki_drive *drive)
{
	static const char why[] =
		N_("an ATA drive behind a translator that passes no ATA commands");

	drive->bus = HAIKI_BUS_ATA;
	hidden_unknown(&drive->hidden, why);
	security_unknown(&drive->security, why);
}

/* A drive of its own: SAS, Fibre Channel, or a virtual one. */
static int probe_drive(struct transport *t, struct haiki_drive *drive)
{
	bool ata;
	int r = rotation(t, drive);

	if (r == 0)
		r = is_translated(t, &ata);
	if (r < 0)
		return r;
	if (ata) {
		translated(drive);
		return health_scsi_read(t, &drive->health);
	}
	/* MODE SELECT can make a SCSI drive smaller (SBC-4 7.3), and nothing
	 * tells what size it left its maker with. */
	value_unknown(&drive->hidden.hpa_sectors,
		      N_("a SCSI drive doesn't tell whether it was made smaller"));
	value_set(&drive->hidden.dco_sectors, 0);
	value_set(&drive->hidden.amac_sectors, 0);
	security_absent(&drive->security);
	return health_scsi_read(t, &drive->health);
}

int device_probe_scsi(struct transport *t, struct haiki_drive *drive,
	       enum probe_depth depth)
{
	uint8_t data[96] = { 0 };
	struct scsi_inquiry inquiry;
	struct scsi_command command;
	size_t received;
	int r;

	scsi_inquiry(&command, data, sizeof(data));
	r = ask(t, &command, &received);
	if (r == -ENODEV || r == -EOPNOTSUPP || r == -ETIMEDOUT)
		return r;
	if (r < 0 || scsi_inquiry_decode(data, received, &inquiry) < 0)
		return -EOPNOTSUPP;
	set_model(drive, &inquiry);
	if (drive->bus == HAIKI_BUS_USB) {
		/* Plain sticks hang over pages they don't know. */
		behind_usb(drive);
		return 0;
	}
	r = identity(t, drive);
	if (r < 0 || depth == PROBE_IDENTITY)
		return r;
	if (drive->raid[0]) {
		raid_volume(drive);
		return 0;
	}
	return probe_drive(t, drive);
}
