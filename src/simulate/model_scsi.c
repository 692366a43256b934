/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "simulate/model_ata.h"
#include "simulate/model_scsi.h"
#include "simulate/model_tcg.h"

/* --- answers ------------------------------------------------------------ */

int model_scsi_good(struct model_scsi *c)
{
	c->ret_status = 0x00;
	return 0;
}

void model_scsi_sense(struct model_scsi *c, bool descriptor, unsigned sense)
{
	uint8_t key = sense >> 16 & 0xF, asc = sense >> 8 & 0xFF;

	memset(c->ret_sense, 0, sizeof(c->ret_sense));
	if (descriptor) {
		c->ret_sense[0] = 0x72;
		c->ret_sense[1] = key;
		c->ret_sense[2] = asc;
		c->ret_sense[3] = (uint8_t)sense;
		c->ret_sense_length = 8;
	} else {
		c->ret_sense[0] = 0x70;
		c->ret_sense[2] = key;
		c->ret_sense[7] = 10;
		c->ret_sense[12] = asc;
		c->ret_sense[13] = (uint8_t)sense;
		c->ret_sense_length = 18;
	}
}

/* Sense-key specific progress indication: SPC-5 4.4.2.4.4, 4.4.3. */
void model_scsi_sense_progress(struct model_scsi *c, bool descriptor,
			 uint32_t progress)
{
	uint8_t *at = c->ret_sense + 15;

	if (descriptor) {
		c->ret_sense[7] = 8;
		c->ret_sense[8] = 0x02;
		c->ret_sense[9] = 6;
		at = c->ret_sense + 12;
		c->ret_sense_length = 16;
	}
	at[0] = 0x80;
	put_be16(at + 1, (uint16_t)progress);
}

static bool wants_descriptor(const struct model *m)
{
	return m->state.descriptor_sense && !m->config.faults.fixed_sense;
}

int model_scsi_check(struct model *m, struct model_scsi *c, unsigned sense)
{
	c->ret_status = 0x02;
	model_scsi_sense(c, wants_descriptor(m), sense);
	return 0;
}

int model_scsi_check_progress(struct model *m, struct model_scsi *c,
			      unsigned sense)
{
	model_scsi_check(m, c, sense);
	model_scsi_sense_progress(c, wants_descriptor(m), model_op_progress(m));
	return 0;
}

int model_scsi_data_in(struct model_scsi *c, const void *data, size_t length,
		 size_t allocation)
{
	if (length > allocation)
		length = allocation;
	if (length > c->length)
		length = c->length;
	if (length && c->direction == MODEL_DATA_IN) {
		memcpy(c->data, data, length);
		c->ret_length = length;
	}
	return model_scsi_good(c);
}

/* --- reading and writing ------------------------------------------------ */

struct extent {
	uint64_t lba;
	uint64_t count;
};

static struct extent extent_of(const struct model_scsi *c)
{
	const uint8_t *b = c->cdb;
	struct extent e;

	switch (b[0] >> 5) {
	case 0:                   /* 6-byte: 0 means 256 blocks */
		e.lba = (uint64_t)(b[1] & 0x1F) << 16 | get_be16(b + 2);
		e.count = b[4] ? b[4] : 256;
		break;
	case 4:                   /* 16-byte */
		e.lba = get_be64(b + 2);
		e.count = get_be32(b + 10);
		break;
	case 5:                   /* 12-byte */
		e.lba = get_be32(b + 2);
		e.count = get_be32(b + 6);
		break;
	default:
		e.lba = get_be32(b + 2);
		e.count = get_be16(b + 7);
		break;
	}
	return e;
}

static int io_result(struct model *m, struct model_scsi *c, int rc,
		     unsigned medium_error)
{
	switch (rc) {
	case 0:
		return model_scsi_good(c);
	case -ENODEV:
	case -ETIMEDOUT:
		return rc;
	case -ENOSPC:
		return model_scsi_check(m, c, SENSE_LBA_OUT_OF_RANGE);
	case -EROFS:
		return model_scsi_check(m, c, SENSE_WRITE_PROTECTED);
	default:
		if (m->state.locked)
			return model_scsi_check(m, c, SENSE_SECURITY_LOCKED);
		/* Behind SAT a sanitize makes the drive abort. */
		if (model_is_ata(m) && model_ata_sanitize_engaged(m))
			return model_scsi_check(m, c, SENSE_ABORTED);
		return model_scsi_check(m, c, medium_error);
	}
}

