/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "simulate/model_nvme.h"

/* Log pages, Format NVM and Sanitize: NVMe Base 5.14, 5.16, 5.24. */

static uint32_t estimate(const struct model *m)
{
	if (!m->config.estimate_ms)
		return 0xFFFFFFFF;
	return (uint32_t)((m->config.estimate_ms + 999) / 1000);
}

static bool op_is_sanitize(const struct model *m)
{
	return m->state.op.kind >= OP_BLOCK && m->state.op.kind <= OP_OVERWRITE;
}

/* SSTAT: Base figure 275; bit 9 (MVCNCLD): Base 2.1. */
static uint16_t sanitize_status(const struct model *m)
{
	const struct model_op *op = &m->state.op;
	uint16_t erased = m->state.completed ? 0x100 : 0;
	uint16_t passes = op->canceled ? 0x200 : 0;

	if (!op_is_sanitize(m))
		return erased;
	if (op->kind == OP_OVERWRITE && op->state == OP_SUCCEEDED)
		passes |= (uint16_t)((op->passes & 0x1F) << 3);
	switch (op->state) {
	case OP_RUNNING:
	case OP_VERIFYING:
	case OP_DEALLOCATING:
		return 2 | passes;
	case OP_FAILED:
		return 3 | passes;
	case OP_SUCCEEDED:
		return 1 | passes | erased;
	default:
		return erased;
	}
}

static unsigned state_number(int64_t state, bool unrestricted)
{
	switch (state) {
	case OP_RUNNING:
		return unrestricted ? 3 : 1;
	case OP_FAILED:
		return unrestricted ? 4 : 2;
	case OP_VERIFYING:
		return 5;
	case OP_DEALLOCATING:
		return 6;
	default:
		return 0;
	}
}

/* SSI: the state, and in which one it failed (Base 2.1). */
static uint8_t state_information(const struct model *m)
{
	const struct model_op *op = &m->state.op;
	unsigned failed_in = 0;

	if (!m->config.media_verification || !op_is_sanitize(m))
		return 0;
	if (op->state == OP_FAILED)
		failed_in = state_number(op->failed_in, op->unrestricted);
	return (uint8_t)(failed_in << 4 |
			 state_number(op->state, op->unrestricted));
}

/* Sanitize Status log, 81h: Base 5.16.1.19. */
static int sanitize_log(struct model *m, struct model_nvme *c)
{
	const struct model_op *op = &m->state.op;
	bool running = op_is_sanitize(m) && (op->state == OP_RUNNING ||
					     op->state == OP_DEALLOCATING);
	uint8_t data[512] = { 0 };

	if (!m->config.sanitize)
		return model_nvme_fail(c, NVME_S_INVALID_LOG);
	put_le16(data, 0xFFFF);
	for (int i = 8; i < 32; i += 4)
		put_le32(data + i, estimate(m));
	switch (m->config.faults.sanitize_log) {
	case MODEL_LOG_TRUE:
		if (running)
			put_le16(data, (uint16_t)model_op_progress(m));
		put_le16(data + 2, sanitize_status(m));
		put_le32(data + 4, op_is_sanitize(m) ? (uint32_t)op->cdw10 :
			 0);
		data[36] = state_information(m);
		if (m->config.media_verification)
			put_le32(data + 32, estimate(m));
		break;
	case MODEL_LOG_STALE:             /* an old block erase, gone well */
		put_le16(data + 2, 1);
		put_le32(data + 4, 0x2);
		break;
	case MODEL_LOG_ZERO:
		memset(data, 0, sizeof(data));
		break;
	case MODEL_LOG_FFFF:
		break;
	}
	return model_nvme_data_in(c, data, sizeof(data));
}

static int smart_log(struct model *m, struct model_nvme *c)
{
	uint8_t data[512] = { 0 };

	put_le16(data + 1, (uint16_t)(model_temperature(m) + 273));
	data[3] = 100;
	data[4] = 10;
	data[5] = (uint8_t)m->config.percent_used;
	put_le64(data + 112, 12);
	put_le64(data + 128, m->config.power_on_hours);
	return model_nvme_data_in(c, data, sizeof(data));
}

