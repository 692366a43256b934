/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/lab.h"

/* Power, cache, presence, time: what every kind of drive has. */

#define SAS "\"kind\":\"sas-hdd\",\"size_mib\":1"

static uint8_t first_byte(struct model *m, uint64_t lba)
{
	uint8_t data[512];

	assert_int_equal(model_read(m, lba, data, 1), 0);
	return data[0];
}

static void put(struct model *m, uint64_t lba, uint8_t value)
{
	uint8_t data[512];

	memset(data, value, sizeof(data));
	assert_int_equal(model_write(m, lba, data, 1), 0);
}

/* What wasn't flushed is lost with the power; the order doesn't matter. */
static void test_cache(void **state)
{
	struct model *m = lab_new(SAS);
	struct model *through = lab_new(SAS ",\"write_cache\":false");

	(void)state;
	put(m, 1, 0x11);
	assert_int_equal(model_flush(m), 0);
	put(m, 1, 0x22);
	put(m, 1, 0x33);
	put(m, 2, 0x44);
	assert_int_equal(first_byte(m, 1), 0x33);
	model_power_cycle(m);
	assert_int_equal(first_byte(m, 1), 0x11);
	assert_int_equal(first_byte(m, 2), 'h');
	put(through, 1, 0x55);
	model_power_cycle(through);
	assert_int_equal(first_byte(through, 1), 0x55);
	model_free(m);
	model_free(through);
}

/* More than the cache holds gets out by itself. */
static void test_cache_overflows(void **state)
{
	struct model *m = lab_new(SAS);
	uint64_t lost = 0;

	(void)state;
	for (uint64_t lba = 0; lba < 2048; lba++)
		put(m, lba, 0x77);
	model_power_cycle(m);
	for (uint64_t lba = 0; lba < 2048; lba++)
		lost += first_byte(m, lba) != 0x77;
	assert_int_equal(lost, 512);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 512);
	model_free(m);
}

static void test_drops_cache(void **state)
{
	struct model *m = lab_new(SAS ",\"faults\":{\"drops_cache\":true}");

	(void)state;
	put(m, 1, 0x11);
	assert_int_equal(model_flush(m), 0);
	assert_int_equal(first_byte(m, 1), 0x11);
	model_power_cycle(m);
	assert_int_equal(first_byte(m, 1), 'h');
	model_free(m);
}

static void test_suspend_flushes(void **state)
{
	struct model *m = lab_new(SAS);

	(void)state;
	put(m, 1, 0x11);
	model_suspend_resume(m);
	assert_int_equal(first_byte(m, 1), 0x11);
	model_free(m);
}

static void test_power_cut_at_write(void **state)
{
	static const struct { const char *when; uint64_t gone; } cuts[] = {
		{ "before", 0 }, { "middle", 4 }, { "after", 8 },
	};
	uint8_t data[8 * 512] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cuts); i++) {
		char json[256];
		struct model *m;

		snprintf(json, sizeof(json), SAS ",\"write_cache\":false,"
			 "\"faults\":{\"power_cut_at_write\":2,"
			 "\"power_cut_when\":\"%s\"}", cuts[i].when);
		m = lab_new(json);
		assert_int_equal(model_write(m, 0, data, 8), 0);
		assert_int_equal(model_write(m, 8, data, 8), -ENODEV);
		assert_int_equal(model_read(m, 0, data, 1), -ENODEV);
		assert_int_equal(model_flush(m), -ENODEV);
		assert_true(model_gone(m));
		model_power_cycle(m);
		assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST),
				 2048 - 8 - cuts[i].gone);
		/* Only once. */
		memset(data, 0, sizeof(data));
		assert_int_equal(model_write(m, 8, data, 8), 0);
		assert_int_equal(model_write(m, 16, data, 8), 0);
		model_free(m);
	}
}

static void test_vanishes(void **state)
{
	struct model *m = lab_new(SAS ",\"faults\":{\"vanishes_at\":3}");
	uint8_t data[512];
	uint64_t sectors;

	(void)state;
	put(m, 0, 1);
	(void)first_byte(m, 0);
	assert_int_equal(model_read(m, 0, data, 1), -ENODEV);
	assert_int_equal(model_capacity(m, &sectors), -ENODEV);
	assert_true(model_gone(m));
	model_free(m);
}

static void test_hangs(void **state)
{
	struct model *always = lab_new(SAS ",\"faults\":"
				       "{\"hangs\":\"always\"}");
	struct model *after = lab_new(SAS ",\"faults\":"
				      "{\"hangs\":\"after-erase\"}");
	struct model_scsi c = { .cdb = { 0x04 }, .cdb_length = 6 };
	uint8_t data[512];

	(void)state;
	assert_int_equal(model_read(always, 0, data, 1), -ETIMEDOUT);
	assert_int_equal(model_scsi(always, &c), -ETIMEDOUT);
	assert_int_equal(model_scsi(after, &c), 0);   /* unit attention */
	assert_int_equal(model_scsi(after, &c), 0);
	assert_int_equal(model_scsi(after, &c), -ETIMEDOUT);
	model_power_cycle(after);
	assert_int_equal(model_read(after, 0, data, 1), 0);
	model_free(always);
	model_free(after);
}

