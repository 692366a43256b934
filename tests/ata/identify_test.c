/* SPDX-License-Identifier: Apache-2.0 */
#include "ata/identify.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/file.h"

#define DATA "tests/data/identify/"

/* As hdparm 9.65 read these files, see the README there. `security` is
 * supported, enabled, locked, frozen, count expired, enhanced. `areas`: HPA
 * and DCO. */
static const struct real_drive {
	const char *file, *model, *serial, *firmware;
	uint32_t sectors28;
	uint64_t sectors48, wwn;
	const char *security;
	uint32_t normal, enhanced;
	const char *areas;
} real_drives[] = {
	{ "FUJITSU_MHY2120BH--0084000D.bin",
	  "FUJITSU MHY2120BH", "K434T81257SL", "0084000D",
	  234441648, 234441648, 0x500000e04167f90c, "YNNYNN", 120, 0, "YY" },
	{ "FUJITSU_MHY2120BH--0085000B.bin",
	  "FUJITSU MHY2120BH", "K430T7C2F50K", "0085000B",
	  234441648, 234441648, 0x500000e0416451c7, "YNNYNN", 120, 0, "YY" },
	{ "FUJITSU_MHY2250BH--0085000B.bin",
	  "FUJITSU MHY2250BH", "K432T81269H2", "0085000B",
	  268435455, 488397168, 0x500000e0416de6a2, "YNNYNN", 250, 0, "YY" },
	{ "FUJITSU_MHZ2160BH_G1--0084000A.bin",
	  "FUJITSU MHZ2160BH G1", "K60WT8828LCB", "0084000A",
	  268435455, 312581808, 0x500000e0428bc94e, "YNNNNN", 160, 0, "YY" },
	{ "INTEL_SSDSA2MH080G1GC--045C8820.bin",
	  "INTEL SSDSA2MH080G1GC", "CVEM842101HD080DGN", "045C8820",
	  156301488, 156301488, 0x5001517387d61905, "YNNNNY", 2, 2, "YY" },
	{ "MCCOE64GEMPP--2.9.09.bin",
	  "MCCOE64GEMPP", "SE808N0608", "2.9.09",
	  117231408, 0, 0x0, "YNNNNN", 2, 0, "YY" },
	{ "Maxtor_96147H8--BAC51KJ0.bin",
	  "Maxtor 96147H8", "N80BR8EC", "BAC51KJ0",
	  120060864, 0, 0x0, "NNNNNN", 0, 0, "YN" },
	{ "SAMSUNG_HD501LJ--CR100-12.bin",
	  "SAMSUNG HD501LJ", "S0MUJ1NQ110060", "CR100-12",
	  268435455, 976773168, 0x50000f001b110060, "YNNNNY", 168, 168, "YY" },
	{ "SAMSUNG_MMCQE28G8MUP--0VA_VAM08L1Q.bin",
	  "SAMSUNG MMCQE28G8MUP-0VA", "SE837A6888", "VAM08L1Q",
	  250069680, 250069680, 0x0, "YNNYNY", 6, 6, "YY" },
	{ "SAMSUNG_MP0804H--UE100-14.bin",
	  "SAMSUNG MP0804H", "S042J10XC22323", "UE100-14",
	  156368016, 156368016, 0x0, "YNNNNY", 88, 88, "YY" },
	{ "ST320410A--3.39.bin",
	  "ST320410A", "5FB3QF34", "3.39",
	  39100223, 0, 0x0, "YNNNNN", 0, 0, "YY" },
	{ "ST9100821AS--3.CME.bin",
	  "ST9100821AS", "5NJ0R13A", "3.CME",
	  195371568, 195371568, 0x0, "YNNNNY", 42, 42, "YY" },
	{ "ST9160821AS--3.CLH.bin",
	  "ST9160821AS", "5MAC2QTA", "3.CLH",
	  268435455, 312581808, 0x0, "YNNYNY", 88, 88, "YY" },
	{ "TOSHIBA_MK1651GSY--38IGT0G5T.bin",
	  "TOSHIBA MK1651GSY", "38IGT0G5T", "LD001D",
	  268435455, 312581808, 0x50000390e178422c, "YNNYNN", 68, 0, "YY" },
	{ "WDC_WD2500JB--00REA0-20.00K20.bin",
	  "WDC WD2500JB-00REA0", "WD-WMANK4051741", "20.00K20",
	  268435455, 488397168, 0x0, "YNNNNN", 0, 0, "YY" },
	{ "WDC_WD2500JS-75NCB3--10.02E04.bin",
	  "WDC WD2500JS-75NCB3", "WD-WCANKH572006", "10.02E04",
	  268435455, 488281250, 0x0, "YNNNNN", 0, 0, "YY" },
	{ "WDC_WD5000AAKS--00TMA0-12.01C01.bin",
	  "WDC WD5000AAKS-00TMA0", "WD-WCAPW0493929", "12.01C01",
	  268435455, 976773168, 0x50014ee2002a560a, "YNNNNN", 122, 0, "YY" },
};

