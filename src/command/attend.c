/* SPDX-License-Identifier: Apache-2.0 */
#include "command/attend.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/time.h"
#include "ui/ui.h"

/* One stop may be told several times within a moment. */
#define SAME_STOP_MS 1000

/* All that signal handlers touch. */
static volatile bool stop_requested;
static volatile sig_atomic_t interrupted, terminated, continued;

static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGCONT };

static void on_signal(int number)
{
	if (number == SIGCONT) {
		continued = 1;
		return;
	}
	if (number == SIGINT)
		interrupted = 1;
	else
		terminated = 1;
	stop_requested = true;
}

void attend_catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigemptyset(&action.sa_mask);
	action.sa_flags = SA_RESTART;
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++)
		sigaction(caught[i], &action, NULL);
	/* A reader of our progress that goes away must not stop an erase. */
	signal(SIGPIPE, SIG_IGN);
}

const volatile bool *attend_stopped(void)
{
	return &stop_requested;
}

/* --- what stands at the bottom ----------------------------------------------*/

#define ROOM_FOR_ANSWER 12

/* The prompt, wrapped, and behind it what is typed, or as much of its end as
 * there is room for. */
static void print_prompt(FILE *f, const char *prompt, const char *typed,
			 int columns)
{
	int room;

	for (size_t n; (n = ui_fit(prompt, columns)) < strlen(prompt);) {
		fprintf(f, "%.*s\n", (int)n, prompt);
		prompt += n;
	}
	room = columns - ui_width(prompt) - 1;
	fputs(prompt, f);
	fputc(room < ROOM_FOR_ANSWER ? '\n' : ' ', f);
	if (room < ROOM_FOR_ANSWER)
		room = columns;
	while (ui_width(typed) > room)
		do
			typed++;
		while (((unsigned char)*typed & 0xc0) == 0x80);
	fputs(typed, f);
}

static void print_question(FILE *f, const char *typed, int columns)
{
	ui_wrap_columns(f, _("Drives are being erased. What is to be done?"), 0,
			columns);
	ui_wrap_columns(f, _("  1  stop safely: writing stops at a point that is noted; a drive that erases itself is waited for"),
			5, columns);
	ui_wrap_columns(f, _("  2  go on"), 5, columns);
	ui_wrap_columns(f, _("  3  stop now: a drive that erases itself is left to that (Ctrl-C does the same)"),
			5, columns);
	print_prompt(f, _("1, 2 or 3:"), ui_safe(typed), columns);
}

