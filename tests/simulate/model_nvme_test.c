/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/lab.h"

/* NVMe Base 2.0 and NVM Command Set. */

#define BARE "\"kind\":\"nvme\",\"size_mib\":1,\"spare_sectors\":100"
#define ONE BARE ",\"sanitize\":[\"block\",\"crypto\",\"overwrite\"]"
#define MANY ONE ",\"format_all\":false,\"namespaces\":" \
	     "[{\"sectors\":40},{\"sectors\":8,\"attached\":false}]"

#define ALL 0xFFFFFFFF
#define FORMAT 0x80
#define SANITIZE 0x84
#define AUSE 8

static uint16_t admin(struct model *m, uint8_t opcode, uint32_t nsid,
		      uint32_t cdw10, uint32_t cdw11)
{
	return lab_nvme(m, opcode, nsid, cdw10, cdw11, NULL, 0);
}

static uint16_t identify(struct model *m, uint32_t cns, uint32_t nsid,
			 uint8_t *data)
{
	return lab_nvme(m, 0x06, nsid, cns, 0, data, 4096);
}

struct log {
	uint16_t sprog, sstat;
	uint32_t scdw10;
};

static struct log sanitize_log(struct model *m)
{
	uint8_t data[512];

	assert_int_equal(lab_nvme(m, 0x02, ALL, 0x81 | 127u << 16, 0, data,
				  512), 0);
	return (struct log){ get_le16(data), get_le16(data + 2),
			     get_le32(data + 4) };
}

static uint16_t io(struct model *m, uint8_t opcode, uint32_t nsid,
		   uint64_t lba, void *data)
{
	struct model_nvme c = {
		.io = true, .opcode = opcode, .nsid = nsid,
		.cdw10 = (uint32_t)lba, .cdw11 = (uint32_t)(lba >> 32),
		.data = data, .length = data ? 512 : 0,
		.direction = opcode == 2 ? MODEL_DATA_IN : MODEL_DATA_OUT,
	};

	assert_int_equal(model_nvme(m, &c), 0);
	return c.ret_status;
}

static void test_controller(void **state)
{
	struct model *m = lab_new(MANY ",\"serial\":\"N7\",\"opal\":true,"
				  "\"psid\":\"P\"");
	uint8_t data[4096];

	(void)state;
	assert_int_equal(identify(m, 1, 0, data), 0);
	assert_memory_equal(data + 4, "N7                  ", 20);
	assert_memory_equal(data + 24, "Practice NVMe ", 14);
	assert_int_equal(get_le32(data + 328), 0x40000007);
	assert_int_equal(get_le16(data + 256), 0x0B);
	assert_int_equal(data[524], 4);
	assert_int_equal(get_le32(data + 516), 3);
	assert_int_equal(data[111], 1);
	assert_int_equal(data[512], 0x66);
	assert_int_equal(data[513], 0x44);
	model_free(m);
}

static void test_namespaces(void **state)
{
	struct model *m = lab_new(MANY);
	uint8_t data[4096], zero[4096] = { 0 };

	(void)state;
	assert_int_equal(identify(m, 0, 1, data), 0);
	assert_int_equal(get_le64(data), 2048);
	assert_int_equal(data[26], 1);
	assert_int_equal(get_le32(data + 132), 9u << 16);
	assert_int_equal(identify(m, 2, 0, data), 0);
	assert_int_equal(get_le32(data), 1);
	assert_int_equal(get_le32(data + 4), 2);
	assert_int_equal(get_le32(data + 8), 0);
	assert_int_equal(identify(m, 0x10, 0, data), 0);
	assert_int_equal(get_le32(data + 8), 3);
	assert_int_equal(identify(m, 0, 3, data), 0);
	assert_memory_equal(data, zero, 4096);
	assert_int_equal(identify(m, 0x11, 3, data), 0);
	assert_int_equal(get_le64(data), 8);
	assert_int_equal(identify(m, 0, 4, data), 0x0B);
	assert_int_equal(io(m, 2, 3, 0, data), 0x0B);
	assert_int_equal(admin(m, 0x15, 3, 0, 0), 0);
	assert_int_equal(io(m, 2, 3, 0, data), 0);
	assert_memory_equal(data, "haiki", 5);
	model_free(m);
}

static void test_io(void **state)
{
	struct model *m = lab_new(ONE);
	uint8_t data[512] = { 0x5A };

	(void)state;
	assert_int_equal(io(m, 1, 1, 2047, data), 0);
	data[0] = 0;
	assert_int_equal(io(m, 2, 1, 2047, data), 0);
	assert_int_equal(data[0], 0x5A);
	assert_int_equal(io(m, 2, 1, 2048, data), 0x80);
	assert_int_equal(io(m, 0, 1, 0, NULL), 0);
	assert_int_equal(io(m, 8, 1, 0, NULL), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 2046);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_SPARE), 52);
	model_free(m);
}

