/* SPDX-License-Identifier: Apache-2.0 */
#include "method/scripted.h"

#define guard_check scripted_guard_check
#include "method/hidden.c"

/* 1,000 sectors are accessible, 2,000 native, 3,000 were made. */
static uint8_t hpa1000[ATA_SECTOR], hpa2000[ATA_SECTOR], hpa3000[ATA_SECTOR],
	amac1000[ATA_SECTOR], amac2000[ATA_SECTOR], plain[ATA_SECTOR],
	old[ATA_SECTOR], dco3000[ATA_SECTOR], dco2000[ATA_SECTOR],
	no_dco[ATA_SECTOR], empty[ATA_SECTOR];

static void dco_data(uint64_t sectors, uint8_t data[ATA_SECTOR])
{
	put_le16(data, 2);
	put_le64(data + 6, sectors - 1);
	ata_checksum_store(data);
}

static int setup(void **state)
{
	struct identity want = { .w83 = 0x4C00, .sectors = 1000 };

	(void)state;
	identify_data(&want, hpa1000);
	want.sectors = 2000;
	identify_data(&want, hpa2000);
	want.sectors = 3000;
	identify_data(&want, hpa3000);
	want = (struct identity){ .w86 = 0x8000, .w119 = 0x4100,
				  .sectors = 1000 };
	identify_data(&want, amac1000);
	want.sectors = 2000;
	identify_data(&want, amac2000);
	want = (struct identity){ .sectors = 1000 };
	identify_data(&want, no_dco);           /* HPA, no DCO */
	identify_data(&want, plain);
	put_le16(plain + 2 * 82, 0x0001);       /* neither HPA ... */
	ata_checksum_store(plain);
	identify_data(&want, old);
	put_le16(old + 2 * 83, 0xFFFF);         /* nor anybody's word */
	put_le16(old + 2 * 87, 0xFFFF);
	ata_checksum_store(old);
	dco_data(3000, dco3000);
	dco_data(2000, dco2000);
	return 0;
}

#define NATIVE(n) { .kind = STEP_ATA, .opcode = 0x27, .ret_lba = (n) - 1 }
#define SET_MAX(n) { .kind = STEP_ATA, .opcode = 0x37, .lba = (n) - 1, \
		     .count = 1, .ret_lba = (n) - 1 }
#define AMAC_NATIVE(n) { .kind = STEP_ATA, .opcode = 0x78, \
			 .ret_lba = (n) - 1 }
#define SET_AMAC(n) { .kind = STEP_ATA, .opcode = 0x78, .features = 1, \
		      .lba = (n) - 1 }
#define DCO_IDENTIFY(bytes) { .kind = STEP_ATA, .opcode = 0xB1, \
	.features = 0xC2, .data = bytes, .length = ATA_SECTOR }
#define DCO_RESTORE { .kind = STEP_ATA, .opcode = 0xB1, .features = 0xC0 }
#define ABORT(command, feature) { .kind = STEP_ATA, .opcode = command, \
	.features = feature, .status = 0x51, .error = 4 }
#define RESCAN { .kind = STEP_RESCAN }

static struct hidden_result opens(const struct step *steps, uint64_t sectors,
				  enum hidden_state state)
{
	struct hidden_result result = { 0 };
	struct scripted s;

	scripted_begin(&s, steps);
	s.drive.size_bytes = sectors * 512;     /* what the kernel sees */
	assert_int_equal(hidden_open(&s.run, &result, NULL), 0);
	scripted_end(&s);
	assert_int_equal(result.state, state);
	assert_int_equal(!result.reason[0],
			 state == HIDDEN_NONE || state == HIDDEN_OPENED);
	return result;
}

static void finds_nothing_hidden(void **state)
{
	static const struct step native[] = {
		IDENTIFY(hpa2000), NATIVE(2000), DCO_IDENTIFY(dco2000), END };
	static const struct step without[] = { IDENTIFY(plain), END };
	static const struct step amac[] = {
		IDENTIFY(amac2000), AMAC_NATIVE(2000), END };
	struct hidden_result r;

	(void)state;
	r = opens(native, 2000, HIDDEN_NONE);
	assert_false(r.changed);
	assert_int_equal(r.before, 2000);
	assert_int_equal(r.native, 2000);
	opens(without, 1000, HIDDEN_NONE);
	opens(amac, 2000, HIDDEN_NONE);
}

static void opens_an_hpa(void **state)
{
	/* In the journal first; READ NATIVE MAX right before SET MAX. */
	static const struct step steps[] = {
		IDENTIFY(hpa1000), NATIVE(2000), GUARD,
		KEEP("hidden", "hpa 1000 -> 2000"), NATIVE(2000), SET_MAX(2000),
		IDENTIFY(hpa2000), DCO_IDENTIFY(dco2000), RESCAN, END };
	struct hidden_result r;

	(void)state;
	r = opens(steps, 2000, HIDDEN_OPENED);
	assert_true(r.changed);
	assert_int_equal(r.before, 1000);
	assert_int_equal(r.now, 2000);
}

