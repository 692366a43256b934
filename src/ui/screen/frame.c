/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ui/screen/pane.h"
#include "ui/ui.h"

#define NOTICE_MAX 5
#define BODY_TOP 1
#define MARGIN 1

/* The lines of a notice, wrapped; their number. */
static int notice_lines(const char *notice, int columns, const char **starts,
			int *lengths)
{
	int count = 0;

	while (notice && *notice && count < NOTICE_MAX) {
		size_t n = ui_fit(notice, columns - 2 * MARGIN);

		starts[count] = notice;
		lengths[count++] = (int)n;
		notice += n;
		while (*notice == ' ' || *notice == '\n')
			notice++;
	}
	return count;
}

/* Rows: title, body, how much there is (1), notice, hints. */
static int body_rows(const struct frame *frame, int rows, int columns)
{
	CLEANUP(free) char *notice = screen_text(frame->notice ? frame->notice :
						 "");
	const char *starts[NOTICE_MAX];
	int lengths[NOTICE_MAX];

	return rows - BODY_TOP - 2 -
		notice_lines(notice, columns, starts, lengths);
}

int frame_lines(const struct frame *frame, int rows, int columns)
{
	int lines = body_rows(frame, rows, columns);

	return lines > 1 ? lines : 1;
}

int frame_columns(int columns)
{
	return columns - 2 * MARGIN;
}

static void draw_title(const struct frame *frame, const struct pane *pane,
		       struct grid *grid)
{
	const char *corner = frame->corner ? frame->corner : "";
	int column = 1;

	grid_fill(grid, 0, 0, grid->columns, STYLE_TITLE);
	if (frame->training) {
		CLEANUP(free) char *word = screen_text(_("TRAINING"));

		if (word)
			column = grid_put(grid, 0, column, STYLE_TRAINING,
					    word) + 1;
	}
	if (pane->title)
		column = grid_put(grid, 0, column, STYLE_TITLE,
				    pane->title);
	if (column + 2 + ui_width(corner) <= grid->columns)
		grid_put(grid, 0, grid->columns - 1 - ui_width(corner),
			   STYLE_TITLE, corner);
}

/* Between two keys; less where there are many of them. */
static int hint_gap(const struct pane *pane, int columns)
{
	int width = 1;

	for (size_t i = 0; i < pane->hints_count; i++)
		width += ui_width(pane->hints[i].key) + 1 +
			ui_width(pane->hints[i].label ?
				 pane->hints[i].label : "") + 2;
	/* Few terminals can write their last corner. */
	return width - 2 < columns ? 2 : 1;
}

static void draw_hints(const struct pane *pane, struct grid *grid)
{
	int row = grid->rows - 1, column = 1;
	int gap = hint_gap(pane, grid->columns);

	grid_fill(grid, row, 0, grid->columns, STYLE_HINTS);
	for (size_t i = 0; i < pane->hints_count; i++) {
		column = grid_put(grid, row, column, STYLE_STRONG,
				    pane->hints[i].key) + 1;
		column = grid_put(grid, row, column, STYLE_HINTS,
				    pane->hints[i].label ?
				    pane->hints[i].label : "") + gap;
	}
}

static void draw_notice(const struct frame *frame, struct grid *grid)
{
	CLEANUP(free) char *notice = screen_text(frame->notice ? frame->notice :
						 "");
	const char *starts[NOTICE_MAX];
	int lengths[NOTICE_MAX];
	int count = notice_lines(notice, grid->columns, starts, lengths);

	for (int i = 0; i < count; i++) {
		CLEANUP(free) char *line = strndup(starts[i],
						   (size_t)lengths[i]);
		int row = grid->rows - 1 - count + i;

		grid_fill(grid, row, 0, grid->columns,
			    frame->notice_style);
		while (line && *line && line[strlen(line) - 1] == ' ')
			line[strlen(line) - 1] = '\0';
		if (line)
			grid_put(grid, row, MARGIN, frame->notice_style,
				   line);
	}
}

/* How the rows are shared, and which line each part begins with. */
struct share {
	size_t list_rows, list_top;
	size_t rest_rows, rest_top;   /* counted from pane->split on */
};

static void bring_into_sight(const struct frame *frame,
			     const struct pane *pane, size_t shown)
{
	size_t top = *frame->scroll;

	if (frame->follow && pane->keep_from < pane->keep_to) {
		if (pane->keep_to > top + shown)
			top = pane->keep_to - shown;
		if (pane->keep_from < top)
			top = pane->keep_from;
	}
	*frame->scroll = top;
}

