/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

#define PADDING_X 400
#define PADDING_Y 255
#define RULE 50                   /* thickness of a table's lines */
#define MAX_PAGES 400
#define MAX_CELLS 10

void sheet_init(struct sheet *sheet, struct faces *faces, bool english,
		int top, struct haiki_error *err)
{
	*sheet = (struct sheet){
		.faces = faces, .english = english, .top = top, .err = err,
	};
	sheet_new_page(sheet);
}

void sheet_cleanup(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->pages_count; i++) {
		buffer_clear(&sheet->pages[i].under.content);
		buffer_clear(&sheet->pages[i].over.content);
	}
	free(sheet->pages);
	for (size_t i = 0; i < sheet->kept_count; i++)
		free(sheet->kept[i]);
	free(sheet->kept);
	for (size_t i = 0; i < sheet->pictures_count; i++)
		picture_cleanup(&sheet->pictures[i]);
	free(sheet->pictures);
	*sheet = (struct sheet){ 0 };
}

void sheet_fail(struct sheet *sheet, int status)
{
	if (sheet->status < 0)
		return;
	sheet->status = status;
	if (status == -ENOMEM)
		error_errno(sheet->err, status, N_("cannot make the PDF"));
}

struct canvas *sheet_canvas(struct sheet *sheet)
{
	if (sheet->status < 0 || !sheet->pages_count)
		return NULL;
	return &sheet->pages[sheet->pages_count - 1].over;
}

void sheet_new_page(struct sheet *sheet)
{
	struct sheet_page *pages;

	if (sheet->status < 0)
		return;
	if (sheet->pages_count == MAX_PAGES) {
		sheet_fail(sheet, error_set(sheet->err,
			HAIKI_DOMAIN_CERTIFICATE, -EFBIG,
			N_("the record is too long for a PDF of %d pages: use its JSON"),
			MAX_PAGES));
		return;
	}
	pages = reallocarray(sheet->pages, sheet->pages_count + 1,
			     sizeof(*pages));
	if (!pages) {
		sheet_fail(sheet, -ENOMEM);
		return;
	}
	sheet->pages = pages;
	pages[sheet->pages_count++] = (struct sheet_page){
		.under = { .height = PAGE_HEIGHT },
		.over = { .height = PAGE_HEIGHT },
	};
	sheet->y = sheet->top;
}

void sheet_need(struct sheet *sheet, int height)
{
	if (sheet->y + height > SHEET_BOTTOM && sheet->y > sheet->top)
		sheet_new_page(sheet);
}

void sheet_space(struct sheet *sheet, int height)
{
	sheet->y += height;
}

const char *sheet_say(const struct sheet *sheet, const char *japanese,
		      const char *english)
{
	return sheet->english ? english : japanese;
}

const char *sheet_format(struct sheet *sheet, const char *format, ...)
{
	char *text = NULL;
	void **kept;
	va_list args;
	int n;

	if (sheet->status < 0)
		return "";
	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0) {
		sheet_fail(sheet, -ENOMEM);
		return "";
	}
	kept = reallocarray(sheet->kept, sheet->kept_count + 1, sizeof(*kept));
	if (!kept) {
		free(text);
		sheet_fail(sheet, -ENOMEM);
		return "";
	}
	sheet->kept = kept;
	kept[sheet->kept_count++] = text;
	return text;
}

const struct picture *sheet_picture(struct sheet *sheet, const char *base64)
{
	struct picture *more, picture;
	int r;

	if (sheet->status < 0)
		return NULL;
	r = base64 ? picture_read(base64, &picture) : -EBADMSG;
	if (r < 0) {
		sheet_fail(sheet, error_set(sheet->err,
			HAIKI_DOMAIN_CERTIFICATE, r,
			N_("a picture in the record is not a small JPEG as this program makes it: it can't be shown as a PDF")));
		return NULL;
	}
	more = reallocarray(sheet->pictures, sheet->pictures_count + 1,
			    sizeof(*more));
	if (!more) {
		picture_cleanup(&picture);
		sheet_fail(sheet, -ENOMEM);
		return NULL;
	}
	sheet->pictures = more;
	more[sheet->pictures_count] = picture;
	return &more[sheet->pictures_count++];
}

void sheet_text(struct sheet *sheet, struct canvas *canvas, enum face style,
		int size, int grey, enum anchor anchor, int x, int y,
		const char *text)
{
	int width = 0, r = 0;

	if (!canvas || sheet->status < 0)
		return;
	if (anchor != ANCHOR_LEFT)
		r = text_width(sheet->faces, style, size, text, &width,
			       sheet->err);
	if (anchor == ANCHOR_CENTRE)
		x -= width / 2;
	else if (anchor == ANCHOR_RIGHT)
		x -= width;
	if (r == 0)
		r = canvas_text(canvas, sheet->faces, style, size, grey, x, y,
				text, strlen(text), sheet->err);
	if (r < 0)
		sheet_fail(sheet, r);
}

/* --- rows ------------------------------------------------------------------ */

/* A line and the paragraph it belongs to. */
struct set_line {
	struct line line;
	const struct block *block;
};

struct set_cell {
	struct set_line *lines;
	size_t count;
	size_t drawn;             /* lines that are on paper already */
};

struct set_row {
	const struct cell *cells;
	struct set_cell set[MAX_CELLS];
	size_t count;
	bool ruled;
};

static int line_height(const struct block *block)
{
	return block->size * 138 / 100;
}

static void set_row_cleanup(struct set_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		free(row->set[i].lines);
}

