/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/lab.h"

/* The scanner counts what is there, zone by zone, before anything is done. */
static void test_zones_at_first(void **state)
{
	struct model *hdd = lab_new("\"kind\":\"ata-hdd\",\"size_mib\":1,"
				    "\"hpa_sectors\":100,\"dco_sectors\":50,"
				    "\"remapped\":3");
	struct model *nvme = lab_new("\"kind\":\"nvme\",\"size_mib\":1,"
				     "\"spare_sectors\":101,\"namespaces\":"
				     "[{\"sectors\":40},{\"sectors\":8,"
				     "\"attached\":false}]");

	(void)state;
	assert_int_equal(lab_markers(hdd, HAIKI_ZONE_HOST), 2048 - 150);
	assert_int_equal(lab_markers(hdd, HAIKI_ZONE_HPA), 100);
	assert_int_equal(lab_markers(hdd, HAIKI_ZONE_DCO), 50);
	assert_int_equal(lab_markers(hdd, HAIKI_ZONE_AMAC), 0);
	assert_int_equal(lab_markers(hdd, HAIKI_ZONE_REMAPPED), 3);
	assert_int_equal(lab_markers(hdd, HAIKI_ZONE_SPARE), 0);
	assert_int_equal(lab_markers(nvme, HAIKI_ZONE_HOST), 2048);
	assert_int_equal(lab_markers(nvme, HAIKI_ZONE_SPARE), 51);
	assert_int_equal(lab_markers(nvme, HAIKI_ZONE_NAMESPACES), 48);
	model_free(hdd);
	model_free(nvme);
}

/* Flash keeps old versions: overwriting and TRIM leave them in the pool. */
static void test_flash_keeps_old_pages(void **state)
{
	struct model *m = lab_new("\"kind\":\"ata-ssd\",\"size_mib\":1,"
				  "\"spare_sectors\":100");
	uint8_t range[512] = { 0 }, data[512] = { 0 };

	(void)state;
	assert_int_equal(lab_markers(m, HAIKI_ZONE_SPARE), 50);
	for (uint64_t lba = 0; lba < 20; lba++)
		assert_int_equal(model_write(m, lba, data, 1), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 2028);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_SPARE), 70);
	put_le64(range, 20 | 10ull << 48);
	assert_true(lab_ata_out(m, 0x06, 1, 1, 0, true, range, 512));
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 2018);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_SPARE), 80);
	/* Even everything three times over doesn't reach the pool. */
	for (uint64_t lba = 0; lba < 3 * 2048; lba++)
		assert_int_equal(model_write(m, lba % 2048, data, 1), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_SPARE), 80);
	model_free(m);
}

/* A bad sector that a write heals leaves its content in the retired one. */
static void test_remapping_retires(void **state)
{
	struct model *m = lab_new("\"kind\":\"ata-hdd\",\"size_mib\":1,"
				  "\"pending\":2");
	uint8_t data[512] = { 0 };

	(void)state;
	assert_int_equal(model_read(m, 999, data, 1), 0);
	assert_int_equal(model_read(m, 1000, data, 1), -EIO);
	assert_int_equal(model_read(m, 1001, data, 1), -EIO);
	assert_int_equal(model_read(m, 1002, data, 1), 0);
	memset(data, 0, sizeof(data));
	assert_int_equal(model_write(m, 1000, data, 1), 0);
	assert_int_equal(model_read(m, 1000, data, 1), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_REMAPPED), 1);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 2047);
	model_free(m);
}

/* Any size at all, down to the last sector. */
static void test_odd_sizes(void **state)
{
	struct model *m = lab_new("\"kind\":\"nvme\",\"sectors\":1237,"
				  "\"logical_block\":4096,"
				  "\"physical_block\":4096");
	uint8_t data[4096] = { 0 };
	uint64_t sectors;

	(void)state;
	assert_int_equal(model_capacity(m, &sectors), 0);
	assert_int_equal(sectors, 1237);
	assert_int_equal(model_write(m, 1236, data, 1), 0);
	assert_int_equal(model_write(m, 1237, data, 1), -ENOSPC);
	assert_int_equal(model_read(m, UINT64_MAX, data, 1), -ENOSPC);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 1236);
	model_free(m);
}

/* What the host can read is the same old data that the scanner counts. */
static void test_markers_readable(void **state)
{
	struct model *m = lab_new("\"kind\":\"usb-stick\",\"size_mib\":1");
	uint8_t data[1024];

	(void)state;
	assert_int_equal(model_read(m, 7, data, 2), 0);
	assert_memory_equal(data, "haiki:old-data:1", 16);
	assert_int_equal(get_be64(data + 16), HAIKI_ZONE_HOST);
	assert_int_equal(get_be64(data + 24), 7);
	assert_int_equal(get_be64(data + 512 + 24), 8);
	assert_non_null(memmem(data, 512, "personal data no. 000000000007",
			       30));
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zones_at_first),
		cmocka_unit_test(test_flash_keeps_old_pages),
		cmocka_unit_test(test_remapping_retires),
		cmocka_unit_test(test_odd_sizes),
		cmocka_unit_test(test_markers_readable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
