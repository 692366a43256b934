/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/bytes.h"
#include "simulate/model_ata.h"

/* IDENTIFY DEVICE data, ACS-4 7.12.7; words as they stand on the wire. */

static void put_word(uint8_t *data, int word, unsigned value)
{
	put_le16(data + word * 2, (uint16_t)value);
}

/* ATA strings: two characters a word, the first in the high byte. */
static void put_string(uint8_t *data, int word, int words, const char *text)
{
	size_t length = strlen(text);

	for (int i = 0; i < words * 2; i++) {
		char c = (size_t)i < length ? text[i] : ' ';

		data[(word + i / 2) * 2 + (i % 2 ? 0 : 1)] = (uint8_t)c;
	}
}

static void put_capacity(uint8_t *data, uint64_t sectors)
{
	uint64_t small = sectors > 0x0FFFFFFF ? 0x0FFFFFFF : sectors;

	put_le32(data + 60 * 2, (uint32_t)small);
	put_le64(data + 100 * 2, sectors);
}

static void put_features(const struct model *m, uint8_t *data)
{
	const struct model_config *c = &m->config;
	bool security = c->security != MODEL_SECURITY_NONE;
	bool hpa = c->max_address == MODEL_MAX_HPA;
	bool smart = !c->faults.no_smart;
	unsigned w82 = 0x4000u | 1u << 6 | 1u << 5 | 1u << 3;
	unsigned w83 = 0x4000u | 1u << 13 | 1u << 12 | 1u << 10;
	unsigned w84 = 0x4000u | 1u << 5;

	w82 |= (unsigned)smart | (unsigned)security << 1 | (unsigned)hpa << 10;
	w83 |= (unsigned)hpa << 11;
	w84 |= (unsigned)smart | (c->wwn ? 1u << 8 : 0);
	put_word(data, 82, w82);
	put_word(data, 83, w83);
	put_word(data, 84, w84);
	put_word(data, 206, smart);   /* SCT */
	if (!m->state.password_set)
		w82 &= ~2u;
	if (!m->state.write_cache)
		w82 &= ~(1u << 5);
	if (!m->state.smart_enabled)
		w82 &= ~1u;
	put_word(data, 85, w82);
	put_word(data, 86, (w83 & 0x3FFF) | 1u << 15);
	put_word(data, 87, w84);
	put_word(data, 119, 0x4000u |
		 (c->max_address == MODEL_MAX_AMAC ? 1u << 8 : 0));
	put_word(data, 120, 0x4000u);
}

/* Words 89, 90: minutes / 2; bit 15 says that 15 bits are meant. */
static unsigned erase_time(const struct model *m)
{
	int64_t minutes = (m->config.estimate_ms + 59999) / 60000;
	int64_t units = (minutes + 1) / 2;

	if (!m->config.estimate_ms)
		return 0;
	if (units > 254)
		return 0x8000u | (units > 0x7FFE ? 0x7FFEu : (unsigned)units);
	return (unsigned)units;
}

static void put_security(const struct model *m, uint8_t *data)
{
	const struct model_state *s = &m->state;
	unsigned w128 = 1;

	if (m->config.security == MODEL_SECURITY_NONE)
		return;
	put_word(data, 89, erase_time(m));
	if (m->config.security == MODEL_SECURITY_ENHANCED)
		put_word(data, 90, erase_time(m));
	put_word(data, 92, 0xFFFE);
	w128 |= (s->password_set ? 1u << 1 : 0) | (s->locked ? 1u << 2 : 0) |
		(s->frozen ? 1u << 3 : 0) | (s->attempts <= 0 ? 1u << 4 : 0) |
		(s->password_set && s->level_max ? 1u << 8 : 0);
	if (m->config.security == MODEL_SECURITY_ENHANCED)
		w128 |= 1u << 5;
	put_word(data, 128, w128);
}

static void put_sanitize(const struct model *m, uint8_t *data)
{
	const struct model_config *c = &m->config;
	unsigned w59 = 0x0110;    /* 16 sectors a DRQ block, valid */

	if (c->sanitize) {
		w59 |= 1u << 12 | 1u << 11;
		w59 |= c->sanitize & MODEL_SANITIZE_BLOCK ? 1u << 15 : 0;
		w59 |= c->sanitize & MODEL_SANITIZE_OVERWRITE ? 1u << 14 : 0;
		w59 |= c->sanitize & MODEL_SANITIZE_CRYPTO ? 1u << 13 : 0;
		w59 |= c->antifreeze ? 1u << 10 : 0;
	}
	put_word(data, 59, w59);
}

static void put_blocks(const struct model *m, uint8_t *data)
{
	const struct model_config *c = &m->config;
	unsigned w106 = 0x4000, ratio = c->physical_block / c->logical_block;

	if (ratio > 1)
		w106 |= 1u << 13 | (unsigned)__builtin_ctz(ratio);
	if (c->logical_block > 512) {
		w106 |= 1u << 12;
		put_le32(data + 117 * 2, c->logical_block / 2);
	}
	put_word(data, 106, w106);
	put_word(data, 209, 0x4000);
}

static void put_legacy(uint8_t *data)
{
	put_word(data, 0, 0x0040);
	put_word(data, 1, 16383);
	put_word(data, 3, 16);
	put_word(data, 6, 63);
	put_word(data, 47, 0x8010);
	put_word(data, 49, 0x2F00);   /* LBA, DMA, IORDY, standby timer */
	put_word(data, 50, 0x4000);
	put_word(data, 53, 0x0006);   /* words 64-70 and 88 are valid */
	put_word(data, 63, 0x0007);
	put_word(data, 64, 0x0003);
	for (int word = 65; word <= 68; word++)
		put_word(data, word, 120);
	put_word(data, 75, 31);
	put_word(data, 76, 0x010E);   /* SATA gen 1-3, NCQ */
	put_word(data, 88, 0x407F);
	put_word(data, 93, 0);
	put_word(data, 222, 0x10FF);
}

void model_ata_identify(struct model *m, uint8_t data[512])
{
	const struct model_config *c = &m->config;
	bool flash = model_is_flash(m);

	memset(data, 0, 512);
	put_legacy(data);
	put_string(data, 10, 10, model_serial(m, true));
	put_string(data, 23, 4, c->firmware);
	put_string(data, 27, 20, c->model);
	put_word(data, 48, 0x4000u | c->opal);
	put_sanitize(m, data);
	put_word(data, 69, (flash ? 1u << 14 | 1u << 5 : 0) |
		 (c->encrypts ? 1u << 4 : 0));
	put_capacity(data, model_io_capacity(m, 1));
	/* HPA and DCO went with ACS-3, the others came with it. */
	put_word(data, 80, c->max_address == MODEL_MAX_HPA ? 0x03F0 : 0x0FF0);
	put_features(m, data);
	put_security(m, data);
	put_blocks(m, data);
	for (int i = 0; c->wwn && i < 4; i++)
		put_word(data, 108 + i, (unsigned)(c->wwn >> (48 - 16 * i)) &
			 0xFFFF);
	if (flash) {
		put_word(data, 105, 8);
		put_word(data, 169, 1);
	}
	put_word(data, 217, flash ? 0x0001 : 7200);
	data[510] = 0xA5;
	model_ata_checksum(data);
	if (c->faults.bad_checksum)
		data[511] ^= 0x55;
}
