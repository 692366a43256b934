/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_LINE_H
#define UI_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/*
 * A line that is typed while other lines of the terminal change: what was
 * typed so far is the program's to show.
 */
struct ui_line {
	char text[300];           /* UTF-8, NUL-terminated */
	size_t length;
	unsigned escape;          /* inside a key's sequence that says nothing */
};

enum ui_typed {
	UI_TYPED_NOTHING = 0,     /* to be seen */
	UI_TYPED_MORE,            /* the text has changed */
	UI_TYPED_LINE,            /* it's finished; clear it before the next */
	UI_TYPED_END,             /* there will be no more */
};

/* Takes in one byte from the terminal. Pure. */
enum ui_typed ui_line_take(struct ui_line *line, unsigned char byte);
/* All that stdin has to give now, up to the end of a line; never waits. */
enum ui_typed ui_line_read(struct ui_line *line);
void ui_line_clear(struct ui_line *line);

/* The terminal on stdin as such lines need it; and as it was. */
struct ui_terminal {
	struct termios saved;
	bool changed;
};

/* False, and nothing is changed, unless a person can be asked and this
 * program is in the terminal's foreground. Throws away what was typed before
 * the question. Interrupt keys stay signals. */
bool ui_terminal_begin(struct ui_terminal *terminal);
/* What another program or a pause has changed. */
void ui_terminal_again(const struct ui_terminal *terminal);
void ui_terminal_end(struct ui_terminal *terminal);

#endif
