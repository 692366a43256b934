/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/lab.h"

/* The Security feature set's states: ACS-4 4.18, 7.35 ... 7.41. */

#define SET 0xF1
#define UNLOCK 0xF2
#define PREPARE 0xF3
#define ERASE 0xF4
#define FREEZE 0xF5
#define DISABLE 0xF6

#define ENABLED 2
#define LOCKED 4
#define FROZEN 8
#define EXPIRED 16
#define ENHANCED 32
#define MAXIMUM 0x100

#define HDD "\"kind\":\"ata-hdd\",\"size_mib\":1,\"hpa_sectors\":64," \
	    "\"dco_sectors\":32,\"remapped\":2"
#define SSD "\"kind\":\"ata-ssd\",\"size_mib\":1,\"spare_sectors\":100"

static bool prepare(struct model *m)
{
	return lab_ata(m, PREPARE, 0, 0, 0, false, NULL);
}

static void test_password(void **state)
{
	struct model *m = lab_new(HDD);
	uint8_t data[512];

	(void)state;
	assert_int_equal(lab_identify(m, 128), 1 | ENHANCED);
	assert_true(lab_security(m, SET, 0, "secret"));
	assert_int_equal(lab_identify(m, 128), 1 | ENHANCED | ENABLED);
	assert_int_equal(lab_identify(m, 85) & 2, 2);
	assert_int_equal(model_read(m, 0, data, 1), 0);
	/* Locked only from the next power-on. */
	model_power_cycle(m);
	assert_int_equal(lab_identify(m, 128), 1 | ENHANCED | ENABLED | LOCKED);
	assert_int_equal(model_read(m, 0, data, 1), -EIO);
	assert_false(lab_security(m, SET, 0, "other"));
	assert_false(lab_security(m, DISABLE, 0, "secret"));
	assert_false(lab_ata(m, FREEZE, 0, 0, 0, false, NULL));
	assert_false(lab_security(m, UNLOCK, 0, "secreT"));
	assert_true(lab_security(m, UNLOCK, 0, "secret"));
	assert_int_equal(model_read(m, 0, data, 1), 0);
	assert_false(lab_security(m, DISABLE, 0, "wrong"));
	assert_true(lab_security(m, DISABLE, 0, "secret"));
	assert_int_equal(lab_identify(m, 128), 1 | ENHANCED);
	model_power_cycle(m);
	assert_int_equal(model_read(m, 0, data, 1), 0);
	model_free(m);
}

static void test_attempts(void **state)
{
	struct model *m = lab_new(HDD ",\"password\":\"secret\"");

	(void)state;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(lab_identify(m, 128) & EXPIRED, 0);
		assert_false(lab_security(m, UNLOCK, 0, "guess"));
	}
	assert_int_equal(lab_identify(m, 128) & EXPIRED, EXPIRED);
	assert_false(lab_security(m, UNLOCK, 0, "secret"));
	assert_true(prepare(m));
	assert_false(lab_security(m, ERASE, 0, "secret"));
	model_power_cycle(m);
	assert_true(lab_security(m, UNLOCK, 0, "secret"));
	model_free(m);
}

static void test_master_password(void **state)
{
	struct model *high = lab_new(HDD ",\"password\":\"u\","
				     "\"master_password\":\"m\"");
	struct model *max = lab_new(HDD ",\"password\":\"u\","
				    "\"master_password\":\"m\","
				    "\"password_max\":true");

	(void)state;
	assert_true(lab_security(high, UNLOCK, 1, "m"));
	assert_int_equal(lab_identify(max, 128) & MAXIMUM, MAXIMUM);
	assert_false(lab_security(max, UNLOCK, 1, "m"));
	/* But it may still erase. */
	assert_true(prepare(max));
	assert_true(lab_security(max, ERASE, 1, "m"));
	assert_int_equal(lab_identify(max, 128), 1 | ENHANCED);
	model_free(high);
	model_free(max);
}