static int scsi_read(struct model *m, struct model_scsi *c)
{
	struct extent e = extent_of(c);
	size_t bytes = e.count * m->config.logical_block;
	int rc;

	if (e.count && (c->direction != MODEL_DATA_IN || c->length < bytes))
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	rc = model_io_read(m, 1, e.lba, c->data, e.count);
	if (rc == 0)
		c->ret_length = bytes;
	return io_result(m, c, rc, SENSE_READ_ERROR);
}

static int scsi_write(struct model *m, struct model_scsi *c)
{
	struct extent e = extent_of(c);
	size_t bytes = e.count * m->config.logical_block;
	int rc;

	if (e.count && (c->direction != MODEL_DATA_OUT || c->length < bytes))
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	rc = model_io_write(m, 1, e.lba, c->data, e.count);
	/* FUA: on the medium before it's answered. */
	if (rc == 0 && c->cdb[0] >> 5 && c->cdb[1] & 0x08)
		rc = model_io_flush(m);
	c->ret_length = rc == 0 ? bytes : 0;
	return io_result(m, c, rc, SENSE_WRITE_ERROR);
}

static int scsi_verify(struct model *m, struct model_scsi *c)
{
	CLEANUP(free) uint8_t *buffer = NULL;
	struct extent e = extent_of(c);

	if (e.count > 65536)
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	buffer = calloc(e.count + 1, m->config.logical_block);
	if (!buffer)
		return model_scsi_check(m, c, SENSE_ABORTED);
	return io_result(m, c, model_io_read(m, 1, e.lba, buffer, e.count),
			 SENSE_READ_ERROR);
}

/* WRITE SAME (10), (16): SBC-4 5.52; the UNMAP bit deallocates. */
static int scsi_write_same(struct model *m, struct model_scsi *c)
{
	struct extent e = extent_of(c);
	bool no_data = c->cdb[1] & 0x01, unmap = c->cdb[1] & 0x08;
	int rc = 0;

	if (!e.count)
		e.count = model_io_capacity(m, 1) - e.lba;
	if (unmap && model_is_flash(m))
		return io_result(m, c, model_io_trim(m, 1, e.lba, e.count),
				 SENSE_WRITE_ERROR);
	if (no_data || c->direction != MODEL_DATA_OUT ||
	    c->length < m->config.logical_block)
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	for (uint64_t i = 0; rc == 0 && i < e.count; i++)
		rc = model_io_write(m, 1, e.lba + i, c->data, 1);
	return io_result(m, c, rc, SENSE_WRITE_ERROR);
}

static int scsi_unmap(struct model *m, struct model_scsi *c)
{
	const uint8_t *data = c->data;
	size_t length = get_be16(c->cdb + 7), end;
	int rc = 0;

	if (!length)
		return model_scsi_good(c);
	if (!model_is_flash(m) || c->direction != MODEL_DATA_OUT ||
	    length < 8 || c->length < length)
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	end = 8 + (size_t)get_be16(data + 2);
	if (end > length)
		return model_scsi_check(m, c, SENSE_LIST_LENGTH);
	for (size_t at = 8; rc == 0 && at + 16 <= end; at += 16)
		rc = model_io_trim(m, 1, get_be64(data + at),
				   get_be32(data + at + 8));
	return io_result(m, c, rc, SENSE_WRITE_ERROR);
}

static int scsi_flush(struct model *m, struct model_scsi *c)
{
	return io_result(m, c, model_io_flush(m), SENSE_WRITE_ERROR);
}

/* --- capacity, sense, luns ---------------------------------------------- */

static int scsi_capacity10(struct model *m, struct model_scsi *c)
{
	uint8_t data[8];
	uint64_t last;

	m->state.identifies++;
	last = model_io_capacity(m, 1) - 1;
	put_be32(data, last > 0xFFFFFFFF ? 0xFFFFFFFF : (uint32_t)last);
	put_be32(data + 4, m->config.logical_block);
	return model_scsi_data_in(c, data, sizeof(data), 8);
}

