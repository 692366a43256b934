/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "method/scripted.h"

#define guard_check scripted_guard_check
#include "method/ata_sanitize.c"

#define BLOCK &method_ata_sanitize_block
#define CRYPTO &method_ata_sanitize_crypto
#define OVERWRITE &method_ata_sanitize_overwrite

static uint8_t all[ATA_SECTOR], zeroing[ATA_SECTOR], none[ATA_SECTOR],
	only_crypto[ATA_SECTOR], unsure[ATA_SECTOR];

static int setup(void **state)
{
	struct identity want = { .w59 = 0xF000 };

	(void)state;
	identify_data(&want, all);
	want.w69 = 0x4020;                      /* DRAT, RZAT */
	identify_data(&want, zeroing);
	want.w59 = 0x3000;
	identify_data(&want, only_crypto);
	want.w59 = 0;
	identify_data(&want, none);
	want.w59 = 0xFFFF;
	identify_data(&want, unsure);
	return 0;
}

/* SANITIZE STATUS EXT and what comes back; the block erase command. */
#define STATUS(c, l) { .kind = STEP_ATA, .opcode = 0xB4, .ret_count = c, \
		       .ret_lba = l }
#define IDLE STATUS(0x0000, 0xFFFF)
#define RUNNING(n) STATUS(0x4000, n)
#define DONE STATUS(0x8000, 0xFFFF)
#define FAILED { .kind = STEP_ATA, .opcode = 0xB4, .status = 0x51, \
		 .error = 0x04, .ret_lba = 1 }
#define ZEROS { .kind = STEP_ATA, .opcode = 0xB4 }
#define SILENT { .kind = STEP_ATA, .opcode = 0xB4, .silent = true }
#define ERASE_BLOCKS .kind = STEP_ATA, .opcode = 0xB4, .features = 0x0012, \
		     .lba = 0x426B4572, .count = 0x0010
#define TAKEN { ERASE_BLOCKS, .ret_count = 0x4000 }

/* A block erase up to the drive having taken it. */
#define BEGIN(before) GUARD, IDENTIFY(all), before, \
	KEEP("expect", "changed"), KEEP("operation", "starting"), TAKEN, \
	KEEP("operation", "started")

