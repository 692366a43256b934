/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "simulate/internal.h"

/* eMMC (JESD84-B51) and SD cards, as far as erasing goes; they are addressed
 * in bytes, being small. */

enum {
	CMD_SWITCH = 6,
	CMD_SEND_EXT_CSD = 8,
	CMD_SEND_STATUS = 13,
	CMD_ERASE_FIRST_SD = 32,
	CMD_ERASE_LAST_SD = 33,
	CMD_ERASE_FIRST = 35,
	CMD_ERASE_LAST = 36,
	CMD_ERASE = 38,
};

#define STATUS_OUT_OF_RANGE   (1u << 31)
#define STATUS_ERASE_SEQUENCE (1u << 28)
#define STATUS_ERASE_PARAM    (1u << 27)
#define STATUS_ILLEGAL        (1u << 22)
#define STATUS_ERROR          (1u << 19)
#define STATUS_WP_SKIP        (1u << 15)
#define STATUS_SWITCH_ERROR   (1u << 7)
#define STATUS_READY          (4u << 9 | 1u << 8)

#define ERASE_SECURE 0x80000000u
#define CACHE_CTRL 33
#define SANITIZE_START 165

/* Both boot partitions are as large as the smallest there is. */
#define BOOT_SECTORS 256

static int answer(struct model *m, struct model_mmc *c, uint32_t errors)
{
	c->ret_status = STATUS_READY | errors | m->card_errors;
	m->card_errors = 0;
	return 0;
}

/* --- Extended CSD ---------------------------------------------------------- */

static void put_extcsd(struct model *m, uint8_t data[512])
{
	const struct model_config *c = &m->config;

	memset(data, 0, 512);
	data[16] = 0x01;
	data[33] = (uint8_t)m->state.write_cache;
	data[134] = c->erases_retired;
	data[160] = 0x07;
	data[168] = 1;                    /* RPMB: 128 KiB */
	data[175] = 1;
	data[192] = 8;
	data[194] = 2;
	put_le32(data + 212, (uint32_t)model_io_capacity(m, 1));
	data[223] = 1;
	data[224] = 1;
	data[226] = BOOT_SECTORS / 256;
	data[229] = data[230] = 0x11;
	data[231] = (uint8_t)((c->secure_erase ? 1u << 0 : 0) |
			      (c->erases_retired ? 1u << 2 : 0) | 1u << 4 |
			      (c->sanitize ? 1u << 6 : 0));
	data[232] = 1;
	put_le32(data + 249, c->write_cache ? 2048 : 0);
	data[254] = 1;
	data[267] = 1;
	data[268] = (uint8_t)(c->percent_used / 10 + 1);
}

static int send_extcsd(struct model *m, struct model_mmc *c)
{
	/* Of an SD card CMD8 asks something else, and never in between. */
	if (m->config.kind != MODEL_EMMC || c->direction != MODEL_DATA_IN ||
	    c->length < 512)
		return -ETIMEDOUT;
	put_extcsd(m, c->data);
	return answer(m, c, 0);
}

/* --- erase ------------------------------------------------------------------ */

static int erase_bound(struct model *m, struct model_mmc *c, unsigned step)
{
	bool sd = c->opcode < CMD_ERASE_FIRST;
	uint64_t sector = c->argument / 512;

	if (sd != (m->config.kind == MODEL_SD_CARD))
		return answer(m, c, STATUS_ILLEGAL);
	if (m->erase_step != step)
		return answer(m, c, STATUS_ERASE_SEQUENCE);
	if (sector >= model_io_capacity(m, 1))
		return answer(m, c, STATUS_OUT_OF_RANGE);
	if (step == 0)
		m->erase_first = sector;
	else
		m->erase_last = sector;
	m->erase_step = step + 1;
	return answer(m, c, 0);
}

/* How much of the range is really erased. */
static uint64_t sectors_erased(const struct model *m, uint64_t count,
			       bool middle)
{
	const struct model_faults *f = &m->config.faults;

	if (f->erases == MODEL_ERASES_NOTHING || m->state.write_protected)
		return 0;
	if (f->fails_at)
		return count * (uint64_t)f->fails_at / 1000;
	if (middle || f->erases == MODEL_ERASES_HALF)
		return count / 2;
	return count;
}

/* The addresses are taken away; what stood there stays where it is, unless the
 * erase is a secure one. */