static void test_frozen(void **state)
{
	struct model *m = lab_new(HDD ",\"faults\":{\"frozen\":true}");
	struct model *always = lab_new(HDD ",\"faults\":"
				       "{\"frozen_always\":true}");

	(void)state;
	assert_int_equal(lab_identify(m, 128) & FROZEN, FROZEN);
	assert_false(lab_security(m, SET, 0, "x"));
	assert_false(prepare(m));
	assert_false(lab_security(m, UNLOCK, 0, "x"));
	model_suspend_resume(m);
	assert_int_equal(lab_identify(m, 128) & FROZEN, 0);
	assert_true(lab_security(m, SET, 0, "x"));
	/* The firmware freezes it again at the next boot. */
	model_power_cycle(m);
	assert_int_equal(lab_identify(m, 128) & FROZEN, FROZEN);
	model_suspend_resume(always);
	assert_int_equal(lab_identify(always, 128) & FROZEN, FROZEN);
	model_free(m);
	model_free(always);
}

static void test_prepare_must_come_just_before(void **state)
{
	struct model *m = lab_new(HDD);

	(void)state;
	assert_true(lab_security(m, SET, 0, "x"));
	assert_false(lab_security(m, ERASE, 0, "x"));
	assert_true(prepare(m));
	(void)lab_identify(m, 0);
	assert_false(lab_security(m, ERASE, 0, "x"));
	assert_int_equal(lab_all_markers(m), 2048 + 2);
	assert_true(prepare(m));
	assert_false(lab_security(m, ERASE, 0, "y"));
	assert_true(prepare(m));
	assert_true(lab_security(m, ERASE, 0, "x"));
	assert_int_equal(lab_identify(m, 128), 1 | ENHANCED);
	model_free(m);
}

static void erase(struct model *m, bool enhanced)
{
	assert_true(lab_security(m, SET, 0, "x"));
	assert_true(prepare(m));
	assert_true(lab_security(m, ERASE, enhanced ? 2 : 0, "x"));
}

static void test_reach_of_normal(void **state)
{
	struct model *hdd = lab_new(HDD), *ssd = lab_new(SSD);

	(void)state;
	erase(hdd, false);
	assert_int_equal(lab_markers(hdd, HAIKI_ZONE_HOST), 0);
	assert_int_equal(lab_markers(hdd, HAIKI_ZONE_HPA), 0);
	assert_int_equal(lab_markers(hdd, HAIKI_ZONE_DCO), 32);
	assert_int_equal(lab_markers(hdd, HAIKI_ZONE_REMAPPED), 2);
	erase(ssd, false);
	assert_int_equal(lab_markers(ssd, HAIKI_ZONE_HOST), 0);
	assert_int_equal(lab_markers(ssd, HAIKI_ZONE_SPARE), 50);
	model_free(hdd);
	model_free(ssd);
}

static void test_reach_of_enhanced(void **state)
{
	struct model *hdd = lab_new(HDD), *ssd = lab_new(SSD);
	uint8_t data[512];

	(void)state;
	erase(hdd, true);
	assert_int_equal(lab_all_markers(hdd), 32);
	assert_int_equal(lab_markers(hdd, HAIKI_ZONE_DCO), 32);
	assert_int_equal(model_read(hdd, 0, data, 1), 0);
	assert_int_equal(data[0], data[4]);
	erase(ssd, true);
	assert_int_equal(lab_all_markers(ssd), 0);
	model_free(hdd);
	model_free(ssd);
}

static void test_no_enhanced(void **state)
{
	struct model *m = lab_new(HDD ",\"security\":\"normal\"");

	(void)state;
	assert_int_equal(lab_identify(m, 128), 1);
	assert_true(lab_security(m, SET, 0, "x"));
	assert_true(prepare(m));
	assert_false(lab_security(m, ERASE, 2, "x"));
	model_free(m);
}

/* --- faults ------------------------------------------------------------- */

/* Half-way: the password stays, half the data too. */
static void test_fails(void **state)
{
	struct model *m = lab_new(HDD ",\"faults\":{\"fails_at\":500}");

	(void)state;
	assert_true(lab_security(m, SET, 0, "x"));
	assert_true(prepare(m));
	assert_false(lab_security(m, ERASE, 0, "x"));
	assert_int_equal(lab_identify(m, 128) & ENABLED, ENABLED);
	assert_in_range(lab_markers(m, HAIKI_ZONE_HOST), 500, 1500);
	model_free(m);
}