int model_nvme_log(struct model *m, struct model_nvme *c)
{
	uint8_t data[512] = { 0 };
	size_t length = ((c->cdw11 & 0xFFFF) << 16 | c->cdw10 >> 16) + 1;

	if (length * 4 < c->length)
		c->length = length * 4;
	if (c->cdw12 || c->cdw13)
		return model_nvme_fail(c, NVME_S_INVALID_FIELD);
	switch (c->cdw10 & 0xFF) {
	case 0x01:
	case 0x04:
		return model_nvme_data_in(c, data, sizeof(data));
	case 0x02:
		return smart_log(m, c);
	case 0x03:
		data[0] = m->state.firmware_pending ? 0x21 : 0x01;
		memset(data + 8, ' ', 16);
		memcpy(data + 8, m->config.firmware,
		       strnlen(m->config.firmware, 8));
		return model_nvme_data_in(c, data, sizeof(data));
	case 0x81:
		return sanitize_log(m, c);
	default:
		return model_nvme_fail(c, NVME_S_INVALID_LOG);
	}
}

/* --- Format ------------------------------------------------------------- */

static int64_t format_zones(const struct model *m, bool crypto, bool all)
{
	int64_t zones = 1 << HAIKI_ZONE_HOST | 1 << HAIKI_ZONE_NAMESPACES;

	/* A new key also turns the namespace's old pages into noise. */
	if (crypto && (all || !m->config.namespaces_count))
		zones |= 1 << HAIKI_ZONE_SPARE | 1 << HAIKI_ZONE_REMAPPED;
	return zones;
}

int model_nvme_format(struct model *m, struct model_nvme *c)
{
	const struct model_config *config = &m->config;
	unsigned ses = c->cdw10 >> 9 & 7;
	bool everything = c->nsid == NVME_ALL_NAMESPACES, middle;
	int rc;

	if (!config->format)
		return model_nvme_fail(c, NVME_S_INVALID_OPCODE);
	if (!everything && !model_nvme_exists(m, c->nsid))
		return model_nvme_fail(c, NVME_S_INVALID_NAMESPACE);
	/* Only the LBA format in use, without metadata or protection. */
	if ((c->cdw10 & 0x31FF) != (config->logical_block == 512 ? 1u : 0u))
		return model_nvme_fail(c, NVME_S_INVALID_FORMAT);
	if (ses > 2 || (ses == 2 && !(config->format & MODEL_FORMAT_CRYPTO)))
		return model_nvme_fail(c, NVME_S_INVALID_FIELD);
	if (m->state.write_protected)
		return model_nvme_fail(c, NVME_S_WRITE_PROTECTED);
	rc = model_change_begin(m, ses != 0, &middle);
	if (rc < 0)
		return rc;
	model_nvme_done(c, 0);
	/* No secure erase requested: nothing is erased. */
	if (ses == 0)
		return model_change_end(m, middle);
	everything = everything || config->format_all;
	model_op_start(m, ses == 2 ? OP_FORMAT_CRYPTO : OP_FORMAT,
		       format_zones(m, ses == 2, everything),
		       ses == 2 ? MEDIUM_NOISE : MEDIUM_ZEROS, 0);
	/* A namespace has no pages of its own elsewhere but when it's alone. */
	if (!everything && config->namespaces_count)
		m->state.op.nsid = c->nsid;
	model_op_block(m, middle);
	if (m->state.op.state == OP_FAILED)
		model_nvme_fail(c, NVME_S_INTERNAL);
	if (!middle)
		m->state.op.state = OP_IDLE;
	return model_change_end(m, middle);
}

/* --- Sanitize ----------------------------------------------------------- */

#define SANITIZE_AUSE (1u << 3)
#define SANITIZE_INVERT (1u << 8)
#define SANITIZE_NO_DEALLOCATE (1u << 9)
#define SANITIZE_VERIFY (1u << 10)

static int exit_failure_mode(struct model *m, struct model_nvme *c)
{
	struct model_op *op = &m->state.op;

	if (op->state == OP_FAILED) {
		if (!op->unrestricted)
			return model_nvme_fail(c, NVME_S_SANITIZE_FAILED);
		op->state = OP_IDLE;
		op->kind = OP_NONE;
		(void)model_state_save(m);
	}
	return model_nvme_done(c, 0);
}