static void follows_a_block_erase(void **state)
{
	static const struct step steps[] = {
		BEGIN(IDLE), RUNNING(0), RUNNING(0x8000), DONE,
		KEEP("operation", "ended"), END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, BLOCK, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_int_equal(p.permille, 1000);
	assert_false(s.run.attempt.adopted);
	assert_int_equal((BLOCK)->expectation(&s.run), HAIKI_EXPECT_CHANGED);
	assert_non_null(strstr(s.run.status_before, "lba 00000000FFFFh"));
	assert_non_null(strstr(s.run.status_after, "count 8000h"));
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
	/* A later process has only the journal. */
	assert_int_equal((BLOCK)->expectation(&s.run), HAIKI_EXPECT_CHANGED);
}

static void shows_progress(void **state)
{
	static const struct step steps[] = {
		BEGIN(IDLE), RUNNING(0x4000), END };
	struct method_progress p = { 0 };
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_int_equal((BLOCK)->poll(&s.run, &p, NULL), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_RUNNING);
	assert_int_equal(p.permille, 250);
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
}

static void asks_no_oftener_than_it_may(void **state)
{
	static const struct step steps[] = {
		BEGIN(IDLE), RUNNING(1), END };
	struct method_progress p = { 0 };
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	s.options.poll_ms = 0;                  /* a second */
	s.options.slice_ms = 1;
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	for (int i = 0; i < 50; i++) {
		assert_int_equal((BLOCK)->poll(&s.run, &p, NULL), 0);
		assert_int_equal(p.outcome, HAIKI_OUTCOME_RUNNING);
	}
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
}

static void sends_each_kind_with_its_key(void **state)
{
	static const struct step crypto[] = {
		GUARD, IDENTIFY(all), IDLE, KEEP("expect", "noise"),
		KEEP("operation", "starting"),
		{ .kind = STEP_ATA, .opcode = 0xB4, .features = 0x0011,
		  .lba = 0x43727970, .count = 0x0010, .ret_count = 0x4000 },
		KEEP("operation", "started"), DONE, KEEP("operation", "ended"),
		END };
	static const struct step overwrite[] = {
		GUARD, IDENTIFY(all), IDLE, KEEP("expect", "pattern"),
		KEEP("operation", "starting"),
		{ .kind = STEP_ATA, .opcode = 0xB4, .features = 0x0014,
		  .lba = UINT64_C(0x4F5700000000), .count = 0x0011,
		  .ret_count = 0x4000 },
		KEEP("operation", "started"), DONE, KEEP("operation", "ended"),
		END };
	static const struct step uniform[] = {
		GUARD, IDENTIFY(zeroing), IDLE, KEEP("expect", "uniform"),
		END };
	uint8_t bytes[3] = { 1, 2, 3 };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, crypto);
	assert_int_equal((CRYPTO)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, CRYPTO, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_int_equal((CRYPTO)->expectation(&s.run), HAIKI_EXPECT_NOISE);
	scripted_end(&s);
	(CRYPTO)->finish(&s.run);
	scripted_begin(&s, overwrite);
	assert_int_equal((OVERWRITE)->start(&s.run, NULL), 0);
	assert_int_equal(s.run.attempt.passes_planned, 1);
	assert_int_equal(s.run.attempt.passes_completed, 0);
	assert_int_equal(scripted_follow(&s, OVERWRITE, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_int_equal(s.run.attempt.passes_completed, 1);
	assert_int_equal((OVERWRITE)->expected(&s.run, 7, bytes, 3), 0);
	assert_memory_equal(bytes, "\0\0\0", 3);
	scripted_end(&s);
	(OVERWRITE)->finish(&s.run);
	/* Zeros only where the drive declares them. */
	scripted_begin(&s, uniform);
	assert_int_equal((BLOCK)->expectation(&s.run), HAIKI_EXPECT_CHANGED);
	s.at = uniform;
	s.journal.put = NULL;
	assert_int_equal((BLOCK)->start(&s.run, NULL), -EINVAL);
	(BLOCK)->finish(&s.run);
}

/* What poll comes to after `before` in start() and `tail` in poll(). */
static void ends_as(const struct step *steps, enum haiki_outcome outcome)
{
	struct method_progress p;
	struct scripted s;

	scripted_begin(&s, steps);
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, BLOCK, &p), 0);
	assert_int_equal(p.outcome, outcome);
	assert_true(p.detail[0]);
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
}

#define ENDS_AS(outcome, ...) do { \
		static const struct step steps_[] = { __VA_ARGS__, END }; \
		ends_as(steps_, outcome); \
	} while (0)

static void believes_no_liar(void **state)
{
	(void)state;
	/* Zeros, no registers, no upper count, a status that makes no sense:
	 * never success, however often. */
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN(IDLE), ZEROS, ZEROS, ZEROS, ZEROS,
		ZEROS);
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN(IDLE), SILENT, SILENT, SILENT,
		SILENT, SILENT);
#define LOW { .kind = STEP_ATA, .opcode = 0xB4, .low_only = true, \
	      .ret_count = 0x8000, .ret_lba = 0xFFFF }
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN(IDLE), LOW, LOW, LOW, LOW, LOW);
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN(IDLE), IDLE, IDLE, IDLE, IDLE,
		IDLE);
	/* A hiccup is forgiven. */
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, BEGIN(IDLE), RUNNING(5), SILENT,
		ZEROS, RUNNING(6), SILENT, DONE, KEEP("operation", "ended"));
}

/* The command got lost, and the drive still shows an earlier success. */
static void believes_no_stale_success(void **state)
{
	static const struct step steps[] = {
		GUARD, IDENTIFY(all), DONE, KEEP("expect", "changed"),
		KEEP("operation", "starting"),
		{ ERASE_BLOCKS },       /* zeros: the bridge made that up */
		DONE, KEEP("operation", "started"), DONE, DONE, DONE, DONE,
		DONE, END };

	(void)state;
	ends_as(steps, HAIKI_OUTCOME_UNKNOWN);
	/* But seen running, or accepted by the drive itself, it's ours. */
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, BEGIN(DONE), DONE,
		KEEP("operation", "ended"));
}

