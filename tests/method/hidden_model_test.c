/* SPDX-License-Identifier: Apache-2.0 */
/* Opening hidden areas of modelled drives, so that an overwrite reaches what
 * lies in them; with the power cycles that real drives want. */
#include "method/bench.h"
#include "method/hidden.h"

#define HDD "\"kind\":\"ata-hdd\",\"sectors\":2048"

static struct schedule zero;

static int setup(void **state)
{
	(void)state;
	return schedule_parse("zero", &zero, NULL);
}

static struct hidden_result open_up(struct bench *b)
{
	struct hidden_result result = { 0 };
	struct haiki_error err = { 0 };

	if (hidden_open(&b->run, &result, &err) < 0)
		fail_msg("%s", err.text);
	return result;
}

/* What is open now is written over; nothing may be left anywhere. */
static void overwrite_all(struct bench *b)
{
	struct haiki_error err = { 0 };
	struct method_progress p;
	const struct method *m = method_find(HAIKI_OVERWRITE);

	if (device_probe(b->t, &b->drive, &err) < 0)
		fail_msg("%s", err.text);
	b->options.schedule = &zero;
	if (bench_erase(b, m, &p, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	m->finish(&b->run);
	assert_int_equal(bench_markers(b, HAIKI_ZONE_HOST), 0);
	assert_int_equal(bench_markers(b, HAIKI_ZONE_HPA), 0);
	assert_int_equal(bench_markers(b, HAIKI_ZONE_DCO), 0);
	assert_int_equal(bench_markers(b, HAIKI_ZONE_AMAC), 0);
}

static void opens_an_hpa(void **state)
{
	struct hidden_result r;
	struct bench b;

	(void)state;
	bench_begin(&b, HDD ",\"hpa_sectors\":512");
	assert_true(bench_markers(&b, HAIKI_ZONE_HPA) > 0);
	r = open_up(&b);
	assert_int_equal(r.state, HIDDEN_OPENED);
	assert_true(r.changed);
	assert_int_equal(r.now - r.before, 512);
	overwrite_all(&b);
	/* Kept over a power cycle. */
	bench_power_cycle(&b);
	assert_int_equal(open_up(&b).state, HIDDEN_NONE);
	bench_end(&b);
}

static void opens_an_accessible_max(void **state)
{
	struct hidden_result r;
	struct bench b;

	(void)state;
	bench_begin(&b, HDD ",\"max_address\":\"amac\",\"amac_sectors\":512");
	assert_true(bench_markers(&b, HAIKI_ZONE_AMAC) > 0);
	r = open_up(&b);
	assert_int_equal(r.state, HIDDEN_OPENED);
	assert_int_equal(r.now - r.before, 512);
	overwrite_all(&b);
	bench_end(&b);
}

/* Until nothing is hidden, with as many power cycles as the drive wants. */
static unsigned power_cycles_for(const char *json)
{
	struct hidden_result r;
	struct bench b;
	unsigned cycles = 0;

	bench_begin(&b, json);
	assert_true(bench_markers(&b, HAIKI_ZONE_DCO) > 0);
	for (;;) {
		r = open_up(&b);
		if (r.state != HIDDEN_POWER_CYCLE)
			break;
		assert_true(r.reason[0]);
		assert_true(++cycles < 5);
		bench_power_cycle(&b);
	}
	if (r.state != HIDDEN_OPENED && r.state != HIDDEN_NONE)
		fail_msg("state %d: %s", r.state, r.reason);
	overwrite_all(&b);
	bench_end(&b);
	return cycles;
}

static void opens_an_overlay(void **state)
{
	(void)state;
	assert_true(power_cycles_for(HDD ",\"dco_sectors\":512") <= 1);
	assert_true(power_cycles_for(HDD ",\"dco_sectors\":512,"
				     "\"hpa_sectors\":512") <= 2);
	assert_in_range(power_cycles_for(HDD ",\"dco_sectors\":512,"
		"\"hpa_sectors\":512,\"faults\":{\"dco_needs_cycle\":true}"),
		1, 3);
}

static void goes_on_after_a_power_cut(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 4; n++) {
		struct haiki_error err = { 0 };
		struct hidden_result r;
		struct bench b;
		char json[256];

		snprintf(json, sizeof(json), HDD ",\"hpa_sectors\":512,"
			 "\"dco_sectors\":512,"
			 "\"faults\":{\"power_cut_at\":%u}", n);
		bench_begin(&b, json);
		(void)hidden_open(&b.run, &r, &err);
		for (int cycles = 0; cycles < 4; cycles++) {
			bench_power_cycle(&b);
			r = open_up(&b);
			if (r.state != HIDDEN_POWER_CYCLE)
				break;
		}
		if (r.state != HIDDEN_OPENED && r.state != HIDDEN_NONE)
			fail_msg("cut at %u: %s", n, r.reason);
		overwrite_all(&b);
		bench_end(&b);
	}
}

static void knows_drives_without_hidden_areas(void **state)
{
	static const char *const drives[] = {
		HDD, "\"kind\":\"nvme\",\"size_mib\":1",
		"\"kind\":\"sas-hdd\",\"size_mib\":1",
		"\"kind\":\"ata-ssd\",\"size_mib\":1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(drives); i++) {
		struct hidden_result r;
		struct bench b;

		bench_begin(&b, drives[i]);
		r = open_up(&b);
		assert_int_equal(r.state, HIDDEN_NONE);
		assert_false(r.changed);
		bench_end(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_an_hpa),
		cmocka_unit_test(opens_an_accessible_max),
		cmocka_unit_test(opens_an_overlay),
		cmocka_unit_test(goes_on_after_a_power_cut),
		cmocka_unit_test(knows_drives_without_hidden_areas),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