/* A list gets half of the rows, or what the rest doesn't need. */
static struct share share_rows(const struct frame *frame,
			       const struct pane *pane, size_t rows)
{
	size_t rest = pane->count - pane->split;
	struct share s = { 0 };

	s.list_rows = pane->split < rows / 2 ? pane->split : rows / 2;
	if (rest < rows - s.list_rows)
		s.list_rows = pane->split < rows - rest ? pane->split :
			rows - rest;
	if (pane->split && pane->keep_to > s.list_rows)
		s.list_top = pane->keep_to - s.list_rows;
	if (s.list_top + s.list_rows > pane->split)
		s.list_top = pane->split - s.list_rows;
	s.rest_rows = rows - s.list_rows;
	if (!pane->split)
		bring_into_sight(frame, pane, s.rest_rows);
	if (rest <= s.rest_rows)
		*frame->scroll = 0;
	else if (*frame->scroll > rest - s.rest_rows)
		*frame->scroll = rest - s.rest_rows;
	s.rest_top = *frame->scroll;
	return s;
}

static void draw_line(const struct line *line, int row, struct grid *grid)
{
	if (line->chosen)
		grid_fill(grid, row, 0, grid->columns, STYLE_CHOSEN);
	for (size_t i = 0; i < line->count; i++) {
		const struct segment *s = &line->segments[i];
		enum style style = line->chosen && (s->style == STYLE_PLAIN ||
						    s->style == STYLE_STRONG ||
						    s->style == STYLE_WEAK) ?
			STYLE_CHOSEN : s->style;

		grid_put(grid, row, MARGIN + s->column, style, s->text);
	}
}

static void draw_more(const struct pane *pane, const struct share *s, int row,
		      struct grid *grid)
{
	size_t rest = pane->count - pane->split;
	char more[80];

	if (s->list_rows < pane->split) {
		snprintf(more, sizeof(more), _("list: lines %zu-%zu of %zu"),
			 s->list_top + 1, s->list_top + s->list_rows,
			 pane->split);
		grid_put(grid, row, MARGIN, STYLE_WEAK, more);
	}
	if (rest <= s->rest_rows)
		return;
	snprintf(more, sizeof(more), _("lines %zu-%zu of %zu: PageUp PageDown"),
		 s->rest_top + 1, s->rest_top + s->rest_rows, rest);
	grid_put(grid, row, grid->columns - 1 - ui_width(more), STYLE_WEAK,
		 more);
}

/* The row that a line of the pane is shown in, or -1. */
static int row_of(const struct pane *pane, const struct share *s, size_t line)
{
	size_t at;

	if (line < pane->split) {
		at = line - s->list_top;
		return line >= s->list_top && at < s->list_rows ?
			BODY_TOP + (int)at : -1;
	}
	at = line - pane->split - s->rest_top;
	return line - pane->split >= s->rest_top && at < s->rest_rows ?
		BODY_TOP + (int)(s->list_rows + at) : -1;
}

static void draw_body(const struct frame *frame, const struct pane *pane,
		      struct grid *grid)
{
	int rows = frame_lines(frame, grid->rows, grid->columns);
	struct share s = share_rows(frame, pane, (size_t)rows);

	for (size_t i = 0; i < pane->count; i++) {
		int row = row_of(pane, &s, i);

		if (row >= 0)
			draw_line(&pane->lines[i], row, grid);
	}
	draw_more(pane, &s, BODY_TOP + rows, grid);
	if (pane->has_cursor) {
		grid->cursor_row = row_of(pane, &s, pane->cursor_line);
		grid->cursor_column = MARGIN + pane->cursor_column;
	}
}

static void draw_too_small(struct grid *grid)
{
	char text[120];
	int row = grid->rows / 2;

	snprintf(text, sizeof(text), _("Too small: %dx%d at least, now %dx%d"),
		 FRAME_MIN_COLUMNS, FRAME_MIN_ROWS, grid->columns,
		 grid->rows);
	grid_put(grid, row, 0, STYLE_STRONG, text);
}

void frame_draw(const struct frame *frame, const struct pane *pane,
		struct grid *grid)
{
	if (pane->failed) {
		grid_put(grid, grid->rows / 2, 0, STYLE_BAD,
			   "out of memory");
		return;
	}
	if (grid->rows < FRAME_MIN_ROWS ||
	    grid->columns < FRAME_MIN_COLUMNS) {
		draw_too_small(grid);
		return;
	}
	draw_title(frame, pane, grid);
	draw_body(frame, pane, grid);
	draw_notice(frame, grid);
	draw_hints(pane, grid);
}
