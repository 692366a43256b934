/* SPDX-License-Identifier: Apache-2.0 */
/* The way through the screens: what each key does, and above all doesn't do. */
#include "ui/screen/fixture.h"

#include <haiki/key.h>
#include <haiki/verify.h>

#define TWO "{\"drives\":[" \
	"{\"kind\":\"ata-hdd\",\"serial\":\"AAAA-1111\",\"size_mib\":16}," \
	"{\"kind\":\"ata-hdd\",\"serial\":\"BBBB-2222\",\"size_mib\":16}]}"
#define SYSTEM "{\"drives\":[" \
	"{\"kind\":\"ata-hdd\",\"serial\":\"BOOT-STICK\",\"size_mib\":16,\"system\":true}," \
	"{\"kind\":\"ata-hdd\",\"serial\":\"IN-USE\",\"size_mib\":16,\"in_use\":[\"mounted on /srv\"]}]}"
#define SLOW "{\"drives\":[" \
	"{\"kind\":\"ata-hdd\",\"serial\":\"SLOW-0001\",\"size_mib\":16,\"security\":\"none\",\"faults\":{\"slow_mib_s\":1}}]}"

/* A tired hand on Enter gets through the questions, and no further. */
static void enter_alone_destroys_nothing(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	snprintf(session->fields[FIELD_OPERATOR], FIELD_SIZE, "福岡太郎");
	presses(session, INPUT_ENTER, 100);
	assert_at(session, SCREEN_DRIVES);
	assert_sees(session, "No drive is chosen");
	type(session, " ");
	presses(session, INPUT_ENTER, 100);
	assert_at(session, SCREEN_CONFIRM);
	type(session, "1111");
	presses(session, INPUT_ENTER, 100);
	assert_at(session, SCREEN_BEGIN);
	assert_sees(session, "Enter alone erases nothing");
	assert_null(session->runner);
	assert_int_equal(access(s.out, F_OK), -1);
	stand_up(&s);
}

static void only_f9_on_the_last_screen_begins(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	go_to_begin(session, "1111");
	for (int id = 0; id < SCREEN_BEGIN; id++) {
		session->at = (enum screen_id)id;
		presses(session, INPUT_F9, 3);
		assert_null(session->runner);
	}
	session->at = SCREEN_BEGIN;
	for (uint32_t c = ' '; c < 0x7f; c++) {
		flow_key(session, &(struct input){ INPUT_CHAR, c });
		session->overlay = OVERLAY_NONE;
	}
	assert_null(session->runner);
	assert_int_equal(access(s.out, F_OK), -1);
	press(session, INPUT_F9);
	assert_at(session, SCREEN_PROGRESS);
	wait_for_the_end(session);
	stand_up(&s);
}

static void a_wrong_serial_number_confirms_nothing(void **state)
{
	static const char *const wrong[] = {
		"", "2222", "111", "11111", "aaaa-1111", " 1111", "AAAA-1112",
		"1111 ",
	};
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	go_to_drives(session);
	type(session, " ");
	press(session, INPUT_ENTER);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		type(session, wrong[i]);
		press(session, INPUT_ENTER);
		assert_at(session, SCREEN_CONFIRM);
		assert_false(session->choices[0].confirmed);
		assert_string_equal(session->fields[FIELD_SERIAL], "");
	}
	press(session, INPUT_F9);
	assert_null(session->runner);
	type(session, "1111");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_BEGIN);
	stand_up(&s);
}

static void a_scanner_confirms_in_any_order(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	go_to_drives(session);
	type(session, " ");
	press(session, INPUT_DOWN);
	type(session, " ");
	press(session, INPUT_ENTER);
	assert_sees(session, "Drive 1 of 2");
	/* The end of another drive's number isn't enough, the whole is. */
	type(session, "2222");
	press(session, INPUT_ENTER);
	assert_false(session->choices[1].confirmed);
	type(session, "BBBB-2222");
	press(session, INPUT_ENTER);
	assert_true(session->choices[1].confirmed);
	assert_false(session->choices[0].confirmed);
	type(session, "AAAA-1111");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_BEGIN);
	stand_up(&s);
}