static void opens_an_accessible_max(void **state)
{
	static const struct step steps[] = {
		IDENTIFY(amac1000), AMAC_NATIVE(2000), GUARD,
		KEEP("hidden", "amac 1000 -> 2000"), SET_AMAC(2000),
		IDENTIFY(amac2000), RESCAN, END };

	(void)state;
	assert_true(opens(steps, 2000, HIDDEN_OPENED).changed);
}

static void opens_an_overlay_behind_an_hpa(void **state)
{
	/* A drive that allows the second SET MAX in one power cycle. */
	static const struct step lenient[] = {
		IDENTIFY(hpa1000), NATIVE(2000), GUARD,
		KEEP("hidden", "hpa 1000 -> 2000"), NATIVE(2000), SET_MAX(2000),
		IDENTIFY(hpa2000), DCO_IDENTIFY(dco3000), GUARD,
		KEEP("hidden", "dco 2000 -> 3000"), DCO_RESTORE,
		IDENTIFY(hpa3000), RESCAN, END };
	/* One that wants a power cycle in between. */
	static const struct step strict[] = {
		IDENTIFY(hpa1000), NATIVE(2000), GUARD,
		KEEP("hidden", "hpa 1000 -> 2000"), NATIVE(2000), SET_MAX(2000),
		IDENTIFY(hpa2000), DCO_IDENTIFY(dco3000), GUARD,
		KEEP("hidden", "dco 2000 -> 3000"), ABORT(0xB1, 0xC0), RESCAN,
		END };
	/* After it: restored, and the new end is behind the old maximum. */
	static const struct step after[] = {
		IDENTIFY(hpa2000), NATIVE(2000), DCO_IDENTIFY(dco3000), GUARD,
		KEEP("hidden", "dco 2000 -> 3000"), DCO_RESTORE,
		IDENTIFY(hpa2000), NATIVE(3000), GUARD,
		KEEP("hidden", "hpa 2000 -> 3000"), NATIVE(3000), SET_MAX(3000),
		IDENTIFY(hpa3000), RESCAN, END };
	struct hidden_result r;

	(void)state;
	r = opens(lenient, 3000, HIDDEN_OPENED);
	assert_int_equal(r.now, 3000);
	r = opens(strict, 2000, HIDDEN_POWER_CYCLE);
	assert_true(r.changed);
	assert_non_null(strstr(r.reason, "haiki resume"));
	r = opens(after, 3000, HIDDEN_OPENED);
	assert_int_equal(r.now, 3000);
}

static void tells_when_a_power_cycle_is_needed(void **state)
{
	static const struct step refused[] = {
		IDENTIFY(hpa1000), NATIVE(2000), GUARD,
		KEEP("hidden", "hpa 1000 -> 2000"), NATIVE(2000),
		ABORT(0x37, 0), END };
	/* Accepted, and nothing has changed. */
	static const struct step ignored[] = {
		IDENTIFY(hpa1000), NATIVE(2000), GUARD,
		KEEP("hidden", "hpa 1000 -> 2000"), NATIVE(2000), SET_MAX(2000),
		IDENTIFY(hpa1000), RESCAN, END };
	static const struct step restored_later[] = {
		IDENTIFY(hpa2000), NATIVE(2000), DCO_IDENTIFY(dco3000), GUARD,
		KEEP("hidden", "dco 2000 -> 3000"), DCO_RESTORE,
		IDENTIFY(hpa2000), NATIVE(2000), RESCAN, END };

	(void)state;
	assert_false(opens(refused, 1000, HIDDEN_POWER_CYCLE).changed);
	opens(ignored, 1000, HIDDEN_POWER_CYCLE);
	opens(restored_later, 2000, HIDDEN_POWER_CYCLE);
}

/* The drive is open, and the kernel goes on with the old size. */
static void tells_when_the_system_does_not_see_it(void **state)
{
	static const struct step steps[] = {
		IDENTIFY(hpa1000), NATIVE(2000), GUARD,
		KEEP("hidden", "hpa 1000 -> 2000"), NATIVE(2000), SET_MAX(2000),
		IDENTIFY(hpa2000), DCO_IDENTIFY(dco2000), RESCAN, END };

	(void)state;
	assert_non_null(strstr(opens(steps, 1000, HIDDEN_POWER_CYCLE).reason,
			       "the system still sees"));
}

