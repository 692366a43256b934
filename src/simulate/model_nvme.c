/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "simulate/model_nvme.h"
#include "simulate/model_tcg.h"

int model_nvme_done(struct model_nvme *c, uint32_t result)
{
	c->ret_status = 0;
	c->ret_dnr = false;
	c->ret_result = result;
	return 0;
}

int model_nvme_fail(struct model_nvme *c, uint16_t status)
{
	c->ret_status = status;
	c->ret_dnr = true;
	return 0;
}

int model_nvme_data_in(struct model_nvme *c, const void *data, size_t length)
{
	if (c->direction != MODEL_DATA_IN)
		return model_nvme_fail(c, NVME_S_INVALID_FIELD);
	if (length > c->length)
		length = c->length;
	memcpy(c->data, data, length);
	c->ret_length = length;
	return model_nvme_done(c, 0);
}

bool model_nvme_exists(const struct model *m, uint32_t nsid)
{
	return nsid == 1 ||
	       (nsid >= 2 && nsid - 2 < m->config.namespaces_count);
}

bool model_nvme_attached(const struct model *m, uint32_t nsid)
{
	return nsid == 1 || (model_nvme_exists(m, nsid) &&
			     m->state.attached >> (nsid - 2) & 1);
}

/* --- features ----------------------------------------------------------- */

#define FEATURE_WRITE_CACHE 0x06
#define FEATURE_QUEUES 0x07
#define FEATURE_EVENTS 0x0B
#define FEATURE_KEEP_ALIVE 0x0F
#define FEATURE_SANITIZE 0x17
#define FEATURE_WRITE_PROTECT 0x84

static int get_features(struct model *m, struct model_nvme *c)
{
	switch (c->cdw10 & 0xFF) {
	case FEATURE_WRITE_CACHE:
		return model_nvme_done(c, (uint32_t)m->state.write_cache);
	case FEATURE_QUEUES:
		return model_nvme_done(c, 0x00030003);
	case FEATURE_WRITE_PROTECT:
		return model_nvme_done(c, (uint32_t)m->state.write_protected);
	case FEATURE_EVENTS:
	case FEATURE_KEEP_ALIVE:
	case FEATURE_SANITIZE:
	case 0x01: case 0x02: case 0x04: case 0x05:
	case 0x08: case 0x09: case 0x0A:
		return model_nvme_done(c, 0);
	default:
		return model_nvme_fail(c, NVME_S_INVALID_FIELD);
	}
}

static int set_features(struct model *m, struct model_nvme *c)
{
	switch (c->cdw10 & 0xFF) {
	case FEATURE_WRITE_CACHE:
		m->state.write_cache = c->cdw11 & 1;
		if (!m->state.write_cache)
			m->undo_count = 0;
		return model_nvme_done(c, 0);
	case FEATURE_QUEUES:
		return model_nvme_done(c, 0x00030003);
	case FEATURE_WRITE_PROTECT:
		m->state.write_protected = (c->cdw11 & 7) != 0;
		(void)model_state_save(m);
		return model_nvme_done(c, 0);
	case FEATURE_EVENTS:
	case FEATURE_KEEP_ALIVE:
	case 0x01: case 0x02: case 0x04:
		return model_nvme_done(c, 0);
	default:
		return model_nvme_fail(c, NVME_S_INVALID_FIELD);
	}
}

/* --- namespace attachment ----------------------------------------------- */

static int attach(struct model *m, struct model_nvme *c)
{
	bool detach = c->cdw10 & 1;
	int64_t bit;

	if (!m->config.namespaces_count)
		return model_nvme_fail(c, NVME_S_INVALID_OPCODE);
	if (!model_nvme_exists(m, c->nsid) || c->nsid == 1)
		return model_nvme_fail(c, NVME_S_INVALID_NAMESPACE);
	if (detach != model_nvme_attached(m, c->nsid))
		return model_nvme_fail(c, detach ? NVME_S_NOT_ATTACHED :
				 NVME_S_ALREADY_ATTACHED);
	bit = (int64_t)1 << (c->nsid - 2);
	m->state.attached = detach ? m->state.attached & ~bit :
				     m->state.attached | bit;
	(void)model_state_save(m);
	return model_nvme_done(c, 0);
}

/* --- security send and receive: protocol 31:24, specific 23:8 ----------- */

static int security(struct model *m, struct model_nvme *c)
{
	uint8_t protocol = (uint8_t)(c->cdw10 >> 24);
	uint16_t specific = (uint16_t)(c->cdw10 >> 8);
	bool in = c->opcode == 0x82;
	int rc;

	if (!m->config.opal)
		return model_nvme_fail(c, NVME_S_INVALID_OPCODE);
	if (c->cdw11 > c->length ||
	    c->direction != (in ? MODEL_DATA_IN : MODEL_DATA_OUT))
		return model_nvme_fail(c, NVME_S_INVALID_FIELD);
	if (in)
		rc = model_tcg_receive(m, protocol, specific, c->data,
				       c->cdw11);
	else
		rc = model_tcg_send(m, protocol, specific, c->data, c->cdw11);
	if (rc == -ENODEV || rc == -ETIMEDOUT)
		return rc;
	if (rc < 0)
		return model_nvme_fail(c, NVME_S_INVALID_FIELD);
	if (in)
		c->ret_length = c->cdw11;
	return model_nvme_done(c, 0);
}

