/* SPDX-License-Identifier: Apache-2.0 */
#include "method/scripted.h"

#define guard_check scripted_guard_check
#include "method/mmc.c"

#define SANITIZE &method_mmc_sanitize
#define PLAIN &method_mmc_erase

static uint8_t card[MMC_EXTCSD_SIZE], old[MMC_EXTCSD_SIZE],
	simple[MMC_EXTCSD_SIZE];

static int setup(void **state)
{
	(void)state;
	put_le32(card + 212, 2097152);
	card[192] = 8;
	card[194] = 2;
	card[223] = 1;
	card[224] = 1;
	card[230] = 2;
	card[231] = 0x50;
	memcpy(old, card, sizeof(card));
	old[192] = 5;
	old[231] = 0x11;
	memcpy(simple, card, sizeof(card));
	simple[231] = 0;
	return 0;
}

#define MMC(number, arg) { .kind = STEP_MMC, .opcode = number, .cdw10 = arg }
#define EXTCSD(bytes) { .kind = STEP_MMC, .opcode = 8, .data = bytes, \
			.length = MMC_EXTCSD_SIZE }
#define STATUS(word) { .kind = STEP_MMC, .opcode = 13, .cdw10 = 0x00010000, \
		       .dword0 = word }
/* 1 GiB in portions of 128 MiB; so small a card counts bytes. */
#define PORTION(n, how) MMC(35, (n) << 27), \
	MMC(36, ((n) << 27) + 0x07FFFE00), MMC(38, how), STATUS(0x900)
#define ALL(how) PORTION(0u, how), PORTION(1u, how), PORTION(2u, how), \
	PORTION(3u, how), PORTION(4u, how), PORTION(5u, how), \
	PORTION(6u, how), PORTION(7u, how)
#define START_SANITIZE { .kind = STEP_MMC, .opcode = 6, \
			 .cdw10 = 0x03A50101, .silent = true }
#define BEGIN(bytes) GUARD, EXTCSD(bytes), KEEP("expect", "uniform"), \
	KEEP("operation", "starting")

static int ends_as(const struct step *steps, const struct method *method,
		   enum haiki_outcome outcome, const char *detail)
{
	struct method_progress p;
	struct scripted s;
	int r;

	scripted_begin(&s, steps);
	s.drive.bus = HAIKI_BUS_MMC;
	assert_int_equal(method->start(&s.run, NULL), 0);
	r = scripted_follow(&s, method, &p);
	if (r == 0) {
		assert_int_equal(p.outcome, outcome);
		if (!strstr(p.detail, detail))
			fail_msg("\"%s\" lacks \"%s\"", p.detail, detail);
		assert_int_equal(method->expectation(&s.run),
				 HAIKI_EXPECT_UNIFORM);
	}
	scripted_end(&s);
	method->finish(&s.run);
	assert_null(s.run.state);
	return r;
}

#define ENDS_AS(code, method, outcome, detail, ...) do { \
		static const struct step steps_[] = { __VA_ARGS__, END }; \
		assert_int_equal(ends_as(steps_, method, outcome, detail), \
				 code); \
	} while (0)

static void erases_every_address_and_sanitizes(void **state)
{
	(void)state;
	ENDS_AS(0, SANITIZE, HAIKI_OUTCOME_SUCCEEDED, "sanitized", BEGIN(card),
		ALL(0), START_SANITIZE, STATUS(0x900),
		KEEP("operation", "ended"));
	ENDS_AS(0, PLAIN, HAIKI_OUTCOME_SUCCEEDED, "every address",
		BEGIN(card), ALL(0), KEEP("operation", "ended"));
	/* An old card's erase can be a secure one. */
	ENDS_AS(0, PLAIN, HAIKI_OUTCOME_SUCCEEDED, "every address", BEGIN(old),
		ALL(0x80000000), KEEP("operation", "ended"));
}

