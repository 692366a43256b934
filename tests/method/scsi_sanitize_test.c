/* SPDX-License-Identifier: Apache-2.0 */
#include "method/scripted.h"

#define guard_check scripted_guard_check
#include "method/scsi_sanitize.c"

#define BLOCK &method_scsi_sanitize_block
#define CRYPTO &method_scsi_sanitize_crypto
#define OVERWRITE &method_scsi_sanitize_overwrite

/* READ CAPACITY(16): 512-byte blocks, LBPME and LBPRZ or neither. */
static const uint8_t zeroing[32] = { [7] = 0xFF, [10] = 2, [14] = 0xC0 };
static const uint8_t plain[32] = { [7] = 0xFF, [10] = 2 };

/* REQUEST SENSE's data. */
#define SENSE(k, a, p) { .kind = STEP_SCSI, .opcode = 0x03, \
			 .sense_data = true, .key_code = k, .asc = a, \
			 .progress = p }
#define QUIET SENSE(0, 0x0000, 0)
#define RUNNING(p) SENSE(2, 0x041B, p)
#define FAILED SENSE(3, 0x3103, 0)
#define ATTENTION SENSE(6, 0x2901, 0)
#define NOTHING { .kind = STEP_SCSI, .opcode = 0x03 }
#define READY { .kind = STEP_SCSI, .opcode = 0x00 }
#define NOT_READY(k, a) { .kind = STEP_SCSI, .opcode = 0x00, .status = 2, \
			  .key_code = k, .asc = a }
#define IDLE QUIET, READY
#define CAPACITY(bytes) { .kind = STEP_SCSI, .opcode = 0x9E, .data = bytes, \
			  .length = 32 }
#define ERASE .kind = STEP_SCSI, .opcode = 0x48, .features = 2
#define BEGIN GUARD, IDLE, CAPACITY(plain), KEEP("expect", "changed"), \
	KEEP("operation", "starting"), { ERASE }, KEEP("operation", "started")
#define ENDED KEEP("operation", "ended")

static void follows_a_block_erase(void **state)
{
	static const struct step steps[] = {
		BEGIN, RUNNING(1), RUNNING(0x8000), IDLE, ENDED, END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	s.drive.bus = HAIKI_BUS_SCSI;
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_int_equal((BLOCK)->poll(&s.run, &p, NULL), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_RUNNING);
	assert_int_equal(scripted_follow(&s, BLOCK, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_false(s.run.attempt.adopted);
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
}

static void expects_what_the_drive_declares(void **state)
{
	static const struct step zeros[] = {
		GUARD, IDLE, CAPACITY(zeroing), KEEP("expect", "uniform"),
		KEEP("operation", "starting"), { ERASE },
		KEEP("operation", "started"), IDLE, ENDED, END };
	static const struct step refused[] = {
		GUARD, IDLE, { .kind = STEP_SCSI, .opcode = 0x9E, .status = 2,
			       .key_code = 5, .asc = 0x2000 },
		KEEP("expect", "changed"), KEEP("operation", "starting"),
		{ ERASE }, KEEP("operation", "started"), IDLE, ENDED, END };
	static const struct step crypto[] = {
		GUARD, IDLE, KEEP("expect", "noise"),
		KEEP("operation", "starting"),
		{ .kind = STEP_SCSI, .opcode = 0x48, .features = 3 },
		KEEP("operation", "started"), IDLE, ENDED, END };
	static const struct {
		const struct step *steps;
		const struct method *method;
		enum haiki_expectation expectation;
	} cases[] = {
		{ zeros, BLOCK, HAIKI_EXPECT_UNIFORM },
		{ refused, BLOCK, HAIKI_EXPECT_CHANGED },
		{ crypto, CRYPTO, HAIKI_EXPECT_NOISE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct method_progress p;
		struct scripted s;

		scripted_begin(&s, cases[i].steps);
		assert_int_equal(cases[i].method->start(&s.run, NULL), 0);
		assert_int_equal(scripted_follow(&s, cases[i].method, &p), 0);
		assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
		assert_int_equal(cases[i].method->expectation(&s.run),
				 cases[i].expectation);
		scripted_end(&s);
		cases[i].method->finish(&s.run);
	}
}

static void is_one_pass_of_zeros(const uint8_t *data, size_t length)
{
	static const uint8_t list[8] = { 0x01, 0, 0, 4, 0, 0, 0, 0 };

	assert_int_equal(length, 8);
	assert_memory_equal(data, list, 8);
}

static void overwrites_with_zeros(void **state)
{
	static const struct step steps[] = {
		GUARD, IDLE, KEEP("expect", "pattern"),
		KEEP("operation", "starting"),
		{ .kind = STEP_SCSI, .opcode = 0x48, .features = 1,
		  .check = is_one_pass_of_zeros },
		KEEP("operation", "started"), RUNNING(9), IDLE, ENDED, END };
	uint8_t bytes[2] = { 1, 1 };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	assert_int_equal((OVERWRITE)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, OVERWRITE, &p), 0);
	assert_int_equal(s.run.attempt.passes_planned, 1);
	assert_int_equal(s.run.attempt.passes_completed, 1);
	assert_int_equal((OVERWRITE)->expected(&s.run, 0, bytes, 2), 0);
	assert_int_equal(bytes[0] | bytes[1], 0);
	scripted_end(&s);
	(OVERWRITE)->finish(&s.run);
}

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
	/* No sense data at all, or of a kind that says nothing of it. */
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN, NOTHING, NOTHING, NOTHING,
		NOTHING, NOTHING);
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN, SENSE(2, 0x0401, 0),
		SENSE(2, 0x0401, 0), SENSE(2, 0x0401, 0), SENSE(2, 0x0401, 0),
		SENSE(2, 0x0401, 0));
	/* Quiet, but not ready. */
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN,
		QUIET, NOT_READY(2, 0x0402), QUIET, NOT_READY(2, 0x0402),
		QUIET, NOT_READY(2, 0x0402), QUIET, NOT_READY(2, 0x0402),
		QUIET, NOT_READY(2, 0x0402));
	/* Quiet, but TEST UNIT READY knows better. */
	ENDS_AS(HAIKI_OUTCOME_FAILED, BEGIN, QUIET, NOT_READY(3, 0x3103));
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, BEGIN, QUIET, NOT_READY(2, 0x041B),
		IDLE, ENDED);
}