/* --- I/O ---------------------------------------------------------------- */

static uint16_t io_status(const struct model *m, int rc, bool write)
{
	switch (rc) {
	case -ENOSPC:
		return NVME_S_LBA_RANGE;
	case -EROFS:
		return NVME_S_WRITE_PROTECTED;
	default:
		if (model_op_busy(m))
			return NVME_S_SANITIZING;
		if (m->state.op.state == OP_FAILED)
			return NVME_S_SANITIZE_FAILED;
		return write ? NVME_S_WRITE_FAULT : NVME_S_READ_ERROR;
	}
}

static int deallocate(struct model *m, struct model_nvme *c)
{
	size_t count = (c->cdw10 & 0xFF) + 1;
	const uint8_t *range = c->data;
	int rc = 0;

	if (c->length < count * 16)
		return model_nvme_fail(c, NVME_S_INVALID_FIELD);
	if (!(c->cdw11 & 4))
		return model_nvme_done(c, 0);
	for (size_t i = 0; rc == 0 && i < count; i++, range += 16)
		rc = model_io_trim(m, c->nsid, get_le64(range + 8),
				   get_le32(range + 4));
	if (rc == -ENODEV || rc == -ETIMEDOUT)
		return rc;
	return rc < 0 ? model_nvme_fail(c, io_status(m, rc, true)) :
			model_nvme_done(c, 0);
}

static int write_zeroes(struct model *m, const struct model_nvme *c,
			uint64_t lba, size_t count)
{
	CLEANUP(free) uint8_t *zeros = NULL;

	zeros = calloc(count, m->config.logical_block);
	if (!zeros)
		return -EIO;
	return model_io_write(m, c->nsid, lba, zeros, count);
}

static int execute_io(struct model *m, struct model_nvme *c)
{
	uint64_t lba = c->cdw10 | (uint64_t)c->cdw11 << 32;
	size_t count = (c->cdw12 & 0xFFFF) + 1;
	size_t bytes = count * m->config.logical_block;
	int rc;

	if (c->opcode == 0x00) {
		rc = model_io_flush(m);
		return rc < 0 ? rc : model_nvme_done(c, 0);
	}
	if (!model_nvme_attached(m, c->nsid))
		return model_nvme_fail(c, NVME_S_INVALID_NAMESPACE);
	switch (c->opcode) {
	case 0x01:
		if (c->length < bytes || c->direction != MODEL_DATA_OUT)
			return model_nvme_fail(c, NVME_S_INVALID_FIELD);
		rc = model_io_write(m, c->nsid, lba, c->data, count);
		break;
	case 0x02:
		if (c->length < bytes || c->direction != MODEL_DATA_IN)
			return model_nvme_fail(c, NVME_S_INVALID_FIELD);
		rc = model_io_read(m, c->nsid, lba, c->data, count);
		if (rc == 0)
			c->ret_length = bytes;
		break;
	case 0x08:
		rc = write_zeroes(m, c, lba, count);
		break;
	case 0x09:
		return deallocate(m, c);
	default:
		return model_nvme_fail(c, NVME_S_INVALID_OPCODE);
	}
	if (rc == -ENODEV || rc == -ETIMEDOUT)
		return rc;
	if (rc < 0)
		return model_nvme_fail(c, io_status(m, rc, c->opcode != 0x02));
	return model_nvme_done(c, 0);
}

/* --- the table ---------------------------------------------------------- */

/* Base 5.24.1: allowed while a sanitize runs or has failed. */
#define IN_SANITIZE 1u

static const struct nvme_entry {
	uint8_t opcode;
	unsigned flags;
	model_nvme_function *function;
} entries[] = {
	{ 0x02, IN_SANITIZE, model_nvme_log },
	{ 0x06, IN_SANITIZE, model_nvme_identify },
	{ 0x09, IN_SANITIZE, set_features },
	{ 0x0A, IN_SANITIZE, get_features },
	{ 0x15, 0, attach },
	{ 0x80, 0, model_nvme_format },
	{ 0x81, 0, security },
	{ 0x82, 0, security },
	{ 0x84, IN_SANITIZE, model_nvme_sanitize },
};

/* What a sanitize under way or failed says to everything else. */
static uint16_t sanitize_in_the_way(const struct model *m)
{
	if (model_op_busy(m))
		return NVME_S_SANITIZING;
	return m->state.op.state == OP_FAILED ? NVME_S_SANITIZE_FAILED : 0;
}

int model_nvme_execute(struct model *m, struct model_nvme *c)
{
	uint16_t status = sanitize_in_the_way(m);

	c->ret_length = 0;
	c->ret_result = 0;
	if (c->io)
		return execute_io(m, c);
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		if (entries[i].opcode != c->opcode)
			continue;
		if (status && !(entries[i].flags & IN_SANITIZE))
			return model_nvme_fail(c, status);
		return entries[i].function(m, c);
	}
	return model_nvme_fail(c, NVME_S_INVALID_OPCODE);
}