static void believes_no_half_measures(void **state)
{
	(void)state;
	/* Part of it was write protected, and is there still. */
	ENDS_AS(0, SANITIZE, HAIKI_OUTCOME_FAILED, "blocks were skipped",
		BEGIN(card), MMC(35, 0), MMC(36, 0x07FFFE00), MMC(38, 0),
		STATUS(0x8900));
	ENDS_AS(0, PLAIN, HAIKI_OUTCOME_FAILED, "out of sequence",
		BEGIN(card), MMC(35, 0), MMC(36, 0x07FFFE00),
		{ .kind = STEP_MMC, .opcode = 38, .dword0 = 0x10000900 },
		STATUS(0x900));
	/* The switch was refused; the card is still busy afterwards; the
	 * kernel's time was over. */
	ENDS_AS(0, SANITIZE, HAIKI_OUTCOME_FAILED, "switch was refused",
		BEGIN(card), ALL(0), { .kind = STEP_MMC, .opcode = 6,
		.cdw10 = 0x03A50101, .dword0 = 0x980 });
	ENDS_AS(0, SANITIZE, HAIKI_OUTCOME_UNKNOWN, "has ended", BEGIN(card),
		ALL(0), START_SANITIZE, STATUS(0xE00));
	ENDS_AS(0, SANITIZE, HAIKI_OUTCOME_UNKNOWN, "scripted", BEGIN(card),
		ALL(0), { .kind = STEP_MMC, .opcode = 6, .cdw10 = 0x03A50101,
			  .result = -ETIMEDOUT });
	ENDS_AS(-ENODEV, SANITIZE, 0, "", BEGIN(card), MMC(35, 0),
		{ .kind = STEP_MMC, .opcode = 36, .cdw10 = 0x07FFFE00,
		  .result = -ENODEV });
}