static void tells_failures(void **state)
{
	static const struct step refused[] = {
		GUARD, IDLE, CAPACITY(plain), KEEP("expect", "changed"),
		KEEP("operation", "starting"),
		{ ERASE, .status = 2, .key_code = 5, .asc = 0x2400 }, IDLE,
		END };
	struct haiki_error error = { 0 };
	struct scripted s;

	(void)state;
	ENDS_AS(HAIKI_OUTCOME_FAILED, BEGIN, RUNNING(5), FAILED);
	scripted_begin(&s, refused);
	assert_int_equal((BLOCK)->start(&s.run, &error), -EIO);
	assert_non_null(strstr(error.text, "5/24/00"));
	assert_int_equal(error.raw_length, 18);
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
}

static void asks_again_after_unit_attention(void **state)
{
	(void)state;
	/* transport_scsi() repeats the command; REQUEST SENSE's own data may
	 * be an attention, too. */
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, GUARD, ATTENTION, IDLE,
		CAPACITY(plain), KEEP("expect", "changed"),
		KEEP("operation", "starting"),
		{ ERASE, .status = 2, .key_code = 6, .asc = 0x2901 }, { ERASE },
		KEEP("operation", "started"), ATTENTION, ATTENTION,
		RUNNING(8), QUIET,
		NOT_READY(6, 0x2A01), READY, ENDED);
}

/* PERC: an error for SANITIZE, and the drive behind it runs it. */
static void looks_at_the_drive_behind_an_error(void **state)
{
	(void)state;
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, GUARD, IDLE, CAPACITY(plain),
		KEEP("expect", "changed"), KEEP("operation", "starting"),
		{ ERASE, .status = 2, .key_code = 5, .asc = 0x2000 },
		RUNNING(1), KEEP("operation", "started"), RUNNING(2), IDLE,
		ENDED);
}