static void tells_what_it_cannot_know(void **state)
{
	static const struct step refuses[] = {
		IDENTIFY(no_dco), ABORT(0x27, 0), END };
	static const struct step silent[] = {
		IDENTIFY(no_dco),
		{ .kind = STEP_ATA, .opcode = 0x27, .silent = true }, END };
	static const struct step short_registers[] = {
		IDENTIFY(no_dco),
		{ .kind = STEP_ATA, .opcode = 0x27, .low_only = true,
		  .ret_lba = 1999 }, END };
	static const struct step unsure[] = { IDENTIFY(old), END };
	static const struct step frozen_overlay[] = {
		IDENTIFY(hpa2000), NATIVE(2000),
		{ .kind = STEP_ATA, .opcode = 0xB1, .features = 0xC2,
		  .status = 0x51, .error = 4 }, END };
	static const struct step damaged_overlay[] = {
		IDENTIFY(hpa2000), NATIVE(2000), DCO_IDENTIFY(empty), END };
	static const struct step blind[] = {
		IDENTIFY(empty), IDENTIFY(empty), IDENTIFY(empty), END };

	(void)state;
	opens(refuses, 1000, HIDDEN_UNKNOWN);
	opens(silent, 1000, HIDDEN_UNKNOWN);
	opens(short_registers, 1000, HIDDEN_UNKNOWN);
	opens(unsure, 1000, HIDDEN_UNKNOWN);
	opens(frozen_overlay, 2000, HIDDEN_UNKNOWN);
	opens(damaged_overlay, 2000, HIDDEN_UNKNOWN);
	opens(blind, 1000, HIDDEN_UNKNOWN);
}

static void tells_what_the_drive_refuses(void **state)
{
	static const struct step steps[] = {
		IDENTIFY(hpa2000), NATIVE(2000), DCO_IDENTIFY(dco3000), GUARD,
		KEEP("hidden", "dco 2000 -> 3000"), ABORT(0xB1, 0xC0), END };

	(void)state;
	opens(steps, 2000, HIDDEN_IMPOSSIBLE);
}

static void changes_nothing_without_permission_or_journal(void **state)
{
	static const struct step guarded[] = {
		IDENTIFY(hpa1000), NATIVE(2000),
		{ .kind = STEP_GUARD, .result = -ESTALE }, END };
	static const struct step full[] = {
		IDENTIFY(hpa1000), NATIVE(2000), GUARD,
		{ .kind = STEP_JOURNAL, .key = "hidden", .result = -ENOSPC },
		END };
	static const struct step gone[] = {
		{ .kind = STEP_ATA, .opcode = 0xEC, .result = -ENODEV }, END };
	static const struct {
		const struct step *steps;
		int code;
	} cases[] = { { guarded, -ESTALE }, { full, -ENOSPC },
		      { gone, -ENODEV } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct hidden_result result = { .now = 77 };
		struct haiki_error error = { 0 };
		struct scripted s;

		scripted_begin(&s, cases[i].steps);
		assert_int_equal(hidden_open(&s.run, &result, &error),
				 cases[i].code);
		assert_true(error.text[0]);
		assert_int_equal(result.now, 77);
		scripted_end(&s);
	}
}

static void asks_only_ata_drives(void **state)
{
	static const struct step quiet[] = { END };
	static const struct step sas[] = {
		{ .kind = STEP_ATA, .opcode = 0xEC, .result = -EOPNOTSUPP },
		END };
	struct hidden_result result;
	struct scripted s;

	(void)state;
	scripted_begin(&s, quiet);
	s.drive.bus = HAIKI_BUS_NVME;
	assert_int_equal(hidden_open(&s.run, &result, NULL), 0);
	assert_int_equal(result.state, HIDDEN_NONE);
	scripted_begin(&s, sas);
	s.drive.bus = HAIKI_BUS_SCSI;
	assert_int_equal(hidden_open(&s.run, &result, NULL), 0);
	assert_int_equal(result.state, HIDDEN_NONE);
	scripted_begin(&s, sas);
	s.drive.bus = HAIKI_BUS_USB;
	assert_int_equal(hidden_open(&s.run, &result, NULL), 0);
	assert_int_equal(result.state, HIDDEN_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_nothing_hidden),
		cmocka_unit_test(opens_an_hpa),
		cmocka_unit_test(opens_an_accessible_max),
		cmocka_unit_test(opens_an_overlay_behind_an_hpa),
		cmocka_unit_test(tells_when_a_power_cycle_is_needed),
		cmocka_unit_test(tells_when_the_system_does_not_see_it),
		cmocka_unit_test(tells_what_it_cannot_know),
		cmocka_unit_test(tells_what_the_drive_refuses),
		cmocka_unit_test(changes_nothing_without_permission_or_journal),
		cmocka_unit_test(asks_only_ata_drives),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
