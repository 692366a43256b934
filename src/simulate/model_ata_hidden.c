/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/bytes.h"
#include "base/error.h"
#include "simulate/model_ata.h"

/* HPA and DCO: ATA8-ACS 7.32, 7.9, 7.55; AMAC: ACS-4 7.1. */

static int read_native_max(struct model *m, struct model_ata *c)
{
	uint64_t native = (uint64_t)m->state.dco_max_lba;

	if (m->config.max_address != MODEL_MAX_HPA)
		return model_ata_abort(c);
	m->state.max_read_before = c->command;
	if (c->extended) {
		c->ret_lba = native;
		return model_ata_good(c);
	}
	if (native > 0x0FFFFFFF)
		native = 0x0FFFFFFF;
	c->ret_lba = native & 0xFFFFFF;
	c->ret_device = (uint8_t)(0x40 | native >> 24);
	return model_ata_good(c);
}

static int change_max(struct model *m, struct model_ata *c, uint64_t lba,
		      bool keep)
{
	struct model_state *s = &m->state;
	bool middle;
	int rc = model_change_begin(m, false, &middle);

	if (rc < 0)
		return rc;
	s->max_lba = (int64_t)lba;
	if (keep) {
		s->max_lba_stored = s->max_lba;
		s->max_changed = 1;
	}
	c->ret_lba = lba;
	model_ata_good(c);
	return model_change_end(m, middle);
}

static int set_max(struct model *m, struct model_ata *c)
{
	struct model_state *s = &m->state;
	int64_t before = s->max_read_before;
	uint64_t lba = c->lba;
	bool keep = c->count & 1;     /* VV: value non-volatile */

	s->max_read_before = 0;
	if (m->config.max_address != MODEL_MAX_HPA ||
	    (!c->extended && c->features & 0xFF))
		return model_ata_abort(c);
	if (!c->extended)
		lba = (lba & 0xFFFFFF) | (uint64_t)(c->device & 0xF) << 24;
	if (before != (c->extended ? ATA_C_READ_NATIVE_MAX_EXT :
				     ATA_C_READ_NATIVE_MAX))
		return model_ata_abort(c);
	if (lba > (uint64_t)s->dco_max_lba)
		return model_ata_abort(c);
	if (keep && s->max_changed) {
		c->ret_status = ATA_STATUS_ERROR;
		c->ret_error = ATA_ERROR_IDNF;
		return 0;
	}
	return change_max(m, c, lba, keep);
}

static int dco_identify(struct model *m, struct model_ata *c)
{
	uint8_t data[512] = { 0 };

	put_le16(data, 0x0002);
	put_le16(data + 2, 0x0007);
	put_le16(data + 4, 0x007F);
	put_le64(data + 6, (uint64_t)m->state.factory_max_lba);
	put_le16(data + 14, 0x018F);  /* SMART, security, HPA, 48-bit */
	data[510] = 0xA5;
	model_ata_checksum(data);
	return model_ata_data_in(c, data, sizeof(data));
}

static int dco_change(struct model *m, struct model_ata *c, int64_t lba)
{
	struct model_state *s = &m->state;
	bool middle;
	int rc = model_change_begin(m, false, &middle);

	if (rc < 0)
		return rc;
	s->dco_max_lba = lba;
	s->max_lba = s->max_lba_stored = lba;
	model_ata_good(c);
	return model_change_end(m, middle);
}

static int dco(struct model *m, struct model_ata *c)
{
	struct model_state *s = &m->state;
	const uint8_t *data = c->data;
	bool hpa_set = s->max_lba < s->dco_max_lba;

	if (m->config.max_address != MODEL_MAX_HPA || s->dco_frozen)
		return model_ata_abort(c);
	switch (c->features & 0xFF) {
	case 0xC0:
		if (hpa_set || (s->max_changed &&
				m->config.faults.dco_needs_cycle))
			return model_ata_abort(c);
		return dco_change(m, c, s->factory_max_lba);
	case 0xC1:
		s->dco_frozen = 1;
		return model_ata_good(c);
	case 0xC2:
		return dco_identify(m, c);
	case 0xC3:
		if (hpa_set || !model_ata_has_data_out(c) ||
		    get_le64(data + 6) > (uint64_t)s->factory_max_lba)
			return model_ata_abort(c);
		return dco_change(m, c, (int64_t)get_le64(data + 6));
	default:
		return model_ata_abort(c);
	}
}

static int amac(struct model *m, struct model_ata *c)
{
	struct model_state *s = &m->state;

	if (m->config.max_address != MODEL_MAX_AMAC)
		return model_ata_abort(c);
	switch (c->features) {
	case 0x0000:
		c->ret_lba = (uint64_t)s->dco_max_lba;
		return model_ata_good(c);
	case 0x0001:
		if (s->amac_frozen || s->max_changed ||
		    c->lba > (uint64_t)s->dco_max_lba)
			return model_ata_abort(c);
		return change_max(m, c, c->lba, true);
	case 0x0002:
		s->amac_frozen = 1;
		return model_ata_good(c);
	default:
		return model_ata_abort(c);
	}
}

int model_ata_hidden(struct model *m, struct model_ata *c)
{
	switch (c->command) {
	case ATA_C_READ_NATIVE_MAX:
	case ATA_C_READ_NATIVE_MAX_EXT:
		return read_native_max(m, c);
	case ATA_C_SET_MAX:
	case ATA_C_SET_MAX_EXT:
		return set_max(m, c);
	case ATA_C_DCO:
		return dco(m, c);
	default:
		return amac(m, c);
	}
}
