/* SPDX-License-Identifier: Apache-2.0 */
/* Before ncurses takes the name. */
#include "ui/screen/draw.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#include <ncurses.h>

#include "base/cleanup.h"
#include "base/error.h"

/* A lone Escape is told from a function key by this pause. */
#define ESCAPE_MS 100

enum { PAIR_TITLE = 1, PAIR_TRAINING, PAIR_GOOD, PAIR_BAD, PAIR_DUTY,
       PAIR_CODE, PAIR_FIELD };

/* Colours, and what stands for them on a terminal that has none. */
static const struct look {
	short pair;
	attr_t with, without;
} looks[STYLE_COUNT] = {
	[STYLE_PLAIN] = { 0, A_NORMAL, A_NORMAL },
	[STYLE_TITLE] = { PAIR_TITLE, A_BOLD, A_REVERSE },
	[STYLE_TRAINING] = { PAIR_TRAINING, A_NORMAL, A_BOLD | A_UNDERLINE },
	[STYLE_HINTS] = { PAIR_TITLE, A_NORMAL, A_REVERSE },
	[STYLE_STRONG] = { 0, A_BOLD, A_BOLD },
	[STYLE_WEAK] = { 0, A_NORMAL, A_NORMAL },
	[STYLE_CHOSEN] = { 0, A_REVERSE, A_REVERSE },
	[STYLE_FIELD] = { 0, A_NORMAL, A_NORMAL },
	[STYLE_FIELD_ACTIVE] = { PAIR_FIELD, A_NORMAL, A_REVERSE },
	[STYLE_GOOD] = { PAIR_GOOD, A_NORMAL, A_BOLD },
	[STYLE_BAD] = { PAIR_BAD, A_BOLD, A_REVERSE | A_BOLD },
	[STYLE_DUTY] = { PAIR_DUTY, A_NORMAL, A_REVERSE },
	[STYLE_CODE] = { PAIR_CODE, A_NORMAL, A_REVERSE },
};

static void begin_colours(void)
{
	if (!has_colors() || start_color() == ERR)
		return;
	init_pair(PAIR_TITLE, COLOR_WHITE, COLOR_BLUE);
	init_pair(PAIR_TRAINING, COLOR_BLACK, COLOR_YELLOW);
	init_pair(PAIR_GOOD, COLOR_BLACK, COLOR_GREEN);
	init_pair(PAIR_BAD, COLOR_WHITE, COLOR_RED);
	init_pair(PAIR_DUTY, COLOR_BLACK, COLOR_YELLOW);
	init_pair(PAIR_CODE, COLOR_BLACK, COLOR_WHITE);
	init_pair(PAIR_FIELD, COLOR_BLACK, COLOR_CYAN);
}

int draw_begin(struct haiki_error *err)
{
	const char *term = getenv("TERM");

	/* initscr() would end the program. */
	if (!newterm(NULL, stdout, stdin))
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENOTTY,
			N_("this terminal (TERM=%s) is not known: set TERM, or use \"haiki erase\""),
			term ? term : "");
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_MS);
	begin_colours();
	return 0;
}

void draw_end(void)
{
	endwin();
}

void draw_size(int *ret_rows, int *ret_columns)
{
	getmaxyx(stdscr, *ret_rows, *ret_columns);
}

static void put_cell(int row, int column, const struct cell *cell)
{
	const struct look *look = &looks[cell->style];
	wchar_t text[2] = { (wchar_t)cell->c, L'\0' };
	cchar_t c;

	setcchar(&c, text, has_colors() ? look->with : look->without,
		 has_colors() ? look->pair : 0, NULL);
	mvadd_wch(row, column, &c);
}

void draw_grid(const struct grid *grid, bool afresh)
{
	erase();
	for (int row = 0; row < grid->rows; row++)
		for (int column = 0; column < grid->columns; column++) {
			const struct cell *cell =
				&grid->cells[row * grid->columns + column];

			if (cell->c != CELL_TAIL)
				put_cell(row, column, cell);
		}
	if (grid->cursor_row >= 0) {
		curs_set(1);
		move(grid->cursor_row, grid->cursor_column);
	} else {
		/* Where a cursor can't be hidden it disturbs least. */
		curs_set(0);
		move(grid->rows - 1, 0);
	}
	if (afresh)
		clearok(stdscr, TRUE);
	refresh();
}

void draw_ring(void)
{
	beep();
}

/* --- keys --------------------------------------------------------------------- */

static const struct {
	wint_t code;
	enum key key;
} functions[] = {
	{ KEY_ENTER, INPUT_ENTER }, { KEY_UP, INPUT_UP },
	{ KEY_DOWN, INPUT_DOWN }, { KEY_LEFT, INPUT_LEFT },
	{ KEY_RIGHT, INPUT_RIGHT }, { KEY_HOME, INPUT_HOME },
	{ KEY_END, INPUT_END }, { KEY_PPAGE, INPUT_PAGE_UP },
	{ KEY_NPAGE, INPUT_PAGE_DOWN }, { KEY_BTAB, INPUT_BACK_TAB },
	{ KEY_BACKSPACE, INPUT_BACKSPACE }, { KEY_DC, INPUT_DELETE },
	{ KEY_F(1), INPUT_F1 }, { KEY_F(2), INPUT_F2 },
	{ KEY_F(5), INPUT_F5 }, { KEY_F(9), INPUT_F9 },
};

static const struct {
	wint_t code;
	enum key key;
} controls[] = {
	{ '\r', INPUT_ENTER }, { '\n', INPUT_ENTER }, { '\t', INPUT_TAB },
	{ 27, INPUT_ESCAPE }, { 3, INPUT_INTERRUPT }, { 8, INPUT_BACKSPACE },
	{ 127, INPUT_BACKSPACE },
};

static bool translate(int kind, wint_t c, struct input *ret)
{
	if (kind == KEY_CODE_YES) {
		for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
			if (functions[i].code == c) {
				*ret = (struct input){ functions[i].key, 0 };
				return true;
			}
		}
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(controls); i++) {
		if (controls[i].code == c) {
			*ret = (struct input){ controls[i].key, 0 };
			return true;
		}
	}
	*ret = (struct input){ INPUT_CHAR, (uint32_t)c };
	return c >= 0x20;
}

bool draw_read(struct input *ret_input)
{
	wint_t c;
	int kind;

	while ((kind = get_wch(&c)) != ERR)
		if (translate(kind, c, ret_input))
			return true;
	return false;
}