static void tells_failures(void **state)
{
	static const struct step refused[] = {
		GUARD, IDENTIFY(all), IDLE, KEEP("expect", "changed"),
		KEEP("operation", "starting"),
		{ ERASE_BLOCKS, .status = 0x51, .error = 4, .ret_lba = 2 },
		IDLE, END };
	struct haiki_error error = { 0 };
	struct scripted s;

	(void)state;
	ENDS_AS(HAIKI_OUTCOME_FAILED, BEGIN(IDLE), RUNNING(9), FAILED);
	scripted_begin(&s, refused);
	assert_int_equal((BLOCK)->start(&s.run, &error), -EIO);
	assert_non_null(strstr(error.text, "invalid or unsupported"));
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
}

/* Some controllers answer with an error while the drive has begun. */
static void looks_at_the_drive_behind_an_error(void **state)
{
	(void)state;
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED,
		GUARD, IDENTIFY(all), IDLE, KEEP("expect", "changed"),
		KEEP("operation", "starting"),
		{ ERASE_BLOCKS, .status = 0x51, .error = 4 }, RUNNING(1),
		KEEP("operation", "started"), RUNNING(2), DONE,
		KEEP("operation", "ended"));
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED,
		GUARD, IDENTIFY(all), IDLE, KEEP("expect", "changed"),
		KEEP("operation", "starting"),
		{ ERASE_BLOCKS, .result = -ETIMEDOUT }, RUNNING(1),
		KEEP("operation", "started"), DONE,
		KEEP("operation", "ended"));
}

static void adopts_what_is_running(void **state)
{
	static const struct step steps[] = {
		GUARD, IDENTIFY(all), RUNNING(7), KEEP("operation", "adopted"),
		RUNNING(8), DONE, KEEP("operation", "ended"), END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_true(s.run.attempt.adopted);
	assert_int_equal(scripted_follow(&s, BLOCK, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_true(s.run.attempt.adopted);
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
}

/* Power fails at any moment of ours; the next process finds it running. */
static void knows_its_own_after_a_power_cut(void **state)
{
	static const struct step lost[] = {
		GUARD, IDENTIFY(all), IDLE, KEEP("expect", "changed"),
		KEEP("operation", "starting"),
		{ ERASE_BLOCKS, .result = -ENODEV }, END };
	static const struct step taken[] = { BEGIN(IDLE), END };
	static const struct step again[] = {
		RUNNING(100), GUARD, IDENTIFY(all), RUNNING(101), DONE,
		KEEP("operation", "ended"), END };
	static const struct step *const firsts[] = { lost, taken };
	struct method_progress p;
	struct scripted s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(firsts); i++) {
		scripted_begin(&s, firsts[i]);
		(void)(BLOCK)->start(&s.run, NULL);
		scripted_end(&s);
		(BLOCK)->finish(&s.run);
		scripted_again(&s, again);
		assert_int_equal((BLOCK)->recover(&s.run, NULL), -EBUSY);
		assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
		assert_false(s.run.attempt.adopted);
		assert_int_equal(scripted_follow(&s, BLOCK, &p), 0);
		assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
		scripted_end(&s);
		(BLOCK)->finish(&s.run);
	}
}

static void leaves_a_failure_first(void **state)
{
	/* The COUNT bit that clears it; a drive that stays failed takes only
	 * a command whose own failure couldn't be left, either. */
	(void)state;
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED,
		GUARD, IDENTIFY(all), FAILED,
		{ .kind = STEP_ATA, .opcode = 0xB4, .count = 1,
		  .ret_lba = 0xFFFF },
		KEEP("expect", "changed"), KEEP("operation", "starting"),
		TAKEN, KEEP("operation", "started"), DONE,
		KEEP("operation", "ended"));
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED,
		GUARD, IDENTIFY(all), FAILED, FAILED,
		KEEP("expect", "changed"), KEEP("operation", "starting"),
		{ .kind = STEP_ATA, .opcode = 0xB4, .features = 0x0012,
		  .lba = 0x426B4572, .ret_count = 0x4000 },
		KEEP("operation", "started"), DONE,
		KEEP("operation", "ended"));
}