/* Base 5.24, 8.21; log 81h. */
static void test_sanitize(void **state)
{
	static const struct { uint32_t cdw10; uint16_t done; } cases[] = {
		{ 2 | AUSE, 0x101 }, { 4 | AUSE, 0x101 },
		{ 3 | AUSE | 1 << 4, 0x109 }, { 3 | 3 << 4 | 1 << 8, 0x119 },
	};
	uint8_t data[512];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct model *m = lab_new(MANY);
		struct log log = sanitize_log(m);

		assert_int_equal(log.sprog, 0xFFFF);
		assert_int_equal(log.sstat, 0);
		assert_int_equal(admin(m, SANITIZE, 0, cases[i].cdw10, 0), 0);
		model_advance(m, 50);
		log = sanitize_log(m);
		assert_int_equal(log.sstat & 7, 2);
		assert_int_equal(log.scdw10, cases[i].cdw10);
		assert_in_range(log.sprog, 3000, 33000);
		assert_int_equal(io(m, 2, 1, 0, data), 0x1D);
		assert_int_equal(admin(m, FORMAT, ALL, 1 | 1 << 9, 0), 0x1D);
		assert_int_equal(admin(m, SANITIZE, 0, 2, 0), 0x1D);
		model_power_cycle(m);
		assert_int_equal(sanitize_log(m).sstat & 7, 2);
		model_advance(m, 1000);
		log = sanitize_log(m);
		assert_int_equal(log.sprog, 0xFFFF);
		assert_int_equal(log.sstat, cases[i].done);
		assert_int_equal(log.scdw10, cases[i].cdw10);
		assert_int_equal(lab_all_markers(m), 0);
		model_power_cycle(m);
		assert_int_equal(sanitize_log(m).sstat, cases[i].done);
		/* Global data erased until something is written. */
		assert_int_equal(io(m, 1, 1, 0, data), 0);
		assert_int_equal(sanitize_log(m).sstat & 0x100, 0);
		model_free(m);
	}
}

#define EMVS (1 << 10)
#define VERIFIES ONE ",\"media_verification\":true"

/* SSI, byte 36: Base 2.1. */
static uint8_t state_information(struct model *m)
{
	uint8_t data[512];

	assert_int_equal(lab_nvme(m, 0x02, ALL, 0x81 | 127u << 16, 0, data,
				  512), 0);
	return data[36];
}

/* Base 2.1: erased, readable, not writable, until it is told to go on. */
static void test_media_verification(void **state)
{
	uint8_t data[4096] = { 0 };
	struct model *m = lab_new(VERIFIES);

	(void)state;
	assert_int_equal(identify(m, 1, 0, data), 0);
	assert_true(data[328] & 8);
	assert_int_equal(admin(m, SANITIZE, 0, 2 | AUSE | EMVS, 0), 0);
	assert_int_equal(state_information(m), 3);
	model_advance(m, 1000);
	assert_int_equal(state_information(m), 5);
	assert_int_equal(sanitize_log(m).sstat, 2);
	assert_int_equal(sanitize_log(m).sprog, 0xFFFF);
	assert_int_equal(io(m, 2, 1, 0, data), 0);
	assert_int_equal(io(m, 1, 1, 0, data), 0x1D);
	assert_int_equal(admin(m, SANITIZE, 0, 2 | AUSE, 0), 0x1D);
	assert_int_equal(admin(m, SANITIZE, 0, 5, 0), 0);
	assert_int_equal(state_information(m), 6);
	assert_int_equal(sanitize_log(m).sprog, 0);
	assert_int_equal(io(m, 2, 1, 0, data), 0x1D);
	assert_int_equal(admin(m, SANITIZE, 0, 5, 0), 0x02);
	model_advance(m, 1000);
	assert_int_equal(state_information(m), 0);
	assert_int_equal(sanitize_log(m).sstat, 0x101);
	assert_int_equal(io(m, 1, 1, 0, data), 0);
	assert_int_equal(lab_all_markers(m), 0);
	model_free(m);
}

static void test_media_verification_refused(void **state)
{
	static const uint32_t refused[] = {
		3 | EMVS | 1 << 4, 2 | EMVS | 1 << 9, 5 };
	uint8_t data[4096] = { 0 };
	struct model *m = lab_new(VERIFIES), *cannot = lab_new(ONE);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		assert_int_equal(admin(m, SANITIZE, 0, refused[i], 0), 0x02);
	assert_int_equal(identify(cannot, 1, 0, data), 0);
	assert_false(data[328] & 8);
	assert_int_equal(admin(cannot, SANITIZE, 0, 2 | EMVS, 0), 0x02);
	model_free(m);
	model_free(cannot);
}

