/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/lab.h"

#define EMMC "\"kind\":\"emmc\",\"sectors\":256,\"spare_sectors\":1024"

/* The card status. */
static uint32_t ask(struct model *m, uint8_t opcode, uint32_t argument)
{
	struct model_mmc c = { .opcode = opcode, .argument = argument };

	assert_int_equal(model_mmc(m, &c), 0);
	return c.ret_status;
}

static void erase(struct model *m, uint32_t first, uint32_t last, uint32_t how)
{
	assert_int_equal(ask(m, 35, first * 512), 0x900);
	assert_int_equal(ask(m, 36, last * 512), 0x900);
	assert_int_equal(ask(m, 38, how), 0x900);
	assert_int_equal(ask(m, 13, 1 << 16), 0x900);
}

static void erase_only_unmaps(void **state)
{
	struct model *m = lab_new(EMMC);
	uint64_t before = lab_markers(m, HAIKI_ZONE_SPARE);
	uint8_t data[512];

	(void)state;
	erase(m, 0, 99, 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 156);
	/* What stood there is still somewhere. */
	assert_int_equal(lab_markers(m, HAIKI_ZONE_SPARE), before + 100);
	assert_int_equal(model_read(m, 99, data, 1), 0);
	assert_int_equal(data[0], 0);
	/* Sanitize takes that away, and nothing that is mapped. */
	assert_int_equal(ask(m, 6, 0x03A50101), 0x900);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_SPARE), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 156);
	model_free(m);
}

static void wants_the_sequence(void **state)
{
	struct model *m = lab_new(EMMC);

	(void)state;
	assert_int_equal(ask(m, 38, 0), 0x10000900);
	assert_int_equal(ask(m, 36, 0), 0x10000900);
	assert_int_equal(ask(m, 35, 0), 0x900);
	assert_int_equal(ask(m, 38, 0), 0x10000900);
	/* Anything but a status in between ends it. */
	ask(m, 35, 0);
	ask(m, 36, 512);
	ask(m, 6, 0x03210100);
	assert_int_equal(ask(m, 38, 0), 0x10000900);
	assert_int_equal(ask(m, 35, 256 * 512), 0x80000900);
	ask(m, 35, 512);
	ask(m, 36, 0);
	assert_int_equal(ask(m, 38, 0), 0x08000900);
	/* Not a card with secure erase; not an SD card. */
	ask(m, 35, 0);
	ask(m, 36, 512);
	assert_int_equal(ask(m, 38, 0x80000000), 0x00400900);
	assert_int_equal(ask(m, 32, 0), 0x00400900);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 256);
	model_free(m);
}

static void tells_what_it_can(void **state)
{
	static const struct {
		const char *json;
		uint8_t features, retired;
	} cases[] = {
		{ EMMC, 0x50, 0 }, { EMMC ",\"sanitize\":[]", 0x10, 0 },
		{ EMMC ",\"secure_erase\":true", 0x51, 0 },
		{ EMMC ",\"erases_retired\":true", 0x54, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct model *m = lab_new(cases[i].json);
		uint8_t data[512];
		struct model_mmc c = { .opcode = 8, .data = data,
				       .length = 512,
				       .direction = MODEL_DATA_IN };

		assert_int_equal(model_mmc(m, &c), 0);
		assert_int_equal(data[231], cases[i].features);
		assert_int_equal(data[134], cases[i].retired);
		assert_int_equal(get_le32(data + 212), 256);
		assert_int_equal(data[226], 1);
		model_free(m);
	}
}

static void boot_partitions_hold_what_they_are_told_to(void **state)
{
	struct model *m = lab_new(EMMC ",\"boot_data_sectors\":3");
	uint8_t data[256 * 512];

	(void)state;
	assert_int_equal(model_read_boot(m, 1, 0, data, 256), 0);
	assert_memory_equal(data, "haiki:old-data:1", 16);
	assert_int_equal(data[3 * 512], 0);
	assert_int_equal(model_read_boot(m, 1, 2, data, 1), 0);
	assert_memory_equal(data, "haiki:old-data:1", 16);
	assert_int_equal(model_read_boot(m, 2, 0, data, 256), 0);
	assert_int_equal(data[0], 0);
	assert_int_equal(model_read_boot(m, 1, 255, data, 2), -ENOSPC);
	assert_int_equal(model_read_boot(m, 3, 0, data, 1), -EOPNOTSUPP);
	/* No command of the user area's reaches them. */
	erase(m, 0, 255, 0);
	ask(m, 6, 0x03A50101);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_NAMESPACES), 3);
	model_free(m);
}

