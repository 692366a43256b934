/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/bytes.h"
#include "simulate/model_ata.h"
#include "simulate/model_scsi.h"

/* INQUIRY, MODE, LOG and defect lists: SPC-5, SBC-4, SAT-4. */

static void put_text(uint8_t *at, size_t size, const char *text)
{
	size_t length = strlen(text);

	memset(at, ' ', size);
	memcpy(at, text, length < size ? length : size);
}

/* SAT-4 8.1.2: the last four characters of the firmware revision. */
static const char *revision(const struct model *m)
{
	size_t length = strlen(m->config.firmware);

	return m->config.firmware +
	       (model_is_ata(m) && length > 4 ? length - 4 : 0);
}

static int standard_inquiry(struct model *m, struct model_scsi *c)
{
	const struct model_config *config = &m->config;
	bool stick = config->kind == MODEL_USB_STICK;
	uint8_t data[96] = { 0 };

	data[1] = config->removable ? 0x80 : 0;
	data[2] = stick ? 0x04 : 0x06;
	data[3] = 0x02;
	data[4] = stick ? 31 : 91;
	data[7] = stick ? 0 : 0x02;
	put_text(data + 8, 8, config->bridge == MODEL_BRIDGE_NONE &&
		 model_is_ata(m) ? "ATA" : config->vendor);
	put_text(data + 16, 16, config->model);
	put_text(data + 32, 4, revision(m));
	return model_scsi_data_in(c, data, (size_t)data[4] + 5,
			    get_be16(c->cdb + 3));
}

static size_t vpd_serial(struct model *m, uint8_t *data)
{
	const char *serial = model_serial(m, true);
	size_t length = strlen(serial);

	if (length > 20)
		length = 20;
	memset(data, ' ', 20);
	memcpy(data + 20 - length, serial, length);
	return 20;
}

/* Designators: NAA, and T10 vendor identification with the serial. */
static size_t vpd_designators(struct model *m, uint8_t *data)
{
	const struct model_config *c = &m->config;
	size_t at = 0;

	if (c->wwn) {
		data[0] = 0x01;
		data[1] = 0x03;
		data[3] = 8;
		put_be64(data + 4, c->wwn);
		at = 12;
	}
	data[at] = 0x02;
	data[at + 1] = 0x01;
	data[at + 3] = 8 + 40 + 20;
	put_text(data + at + 4, 8, model_is_ata(m) ? "ATA" : c->vendor);
	put_text(data + at + 12, 40, c->model);
	put_text(data + at + 52, 20, model_serial(m, false));
	return at + 4 + 68;
}

/* ATA Information, SAT-4 12.4.2: what makes a drive an ATA one to Linux. */
static size_t vpd_ata(struct model *m, uint8_t *data)
{
	put_text(data + 4, 8, "haiki");
	put_text(data + 12, 16, "practice SAT");
	put_text(data + 28, 4, "1");
	data[32] = 0x34;              /* register FIS, device to host */
	data[34] = 0x50;
	data[52] = ATA_C_IDENTIFY;
	model_ata_identify(m, data + 56);
	return 568;
}

static size_t vpd_limits(struct model *m, uint8_t *data)
{
	put_be16(data + 2, 1);
	put_be32(data + 4, 2048);
	put_be32(data + 8, 1024);
	if (model_is_flash(m)) {
		put_be32(data + 16, 0xFFFF);
		put_be32(data + 20, 64);
	}
	return 60;
}

static size_t vpd_characteristics(struct model *m, uint8_t *data)
{
	put_be16(data, model_is_flash(m) ? 1 : 7200);
	data[3] = 3;                  /* 2.5 inch */
	return 60;
}

static size_t vpd_provisioning(struct model *m, uint8_t *data)
{
	if (model_is_flash(m))
		data[1] = 0xE4;       /* LBPU, LBPWS, LBPWS10, LBPRZ */
	return 4;
}

static const struct {
	uint8_t page;
	bool ata;
	size_t (*fill)(struct model *m, uint8_t *data);
} vpd[] = {
	{ 0x80, false, vpd_serial },
	{ 0x83, false, vpd_designators },
	{ 0x89, true, vpd_ata },
	{ 0xB0, false, vpd_limits },
	{ 0xB1, false, vpd_characteristics },
	{ 0xB2, false, vpd_provisioning },
};

