/* SPDX-License-Identifier: Apache-2.0 */
#include "ata/identify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

static uint16_t word(const uint8_t *data, unsigned n)
{
	return get_le16(data + 2 * n);
}

static enum haiki_answer bit(uint16_t w, unsigned n)
{
	return w & 1u << n ? HAIKI_YES : HAIKI_NO;
}

/* Words that say of themselves whether they are valid: b15 = 0, b14 = 1. */
static bool valid(uint16_t w)
{
	return (w & 0xC000) == 0x4000;
}

static enum haiki_answer bit_if(bool known, uint16_t w, unsigned n)
{
	return known ? bit(w, n) : HAIKI_UNKNOWN;
}

/* Words without validity bits: 0000h and FFFFh mean "not reported". */
static bool reported(uint16_t w)
{
	return w != 0 && w != 0xFFFF;
}

bool ata_checksum_fits(const uint8_t data[ATA_SECTOR])
{
	uint8_t sum = 0;

	for (size_t i = 0; i < ATA_SECTOR; i++)
		sum = (uint8_t)(sum + data[i]);
	return sum == 0;
}

void ata_checksum_store(uint8_t data[ATA_SECTOR])
{
	uint8_t sum = 0;

	data[510] = 0xA5;
	for (size_t i = 0; i < ATA_SECTOR - 1; i++)
		sum = (uint8_t)(sum + data[i]);
	data[511] = (uint8_t)-sum;
}

void ata_string_decode(const uint8_t *data, size_t length, char *ret_text)
{
	size_t start = 0, end = 0;

	for (size_t i = 0; i < length; i++) {
		uint8_t c = data[i ^ 1];

		if (c == '\0')
			c = ' ';
		ret_text[i] = c >= 0x20 && c < 0x7F ? (char)c : '?';
	}
	for (size_t i = 0; i < length; i++)
		if (ret_text[i] != ' ')
			end = i + 1;
	while (start < end && ret_text[start] == ' ')
		start++;
	memmove(ret_text, ret_text + start, end - start);
	ret_text[end - start] = '\0';
}

static bool uniform(const uint8_t *data, size_t length)
{
	for (size_t i = 1; i < length; i++)
		if (data[i] != data[0])
			return false;
	return true;
}

static const char *why_unusable(const uint8_t *data,
				enum ata_checksum checksum)
{
	if (uniform(data, ATA_SECTOR))
		return "the identify data is blank";
	if (word(data, 0) & 0x8000)
		return "the identify data is not an ATA device's";
	if (checksum == ATA_CHECKSUM_BAD)
		return "the identify data's checksum is wrong";
	return NULL;
}

static void decode_capacity(const uint8_t *data, struct ata_identify *id)
{
	uint16_t w106 = word(data, 106);
	uint32_t words;

	id->sectors28 = get_le32(data + 2 * 60);
	id->sectors = id->sectors28;
	if (id->lba48 == HAIKI_YES && get_le64(data + 2 * 100))
		id->sectors = get_le64(data + 2 * 100);
	id->logical_block = 512;
	id->physical_block = 512;
	if (!valid(w106))
		return;
	words = get_le32(data + 2 * 117);
	/* Logical blocks longer than 256 words; a mad size isn't believed. */
	if (w106 & 1u << 12 && words >= 256 && words <= 32768)
		id->logical_block = words * 2;
	id->physical_block = id->logical_block;
	if (w106 & 1u << 13)
		id->physical_block = id->logical_block << (w106 & 15);
}

static void decode_features(const uint8_t *data, struct ata_identify *id)
{
	uint16_t w48 = word(data, 48), w82 = word(data, 82);
	uint16_t w83 = word(data, 83), w84 = word(data, 84);
	uint16_t w85 = word(data, 85), w86 = word(data, 86);
	uint16_t w87 = word(data, 87), w119 = word(data, 119);
	bool supported = valid(w83), enabled = valid(w87);

	id->trusted = bit_if(valid(w48), w48, 0);
	id->smart = bit_if(supported, w82, 0);
	id->write_cache = bit_if(supported, w82, 5);
	id->hpa = bit_if(supported, w82, 10);
	id->lba48 = bit_if(supported, w83, 10);
	id->dco = bit_if(supported, w83, 11);
	id->flush = bit_if(supported, w83, 12);
	id->flush_ext = bit_if(supported, w83, 13);
	id->general_log = bit_if(valid(w84), w84, 5);
	id->smart_enabled = bit_if(enabled, w85, 0);
	id->write_cache_enabled = bit_if(enabled, w85, 5);
	id->hpa_enabled = bit_if(enabled, w85, 10);
	if (enabled) {
		/* Words 119-120 are there only if word 86 b15 says so. */
		if (!(w86 & 1u << 15))
			id->amac = HAIKI_NO;
		else
			id->amac = bit_if(valid(w119), w119, 8);
	}
	if ((valid(w84) && w84 & 1u << 8) || (enabled && w87 & 1u << 8))
		id->wwn = (uint64_t)word(data, 108) << 48 |
			  (uint64_t)word(data, 109) << 32 |
			  (uint64_t)word(data, 110) << 16 | word(data, 111);
}

