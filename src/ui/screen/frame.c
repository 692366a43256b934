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

static void draw_hints(const struct pane *pane, struct grid *grid)
{
	int row = grid->rows - 1, column = 1;

	grid_fill(grid, row, 0, grid->columns, STYLE_HINTS);
	for (size_t i = 0; i < pane->hints_count; i++) {
		column = grid_put(grid, row, column, STYLE_STRONG,
				    pane->hints[i].key) + 1;
		column = grid_put(grid, row, column, STYLE_HINTS,
				    pane->hints[i].label ?
				    pane->hints[i].label : "") + 2;
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
	if (pane->count <= shown)
		top = 0;
	else if (top > pane->count - shown)
		top = pane->count - shown;
	*frame->scroll = top;
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

static void draw_body(const struct frame *frame, const struct pane *pane,
		      struct grid *grid)
{
	int rows = frame_lines(frame, grid->rows, grid->columns);
	size_t top;
	char more[64];

	bring_into_sight(frame, pane, (size_t)rows);
	top = *frame->scroll;
	for (int i = 0; i < rows && top + (size_t)i < pane->count; i++)
		draw_line(&pane->lines[top + (size_t)i], BODY_TOP + i, grid);
	if (pane->count <= (size_t)rows)
		return;
	snprintf(more, sizeof(more), _("lines %zu-%zu of %zu: PageUp PageDown"),
		 top + 1, top + (size_t)rows, pane->count);
	grid_put(grid, BODY_TOP + rows,
		   grid->columns - 1 - ui_width(more), STYLE_WEAK, more);
}

static void draw_cursor(const struct frame *frame, const struct pane *pane,
			struct grid *grid)
{
	size_t top = *frame->scroll;
	int rows = frame_lines(frame, grid->rows, grid->columns);

	if (!pane->has_cursor || pane->cursor_line < top ||
	    pane->cursor_line >= top + (size_t)rows)
		return;
	grid->cursor_row = BODY_TOP + (int)(pane->cursor_line - top);
	grid->cursor_column = MARGIN + pane->cursor_column;
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
	draw_cursor(frame, pane, grid);
}
