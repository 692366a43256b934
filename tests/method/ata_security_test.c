/* SPDX-License-Identifier: Apache-2.0 */
#include "method/scripted.h"

#define guard_check scripted_guard_check
#include "method/ata_security.c"

#define ENHANCED &method_ata_security_erase_enhanced
#define NORMAL &method_ata_security_erase

/* Word 128: supported b0, enabled b1, locked b2, frozen b3, expired b4,
 * enhanced b5. */
static uint8_t clean[ATA_SECTOR], set[ATA_SECTOR], locked[ATA_SECTOR],
	frozen[ATA_SECTOR], expired[ATA_SECTOR], plain[ATA_SECTOR],
	none[ATA_SECTOR], rubbish[ATA_SECTOR], foreign[ATA_SECTOR];

static int setup(void **state)
{
	struct identity want = { .w128 = 0x0021, .w89 = 30, .w90 = 40 };

	(void)state;
	identify_data(&want, clean);
	want.w128 = 0x0023;
	identify_data(&want, set);
	identify_data(&want, foreign);
	want.w128 = 0x0027;
	identify_data(&want, locked);
	want.w128 = 0x0029;
	identify_data(&want, frozen);
	want.w128 = 0x0037;
	identify_data(&want, expired);
	want.w128 = 0x0001;
	identify_data(&want, plain);
	want.w128 = 0;
	identify_data(&want, none);
	memcpy(rubbish, clean, sizeof(rubbish));
	rubbish[100] ^= 1;
	return 0;
}

static void is_haiki(const uint8_t *data, size_t length)
{
	assert_int_equal(length, ATA_SECTOR);
	assert_int_equal(data[0] & 1, 0);       /* user */
	assert_int_equal(data[1], 0);           /* level high */
	assert_memory_equal(data + 2, "haiki\0\0\0", 8);
	for (size_t i = 10; i < ATA_SECTOR; i++)
		assert_int_equal(data[i], 0);
}

static void is_given(const uint8_t *data, size_t length)
{
	(void)length;
	assert_memory_equal(data + 2, "open sesame\0", 12);
}

static void is_enhanced_erase(const uint8_t *data, size_t length)
{
	is_haiki(data, length);
	assert_int_equal(data[0], 2);
}

static void is_normal_erase(const uint8_t *data, size_t length)
{
	is_haiki(data, length);
	assert_int_equal(data[0], 0);
}

#define SET_PASSWORD { .kind = STEP_ATA, .opcode = 0xF1, .check = is_haiki }
#define UNLOCK { .kind = STEP_ATA, .opcode = 0xF2, .check = is_haiki }
#define PREPARE { .kind = STEP_ATA, .opcode = 0xF3 }
#define ERASE { .kind = STEP_ATA, .opcode = 0xF4, .check = is_enhanced_erase }
#define DISABLE { .kind = STEP_ATA, .opcode = 0xF6, .check = is_haiki }
#define ABORT(command) { .kind = STEP_ATA, .opcode = command, \
			 .status = 0x51, .error = 0x04 }

/* Up to the password being set: what every enhanced erase begins with. */
#define BEGIN GUARD, IDENTIFY(clean), KEEP("expect", "changed"), \
	KEEP("password", "setting"), SET_PASSWORD, IDENTIFY(set), \
	KEEP("password", "erasing")