static void going_back_loses_nothing(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	go_to_begin(session, "1111");
	for (int i = 0; i < 20 && session->at != SCREEN_MENU; i++)
		press(session, INPUT_ESCAPE);
	assert_at(session, SCREEN_MENU);
	press(session, INPUT_ESCAPE);
	assert_at(session, SCREEN_MENU);
	presses(session, INPUT_ENTER, 3);
	assert_at(session, SCREEN_WHO);
	assert_sees(session, "福岡太郎");
	assert_string_equal(session->cls->id, "kimitsu2");
	presses(session, INPUT_ENTER, 12);
	/* The clock was confirmed, and isn't asked for again. */
	assert_at(session, SCREEN_DRIVES);
	assert_true(session->choices[0].chosen);
	assert_true(session->choices[0].confirmed);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_BEGIN);
	stand_up(&s);
}

static void a_mark_taken_away_takes_the_confirmation_with_it(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	go_to_begin(session, "1111");
	press(session, INPUT_ESCAPE);
	assert_at(session, SCREEN_DRIVES);
	type(session, "  ");
	assert_true(session->choices[0].chosen);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_CONFIRM);
	stand_up(&s);
}

/* The drive was pulled, and another one stands in its place. */
static void another_drive_in_its_place_is_asked_for_again(void **state)
{
	static const char others[] = "{\"drives\":["
		"{\"kind\":\"ata-hdd\",\"serial\":\"CCCC-1111\",\"size_mib\":16}]}";
	SCRATCH(directory);
	struct sitting s;
	struct session *session;
	struct haiki_error err = { 0 };

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	go_to_begin(session, "1111");
	put_file(s.practice, others, strlen(others));
	assert_int_equal(session_open_host(session, &err), 0);
	press(session, INPUT_F9);
	assert_null(session->runner);
	press(session, INPUT_ESCAPE);
	assert_at(session, SCREEN_DRIVES);
	assert_false(session->choices[0].chosen);
	stand_up(&s);
}

static void what_is_in_use_can_not_be_chosen(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, SYSTEM);
	session = s.session;
	go_to_drives(session);
	type(session, " ");
	assert_false(session->choices[0].chosen);
	assert_sees(session, "runs from");
	press(session, INPUT_DOWN);
	type(session, " ");
	assert_false(session->choices[1].chosen);
	assert_sees(session, "in use");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_DRIVES);
	stand_up(&s);
}

static void letters_are_typed_where_there_are_fields(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	type(session, "l");
	assert_string_equal(session->language, "ja");
	assert_sees(session, "何をしますか");
	type(session, "L");
	assert_string_equal(session->language, "en");
	presses(session, INPUT_ENTER, 3);
	assert_at(session, SCREEN_WHO);
	type(session, "Lola?");
	assert_string_equal(session->fields[FIELD_OPERATOR], "Lola?");
	press(session, INPUT_F2);
	assert_string_equal(session->language, "ja");
	assert_sees(session, "Lola?");
	press(session, INPUT_F1);
	assert_int_equal(session->overlay, OVERLAY_HELP);
	press(session, INPUT_ESCAPE);
	assert_at(session, SCREEN_WHO);
	assert_sees(session, "Lola?");
	stand_up(&s);
}

static void ctrl_c_asks(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	presses(session, INPUT_ENTER, 3);
	type(session, "Taro");
	press(session, INPUT_INTERRUPT);
	assert_sees(session, "Leave haiki?");
	press(session, INPUT_INTERRUPT);
	assert_sees(session, "Leave haiki?");
	press(session, INPUT_ENTER);
	assert_false(session->leave);
	assert_sees(session, "Taro");
	press(session, INPUT_INTERRUPT);
	type(session, "n");
	assert_false(session->leave);
	press(session, INPUT_INTERRUPT);
	type(session, "y");
	assert_true(session->leave);
	stand_up(&s);
}

