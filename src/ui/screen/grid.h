/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_SCREEN_GRID_H
#define UI_SCREEN_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a piece of text means; how that looks, draw.c decides. Meaning is never
 * shown by colour alone. */
enum style {
	STYLE_PLAIN = 0,
	STYLE_TITLE,              /* the bar at the top */
	STYLE_TRAINING,           /* the word in it */
	STYLE_HINTS,              /* the bar at the bottom */
	STYLE_STRONG,
	STYLE_WEAK,
	STYLE_CHOSEN,             /* the item that keys act on */
	STYLE_FIELD,              /* where text is typed */
	STYLE_FIELD_ACTIVE,
	STYLE_GOOD,
	STYLE_BAD,
	STYLE_DUTY,
	STYLE_BAR,                /* the done part of a progress bar */
	STYLE_CODE,               /* half blocks of a QR code */
	STYLE_COUNT
};

#define CELL_TAIL 0               /* the right half of a wide character */

struct cell {
	uint32_t c;
	uint8_t style;
	uint8_t used;             /* text was put here, not only a background */
};

/*
 * A screen's characters, before any terminal is told: what tests look at.
 * Faults count what never should be: text that was cut where it was to stand
 * whole, or put over other text.
 */
struct grid {
	int rows, columns;
	struct cell *cells;
	int cursor_row, cursor_column;    /* row -1: hidden */
	unsigned cut, overlapped;
};

/* 0 or -ENOMEM; blank. */
int grid_new(int rows, int columns, struct grid *ret_grid);
void grid_free(struct grid *grid);

/* Paints the background of a stretch of one row. */
void grid_fill(struct grid *grid, int row, int column, int width,
		 enum style style);

/* Puts text, clean (screen_text()), at a place; the column after it. */
int grid_put(struct grid *grid, int row, int column, enum style style,
	       const char *text);

/* A row as UTF-8 without blanks at the end; the caller frees, NULL = no memory. */
char *grid_row(const struct grid *grid, int row);

/*
 * Text in characters whose width is the same everywhere: what is one column
 * wide on some terminals and two on others (East Asian Ambiguous: arrows,
 * circled numbers, ellipses) is written in other words, what controls a
 * terminal becomes '?'. The caller frees; NULL = no memory.
 */
char *screen_text(const char *text);

#endif