static void test_unwritable(void **state)
{
	struct model *m = lab_new(HDD ",\"faults\":{\"unwritable\":[[9,3]]}");

	(void)state;
	assert_true(lab_security(m, SET, 0, "x"));
	assert_true(prepare(m));
	assert_false(lab_security(m, ERASE, 2, "x"));
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 3);
	model_free(m);
}

static void test_power_cut(void **state)
{
	struct model *m = lab_new(HDD ",\"faults\":{\"power_cut_at\":3}");
	uint8_t block[512] = { 0 };
	struct model_ata c = { .command = ERASE, .count = 1, .data = block,
			       .length = 512, .direction = MODEL_DATA_OUT };

	(void)state;
	assert_true(lab_security(m, SET, 0, ""));
	assert_true(prepare(m));
	assert_int_equal(model_ata(m, &c), -ENODEV);
	assert_true(model_gone(m));
	assert_int_equal(model_read(m, 0, block, 1), -ENODEV);
	model_power_cycle(m);
	assert_false(model_gone(m));
	assert_int_equal(lab_identify(m, 128) & LOCKED, LOCKED);
	assert_true(lab_markers(m, HAIKI_ZONE_HOST) > 0);
	assert_true(lab_security(m, UNLOCK, 0, ""));
	assert_true(prepare(m));
	assert_true(lab_security(m, ERASE, 2, ""));
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 0);
	model_free(m);
}

static void test_hangs(void **state)
{
	struct model *m = lab_new(HDD ",\"faults\":{\"hangs\":\"on-erase\"}");
	uint8_t block[512] = { 0 };
	struct model_ata c = { .command = ERASE, .count = 1, .data = block,
			       .length = 512, .direction = MODEL_DATA_OUT };

	(void)state;
	assert_true(lab_security(m, SET, 0, ""));
	assert_true(prepare(m));
	assert_int_equal(model_ata(m, &c), -ETIMEDOUT);
	assert_int_equal(lab_identify(m, 128) & ENABLED, ENABLED);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 2048 - 96);
	model_free(m);
}

static void test_liars(void **state)
{
	static const struct {
		const char *how;
		uint64_t host, spare;
	} lies[] = {
		{ "nothing", 2048, 50 }, { "host-only", 0, 50 },
		{ "all-but-spare", 0, 50 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lies); i++) {
		char json[256];
		struct model *m;

		snprintf(json, sizeof(json), SSD ",\"faults\":{\"erases\":"
			 "\"%s\"}", lies[i].how);
		m = lab_new(json);
		erase(m, true);
		assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST),
				 lies[i].host);
		assert_int_equal(lab_markers(m, HAIKI_ZONE_SPARE),
				 lies[i].spare);
		model_free(m);
	}
}

static void test_half_and_kept_password(void **state)
{
	struct model *m = lab_new(SSD ",\"faults\":{\"erases\":\"half\","
				  "\"keeps_password\":true}");

	(void)state;
	erase(m, true);
	assert_in_range(lab_markers(m, HAIKI_ZONE_HOST), 900, 1100);
	assert_int_equal(lab_identify(m, 128) & ENABLED, ENABLED);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_password),
		cmocka_unit_test(test_attempts),
		cmocka_unit_test(test_master_password),
		cmocka_unit_test(test_frozen),
		cmocka_unit_test(test_prepare_must_come_just_before),
		cmocka_unit_test(test_reach_of_normal),
		cmocka_unit_test(test_reach_of_enhanced),
		cmocka_unit_test(test_no_enhanced),
		cmocka_unit_test(test_fails),
		cmocka_unit_test(test_unwritable),
		cmocka_unit_test(test_power_cut),
		cmocka_unit_test(test_hangs),
		cmocka_unit_test(test_liars),
		cmocka_unit_test(test_half_and_kept_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