static void answers_that_are_needed_are_asked_for(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	presses(session, INPUT_ENTER, 3);
	presses(session, INPUT_ENTER, 6);
	assert_at(session, SCREEN_WHO);
	assert_sees(session, "Who erases? The record needs a name.");
	type(session, "Taro");
	presses(session, INPUT_ENTER, 6);
	assert_at(session, SCREEN_PERMISSION);
	presses(session, INPUT_DOWN, 2);
	type(session, "2026-02-30");
	presses(session, INPUT_ENTER, 4);
	assert_at(session, SCREEN_PERMISSION);
	assert_sees(session, "is no date");
	assert_int_equal(session->entry, 2);
	presses(session, INPUT_BACKSPACE, 2);
	type(session, "28");
	presses(session, INPUT_ENTER, 4);
	assert_at(session, SCREEN_CLOCK);
	stand_up(&s);
}

static const char *class_that_wants_permission(struct session *session)
{
	for (size_t i = 0; i < session->policies_count; i++) {
		const struct haiki_policy *p = session->policies[i];

		for (size_t j = 0; j < haiki_policy_class_count(p); j++) {
			struct haiki_job_options options = {
				.policy = p, .operator_name = "Taro",
				.cls = haiki_policy_class(p, j),
			};

			if (haiki_job_check(&options, NULL) == 0)
				continue;
			session->choice[SCREEN_BODY] = i;
			session->choice[SCREEN_CLASS] = j;
			return options.cls->id;
		}
	}
	return NULL;
}

static void no_way_on_without_the_permission_that_rules_demand(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;
	const char *id;

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	id = class_that_wants_permission(session);
	assert_non_null(id);
	presses(session, INPUT_ENTER, 3);
	assert_string_equal(session->cls->id, id);
	type(session, "Taro");
	presses(session, INPUT_ENTER, 6);
	presses(session, INPUT_ENTER, 6);
	assert_at(session, SCREEN_PERMISSION);
	assert_sees(session, "before anything is erased");
	press(session, INPUT_DOWN);
	type(session, "Kacho");
	presses(session, INPUT_ENTER, 6);
	assert_at(session, SCREEN_CLOCK);
	stand_up(&s);
}

static void a_run_ends_in_a_record_that_verifies(void **state)
{
	struct haiki_verify_options options = { 0 };
	SCRATCH(directory);
	struct sitting s;
	struct session *session;
	struct haiki_report report;
	char ca[PATH_MAX + 16];

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	go_to_begin(session, "1111");
	press(session, INPUT_F9);
	wait_for_the_end(session);
	assert_sees(session, "[OK] CONFORMING: 1");
	assert_int_equal(session->exit_code, 0);
	snprintf(ca, sizeof(ca), "%s/stick.crt", s.out);
	options.ca_file = ca;
	assert_int_equal(haiki_verify(session->targets[0].certificate, &options,
				      &report, NULL), 0);
	assert_true(report.genuine);
	assert_true(report.sufficient);
	assert_true(report.training);
	/* The next machine has other drives; the answers stay. */
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_AFTER);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_WHO);
	assert_sees(session, "福岡太郎");
	assert_int_equal(session->outcomes_count, 0);
	presses(session, INPUT_ENTER, 12);
	assert_at(session, SCREEN_DRIVES);
	assert_false(session->choices[0].chosen);
	stand_up(&s);
}

static void the_record_says_that_the_clock_was_confirmed(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;
	json_t *record;

	(void)state;
	sit_down(&s, directory, TWO);
	session = s.session;
	go_to_begin(session, "1111");
	press(session, INPUT_F9);
	wait_for_the_end(session);
	record = json_load_file(session->targets[0].certificate, 0, NULL);
	assert_non_null(record);
	assert_non_null(strstr(json_string_value(json_object_get(
		json_object_get(record, "clock"), "source")),
		"found right by the operator"));
	json_decref(record);
	stand_up(&s);
}

