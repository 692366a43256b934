/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "simulate/model_ata.h"
#include "simulate/model_tcg.h"

int model_ata_data_in(struct model_ata *c, const uint8_t *data, size_t length)
{
	if (c->direction != MODEL_DATA_IN || !c->data || c->length < 512)
		return model_ata_abort(c);
	c->ret_length = length < c->length ? length : c->length;
	memcpy(c->data, data, c->ret_length);
	return model_ata_good(c);
}

bool model_ata_has_data_out(const struct model_ata *c)
{
	return c->direction == MODEL_DATA_OUT && c->data && c->length >= 512;
}

void model_ata_checksum(uint8_t data[512])
{
	uint8_t sum = 0;

	for (int i = 0; i < 511; i++)
		sum = (uint8_t)(sum + data[i]);
	data[511] = (uint8_t)-sum;
}

/* --- reading and writing ------------------------------------------------ */

static uint64_t lba_of(const struct model_ata *c)
{
	if (c->extended)
		return c->lba;
	return (c->lba & 0xFFFFFF) | (uint64_t)(c->device & 0x0F) << 24;
}

static size_t count_of(const struct model_ata *c)
{
	if (c->extended)
		return c->count ? c->count : 65536;
	return c->count & 0xFF ? c->count & 0xFF : 256;
}

static int io_result(struct model *m, struct model_ata *c, int rc)
{
	switch (rc) {
	case 0:
		return model_ata_good(c);
	case -ENODEV:
	case -ETIMEDOUT:
		return rc;
	case -ENOSPC:
		c->ret_status = ATA_STATUS_ERROR;
		c->ret_error = ATA_ERROR_IDNF;
		return 0;
	case -EIO:
		if (m->state.locked || model_ata_sanitize_engaged(m))
			return model_ata_abort(c);
		c->ret_status = ATA_STATUS_ERROR;
		c->ret_error = ATA_ERROR_UNC;
		return 0;
	default:
		return model_ata_abort(c);
	}
}

static int ata_read(struct model *m, struct model_ata *c)
{
	size_t count = count_of(c);
	size_t bytes = count * m->config.logical_block;
	int rc;

	if (c->direction != MODEL_DATA_IN || c->length < bytes)
		return model_ata_abort(c);
	rc = model_io_read(m, 1, lba_of(c), c->data, count);
	if (rc == 0)
		c->ret_length = bytes;
	return io_result(m, c, rc);
}

static int ata_write(struct model *m, struct model_ata *c)
{
	size_t count = count_of(c);

	if (c->direction != MODEL_DATA_OUT ||
	    c->length < count * m->config.logical_block)
		return model_ata_abort(c);
	return io_result(m, c, model_io_write(m, 1, lba_of(c), c->data,
					      count));
}

static int ata_verify(struct model *m, struct model_ata *c)
{
	CLEANUP(free) uint8_t *buffer = NULL;
	size_t count = count_of(c);

	buffer = calloc(count, m->config.logical_block);
	if (!buffer)
		return model_ata_abort(c);
	return io_result(m, c, model_io_read(m, 1, lba_of(c), buffer, count));
}

static int ata_flush(struct model *m, struct model_ata *c)
{
	return io_result(m, c, model_io_flush(m));
}

/* DATA SET MANAGEMENT, TRIM: ACS-4 7.5; 48-bit LBA, 16-bit length each. */
static int ata_trim(struct model *m, struct model_ata *c)
{
	const uint8_t *data = c->data;

	if (!model_is_flash(m) || !(c->features & 1) ||
	    !model_ata_has_data_out(c))
		return model_ata_abort(c);
	for (size_t i = 0; i + 8 <= c->length; i += 8) {
		uint64_t entry = get_le64(data + i);
		uint64_t count = entry >> 48;
		int rc = 0;

		if (count)
			rc = model_io_trim(m, 1, entry & 0xFFFFFFFFFFFFu,
					   count);
		if (rc < 0)
			return io_result(m, c, rc);
	}
	return model_ata_good(c);
}

