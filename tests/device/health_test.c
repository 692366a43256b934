/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "device/probe.h"
#include "scratch.h"

#define UNKNOWN (-1000)

static const struct {
	const char *name;
	int reallocated, pending, hours, temperature;
} drives[] = {
	{ "FUJITSU_MHY2120BH--0084000D", 0, 0, 2208, 28 },
	/* Attribute 197 is something else in this firmware. */
	{ "FUJITSU_MHY2120BH--0085000B", 0, UNKNOWN, 2161, 34 },
	{ "FUJITSU_MHY2250BH--0085000B", 0, UNKNOWN, 9977, 39 },
	{ "FUJITSU_MHZ2160BH_G1--0084000A", 0, 0, 929, 39 },
	{ "INTEL_SSDSA2MH080G1GC--045C8820", 0, UNKNOWN, 2309, UNKNOWN },
	/* Attribute 5 is something else in this firmware. */
	{ "MCCOE64GEMPP--2.9.09", UNKNOWN, 0, 1, UNKNOWN },
	{ "Maxtor_96147H8--BAC51KJ0", 69, 2, 2016, UNKNOWN },
	{ "SAMSUNG_HD501LJ--CR100-12", 1, 1, 7326, 47 },
	{ "SAMSUNG_MMCQE28G8MUP--0VA_VAM08L1Q", UNKNOWN, UNKNOWN, 2417,
	  UNKNOWN },
	{ "SAMSUNG_MP0804H--UE100-14", 0, 0, UNKNOWN, 48 },
	{ "ST320410A--3.39", 5, 0, 30387, 40 },
	{ "ST9160821AS--3.CLH", 0, 1, 556, 38 },
	{ "TOSHIBA_MK1651GSY--38IGT0G5T", 1, UNKNOWN, UNKNOWN, 41 },
	{ "WDC_WD2500JB--00REA0-20.00K20", 0, 1, 2379, 17 },
	{ "WDC_WD2500JS-75NCB3--10.02E04", 0, 0, 6626, 38 },
	{ "WDC_WD5000AAKS--00TMA0-12.01C01", 63, 529, 14992, 40 },
};

static void load(const char *folder, const char *name, uint8_t data[512])
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "tests/data/%s/%s.bin", folder, name);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fread(data, 1, 512, f), 512);
	fclose(f);
}

static void check(const char *name, const char *what,
		  const struct haiki_value *value, int expected)
{
	int got = value->known ? (int)value->value : UNKNOWN;

	if (got != expected)
		print_message("# %s: %s is %d, not %d\n", name, what, got,
			      expected);
	assert_int_equal(got, expected);
	/* An unknown number says why; a known one has nothing to excuse. */
	assert_int_equal(value->reason[0] != '\0', !value->known);
}

static void test_real_drives(void **state)
{
	uint8_t identify[512], smart[512];

	(void)state;
	for (size_t i = 0; i < sizeof(drives) / sizeof(drives[0]); i++) {
		const char *name = drives[i].name;
		struct haiki_health h = { 0 };

		load("identify", name, identify);
		load("smart", name, smart);
		health_ata(identify, smart, &h);
		check(name, "reallocated", &h.reallocated,
		      drives[i].reallocated);
		check(name, "pending", &h.pending, drives[i].pending);
		check(name, "hours", &h.power_on_hours, drives[i].hours);
		check(name, "temperature", &h.temperature,
		      drives[i].temperature);
		assert_false(h.percent_used.known);
	}
}

static void all_unknown(const struct haiki_health *h)
{
	assert_false(h->reallocated.known);
	assert_false(h->pending.known);
	assert_false(h->power_on_hours.known);
	assert_false(h->temperature.known);
	assert_true(h->reallocated.reason[0]);
	assert_true(h->pending.reason[0]);
}

static void test_damaged(void **state)
{
	uint8_t identify[512], smart[512];
	struct haiki_health h = { 0 };

	(void)state;
	load("identify", drives[0].name, identify);
	load("smart", drives[0].name, smart);
	for (size_t i = 0; i < 512; i++) {
		smart[i] ^= 0x20;
		health_ata(identify, smart, &h);
		all_unknown(&h);
		smart[i] ^= 0x20;
	}
	/* Zeros sum up to zero as well. */
	memset(smart, 0, sizeof(smart));
	health_ata(identify, smart, &h);
	all_unknown(&h);
	/* IDENTIFY data that says nothing of SMART. */
	memset(identify, 0, sizeof(identify));
	load("smart", drives[0].name, smart);
	health_ata(identify, smart, &h);
	all_unknown(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real_drives),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
