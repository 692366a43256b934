/* SPDX-License-Identifier: Apache-2.0 */
/* Every screen, in both languages and several sizes: nothing is cut, nothing
 * lies over something else. HAIKI_SHOW=1 prints them. */
#include "ui/screen/fixture.h"

#include <errno.h>

#include "base/error.h"

#define DRIVES "{\"drives\":[" \
	"{\"kind\":\"ata-hdd\",\"serial\":\"WD-WCC4E0123456\",\"model\":\"WDC WD10EZEX-08WN4A0\",\"size_mib\":16,\"hpa_sectors\":2048,\"contents\":\"2 partitions: ntfs \\\"Windows\\\", ntfs\"}," \
	"{\"kind\":\"ata-ssd\",\"serial\":\"S4EVNX0M123456\",\"model\":\"Samsung SSD 860 PRO 256GB\",\"size_mib\":16,\"faults\":{\"frozen\":true}}," \
	"{\"kind\":\"ata-ssd\",\"serial\":\"LOCKED-0002\",\"model\":\"Locked SSD\",\"size_mib\":16,\"password\":\"secret\"}," \
	"{\"kind\":\"ata-hdd\",\"serial\":\"SYSTEM-0001\",\"model\":\"System disk\",\"size_mib\":16,\"system\":true,\"in_use\":[\"mounted on /\"]}," \
	"{\"kind\":\"ata-hdd\",\"serial\":\"Z1Z2Z3Z4\",\"model\":\"ST1000NX0453\",\"size_mib\":16,\"bridge\":\"raid\"}," \
	"{\"kind\":\"nvme\",\"serial\":\"PHNE123400AB256B\",\"model\":\"INTEL SSDPEKKW256G8\",\"size_mib\":16,\"sanitize\":[\"block\",\"crypto\"],\"encrypts\":true}," \
	"{\"kind\":\"usb-stick\",\"serial\":\"4C530001230101112223\",\"model\":\"SanDisk Ultra\",\"size_mib\":16,\"removable\":true}," \
	"{\"kind\":\"ata-hdd\",\"serial\":\"READONLY-1\",\"model\":\"A model name longer than any column is here\",\"size_mib\":16,\"read_only\":true}" \
	"]}"

static void questions_fit(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, DRIVES);
	session = s.session;
	assert_shows_well(session);
	press(session, INPUT_ENTER);
	for (size_t i = 0; i < session->policies_count; i++) {
		assert_at(session, SCREEN_BODY);
		session->choice[SCREEN_BODY] = i;
		assert_shows_well(session);
		press(session, INPUT_ENTER);
		assert_at(session, SCREEN_CLASS);
		for (size_t j = 0; j < haiki_policy_class_count(session->policy);
		     j++) {
			session->choice[SCREEN_CLASS] = j;
			assert_shows_well(session);
		}
		press(session, INPUT_ESCAPE);
	}
	stand_up(&s);
}

static void forms_fit(void **state)
{
	static const char *const long_text =
		"福岡県総務部行政経営企画課情報システム管理係長・廃棄担当者 福岡 太郎之助";
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, DRIVES);
	session = s.session;
	presses(session, INPUT_ENTER, 3);
	assert_at(session, SCREEN_WHO);
	for (int i = 0; i < 5; i++) {
		assert_shows_well(session);
		/* Nobody is his own witness. */
		if (session->entry == 1)
			type(session, "同 ");
		type(session, long_text);
		assert_shows_well(session);
		press(session, INPUT_HOME);
		assert_shows_well(session);
		press(session, INPUT_ENTER);
	}
	assert_shows_well(session);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_PERMISSION);
	for (int i = 0; i < 6; i++) {
		assert_shows_well(session);
		press(session, INPUT_DOWN);
	}
	presses(session, INPUT_ENTER, 6);
	assert_at(session, SCREEN_CLOCK);
	assert_shows_well(session);
	type(session, "c");
	assert_at(session, SCREEN_SET_CLOCK);
	assert_shows_well(session);
	stand_up(&s);
}

