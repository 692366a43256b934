/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/lab.h"

/* IDENTIFY DEVICE: ACS-4 7.12.7. */
static void test_identify(void **state)
{
	struct model *m = lab_new("\"kind\":\"ata-ssd\",\"serial\":\"ABC\","
				  "\"size_mib\":1,\"wwn\":\"5000c5001234abcd\","
				  "\"sanitize\":[\"block\",\"crypto\"],"
				  "\"encrypts\":true,\"estimate_ms\":600000");
	uint8_t data[512], sum = 0;

	(void)state;
	assert_true(lab_ata_in(m, 0xEC, 0, 1, 0, false, data, 512));
	for (int i = 0; i < 512; i++)
		sum = (uint8_t)(sum + data[i]);
	assert_int_equal(sum, 0);
	assert_int_equal(data[510], 0xA5);
	assert_int_equal(get_le16(data) & 0x8000, 0);
	assert_memory_equal(data + 20, "BA C", 4);     /* bytes swapped */
	assert_int_equal(get_le32(data + 120), 2048);
	assert_int_equal(get_le64(data + 200), 2048);
	assert_int_equal(get_le16(data + 118) & 0xF000, 0xB000);
	assert_int_equal(get_le16(data + 138), 0x4030);
	assert_int_equal(get_le16(data + 166) & 0xC400, 0x4400);
	assert_int_equal(get_le16(data + 178), 5);
	assert_int_equal(get_le16(data + 216), 0x5000);
	assert_int_equal(get_le16(data + 222), 0xABCD);
	assert_int_equal(get_le16(data + 256), 0x0021);
	assert_int_equal(get_le16(data + 338), 1);
	assert_int_equal(get_le16(data + 434), 1);
	assert_int_equal(get_le16(data + 212), 0x6003);  /* 8 per physical */
	model_free(m);
}

static void test_feature_words(void **state)
{
	struct model *hpa = lab_new("\"kind\":\"ata-hdd\",\"size_mib\":1");
	struct model *bare = lab_new("\"kind\":\"ata-hdd\",\"size_mib\":1,"
				     "\"max_address\":\"none\","
				     "\"security\":\"none\",\"sanitize\":[]");

	(void)state;
	assert_int_equal(lab_identify(hpa, 82) & 0x0402, 0x0402);
	assert_int_equal(lab_identify(hpa, 83) & 0x0800, 0x0800);
	assert_int_equal(lab_identify(hpa, 86) & 0x8000, 0x8000);
	assert_int_equal(lab_identify(hpa, 119) & 0xC100, 0x4000);
	assert_int_equal(lab_identify(hpa, 217), 7200);
	assert_int_equal(lab_identify(bare, 82) & 0x0402, 0);
	assert_int_equal(lab_identify(bare, 83) & 0x0800, 0);
	assert_int_equal(lab_identify(bare, 128), 0);
	assert_int_equal(lab_identify(bare, 59) & 0xF400, 0);
	model_free(hpa);
	model_free(bare);
}

static void test_bad_checksum(void **state)
{
	struct model *m = lab_new("\"kind\":\"ata-hdd\",\"size_mib\":1,"
				  "\"faults\":{\"bad_checksum\":true}");
	uint8_t data[512], sum = 0;

	(void)state;
	assert_true(lab_ata_in(m, 0xEC, 0, 1, 0, false, data, 512));
	for (int i = 0; i < 512; i++)
		sum = (uint8_t)(sum + data[i]);
	assert_int_not_equal(sum, 0);
	model_free(m);
}

/* 28-bit and 48-bit addresses, and counts of zero (ACS-4 4.1). */
static void test_read_write(void **state)
{
	struct model *m = lab_new("\"kind\":\"ata-hdd\",\"size_mib\":1");
	uint8_t *data = calloc(256, 512), one[512] = { 0x77 };

	(void)state;
	assert_true(lab_ata_out(m, 0x30, 0, 1, 5, false, one, 512));
	assert_true(lab_ata_out(m, 0x35, 0, 1, 6, true, one, 512));
	assert_true(lab_ata_in(m, 0xC8, 0, 0, 0, false, data, 256 * 512));
	assert_int_equal(data[5 * 512], 0x77);
	assert_int_equal(data[6 * 512], 0x77);
	assert_memory_equal(data + 7 * 512, "haiki", 5);
	/* Not a 48-bit command without the 48-bit registers. */
	assert_false(lab_ata_in(m, 0x25, 0, 1, 0, false, data, 512));
	/* Past the end: ID not found. */
	struct model_ata c = {
		.extended = true, .count = 1, .lba = 2048, .device = 0x40,
		.command = 0x25, .data = data, .length = 512,
		.direction = MODEL_DATA_IN,
	};
	assert_int_equal(model_ata(m, &c), 0);
	assert_int_equal(c.ret_status & 1, 1);
	assert_int_equal(c.ret_error, 0x10);
	free(data);
	model_free(m);
}

static void test_unknown_commands_abort(void **state)
{
	static const uint8_t commands[] = { 0x00, 0x57, 0x92, 0xB6, 0xF7,
					    0xFF, 0x78, 0x5C };
	struct model *m = lab_new("\"kind\":\"ata-hdd\",\"size_mib\":1");
	struct model_ata c;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		assert_false(lab_ata(m, commands[i], 0, 0, 0, true, &c));
		assert_int_equal(c.ret_error, 0x04);
	}
	model_free(m);
}

static uint64_t raw_of(const uint8_t *data, uint8_t id)
{
	for (int i = 0; i < 30; i++)
		if (data[2 + i * 12] == id)
			return get_le32(data + 2 + i * 12 + 5);
	return UINT64_MAX;
}

/* SMART: attributes tell what the medium's state is, not what the file said. */
static void test_smart(void **state)
{
	struct model *m = lab_new("\"kind\":\"ata-hdd\",\"size_mib\":1,"
				  "\"remapped\":7,\"pending\":2,"
				  "\"power_on_hours\":4321");
	uint8_t data[512], zero[512] = { 0 };
	struct model_ata c;

	(void)state;
	assert_true(lab_ata_in(m, 0xB0, 0xD0, 1, 0xC24F00, false, data, 512));
	assert_int_equal(raw_of(data, 0x05), 7);
	assert_int_equal(raw_of(data, 0x09), 4321);
	assert_int_equal(raw_of(data, 0xC2), 35);
	assert_int_equal(raw_of(data, 0xC5), 2);
	assert_int_equal(model_write(m, 1001, zero, 1), 0);
	assert_true(lab_ata_in(m, 0xB0, 0xD0, 1, 0xC24F00, false, data, 512));
	assert_int_equal(raw_of(data, 0x05), 8);
	assert_int_equal(raw_of(data, 0xC5), 1);
	assert_true(lab_ata(m, 0xB0, 0xDA, 0, 0xC24F00, false, &c));
	assert_int_equal(c.ret_lba >> 8 & 0xFFFF, 0xC24F);
	/* Without the signature nothing. */
	assert_false(lab_ata_in(m, 0xB0, 0xD0, 1, 0, false, data, 512));
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identify),
		cmocka_unit_test(test_feature_words),
		cmocka_unit_test(test_bad_checksum),
		cmocka_unit_test(test_read_write),
		cmocka_unit_test(test_unknown_commands_abort),
		cmocka_unit_test(test_smart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