static int vpd_inquiry(struct model *m, struct model_scsi *c)
{
	uint8_t data[600] = { 0 }, page = c->cdb[2];
	bool ata = model_is_ata(m) && m->config.bridge < MODEL_BRIDGE_DUMB;
	size_t length = 0, i, count = sizeof(vpd) / sizeof(vpd[0]);

	data[1] = page;
	if (page == 0x00) {
		data[4 + length++] = 0x00;
		for (i = 0; i < count; i++)
			if (!vpd[i].ata || ata)
				data[4 + length++] = vpd[i].page;
	} else {
		for (i = 0; i < count; i++)
			if (vpd[i].page == page && (!vpd[i].ata || ata))
				break;
		if (i == count)
			return model_scsi_check(m, c, SENSE_INVALID_FIELD);
		length = vpd[i].fill(m, data + 4);
	}
	put_be16(data + 2, (uint16_t)length);
	return model_scsi_data_in(c, data, 4 + length, get_be16(c->cdb + 3));
}

int model_scsi_inquiry(struct model *m, struct model_scsi *c)
{
	bool simple = m->config.kind == MODEL_USB_STICK ||
		      m->config.bridge == MODEL_BRIDGE_DUMB;

	if (!(c->cdb[1] & 1))
		return standard_inquiry(m, c);
	if (simple)
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	return vpd_inquiry(m, c);
}

/* --- MODE SENSE and SELECT ---------------------------------------------- */

/* Read-write error recovery: automatic reallocation on write and read. */
static size_t mode_recovery(const struct model *m, uint8_t *at,
			    bool changeable)
{
	(void)m;
	at[0] = 0x01;
	at[1] = 0x0A;
	at[2] = changeable ? 0 : 0xC0;
	return 12;
}

static size_t mode_caching(const struct model *m, uint8_t *at, bool changeable)
{
	at[0] = 0x08;
	at[1] = 0x12;
	if (changeable)
		at[2] = 0x04;
	else
		at[2] = m->state.write_cache ? 0x04 : 0;
	return 20;
}

static size_t mode_control(const struct model *m, uint8_t *at, bool changeable)
{
	at[0] = 0x0A;
	at[1] = 0x0A;
	if (changeable)
		at[2] = m->config.faults.fixed_sense ? 0 : 0x04;
	else
		at[2] = m->state.descriptor_sense ? 0x04 : 0;
	return 12;
}

static size_t mode_exceptions(const struct model *m, uint8_t *at,
			      bool changeable)
{
	(void)m;
	(void)changeable;
	at[0] = 0x1C;
	at[1] = 0x0A;
	return 12;
}

/* Short LBA mode parameter block descriptor, SBC-4 6.5.2.2. */
static size_t mode_descriptor(struct model *m, uint8_t *at, bool changeable)
{
	uint64_t sectors = model_io_capacity(m, 1);

	if (!changeable) {
		put_be32(at, sectors > 0xFFFFFFFF ? 0xFFFFFFFF :
			 (uint32_t)sectors);
		put_be32(at + 4, m->config.logical_block);
	}
	return 8;
}

static const struct {
	uint8_t page;
	size_t (*fill)(const struct model *m, uint8_t *at, bool changeable);
} modes[] = {
	{ 0x01, mode_recovery },
	{ 0x08, mode_caching },
	{ 0x0A, mode_control },
	{ 0x1C, mode_exceptions },
};

int model_scsi_mode_sense(struct model *m, struct model_scsi *c)
{
	bool ten = c->cdb[0] == 0x5A, changeable = c->cdb[2] >> 6 == 1;
	bool stick = m->config.kind == MODEL_USB_STICK;
	uint8_t page = c->cdb[2] & 0x3F, data[128] = { 0 };
	size_t head = ten ? 8 : 4, at = head, pages;

	if (c->cdb[3] && c->cdb[3] != 0xFF)
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	if (!stick && !(c->cdb[1] & 0x08)) {
		at += mode_descriptor(m, data + at, changeable);
		data[ten ? 7 : 3] = 8;
	}
	pages = at;
	for (size_t i = 0; !stick && i < sizeof(modes) / sizeof(modes[0]); i++)
		if (page == modes[i].page || page == 0x3F)
			at += modes[i].fill(m, data + at, changeable);
	if (at == pages && page != 0x3F)
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	data[ten ? 3 : 2] = (uint8_t)
		((m->state.write_protected || m->config.read_only ? 0x80 : 0) |
		 (stick ? 0 : 0x10));         /* WP, DPOFUA */
	if (ten)
		put_be16(data, (uint16_t)(at - 2));
	else
		data[0] = (uint8_t)(at - 1);
	return model_scsi_data_in(c, data, at, ten ? get_be16(c->cdb + 7) :
				  c->cdb[4]);
}