static int exit_verification(struct model *m, struct model_nvme *c)
{
	bool middle;
	int rc;

	if (m->state.op.state != OP_VERIFYING)
		return model_nvme_fail(c, NVME_S_INVALID_FIELD);
	rc = model_change_begin(m, false, &middle);
	if (rc < 0)
		return rc;
	model_op_deallocate(m);
	model_nvme_done(c, 0);
	return model_change_end(m, middle);
}

/* EMVS: where the drive can, and there is something left to look at. */
static bool may_verify(const struct model *m, uint32_t cdw10)
{
	unsigned action = cdw10 & 7;

	return m->config.media_verification && (action == 2 || action == 4) &&
	       !(cdw10 & SANITIZE_NO_DEALLOCATE);
}

/* What stands in the way of any sanitize; 0 if nothing. */
static uint16_t sanitize_barred(const struct model *m,
				const struct model_nvme *c)
{
	const struct model_op *op = &m->state.op;

	if (c->nsid)
		return NVME_S_INVALID_FIELD;
	if (model_op_busy(m))
		return NVME_S_SANITIZING;
	if (m->state.firmware_pending)
		return NVME_S_NEEDS_RESET;
	if (m->state.write_protected)
		return NVME_S_WRITE_PROTECTED;
	if (op->state == OP_FAILED && !op->unrestricted &&
	    c->cdw10 & SANITIZE_AUSE)
		return NVME_S_SANITIZE_FAILED;
	return 0;
}

int model_nvme_sanitize(struct model *m, struct model_nvme *c)
{
	static const struct {
		unsigned capability;
		enum model_op_kind kind;
		enum medium_fill fill;
	} actions[] = {
		[2] = { MODEL_SANITIZE_BLOCK, OP_BLOCK, MEDIUM_ZEROS },
		[3] = { MODEL_SANITIZE_OVERWRITE, OP_OVERWRITE,
			MEDIUM_PATTERN },
		[4] = { MODEL_SANITIZE_CRYPTO, OP_CRYPTO, MEDIUM_NOISE },
	};
	unsigned action = c->cdw10 & 7, passes = c->cdw10 >> 4 & 0xF;
	uint32_t pattern = c->cdw11;
	uint16_t barred;
	bool middle;
	int rc;

	if (!m->config.sanitize)
		return model_nvme_fail(c, NVME_S_INVALID_OPCODE);
	if (action == 1)
		return c->nsid ? model_nvme_fail(c, NVME_S_INVALID_FIELD) :
				 exit_failure_mode(m, c);
	if (action == 5 && !c->nsid)
		return exit_verification(m, c);
	if (action < 2 || action > 4 ||
	    (c->cdw10 & SANITIZE_VERIFY && !may_verify(m, c->cdw10)) ||
	    !(m->config.sanitize & actions[action].capability))
		return model_nvme_fail(c, NVME_S_INVALID_FIELD);
	barred = sanitize_barred(m, c);
	if (barred)
		return model_nvme_fail(c, barred);
	rc = model_change_begin(m, true, &middle);
	if (rc < 0)
		return rc;
	passes = passes ? passes : 16;
	if (c->cdw10 & SANITIZE_INVERT && passes % 2 == 0)
		pattern = ~pattern;
	model_op_start(m, actions[action].kind, MODEL_ALL_ZONES,
		       actions[action].fill, pattern);
	m->state.op.unrestricted = (c->cdw10 & SANITIZE_AUSE) != 0;
	m->state.op.passes = action == 3 ? passes : 0;
	m->state.op.no_dealloc = (c->cdw10 & SANITIZE_NO_DEALLOCATE) != 0;
	m->state.op.verify = (c->cdw10 & SANITIZE_VERIFY) != 0;
	m->state.op.cdw10 = c->cdw10;
	m->state.op.cdw11 = c->cdw11;
	model_nvme_done(c, 0);
	if (m->config.faults.error_but_runs)
		model_nvme_fail(c, NVME_S_INTERNAL);
	return model_change_end(m, middle);
}