/* The power fails: there is nothing to verify any more (MVCNCLD). */
static void test_media_verification_canceled(void **state)
{
	(void)state;
	for (int before = 0; before < 2; before++) {
		struct model *m = lab_new(VERIFIES);

		assert_int_equal(admin(m, SANITIZE, 0, 4 | AUSE | EMVS, 0), 0);
		model_advance(m, before ? 10 : 1000);
		assert_int_equal(state_information(m), before ? 3 : 5);
		model_power_cycle(m);
		assert_int_equal(sanitize_log(m).sstat, 0x202);
		assert_int_equal(state_information(m), before ? 3 : 6);
		model_advance(m, 1000);
		model_advance(m, 1000);
		assert_int_equal(sanitize_log(m).sstat, 0x301);
		model_free(m);
	}
}

static void test_deallocation_fails(void **state)
{
	struct model *m = lab_new(VERIFIES ",\"faults\":"
				  "{\"deallocates\":\"fails\"}");
	struct model *never = lab_new(VERIFIES ",\"faults\":"
				      "{\"deallocates\":\"never\"}");

	(void)state;
	assert_int_equal(admin(m, SANITIZE, 0, 2 | AUSE | EMVS, 0), 0);
	assert_int_equal(admin(never, SANITIZE, 0, 2 | EMVS, 0), 0);
	model_advance(m, 1000);
	model_advance(never, 1000);
	assert_int_equal(admin(m, SANITIZE, 0, 5, 0), 0);
	assert_int_equal(admin(never, SANITIZE, 0, 5, 0), 0);
	model_advance(m, 1000);
	model_advance(never, 100000);
	assert_int_equal(sanitize_log(m).sstat & 7, 3);
	assert_int_equal(state_information(m), 6 << 4 | 4);
	assert_int_equal(admin(m, SANITIZE, 0, 1, 0), 0);
	assert_int_equal(state_information(m), 0);
	assert_int_equal(sanitize_log(never).sstat & 7, 2);
	assert_int_equal(state_information(never), 6);
	model_free(m);
	model_free(never);
}

static void test_overwrite_pattern(void **state)
{
	struct model *m = lab_new(ONE);
	uint8_t data[512];

	(void)state;
	assert_int_equal(admin(m, SANITIZE, 0, 3 | 2 << 4 | 1 << 8,
			       0x0F0F0F0F), 0);
	model_advance(m, 1000);
	assert_int_equal(io(m, 2, 1, 5, data), 0);
	assert_int_equal(data[9], 0xF0);
	model_free(m);
}

static void test_sanitize_refused(void **state)
{
	struct model *m = lab_new(BARE ",\"sanitize\":[\"crypto\"]");
	struct model *none = lab_new(BARE ",\"sanitize\":[]");
	struct model *protect = lab_new(ONE ",\"faults\":"
					"{\"write_protected\":true}");
	struct model *pending = lab_new(ONE ",\"faults\":"
					"{\"firmware_pending\":true}");

	(void)state;
	assert_int_equal(admin(m, SANITIZE, 1, 4, 0), 0x02);
	assert_int_equal(admin(m, SANITIZE, ALL, 4, 0), 0x02);
	assert_int_equal(admin(m, SANITIZE, 0, 2, 0), 0x02);
	assert_int_equal(admin(m, SANITIZE, 0, 0, 0), 0x02);
	assert_int_equal(admin(none, SANITIZE, 0, 4, 0), 0x01);
	assert_int_equal(admin(protect, SANITIZE, 0, 4, 0), 0x20);
	assert_int_equal(admin(protect, FORMAT, 1, 1 | 1 << 9, 0), 0x20);
	assert_int_equal(admin(pending, SANITIZE, 0, 4, 0), 0x111);
	model_power_cycle(pending);
	assert_int_equal(admin(pending, SANITIZE, 0, 4, 0), 0);
	model_free(m);
	model_free(none);
	model_free(protect);
	model_free(pending);
}

static void test_sanitize_failure(void **state)
{
	struct model *m = lab_new(ONE ",\"faults\":{\"fails_at\":500}");
	uint8_t data[512];

	(void)state;
	assert_int_equal(admin(m, SANITIZE, 0, 2 | AUSE, 0), 0);
	model_advance(m, 1000);
	assert_int_equal(sanitize_log(m).sstat & 7, 3);
	assert_int_equal(io(m, 2, 1, 0, data), 0x1C);
	assert_int_equal(admin(m, FORMAT, 1, 1 | 1 << 9, 0), 0x1C);
	assert_int_equal(admin(m, SANITIZE, 0, 1, 0), 0);
	assert_int_equal(io(m, 2, 1, 0, data), 0);
	/* Restricted: can't be left, nor followed by an unrestricted one. */
	assert_int_equal(admin(m, SANITIZE, 0, 2, 0), 0);
	model_advance(m, 1000);
	assert_int_equal(admin(m, SANITIZE, 0, 1, 0), 0x1C);
	assert_int_equal(admin(m, SANITIZE, 0, 2 | AUSE, 0), 0x1C);
	assert_int_equal(admin(m, SANITIZE, 0, 2, 0), 0);
	model_free(m);
}

