/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/lab.h"

/* The Sanitize Device feature set: ACS-4 4.17, 7.36. */

#define HDD "\"kind\":\"ata-hdd\",\"size_mib\":1,\"hpa_sectors\":64," \
	    "\"dco_sectors\":32,\"remapped\":2"
#define SSD "\"kind\":\"ata-ssd\",\"size_mib\":1,\"spare_sectors\":100," \
	    "\"sanitize\":[\"block\",\"crypto\",\"overwrite\"]"

#define BLOCK 0x0012, 0x10, 0x426B4572
#define CRYPTO 0x0011, 0x10, 0x43727970
#define OVERWRITE 0x0014, 0x11, 0x4F57AA55AA55

#define COMPLETED 0x8000
#define RUNNING 0x4000
#define FROZEN 0x2000
#define ANTIFREEZE 0x1000

static bool sanitize(struct model *m, uint16_t feature, uint16_t count,
		     uint64_t lba)
{
	return lab_ata(m, 0xB4, feature, count, lba, true, NULL);
}

static bool status(struct model *m, uint16_t count, struct model_ata *ret)
{
	return lab_ata(m, 0xB4, 0, count, 0, true, ret);
}

static void test_progress(void **state)
{
	struct model *m = lab_new(HDD);
	struct model_ata c;
	uint8_t data[512];

	(void)state;
	assert_true(status(m, 0, &c));
	assert_int_equal(c.ret_count, 0);
	assert_int_equal(c.ret_lba, 0xFFFF);
	assert_true(lab_ata(m, 0xB4, OVERWRITE, true, &c));
	assert_int_equal(c.ret_count, RUNNING);
	model_advance(m, 500);
	assert_true(status(m, 0, &c));
	assert_int_equal(c.ret_count, RUNNING);
	assert_in_range(c.ret_lba, 32000, 33500);
	assert_in_range(lab_markers(m, HAIKI_ZONE_HOST), 800, 1100);
	/* Nothing but status and a few others meanwhile. */
	assert_int_equal(model_read(m, 0, data, 1), -EIO);
	assert_false(sanitize(m, OVERWRITE));
	assert_false(lab_ata(m, 0xE7, 0, 0, 0, false, NULL));
	assert_true(lab_ata_in(m, 0xEC, 0, 1, 0, false, data, 512));
	model_advance(m, 501);
	assert_int_equal(model_read(m, 0, data, 1), -EIO);
	assert_true(status(m, 0, &c));
	assert_int_equal(c.ret_count, COMPLETED);
	assert_int_equal(c.ret_lba, 0xFFFF);
	assert_int_equal(model_read(m, 0, data, 1), 0);
	assert_int_equal(data[0], 0xAA);
	assert_int_equal(data[1], 0x55);
	assert_int_equal(lab_all_markers(m), 0);
	/* Kept across power-on resets. */
	model_power_cycle(m);
	assert_true(status(m, 0, &c));
	assert_int_equal(c.ret_count, COMPLETED);
	model_free(m);
}

static void test_reach(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct model *m = lab_new(SSD ",\"amac_sectors\":40");
		uint8_t data[512], zeros[512] = { 0 };
		struct model_ata c;

		if (i == 0)
			assert_true(sanitize(m, BLOCK));
		else if (i == 1)
			assert_true(sanitize(m, CRYPTO));
		else
			assert_true(sanitize(m, OVERWRITE));
		model_advance(m, 1000);
		assert_true(status(m, 0, &c));
		assert_int_equal(c.ret_count, COMPLETED);
		assert_int_equal(lab_all_markers(m), 0);
		assert_int_equal(model_read(m, 1, data, 1), 0);
		assert_int_equal(memcmp(data, zeros, 512) == 0, i == 0);
		model_free(m);
	}
}