static void begins_nothing(const struct step *steps, enum haiki_bus bus,
			   int code)
{
	struct haiki_error error = { 0 };
	struct scripted s;

	scripted_begin(&s, steps);
	s.drive.bus = bus;
	assert_int_equal((BLOCK)->start(&s.run, &error), code);
	assert_true(error.text[0]);
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
}

static void begins_nothing_it_cannot_follow(void **state)
{
	static const struct step guarded[] = {
		{ .kind = STEP_GUARD, .result = -EPERM }, END };
	static const struct step silent[] = {
		GUARD, IDENTIFY(all), SILENT, END };
	static const struct step zeros[] = {
		GUARD, IDENTIFY(all), ZEROS, END };
	static const struct step frozen[] = {
		GUARD, IDENTIFY(all), STATUS(0x2000, 0xFFFF), END };
	static const struct step full[] = {
		GUARD, IDENTIFY(all), IDLE, KEEP("expect", "changed"),
		{ .kind = STEP_JOURNAL, .key = "operation",
		  .result = -ENOSPC }, END };

	(void)state;
	begins_nothing(guarded, HAIKI_BUS_ATA, -EPERM);
	begins_nothing(silent, HAIKI_BUS_ATA, -EIO);
	begins_nothing(zeros, HAIKI_BUS_USB, -EIO);
	begins_nothing(frozen, HAIKI_BUS_ATA, -EPERM);
	begins_nothing(full, HAIKI_BUS_ATA, -ENOSPC);
}

static void sleep_until(uint64_t ms)
{
	while (time_monotonic_ms() < ms)
		nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
}

static void tells_a_stalled_drive(void **state)
{
	static const struct step steps[] = {
		BEGIN(IDLE), RUNNING(655), RUNNING(655), RUNNING(655), END };
	const uint64_t stall = 400;
	struct method_progress p = { 0 };
	struct scripted s;
	uint64_t before, after;

	(void)state;
	scripted_begin(&s, steps);
	s.options.stall_ms = stall;
	before = time_monotonic_ms();
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_int_equal((BLOCK)->poll(&s.run, &p, NULL), 0);
	after = time_monotonic_ms();
	assert_int_equal(p.outcome, HAIKI_OUTCOME_RUNNING);
	sleep_until(after + stall * 2 / 3);
	assert_int_equal((BLOCK)->poll(&s.run, &p, NULL), 0);
	/* A machine that was busy with other things may be late. */
	if (time_monotonic_ms() - before < stall) {
		assert_int_equal(p.outcome, HAIKI_OUTCOME_RUNNING);
		assert_non_null(strstr(p.detail, "leave the drive powered"));
	}
	sleep_until(after + stall + 50);
	assert_int_equal((BLOCK)->poll(&s.run, &p, NULL), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_STALLED);
	assert_non_null(strstr(p.detail, "haiki resume"));
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
}

static void tells_when_it_cannot_ask(void **state)
{
	static const struct step steps[] = {
		BEGIN(IDLE),
		{ .kind = STEP_ATA, .opcode = 0xB4, .result = -ETIMEDOUT },
		{ .kind = STEP_ATA, .opcode = 0xB4, .result = -ENODEV }, END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, BLOCK, &p), -ETIMEDOUT);
	assert_int_equal(scripted_follow(&s, BLOCK, &p), -ENODEV);
	(BLOCK)->finish(&s.run);
}

