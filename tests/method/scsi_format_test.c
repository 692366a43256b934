/* SPDX-License-Identifier: Apache-2.0 */
#include "method/scripted.h"

#define guard_check scripted_guard_check
#include "method/scsi_format.c"

#define FORMAT &method_scsi_format

static const uint8_t type1[32] = { [7] = 0xFF, [10] = 2, [12] = 0x01 };
static const uint8_t type3[32] = { [7] = 0xFF, [10] = 2, [12] = 0x05 };
static const uint8_t plain[32] = { [7] = 0xFF, [10] = 2 };

#define SENSE(k, a, p) { .kind = STEP_SCSI, .opcode = 0x03, \
			 .sense_data = true, .key_code = k, .asc = a, \
			 .progress = p }
#define IDLE SENSE(0, 0, 0), { .kind = STEP_SCSI, .opcode = 0x00 }
#define RUNNING(p) SENSE(2, 0x0404, p)
#define CAPACITY(bytes) { .kind = STEP_SCSI, .opcode = 0x9E, .data = bytes, \
			  .length = 32 }
#define PLAIN CAPACITY(plain), KEEP("protection", "0")
#define ENDED KEEP("operation", "ended")

static void is_immediate(const uint8_t *data, size_t length)
{
	assert_int_equal(length, 4);
	assert_memory_equal(data, "\x00\x02\x00\x00", 4);
}

static void is_type3(const uint8_t *data, size_t length)
{
	assert_int_equal(length, 4);
	assert_memory_equal(data, "\x01\x02\x00\x00", 4);
}

/* FMTDATA b4; FMTPINFO 7:6 with the protection that the drive has. */
#define SEND(flags) .kind = STEP_SCSI, .opcode = 0x04, .features = flags, \
		    .check = is_immediate
#define BEGIN GUARD, IDLE, KEEP("expect", "changed"), \
	KEEP("operation", "starting"), PLAIN, { SEND(0x10) }, \
	KEEP("operation", "started")

static void ends_as(const struct step *steps, enum haiki_outcome outcome)
{
	struct method_progress p;
	struct scripted s;

	scripted_begin(&s, steps);
	assert_int_equal((FORMAT)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, FORMAT, &p), 0);
	assert_int_equal(p.outcome, outcome);
	assert_int_equal((FORMAT)->expectation(&s.run), HAIKI_EXPECT_CHANGED);
	scripted_end(&s);
	(FORMAT)->finish(&s.run);
}

#define ENDS_AS(outcome, ...) do { \
		static const struct step steps_[] = { __VA_ARGS__, END }; \
		ends_as(steps_, outcome); \
	} while (0)

static void follows_a_format(void **state)
{
	(void)state;
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, BEGIN, RUNNING(10), RUNNING(60000),
		IDLE, ENDED);
	ENDS_AS(HAIKI_OUTCOME_FAILED, BEGIN, RUNNING(10), SENSE(3, 0x3101, 0));
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN, SENSE(5, 0, 0), SENSE(5, 0, 0),
		SENSE(5, 0, 0), SENSE(5, 0, 0), SENSE(5, 0, 0));
	/* An unformatted medium tells no capacity; type 1 protection stays
	 * (FMTPINFO 10b is outside the bits compared here). */
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, GUARD, SENSE(3, 0x3100, 0),
		KEEP("expect", "changed"), KEEP("operation", "starting"),
		{ .kind = STEP_SCSI, .opcode = 0x9E, .status = 2,
		  .key_code = 3, .asc = 0x3100 }, { SEND(0x10) },
		KEEP("operation", "started"), RUNNING(3), IDLE, ENDED);
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, GUARD, IDLE,
		KEEP("expect", "changed"), KEEP("operation", "starting"),
		CAPACITY(type1), KEEP("protection", "1"), { SEND(0x10) },
		KEEP("operation", "started"), IDLE, ENDED);
}

