/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/line.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "ui/ui.h"

#define BACKSPACE 0x08
#define DELETE 0x7f
#define END_OF_INPUT 0x04
#define KILL_LINE 0x15
#define ESCAPE 0x1b

/* Where an escape sequence stands (ECMA-48 5.4): ESC, then perhaps '[' or 'O',
 * then anything up to a final byte. */
enum { PLAIN = 0, AFTER_ESCAPE, IN_SEQUENCE };

void ui_line_clear(struct ui_line *line)
{
	memset(line, 0, sizeof(*line));
}

static void take_back(struct ui_line *line)
{
	while (line->length &&
	       ((unsigned char)line->text[--line->length] & 0xc0) == 0x80)
		;
	line->text[line->length] = '\0';
}

static bool in_escape(struct ui_line *line, unsigned char byte)
{
	if (byte == ESCAPE)
		line->escape = AFTER_ESCAPE;
	else if (line->escape == AFTER_ESCAPE)
		line->escape = byte == '[' || byte == 'O' ? IN_SEQUENCE : PLAIN;
	else if (line->escape == IN_SEQUENCE) {
		if (byte >= 0x40 && byte <= 0x7e)
			line->escape = PLAIN;
	} else {
		return false;
	}
	return true;
}

enum ui_typed ui_line_take(struct ui_line *line, unsigned char byte)
{
	switch (byte) {
	case '\r':
	case '\n':
		line->escape = PLAIN;
		return UI_TYPED_LINE;
	case END_OF_INPUT:
		return line->length ? UI_TYPED_NOTHING : UI_TYPED_END;
	case BACKSPACE:
	case DELETE:
		take_back(line);
		return UI_TYPED_MORE;
	case KILL_LINE:
		ui_line_clear(line);
		return UI_TYPED_MORE;
	default:
		break;
	}
	if (in_escape(line, byte) || byte < 0x20 ||
	    line->length + 1 >= sizeof(line->text))
		return UI_TYPED_NOTHING;
	line->text[line->length++] = (char)byte;
	line->text[line->length] = '\0';
	return UI_TYPED_MORE;
}

enum ui_typed ui_line_read(struct ui_line *line)
{
	enum ui_typed typed = UI_TYPED_NOTHING;
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	unsigned char byte;

	while (poll(&input, 1, 0) > 0) {
		enum ui_typed now;
		ssize_t n = read(STDIN_FILENO, &byte, 1);

		if (n < 0 && errno == EINTR)
			continue;
		now = n == 1 ? ui_line_take(line, byte) : UI_TYPED_END;
		if (now == UI_TYPED_LINE || now == UI_TYPED_END)
			return now;
		if (now == UI_TYPED_MORE)
			typed = now;
	}
	return typed;
}

/* --- the terminal -----------------------------------------------------------*/

static int set(const struct ui_terminal *terminal, int when)
{
	struct termios now = terminal->saved;

	now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	now.c_iflag |= ICRNL;
	now.c_cc[VMIN] = 1;
	now.c_cc[VTIME] = 0;
	return tcsetattr(STDIN_FILENO, when, &now);
}

bool ui_terminal_begin(struct ui_terminal *terminal)
{
	memset(terminal, 0, sizeof(*terminal));
	/* In the background the terminal would stop the whole program. */
	if (!ui_interactive() || tcgetpgrp(STDIN_FILENO) != getpgrp() ||
	    tcgetattr(STDIN_FILENO, &terminal->saved) < 0)
		return false;
	terminal->changed = set(terminal, TCSAFLUSH) == 0;
	return terminal->changed;
}

void ui_terminal_again(const struct ui_terminal *terminal)
{
	if (terminal->changed && tcgetpgrp(STDIN_FILENO) == getpgrp())
		(void)set(terminal, TCSANOW);
}

void ui_terminal_end(struct ui_terminal *terminal)
{
	if (terminal->changed)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal->saved);
	terminal->changed = false;
}