static void what_was_stopped_goes_on_later(void **state)
{
	SCRATCH(directory);
	char hurry[PATH_MAX + 32];
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, SLOW);
	session = s.session;
	go_to_begin(session, "0001");
	press(session, INPUT_F9);
	assert_at(session, SCREEN_PROGRESS);
	for (int i = 0; i < 10000 && !session->outcomes[0].progress.bytes; i++) {
		press(session, INPUT_TICK);
		usleep(10000);
	}
	press(session, INPUT_ESCAPE);
	assert_sees(session, "Stop them?");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_PROGRESS);
	press(session, INPUT_INTERRUPT);
	type(session, "y");
	assert_sees(session, "Stopping");
	wait_for_the_end(session);
	assert_sees(session, "INTERRUPTED: 1");
	assert_int_equal(session->exit_code, 4);
	stand_up(&s);

	/* Another day, another start of the program. */
	assert_int_equal(session_new(&s.setup, &s.session, NULL), 0);
	session = s.session;
	flow_go(session, SCREEN_MENU);
	/* It's offered before anything else. */
	assert_sees(session, "Interrupted erases were found: 1");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_RESUME);
	assert_sees(session, "SLOW-0001");
	assert_sees(session, "福岡太郎");
	assert_sees(session, "Fukuoka Prefecture: information security");
	assert_sees(session, "Confidentiality 2");
	assert_not_seen(session, "kimitsu2");
	speak(session, "ja");
	assert_sees(session, "実施者        福岡太郎");
	speak(session, "en");
	assert_shows_well(session);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_CLOCK);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_BEGIN);
	assert_shows_well(session);
	snprintf(hurry, sizeof(hurry), "%s.d/SLOW-0001.hurry", s.practice);
	put_file(hurry, "", 0);
	press(session, INPUT_F9);
	wait_for_the_end(session);
	assert_sees(session, "CONFORMING: 1");
	presses(session, INPUT_ENTER, 1);
	presses(session, INPUT_DOWN, 2);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_MENU);
	assert_not_seen(session, "Interrupted");
	stand_up(&s);
}

static void a_witness_signs(void **state)
{
	SCRATCH(directory);
	IN(keys, directory, "keys");
	const struct haiki_keygen keygen = {
		.name = "立会花子", .organisation = "福岡県",
		.directory = keys, .ca = true, .passphrase = "a passphrase",
	};
	struct sitting s;
	struct session *session;

	(void)state;
	assert_int_equal(haiki_keygen(&keygen, NULL), 0);
	sit_down(&s, directory, TWO);
	session = s.session;
	snprintf(session->fields[FIELD_WITNESS], FIELD_SIZE, "立会花子");
	go_to_begin(session, "1111");
	press(session, INPUT_F9);
	wait_for_the_end(session);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_WITNESS);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_SIGN);
	snprintf(session->fields[FIELD_SIGN_KEY], FIELD_SIZE,
		 "%.200s/operator.key", keys);
	snprintf(session->fields[FIELD_SIGN_CERT], FIELD_SIZE,
		 "%.200s/operator.crt", keys);
	presses(session, INPUT_ENTER, 2);
	type(session, "wrong");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_SIGN);
	assert_false(session->outcomes[0].cosigned);
	assert_string_equal(session->fields[FIELD_SIGN_PASSPHRASE], "");
	type(session, "a passphrase");
	assert_not_seen(session, "a passphrase");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_AFTER);
	assert_sees(session, "signed 1 records");
	assert_int_equal(session->outcomes[0].report->signatures_count, 2);
	stand_up(&s);
}

