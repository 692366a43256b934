/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "simulate/model_ata.h"

/* The Sanitize Device feature set: ACS-4 4.17 and 7.36. */

#define KEY_CRYPTO 0x43727970u
#define KEY_BLOCK 0x426B4572u
#define KEY_OVERWRITE 0x4F57u         /* LBA(47:32) */
#define KEY_FREEZE 0x46724C6Bu
#define KEY_ANTIFREEZE 0x416E7469u

/* SANITIZE DEVICE ERROR REASON, LBA(7:0) of an abort. */
enum {
	REASON_NONE = 0,
	REASON_UNSUCCESSFUL = 1,
	REASON_UNSUPPORTED = 2,
	REASON_FROZEN = 3,
	REASON_ANTIFREEZE = 4,
};

static bool op_is_sanitize(const struct model *m)
{
	return m->state.op.kind >= OP_BLOCK && m->state.op.kind <= OP_OVERWRITE;
}

bool model_ata_sanitize_engaged(const struct model *m)
{
	const struct model_op *op = &m->state.op;

	return op_is_sanitize(m) &&
	       (op->state == OP_RUNNING || op->state == OP_FAILED ||
		(op->state == OP_SUCCEEDED && m->state.status_unread));
}

static int refuse(struct model_ata *c, unsigned reason)
{
	model_ata_abort(c);
	c->ret_lba = reason;
	return 0;
}

/* Normal outputs of all Sanitize Device commands. */
static int answer(struct model *m, struct model_ata *c)
{
	const struct model_state *s = &m->state;
	bool running = op_is_sanitize(m) && s->op.state == OP_RUNNING;

	c->ret_count = (uint16_t)((s->completed && !running ? 1u << 15 : 0) |
				  (running ? 1u << 14 : 0) |
				  (s->sanitize_frozen ? 1u << 13 : 0) |
				  (s->antifrozen ? 1u << 12 : 0));
	c->ret_lba = running ? model_op_progress(m) : 0xFFFF;
	return model_ata_good(c);
}

static int status(struct model *m, struct model_ata *c)
{
	struct model_state *s = &m->state;

	if (op_is_sanitize(m) && s->op.state == OP_FAILED) {
		if (!(c->count & 1) || !s->op.unrestricted)
			return refuse(c, REASON_UNSUCCESSFUL);
		s->op.state = OP_IDLE;
		s->op.kind = OP_NONE;
		(void)model_state_save(m);
	}
	answer(m, c);
	s->status_unread = 0;
	return 0;
}

static uint32_t final_pattern(const struct model_ata *c, uint32_t pattern)
{
	unsigned passes = c->count & 0xF ? c->count & 0xF : 16;

	/* Inverted between passes; bit 6: the last one is as given. */
	if (c->count & 1u << 7 && !(c->count & 1u << 6) && passes % 2 == 0)
		return ~pattern;
	return pattern;
}

static int start(struct model *m, struct model_ata *c, enum model_op_kind kind,
		 enum medium_fill fill, uint32_t pattern)
{
	struct model_state *s = &m->state;
	bool unrestricted = c->count & 1u << 4, middle;
	int rc;

	if (s->sanitize_frozen)
		return refuse(c, REASON_FROZEN);
	if (s->locked && m->config.faults.locked_bars_sanitize)
		return refuse(c, REASON_NONE);
	if (op_is_sanitize(m) && s->op.state == OP_RUNNING)
		return refuse(c, REASON_NONE);
	if (op_is_sanitize(m) && s->op.state == OP_FAILED &&
	    !s->op.unrestricted && unrestricted)
		return refuse(c, REASON_NONE);
	rc = model_change_begin(m, true, &middle);
	if (rc < 0)
		return rc;
	model_op_start(m, kind, MODEL_ALL_ZONES, fill, pattern);
	s->op.unrestricted = unrestricted;
	s->op.cdw10 = c->features;
	s->op.cdw11 = c->count;
	answer(m, c);
	if (m->config.faults.error_but_runs)
		refuse(c, REASON_NONE);
	return model_change_end(m, middle);
}

static int freeze(struct model *m, struct model_ata *c, bool anti)
{
	struct model_state *s = &m->state;
	bool middle;
	int rc;

	if (model_ata_sanitize_engaged(m))
		return refuse(c, REASON_NONE);
	if (!anti && s->antifrozen)
		return refuse(c, REASON_ANTIFREEZE);
	if (anti && s->sanitize_frozen)
		return refuse(c, REASON_FROZEN);
	rc = model_change_begin(m, false, &middle);
	if (rc < 0)
		return rc;
	if (anti)
		s->antifrozen = 1;
	else
		s->sanitize_frozen = 1;
	answer(m, c);
	return model_change_end(m, middle);
}

int model_ata_sanitize(struct model *m, struct model_ata *c)
{
	unsigned can = m->config.sanitize;

	if (!can)
		return model_ata_abort(c);
	if (c->features == 0x0000)
		return status(m, c);
	if (c->features == 0x0011 && can & MODEL_SANITIZE_CRYPTO &&
	    c->lba == KEY_CRYPTO)
		return start(m, c, OP_CRYPTO, MEDIUM_NOISE, 0);
	if (c->features == 0x0012 && can & MODEL_SANITIZE_BLOCK &&
	    c->lba == KEY_BLOCK)
		return start(m, c, OP_BLOCK, MEDIUM_ZEROS, 0);
	if (c->features == 0x0014 && can & MODEL_SANITIZE_OVERWRITE &&
	    c->lba >> 32 == KEY_OVERWRITE)
		return start(m, c, OP_OVERWRITE, MEDIUM_PATTERN,
			     final_pattern(c, (uint32_t)c->lba));
	if (c->features == 0x0020 && c->lba == KEY_FREEZE)
		return freeze(m, c, false);
	if (c->features == 0x0040 && m->config.antifreeze &&
	    c->lba == KEY_ANTIFREEZE)
		return freeze(m, c, true);
	return refuse(c, REASON_UNSUPPORTED);
}