static int scsi_capacity16(struct model *m, struct model_scsi *c)
{
	unsigned ratio = m->config.physical_block / m->config.logical_block;
	uint8_t data[32] = { 0 };

	m->state.identifies++;
	put_be64(data, model_io_capacity(m, 1) - 1);
	put_be32(data + 8, m->config.logical_block);
	data[13] = (uint8_t)__builtin_ctz(ratio);
	if (model_is_flash(m) && m->config.kind != MODEL_USB_STICK)
		data[14] = 0xC0;          /* LBPME, LBPRZ */
	return model_scsi_data_in(c, data, sizeof(data), get_be32(c->cdb + 10));
}

static int scsi_request_sense(struct model *m, struct model_scsi *c)
{
	const struct model_op *op = &m->state.op;
	bool descriptor = c->cdb[1] & 1 && !m->config.faults.fixed_sense;
	bool formatting = op->kind == OP_FORMAT;

	model_scsi_sense(c, descriptor, SENSE_NONE);
	if (op->state == OP_RUNNING) {
		model_scsi_sense(c, descriptor,
			   formatting ? SENSE_FORMATTING : SENSE_SANITIZING);
		model_scsi_sense_progress(c, descriptor, model_op_progress(m));
	} else if (op->state == OP_FAILED) {
		model_scsi_sense(c, descriptor, formatting ?
				 SENSE_FORMAT_FAILED : SENSE_SANITIZE_FAILED);
	} else if (m->state.unit_attention) {
		model_scsi_sense(c, descriptor,
			   0x060000u | (unsigned)m->state.unit_attention);
		m->state.unit_attention = 0;
	}
	model_scsi_data_in(c, c->ret_sense, c->ret_sense_length, c->cdb[4]);
	c->ret_sense_length = 0;
	return model_scsi_good(c);
}

static int scsi_report_luns(struct model *m, struct model_scsi *c)
{
	uint8_t data[16] = { 0 };

	(void)m;
	put_be32(data, 8);
	return model_scsi_data_in(c, data, sizeof(data), get_be32(c->cdb + 6));
}

static int scsi_nothing(struct model *m, struct model_scsi *c)
{
	(void)m;
	return model_scsi_good(c);
}

/* SECURITY PROTOCOL IN/OUT, SPC-5 6.40; INC_512 counts in blocks of 512. */
static int scsi_security(struct model *m, struct model_scsi *c)
{
	size_t length = get_be32(c->cdb + 6);
	bool in = c->cdb[0] == 0xA2;
	int rc;

	if (c->cdb[4] & 0x80)
		length *= 512;
	if (!m->config.opal || length > c->length ||
	    c->direction != (in ? MODEL_DATA_IN : MODEL_DATA_OUT))
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	if (in)
		rc = model_tcg_receive(m, c->cdb[1], get_be16(c->cdb + 2),
				       c->data, length);
	else
		rc = model_tcg_send(m, c->cdb[1], get_be16(c->cdb + 2),
				    c->data, length);
	if (rc == -ENODEV || rc == -ETIMEDOUT)
		return rc;
	if (rc < 0)
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	c->ret_length = length;
	return model_scsi_good(c);
}

/* --- the table ---------------------------------------------------------- */

#define ALWAYS 1u             /* also while an erase runs or has failed */
#define NO_ATTENTION 2u       /* a unit attention stays pending */
#define MEDIUM 4u             /* needs an unlocked medium */
#define NOT_STICK 8u          /* simple USB sticks don't know it */
#define FLASH 16u
#define ATA 32u               /* behind SAT only */
#define SAS 64u               /* not behind SAT */

static model_scsi_function scsi_report_opcodes;