static void training_has_drives_and_a_place_of_its_own(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;
	char before[PATH_MAX];

	(void)state;
	setenv("TMPDIR", directory, 1);
	sit_down(&s, directory, TWO);
	stand_up(&s);
	/* As on a real machine, whose drives aren't looked at here. */
	s.setup.simulate = NULL;
	assert_int_equal(session_new(&s.setup, &s.session, NULL), 0);
	session = s.session;
	flow_go(session, SCREEN_MENU);
	assert_not_seen(session, "TRAINING");
	type(session, "2");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_BODY);
	assert_sees(session, "TRAINING");
	snprintf(before, sizeof(before), "%s", session_out(session));
	assert_string_not_equal(before, s.out);
	press(session, INPUT_ESCAPE);
	assert_at(session, SCREEN_MENU);
	go_to_begin(session, "DD-1");
	stand_up(&s);
	unsetenv("TMPDIR");
}

/* --- the live image --------------------------------------------------------- */

static void the_live_image_wants_its_stick(void **state)
{
	SCRATCH(directory);
	IN(data, directory, "data.state");
	IN(clock, directory, "clock");
	IN(next, directory, "next");
	IN(mirror, directory, "mirror.state");
	IN(copy, directory, "copy");
	struct sitting s;
	struct session *session;
	char line[32] = "";
	FILE *f;

	(void)state;
	sit_down(&s, directory, TWO);
	stand_up(&s);
	put_file(clock, "rtc-wrong\n", 10);
	s.setup.live = directory;
	s.setup.mirror = copy;
	assert_int_equal(session_new(&s.setup, &s.session, NULL), 0);
	session = s.session;
	flow_go(session, SCREEN_MENU);
	assert_sees(session, "HAIKI-DATA) is missing");
	assert_shows_well(session);
	presses(session, INPUT_ENTER, 3);
	type(session, "Taro");
	presses(session, INPUT_ENTER, 12);
	assert_at(session, SCREEN_CLOCK);
	assert_sees(session, "WRONG");
	assert_shows_well(session);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_DRIVES);
	type(session, " ");
	press(session, INPUT_ENTER);
	put_file(mirror, "missing\n", 8);
	type(session, "1111");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_BEGIN);
	assert_sees(session, "HAIKI-COPY) is missing");
	assert_shows_well(session);
	put_file(data, "full sdb1\n", 10);
	press(session, INPUT_F9);
	assert_null(session->runner);
	assert_sees(session, "is full");
	assert_int_equal(access(s.out, F_OK), -1);
	put_file(data, "readonly sdb1\n", 14);
	press(session, INPUT_F9);
	assert_null(session->runner);
	put_file(data, "ok sdb1 58\n", 11);
	press(session, INPUT_F9);
	assert_at(session, SCREEN_PROGRESS);
	wait_for_the_end(session);
	press(session, INPUT_ENTER);
	press(session, INPUT_END);
	assert_sees(session, "Switch off");
	press(session, INPUT_ENTER);
	assert_true(session->leave);
	f = fopen(next, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	fclose(f);
	assert_string_equal(line, "poweroff\n");
	stand_up(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enter_alone_destroys_nothing),
		cmocka_unit_test(only_f9_on_the_last_screen_begins),
		cmocka_unit_test(a_wrong_serial_number_confirms_nothing),
		cmocka_unit_test(a_scanner_confirms_in_any_order),
		cmocka_unit_test(going_back_loses_nothing),
		cmocka_unit_test(a_mark_taken_away_takes_the_confirmation_with_it),
		cmocka_unit_test(another_drive_in_its_place_is_asked_for_again),
		cmocka_unit_test(what_is_in_use_can_not_be_chosen),
		cmocka_unit_test(letters_are_typed_where_there_are_fields),
		cmocka_unit_test(ctrl_c_asks),
		cmocka_unit_test(answers_that_are_needed_are_asked_for),
		cmocka_unit_test(no_way_on_without_the_permission_that_rules_demand),
		cmocka_unit_test(a_run_ends_in_a_record_that_verifies),
		cmocka_unit_test(the_record_says_that_the_clock_was_confirmed),
		cmocka_unit_test(what_was_stopped_goes_on_later),
		cmocka_unit_test(a_witness_signs),
		cmocka_unit_test(training_has_drives_and_a_place_of_its_own),
		cmocka_unit_test(the_live_image_wants_its_stick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