static void load(const char *name, uint8_t ret_data[ATA_SECTOR])
{
	CLEANUP(free) char *bytes = NULL;
	char path[256];
	size_t length;

	snprintf(path, sizeof(path), DATA "%s", name);
	assert_int_equal(file_read(path, 4096, &bytes, &length, NULL), 0);
	assert_int_equal(length, ATA_SECTOR);
	memcpy(ret_data, bytes, ATA_SECTOR);
}

static enum haiki_answer answer(char c)
{
	return c == 'Y' ? HAIKI_YES : HAIKI_NO;
}

static void check_time(const struct ata_erase_time *time, uint32_t minutes)
{
	assert_int_equal(time->known, minutes != 0);
	assert_int_equal(time->minutes, minutes);
	assert_false(time->at_least);
}

static void reads_real_drives_as_hdparm_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(real_drives); i++) {
		const struct real_drive *want = &real_drives[i];
		uint8_t data[ATA_SECTOR];
		struct ata_identify id;

		load(want->file, data);
		ata_identify_decode(data, &id);
		assert_int_equal(id.checksum, ATA_CHECKSUM_GOOD);
		assert_true(id.usable);
		assert_string_equal(id.model, want->model);
		assert_string_equal(id.serial, want->serial);
		assert_string_equal(id.firmware, want->firmware);
		assert_int_equal(id.sectors28, want->sectors28);
		assert_int_equal(id.sectors, want->sectors48 ? want->sectors48 :
							       want->sectors28);
		assert_int_equal(id.lba48, want->sectors48 ? HAIKI_YES :
							     HAIKI_NO);
		assert_int_equal(id.wwn, want->wwn);
		assert_int_equal(id.security.supported,
				 answer(want->security[0]));
		assert_int_equal(id.security.enabled,
				 answer(want->security[1]));
		assert_int_equal(id.security.locked,
				 answer(want->security[2]));
		assert_int_equal(id.security.frozen,
				 answer(want->security[3]));
		assert_int_equal(id.security.count_expired,
				 answer(want->security[4]));
		assert_int_equal(id.security.enhanced,
				 answer(want->security[5]));
		check_time(&id.erase_normal, want->normal);
		check_time(&id.erase_enhanced, want->enhanced);
		assert_int_equal(id.hpa, answer(want->areas[0]));
		assert_int_equal(id.dco, answer(want->areas[1]));
		assert_int_equal(id.sanitize, HAIKI_NO);
		assert_int_equal(id.sanitize_block, HAIKI_NO);
		assert_int_equal(id.logical_block, 512);
		assert_int_equal(id.physical_block, 512);
	}
}

/* A drive with the given words changed and the checksum fitting again. */
static void derive(const uint16_t (*words)[2], size_t count,
		   uint8_t ret_data[ATA_SECTOR], struct ata_identify *ret_id)
{
	load("INTEL_SSDSA2MH080G1GC--045C8820.bin", ret_data);
	for (size_t i = 0; i < count; i++)
		put_le16(ret_data + 2 * words[i][0], words[i][1]);
	ata_checksum_store(ret_data);
	ata_identify_decode(ret_data, ret_id);
	assert_int_equal(ret_id->checksum, ATA_CHECKSUM_GOOD);
}