static void erase_range(struct model *m, bool secure, bool middle)
{
	uint64_t count = sectors_erased(m, m->erase_last - m->erase_first + 1,
					middle);
	uint64_t end = m->erase_first + count;

	m->undo_count = 0;
	if (secure)
		medium_erase(m->medium, m->erase_first, end,
			     1u << HAIKI_ZONE_HOST, MEDIUM_ZEROS, 0);
	for (uint64_t i = m->erase_first; !secure && i < end; i++)
		medium_trim(m->medium, i);
}

static int erase(struct model *m, struct model_mmc *c)
{
	bool secure = c->argument == ERASE_SECURE, middle;
	unsigned step = m->erase_step;
	int rc;

	m->erase_step = 0;
	if (step != 2)
		return answer(m, c, STATUS_ERASE_SEQUENCE);
	if (m->erase_last < m->erase_first)
		return answer(m, c, STATUS_ERASE_PARAM);
	if (c->argument && !(secure && m->config.secure_erase))
		return answer(m, c, STATUS_ILLEGAL);
	rc = model_change_begin(m, true, &middle);
	if (rc < 0)
		return rc;
	erase_range(m, secure, middle);
	answer(m, c, 0);
	/* The card is busy by then: told by its next status. */
	if (m->state.write_protected)
		m->card_errors |= STATUS_WP_SKIP;
	if (m->config.faults.fails_at)
		m->card_errors |= STATUS_ERROR;
	return model_change_end(m, middle);
}

/* --- sanitize --------------------------------------------------------------- */

static int sanitize(struct model *m, struct model_mmc *c)
{
	bool middle;
	int rc = model_change_begin(m, true, &middle);

	if (rc < 0)
		return rc;
	model_op_start(m, OP_MMC_SANITIZE, 1 << HAIKI_ZONE_SPARE, MEDIUM_ZEROS,
		       0);
	model_op_block(m, middle);
	/* The kernel breaks off what doesn't end. */
	if (m->state.op.state == OP_RUNNING && !middle)
		rc = -ETIMEDOUT;
	answer(m, c, m->state.op.state == OP_FAILED ||
	       m->config.faults.error_but_runs ? STATUS_SWITCH_ERROR : 0);
	if (!middle)
		m->state.op.state = OP_IDLE;
	if (model_change_end(m, middle) < 0)
		return -ENODEV;
	return rc;
}

static int switch_byte(struct model *m, struct model_mmc *c)
{
	unsigned index = c->argument >> 16 & 0xFF;
	unsigned value = c->argument >> 8 & 0xFF;

	if (m->config.kind != MODEL_EMMC || c->argument >> 24 != 3)
		return answer(m, c, STATUS_SWITCH_ERROR);
	if (index == SANITIZE_START && m->config.sanitize && value)
		return sanitize(m, c);
	if (index != CACHE_CTRL)
		return answer(m, c, STATUS_SWITCH_ERROR);
	m->state.write_cache = value & 1;
	if (!m->state.write_cache)
		m->undo_count = 0;
	return answer(m, c, 0);
}

int model_mmc_execute(struct model *m, struct model_mmc *c)
{
	switch (c->opcode) {
	case CMD_ERASE_FIRST:
	case CMD_ERASE_FIRST_SD:
		m->erase_step = 0;
		return erase_bound(m, c, 0);
	case CMD_ERASE_LAST:
	case CMD_ERASE_LAST_SD:
		return erase_bound(m, c, 1);
	case CMD_ERASE:
		return erase(m, c);
	case CMD_SEND_STATUS:
		return answer(m, c, 0);
	default:
		break;
	}
	m->erase_step = 0;
	switch (c->opcode) {
	case CMD_SEND_EXT_CSD:
		return send_extcsd(m, c);
	case CMD_SWITCH:
		return switch_byte(m, c);
	default:
		return -ETIMEDOUT;
	}
}

/* --- boot partitions --------------------------------------------------------- */

int model_read_boot(struct model *m, unsigned partition, uint64_t lba,
		    void *buf, size_t sectors)
{
	uint64_t start, count;
	int rc;

	if (m->config.kind != MODEL_EMMC || partition < 1 || partition > 2)
		return -EOPNOTSUPP;
	if (lba > BOOT_SECTORS || sectors > BOOT_SECTORS - lba)
		return -ENOSPC;
	pthread_mutex_lock(&m->lock);
	rc = model_alive(m);
	memset(buf, 0, sectors * 512);
	if (rc == 0 && partition == 1 &&
	    medium_namespace(m->medium, 2, &start, &count) == 0 && lba < count)
		memcpy(buf, medium_sector(m->medium, start + lba),
		       (count - lba < sectors ? count - lba : sectors) * 512);
	pthread_mutex_unlock(&m->lock);
	return rc;
}
