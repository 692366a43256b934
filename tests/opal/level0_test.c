/* SPDX-License-Identifier: Apache-2.0 */
#include "opal/level0.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

/* An Opal 2 drive: TPer, Locking and the SSC, as the Opal SSC 2.01 specifies
 * them (3.1.1). `locking` is the Locking feature's first byte. */
static size_t discovery(uint8_t *data, uint8_t locking, uint16_t ssc)
{
	static const uint8_t tper[16] = { 0, 1, 0x10, 12, 0x11 };
	uint8_t lock[16] = { 0, 2, 0x10, 12, locking };
	uint8_t opal[20] = { 0, 0, 0x10, 16, 0x07, 0xFE, 0, 1 };

	put_be16(opal, ssc);
	memset(data, 0, OPAL_LEVEL0_SIZE);
	put_be32(data, 48 + 16 + 16 + 20 - 4);
	put_be32(data + 4, 1);
	memcpy(data + 48, tper, 16);
	memcpy(data + 64, lock, 16);
	memcpy(data + 80, opal, 20);
	return 100;
}

static void reads_an_opal_drive(void **state)
{
	uint8_t data[OPAL_LEVEL0_SIZE];
	struct opal_level0 l;

	(void)state;
	discovery(data, 0x09, 0x0203);
	opal_level0_decode(data, sizeof(data), &l);
	assert_true(l.usable);
	assert_true(l.tper);
	assert_true(l.tper_sync);
	assert_int_equal(l.ssc, OPAL_SSC_OPAL2);
	assert_int_equal(l.comid, 0x07FE);
	assert_int_equal(l.comids, 1);
	assert_int_equal(l.locking, HAIKI_YES);
	assert_int_equal(l.locking_enabled, HAIKI_NO);
	assert_int_equal(l.locked, HAIKI_NO);
	assert_int_equal(l.media_encryption, HAIKI_YES);
	discovery(data, 0x37, 0x0203);
	opal_level0_decode(data, sizeof(data), &l);
	assert_int_equal(l.locking_enabled, HAIKI_YES);
	assert_int_equal(l.locked, HAIKI_YES);
	assert_int_equal(l.media_encryption, HAIKI_NO);
	assert_int_equal(l.mbr_enabled, HAIKI_YES);
	assert_int_equal(l.mbr_done, HAIKI_YES);
}

static void names_the_ssc(void **state)
{
	static const struct {
		uint16_t code;
		const char *name;
	} cases[] = {
		{ 0x0100, "Enterprise" }, { 0x0200, "Opal 1" },
		{ 0x0203, "Opal 2" }, { 0x0301, "Opalite" },
		{ 0x0302, "Pyrite 1" }, { 0x0303, "Pyrite 2" },
		{ 0x0304, "Ruby" }, { 0x0999, "none" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t data[OPAL_LEVEL0_SIZE];
		struct opal_level0 l;

		discovery(data, 1, cases[i].code);
		opal_level0_decode(data, sizeof(data), &l);
		assert_string_equal(opal_ssc_name(l.ssc), cases[i].name);
	}
}

static void knows_nothing_from_damaged_data(void **state)
{
	uint8_t data[OPAL_LEVEL0_SIZE];
	struct opal_level0 l;
	size_t length = discovery(data, 0x09, 0x0203);

	(void)state;
	for (size_t cut = 0; cut < length; cut++) {
		opal_level0_decode(data, cut, &l);
		assert_false(l.usable);
		assert_int_equal(l.media_encryption, HAIKI_UNKNOWN);
	}
	opal_level0_decode(data, length, &l);
	assert_true(l.usable);
	data[83] = 200;   /* a feature that reaches behind the end */
	opal_level0_decode(data, sizeof(data), &l);
	assert_false(l.usable);
	assert_int_equal(l.media_encryption, HAIKI_UNKNOWN);
	memset(data, 0, sizeof(data));
	opal_level0_decode(data, sizeof(data), &l);
	assert_false(l.usable);
	memset(data, 0xFF, sizeof(data));
	opal_level0_decode(data, sizeof(data), &l);
	assert_false(l.usable);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_an_opal_drive),
		cmocka_unit_test(names_the_ssc),
		cmocka_unit_test(knows_nothing_from_damaged_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