/* --- small ones --------------------------------------------------------- */

static int ata_identify(struct model *m, struct model_ata *c)
{
	uint8_t data[512];

	model_ata_identify(m, data);
	return model_ata_data_in(c, data, sizeof(data));
}

static int ata_set_features(struct model *m, struct model_ata *c)
{
	switch (c->features & 0xFF) {
	case 0x02:
		m->state.write_cache = 1;
		break;
	case 0x82:
		if (m->config.faults.cache_stays)
			return model_ata_abort(c);
		m->state.write_cache = 0;
		m->undo_count = 0;
		break;
	case 0x03:                /* transfer mode */
	case 0x55: case 0xAA:     /* read look-ahead */
	case 0x66: case 0xCC:     /* reverting to defaults */
		break;
	default:
		return model_ata_abort(c);
	}
	return model_ata_good(c);
}

static int ata_power(struct model *m, struct model_ata *c)
{
	(void)m;
	if (c->command == ATA_C_CHECK_POWER)
		c->ret_count = 0xFF;      /* active or idle */
	return model_ata_good(c);
}

/* TRUSTED SEND and RECEIVE, ACS-4 7.54: FEATURE(7:0) is the protocol, LBA(7:0)
 * with COUNT(7:0) the length in 512-byte blocks, LBA(23:8) the ComID. */
static int ata_trusted(struct model *m, struct model_ata *c)
{
	uint8_t protocol = (uint8_t)c->features;
	uint16_t specific = (uint16_t)(c->lba >> 8);
	size_t length = ((c->lba & 0xFF) << 8 | (c->count & 0xFF)) * 512;
	bool in = c->direction == MODEL_DATA_IN;
	int rc;

	if (!m->config.opal || c->direction == MODEL_NO_DATA ||
	    c->length < length)
		return model_ata_abort(c);
	if (in)
		rc = model_tcg_receive(m, protocol, specific, c->data, length);
	else
		rc = model_tcg_send(m, protocol, specific, c->data, length);
	if (rc == -ENODEV || rc == -ETIMEDOUT)
		return rc;
	if (rc < 0)
		return model_ata_abort(c);
	if (in)
		c->ret_length = length;
	return model_ata_good(c);
}

/* --- the table ---------------------------------------------------------- */

/* Aborted while the drive is locked: ACS-4 table 12. */
#define NOT_LOCKED 1u
/* Allowed while a sanitize is engaged (some look further themselves). */
#define IN_SANITIZE 2u

