/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_UI_SCREEN_FIXTURE_H
#define TESTS_UI_SCREEN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <libintl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <unistr.h>

#include "base/cleanup.h"
#include "scratch.h"
#include "ui/screen/session.h"
#include "ui/ui.h"

/*
 * A sitting at a screen that isn't there: what is typed goes to flow_key(), and
 * what would be shown is looked at in each language and size.
 */

/* The translations lie beside the program, two folders up from build/tests. */
static inline void find_translations(void)
{
	static char directory[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", directory,
			     sizeof(directory) - 1);
	char *tests;

	assert_true(n > 0);
	directory[n] = '\0';
	tests = strstr(directory, "/tests/");
	assert_non_null(tests);
	snprintf(tests, sizeof(directory) - (size_t)(tests - directory),
		 "/locale");
	assert_int_equal(access(directory, R_OK), 0);
	bindtextdomain("haiki", directory);
}

struct sitting {
	struct haiki_job_options given;
	struct screen_setup setup;
	struct session *session;
	char out[PATH_MAX], practice[PATH_MAX];
};

/* `drives`: practice drives as JSON; NULL: the usual set. */
static inline void sit_down(struct sitting *s, const char *directory,
			    const char *drives)
{
	struct haiki_error err = { 0 };

	ui_set_language("en");
	find_translations();
	if (!drives)
		drives = haiki_practice_set();
	memset(s, 0, sizeof(*s));
	snprintf(s->out, sizeof(s->out), "%s", in(directory, "out"));
	snprintf(s->practice, sizeof(s->practice), "%s",
		 in(directory, "practice.json"));
	put_file(s->practice, drives, strlen(drives));
	s->given.poll_ms = 10;
	s->given.language = "";
	s->given.verify = HAIKI_PLAN_QUICK;
	s->setup.given = &s->given;
	s->setup.out = s->out;
	s->setup.simulate = s->practice;
	if (session_new(&s->setup, &s->session, &err) < 0)
		fail_msg("%s", err.text);
	s->session->rows = 25;
	flow_go(s->session, SCREEN_MENU);
}

static inline void stand_up(struct sitting *s)
{
	session_free(s->session);
	s->session = NULL;
	ui_set_language("en");
	find_translations();
}

/* --- typing ------------------------------------------------------------------ */

static inline void press(struct session *session, enum key key)
{
	flow_key(session, &(struct input){ key, 0 });
}

static inline void type(struct session *session, const char *text)
{
	const uint8_t *at = (const uint8_t *)text;
	ucs4_t c;

	for (int n; (n = u8_strmbtouc(&c, at)) > 0; at += n)
		flow_key(session, &(struct input){ INPUT_CHAR, c });
}

/* By the key; what stood at the bottom stays there. */
static inline void speak(struct session *session, const char *lang)
{
	char notice[sizeof(session->notice)];

	if (!strcmp(session->language, lang))
		return;
	memcpy(notice, session->notice, sizeof(notice));
	press(session, INPUT_F2);
	memcpy(session->notice, notice, sizeof(notice));
	assert_string_equal(session->language, lang);
}

static inline void presses(struct session *session, enum key key, int times)
{
	while (times--)
		press(session, key);
}

/* --- looking ----------------------------------------------------------------- */

/* All rows, each ended by a newline; in one of two buffers. */
static inline const char *seen(struct session *session)
{
	static char buffers[2][65536];
	static unsigned next;
	char *buffer = buffers[next++ % 2];
	struct grid grid;
	size_t used = 0;

	assert_int_equal(flow_draw(session, &grid, NULL), 0);
	for (int row = 0; row < grid.rows; row++) {
		CLEANUP(free) char *line = grid_row(&grid, row);

		assert_non_null(line);
		used += (size_t)snprintf(buffer + used,
					 sizeof(buffers[0]) - used, "%s\n",
					 line);
	}
	grid_free(&grid);
	return buffer;
}

#define assert_at(session, id) \
	assert_string_equal(flow_name((session)->at), flow_name(id))