static void test_ranges(void **state)
{
	struct model *m = lab_new(SAS ",\"faults\":{"
				  "\"unreadable\":[[10,2],[20,1]],"
				  "\"unwritable\":[[30,2]],"
				  "\"ignores_writes\":[[40,5]]}");
	struct model *heals = lab_new(SAS ",\"faults\":{"
				      "\"unreadable\":[[10,2]],"
				      "\"unwritable\":[[90,200]],"
				      "\"remaps_on_write\":true}");
	unsigned failed = 0;
	uint8_t data[8 * 512] = { 0 };

	(void)state;
	assert_int_equal(model_read(m, 4, data, 8), -EIO);
	assert_int_equal(model_read(m, 12, data, 8), 0);
	memset(data, 0, sizeof(data));
	/* The rest of a failed write still gets written. */
	assert_int_equal(model_write(m, 28, data, 8), -EIO);
	assert_int_equal(model_write(m, 40, data, 8), 0);
	assert_int_equal(model_write(m, 10, data, 1), -EIO);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 2048 - 6 - 3);
	assert_int_equal(model_write(heals, 10, data, 1), 0);
	assert_int_equal(model_read(heals, 10, data, 1), 0);
	assert_int_equal(model_read(heals, 11, data, 1), -EIO);
	assert_int_equal(lab_markers(heals, HAIKI_ZONE_REMAPPED), 1);
	/* Spares take over until there are no more. */
	for (uint64_t lba = 90; lba < 290; lba++)
		failed += model_write(heals, lba, data, 1) < 0;
	assert_int_equal(failed, 200 - 63);
	assert_int_equal(lab_markers(heals, HAIKI_ZONE_REMAPPED), 64);
	model_free(m);
	model_free(heals);
}

/* Another drive answers at the second look. */
static void test_serial_changes(void **state)
{
	struct model *m = lab_new(SAS ",\"serial\":\"OLD\",\"faults\":"
				  "{\"serial_changes_to\":\"NEW\"}");
	uint8_t data[64];

	(void)state;
	assert_int_equal(lab_scsi(m, LAB_CDB(0x12, 1, 0x80, 0, 64, 0),
				  MODEL_DATA_IN, data, 64, NULL), 0);
	assert_memory_equal(data + 21, "OLD", 3);
	assert_int_equal(lab_scsi(m, LAB_CDB(0x12, 1, 0x80, 0, 64, 0),
				  MODEL_DATA_IN, data, 64, NULL), 0);
	assert_memory_equal(data + 21, "NEW", 3);
	model_free(m);
}

static void test_shrinks(void **state)
{
	struct model *m = lab_new(SAS ",\"faults\":{\"shrinks_by\":48}");
	uint8_t data[512];
	uint64_t sectors;

	(void)state;
	assert_int_equal(lab_scsi(m, LAB_CDB(0x00, 0, 0, 0, 0, 0),
				  MODEL_NO_DATA, NULL, 0, NULL), 0x062901);
	for (int i = 0; i < 2; i++)
		assert_int_equal(lab_scsi(m, LAB_CDB(0x25, 0, 0, 0, 0, 0, 0, 0,
						     0, 0), MODEL_DATA_IN,
					  data, 8, NULL), 0);
	assert_int_equal(get_be32(data), 1999);
	assert_int_equal(model_capacity(m, &sectors), 0);
	assert_int_equal(sectors, 2000);
	assert_int_equal(model_read(m, 2000, data, 1), -ENOSPC);
	model_free(m);
}

/* Slow means time, and time that nobody advances stands still. */
static void test_slow(void **state)
{
	struct model *m = lab_new(SAS ",\"faults\":{\"slow_mib_s\":1}");
	struct json_t *before = model_state_json(m), *after;
	uint8_t *data = calloc(1024, 512);

	(void)state;
	assert_int_equal(model_write(m, 0, data, 1024), 0);
	after = model_state_json(m);
	assert_int_equal(json_integer_value(json_object_get(after,
							    "clock_ms")) -
			 json_integer_value(json_object_get(before,
							    "clock_ms")), 500);
	json_decref(before);
	json_decref(after);
	free(data);
	model_free(m);
}

static void test_wrong_set(void **state)
{
	struct model *sas = lab_new(SAS);
	struct model *nvme = lab_new("\"kind\":\"nvme\",\"size_mib\":1");
	struct model_ata a = { .command = 0xEC };
	struct model_nvme n = { .opcode = 6 };
	struct model_scsi s = { .cdb_length = 6 };

	(void)state;
	assert_int_equal(model_ata(sas, &a), -EOPNOTSUPP);
	assert_int_equal(model_nvme(sas, &n), -EOPNOTSUPP);
	assert_int_equal(model_scsi(nvme, &s), -EOPNOTSUPP);
	model_free(sas);
	model_free(nvme);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cache),
		cmocka_unit_test(test_cache_overflows),
		cmocka_unit_test(test_drops_cache),
		cmocka_unit_test(test_suspend_flushes),
		cmocka_unit_test(test_power_cut_at_write),
		cmocka_unit_test(test_vanishes),
		cmocka_unit_test(test_hangs),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_serial_changes),
		cmocka_unit_test(test_shrinks),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_wrong_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