static const struct scsi_entry {
	uint8_t opcode;
	int8_t action;            /* service action, byte 1 4:0; -1 none */
	uint8_t length;
	unsigned flags;
	model_scsi_function *function;
} entries[] = {
	{ 0x00, -1, 6, 0, scsi_nothing },                /* TEST UNIT READY */
	{ 0x03, -1, 6, ALWAYS | NO_ATTENTION, scsi_request_sense },
	{ 0x04, -1, 6, SAS, model_scsi_format },
	{ 0x08, -1, 6, MEDIUM, scsi_read },
	{ 0x0A, -1, 6, MEDIUM, scsi_write },
	{ 0x12, -1, 6, ALWAYS | NO_ATTENTION, model_scsi_inquiry },
	{ 0x15, -1, 6, NOT_STICK, model_scsi_mode_select },
	{ 0x1A, -1, 6, ALWAYS, model_scsi_mode_sense },
	{ 0x1B, -1, 6, 0, scsi_nothing },                /* START STOP UNIT */
	{ 0x1E, -1, 6, 0, scsi_nothing },                /* PREVENT REMOVAL */
	{ 0x25, -1, 10, 0, scsi_capacity10 },
	{ 0x28, -1, 10, MEDIUM, scsi_read },
	{ 0x2A, -1, 10, MEDIUM, scsi_write },
	{ 0x2F, -1, 10, MEDIUM, scsi_verify },
	{ 0x35, -1, 10, MEDIUM, scsi_flush },
	{ 0x37, -1, 10, SAS, model_scsi_defects },
	{ 0x41, -1, 10, MEDIUM | NOT_STICK, scsi_write_same },
	{ 0x42, -1, 10, MEDIUM | NOT_STICK | FLASH, scsi_unmap },
	{ 0x48, 0x01, 10, ALWAYS | SAS, model_scsi_sanitize },
	{ 0x48, 0x02, 10, ALWAYS | SAS, model_scsi_sanitize },
	{ 0x48, 0x03, 10, ALWAYS | SAS, model_scsi_sanitize },
	{ 0x48, 0x1F, 10, ALWAYS | SAS, model_scsi_sanitize },
	{ 0x4D, -1, 10, ALWAYS | NOT_STICK, model_scsi_log_sense },
	{ 0x55, -1, 10, NOT_STICK, model_scsi_mode_select },
	{ 0x5A, -1, 10, ALWAYS, model_scsi_mode_sense },
	{ 0x85, -1, 16, ALWAYS | NO_ATTENTION | ATA, model_sat_execute },
	{ 0x88, -1, 16, MEDIUM, scsi_read },
	{ 0x8A, -1, 16, MEDIUM, scsi_write },
	{ 0x8F, -1, 16, MEDIUM, scsi_verify },
	{ 0x91, -1, 16, MEDIUM | NOT_STICK, scsi_flush },
	{ 0x93, -1, 16, MEDIUM | NOT_STICK, scsi_write_same },
	{ 0x9E, 0x10, 16, NOT_STICK, scsi_capacity16 },
	{ 0xA0, -1, 12, ALWAYS | NO_ATTENTION, scsi_report_luns },
	{ 0xA1, -1, 12, ALWAYS | NO_ATTENTION | ATA, model_sat_execute },
	{ 0xA2, -1, 12, NOT_STICK, scsi_security },
	{ 0xA3, 0x0C, 12, ALWAYS | NOT_STICK, scsi_report_opcodes },
	{ 0xA8, -1, 12, MEDIUM, scsi_read },
	{ 0xAA, -1, 12, MEDIUM, scsi_write },
	{ 0xB5, -1, 12, NOT_STICK, scsi_security },
	{ 0xB7, -1, 12, SAS, model_scsi_defects },
};

static bool knows(const struct model *m, const struct scsi_entry *entry)
{
	static const struct { uint8_t action; unsigned bit; } sanitize[] = {
		{ 0x01, MODEL_SANITIZE_OVERWRITE },
		{ 0x02, MODEL_SANITIZE_BLOCK },
		{ 0x03, MODEL_SANITIZE_CRYPTO },
	};
	const struct model_config *c = &m->config;
	bool stick = c->kind == MODEL_USB_STICK ||
		     c->bridge == MODEL_BRIDGE_DUMB;

	if ((entry->flags & NOT_STICK && stick) ||
	    (entry->flags & FLASH && !model_is_flash(m)) ||
	    (entry->flags & ATA && !model_is_ata(m)) ||
	    (entry->flags & SAS && (model_is_ata(m) || stick)))
		return false;
	if (entry->opcode == 0x85 && c->bridge >= MODEL_BRIDGE_SAT12)
		return false;
	if (entry->opcode == 0xA1 && c->bridge >= MODEL_BRIDGE_DUMB)
		return false;
	if (entry->opcode == 0x04)
		return c->scsi_format;
	if (entry->opcode == 0xA2 || entry->opcode == 0xB5)
		return c->opal;
	for (size_t i = 0; i < ARRAY_SIZE(sanitize); i++)
		if (entry->opcode == 0x48 &&
		    entry->action == sanitize[i].action)
			return c->sanitize & sanitize[i].bit;
	return entry->opcode != 0x48 || c->sanitize;
}