static const struct ata_entry {
	uint8_t command;
	bool extended;
	unsigned flags;
	model_ata_function *function;
} entries[] = {
	{ ATA_C_DATA_SET_MANAGEMENT, true, NOT_LOCKED, ata_trim },
	{ ATA_C_READ_SECTORS, false, NOT_LOCKED, ata_read },
	{ ATA_C_READ_SECTORS_EXT, true, NOT_LOCKED, ata_read },
	{ ATA_C_READ_DMA, false, NOT_LOCKED, ata_read },
	{ ATA_C_READ_DMA_EXT, true, NOT_LOCKED, ata_read },
	{ ATA_C_WRITE_SECTORS, false, NOT_LOCKED, ata_write },
	{ ATA_C_WRITE_SECTORS_EXT, true, NOT_LOCKED, ata_write },
	{ ATA_C_WRITE_DMA, false, NOT_LOCKED, ata_write },
	{ ATA_C_WRITE_DMA_EXT, true, NOT_LOCKED, ata_write },
	{ ATA_C_WRITE_DMA_FUA_EXT, true, NOT_LOCKED, ata_write },
	{ ATA_C_VERIFY, false, NOT_LOCKED, ata_verify },
	{ ATA_C_VERIFY_EXT, true, NOT_LOCKED, ata_verify },
	{ ATA_C_FLUSH, false, NOT_LOCKED, ata_flush },
	{ ATA_C_FLUSH_EXT, true, NOT_LOCKED, ata_flush },
	{ ATA_C_IDENTIFY, false, IN_SANITIZE, ata_identify },
	{ ATA_C_SET_FEATURES, false, 0, ata_set_features },
	{ ATA_C_STANDBY_IMMEDIATE, false, 0, ata_power },
	{ ATA_C_IDLE_IMMEDIATE, false, IN_SANITIZE, ata_power },
	{ ATA_C_STANDBY, false, 0, ata_power },
	{ ATA_C_IDLE, false, 0, ata_power },
	{ ATA_C_CHECK_POWER, false, 0, ata_power },
	{ ATA_C_SMART, false, IN_SANITIZE, model_ata_smart },
	{ ATA_C_READ_LOG_EXT, true, IN_SANITIZE, model_ata_log },
	{ ATA_C_READ_LOG_DMA_EXT, true, IN_SANITIZE, model_ata_log },
	{ ATA_C_SET_PASSWORD, false, NOT_LOCKED, model_ata_security },
	{ ATA_C_UNLOCK, false, IN_SANITIZE, model_ata_security },
	{ ATA_C_ERASE_PREPARE, false, 0, model_ata_security },
	{ ATA_C_ERASE_UNIT, false, 0, model_ata_security },
	{ ATA_C_FREEZE_LOCK, false, NOT_LOCKED, model_ata_security },
	{ ATA_C_DISABLE_PASSWORD, false, NOT_LOCKED, model_ata_security },
	{ ATA_C_SANITIZE, true, IN_SANITIZE, model_ata_sanitize },
	{ ATA_C_READ_NATIVE_MAX, false, 0, model_ata_hidden },
	{ ATA_C_READ_NATIVE_MAX_EXT, true, 0, model_ata_hidden },
	{ ATA_C_SET_MAX, false, NOT_LOCKED, model_ata_hidden },
	{ ATA_C_SET_MAX_EXT, true, NOT_LOCKED, model_ata_hidden },
	{ ATA_C_DCO, false, NOT_LOCKED, model_ata_hidden },
	{ ATA_C_AMAC, true, NOT_LOCKED, model_ata_hidden },
	{ ATA_C_TRUSTED_NON_DATA, false, 0, ata_trusted },
	{ ATA_C_TRUSTED_RECEIVE, false, 0, ata_trusted },
	{ ATA_C_TRUSTED_RECEIVE_DMA, false, 0, ata_trusted },
	{ ATA_C_TRUSTED_SEND, false, 0, ata_trusted },
	{ ATA_C_TRUSTED_SEND_DMA, false, 0, ata_trusted },
};

static const struct ata_entry *entry_of(uint8_t command)
{
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		if (entries[i].command == command)
			return &entries[i];
	return NULL;
}

/* What must come immediately before something else is forgotten by any other
 * command: ERASE PREPARE (ACS-4 7.37), READ NATIVE MAX (ATA8-ACS 7.32). */
static void forget_preparations(struct model *m, const struct model_ata *c)
{
	if (c->command != ATA_C_ERASE_UNIT &&
	    c->command != ATA_C_ERASE_PREPARE)
		m->state.erase_prepared = 0;
	if (c->command != ATA_C_SET_MAX && c->command != ATA_C_SET_MAX_EXT)
		m->state.max_read_before = 0;
}

int model_ata_execute(struct model *m, struct model_ata *c)
{
	const struct ata_entry *entry = entry_of(c->command);

	c->ret_count = c->count;
	c->ret_lba = c->lba;
	c->ret_device = c->device;
	c->ret_length = 0;
	forget_preparations(m, c);
	if (!entry || (entry->extended && !c->extended))
		return model_ata_abort(c);
	if (m->state.locked && entry->flags & NOT_LOCKED)
		return model_ata_abort(c);
	if (model_ata_sanitize_engaged(m) && !(entry->flags & IN_SANITIZE))
		return model_ata_abort(c);
	return entry->function(m, c);
}
