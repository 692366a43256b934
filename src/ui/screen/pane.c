/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/pane.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ui/ui.h"

#define TEXT_SIZE 4096

void pane_init(struct pane *pane, int columns)
{
	*pane = (struct pane){ .columns = columns };
}

void pane_free(struct pane *pane)
{
	for (size_t i = 0; i < pane->count; i++)
		for (size_t j = 0; j < pane->lines[i].count; j++)
			free(pane->lines[i].segments[j].text);
	for (size_t i = 0; i < pane->hints_count; i++)
		free(pane->hints[i].label);
	free(pane->lines);
	free(pane->title);
	pane_init(pane, 0);
}

static char *clean(struct pane *pane, const char *text)
{
	char *copy = screen_text(text);

	pane->failed |= !copy;
	return copy;
}

void pane_title(struct pane *pane, const char *title)
{
	free(pane->title);
	pane->title = clean(pane, title);
}

static struct line *add_line(struct pane *pane)
{
	if (pane->count == pane->room) {
		size_t room = pane->room ? pane->room * 2 : 64;
		struct line *lines = realloc(pane->lines,
					     room * sizeof(*lines));

		if (!lines) {
			pane->failed = true;
			return NULL;
		}
		pane->lines = lines;
		pane->room = room;
	}
	pane->lines[pane->count] = (struct line){ 0 };
	return &pane->lines[pane->count++];
}

/* Takes `text`. */
static void add_to_line(struct pane *pane, struct line *line, int column,
			enum style style, char *text)
{
	if (!text || !line || line->count == PANE_SEGMENTS) {
		pane->failed |= !text || !line;
		pane->faults += line && line->count == PANE_SEGMENTS;
		free(text);
		return;
	}
	line->segments[line->count++] = (struct segment){
		.column = column, .style = style, .text = text,
	};
}

static void add_segment(struct pane *pane, int column, enum style style,
			char *text)
{
	add_to_line(pane, pane->count ? &pane->lines[pane->count - 1] : NULL,
		    column, style, text);
}

void pane_blank(struct pane *pane)
{
	add_line(pane);
}

/* One line of `text` at a column; what follows it. */
static const char *wrap_one(struct pane *pane, struct line *line, int column,
			    enum style style, const char *text)
{
	size_t n = ui_fit(text, pane->columns - column), end = n;

	while (end && text[end - 1] == ' ')
		end--;
	add_to_line(pane, line, column, style, strndup(text, end));
	text += n;
	while (*text == ' ')
		text++;
	return *text == '\n' ? text + 1 : text;
}

/* The first line is there already, with a label on it, if `begun`. */
static void wrap(struct pane *pane, int column, enum style style,
		 const char *text, bool begun)
{
	CLEANUP(free) char *copy = clean(pane, text);
	const char *rest = copy;

	if (!copy)
		return;
	do {
		if (!begun && !add_line(pane))
			return;
		begun = false;
		rest = wrap_one(pane, &pane->lines[pane->count - 1], column,
				style, rest);
	} while (*rest);
}

void pane_aside(struct pane *pane, size_t line, int column, enum style style,
		const char *text)
{
	CLEANUP(free) char *copy = clean(pane, text);
	const char *rest = copy;

	do {
		while (line >= pane->count)
			if (!add_line(pane))
				return;
		if (copy)
			rest = wrap_one(pane, &pane->lines[line++], column,
					style, rest);
	} while (copy && *rest);
}

void pane_text(struct pane *pane, int indent, enum style style,
	       const char *text)
{
	wrap(pane, indent, style, text, false);
}

#define FORMAT(buf, format) do { \
	va_list args_; \
	va_start(args_, format); \
	vsnprintf(buf, sizeof(buf), format, args_); \
	va_end(args_); \
} while (0)

void pane_textf(struct pane *pane, int indent, enum style style,
		const char *format, ...)
{
	char text[TEXT_SIZE];

	FORMAT(text, format);
	pane_text(pane, indent, style, text);
}

void pane_labelled(struct pane *pane, int indent, int width, const char *label,
		   enum style style, const char *text)
{
	CLEANUP(free) char *name = clean(pane, label);

	if (!name || !add_line(pane))
		return;
	pane->faults += ui_width(name) >= width;
	add_segment(pane, indent, STYLE_PLAIN, TAKE(name));
	wrap(pane, indent + width, style, text, true);
}

void pane_pair(struct pane *pane, const char *label, enum style style,
	       const char *text)
{
	pane_labelled(pane, 2, PANE_LABEL, label, style, text);
}

void pane_pairf(struct pane *pane, const char *label, enum style style,
		const char *format, ...)
{
	char text[TEXT_SIZE];

	FORMAT(text, format);
	pane_pair(pane, label, style, text);
}

void pane_row(struct pane *pane)
{
	add_line(pane);
}

/* Cut with ".." so that it takes at most `width` columns. */
static void shorten(char *text, int width)
{
	size_t n = strlen(text);

	if (ui_width(text) <= width)
		return;
	while (n && ui_width(text) > width - 2)
		do
			text[--n] = '\0';
		while (n && ((unsigned char)text[n] & 0xc0) == 0x80);
	memcpy(text + n, "..", 3);
}

void pane_cell(struct pane *pane, int column, int width, enum style style,
	       const char *text)
{
	/* The half blocks of a code aren't text. */
	char *copy = style == STYLE_CODE ? strdup(text) : clean(pane, text);

	/* Two bytes more for the dots that may stand for fewer. */
	char *longer = copy ? realloc(copy, strlen(copy) + 3) : NULL;

	if (copy && !longer) {
		free(copy);
		pane->failed = true;
		return;
	}
	if (longer && width)
		shorten(longer, width);
	else if (longer && column + ui_width(longer) > pane->columns)
		pane->faults++;
	add_segment(pane, column, style, longer);
}

void pane_cellf(struct pane *pane, int column, int width, enum style style,
		const char *format, ...)
{
	char text[TEXT_SIZE];

	FORMAT(text, format);
	pane_cell(pane, column, width, style, text);
}

size_t pane_item(struct pane *pane)
{
	return pane->count;
}

void pane_choose(struct pane *pane, size_t from)
{
	if (from >= pane->count)
		return;
	pane->lines[from].chosen = true;
	pane->keep_from = from;
	pane->keep_to = pane->count;
}

void pane_split(struct pane *pane)
{
	char line[512];
	int width = pane->columns < (int)sizeof(line) ? pane->columns :
		(int)sizeof(line) - 1;

	memset(line, '-', (size_t)width);
	line[width] = '\0';
	pane_row(pane);
	pane->split = pane->count - 1;
	pane_cell(pane, 0, 0, STYLE_WEAK, line);
}

void pane_hint(struct pane *pane, const char *key, const char *label)
{
	if (pane->hints_count == PANE_HINTS) {
		pane->faults++;
		return;
	}
	pane->hints[pane->hints_count++] = (struct hint){
		.key = key, .label = clean(pane, label),
	};
}
