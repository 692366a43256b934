/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/grid.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>
#include <uniwidth.h>

#include "base/cleanup.h"

int grid_new(int rows, int columns, struct grid *ret_grid)
{
	struct cell *cells = calloc((size_t)rows * (size_t)columns,
				    sizeof(*cells));

	if (!cells)
		return -ENOMEM;
	for (int i = 0; i < rows * columns; i++)
		cells[i].c = ' ';
	*ret_grid = (struct grid){
		.rows = rows,
		.columns = columns,
		.cells = cells,
		.cursor_row = -1,
	};
	return 0;
}

void grid_free(struct grid *grid)
{
	free(grid->cells);
	*grid = (struct grid){ 0 };
}

static struct cell *cell_at(struct grid *grid, int row, int column)
{
	return &grid->cells[row * grid->columns + column];
}

void grid_fill(struct grid *grid, int row, int column, int width,
		 enum style style)
{
	if (row < 0 || row >= grid->rows)
		return;
	for (int i = column; i < column + width && i < grid->columns; i++)
		cell_at(grid, row, i)->style = (uint8_t)style;
}

static void put_cell(struct grid *grid, int row, int column, uint32_t c,
		     enum style style)
{
	struct cell *cell = cell_at(grid, row, column);

	if (cell->used)
		grid->overlapped++;
	*cell = (struct cell){ .c = c, .style = (uint8_t)style, .used = 1 };
}

int grid_put(struct grid *grid, int row, int column, enum style style,
	       const char *text)
{
	const uint8_t *at = (const uint8_t *)text;
	ucs4_t c;

	if (row < 0 || row >= grid->rows || column < 0) {
		grid->cut++;
		return column;
	}
	for (int n; (n = u8_strmbtouc(&c, at)) > 0; at += n) {
		int width = uc_width(c, "UTF-8");

		if (width <= 0)
			continue;
		if (column + width > grid->columns) {
			grid->cut++;
			return column;
		}
		put_cell(grid, row, column, c, style);
		if (width == 2)
			put_cell(grid, row, column + 1, CELL_TAIL, style);
		column += width;
	}
	return column;
}

char *grid_row(const struct grid *grid, int row)
{
	CLEANUP(free) uint8_t *text =
		malloc((size_t)grid->columns * 6 + 1);
	size_t used = 0, end = 0;

	if (!text)
		return NULL;
	for (int i = 0; i < grid->columns; i++) {
		uint32_t c = grid->cells[row * grid->columns + i].c;

		if (c == CELL_TAIL)
			continue;
		used += (size_t)u8_uctomb(text + used, c, 6);
		if (c != ' ')
			end = used;
	}
	text[end] = '\0';
	return (char *)TAKE(text);
}

/* --- text of known width -------------------------------------------------- */

static const struct {
	ucs4_t c;
	const char *instead;
} substitutes[] = {
	{ 0x00a7, "Sec." }, { 0x00b0, " deg " }, { 0x00b1, "+-" },
	{ 0x00b4, "'" }, { 0x00b7, "." }, { 0x00d7, "x" }, { 0x00f7, "/" },
	{ 0x2010, "-" }, { 0x2013, "-" }, { 0x2014, "-" }, { 0x2015, "ー" },
	{ 0x2018, "'" }, { 0x2019, "'" }, { 0x201c, "\"" }, { 0x201d, "\"" },
	{ 0x2020, "+" }, { 0x2022, "-" }, { 0x2025, ".." }, { 0x2026, "..." },
	{ 0x2030, "0/00" }, { 0x2032, "'" }, { 0x2033, "\"" }, { 0x203b, "*" },
	{ 0x2103, "度C" }, { 0x2116, "No." }, { 0x2121, "TEL" },
	{ 0x2190, "<-" }, { 0x2191, "^" }, { 0x2192, "->" }, { 0x2193, "v" },
	{ 0x21d2, "=>" }, { 0x2212, "-" }, { 0x2252, "=" }, { 0x2260, "!=" },
	{ 0x2264, "<=" }, { 0x2265, ">=" }, { 0x2266, "<=" }, { 0x2267, ">=" },
	{ 0x25a0, "*" }, { 0x25a1, "[]" }, { 0x25b2, "^" }, { 0x25b3, "!" },
	{ 0x25b6, ">" }, { 0x25bc, "v" }, { 0x25c6, "*" }, { 0x25c7, "*" },
	{ 0x25cb, "〇" }, { 0x25ce, "〇" }, { 0x25cf, "*" }, { 0x2605, "*" },
	{ 0x2606, "*" }, { 0x2713, "v" }, { 0x2714, "v" },
};

/* Circled and parenthesised numbers and Roman ones, which are usual in
 * municipal rules. */
static bool number_form(ucs4_t c, char *buf, size_t size)
{
	static const char *const roman[] = {
		"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X",
		"XI", "XII",
	};

	if (c >= 0x2460 && c <= 0x2473)
		snprintf(buf, size, "(%u)", (unsigned)(c - 0x2460 + 1));
	else if (c >= 0x2474 && c <= 0x2487)
		snprintf(buf, size, "(%u)", (unsigned)(c - 0x2474 + 1));
	else if (c >= 0x2160 && c <= 0x216b)
		snprintf(buf, size, "%s", roman[c - 0x2160]);
	else if (c >= 0x2170 && c <= 0x217b)
		snprintf(buf, size, "%s", roman[c - 0x2170]);
	else
		return false;
	return true;
}

/* Whether all terminals give it as many columns as we do. */
static bool is_steady(ucs4_t c)
{
	int width = uc_width(c, "UTF-8");

	return width > 0 && width == uc_width(c, "EUC-JP");
}

static void write_char(FILE *f, ucs4_t c, const uint8_t *bytes, int n)
{
	char number[16];

	if (c == '\n' || (c >= 0x20 && c != 0xfffd && is_steady(c))) {
		fwrite(bytes, 1, (size_t)n, f);
		return;
	}
	/* Nothing is seen of it: marks that combine are left away. */
	if (c >= 0xa0 && uc_width(c, "UTF-8") == 0)
		return;
	if (number_form(c, number, sizeof(number))) {
		fputs(number, f);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(substitutes); i++) {
		if (substitutes[i].c == c) {
			fputs(substitutes[i].instead, f);
			return;
		}
	}
	fputc('?', f);
}

char *screen_text(const char *text)
{
	const uint8_t *at = (const uint8_t *)text;
	char *clean = NULL;
	size_t size;
	FILE *f = open_memstream(&clean, &size);

	if (!f)
		return NULL;
	while (*at) {
		ucs4_t c;
		int n = u8_strmbtouc(&c, at);

		if (n <= 0) {
			fputc('?', f);
			n = 1;
		} else {
			write_char(f, c, at, n);
		}
		at += n;
	}
	if (fclose(f) != 0) {
		free(clean);
		return NULL;
	}
	return clean;
}