static void adopts_what_is_running(void **state)
{
	static const struct step foreign[] = {
		GUARD, RUNNING(7), KEEP("operation", "adopted"), RUNNING(8),
		IDLE, ENDED, END };
	static const struct step lost[] = {
		GUARD, IDLE, CAPACITY(plain), KEEP("expect", "changed"),
		KEEP("operation", "starting"),
		{ ERASE, .result = -ENODEV }, END };
	static const struct step again[] = {
		GUARD, RUNNING(100), RUNNING(101), IDLE, ENDED, END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, foreign);
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_true(s.run.attempt.adopted);
	assert_int_equal(scripted_follow(&s, BLOCK, &p), 0);
	assert_true(s.run.attempt.adopted);
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
	scripted_begin(&s, lost);
	assert_int_equal((BLOCK)->start(&s.run, NULL), -ENODEV);
	(BLOCK)->finish(&s.run);
	scripted_again(&s, again);
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_false(s.run.attempt.adopted);
	assert_int_equal(scripted_follow(&s, BLOCK, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
}

static void leaves_a_failure_first(void **state)
{
	(void)state;
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, GUARD, FAILED,
		{ .kind = STEP_SCSI, .opcode = 0x48, .features = 0x1F },
		CAPACITY(plain), KEEP("expect", "changed"),
		KEEP("operation", "starting"), { ERASE },
		KEEP("operation", "started"), IDLE, ENDED);
}

static void begins_nothing_in_the_way(void **state)
{
	static const struct step guarded[] = {
		{ .kind = STEP_GUARD, .result = -EPERM }, END };
	static const struct step formatting[] = {
		GUARD, SENSE(2, 0x0404, 77), END };
	static const struct {
		const struct step *steps;
		int code;
	} cases[] = { { guarded, -EPERM }, { formatting, -EBUSY } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct haiki_error error = { 0 };
		struct scripted s;

		scripted_begin(&s, cases[i].steps);
		assert_int_equal((BLOCK)->start(&s.run, &error),
				 cases[i].code);
		assert_true(error.text[0]);
		scripted_end(&s);
		(BLOCK)->finish(&s.run);
	}
}

static void brings_the_drive_back(void **state)
{
	static const struct step idle[] = { IDLE, END };
	static const struct step leaves[] = {
		FAILED, { .kind = STEP_SCSI, .opcode = 0x48,
			  .features = 0x1F }, IDLE, END };
	static const struct step stays[] = {
		FAILED, { .kind = STEP_SCSI, .opcode = 0x48,
			  .features = 0x1F }, FAILED, END };
	static const struct step running[] = { RUNNING(3), END };
	static const struct step dumb[] = { NOTHING, END };
	static const struct {
		const struct step *steps;
		int code;
	} cases[] = { { idle, 0 }, { leaves, 0 }, { stays, -EIO },
		      { running, -EBUSY }, { dumb, -EIO } };

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
	static const uint8_t yes[4] = { 0, 3 }, no[4] = { 0, 1 },
		dunno[4] = { 0, 0 };
#define REPORT(bytes) { .kind = STEP_SCSI, .opcode = 0xA3, .data = bytes, \
			.length = 4 }
	static const struct {
		struct step answer;
		enum haiki_bus bus;
		enum haiki_support support;
	} cases[] = {
		{ REPORT(yes), HAIKI_BUS_SCSI, HAIKI_SUPPORTED },
		{ REPORT(no), HAIKI_BUS_SCSI, HAIKI_SUPPORT_UNSUPPORTED },
		{ REPORT(dunno), HAIKI_BUS_SCSI, HAIKI_SUPPORT_UNKNOWN },
		{ { .kind = STEP_SCSI, .opcode = 0xA3, .status = 2,
		    .key_code = 5, .asc = 0x2000 }, HAIKI_BUS_USB,
		  HAIKI_SUPPORT_UNKNOWN },
		{ { .kind = STEP_SCSI, .opcode = 0xA3,
		    .result = -EOPNOTSUPP }, HAIKI_BUS_VIRTIO,
		  HAIKI_SUPPORT_UNSUPPORTED },
		{ { .kind = STEP_SCSI, .opcode = 0xA3, .result = -ETIMEDOUT },
		  HAIKI_BUS_SCSI, HAIKI_SUPPORT_UNKNOWN },
		{ END, HAIKI_BUS_ATA, HAIKI_SUPPORT_UNSUPPORTED },
		{ END, HAIKI_BUS_NVME, HAIKI_SUPPORT_UNSUPPORTED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct step steps[] = { cases[i].answer, END };
		struct haiki_method_support support;
		struct scripted s;

		scripted_begin(&s, steps);
		s.drive.bus = cases[i].bus;
		(BLOCK)->probe(&s.run, &support);
		assert_int_equal(support.support, cases[i].support);
		assert_int_equal(!support.reason[0],
				 support.support == HAIKI_SUPPORTED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_a_block_erase),
		cmocka_unit_test(expects_what_the_drive_declares),
		cmocka_unit_test(overwrites_with_zeros),
		cmocka_unit_test(believes_no_liar),
		cmocka_unit_test(tells_failures),
		cmocka_unit_test(asks_again_after_unit_attention),
		cmocka_unit_test(looks_at_the_drive_behind_an_error),
		cmocka_unit_test(adopts_what_is_running),
		cmocka_unit_test(leaves_a_failure_first),
		cmocka_unit_test(begins_nothing_in_the_way),
		cmocka_unit_test(brings_the_drive_back),
		cmocka_unit_test(probes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