static void show(struct attendant *a)
{
	const int columns = ui_columns(stderr) - 1;
	CLEANUP(free) char *text = NULL;
	size_t size;
	FILE *f;

	if (!a->asking && !a->status && !a->prompt) {
		progress_footer(a->progress, NULL);
		return;
	}
	f = open_memstream(&text, &size);
	if (!f)
		return;
	if (a->asking) {
		print_question(f, a->line.text, columns);
	} else {
		if (a->status)
			ui_wrap_columns(f, ui_safe(a->status), 0, columns);
		if (a->prompt)
			print_prompt(f, ui_safe(a->prompt),
				     ui_safe(a->line.text), columns);
	}
	if (fclose(f) == 0)
		progress_footer(a->progress, text);
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

void attend_show(struct attendant *a, const char *status, const char *prompt)
{
	bool same_prompt = same(prompt, a->prompt);

	if (!a->typing || (same_prompt && same(status, a->status)))
		return;
	/* What was typed so far was an answer to another question. */
	if (!same_prompt && !a->asking)
		ui_line_clear(&a->line);
	free(a->status);
	free(a->prompt);
	a->status = status ? strdup(status) : NULL;
	a->prompt = prompt ? strdup(prompt) : NULL;
	if (!a->asking)
		show(a);
}

bool attend_types(const struct attendant *a)
{
	return a->typing && a->keeps_typing;
}

const char *attend_answer(struct attendant *a)
{
	bool answered = a->answered;

	a->answered = false;
	return answered ? a->answer : NULL;
}

/* --- stopping ---------------------------------------------------------------*/

static void stop(struct attendant *a, enum haiki_stop how)
{
	if (how <= a->stop)
		return;
	a->stop = how;
	a->stopped_ms = time_monotonic_ms();
	if (a->run)
		haiki_run_stop(a->run, how);
	if (!a->asks)
		return;
	progress_tell(a->progress, "stopping", NULL, NULL, NULL,
		      how == HAIKI_STOP_SAFELY ?
		      _("Stopping safely. Ctrl-C once more stops at once.") :
		      _("Stopping. \"haiki resume\" goes on later."));
}

static void ask(struct attendant *a)
{
	if (!a->typing)
		a->typing = ui_terminal_begin(&a->terminal);
	if (!a->typing) {
		stop(a, HAIKI_STOP_NOW);
		return;
	}
	a->asking = true;
	ui_line_clear(&a->line);
	show(a);
}

static void stop_asking(struct attendant *a)
{
	if (!a->asking)
		return;
	a->asking = false;
	ui_line_clear(&a->line);
	if (!a->keeps_typing) {
		ui_terminal_end(&a->terminal);
		a->typing = false;
	}
	show(a);
}

static void take_answer(struct attendant *a)
{
	const char answer = a->line.length == 1 ? a->line.text[0] : '\0';

	if (a->line.length && (answer < '1' || answer > '3')) {
		ui_line_clear(&a->line);
		show(a);
		return;
	}
	stop_asking(a);
	if (answer == '1')
		stop(a, HAIKI_STOP_SAFELY);
	else if (answer == '3')
		stop(a, HAIKI_STOP_NOW);
	else
		stop_requested = false;
}

static void take_signals(struct attendant *a)
{
	if (continued) {
		continued = 0;
		ui_terminal_again(&a->terminal);
		show(a);
	}
	if ((terminated || interrupted) && a->stop == HAIKI_STOP_NOW &&
	    time_monotonic_ms() - a->stopped_ms >= SAME_STOP_MS)
		a->leave = true;
	if (terminated) {
		terminated = 0;
		stop_asking(a);
		stop(a, HAIKI_STOP_NOW);
	}
	if (!interrupted)
		return;
	interrupted = 0;
	/* The second one hurries. */
	if (a->asking || a->stop || !a->asks) {
		stop_asking(a);
		stop(a, HAIKI_STOP_NOW);
	} else {
		ask(a);
	}
}

/* For the owner to be read. */
static void take_line(struct attendant *a)
{
	snprintf(a->answer, sizeof(a->answer), "%s", a->line.text);
	a->answered = true;
	ui_line_clear(&a->line);
	show(a);
}

static void take_typing(struct attendant *a)
{
	switch (ui_line_read(&a->line)) {
	case UI_TYPED_MORE:
		show(a);
		break;
	case UI_TYPED_LINE:
		if (a->asking)
			take_answer(a);
		else
			take_line(a);
		break;
	case UI_TYPED_END:
		/* The terminal is gone, or Ctrl-D: nobody types any more. */
		if (a->asking)
			stop_asking(a);
		else
			a->typing = false;
		break;
	default:
		break;
	}
}

/* --- waiting ----------------------------------------------------------------*/

void attend_begin(struct attendant *a, struct progress *progress, bool types)
{
	sigset_t set;

	*a = (struct attendant){ .progress = progress, .asks = true };
	a->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	attend_catch_signals();
	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(caught); i++)
		sigaddset(&set, caught[i]);
	pthread_sigmask(SIG_BLOCK, &set, &a->before);
	a->keeps_typing = types;
	a->typing = types && ui_terminal_begin(&a->terminal);
}

void attend_end(struct attendant *a)
{
	progress_footer(a->progress, NULL);
	ui_terminal_end(&a->terminal);
	pthread_sigmask(SIG_SETMASK, &a->before, NULL);
	if (a->wake >= 0)
		close(a->wake);
	free(a->status);
	free(a->prompt);
}

void attend_event(void *opaque, const struct haiki_event *event)
{
	struct attendant *a = opaque;
	const uint64_t one = 1;

	progress_event(a->progress, event);
	/* Should it fail, it's seen a moment later. */
	if (event->kind == HAIKI_EVENT_DONE && a->wake >= 0 &&
	    write(a->wake, &one, sizeof(one)) < 0)
		return;
}

void attend_wait(struct attendant *a, int fd, unsigned ms)
{
	struct timespec limit = { (time_t)(ms / 1000),
				  (long)(ms % 1000) * 1000000 };
	struct pollfd fds[] = {
		{ .fd = a->wake, .events = POLLIN },
		{ .fd = fd, .events = POLLIN },
		{ .fd = a->typing ? STDIN_FILENO : -1, .events = POLLIN },
	};
	uint64_t woken;

	a->answered = false;
	if (ppoll(fds, ARRAY_SIZE(fds), &limit, &a->before) > 0) {
		if (fds[0].revents &&
		    read(a->wake, &woken, sizeof(woken)) < 0)
			fds[0].revents = 0;
		if (fds[2].revents)
			take_typing(a);
	}
	take_signals(a);
	progress_draw(a->progress);
}