static void reads_sanitize_bits(void **state)
{
	/* Word 59: b15 block, b14 overwrite, b13 crypto, b12 supported. */
	static const struct {
		uint16_t word;
		enum haiki_answer set, block, overwrite, crypto, antifreeze;
	} cases[] = {
		{ 0xB400, HAIKI_YES, HAIKI_YES, HAIKI_NO, HAIKI_YES, HAIKI_YES },
		{ 0x5110, HAIKI_YES, HAIKI_NO, HAIKI_YES, HAIKI_NO, HAIKI_NO },
		/* The commands without the feature set: not there. */
		{ 0xE000, HAIKI_NO, HAIKI_NO, HAIKI_NO, HAIKI_NO, HAIKI_NO },
		{ 0xFFFF, HAIKI_UNKNOWN, HAIKI_UNKNOWN, HAIKI_UNKNOWN,
		  HAIKI_UNKNOWN, HAIKI_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const uint16_t words[][2] = { { 59, cases[i].word } };
		uint8_t data[ATA_SECTOR];
		struct ata_identify id;

		derive(words, 1, data, &id);
		assert_int_equal(id.sanitize, cases[i].set);
		assert_int_equal(id.sanitize_block, cases[i].block);
		assert_int_equal(id.sanitize_overwrite, cases[i].overwrite);
		assert_int_equal(id.sanitize_crypto, cases[i].crypto);
		assert_int_equal(id.sanitize_antifreeze, cases[i].antifreeze);
	}
}

static void reads_erase_times(void **state)
{
	/* ACS-4 7.13.6.36: 8 bits or, with b15, 15; the maximum means more. */
	static const struct {
		uint16_t word;
		bool known, at_least;
		uint32_t minutes;
	} cases[] = {
		{ 0x0000, false, false, 0 },
		{ 0x0001, true, false, 2 },
		{ 0x00FE, true, false, 508 },
		{ 0x00FF, true, true, 510 },
		{ 0x8000, false, false, 0 },
		{ 0x8100, true, false, 512 },
		{ 0xFFFE, true, false, 65532 },
		{ 0xFFFF, true, true, 65534 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const uint16_t words[][2] = { { 89, cases[i].word },
					      { 90, cases[i].word } };
		uint8_t data[ATA_SECTOR];
		struct ata_identify id;

		derive(words, 2, data, &id);
		assert_int_equal(id.erase_normal.known, cases[i].known);
		assert_int_equal(id.erase_normal.at_least, cases[i].at_least);
		assert_int_equal(id.erase_normal.minutes, cases[i].minutes);
		assert_int_equal(id.erase_enhanced.minutes, cases[i].minutes);
	}
}

static void reads_sector_sizes_and_rotation(void **state)
{
	static const uint16_t advanced[][2] = {
		{ 106, 0x6003 }, { 217, 7200 }, { 69, 0x4030 }, { 169, 1 } };
	static const uint16_t native4k[][2] = {
		{ 106, 0x5000 }, { 117, 2048 }, { 118, 0 }, { 217, 0 } };
	static const uint16_t mad[][2] = {
		{ 106, 0x5000 }, { 117, 3 }, { 118, 0 } };
	static const uint16_t invalid[][2] = { { 106, 0xE003 } };
	uint8_t data[ATA_SECTOR];
	struct ata_identify id;

	(void)state;
	derive(advanced, ARRAY_SIZE(advanced), data, &id);
	assert_int_equal(id.logical_block, 512);
	assert_int_equal(id.physical_block, 4096);
	assert_int_equal(id.rotating, HAIKI_YES);
	assert_int_equal(id.rpm, 7200);
	assert_int_equal(id.drat, HAIKI_YES);
	assert_int_equal(id.rzat, HAIKI_YES);
	assert_int_equal(id.encrypts_all, HAIKI_YES);
	assert_int_equal(id.trim, HAIKI_YES);
	derive(native4k, ARRAY_SIZE(native4k), data, &id);
	assert_int_equal(id.logical_block, 4096);
	assert_int_equal(id.physical_block, 4096);
	assert_int_equal(id.rotating, HAIKI_UNKNOWN);
	derive(mad, ARRAY_SIZE(mad), data, &id);
	assert_int_equal(id.logical_block, 512);
	derive(invalid, ARRAY_SIZE(invalid), data, &id);
	assert_int_equal(id.physical_block, 512);
}

static void reads_amac_only_where_valid(void **state)
{
	static const struct {
		uint16_t w86, w119;
		enum haiki_answer amac;
	} cases[] = {
		{ 0xBC01, 0x4100, HAIKI_YES },
		{ 0xBC01, 0x4000, HAIKI_NO },
		{ 0xBC01, 0xC100, HAIKI_UNKNOWN },   /* not valid */
		{ 0xBC01, 0x0100, HAIKI_UNKNOWN },
		{ 0x3C01, 0x4100, HAIKI_NO },        /* the word isn't there */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const uint16_t words[][2] = { { 86, cases[i].w86 },
					      { 119, cases[i].w119 } };
		uint8_t data[ATA_SECTOR];
		struct ata_identify id;

		derive(words, 2, data, &id);
		assert_int_equal(id.amac, cases[i].amac);
	}
}

static void leaves_invalid_words_unknown(void **state)
{
	static const uint16_t w83[][2] = { { 83, 0xFC01 } };
	static const uint16_t contradiction[][2] = { { 128, 0x0000 } };
	static const uint16_t enabled[][2] = { { 128, 0x0003 } };
	static const uint16_t ones[][2] = { { 128, 0xFFFF } };
	uint8_t data[ATA_SECTOR];
	struct ata_identify id;

	(void)state;
	derive(w83, 1, data, &id);
	assert_int_equal(id.lba48, HAIKI_UNKNOWN);
	assert_int_equal(id.hpa, HAIKI_UNKNOWN);
	assert_int_equal(id.dco, HAIKI_UNKNOWN);
	assert_int_equal(id.security.supported, HAIKI_UNKNOWN);
	assert_true(id.security.reason[0]);
	derive(contradiction, 1, data, &id);
	assert_int_equal(id.security.supported, HAIKI_UNKNOWN);
	derive(enabled, 1, data, &id);
	assert_int_equal(id.security.supported, HAIKI_UNKNOWN);
	assert_int_equal(id.security.enabled, HAIKI_UNKNOWN);
	derive(ones, 1, data, &id);
	assert_int_equal(id.security.supported, HAIKI_UNKNOWN);
}

static void assert_nothing_known(const struct ata_identify *id)
{
	assert_false(id->usable);
	assert_true(id->reason[0]);
	assert_int_equal(id->sanitize, HAIKI_UNKNOWN);
	assert_int_equal(id->security.supported, HAIKI_UNKNOWN);
	assert_int_equal(id->hpa, HAIKI_UNKNOWN);
	assert_int_equal(id->rotating, HAIKI_UNKNOWN);
	assert_int_equal(id->sectors, 0);
	assert_false(id->erase_normal.known);
}

static void trusts_no_damaged_data(void **state)
{
	uint8_t data[ATA_SECTOR];
	struct ata_identify id;

	(void)state;
	load("INTEL_SSDSA2MH080G1GC--045C8820.bin", data);
	for (size_t i = 0; i < ATA_SECTOR; i++) {
		if (i == 510)
			continue;
		data[i] ^= 0x10;
		ata_identify_decode(data, &id);
		assert_false(id.usable);
		data[i] ^= 0x10;
	}
	data[0] ^= 0x10;
	ata_identify_decode(data, &id);
	assert_int_equal(id.checksum, ATA_CHECKSUM_BAD);
	assert_nothing_known(&id);
	memset(data, 0, sizeof(data));
	ata_identify_decode(data, &id);
	assert_nothing_known(&id);
	memset(data, 0xFF, sizeof(data));
	ata_identify_decode(data, &id);
	assert_nothing_known(&id);
}

static void accepts_drives_without_checksum(void **state)
{
	uint8_t data[ATA_SECTOR];
	struct ata_identify id;

	(void)state;
	load("ST320410A--3.39.bin", data);
	data[510] = data[511] = 0;
	ata_identify_decode(data, &id);
	assert_int_equal(id.checksum, ATA_CHECKSUM_ABSENT);
	assert_true(id.usable);
	assert_int_equal(id.security.supported, HAIKI_YES);
}

static void cleans_strings(void **state)
{
	char text[9];

	(void)state;
	ata_string_decode((const uint8_t *)" bAxE\x1bmc", 8, text);
	assert_string_equal(text, "b xA?Ecm");
	ata_string_decode((const uint8_t *)"  ba  \0\0", 8, text);
	assert_string_equal(text, "ab");
	ata_string_decode((const uint8_t *)"        ", 8, text);
	assert_string_equal(text, "");
}

static void reads_dco_identity(void **state)
{
	uint8_t data[ATA_SECTOR] = { 2, 0 };
	struct ata_dco dco;

	(void)state;
	put_le64(data + 6, 976773167);
	ata_checksum_store(data);
	ata_dco_decode(data, &dco);
	assert_true(dco.usable);
	assert_int_equal(dco.max_lba, 976773167);
	data[6] ^= 1;
	ata_dco_decode(data, &dco);
	assert_false(dco.usable);
	memset(data, 0, sizeof(data));
	ata_dco_decode(data, &dco);
	assert_false(dco.usable);
}

static void the_sct_status_has_a_temperature(void **state)
{
	uint8_t data[ATA_SECTOR] = { 3, 0 };
	int celsius = 7;

	(void)state;
	data[200] = 41;
	assert_int_equal(ata_sct_temperature(data, &celsius), 0);
	assert_int_equal(celsius, 41);
	data[200] = 0xF6;
	assert_int_equal(ata_sct_temperature(data, &celsius), 0);
	assert_int_equal(celsius, -10);
	data[200] = 0x80;         /* not told */
	assert_int_equal(ata_sct_temperature(data, &celsius), -EPROTO);
	data[200] = 41;
	data[0] = 1;              /* of no format that is known */
	assert_int_equal(ata_sct_temperature(data, &celsius), -EPROTO);
	assert_int_equal(celsius, -10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sct_status_has_a_temperature),
		cmocka_unit_test(reads_real_drives_as_hdparm_does),
		cmocka_unit_test(reads_sanitize_bits),
		cmocka_unit_test(reads_erase_times),
		cmocka_unit_test(reads_sector_sizes_and_rotation),
		cmocka_unit_test(reads_amac_only_where_valid),
		cmocka_unit_test(leaves_invalid_words_unknown),
		cmocka_unit_test(trusts_no_damaged_data),
		cmocka_unit_test(accepts_drives_without_checksum),
		cmocka_unit_test(cleans_strings),
		cmocka_unit_test(reads_dco_identity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
