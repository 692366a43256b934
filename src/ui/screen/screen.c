/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/screen.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "command/attend.h"
#include "command/command.h"
#include "ui/screen/copy.h"
#include "ui/screen/draw.h"
#include "ui/ui.h"

/* How often time shows on a screen where nothing else happens. */
#define TICK_MS 500

/* After a change of its size ncurses has the new one since the last key that
 * it was asked for: the signal ends poll(). */
static int draw(struct session *session, struct copy *copy)
{
	struct grid grid;
	int r;

	draw_size(&session->rows, &session->columns);
	r = flow_draw(session, &grid, NULL);
	if (r < 0)
		return r;
	draw_grid(&grid, session->repaint);
	copy_screen(copy, &grid);
	session->repaint = false;
	if (session->ring)
		draw_ring();
	session->ring = false;
	grid_free(&grid);
	return 0;
}

/* Waits for a key, an event of the run, or time. */
static void wait_for_something(const struct session *session)
{
	struct pollfd fds[2] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = session->runner ? runner_fd(session->runner) : -1,
		  .events = POLLIN },
	};
	const struct timespec pause = { .tv_nsec = 100000000 };
	bool ticking = session->runner || session->at == SCREEN_CLOCK ||
		session->setup.live || session->setup.screen_copy;

	/* What happens comes in bursts: drawn is at most ten times a second. */
	if (session->runner)
		nanosleep(&pause, NULL);
	poll(fds, 2, ticking ? TICK_MS : -1);
}

static bool terminal_is_gone(void)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR |
						     POLLNVAL));
}

/* Whoever closes the terminal or ends us wants drives left in order. */
static void stop_at_once(struct session *session)
{
	if (session->runner) {
		runner_stop(session->runner, HAIKI_STOP_NOW);
		session->stopping = true;
	} else {
		session->leave = true;
	}
}

static void take_input(struct session *session)
{
	static const struct input tick = { INPUT_TICK, 0 };
	struct input input;

	while (!session->leave && draw_read(&input))
		flow_key(session, &input);
	if (!session->leave)
		flow_key(session, &tick);
}

static int lead(struct session *session, struct copy *copy,
		struct haiki_error *err)
{
	flow_go(session, SCREEN_MENU);
	while (!session->leave) {
		if (draw(session, copy) < 0)
			return error_errno(err, -ENOMEM, N_("cannot begin"));
		wait_for_something(session);
		take_input(session);
		if (*attend_stopped() || terminal_is_gone())
			stop_at_once(session);
		if (session->stopping && !session->runner &&
		    (*attend_stopped() || terminal_is_gone()))
			session->leave = true;
	}
	return 0;
}

/* What was said before is said again afterwards. */
static void busy(struct session *session, const char *text)
{
	char notice[sizeof(session->notice)];
	enum style style = session->notice_style;

	memcpy(notice, session->notice, sizeof(notice));
	session_say(session, STYLE_STRONG, "%s", text);
	draw(session, NULL);
	memcpy(session->notice, notice, sizeof(notice));
	session->notice_style = style;
}

int screen_run(const struct screen_setup *setup)
{
	struct screen_setup with_busy = *setup;
	struct session *session = NULL;
	struct copy *copy = NULL;
	struct haiki_error err = { 0 };
	int code, r;

	with_busy.busy = busy;
	r = session_new(&with_busy, &session, &err);
	if (r < 0)
		return command_fail(EXIT_REFUSED, &err);
	r = draw_begin(&err);
	if (r < 0) {
		session_free(session);
		return command_fail(EXIT_REFUSED, &err);
	}
	attend_catch_signals();
	/* Without the copy everything is still on the screen. */
	if (setup->screen_copy && copy_open(setup->screen_copy, &copy, &err) < 0)
		session_say_error(session, &err);
	r = lead(session, copy, &err);
	draw_end();
	copy_free(copy);
	code = session->exit_code;
	session_free(session);
	return r < 0 ? command_fail(EXIT_SURROUNDINGS, &err) : code;
}
