/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"
#include "base/error.h"
#include "simulate/model_scsi.h"

/* SANITIZE (SBC-4 5.30) and FORMAT UNIT (SBC-4 5.4). */

static bool op_is_sanitize(const struct model *m)
{
	return m->state.op.kind >= OP_BLOCK && m->state.op.kind <= OP_OVERWRITE;
}

static int exit_failure_mode(struct model *m, struct model_scsi *c)
{
	struct model_op *op = &m->state.op;

	if (op_is_sanitize(m) && op->state == OP_FAILED) {
		if (!op->unrestricted)
			return model_scsi_check(m, c, SENSE_SANITIZE_FAILED);
		op->state = OP_IDLE;
		op->kind = OP_NONE;
		(void)model_state_save(m);
	}
	return model_scsi_good(c);
}

/* Overwrite parameter list, SBC-4 table 123: count, pattern length, pattern. */
static int overwrite_pattern(struct model *m, struct model_scsi *c,
			     uint32_t *ret_pattern, int64_t *ret_passes,
			     bool *ret_invert)
{
	size_t length = get_be16(c->cdb + 7), pattern;
	const uint8_t *data = c->data;

	if (c->direction != MODEL_DATA_OUT || length < 5 ||
	    c->length < length)
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	pattern = get_be16(data + 2);
	*ret_passes = data[0] & 0x1F;
	*ret_invert = data[0] & 0x80;
	if (!*ret_passes || pattern == 0 || pattern + 4 != length ||
	    pattern > m->config.logical_block)
		return model_scsi_check(m, c, SENSE_INVALID_PARAMETER);
	*ret_pattern = pattern >= 4 ? get_be32(data + 4) :
		       data[4] * 0x01010101u;
	return 1;
}

static int answer_start(struct model *m, struct model_scsi *c, bool immediate,
			bool middle)
{
	unsigned failed = op_is_sanitize(m) ? SENSE_SANITIZE_FAILED :
			  SENSE_FORMAT_FAILED;

	model_scsi_good(c);
	if (!immediate || middle)
		model_op_block(m, middle);
	if (m->state.op.state == OP_FAILED)
		model_scsi_check(m, c, failed);
	if (m->config.faults.error_but_runs)
		model_scsi_check(m, c, SENSE_ABORTED);
	return model_change_end(m, middle);
}

int model_scsi_sanitize(struct model *m, struct model_scsi *c)
{
	struct model_op *op = &m->state.op;
	uint8_t action = c->cdb[1] & 0x1F;
	bool immediate = c->cdb[1] & 0x80, ause = c->cdb[1] & 0x20;
	bool middle, invert = false;
	enum model_op_kind kind = OP_BLOCK;
	enum medium_fill fill = MEDIUM_ZEROS;
	uint32_t pattern = 0;
	int64_t passes = 1;
	int rc;

	if (op->state == OP_RUNNING)
		return model_scsi_check_progress(m, c, op->kind == OP_FORMAT ?
				SENSE_FORMATTING : SENSE_SANITIZING);
	if (action == 0x1F)
		return exit_failure_mode(m, c);
	if (op_is_sanitize(m) && op->state == OP_FAILED && ause &&
	    !op->unrestricted)
		return model_scsi_check(m, c, SENSE_SANITIZE_FAILED);
	if (action == 0x01) {
		rc = overwrite_pattern(m, c, &pattern, &passes, &invert);
		if (rc <= 0)
			return rc;
		kind = OP_OVERWRITE;
		fill = MEDIUM_PATTERN;
		if (invert && passes % 2 == 0)
			pattern = ~pattern;
	} else if (action == 0x03) {
		kind = OP_CRYPTO;
		fill = MEDIUM_NOISE;
	}
	if (action != 0x01 && get_be16(c->cdb + 7))
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	if (m->state.write_protected)
		return model_scsi_check(m, c, SENSE_WRITE_PROTECTED);
	rc = model_change_begin(m, true, &middle);
	if (rc < 0)
		return rc;
	model_op_start(m, kind, MODEL_ALL_ZONES, fill, pattern);
	op->unrestricted = ause;
	op->passes = passes;
	op->invert = invert;
	return answer_start(m, c, immediate, middle);
}

int model_scsi_format(struct model *m, struct model_scsi *c)
{
	const uint8_t *data = c->data;
	bool immediate = false, middle;
	int rc;

	if (c->cdb[1] & 0x10) {
		if (c->direction != MODEL_DATA_OUT || c->length < 4)
			return model_scsi_check(m, c, SENSE_INVALID_PARAMETER);
		immediate = data[1] & 0x02;
	}
	if (m->state.write_protected)
		return model_scsi_check(m, c, SENSE_WRITE_PROTECTED);
	rc = model_change_begin(m, true, &middle);
	if (rc < 0)
		return rc;
	model_op_start(m, OP_FORMAT, 1 << HAIKI_ZONE_HOST, MEDIUM_ZEROS, 0);
	return answer_start(m, c, immediate, middle);
}