/* Inverted between passes; the definitive ending pattern is as given. */
static void test_overwrite_pattern(void **state)
{
	static const struct { uint16_t count; uint8_t ends; } cases[] = {
		{ 0x11, 0x0F }, { 0x13, 0x0F }, { 0x92, 0xF0 }, { 0x93, 0x0F },
		{ 0xD2, 0x0F }, { 0x90, 0xF0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct model *m = lab_new(HDD);
		uint8_t data[512];

		assert_true(sanitize(m, 0x0014, cases[i].count,
				     0x4F570F0F0F0F));
		model_advance(m, 1000);
		assert_true(status(m, 0, NULL));
		assert_int_equal(model_read(m, 9, data, 1), 0);
		assert_int_equal(data[77], cases[i].ends);
		model_free(m);
	}
}

static void test_keys(void **state)
{
	struct model *m = lab_new(SSD);
	struct model_ata c;

	(void)state;
	assert_false(lab_ata(m, 0xB4, 0x0012, 0, 0x43727970, true, &c));
	assert_int_equal(c.ret_error, 4);
	assert_int_equal(c.ret_lba & 0xFF, 2);
	assert_false(sanitize(m, 0x0011, 0, 0));
	assert_false(sanitize(m, 0x0014, 1, 0x4F58ull << 32));
	assert_false(sanitize(m, 0x0020, 0, 0x416E7469));
	assert_false(sanitize(m, 0x0040, 0, 0x416E7469));  /* unsupported */
	/* And not without the 48-bit registers. */
	assert_false(lab_ata(m, 0xB4, BLOCK, false, NULL));
	model_free(m);
}

static void test_unsupported(void **state)
{
	struct model *m = lab_new(HDD);         /* overwrite only */
	struct model *none = lab_new(HDD ",\"sanitize\":[]");

	(void)state;
	assert_false(sanitize(m, BLOCK));
	assert_false(sanitize(m, CRYPTO));
	assert_false(status(none, 0, NULL));
	model_free(m);
	model_free(none);
}

static void test_freeze(void **state)
{
	struct model *m = lab_new(SSD ",\"antifreeze\":true");
	struct model_ata c;

	(void)state;
	assert_true(sanitize(m, 0x0020, 0, 0x46724C6B));
	assert_true(status(m, 0, &c));
	assert_int_equal(c.ret_count, FROZEN);
	assert_false(lab_ata(m, 0xB4, BLOCK, true, &c));
	assert_int_equal(c.ret_lba & 0xFF, 3);
	assert_false(sanitize(m, 0x0040, 0, 0x416E7469));
	model_power_cycle(m);
	assert_true(sanitize(m, 0x0040, 0, 0x416E7469));
	assert_true(status(m, 0, &c));
	assert_int_equal(c.ret_count, ANTIFREEZE);
	assert_false(lab_ata(m, 0xB4, 0x0020, 0, 0x46724C6B, true, &c));
	assert_int_equal(c.ret_lba & 0xFF, 4);
	assert_true(sanitize(m, BLOCK));
	model_free(m);
}

static void test_survives_power_cut(void **state)
{
	struct model *m = lab_new(SSD);
	struct model_ata c;

	(void)state;
	assert_true(sanitize(m, BLOCK));
	model_advance(m, 300);
	model_power_cycle(m);
	assert_true(status(m, 0, &c));
	assert_int_equal(c.ret_count, RUNNING);
	assert_in_range(c.ret_lba, 19000, 20500);
	assert_true(lab_markers(m, HAIKI_ZONE_HOST) > 0);
	model_advance(m, 700);
	assert_true(status(m, 0, &c));
	assert_int_equal(c.ret_count, COMPLETED);
	assert_int_equal(lab_all_markers(m), 0);
	model_free(m);
}

static void test_failure(void **state)
{
	struct model *open = lab_new(SSD ",\"faults\":{\"fails_at\":400}");
	struct model *closed = lab_new(SSD ",\"faults\":{\"fails_at\":400}");
	struct model_ata c;
	uint8_t data[512];

	(void)state;
	assert_true(sanitize(open, BLOCK));
	model_advance(open, 1000);
	assert_false(status(open, 0, &c));
	assert_int_equal(c.ret_lba & 0xFF, 1);
	assert_int_equal(model_read(open, 0, data, 1), -EIO);
	model_power_cycle(open);
	assert_false(status(open, 0, NULL));
	assert_true(status(open, 1, &c));
	assert_int_equal(c.ret_count & COMPLETED, 0);
	assert_int_equal(model_read(open, 0, data, 1), 0);

	/* FAILURE MODE 0: only another one of its kind leads out. */
	assert_true(sanitize(closed, 0x0012, 0, 0x426B4572));
	model_advance(closed, 1000);
	assert_false(status(closed, 1, NULL));
	assert_false(sanitize(closed, BLOCK));
	assert_true(sanitize(closed, 0x0012, 0, 0x426B4572));
	model_free(open);
	model_free(closed);
}

/* --- faults ------------------------------------------------------------- */

static void test_found_running_and_failed(void **state)
{
	struct model *running = lab_new(SSD ",\"faults\":"
					"{\"sanitize_running\":true}");
	struct model *failed = lab_new(SSD ",\"faults\":"
				       "{\"sanitize_failed\":true}");
	struct model *frozen = lab_new(SSD ",\"faults\":"
				       "{\"sanitize_frozen\":true}");
	struct model_ata c;

	(void)state;
	assert_true(status(running, 0, &c));
	assert_int_equal(c.ret_count, RUNNING);
	assert_false(status(failed, 0, NULL));
	assert_true(status(failed, 1, NULL));
	assert_true(status(frozen, 0, &c));
	assert_int_equal(c.ret_count, FROZEN);
	assert_false(sanitize(frozen, BLOCK));
	model_suspend_resume(frozen);
	assert_true(sanitize(frozen, BLOCK));
	model_free(running);
	model_free(failed);
	model_free(frozen);
}

static void test_stuck(void **state)
{
	struct model *m = lab_new(SSD ",\"faults\":{\"stuck_at\":10}");
	struct model_ata c;

	(void)state;
	assert_true(sanitize(m, BLOCK));
	model_advance(m, 3600000);
	assert_true(status(m, 0, &c));
	assert_int_equal(c.ret_count, RUNNING);
	assert_int_equal(c.ret_lba, 655);
	assert_true(lab_markers(m, HAIKI_ZONE_HOST) > 0);
	model_free(m);
}

static void test_unwritable(void **state)
{
	struct model *hdd = lab_new(HDD ",\"faults\":{\"unwritable\":[[5,1]]}");
	struct model *ssd = lab_new(SSD ",\"faults\":{\"unwritable\":[[5,1]]}");

	(void)state;
	assert_true(sanitize(hdd, OVERWRITE));
	model_advance(hdd, 1000);
	assert_false(status(hdd, 0, NULL));
	assert_int_equal(lab_all_markers(hdd), 1);
	/* A new key reaches also what can't be written any more. */
	assert_true(sanitize(ssd, CRYPTO));
	model_advance(ssd, 1000);
	assert_true(status(ssd, 0, NULL));
	assert_int_equal(lab_all_markers(ssd), 0);
	model_free(hdd);
	model_free(ssd);
}

static void test_error_but_runs(void **state)
{
	struct model *m = lab_new(SSD ",\"faults\":{\"error_but_runs\":true}");
	struct model_ata c;

	(void)state;
	assert_false(sanitize(m, BLOCK));
	assert_true(status(m, 0, &c));
	assert_int_equal(c.ret_count, RUNNING);
	model_advance(m, 1000);
	assert_true(status(m, 0, &c));
	assert_int_equal(c.ret_count, COMPLETED);
	model_free(m);
}

static void test_liar(void **state)
{
	struct model *m = lab_new(SSD ",\"faults\":{\"erases\":\"nothing\"}");
	uint64_t before = lab_all_markers(m);
	struct model_ata c;

	(void)state;
	assert_true(sanitize(m, BLOCK));
	model_advance(m, 1000);
	assert_true(status(m, 0, &c));
	assert_int_equal(c.ret_count, COMPLETED);
	assert_int_equal(lab_all_markers(m), before);
	model_free(m);
}

static void test_locked(void **state)
{
	struct model *m = lab_new(SSD ",\"password\":\"x\"");
	struct model *bars = lab_new(SSD ",\"password\":\"x\",\"faults\":"
				     "{\"locked_bars_sanitize\":true}");

	(void)state;
	assert_true(sanitize(m, BLOCK));
	model_advance(m, 1000);
	assert_true(status(m, 0, NULL));
	assert_int_equal(lab_all_markers(m), 0);
	/* Erased, and still locked. */
	assert_int_equal(lab_identify(m, 128) & 4, 4);
	assert_false(sanitize(bars, BLOCK));
	model_free(m);
	model_free(bars);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_reach),
		cmocka_unit_test(test_overwrite_pattern),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_unsupported),
		cmocka_unit_test(test_freeze),
		cmocka_unit_test(test_survives_power_cut),
		cmocka_unit_test(test_failure),
		cmocka_unit_test(test_found_running_and_failed),
		cmocka_unit_test(test_stuck),
		cmocka_unit_test(test_unwritable),
		cmocka_unit_test(test_error_but_runs),
		cmocka_unit_test(test_liar),
		cmocka_unit_test(test_locked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