int model_scsi_mode_select(struct model *m, struct model_scsi *c)
{
	bool ten = c->cdb[0] == 0x55;
	const uint8_t *data = c->data;
	size_t length = ten ? get_be16(c->cdb + 7) : c->cdb[4], at;

	if (!length)
		return model_scsi_good(c);
	if (c->direction != MODEL_DATA_OUT || c->length < length ||
	    length < (ten ? 8u : 4u))
		return model_scsi_check(m, c, SENSE_LIST_LENGTH);
	at = ten ? 8u + get_be16(data + 6) : 4u + data[3];
	while (at + 3 <= length) {
		switch (data[at] & 0x3F) {
		case 0x08:
			m->state.write_cache = data[at + 2] >> 2 & 1;
			if (!m->state.write_cache)
				m->undo_count = 0;
			break;
		case 0x0A:
			if (!m->config.faults.fixed_sense)
				m->state.descriptor_sense =
					data[at + 2] >> 2 & 1;
			break;
		case 0x01:
		case 0x1C:
			break;
		default:
			return model_scsi_check(m, c, SENSE_INVALID_PARAMETER);
		}
		at += 2u + data[at + 1];
	}
	(void)model_state_save(m);
	return model_scsi_good(c);
}

/* --- LOG SENSE ---------------------------------------------------------- */

static size_t log_temperature(struct model *m, uint8_t *at)
{
	at[2] = 0x03;
	at[3] = 2;
	at[5] = (uint8_t)model_temperature(m);
	at[7] = 0x01;
	at[8] = 0x03;
	at[9] = 2;
	at[11] = 70;
	return 12;
}

/* Percentage used endurance indicator, SBC-4 6.4.9. */
static size_t log_solid_state(struct model *m, uint8_t *at)
{
	put_be16(at, 0x0001);
	at[2] = 0x03;
	at[3] = 4;
	at[7] = (uint8_t)m->config.percent_used;
	return 8;
}

/* Background scan status: accumulated power-on minutes. */
static size_t log_background(struct model *m, uint8_t *at)
{
	at[2] = 0x03;
	at[3] = 12;
	put_be32(at + 4, m->config.power_on_hours * 60);
	return 16;
}

static size_t log_exceptions(struct model *m, uint8_t *at)
{
	at[2] = 0x03;
	at[3] = 4;
	at[6] = (uint8_t)model_temperature(m);
	return 8;
}

static const struct {
	uint8_t page;
	bool flash;
	size_t (*fill)(struct model *m, uint8_t *at);
} logs[] = {
	{ 0x0D, false, log_temperature },
	{ 0x11, true, log_solid_state },
	{ 0x15, false, log_background },
	{ 0x2F, false, log_exceptions },
};

int model_scsi_log_sense(struct model *m, struct model_scsi *c)
{
	uint8_t page = c->cdb[2] & 0x3F, data[64] = { 0 };
	size_t length = 0;

	if (c->cdb[3])
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	data[0] = page;
	if (page == 0x00)
		data[4 + length++] = 0x00;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		if (logs[i].flash && !model_is_flash(m))
			continue;
		if (page == 0x00)
			data[4 + length++] = logs[i].page;
		else if (page == logs[i].page)
			length = logs[i].fill(m, data + 4);
	}
	if (!length)
		return model_scsi_check(m, c, SENSE_INVALID_FIELD);
	put_be16(data + 2, (uint16_t)length);
	return model_scsi_data_in(c, data, 4 + length, get_be16(c->cdb + 7));
}

/* READ DEFECT DATA (10), (12), SBC-4 5.22: the grown list, block format. */
int model_scsi_defects(struct model *m, struct model_scsi *c)
{
	bool twelve = c->cdb[0] == 0xB7;
	uint8_t request = twelve ? c->cdb[1] : c->cdb[2];
	size_t head = twelve ? 8 : 4, count = 0, at = head;
	uint8_t data[8 + 8 * 256] = { 0 };

	if (request & 0x08)
		count = (size_t)m->state.reallocated;
	if (count > 256)
		count = 256;
	data[1] = (uint8_t)((request & 0x18) | 0x03);  /* long block format */
	for (size_t i = 0; i < count; i++, at += 8)
		put_be64(data + at, 2000 + i);
	if (twelve)
		put_be32(data + 4, (uint32_t)(at - head));
	else
		put_be16(data + 2, (uint16_t)(at - head));
	return model_scsi_data_in(c, data, at, twelve ? get_be32(c->cdb + 6) :
			    get_be16(c->cdb + 7));
}