static void erases(void **state)
{
	static const struct step steps[] = {
		IDENTIFY(clean), BEGIN, PREPARE, ERASE, IDENTIFY(clean),
		KEEP("password", "cleared"), END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	assert_int_equal(method_ata_security_erase_enhanced.prepare(&s.run,
								     NULL), 0);
	assert_int_equal(method_ata_security_erase_enhanced.start(&s.run,
								   NULL), 0);
	assert_int_equal(scripted_follow(&s, ENHANCED, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_int_equal(p.permille, 1000);
	assert_int_equal((ENHANCED)->expectation(&s.run),
			 HAIKI_EXPECT_CHANGED);
	assert_non_null(strstr(s.run.status_before, "not enabled"));
	assert_non_null(strstr(s.run.status_after, "not enabled"));
	scripted_end(&s);
	(ENHANCED)->finish(&s.run);
	assert_null(s.run.state);
	(ENHANCED)->finish(&s.run);
}

static void erases_normally(void **state)
{
	static const struct step steps[] = {
		GUARD, IDENTIFY(clean), KEEP("expect", "uniform"),
		KEEP("password", "setting"), SET_PASSWORD, IDENTIFY(set),
		KEEP("password", "erasing"), PREPARE,
		{ .kind = STEP_ATA, .opcode = 0xF4, .check = is_normal_erase },
		IDENTIFY(clean), KEEP("password", "cleared"), END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	assert_int_equal((NORMAL)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, NORMAL, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_int_equal((NORMAL)->expectation(&s.run), HAIKI_EXPECT_UNIFORM);
	scripted_end(&s);
	(NORMAL)->finish(&s.run);
}

static void begins_nothing(const struct step *steps, int code)
{
	struct haiki_error error = { 0 };
	struct scripted s;

	scripted_begin(&s, steps);
	assert_int_equal((ENHANCED)->start(&s.run, &error), code);
	assert_true(error.text[0]);
	scripted_end(&s);
	(ENHANCED)->finish(&s.run);
}

static void sends_nothing_without_permission_or_journal(void **state)
{
	static const struct step guarded[] = {
		{ .kind = STEP_GUARD, .result = -ESTALE }, END };
	static const struct step is_frozen[] = {
		GUARD, IDENTIFY(frozen), END };
	static const struct step is_expired[] = {
		GUARD, IDENTIFY(expired), END };
	static const struct step is_locked[] = {
		GUARD, IDENTIFY(locked), END };
	static const struct step damaged[] = {
		GUARD, IDENTIFY(rubbish), IDENTIFY(rubbish), IDENTIFY(rubbish),
		END };
	/* The journal can't be written: no SET PASSWORD. */
	static const struct step full[] = {
		GUARD, IDENTIFY(clean), KEEP("expect", "changed"),
		{ .kind = STEP_JOURNAL, .key = "password", .result = -EIO },
		END };
	struct scripted s;

	(void)state;
	begins_nothing(guarded, -ESTALE);
	begins_nothing(is_frozen, -EPERM);
	begins_nothing(is_expired, -EACCES);
	begins_nothing(is_locked, -EACCES);
	begins_nothing(damaged, -EPROTO);
	begins_nothing(full, -EIO);
	/* No journal at all. */
	scripted_begin(&s, is_locked);
	s.run.journal = NULL;
	s.at = (const struct step[]){ GUARD, IDENTIFY(clean), END };
	assert_int_equal((ENHANCED)->start(&s.run, NULL), -EINVAL);
	scripted_end(&s);
	(ENHANCED)->finish(&s.run);
}

static void refuses_usb_unless_allowed(void **state)
{
	static const struct step refused[] = { GUARD, END };
	static const struct step allowed[] = { GUARD, IDENTIFY(frozen), END };
	static const struct step probed[] = { IDENTIFY(clean), END };
	struct haiki_method_support support;
	struct scripted s;

	(void)state;
	scripted_begin(&s, refused);
	s.drive.bus = HAIKI_BUS_USB;
	assert_int_equal((ENHANCED)->start(&s.run, NULL), -EPERM);
	scripted_end(&s);
	scripted_begin(&s, allowed);
	s.drive.bus = HAIKI_BUS_USB;
	s.options.allow_usb_security = true;
	assert_int_equal((ENHANCED)->start(&s.run, NULL), -EPERM);
	scripted_end(&s);
	scripted_begin(&s, probed);
	s.drive.bus = HAIKI_BUS_USB;
	(ENHANCED)->probe(&s.run, &support);
	assert_int_equal(support.support, HAIKI_SUPPORT_LOCKED);
	assert_non_null(strstr(support.reason, "--allow-usb-security"));
	s.at = probed;
	s.options.allow_usb_security = true;
	(ENHANCED)->probe(&s.run, &support);
	assert_int_equal(support.support, HAIKI_SUPPORTED);
}

static void probes(void **state)
{
	static const struct {
		const uint8_t *data;
		enum haiki_support enhanced, normal;
	} cases[] = {
		{ clean, HAIKI_SUPPORTED, HAIKI_SUPPORTED },
		{ set, HAIKI_SUPPORTED, HAIKI_SUPPORTED },
		{ plain, HAIKI_SUPPORT_UNSUPPORTED, HAIKI_SUPPORTED },
		{ none, HAIKI_SUPPORT_UNSUPPORTED, HAIKI_SUPPORT_UNSUPPORTED },
		{ frozen, HAIKI_SUPPORT_FROZEN, HAIKI_SUPPORT_FROZEN },
		{ locked, HAIKI_SUPPORT_LOCKED, HAIKI_SUPPORT_LOCKED },
		{ expired, HAIKI_SUPPORT_LOCKED, HAIKI_SUPPORT_LOCKED },
		{ rubbish, HAIKI_SUPPORT_UNKNOWN, HAIKI_SUPPORT_UNKNOWN },
	};
	struct haiki_method_support support;
	struct scripted s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct step steps[] = {
			IDENTIFY(cases[i].data), IDENTIFY(cases[i].data),
			IDENTIFY(cases[i].data), END };

		scripted_begin(&s, steps);
		s.run.token = NULL;
		(ENHANCED)->probe(&s.run, &support);
		assert_int_equal(support.support, cases[i].enhanced);
		assert_int_equal(support.method,
				 HAIKI_ATA_SECURITY_ERASE_ENHANCED);
		assert_int_equal(!support.reason[0],
				 support.support == HAIKI_SUPPORTED);
		s.at = steps;
		(NORMAL)->probe(&s.run, &support);
		assert_int_equal(support.support, cases[i].normal);
	}
	scripted_begin(&s, (const struct step[]){ IDENTIFY(clean),
						  IDENTIFY(clean), END });
	(ENHANCED)->probe(&s.run, &support);
	assert_int_equal(support.seconds, 80 * 60);
	(NORMAL)->probe(&s.run, &support);
	assert_int_equal(support.seconds, 60 * 60);
	scripted_end(&s);
}

static void probes_only_ata(void **state)
{
	static const struct step refused[] = {
		{ .kind = STEP_ATA, .opcode = 0xEC, .result = -EOPNOTSUPP },
		END };
	static const struct step quiet[] = { END };
	struct haiki_method_support support;
	struct scripted s;

	(void)state;
	scripted_begin(&s, refused);
	s.drive.bus = HAIKI_BUS_SCSI;
	(ENHANCED)->probe(&s.run, &support);
	assert_int_equal(support.support, HAIKI_SUPPORT_UNSUPPORTED);
	scripted_begin(&s, quiet);
	s.drive.bus = HAIKI_BUS_NVME;
	(ENHANCED)->probe(&s.run, &support);
	assert_int_equal(support.support, HAIKI_SUPPORT_UNSUPPORTED);
}

/* `steps` from ERASE PREPARE on; the outcome that poll must come to. */
static void ends_as(const struct step *tail, size_t count,
		    enum haiki_outcome outcome)
{
	struct step steps[32] = { BEGIN };
	struct method_progress p;
	struct scripted s;

	memcpy(steps + 7, tail, count * sizeof(*tail));
	scripted_begin(&s, steps);
	assert_int_equal((ENHANCED)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, ENHANCED, &p), 0);
	assert_int_equal(p.outcome, outcome);
	assert_true(p.detail[0]);
	scripted_end(&s);
	(ENHANCED)->finish(&s.run);
}

#define ENDS_AS(outcome, ...) do { \
		static const struct step tail_[] = { __VA_ARGS__, END }; \
		ends_as(tail_, ARRAY_SIZE(tail_), outcome); \
	} while (0)

static void believes_no_liar(void **state)
{
	(void)state;
	/* Success, and the password is still there. */
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, PREPARE, ERASE, IDENTIFY(set));
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, PREPARE, ERASE, IDENTIFY(locked));
	/* No registers came back, or nothing but zeros. */
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, PREPARE,
		{ .kind = STEP_ATA, .opcode = 0xF4, .silent = true });
	/* It said busy for ever. */
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, PREPARE,
		{ .kind = STEP_ATA, .opcode = 0xF4, .status = 0x80 });
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, PREPARE,
		{ .kind = STEP_ATA, .opcode = 0xF4, .result = -ETIMEDOUT });
}

