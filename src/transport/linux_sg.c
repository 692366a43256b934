/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/linux.h"

#include <errno.h>
#include <scsi/sg.h>
#include <string.h>
#include <sys/ioctl.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "scsi/sense.h"

/* Host bytes of the SCSI midlayer (kernel, include/scsi/scsi_status.h). */
#define DID_OK          0x00
#define DID_NO_CONNECT  0x01
#define DID_TIME_OUT    0x03
#define DID_BAD_TARGET  0x04

#define DRIVER_MASK     0x0f
#define DRIVER_TIMEOUT  0x06

static int direction_of(const struct scsi_command *command)
{
	switch (command->direction) {
	case TRANSPORT_FROM_DEVICE:
		return SG_DXFER_FROM_DEV;
	case TRANSPORT_TO_DEVICE:
		return SG_DXFER_TO_DEV;
	default:
		return SG_DXFER_NONE;
	}
}

static int host_failed(const struct linux_drive *drive,
		       const struct scsi_command *command,
		       const sg_io_hdr_t *io, struct haiki_error *err)
{
	if (io->host_status == DID_TIME_OUT ||
	    (io->driver_status & DRIVER_MASK) == DRIVER_TIMEOUT)
		return error_set(err, HAIKI_DOMAIN_SCSI, -ETIMEDOUT,
				 N_("%s: no answer from the drive to %s in time"),
				 drive->path, command->name);
	if (io->host_status == DID_NO_CONNECT ||
	    io->host_status == DID_BAD_TARGET || linux_gone(drive))
		return error_set(err, HAIKI_DOMAIN_SCSI, -ENODEV,
				 N_("%s: the drive is gone"), drive->path);
	return error_set(err, HAIKI_DOMAIN_SCSI, -EIO,
			 N_("%s: %s did not reach the drive (host status %02Xh)"),
			 drive->path, command->name, io->host_status);
}

int linux_scsi(struct transport *t, struct scsi_command *command,
	       struct haiki_error *err)
{
	struct linux_drive *drive = t->state;
	sg_io_hdr_t io = { 0 };

	command->status = 0;
	command->sense_length = 0;
	command->residual = 0;
	memset(command->sense, 0, sizeof(command->sense));
	if (drive->pass != LINUX_PASS_SCSI)
		return error_set(err, HAIKI_DOMAIN_SCSI, -EOPNOTSUPP,
				 N_("%s: not a SCSI device"), drive->path);
	io.interface_id = 'S';
	io.dxfer_direction = direction_of(command);
	io.cmd_len = (unsigned char)command->cdb_length;
	io.cmdp = command->cdb;
	io.mx_sb_len = sizeof(command->sense);
	io.sbp = command->sense;
	io.dxfer_len = (unsigned int)command->length;
	io.dxferp = command->data;
	io.timeout = command->timeout_ms ? command->timeout_ms :
		     TRANSPORT_DEFAULT_TIMEOUT_MS;
	if (ioctl(drive->fd, SG_IO, &io) < 0) {
		if (errno == ENOTTY)
			return error_set(err, HAIKI_DOMAIN_SCSI, -EOPNOTSUPP,
					 N_("%s: the kernel passes no SCSI commands to it"),
					 drive->path);
		return linux_failed(drive, errno, command->name, err);
	}
	if (io.host_status != DID_OK ||
	    (io.driver_status & DRIVER_MASK) == DRIVER_TIMEOUT)
		return host_failed(drive, command, &io, err);
	command->status = io.status;
	command->sense_length = io.sb_len_wr;
	if (io.resid > 0)
		command->residual = (size_t)io.resid;
	return 0;
}

/*
 * What came back of an ATA PASS-THROUGH: 0 if the ATA device answered (maybe
 * with an error in its registers), -EOPNOTSUPP if the translator doesn't
 * know this form of the command.
 */
static int sat_result(const struct linux_drive *drive,
		      const struct scsi_command *scsi, struct ata_command *ata,
		      struct haiki_error *err)
{
	struct scsi_sense sense;
	char text[96];

	sat_decode(scsi, ata);
	if (ata->returned)
		return 0;
	switch (scsi_command_result(scsi, &sense)) {
	case SCSI_RESULT_GOOD:
		return 0;
	case SCSI_RESULT_RETRY:
		return error_set(err, HAIKI_DOMAIN_SCSI, -EAGAIN,
				 N_("%s: the drive is busy; try again"),
				 drive->path);
	case SCSI_RESULT_UNSUPPORTED:
		return error_set(err, HAIKI_DOMAIN_SCSI, -EOPNOTSUPP,
				 N_("%s: no ATA command gets through to it"),
				 drive->path);
	default:
		scsi_sense_describe(&sense, text, sizeof(text));
		error_set(err, HAIKI_DOMAIN_SCSI, -EIO,
			  N_("%s: %s failed before it reached the drive: %s"),
			  drive->path, ata->name, text);
		error_raw(err, scsi->sense, scsi->sense_length);
		return -EIO;
	}
}

typedef int sat_encoder(const struct ata_command *ata,
			struct scsi_command *scsi);

static int try_sat(struct transport *t, sat_encoder *encode,
		   struct ata_command *ata, struct haiki_error *err)
{
	struct linux_drive *drive = t->state;
	struct scsi_command scsi;
	int r = encode(ata, &scsi);

	if (r < 0)
		return error_set(err, HAIKI_DOMAIN_SCSI, r,
				 N_("%s: its bridge knows only 28-bit ATA commands"),
				 drive->path);
	/* A bridge that transfers less than it says must not leave what was
	 * in memory before. */
	if (ata->direction == TRANSPORT_FROM_DEVICE)
		memset(ata->data, 0, ata->length);
	r = linux_scsi(t, &scsi, err);
	if (r < 0)
		return r;
	return sat_result(drive, &scsi, ata, err);
}

static const struct {
	enum linux_sat form;
	sat_encoder *encode;
} sat_forms[] = {
	{ LINUX_SAT_16, sat_encode16 },
	{ LINUX_SAT_12, sat_encode12 },
};

/* Some bridges call good what they don't know, and transfer nothing. */
static bool says_nothing(const struct ata_command *command)
{
	const uint8_t *data = command->data;

	if (command->returned || command->direction != TRANSPORT_FROM_DEVICE)
		return false;
	for (size_t i = 0; i < command->length; i++)
		if (data[i])
			return false;
	return true;
}

int linux_ata(struct transport *t, struct ata_command *command,
	      struct haiki_error *err)
{
	struct linux_drive *drive = t->state;
	bool nothing = false;
	int r = -EOPNOTSUPP;

	command->returned = false;
	command->count_full = false;
	if (drive->pass != LINUX_PASS_SCSI || drive->sat == LINUX_SAT_NONE)
		return error_set(err, HAIKI_DOMAIN_SCSI, -EOPNOTSUPP,
				 N_("%s: no ATA command gets through to it"),
				 drive->path);
	for (size_t i = 0; i < ARRAY_SIZE(sat_forms); i++) {
		if (drive->sat != LINUX_SAT_UNTRIED &&
		    drive->sat != sat_forms[i].form)
			continue;
		r = try_sat(t, sat_forms[i].encode, command, err);
		if (r == 0 && drive->sat == LINUX_SAT_UNTRIED &&
		    (nothing || i + 1 < ARRAY_SIZE(sat_forms)) &&
		    says_nothing(command)) {
			nothing = true;
			continue;
		}
		if (r == 0)
			drive->sat = sat_forms[i].form;
		if (r != -EOPNOTSUPP)
			return r;
	}
	return nothing ? 0 : r;
}