/* A format that breaks off takes the drive's protection type with it. */
static void formats_again_as_it_was(void **state)
{
	static const struct step first[] = {
		GUARD, IDLE, KEEP("expect", "changed"),
		KEEP("operation", "starting"), CAPACITY(type3),
		KEEP("protection", "3"),
		{ .kind = STEP_SCSI, .opcode = 0x04, .features = 0x10,
		  .check = is_type3 }, KEEP("operation", "started"), END };
	static const struct step again[] = {
		GUARD, SENSE(3, 0x3100, 0), KEEP("expect", "changed"),
		KEEP("operation", "starting"),
		{ .kind = STEP_SCSI, .opcode = 0x9E, .status = 2,
		  .key_code = 3, .asc = 0x3100 },
		{ .kind = STEP_SCSI, .opcode = 0x04, .features = 0x10,
		  .check = is_type3 }, KEEP("operation", "started"), END };
	struct scripted s;

	(void)state;
	scripted_begin(&s, first);
	assert_int_equal((FORMAT)->start(&s.run, NULL), 0);
	(FORMAT)->finish(&s.run);
	scripted_again(&s, again);
	assert_int_equal((FORMAT)->start(&s.run, NULL), 0);
	scripted_end(&s);
	(FORMAT)->finish(&s.run);
}

static void looks_at_the_drive_behind_an_error(void **state)
{
	static const struct step refused[] = {
		GUARD, IDLE, KEEP("expect", "changed"),
		KEEP("operation", "starting"), PLAIN,
		{ SEND(0x10), .status = 2, .key_code = 5, .asc = 0x2600 },
		IDLE, END };
	struct haiki_error error = { 0 };
	struct scripted s;

	(void)state;
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, GUARD, IDLE,
		KEEP("expect", "changed"), KEEP("operation", "starting"),
		PLAIN,
		{ SEND(0x10), .status = 2, .key_code = 4, .asc = 0x0800 },
		RUNNING(1), KEEP("operation", "started"), RUNNING(2), IDLE,
		ENDED);
	scripted_begin(&s, refused);
	assert_int_equal((FORMAT)->start(&s.run, &error), -EIO);
	assert_non_null(strstr(error.text, "5/26/00"));
	scripted_end(&s);
	(FORMAT)->finish(&s.run);
}

static void adopts_what_is_running(void **state)
{
	static const struct step foreign[] = {
		GUARD, RUNNING(7), KEEP("operation", "adopted"), IDLE, ENDED,
		END };
	static const struct step ours[] = {
		GUARD, RUNNING(7), RUNNING(8), IDLE, ENDED, END };
	static const struct step sanitizing[] = {
		GUARD, SENSE(2, 0x041B, 4), END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, foreign);
	assert_int_equal((FORMAT)->start(&s.run, NULL), 0);
	assert_true(s.run.attempt.adopted);
	assert_int_equal(scripted_follow(&s, FORMAT, &p), 0);
	scripted_end(&s);
	(FORMAT)->finish(&s.run);
	scripted_begin(&s, (const struct step[]){ BEGIN, END });
	assert_int_equal((FORMAT)->start(&s.run, NULL), 0);
	(FORMAT)->finish(&s.run);
	scripted_again(&s, ours);
	assert_int_equal((FORMAT)->start(&s.run, NULL), 0);
	assert_false(s.run.attempt.adopted);
	assert_int_equal(scripted_follow(&s, FORMAT, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	scripted_end(&s);
	(FORMAT)->finish(&s.run);
	scripted_begin(&s, sanitizing);
	assert_int_equal((FORMAT)->start(&s.run, NULL), -EBUSY);
	scripted_end(&s);
}

static void tells_what_is_left_to_do(void **state)
{
	static const struct step idle[] = { IDLE, END };
	static const struct step running[] = { RUNNING(5), END };
	static const struct step broken[] = { SENSE(3, 0x3100, 0), END };
	static const struct {
		const struct step *steps;
		int code;
	} cases[] = { { idle, 0 }, { running, -EBUSY }, { broken, -EIO } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct scripted s;

		scripted_begin(&s, cases[i].steps);
		assert_int_equal((FORMAT)->recover(&s.run, NULL),
				 cases[i].code);
		scripted_end(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_a_format),
		cmocka_unit_test(formats_again_as_it_was),
		cmocka_unit_test(looks_at_the_drive_behind_an_error),
		cmocka_unit_test(adopts_what_is_running),
		cmocka_unit_test(tells_what_is_left_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