static void brings_the_drive_back(void **state)
{
	static const struct step idle[] = { IDLE, END };
	static const struct step done[] = { DONE, END };
	static const struct step leaves[] = {
		FAILED, { .kind = STEP_ATA, .opcode = 0xB4, .count = 1,
			  .ret_lba = 0xFFFF }, END };
	static const struct step stays[] = { FAILED, FAILED, END };
	static const struct step running[] = { RUNNING(3), END };
	static const struct {
		const struct step *steps;
		int code;
	} cases[] = { { idle, 0 }, { done, 0 }, { leaves, 0 },
		      { stays, -EIO }, { running, -EBUSY } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct scripted s;

		scripted_begin(&s, cases[i].steps);
		s.run.journal = NULL;
		assert_int_equal((BLOCK)->recover(&s.run, NULL),
				 cases[i].code);
		scripted_end(&s);
	}
}

static void probes(void **state)
{
	static const struct {
		const uint8_t *data;
		struct step status;
		enum haiki_bus bus;
		enum haiki_support block, crypto;
	} cases[] = {
		{ all, IDLE, HAIKI_BUS_ATA, HAIKI_SUPPORTED, HAIKI_SUPPORTED },
		{ all, ZEROS, HAIKI_BUS_ATA, HAIKI_SUPPORTED, HAIKI_SUPPORTED },
		{ all, ZEROS, HAIKI_BUS_USB, HAIKI_SUPPORT_UNKNOWN,
		  HAIKI_SUPPORT_UNKNOWN },
		{ all, SILENT, HAIKI_BUS_ATA, HAIKI_SUPPORT_UNKNOWN,
		  HAIKI_SUPPORT_UNKNOWN },
		{ all, STATUS(0x2000, 0xFFFF), HAIKI_BUS_ATA,
		  HAIKI_SUPPORT_FROZEN, HAIKI_SUPPORT_FROZEN },
		{ all, FAILED, HAIKI_BUS_ATA, HAIKI_SUPPORTED,
		  HAIKI_SUPPORTED },
		{ all, { .kind = STEP_ATA, .opcode = 0xB4,
			 .result = -EOPNOTSUPP }, HAIKI_BUS_USB,
		  HAIKI_SUPPORT_UNKNOWN, HAIKI_SUPPORT_UNKNOWN },
		{ only_crypto, IDLE, HAIKI_BUS_ATA, HAIKI_SUPPORT_UNSUPPORTED,
		  HAIKI_SUPPORTED },
		{ none, IDLE, HAIKI_BUS_ATA, HAIKI_SUPPORT_UNSUPPORTED,
		  HAIKI_SUPPORT_UNSUPPORTED },
		{ unsure, IDLE, HAIKI_BUS_ATA, HAIKI_SUPPORT_UNKNOWN,
		  HAIKI_SUPPORT_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct step steps[] = {
			IDENTIFY(cases[i].data), cases[i].status, END };
		struct haiki_method_support support;
		struct scripted s;

		scripted_begin(&s, steps);
		s.drive.bus = cases[i].bus;
		(BLOCK)->probe(&s.run, &support);
		assert_int_equal(support.support, cases[i].block);
		assert_int_equal(!support.reason[0],
				 support.support == HAIKI_SUPPORTED);
		assert_int_equal(support.seconds, -1);
		s.at = steps;
		(CRYPTO)->probe(&s.run, &support);
		assert_int_equal(support.support, cases[i].crypto);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_a_block_erase),
		cmocka_unit_test(shows_progress),
		cmocka_unit_test(asks_no_oftener_than_it_may),
		cmocka_unit_test(sends_each_kind_with_its_key),
		cmocka_unit_test(believes_no_liar),
		cmocka_unit_test(believes_no_stale_success),
		cmocka_unit_test(tells_failures),
		cmocka_unit_test(looks_at_the_drive_behind_an_error),
		cmocka_unit_test(adopts_what_is_running),
		cmocka_unit_test(knows_its_own_after_a_power_cut),
		cmocka_unit_test(leaves_a_failure_first),
		cmocka_unit_test(begins_nothing_it_cannot_follow),
		cmocka_unit_test(tells_a_stalled_drive),
		cmocka_unit_test(tells_when_it_cannot_ask),
		cmocka_unit_test(brings_the_drive_back),
		cmocka_unit_test(probes),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