static void test_logs_that_lie(void **state)
{
	static const struct { const char *how; struct log log; } lies[] = {
		{ "stale", { 0xFFFF, 1, 2 } }, { "zero", { 0, 0, 0 } },
		{ "ffff", { 0xFFFF, 0, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		char json[256];
		struct model *m;

		snprintf(json, sizeof(json), ONE ",\"faults\":"
			 "{\"sanitize_log\":\"%s\"}", lies[i].how);
		m = lab_new(json);
		for (int step = 0; step < 3; step++) {
			struct log log = sanitize_log(m);

			assert_memory_equal(&log, &lies[i].log, sizeof(log));
			if (step == 0)
				assert_int_equal(admin(m, SANITIZE, 0, 4, 0),
						 0);
			model_advance(m, 1000);
		}
		model_free(m);
	}
}

/* SES 0 erases nothing; 1 the LBAs; 2 with a new key the stale pages too. */
static void test_format(void **state)
{
	struct model *m = lab_new(ONE);
	uint8_t data[512];

	(void)state;
	assert_int_equal(admin(m, FORMAT, 1, 1, 0), 0);
	assert_int_equal(lab_all_markers(m), 2048 + 50);
	assert_int_equal(admin(m, FORMAT, 1, 1 | 1 << 9, 0), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_SPARE), 50);
	assert_int_equal(io(m, 2, 1, 0, data), 0);
	assert_int_equal(admin(m, FORMAT, 1, 1 | 2 << 9, 0), 0);
	assert_int_equal(lab_all_markers(m), 0);
	assert_int_equal(admin(m, FORMAT, 1, 1 | 3 << 9, 0), 0x02);
	/* Only the LBA format in use. */
	assert_int_equal(admin(m, FORMAT, 1, 0 | 1 << 9, 0), 0x10A);
	assert_int_equal(admin(m, FORMAT, 1, 1 | 1 << 4 | 1 << 9, 0), 0x10A);
	model_free(m);
}

static void test_format_one_namespace(void **state)
{
	struct model *m = lab_new(MANY);

	(void)state;
	assert_int_equal(admin(m, FORMAT, 1, 1 | 2 << 9, 0), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_NAMESPACES), 48);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_SPARE), 50);
	assert_int_equal(admin(m, FORMAT, 2, 1 | 1 << 9, 0), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_NAMESPACES), 8);
	assert_int_equal(admin(m, FORMAT, ALL, 1 | 1 << 9, 0), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_NAMESPACES), 0);
	model_free(m);
}

static void test_format_power_cut(void **state)
{
	struct model *m = lab_new(ONE ",\"faults\":{\"power_cut_at\":1}");
	struct model_nvme c = { .opcode = FORMAT, .nsid = 1,
				.cdw10 = 1 | 1 << 9 };
	uint8_t data[512];

	(void)state;
	assert_int_equal(model_nvme(m, &c), -ENODEV);
	model_power_cycle(m);
	assert_int_equal(io(m, 2, 1, 0, data), 0);
	assert_true(lab_markers(m, HAIKI_ZONE_HOST) > 0);
	assert_int_equal(admin(m, FORMAT, 1, 1 | 1 << 9, 0), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 0);
	model_free(m);
}

static void test_smart(void **state)
{
	struct model *m = lab_new(ONE ",\"power_on_hours\":777,"
				  "\"percent_used\":3");
	uint8_t data[512];

	(void)state;
	assert_int_equal(lab_nvme(m, 0x02, ALL, 0x02 | 127u << 16, 0, data,
				  512), 0);
	assert_int_equal(get_le16(data + 1), 35 + 273);
	assert_int_equal(data[5], 3);
	assert_int_equal(get_le64(data + 128), 777);
	assert_int_equal(lab_nvme(m, 0x02, ALL, 0xC0 | 127u << 16, 0, data,
				  512), 0x109);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_controller),
		cmocka_unit_test(test_namespaces),
		cmocka_unit_test(test_io),
		cmocka_unit_test(test_sanitize),
		cmocka_unit_test(test_media_verification),
		cmocka_unit_test(test_media_verification_refused),
		cmocka_unit_test(test_media_verification_canceled),
		cmocka_unit_test(test_deallocation_fails),
		cmocka_unit_test(test_overwrite_pattern),
		cmocka_unit_test(test_sanitize_refused),
		cmocka_unit_test(test_sanitize_failure),
		cmocka_unit_test(test_logs_that_lie),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_format_one_namespace),
		cmocka_unit_test(test_format_power_cut),
		cmocka_unit_test(test_smart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