static void drives_fit(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, DRIVES);
	session = s.session;
	go_to_drives(session);
	assert_int_equal(session->drives_count, 8);
	for (size_t i = 0; i < session->drives_count; i++) {
		session->choice[SCREEN_DRIVES] = i;
		session->scroll[SCREEN_DRIVES] = 0;
		assert_shows_well(session);
		session->scroll[SCREEN_DRIVES] = 1000;
		assert_shows_well(session);
		type(session, " ");
		assert_shows_well(session);
	}
	type(session, "a");
	assert_at(session, SCREEN_DRIVE);
	assert_shows_well(session);
	press(session, INPUT_ESCAPE);
	type(session, "t");
	assert_at(session, SCREEN_THAW);
	assert_shows_well(session);
	press(session, INPUT_ESCAPE);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_CONFIRM);
	assert_shows_well(session);
	stand_up(&s);
}

/* Also what verify said of the record, which says it in one of them. */
static void judged_in_both_languages(struct session *session)
{
	session->rows = 60;
	speak(session, "ja");
	assert_sees(session, "個人の鍵による署名がなく");
	assert_not_seen(session, "no person's key signed");
	speak(session, "en");
	assert_sees(session, "no person's key signed");
	assert_not_seen(session, "個人の鍵による署名がなく");
	session->rows = 25;
}

static void a_run_fits(void **state)
{
	static const char drives[] = "{\"drives\":["
		"{\"kind\":\"ata-hdd\",\"serial\":\"GOOD-0001\",\"size_mib\":16},"
		"{\"kind\":\"ata-ssd\",\"serial\":\"LIAR-0002\",\"size_mib\":16,\"faults\":{\"erases\":\"nothing\",\"ignores_writes\":[[0,32768]]}}]}";
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, drives);
	session = s.session;
	snprintf(session->fields[FIELD_WITNESS], FIELD_SIZE, "立会花子");
	go_to_drives(session);
	type(session, " ");
	press(session, INPUT_DOWN);
	type(session, " ");
	press(session, INPUT_ENTER);
	type(session, "0001");
	press(session, INPUT_ENTER);
	type(session, "LIAR-0002");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_BEGIN);
	assert_shows_well(session);
	press(session, INPUT_F9);
	assert_at(session, SCREEN_PROGRESS);
	assert_shows_well(session);
	for (int i = 0; session->at == SCREEN_PROGRESS && i < 3000; i++) {
		struct pollfd fd = { .fd = runner_fd(session->runner),
				     .events = POLLIN };

		poll(&fd, 1, 10);
		press(session, INPUT_TICK);
		assert_fits(session, 25, 80);
	}
	assert_at(session, SCREEN_RESULT);
	for (size_t i = 0; i < 2; i++) {
		session->choice[SCREEN_RESULT] = i;
		assert_shows_well(session);
		type(session, "p");
		assert_at(session, SCREEN_PROOF);
		assert_shows_well(session);
		judged_in_both_languages(session);
		type(session, "q");
		assert_at(session, SCREEN_CODE);
		assert_shows_well(session);
		press(session, INPUT_ESCAPE);
		assert_at(session, SCREEN_RESULT);
	}
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_WITNESS);
	assert_shows_well(session);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_SIGN);
	assert_shows_well(session);
	press(session, INPUT_ESCAPE);
	press(session, INPUT_DOWN);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_AFTER);
	assert_shows_well(session);
	stand_up(&s);
}

