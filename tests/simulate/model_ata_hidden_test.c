/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/lab.h"

/* HPA, DCO (ATA8-ACS) and AMAC (ACS-4). 2,048 sectors are the factory's. */

#define HDD "\"kind\":\"ata-hdd\",\"size_mib\":1,\"hpa_sectors\":64," \
	    "\"dco_sectors\":32"
#define SSD "\"kind\":\"ata-ssd\",\"size_mib\":1,\"amac_sectors\":48"

static uint64_t capacity(struct model *m)
{
	uint64_t sectors;

	assert_int_equal(model_capacity(m, &sectors), 0);
	return sectors;
}

static uint64_t native(struct model *m)
{
	struct model_ata c;

	assert_true(lab_ata(m, 0x27, 0, 0, 0, true, &c));
	return c.ret_lba;
}

static bool set_max(struct model *m, uint64_t lba, bool keep)
{
	return lab_ata(m, 0x37, 0, keep, lba, true, NULL);
}

static bool restore(struct model *m)
{
	return lab_ata(m, 0xB1, 0xC0, 0, 0, false, NULL);
}

static void test_hpa(void **state)
{
	struct model *m = lab_new(HDD);
	uint8_t data[512];
	struct model_ata c;

	(void)state;
	assert_int_equal(capacity(m), 2048 - 96);
	assert_int_equal(native(m), 2048 - 32 - 1);
	assert_int_equal(model_read(m, 2048 - 96, data, 1), -ENOSPC);
	assert_true(lab_ata(m, 0xF8, 0, 0, 0, false, &c));
	assert_int_equal(c.ret_lba, 2015);
	/* Only right after READ NATIVE MAX ADDRESS EXT. */
	assert_false(set_max(m, 2015, true));
	(void)native(m);
	assert_false(set_max(m, 2016, true));
	(void)native(m);
	assert_true(set_max(m, 2015, true));
	assert_int_equal(capacity(m), 2016);
	assert_int_equal(lab_identify(m, 100), 2016);
	assert_int_equal(model_read(m, 2015, data, 1), 0);
	assert_int_equal(get_be64(data + 16), HAIKI_ZONE_HPA);
	model_power_cycle(m);
	assert_int_equal(capacity(m), 2016);
	model_free(m);
}

static void test_once_a_power_cycle(void **state)
{
	struct model *m = lab_new(HDD);
	struct model_ata c;

	(void)state;
	(void)native(m);
	assert_true(set_max(m, 1999, true));
	(void)native(m);
	assert_false(lab_ata(m, 0x37, 0, 1, 2015, true, &c));
	assert_int_equal(c.ret_error, 0x10);
	model_power_cycle(m);
	(void)native(m);
	assert_true(set_max(m, 2015, true));
	model_free(m);
}

static void test_volatile(void **state)
{
	struct model *m = lab_new(HDD);

	(void)state;
	(void)native(m);
	assert_true(set_max(m, 2015, false));
	assert_int_equal(capacity(m), 2016);
	model_power_cycle(m);
	assert_int_equal(capacity(m), 2048 - 96);
	model_free(m);
}

static void test_dco(void **state)
{
	struct model *m = lab_new(HDD);
	struct model *cycle = lab_new(HDD ",\"faults\":"
				      "{\"dco_needs_cycle\":true}");
	uint8_t data[512], sum = 0;

	(void)state;
	assert_true(lab_ata_in(m, 0xB1, 0xC2, 1, 0, false, data, 512));
	for (int i = 0; i < 512; i++)
		sum = (uint8_t)(sum + data[i]);
	assert_int_equal(sum, 0);
	assert_int_equal(get_le64(data + 6), 2047);
	assert_false(restore(m));             /* an HPA is set */
	(void)native(m);
	assert_true(set_max(m, 2015, true));
	assert_true(restore(m));
	assert_int_equal(capacity(m), 2048);
	assert_int_equal(native(m), 2047);
	assert_int_equal(model_read(m, 2047, data, 1), 0);
	assert_int_equal(get_be64(data + 16), HAIKI_ZONE_DCO);

	(void)native(cycle);
	assert_true(set_max(cycle, 2015, true));
	assert_false(restore(cycle));
	model_power_cycle(cycle);
	assert_true(restore(cycle));
	model_free(m);
	model_free(cycle);
}

static void test_dco_freeze(void **state)
{
	struct model *m = lab_new("\"kind\":\"ata-hdd\",\"size_mib\":1,"
				  "\"dco_sectors\":32");

	(void)state;
	assert_true(lab_ata(m, 0xB1, 0xC1, 0, 0, false, NULL));
	assert_false(restore(m));
	model_power_cycle(m);
	assert_true(restore(m));
	model_free(m);
}

static void test_amac(void **state)
{
	struct model *m = lab_new(SSD);
	struct model_ata c;

	(void)state;
	assert_int_equal(capacity(m), 2000);
	assert_int_equal(lab_identify(m, 119) & 0x100, 0x100);
	assert_true(lab_ata(m, 0x78, 0, 0, 0, true, &c));
	assert_int_equal(c.ret_lba, 2047);
	assert_false(lab_ata(m, 0x78, 1, 0, 2048, true, NULL));
	assert_true(lab_ata(m, 0x78, 1, 0, 2040, true, NULL));
	assert_int_equal(capacity(m), 2041);
	assert_false(lab_ata(m, 0x78, 1, 0, 2047, true, NULL));
	model_power_cycle(m);
	assert_true(lab_ata(m, 0x78, 2, 0, 0, true, NULL));
	assert_false(lab_ata(m, 0x78, 1, 0, 2047, true, NULL));
	model_power_cycle(m);
	assert_true(lab_ata(m, 0x78, 1, 0, 2047, true, NULL));
	assert_int_equal(capacity(m), 2048);
	/* The older commands are gone from such a drive. */
	assert_false(lab_ata(m, 0x27, 0, 0, 0, true, NULL));
	assert_false(restore(m));
	model_free(m);
}

static void test_locked(void **state)
{
	struct model *m = lab_new(HDD ",\"password\":\"x\"");

	(void)state;
	assert_int_equal(native(m), 2015);
	assert_false(set_max(m, 2015, true));
	assert_false(restore(m));
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hpa),
		cmocka_unit_test(test_once_a_power_cycle),
		cmocka_unit_test(test_volatile),
		cmocka_unit_test(test_dco),
		cmocka_unit_test(test_dco_freeze),
		cmocka_unit_test(test_amac),
		cmocka_unit_test(test_locked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