static int set_cell(struct sheet *sheet, const struct cell *cell,
		    struct set_cell *set)
{
	for (size_t i = 0; i < CELL_BLOCKS && cell->block[i].text; i++) {
		const struct block *block = &cell->block[i];
		CLEANUP(free) struct line *lines = NULL;
		struct set_line *more;
		size_t count = 0;
		int r = text_break(sheet->faces, block->style, block->size,
				   block->text, cell->width - 2 * PADDING_X,
				   &lines, &count, sheet->err);

		if (r < 0)
			return r;
		more = reallocarray(set->lines, set->count + count,
				    sizeof(*more));
		if (!more)
			return -ENOMEM;
		set->lines = more;
		for (size_t n = 0; n < count; n++)
			more[set->count++] = (struct set_line){
				lines[n], block,
			};
	}
	return 0;
}

static void set_row(struct sheet *sheet, struct set_row *row)
{
	if (row->count > MAX_CELLS)
		sheet_fail(sheet, -ENOMEM);
	for (size_t i = 0; i < row->count && sheet->status == 0; i++) {
		int r = set_cell(sheet, &row->cells[i], &row->set[i]);

		if (r < 0)
			sheet_fail(sheet, r);
	}
}

/* Height of the lines not drawn yet that fit into `room`; *ret_count: them. */
static int fitting(const struct set_cell *set, int room, size_t *ret_count)
{
	int height = 0;
	size_t n = set->drawn;

	for (; n < set->count; n++) {
		int more = line_height(set->lines[n].block);

		if (height + more > room)
			break;
		height += more;
	}
	*ret_count = n - set->drawn;
	return height;
}

static int row_height(const struct set_row *row, int room)
{
	int height = 0;

	for (size_t i = 0; i < row->count; i++) {
		size_t count;
		int h = fitting(&row->set[i], room, &count);

		if (h > height)
			height = h;
	}
	return height + 2 * PADDING_Y;
}

static bool row_drawn(const struct set_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (row->set[i].drawn < row->set[i].count)
			return false;
	return true;
}

static void draw_lines(struct sheet *sheet, const struct cell *cell,
		       struct set_cell *set, int x, int height)
{
	struct canvas *canvas = sheet_canvas(sheet);
	int room = height - 2 * PADDING_Y, used, y;
	size_t count;

	used = fitting(set, room, &count);
	/* Short cells of a high row stand in its middle, as in a form. */
	y = sheet->y + PADDING_Y + (room - used) / 2;
	for (; canvas && count; count--) {
		const struct set_line *l = &set->lines[set->drawn++];
		int shift = cell->centred ? (cell->width - l->line.width) / 2
					  : PADDING_X;
		int r;

		y += line_height(l->block);
		r = canvas_text(canvas, sheet->faces, l->block->style,
				l->block->size, l->block->grey, x + shift,
				y - l->block->size * 32 / 100, l->line.text,
				l->line.length, sheet->err);
		if (r < 0) {
			sheet_fail(sheet, r);
			return;
		}
	}
}

/* What fits of the row into the rest of this page. */
static void draw_part(struct sheet *sheet, struct set_row *row)
{
	struct canvas *canvas = sheet_canvas(sheet);
	int height = row_height(row, SHEET_BOTTOM - sheet->y - 2 * PADDING_Y);
	int x = SHEET_LEFT;

	for (size_t i = 0; canvas && i < row->count; i++) {
		const struct cell *cell = &row->cells[i];

		if (row->ruled && cell->shaded)
			canvas_fill(canvas, 92, x, sheet->y, cell->width,
				    height);
		if (row->ruled)
			canvas_frame(canvas, BLACK, RULE, x, sheet->y,
				     cell->width, height);
		draw_lines(sheet, cell, &row->set[i], x, height);
		x += cell->width;
	}
	sheet->y += height;
}

static void draw_header(struct sheet *sheet)
{
	const struct cell *header = sheet->header;

	if (!header)
		return;
	sheet->header = NULL;
	sheet_row(sheet, header, sheet->header_count);
	sheet->header = header;
}

static void draw_row(struct sheet *sheet, struct set_row *row)
{
	int whole, page = SHEET_BOTTOM - sheet->top;

	set_row(sheet, row);
	if (sheet->status < 0)
		return;
	whole = row_height(row, page * 4);
	/* Only a row that no page could hold is divided. */
	if (sheet->y + whole > SHEET_BOTTOM &&
	    (whole <= page / 2 || sheet->y + 4000 > SHEET_BOTTOM)) {
		sheet_new_page(sheet);
		draw_header(sheet);
	}
	while (sheet->status == 0) {
		draw_part(sheet, row);
		if (row_drawn(row))
			break;
		sheet_new_page(sheet);
		draw_header(sheet);
	}
}

void sheet_row(struct sheet *sheet, const struct cell *cells, size_t count)
{
	CLEANUP(set_row) struct set_row row = {
		.cells = cells, .count = count, .ruled = true,
	};

	if (sheet->status == 0)
		draw_row(sheet, &row);
}

void sheet_prose(struct sheet *sheet, const struct cell *cells, size_t count)
{
	CLEANUP(set_row) struct set_row row = { .cells = cells, .count = count };

	if (sheet->status == 0)
		draw_row(sheet, &row);
}

int sheet_row_height(struct sheet *sheet, const struct cell *cells,
		     size_t count)
{
	CLEANUP(set_row) struct set_row row = { .cells = cells, .count = count };

	if (sheet->status < 0)
		return 0;
	set_row(sheet, &row);
	return sheet->status < 0 ? 0 : row_height(&row, PAGE_HEIGHT * 4);
}