/* What became of a drive, each way it can end. */
static void results_fit(void **state)
{
	static const struct {
		enum haiki_ending ending;
		enum haiki_result result;
		bool touched;
	} ends[] = {
		{ HAIKI_ENDING_RECORDED, HAIKI_CONFORMING, true },
		{ HAIKI_ENDING_RECORDED, HAIKI_DUTY, true },
		{ HAIKI_ENDING_RECORDED, HAIKI_NONCONFORMING, true },
		{ HAIKI_ENDING_RECORDED, HAIKI_INTERRUPTED, true },
		{ HAIKI_ENDING_INTERRUPTED, HAIKI_INTERRUPTED, true },
		{ HAIKI_ENDING_SURROUNDINGS, HAIKI_INTERRUPTED, true },
		{ HAIKI_ENDING_REFUSED, HAIKI_INTERRUPTED, false },
	};
	const size_t count = ARRAY_SIZE(ends);
	SCRATCH(directory);
	struct sitting s;
	struct session *session;

	(void)state;
	sit_down(&s, directory, DRIVES);
	session = s.session;
	go_to_drives(session);
	session->outcomes = calloc(count, sizeof(*session->outcomes));
	session->targets = calloc(count, sizeof(*session->targets));
	session->outcomes_count = count;
	for (size_t i = 0; i < count; i++) {
		struct drive_progress *p = &session->outcomes[i].progress;

		p->done = true;
		p->ending = ends[i].ending;
		p->result = ends[i].result;
		p->touched = ends[i].touched;
		session->targets[i].drive = &session->drives[i];
		session->targets[i].options = &session->choices[i].options;
		session->choice[SCREEN_RESULT] = i;
		session->choice[SCREEN_PROGRESS] = i;
	}
	flow_go(session, SCREEN_RESULT);
	assert_shows_well(session);
	flow_go(session, SCREEN_PROGRESS);
	assert_shows_well(session);
	flow_go(session, SCREEN_PROOF);
	assert_shows_well(session);
	stand_up(&s);
}

/* Also what the system says, on a machine without its translations. */
static void a_failure_is_told_in_both_languages(void **state)
{
	SCRATCH(directory);
	struct sitting s;
	struct session *session;
	struct haiki_job_target *target;
	struct drive_progress *p;

	(void)state;
	sit_down(&s, directory, DRIVES);
	session = s.session;
	go_to_drives(session);
	session->outcomes = calloc(1, sizeof(*session->outcomes));
	session->targets = calloc(1, sizeof(*session->targets));
	session->outcomes_count = 1;
	target = &session->targets[0];
	target->drive = &session->drives[0];
	target->options = &session->choices[0].options;
	p = &session->outcomes[0].progress;
	p->done = true;
	p->ending = HAIKI_ENDING_INTERRUPTED;
	flow_go(session, SCREEN_RESULT);
	speak(session, "ja");
	error_errno(&target->error, -EIO, N_("cannot write %s"), "x.journal");
	snprintf(p->message, sizeof(p->message), "%s", target->error.local);
	assert_sees(session, "x.journal に書き込めません: 入出力エラー");
	speak(session, "en");
	assert_sees(session, "cannot write x.journal: Input/output error");
	assert_not_seen(session, "書き込めません");
	stand_up(&s);
}

static void a_terminal_that_is_too_small_says_so(void **state)
{
	SCRATCH(directory);
	struct sitting s;

	(void)state;
	sit_down(&s, directory, NULL);
	s.session->rows = 23;
	s.session->columns = 60;
	assert_sees(s.session, "Too small");
	s.session->rows = 2;
	s.session->columns = 10;
	seen(s.session);
	s.session->rows = 24;
	s.session->columns = 80;
	assert_not_seen(s.session, "Too small");
	stand_up(&s);
}

/* Practice must never be mistaken for work. */
static void every_screen_says_that_it_is_training(void **state)
{
	SCRATCH(directory);
	struct sitting s;

	(void)state;
	sit_down(&s, directory, NULL);
	go_to_drives(s.session);
	for (int id = 0; id < SCREEN_COUNT; id++) {
		if (id >= SCREEN_PROGRESS && id <= SCREEN_AFTER)
			continue;   /* there's no run to show */
		s.session->at = (enum screen_id)id;
		speak(s.session, "ja");
		assert_sees(s.session, "訓練");
		speak(s.session, "en");
		assert_sees(s.session, "TRAINING");
	}
	stand_up(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(questions_fit),
		cmocka_unit_test(forms_fit),
		cmocka_unit_test(drives_fit),
		cmocka_unit_test(a_run_fits),
		cmocka_unit_test(results_fit),
		cmocka_unit_test(a_failure_is_told_in_both_languages),
		cmocka_unit_test(a_terminal_that_is_too_small_says_so),
		cmocka_unit_test(every_screen_says_that_it_is_training),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