static void decode_sanitize(const uint8_t *data, struct ata_identify *id)
{
	uint16_t w59 = word(data, 59);

	/* FFFFh is no drive's word: bits 7:0 are a small sector count. */
	if (w59 == 0xFFFF)
		return;
	id->sanitize = bit(w59, 12);
	if (id->sanitize == HAIKI_NO) {
		/* The three commands belong to the feature set. */
		id->sanitize_block = HAIKI_NO;
		id->sanitize_overwrite = HAIKI_NO;
		id->sanitize_crypto = HAIKI_NO;
		id->sanitize_antifreeze = HAIKI_NO;
		return;
	}
	id->sanitize_block = bit(w59, 15);
	id->sanitize_overwrite = bit(w59, 14);
	id->sanitize_crypto = bit(w59, 13);
	id->sanitize_antifreeze = bit(w59, 10);
}

static void decode_erase_time(uint16_t w, struct ata_erase_time *ret_time)
{
	bool extended = w & 0x8000;
	uint32_t maximum = extended ? 0x7FFF : 0xFF;
	uint32_t value = w & maximum;

	ret_time->known = value != 0;
	ret_time->at_least = value == maximum;
	ret_time->minutes = value * 2;
}

static void security_unknown(struct haiki_security *s, const char *why)
{
	snprintf(s->reason, sizeof(s->reason), "%s", why);
}

static void decode_security(const uint8_t *data, struct ata_identify *id)
{
	struct haiki_security *s = &id->security;
	uint16_t w82 = word(data, 82), w83 = word(data, 83);
	uint16_t w85 = word(data, 85), w87 = word(data, 87);
	uint16_t w128 = word(data, 128);

	decode_erase_time(word(data, 89), &id->erase_normal);
	decode_erase_time(word(data, 90), &id->erase_enhanced);
	id->master_id = word(data, 92);
	if (!valid(w83))
		return security_unknown(s, "word 83 of the identify data is not valid");
	if (w128 & 0xFE00)
		return security_unknown(s, "word 128 of the identify data is not valid");
	if (bit(w82, 1) != bit(w128, 0))
		return security_unknown(s, "words 82 and 128 of the identify data contradict each other");
	if (valid(w87) && bit(w85, 1) != bit(w128, 1))
		return security_unknown(s, "words 85 and 128 of the identify data contradict each other");
	s->supported = bit(w128, 0);
	s->enabled = bit(w128, 1);
	s->locked = bit(w128, 2);
	s->frozen = bit(w128, 3);
	s->count_expired = bit(w128, 4);
	s->enhanced = bit(w128, 5);
	id->security_maximum = bit(w128, 8);
}

static void decode_medium(const uint8_t *data, struct ata_identify *id)
{
	uint16_t w69 = word(data, 69), w169 = word(data, 169);
	uint16_t w217 = word(data, 217), w76 = word(data, 76);
	uint16_t w222 = word(data, 222), w206 = word(data, 206);

	if (w206 != 0xFFFF)
		id->sct = bit(w206, 0);
	if (w69 != 0xFFFF) {
		id->drat = bit(w69, 14);
		id->rzat = bit(w69, 5);
		id->encrypts_all = bit(w69, 4);
	}
	if (w169 != 0xFFFF)
		id->trim = bit(w169, 0);
	if (w217 == 1) {
		id->rotating = HAIKI_NO;
	} else if (w217 >= 0x0401 && w217 <= 0xFFFE) {
		id->rotating = HAIKI_YES;
		id->rpm = w217;
	}
	if (reported(w222))
		id->serial_ata = w222 >> 12 == 1 ? HAIKI_YES : HAIKI_NO;
	else if (reported(w76))
		id->serial_ata = HAIKI_YES;
}

int ata_sct_temperature(const uint8_t data[ATA_SECTOR], int *ret_celsius)
{
	uint16_t version = get_le16(data);

	if ((version != 2 && version != 3) || data[200] == 0x80)
		return -EPROTO;
	*ret_celsius = (int8_t)data[200];
	return 0;
}

void ata_identify_decode(const uint8_t data[ATA_SECTOR],
			 struct ata_identify *ret_identify)
{
	struct ata_identify *id = ret_identify;
	const char *why;
	uint16_t w80;

	memset(id, 0, sizeof(*id));
	if (data[510] == 0xA5)
		id->checksum = ata_checksum_fits(data) ? ATA_CHECKSUM_GOOD :
							 ATA_CHECKSUM_BAD;
	ata_string_decode(data + 2 * 10, 20, id->serial);
	ata_string_decode(data + 2 * 23, 8, id->firmware);
	ata_string_decode(data + 2 * 27, 40, id->model);
	why = why_unusable(data, id->checksum);
	if (why) {
		snprintf(id->reason, sizeof(id->reason), "%s", why);
		security_unknown(&id->security, why);
		return;
	}
	id->usable = true;
	w80 = word(data, 80);
	id->major = reported(w80) ? w80 : 0;
	decode_features(data, id);
	decode_capacity(data, id);
	decode_sanitize(data, id);
	decode_security(data, id);
	decode_medium(data, id);
}

void ata_dco_decode(const uint8_t data[ATA_SECTOR], struct ata_dco *ret_dco)
{
	memset(ret_dco, 0, sizeof(*ret_dco));
	ret_dco->revision = word(data, 0);
	ret_dco->max_lba = get_le64(data + 2 * 3);
	ret_dco->usable = (ret_dco->revision == 1 || ret_dco->revision == 2) &&
			  data[510] == 0xA5 && ata_checksum_fits(data) &&
			  ret_dco->max_lba != 0 &&
			  ret_dco->max_lba < UINT64_C(1) << 48;
}
