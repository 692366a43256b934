/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "simulate/model_ata.h"

/* The Security feature set: ACS-4 4.18 and 7.35 ... 7.41. */

struct security_block {
	bool master, enhanced, maximum;
	char password[33];
};

static void decode(const struct model_ata *c, struct security_block *ret_block)
{
	const uint8_t *data = c->data;
	uint16_t control = get_le16(data);

	ret_block->master = control & 1;
	ret_block->enhanced = control & 2;
	ret_block->maximum = control & 0x100;
	memcpy(ret_block->password, data + 2, 32);
	ret_block->password[32] = '\0';
}

/* All 32 bytes count, with zeros behind a shorter password. */
static bool matches(const char *stored, const char *given)
{
	char padded[33] = { 0 };

	memcpy(padded, stored, strnlen(stored, 32));
	return memcmp(padded, given, 32) == 0;
}

static bool password_fits(struct model *m, const struct security_block *block,
			  bool erasing)
{
	const struct model_state *s = &m->state;

	if (!block->master)
		return s->password_set &&
		       matches(s->user_password, block->password);
	/* Level maximum: the master password may only erase. */
	if (s->password_set && s->level_max && !erasing)
		return false;
	return matches(s->master_password, block->password);
}

static void no_password(struct model_state *s)
{
	s->password_set = s->locked = s->level_max = 0;
	memset(s->user_password, 0, sizeof(s->user_password));
}

static int set_password(struct model *m, struct model_ata *c)
{
	struct model_state *s = &m->state;
	struct security_block block;
	bool middle;
	int rc;

	if (s->frozen || s->locked || !model_ata_has_data_out(c))
		return model_ata_abort(c);
	decode(c, &block);
	rc = model_change_begin(m, false, &middle);
	if (rc < 0)
		return rc;
	if (block.master) {
		memcpy(s->master_password, block.password, 33);
	} else {
		memcpy(s->user_password, block.password, 33);
		s->password_set = 1;
		s->level_max = block.maximum;
	}
	model_ata_good(c);
	return model_change_end(m, middle);
}

static int unlock(struct model *m, struct model_ata *c)
{
	struct model_state *s = &m->state;
	struct security_block block;
	bool middle;
	int rc;

	if (s->frozen || !model_ata_has_data_out(c) || s->attempts <= 0)
		return model_ata_abort(c);
	decode(c, &block);
	rc = model_change_begin(m, false, &middle);
	if (rc < 0)
		return rc;
	if (password_fits(m, &block, false) ||
	    (!s->password_set && block.master &&
	     password_fits(m, &block, false))) {
		s->locked = 0;
		s->attempts = 5;
		model_ata_good(c);
	} else {
		if (s->locked)
			s->attempts--;
		model_ata_abort(c);
	}
	return model_change_end(m, middle);
}

static int disable_password(struct model *m, struct model_ata *c)
{
	struct model_state *s = &m->state;
	struct security_block block;
	bool middle;
	int rc;

	if (s->frozen || s->locked || !model_ata_has_data_out(c))
		return model_ata_abort(c);
	decode(c, &block);
	if (s->password_set && !password_fits(m, &block, false))
		return model_ata_abort(c);
	rc = model_change_begin(m, false, &middle);
	if (rc < 0)
		return rc;
	no_password(s);
	model_ata_good(c);
	return model_change_end(m, middle);
}

/*
 * Normal: LBA 0 to the native maximum. Enhanced: also sectors no longer in use
 * for reallocation, here the flash's old pages too. Neither reaches what a DCO
 * hides. A drive that has flash leaves old pages behind a normal erase.
 */
static int64_t zones_of(const struct model *m, bool enhanced)
{
	int64_t zones = 1 << HAIKI_ZONE_HOST | 1 << HAIKI_ZONE_HPA |
			1 << HAIKI_ZONE_AMAC;

	if (m->state.dco_max_lba == m->state.factory_max_lba)
		zones |= 1 << HAIKI_ZONE_DCO;
	if (enhanced)
		zones |= 1 << HAIKI_ZONE_REMAPPED | 1 << HAIKI_ZONE_SPARE;
	return zones;
}

static int erase_unit(struct model *m, struct model_ata *c)
{
	struct model_state *s = &m->state;
	struct security_block block;
	bool middle, prepared = s->erase_prepared;
	int rc;

	s->erase_prepared = 0;
	if (s->frozen || !prepared || !model_ata_has_data_out(c) ||
	    s->attempts <= 0)
		return model_ata_abort(c);
	decode(c, &block);
	if (!password_fits(m, &block, true) ||
	    (block.enhanced && m->config.security != MODEL_SECURITY_ENHANCED))
		return model_ata_abort(c);
	rc = model_change_begin(m, true, &middle);
	if (rc < 0)
		return rc;
	model_op_start(m, block.enhanced ? OP_SECURITY_ENHANCED : OP_SECURITY,
		       zones_of(m, block.enhanced),
		       block.enhanced && !model_is_flash(m) ? MEDIUM_PATTERN :
		       MEDIUM_ZEROS, 0x5AA5C33C);
	model_op_block(m, middle);
	if (s->op.state == OP_SUCCEEDED) {
		if (!m->config.faults.keeps_password)
			no_password(s);
		s->status_unread = 0;
		model_ata_good(c);
	} else {
		if (!middle)
			s->op.state = OP_IDLE;
		model_ata_abort(c);
	}
	return model_change_end(m, middle);
}

static int freeze(struct model *m, struct model_ata *c)
{
	bool middle;
	int rc = model_change_begin(m, false, &middle);

	if (rc < 0)
		return rc;
	m->state.frozen = 1;
	model_ata_good(c);
	return model_change_end(m, middle);
}

static int prepare(struct model *m, struct model_ata *c)
{
	bool middle;
	int rc;

	if (m->state.frozen)
		return model_ata_abort(c);
	rc = model_change_begin(m, false, &middle);
	if (rc < 0)
		return rc;
	m->state.erase_prepared = 1;
	model_ata_good(c);
	return model_change_end(m, middle);
}

int model_ata_security(struct model *m, struct model_ata *c)
{
	if (m->config.security == MODEL_SECURITY_NONE)
		return model_ata_abort(c);
	switch (c->command) {
	case ATA_C_SET_PASSWORD:
		return set_password(m, c);
	case ATA_C_UNLOCK:
		return unlock(m, c);
	case ATA_C_ERASE_PREPARE:
		return prepare(m, c);
	case ATA_C_ERASE_UNIT:
		return erase_unit(m, c);
	case ATA_C_FREEZE_LOCK:
		return freeze(m, c);
	default:
		return disable_password(m, c);
	}
}
