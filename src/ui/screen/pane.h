/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_SCREEN_PANE_H
#define UI_SCREEN_PANE_H

#include <stdbool.h>
#include <stddef.h>
#include "ui/screen/grid.h"

#define PANE_SEGMENTS 10
#define PANE_HINTS 10
#define PANE_LABEL 18             /* columns of labels */

struct segment {
	int column;
	enum style style;
	char *text;
};

struct line {
	struct segment segments[PANE_SEGMENTS];
	size_t count;
	bool chosen;              /* belongs to the item that keys act on */
};

struct hint {
	const char *key;          /* "Enter" */
	char *label;
};

/*
 * What a screen says and which keys it has: lines of any number, of which as
 * many are shown as there is room for. Made for `columns` columns; nothing of
 * a terminal is in it. Without memory it is `failed`, and says so.
 */
struct pane {
	int columns;
	bool failed;
	unsigned faults;          /* text that didn't fit where it must */
	char *title;
	struct line *lines;
	size_t count, room;
	/* Lines to be kept in sight; from == to: none. */
	size_t keep_from, keep_to;
	/* Lines before this one are a list; those from it on are about its
	 * chosen item and scroll by themselves. 0: there is no list. */
	size_t split;
	bool has_cursor;
	size_t cursor_line;
	int cursor_column;
	struct hint hints[PANE_HINTS];
	size_t hints_count;
};

void pane_init(struct pane *pane, int columns);
void pane_free(struct pane *pane);

/* Texts below are translated already. */
void pane_title(struct pane *pane, const char *title);
void pane_blank(struct pane *pane);
/* A paragraph, wrapped, `indent` columns in. */
void pane_text(struct pane *pane, int indent, enum style style,
	       const char *text);
void pane_textf(struct pane *pane, int indent, enum style style,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
/* A label, and beside it a text that may need several lines. */
void pane_pair(struct pane *pane, const char *label, enum style style,
	       const char *text);
void pane_pairf(struct pane *pane, const char *label, enum style style,
		const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same at other places. */
void pane_labelled(struct pane *pane, int indent, int width, const char *label,
		   enum style style, const char *text);

/* A line of columns: begin, then cells, each cut (with "..") to its width;
 * width 0: whole. */
void pane_row(struct pane *pane);
void pane_cell(struct pane *pane, int column, int width, enum style style,
	       const char *text);
void pane_cellf(struct pane *pane, int column, int width, enum style style,
		const char *format, ...) __attribute__((format(printf, 5, 6)));

/* A paragraph beside what is there, from that line on. */
void pane_aside(struct pane *pane, size_t line, int column, enum style style,
		const char *text);

/* What is added from here on belongs to an item of a list. */
size_t pane_item(struct pane *pane);
/* ... up to here: the item that began at line `from` is the chosen one. */
void pane_choose(struct pane *pane, size_t from);

/* What was added up to here is a list; what follows is about its item. */
void pane_split(struct pane *pane);

/* A key that does something here, for the bottom line. */
void pane_hint(struct pane *pane, const char *key, const char *label);

/* What stands around the pane. */
struct frame {
	bool training;
	const char *corner;       /* right end of the title bar, or NULL */
	const char *notice;       /* what just happened, or NULL */
	enum style notice_style;
	/* The first line shown; corrected here so that the chosen lines are in
	 * sight and no room is wasted. */
	size_t *scroll;
	bool follow;              /* bring the chosen lines into sight */
};

#define FRAME_MIN_ROWS 24
#define FRAME_MIN_COLUMNS 80

/* Columns that a pane has on a terminal of so many. */
int frame_columns(int columns);
/* Lines of the pane that a page shows, for PageUp and PageDown. */
int frame_lines(const struct frame *frame, int rows, int columns);
void frame_draw(const struct frame *frame, const struct pane *pane,
		struct grid *grid);

#endif