static void tells_failures(void **state)
{
	(void)state;
	/* A device fault; an abort is tried once more. */
	ENDS_AS(HAIKI_OUTCOME_FAILED, PREPARE,
		{ .kind = STEP_ATA, .opcode = 0xF4, .status = 0x71,
		  .error = 0x10 });
	ENDS_AS(HAIKI_OUTCOME_FAILED, PREPARE, ABORT(0xF4), PREPARE,
		ABORT(0xF4));
	ENDS_AS(HAIKI_OUTCOME_FAILED, ABORT(0xF3), ABORT(0xF3));
	/* Another program's command came in between. */
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, PREPARE, ABORT(0xF4), PREPARE, ERASE,
		IDENTIFY(clean), KEEP("password", "cleared"));
}

static void tells_a_drive_that_is_gone(void **state)
{
	static const struct step steps[] = {
		BEGIN, PREPARE,
		{ .kind = STEP_ATA, .opcode = 0xF4, .result = -ENODEV }, END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	assert_int_equal((ENHANCED)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, ENHANCED, &p), -ENODEV);
	(ENHANCED)->finish(&s.run);
}

static void looks_again_when_word_128_could_not_be_read(void **state)
{
	static const struct step steps[] = {
		BEGIN, PREPARE, ERASE, IDENTIFY(rubbish), IDENTIFY(rubbish),
		IDENTIFY(rubbish), IDENTIFY(clean), KEEP("password", "cleared"),
		END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	assert_int_equal((ENHANCED)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, ENHANCED, &p), -EPROTO);
	assert_int_equal(scripted_follow(&s, ENHANCED, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	scripted_end(&s);
	(ENHANCED)->finish(&s.run);
}

static void does_not_erase_when_the_password_did_not_take(void **state)
{
	static const struct step refused[] = {
		GUARD, IDENTIFY(clean), KEEP("expect", "changed"),
		KEEP("password", "setting"), ABORT(0xF1), END };
	static const struct step ignored[] = {
		GUARD, IDENTIFY(clean), KEEP("expect", "changed"),
		KEEP("password", "setting"), SET_PASSWORD, IDENTIFY(clean),
		END };

	(void)state;
	begins_nothing(refused, -EIO);
	begins_nothing(ignored, -EIO);
}

/* --- recover ----------------------------------------------------------------*/

static void recovers(const struct step *steps, const char *password, int code)
{
	struct scripted s;

	scripted_begin(&s, steps);
	s.options.unlock_password = password;
	assert_int_equal((ENHANCED)->recover(&s.run, NULL), code);
	scripted_end(&s);
	/* The same without a journal: it's known by heart. */
	scripted_begin(&s, steps);
	s.options.unlock_password = password;
	s.run.journal = NULL;
	if (code == 0) {
		struct step shorter[16];
		size_t n = 0;

		for (; steps[n].kind != STEP_END; n++)
			shorter[n] = steps[n];
		shorter[n - 1] = steps[n];      /* drop the journal's line */
		s.at = shorter;
		assert_int_equal((ENHANCED)->recover(&s.run, NULL), 0);
		scripted_end(&s);
	} else {
		assert_int_equal((ENHANCED)->recover(&s.run, NULL), code);
		scripted_end(&s);
	}
}

static void brings_the_drive_back(void **state)
{
	static const struct step nothing[] = {
		IDENTIFY(clean), KEEP("password", "cleared"), END };
	static const struct step enabled[] = {
		IDENTIFY(set), DISABLE, IDENTIFY(clean),
		KEEP("password", "cleared"), END };
	static const struct step is_locked[] = {
		IDENTIFY(locked), UNLOCK, IDENTIFY(set), DISABLE,
		IDENTIFY(clean), KEEP("password", "cleared"), END };
	static const struct step none_at_all[] = {
		IDENTIFY(none), KEEP("password", "cleared"), END };

	(void)state;
	recovers(nothing, NULL, 0);
	recovers(enabled, NULL, 0);
	recovers(is_locked, NULL, 0);
	recovers(none_at_all, NULL, 0);
}

static void tries_the_given_password_second(void **state)
{
	static const struct step steps[] = {
		IDENTIFY(locked), ABORT(0xF2), IDENTIFY(locked),
		{ .kind = STEP_ATA, .opcode = 0xF2, .check = is_given },
		IDENTIFY(foreign), ABORT(0xF6), IDENTIFY(foreign),
		{ .kind = STEP_ATA, .opcode = 0xF6, .check = is_given },
		IDENTIFY(clean), KEEP("password", "cleared"), END };

	(void)state;
	recovers(steps, "open sesame", 0);
}

static void tells_what_it_cannot_bring_back(void **state)
{
	static const struct step foreign_lock[] = {
		IDENTIFY(locked), ABORT(0xF2), IDENTIFY(locked), END };
	static const struct step foreign_password[] = {
		IDENTIFY(set), ABORT(0xF6), IDENTIFY(set), END };
	static const struct step is_expired[] = { IDENTIFY(expired), END };
	static uint8_t frozen_set[ATA_SECTOR];
	static const struct step is_frozen[] = { IDENTIFY(frozen_set), END };
	struct identity want = { .w128 = 0x002B };

	(void)state;
	identify_data(&want, frozen_set);
	recovers(foreign_lock, NULL, -EACCES);
	recovers(foreign_password, NULL, -EACCES);
	recovers(is_expired, NULL, -EACCES);
	recovers(is_frozen, NULL, -EPERM);
}

/* Power failed during the erase, and the drive allows nothing but the erase
 * again: the password is ours, so it's begun anew without setting it. */
static void erases_again_when_locked_by_its_own_password(void **state)
{
	static const struct step first[] = {
		BEGIN, PREPARE,
		{ .kind = STEP_ATA, .opcode = 0xF4, .result = -ENODEV }, END };
	static const struct step second[] = {
		IDENTIFY(locked), ABORT(0xF2), IDENTIFY(locked),
		IDENTIFY(locked),                       /* prepare() */
		GUARD, IDENTIFY(locked), KEEP("expect", "changed"),
		KEEP("password", "erasing"), PREPARE, ERASE, IDENTIFY(clean),
		KEEP("password", "cleared"), END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, first);
	assert_int_equal((ENHANCED)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, ENHANCED, &p), -ENODEV);
	scripted_end(&s);
	(ENHANCED)->finish(&s.run);
	scripted_again(&s, second);
	assert_int_equal((ENHANCED)->recover(&s.run, NULL), -EACCES);
	assert_int_equal((ENHANCED)->prepare(&s.run, NULL), 0);
	assert_int_equal((ENHANCED)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, ENHANCED, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	scripted_end(&s);
	(ENHANCED)->finish(&s.run);
}

static void unlocks_by_the_given_password_first(void **state)
{
	static const struct step steps[] = {
		IDENTIFY(locked),
		{ .kind = STEP_ATA, .opcode = 0xF2, .check = is_given },
		IDENTIFY(set), END };
	static const struct step wrong[] = {
		IDENTIFY(locked),
		{ .kind = STEP_ATA, .opcode = 0xF2, .check = is_given,
		  .status = 0x51, .error = 4 }, END };
	static const struct step without[] = { IDENTIFY(locked), END };
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	s.options.unlock_password = "open sesame";
	assert_int_equal((ENHANCED)->prepare(&s.run, NULL), 0);
	scripted_end(&s);
	scripted_begin(&s, wrong);
	s.options.unlock_password = "open sesame";
	assert_int_equal((ENHANCED)->prepare(&s.run, NULL), -EIO);
	scripted_end(&s);
	scripted_begin(&s, without);
	assert_int_equal((ENHANCED)->prepare(&s.run, NULL), -EACCES);
	scripted_end(&s);
}

static void waits_long_enough(void **state)
{
	struct ata_identify id = { .erase_normal = { true, false, 60 },
				   .erase_enhanced = { true, true, 508 } };
	struct scripted s;

	(void)state;
	scripted_begin(&s, NULL);
	/* 2 x estimate + 60 min. */
	assert_int_equal(erase_timeout(&s.run, &id, false),
			 (2 * 60 + 60) * 60 * 1000);
	/* "More than 508 min": 8 TB at 40 MB/s is. */
	s.drive.size_bytes = UINT64_C(8000000000000);
	assert_true(erase_timeout(&s.run, &id, true) >=
		    (2u * 3333 + 60) * 60 * 1000);
	id.erase_normal.known = false;
	id.erase_normal.minutes = 0;
	assert_true(erase_timeout(&s.run, &id, false) >=
		    (2u * 3333 + 60) * 60 * 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(erases),
		cmocka_unit_test(erases_normally),
		cmocka_unit_test(sends_nothing_without_permission_or_journal),
		cmocka_unit_test(refuses_usb_unless_allowed),
		cmocka_unit_test(probes),
		cmocka_unit_test(probes_only_ata),
		cmocka_unit_test(believes_no_liar),
		cmocka_unit_test(tells_failures),
		cmocka_unit_test(tells_a_drive_that_is_gone),
		cmocka_unit_test(looks_again_when_word_128_could_not_be_read),
		cmocka_unit_test(does_not_erase_when_the_password_did_not_take),
		cmocka_unit_test(brings_the_drive_back),
		cmocka_unit_test(tries_the_given_password_second),
		cmocka_unit_test(tells_what_it_cannot_bring_back),
		cmocka_unit_test(erases_again_when_locked_by_its_own_password),
		cmocka_unit_test(unlocks_by_the_given_password_first),
		cmocka_unit_test(waits_long_enough),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