/* A card of 4.1 GB counts sectors, and the last portion is a short one. */
static void ends_at_the_last_sector(void **state)
{
	static uint8_t large[MMC_EXTCSD_SIZE];
	struct step steps[4 + 32 * 4 + 2];
	struct method_progress p;
	struct scripted s;
	size_t n = 0;

	(void)state;
	memcpy(large, card, sizeof(large));
	put_le32(large + 212, 8000000);
	steps[n++] = (struct step)GUARD;
	steps[n++] = (struct step)EXTCSD(large);
	steps[n++] = (struct step)KEEP("expect", "uniform");
	steps[n++] = (struct step)KEEP("operation", "starting");
	for (uint32_t at = 0; at < 8000000; at += 262144) {
		uint32_t last = at + 262144 < 8000000 ? at + 262143 : 7999999;

		steps[n++] = (struct step)MMC(35, at);
		steps[n++] = (struct step)MMC(36, last);
		steps[n++] = (struct step)MMC(38, 0);
		steps[n++] = (struct step)STATUS(0x900);
	}
	steps[n++] = (struct step)KEEP("operation", "ended");
	steps[n++] = (struct step)END;
	scripted_begin(&s, steps);
	s.drive.bus = HAIKI_BUS_MMC;
	s.drive.size_bytes = UINT64_C(8000000) * 512;
	assert_int_equal((PLAIN)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, PLAIN, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	scripted_end(&s);
	(PLAIN)->finish(&s.run);
}

/* Its own commands, and no status: its address isn't known. */
static void erases_an_sd_card(void **state)
{
	static const struct step steps[] = {
		GUARD, KEEP("expect", "uniform"), KEEP("operation", "starting"),
		MMC(32, 0), MMC(33, 0x07FFFE00), MMC(38, 0),
		MMC(32, 0x08000000), MMC(33, 0x0FFFFE00), MMC(38, 0),
		KEEP("operation", "ended"), END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	s.drive.bus = HAIKI_BUS_MMC;
	s.drive.sd_card = true;
	s.drive.size_bytes = 256 << 20;
	assert_int_equal((PLAIN)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, PLAIN, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	(PLAIN)->finish(&s.run);
	assert_int_equal((PLAIN)->recover(&s.run, NULL), 0);
	scripted_end(&s);
}

static void begins_nothing_without_permission(void **state)
{
	static const struct step refused[] = {
		{ .kind = STEP_GUARD, .result = -EPERM }, END };
	static const struct step senseless[] = { GUARD,
		{ .kind = STEP_MMC, .opcode = 8 }, END };
	static const struct step unwritten[] = { GUARD, EXTCSD(card),
		KEEP("expect", "uniform"),
		{ .kind = STEP_JOURNAL, .key = "operation",
		  .result = -ENOSPC }, END };
	static const struct {
		const struct step *steps;
		int code;
	} cases[] = { { refused, -EPERM }, { senseless, -EPROTO },
		      { unwritten, -ENOSPC } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scripted s;

		scripted_begin(&s, cases[i].steps);
		s.drive.bus = HAIKI_BUS_MMC;
		assert_int_equal((SANITIZE)->start(&s.run, NULL),
				 cases[i].code);
		scripted_end(&s);
		(SANITIZE)->finish(&s.run);
	}
}

static void probes(void **state)
{
	static const struct {
		const uint8_t *extcsd;
		enum haiki_bus bus;
		bool sd;
		int result;
		enum haiki_support sanitize, erase;
	} cases[] = {
		{ card, HAIKI_BUS_MMC, false, 0, HAIKI_SUPPORTED,
		  HAIKI_SUPPORTED },
		{ old, HAIKI_BUS_MMC, false, 0, HAIKI_SUPPORT_UNSUPPORTED,
		  HAIKI_SUPPORTED },
		{ simple, HAIKI_BUS_MMC, false, 0, HAIKI_SUPPORT_UNSUPPORTED,
		  HAIKI_SUPPORTED },
		{ NULL, HAIKI_BUS_MMC, false, -EOPNOTSUPP,
		  HAIKI_SUPPORT_UNSUPPORTED, HAIKI_SUPPORT_UNSUPPORTED },
		{ NULL, HAIKI_BUS_MMC, false, -EIO, HAIKI_SUPPORT_UNKNOWN,
		  HAIKI_SUPPORT_UNKNOWN },
		{ NULL, HAIKI_BUS_MMC, true, 0, HAIKI_SUPPORT_UNSUPPORTED,
		  HAIKI_SUPPORTED },
		{ NULL, HAIKI_BUS_USB, false, 0, HAIKI_SUPPORT_UNSUPPORTED,
		  HAIKI_SUPPORT_UNSUPPORTED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool asks = cases[i].extcsd || cases[i].result;
		const struct step ask = { .kind = STEP_MMC, .opcode = 8,
			.data = cases[i].extcsd, .length = MMC_EXTCSD_SIZE,
			.result = cases[i].result };
		const struct step both[] = { ask, ask, END };
		const struct step none[] = { END };
		struct haiki_method_support support;
		struct scripted s;

		scripted_begin(&s, asks ? both : none);
		s.drive.bus = cases[i].bus;
		s.drive.sd_card = cases[i].sd;
		(SANITIZE)->probe(&s.run, &support);
		assert_int_equal(support.support, cases[i].sanitize);
		(PLAIN)->probe(&s.run, &support);
		assert_int_equal(support.support, cases[i].erase);
		assert_int_equal(support.support == HAIKI_SUPPORTED,
				 !support.reason[0]);
		scripted_end(&s);
	}
}

static void waits_long_enough(void **state)
{
	struct mmc_extcsd e = { .erase_group_bytes = 512 << 10,
				.erase_group_ms = 300,
				.secure_group_ms = 600 };

	(void)state;
	assert_int_equal(portion_ms(&e, false), 120000 + 256 * 300);
	assert_int_equal(portion_ms(&e, true), 120000 + 256 * 600);
	e.erase_group_bytes = 0;
	assert_int_equal(portion_ms(&e, false), 120000);
	assert_int_equal(clamp_ms(UINT64_C(1) << 40), INT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(erases_every_address_and_sanitizes),
		cmocka_unit_test(believes_no_half_measures),
		cmocka_unit_test(ends_at_the_last_sector),
		cmocka_unit_test(erases_an_sd_card),
		cmocka_unit_test(begins_nothing_without_permission),
		cmocka_unit_test(probes),
		cmocka_unit_test(waits_long_enough),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