static inline void assert_sees_(struct session *session, const char *text,
				const char *file, int line)
{
	const char *all = seen(session);

	if (!strstr(all, text)) {
		fprintf(stderr, "# \"%s\" is not on this screen:\n%s\n",
			text, all);
		_fail(file, line);
	}
}

static inline void assert_not_seen_(struct session *session, const char *text,
				    const char *file, int line)
{
	const char *all = seen(session);

	if (strstr(all, text)) {
		fprintf(stderr, "# \"%s\" is on this screen:\n%s\n", text,
			all);
		_fail(file, line);
	}
}

#define assert_sees(session, text) \
	assert_sees_(session, text, __FILE__, __LINE__)
#define assert_not_seen(session, text) \
	assert_not_seen_(session, text, __FILE__, __LINE__)

/* Nothing cut, nothing over something else, nothing that couldn't be written,
 * in this size and the present language. With HAIKI_SHOW set, shows it. */
static inline void assert_fits(struct session *session, int rows, int columns)
{
	unsigned faults = 0;
	struct grid grid;
	const char *all;

	session->rows = rows;
	session->columns = columns;
	assert_int_equal(flow_draw(session, &grid, &faults), 0);
	grid_free(&grid);
	all = seen(session);
	if (faults || (session_japanese(session) && strchr(all, '?'))) {
		fprintf(stderr, "# %s, %s, %dx%d: %u faults\n%s\n",
			flow_name(session->at), session->language, columns,
			rows, faults, all);
		fail();
	}
	if (getenv("HAIKI_SHOW"))
		fprintf(stderr, "# === %s %s %dx%d\n%s",
			flow_name(session->at), session->language, columns,
			rows, all);
}

/* This screen, its help and the question whether to stop. */
static inline void assert_shows_well(struct session *session)
{
	static const int sizes[][2] = {
		{ 24, 80 }, { 25, 80 }, { 43, 132 }, { 60, 200 },
	};
	static const char *const languages[] = { "ja", "en" };
	const size_t scroll = session->scroll[session->at];
	const enum overlay overlay = session->overlay;
	char before[3];

	memcpy(before, session->language, sizeof(before));

	for (size_t i = 0; i < ARRAY_SIZE(languages); i++) {
		speak(session, languages[i]);
		for (size_t j = 0; j < ARRAY_SIZE(sizes); j++) {
			assert_fits(session, sizes[j][0], sizes[j][1]);
			session->overlay = OVERLAY_HELP;
			assert_fits(session, sizes[j][0], sizes[j][1]);
			session->overlay = OVERLAY_QUIT;
			assert_fits(session, sizes[j][0], sizes[j][1]);
			session->overlay = overlay;
		}
	}
	speak(session, before);
	session->rows = 25;
	session->columns = 80;
	session->scroll[session->at] = scroll;
}

/* Lets the run go on until all drives have ended. */
static inline void wait_for_the_end(struct session *session)
{
	for (int i = 0; session->at == SCREEN_PROGRESS && i < 3000; i++) {
		struct pollfd fd = { .fd = runner_fd(session->runner),
				     .events = POLLIN };

		poll(&fd, 1, 10);
		press(session, INPUT_TICK);
	}
	assert_at(session, SCREEN_RESULT);
}

/* --- the way, up to a screen --------------------------------------------------- */

static inline void go_to_drives(struct session *session)
{
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_BODY);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_CLASS);
	presses(session, INPUT_DOWN, 2);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_WHO);
	type(session, "福岡太郎");
	presses(session, INPUT_ENTER, 6);
	assert_at(session, SCREEN_PERMISSION);
	presses(session, INPUT_ENTER, 6);
	assert_at(session, SCREEN_CLOCK);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_DRIVES);
}

/* The first drive, chosen and confirmed. */
static inline void go_to_begin(struct session *session, const char *serial)
{
	go_to_drives(session);
	type(session, " ");
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_CONFIRM);
	type(session, serial);
	press(session, INPUT_ENTER);
	assert_at(session, SCREEN_BEGIN);
}

#endif
