/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "simulate/model_ata.h"
#include "simulate/model_scsi.h"

/* ATA PASS-THROUGH (12) and (16): SAT-4 12.2. */

#define PROTOCOL_NON_DATA 3
#define PROTOCOL_PIO_IN 4
#define PROTOCOL_PIO_OUT 5
#define PROTOCOL_DMA 6
#define PROTOCOL_UDMA_IN 10
#define PROTOCOL_UDMA_OUT 11

static void decode(const struct model_scsi *c, struct model_ata *ata)
{
	const uint8_t *b = c->cdb;

	memset(ata, 0, sizeof(*ata));
	if (b[0] == 0xA1) {
		ata->features = b[3];
		ata->count = b[4];
		ata->lba = (uint64_t)b[7] << 16 | (uint64_t)b[6] << 8 | b[5];
		ata->device = b[8];
		ata->command = b[9];
		return;
	}
	ata->extended = b[1] & 1;
	ata->features = b[4];
	ata->count = b[6];
	ata->lba = (uint64_t)b[12] << 16 | (uint64_t)b[10] << 8 | b[8];
	if (ata->extended) {
		ata->features |= (uint16_t)(b[3] << 8);
		ata->count |= (uint16_t)(b[5] << 8);
		ata->lba |= (uint64_t)b[11] << 40 | (uint64_t)b[9] << 32 |
			    (uint64_t)b[7] << 24;
	}
	ata->device = b[13];
	ata->command = b[14];
}

/* How many bytes T_LENGTH, BYT_BLOK and T_TYPE say. */
static int64_t transfer_length(const struct model *m,
			       const struct model_scsi *c,
			       const struct model_ata *ata)
{
	uint8_t flags = c->cdb[2];
	int64_t n, unit = 1;

	switch (flags & 3) {
	case 0:
		return 0;
	case 1:
		n = ata->features;
		break;
	case 2:
		n = ata->count;
		break;
	default:                  /* TPSIU: what the host has room for */
		return (int64_t)c->length;
	}
	if (flags & 0x04)
		unit = flags & 0x10 ? m->config.logical_block : 512;
	return n * unit;
}

static bool direction_fits(uint8_t protocol, bool in)
{
	switch (protocol) {
	case PROTOCOL_PIO_IN:
	case PROTOCOL_UDMA_IN:
		return in;
	case PROTOCOL_PIO_OUT:
	case PROTOCOL_UDMA_OUT:
		return !in;
	default:
		return protocol == PROTOCOL_DMA;
	}
}

/* 0, or a sense code when the CDB contradicts itself. */
static unsigned give_data(const struct model *m, struct model_scsi *c,
			  struct model_ata *ata)
{
	uint8_t protocol = c->cdb[1] >> 1 & 0xF;
	bool in = c->cdb[2] & 0x08;
	int64_t length = transfer_length(m, c, ata);

	if (protocol == PROTOCOL_NON_DATA)
		return length ? SENSE_INVALID_FIELD : 0;
	if (!direction_fits(protocol, in) || !length ||
	    (size_t)length > c->length)
		return SENSE_INVALID_FIELD;
	ata->data = c->data;
	ata->length = (size_t)length;
	ata->direction = in ? MODEL_DATA_IN : MODEL_DATA_OUT;
	if (c->direction != ata->direction)
		return SENSE_INVALID_FIELD;
	return 0;
}

/* ATA Status Return descriptor, SAT-4 12.2.6. */
static void put_descriptor(const struct model *m, struct model_scsi *c,
			   const struct model_ata *ata, bool non_data)
{
	const struct model_faults *f = &m->config.faults;
	uint8_t *at = c->ret_sense + 8;
	uint16_t count = f->zero_count && non_data ? 0 : ata->ret_count;

	c->ret_sense[7] = 14;
	c->ret_sense_length = 22;
	at[0] = 0x09;
	at[1] = 12;
	if (f->zero_registers)
		return;
	at[2] = ata->extended;
	at[3] = ata->ret_error;
	at[5] = (uint8_t)count;
	at[7] = (uint8_t)ata->ret_lba;
	at[9] = (uint8_t)(ata->ret_lba >> 8);
	at[11] = (uint8_t)(ata->ret_lba >> 16);
	if (ata->extended) {
		at[4] = (uint8_t)(count >> 8);
		at[6] = (uint8_t)(ata->ret_lba >> 24);
		at[8] = (uint8_t)(ata->ret_lba >> 32);
		at[10] = (uint8_t)(ata->ret_lba >> 40);
	}
	at[12] = ata->ret_device;
	at[13] = ata->ret_status;
}

/* Fixed format, SAT-4 table 192: the upper halves show only as flags. */
static void put_fixed(const struct model *m, struct model_scsi *c,
		      const struct model_ata *ata, bool non_data)
{
	const struct model_faults *f = &m->config.faults;
	uint8_t *s = c->ret_sense;
	uint16_t count = f->zero_count && non_data ? 0 : ata->ret_count;

	if (f->zero_registers)
		return;
	s[3] = ata->ret_error;
	s[4] = ata->ret_status;
	s[5] = ata->ret_device;
	s[6] = (uint8_t)count;
	s[8] = (uint8_t)((ata->extended ? 0x80 : 0) |
			 (ata->extended && count >> 8 ? 0x40 : 0) |
			 (ata->extended && ata->ret_lba >> 24 ? 0x20 : 0));
	s[9] = (uint8_t)ata->ret_lba;
	s[10] = (uint8_t)(ata->ret_lba >> 8);
	s[11] = (uint8_t)(ata->ret_lba >> 16);
}

static unsigned error_sense(const struct model_ata *ata)
{
	if (ata->ret_error & ATA_ERROR_UNC)
		return SENSE_READ_ERROR;
	if (ata->ret_error & ATA_ERROR_IDNF)
		return SENSE_LBA_OUT_OF_RANGE;
	return SENSE_ABORTED;
}

int model_sat_execute(struct model *m, struct model_scsi *c)
{
	const struct model_faults *f = &m->config.faults;
	bool check = c->cdb[2] & 0x20, failed;
	bool non_data = (c->cdb[1] >> 1 & 0xF) == PROTOCOL_NON_DATA;
	struct model_ata ata;
	unsigned sense;
	int rc;

	decode(c, &ata);
	sense = give_data(m, c, &ata);
	if (sense)
		return model_scsi_check(m, c, sense);
	rc = model_ata_execute(m, &ata);
	if (rc < 0)
		return rc;
	c->ret_length = ata.direction == MODEL_DATA_IN ? ata.ret_length :
			ata.length;
	failed = ata.ret_status & 0x01;
	if (!failed && (!check || f->no_registers))
		return model_scsi_good(c);
	c->ret_status = 0x02;
	model_scsi_sense(c, !f->fixed_sense,
			 failed ? error_sense(&ata) : SENSE_ATA_INFORMATION);
	if (f->no_registers)
		return 0;
	if (f->fixed_sense)
		put_fixed(m, c, &ata, non_data);
	else
		put_descriptor(m, c, &ata, non_data);
	return 0;
}
