/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/bytes.h"
#include "base/cleanup.h"
#include "simulate/model_ata.h"

/* SMART, ACS-4 7.46 with the attributes of SFF-8035i; logs, ACS-4 9. */

#define SMART_SIGNATURE 0xC24F        /* LBA(23:8) */
#define SMART_EXCEEDED 0x2CF4

struct attribute {
	uint8_t id, value, threshold;
	uint16_t flags;
	uint64_t raw;
};

static size_t attributes(struct model *m, struct attribute ret[5])
{
	uint64_t pending = model_pending(m);
	uint64_t celsius = (uint64_t)model_temperature(m);
	struct attribute all[5] = {
		{ 0x05, 100, 10, 0x0033, (uint64_t)m->state.reallocated },
		{ 0x09, 100, 0, 0x0032, m->config.power_on_hours },
		{ 0xC2, (uint8_t)(celsius < 100 ? 100 - celsius : 1), 0, 0x0022,
		  celsius },
		{ 0xC5, 100, 0, 0x0032, pending },
		{ 0xC6, 100, 0, 0x0030, pending },
	};

	memcpy(ret, all, sizeof(all));
	return ARRAY_SIZE(all);
}

static int read_data(struct model *m, struct model_ata *c, bool thresholds)
{
	struct attribute all[5];
	size_t count = attributes(m, all);
	uint8_t data[512] = { 0 };

	put_le16(data, 0x0010);
	for (size_t i = 0; i < count; i++) {
		uint8_t *at = data + 2 + i * 12;

		at[0] = all[i].id;
		if (thresholds) {
			at[1] = all[i].threshold;
			continue;
		}
		put_le16(at + 1, all[i].flags);
		at[3] = at[4] = all[i].value;
		put_le32(at + 5, (uint32_t)all[i].raw);
		put_le16(at + 9, (uint16_t)(all[i].raw >> 32));
	}
	if (!thresholds) {
		data[367] = 0x10;             /* self-tests are known */
		put_le16(data + 368, 0x0003);
		data[370] = 0x01;
		data[372] = 1;
		data[373] = 2;
	}
	model_ata_checksum(data);
	return model_ata_data_in(c, data, sizeof(data));
}

/* Only logs that are empty on a drive without errors. */
static int read_smart_log(struct model_ata *c)
{
	uint8_t data[512] = { 0 };

	switch (c->lba & 0xFF) {
	case 0x00:
		put_le16(data, 0x0001);
		data[2 * 1] = data[2 * 6] = 1;
		return model_ata_data_in(c, data, sizeof(data));
	case 0x01:
	case 0x06:
		data[0] = 0x01;
		model_ata_checksum(data);
		return model_ata_data_in(c, data, sizeof(data));
	default:
		return model_ata_abort(c);
	}
}

int model_ata_smart(struct model *m, struct model_ata *c)
{
	uint8_t feature = (uint8_t)c->features;

	if (m->config.faults.no_smart ||
	    (c->lba >> 8 & 0xFFFF) != SMART_SIGNATURE)
		return model_ata_abort(c);
	if (model_ata_sanitize_engaged(m) && feature != 0xDA)
		return model_ata_abort(c);
	if (!m->state.smart_enabled && feature != 0xD8)
		return model_ata_abort(c);
	switch (feature) {
	case 0xD0:
		return read_data(m, c, false);
	case 0xD1:
		return read_data(m, c, true);
	case 0xD5:
		return read_smart_log(c);
	case 0xD2:
	case 0xD4:
	case 0xDB:
		return model_ata_good(c);
	case 0xD8:
	case 0xD9:
		m->state.smart_enabled = feature == 0xD8;
		return model_ata_good(c);
	case 0xDA:
		c->ret_lba = (c->lba & 0xFF) | SMART_SIGNATURE << 8;
		return model_ata_good(c);
	default:
		return model_ata_abort(c);
	}
}

/* IDENTIFY DEVICE data log, ACS-4 9.11: the list and the copy. */
static int identify_log(struct model *m, struct model_ata *c)
{
	uint8_t data[512] = { 0 };

	switch (c->lba >> 8 & 0xFF) {
	case 0x00:
		put_le64(data, 0x8000000000000001u);
		data[8] = 2;
		data[9] = 0x00;
		data[10] = 0x01;
		return model_ata_data_in(c, data, sizeof(data));
	case 0x01:
		model_ata_identify(m, data);
		return model_ata_data_in(c, data, sizeof(data));
	default:
		return model_ata_abort(c);
	}
}

/* SCT status response, ACS-4 8.3.2. */
static int sct_status(struct model *m, struct model_ata *c)
{
	uint8_t data[512] = { 0 };

	if (m->config.faults.no_smart)
		return model_ata_abort(c);
	put_le16(data, 3);
	data[200] = (uint8_t)model_temperature(m);
	return model_ata_data_in(c, data, sizeof(data));
}

/* READ LOG EXT, ACS-4 7.23: LBA(7:0) is the log, LBA(15:8) the page. */
int model_ata_log(struct model *m, struct model_ata *c)
{
	uint8_t data[512] = { 0 };

	switch (c->lba & 0xFF) {
	case 0x00:
		if (model_ata_sanitize_engaged(m))
			return model_ata_abort(c);
		put_le16(data, 0x0001);
		put_le16(data + 2 * 0x30, 2);
		return model_ata_data_in(c, data, sizeof(data));
	case 0x10:
		return model_ata_data_in(c, data, sizeof(data));
	case 0x30:
		return identify_log(m, c);
	case 0xE0:
		return sct_status(m, c);
	default:
		return model_ata_abort(c);
	}
}
