/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "scsi/sense.h"

#define CK_COND       0x20
#define T_DIR_IN      0x08
#define BYTE_BLOCK    0x04        /* T_LENGTH counts blocks of 512 bytes */
#define LENGTH_COUNT  0x02        /* the length is in COUNT */

static uint8_t flags(const struct ata_command *ata)
{
	uint8_t b = CK_COND;

	if (ata->direction == TRANSPORT_NO_DATA)
		return b;
	if (ata->direction == TRANSPORT_FROM_DEVICE)
		b |= T_DIR_IN;
	return b | BYTE_BLOCK | LENGTH_COUNT;
}

static void prepare(const struct ata_command *ata, struct scsi_command *scsi,
		    size_t cdb_length)
{
	memset(scsi, 0, sizeof(*scsi));
	scsi->name = ata->name;
	scsi->cdb_length = cdb_length;
	scsi->data = ata->data;
	scsi->length = ata->length;
	scsi->direction = ata->direction;
	scsi->secret = ata->secret;
	scsi->timeout_ms = ata->timeout_ms;
}

int sat_encode16(const struct ata_command *ata, struct scsi_command *scsi)
{
	uint8_t *cdb = scsi->cdb;

	prepare(ata, scsi, 16);
	cdb[0] = 0x85;
	cdb[1] = (uint8_t)(ata->protocol << 1 | (ata->extended ? 1 : 0));
	cdb[2] = flags(ata);
	put_be16(cdb + 3, ata->features);
	put_be16(cdb + 5, ata->count);
	cdb[8] = (uint8_t)ata->lba;
	cdb[10] = (uint8_t)(ata->lba >> 8);
	cdb[12] = (uint8_t)(ata->lba >> 16);
	if (ata->extended) {
		cdb[7] = (uint8_t)(ata->lba >> 24);
		cdb[9] = (uint8_t)(ata->lba >> 32);
		cdb[11] = (uint8_t)(ata->lba >> 40);
	}
	cdb[13] = ata->device;
	cdb[14] = ata->command;
	return 0;
}

int sat_encode12(const struct ata_command *ata, struct scsi_command *scsi)
{
	uint8_t *cdb = scsi->cdb;

	if (ata->extended || ata->features > 0xFF || ata->count > 0xFF)
		return -EOPNOTSUPP;
	prepare(ata, scsi, 12);
	cdb[0] = 0xA1;
	cdb[1] = (uint8_t)(ata->protocol << 1);
	cdb[2] = flags(ata);
	cdb[3] = (uint8_t)ata->features;
	cdb[4] = (uint8_t)ata->count;
	cdb[5] = (uint8_t)ata->lba;
	cdb[6] = (uint8_t)(ata->lba >> 8);
	cdb[7] = (uint8_t)(ata->lba >> 16);
	cdb[8] = ata->device;
	cdb[9] = ata->command;
	return 0;
}

static const uint8_t *find_return_descriptor(const uint8_t *sense,
					     size_t length)
{
	size_t end, at = 8;

	if (length < 8)
		return NULL;
	end = 8 + (size_t)sense[7];
	if (end > length)
		end = length;
	while (at + 2 <= end) {
		if (sense[at] == 0x09 && sense[at + 1] >= 12 && at + 14 <= end)
			return sense + at;
		at += 2 + (size_t)sense[at + 1];
	}
	return NULL;
}

/* SAT-4 12.2.6, table 144. */
static void from_descriptor(const uint8_t *d, struct ata_command *ata)
{
	bool extended = d[2] & 1;

	ata->returned = true;
	/* A bridge that answers a 48-bit command without EXTEND has dropped
	 * the upper bytes. */
	ata->count_full = extended || !ata->extended;
	ata->ret_error = d[3];
	ata->ret_count = d[5];
	ata->ret_lba = (uint64_t)d[7] | (uint64_t)d[9] << 8 |
		       (uint64_t)d[11] << 16;
	if (extended) {
		ata->ret_count |= (uint16_t)(d[4] << 8);
		ata->ret_lba |= (uint64_t)d[6] << 24 | (uint64_t)d[8] << 32 |
				(uint64_t)d[10] << 40;
	}
	ata->ret_device = d[12];
	ata->ret_status = d[13];
}

/* SAT-4 12.2.7: INFORMATION and COMMAND-SPECIFIC INFORMATION. Only with the
 * ASC that says so: other fixed sense has an LBA there. */
static void from_fixed(const uint8_t *sense, struct ata_command *ata)
{
	ata->returned = true;
	ata->count_full = !ata->extended;
	ata->ret_error = sense[3];
	ata->ret_status = sense[4];
	ata->ret_device = sense[5];
	ata->ret_count = sense[6];
	ata->ret_lba = (uint64_t)sense[9] | (uint64_t)sense[10] << 8 |
		       (uint64_t)sense[11] << 16;
}

void sat_decode(const struct scsi_command *scsi, struct ata_command *ata)
{
	struct scsi_sense sense;
	const uint8_t *d;

	ata->returned = false;
	ata->count_full = false;
	ata->ret_status = ata->ret_error = ata->ret_device = 0;
	ata->ret_count = 0;
	ata->ret_lba = 0;
	scsi_sense_decode(scsi->sense, scsi->sense_length, &sense);
	if (!sense.valid || sense.deferred)
		return;
	if (sense.descriptor) {
		d = find_return_descriptor(scsi->sense, scsi->sense_length);
		if (d)
			from_descriptor(d, ata);
	} else if (sense.asc == SCSI_ASC_ATA_INFORMATION &&
		   scsi->sense_length >= 14) {
		from_fixed(scsi->sense, ata);
	}
}