static const struct scsi_entry *entry_of(const struct model *m, uint8_t opcode,
					 int action, bool *ret_opcode_known)
{
	*ret_opcode_known = false;
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		if (entries[i].opcode != opcode || !knows(m, &entries[i]))
			continue;
		*ret_opcode_known = true;
		if (entries[i].action < 0 || entries[i].action == action)
			return &entries[i];
	}
	return NULL;
}

/* All commands: SPC-5 6.34, format of reporting options 000b. */
static int report_all(struct model *m, struct model_scsi *c, size_t allocation)
{
	uint8_t data[4 + ARRAY_SIZE(entries) * 8] = { 0 };
	size_t at = 4;

	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		if (!knows(m, &entries[i]))
			continue;
		data[at] = entries[i].opcode;
		if (entries[i].action >= 0) {
			data[at + 3] = (uint8_t)entries[i].action;
			data[at + 5] = 0x01;
		}
		data[at + 7] = entries[i].length;
		at += 8;
	}
	put_be32(data, (uint32_t)at - 4);
	return model_scsi_data_in(c, data, at, allocation);
}

static int scsi_report_opcodes(struct model *m, struct model_scsi *c)
{
	uint8_t options = c->cdb[2] & 7, data[20] = { 0 };
	size_t allocation = get_be32(c->cdb + 6);
	int action = options == 1 ? -1 : get_be16(c->cdb + 4);
	const struct scsi_entry *entry;
	bool known;

	if (options == 0)
		return report_all(m, c, allocation);
	if (options > 3)
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	entry = entry_of(m, c->cdb[3], action, &known);
	/* Option 1 is for opcodes without service actions, 2 for the others. */
	if (entry && ((options == 2 && entry->action < 0)))
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	if (!entry && known && options == 1)
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	if (!entry) {
		data[1] = 0x01;
		return model_scsi_data_in(c, data, 4, allocation);
	}
	data[1] = 0x03;
	put_be16(data + 2, entry->length);
	memset(data + 4, 0xFF, entry->length);
	data[4] = entry->opcode;
	return model_scsi_data_in(c, data, 4 + (size_t)entry->length,
				  allocation);
}

/* What an erase under way or failed says to everything else. */
static unsigned erase_in_the_way(const struct model *m)
{
	const struct model_op *op = &m->state.op;
	bool format = op->kind == OP_FORMAT;

	if (model_is_ata(m))
		return 0;
	if (op->state == OP_RUNNING)
		return format ? SENSE_FORMATTING : SENSE_SANITIZING;
	if (op->state == OP_FAILED)
		return format ? SENSE_FORMAT_FAILED : SENSE_SANITIZE_FAILED;
	return 0;
}

int model_scsi_execute(struct model *m, struct model_scsi *c)
{
	const struct scsi_entry *entry;
	unsigned sense;
	bool known;

	c->ret_status = 0;
	c->ret_sense_length = 0;
	c->ret_length = 0;
	entry = entry_of(m, c->cdb[0], c->cdb[1] & 0x1F, &known);
	if (!entry)
		return model_scsi_check(m, c, known ? SENSE_INVALID_FIELD :
				  SENSE_INVALID_OPCODE);
	if (m->state.unit_attention && !(entry->flags & NO_ATTENTION)) {
		sense = 0x060000u | (unsigned)m->state.unit_attention;
		m->state.unit_attention = 0;
		return model_scsi_check(m, c, sense);
	}
	sense = erase_in_the_way(m);
	/* What a failed format left behind is formatted anew. */
	if (sense == SENSE_FORMAT_FAILED && c->cdb[0] == 0x04)
		sense = 0;
	if (sense && !(entry->flags & ALWAYS)) {
		if (m->state.op.state == OP_RUNNING)
			return model_scsi_check_progress(m, c, sense);
		return model_scsi_check(m, c, sense);
	}
	return entry->function(m, c);
}