static void retired_blocks_stay_unless_it_erases_them(void **state)
{
	struct model *m = lab_new(EMMC ",\"remapped\":5");

	(void)state;
	erase(m, 0, 255, 0);
	ask(m, 6, 0x03A50101);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_REMAPPED), 5);
	model_free(m);
	m = lab_new(EMMC ",\"remapped\":5,\"erases_retired\":true");
	assert_int_equal(lab_markers(m, HAIKI_ZONE_REMAPPED), 0);
	model_free(m);
}

static void fails_as_cards_do(void **state)
{
	static const struct {
		const char *faults;
		uint32_t erased, sanitized;
		uint64_t left;
	} cases[] = {
		{ "\"write_protected\":true", 0x00008900, 0x900, 256 },
		{ "\"fails_at\":500", 0x00080900, 0x980, 128 },
		{ "\"erases\":\"nothing\"", 0x900, 0x900, 256 },
		{ "\"erases\":\"half\"", 0x900, 0x900, 128 },
		{ "\"error_but_runs\":true", 0x900, 0x980, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct model *m;
		char json[256];

		snprintf(json, sizeof(json), EMMC ",\"faults\":{%s}",
			 cases[i].faults);
		m = lab_new(json);
		ask(m, 35, 0);
		ask(m, 36, 255 * 512);
		assert_int_equal(ask(m, 38, 0), 0x900);
		assert_int_equal(ask(m, 13, 0), cases[i].erased);
		assert_int_equal(ask(m, 13, 0), 0x900);
		assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST),
				 cases[i].left);
		assert_int_equal(ask(m, 6, 0x03A50101), cases[i].sanitized);
		model_free(m);
	}
}

static void a_sanitize_that_sticks_is_broken_off(void **state)
{
	struct model *m = lab_new(EMMC ",\"faults\":{\"stuck_at\":300}");
	struct model_mmc c = { .opcode = 6, .argument = 0x03A50101 };
	uint8_t data[512];

	(void)state;
	assert_int_equal(model_mmc(m, &c), -ETIMEDOUT);
	assert_true(lab_markers(m, HAIKI_ZONE_SPARE) > 0);
	assert_int_equal(model_read(m, 0, data, 1), 0);
	model_free(m);
}

static void other_drives_take_no_such_commands(void **state)
{
	struct model_mmc c = { .opcode = 13 };
	struct model_scsi s = { .cdb_length = 6 };
	struct model *m = lab_new("\"kind\":\"nvme\"");

	(void)state;
	assert_int_equal(model_mmc(m, &c), -EOPNOTSUPP);
	model_free(m);
	m = lab_new("\"kind\":\"sd-card\"");
	assert_int_equal(model_scsi(m, &s), -EOPNOTSUPP);
	/* An SD card hasn't that register, and its own erase commands. */
	c.opcode = 8;
	assert_int_equal(model_mmc(m, &c), -ETIMEDOUT);
	assert_int_equal(ask(m, 35, 0), 0x00400900);
	assert_int_equal(ask(m, 32, 0), 0x900);
	assert_int_equal(ask(m, 33, 511 * 512), 0x900);
	assert_int_equal(ask(m, 38, 0), 0x900);
	assert_int_equal(ask(m, 6, 0x03A50101), 0x980);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(erase_only_unmaps),
		cmocka_unit_test(wants_the_sequence),
		cmocka_unit_test(tells_what_it_can),
		cmocka_unit_test(boot_partitions_hold_what_they_are_told_to),
		cmocka_unit_test(retired_blocks_stay_unless_it_erases_them),
		cmocka_unit_test(fails_as_cards_do),
		cmocka_unit_test(a_sanitize_that_sticks_is_broken_off),
		cmocka_unit_test(other_drives_take_no_such_commands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
