/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_SHEET_H
#define CERTIFICATE_PDF_SHEET_H

#include "certificate/pdf/canvas.h"
#include "certificate/pdf/picture.h"

/*
 * Tables that flow over pages. The first failure is kept in `status` (and in
 * *err); everything after it does nothing, so that a page can be written down
 * as a list and asked once.
 */
#define SHEET_LEFT 5670           /* 20 mm: room for a binder's holes */
#define SHEET_RIGHT 3970          /* 14 mm */
#define SHEET_WIDTH (PAGE_WIDTH - SHEET_LEFT - SHEET_RIGHT)
#define SHEET_BOTTOM (PAGE_HEIGHT - 4300)

struct sheet_page {
	struct canvas under, over;
};

/* A place prepared for a signature. */
struct sheet_field {
	const char *name;         /* "operator", static */
	size_t page;
	int x, y, width, height;
};

#define SHEET_FIELDS 3

struct sheet {
	struct faces *faces;
	bool english;
	struct sheet_page *pages;
	size_t pages_count;
	int top;                  /* where content begins on every page */
	int y;                    /* where it goes on */
	const struct cell *header;/* repeated on the next page, or NULL */
	size_t header_count;
	struct sheet_field fields[SHEET_FIELDS];
	size_t fields_count;
	struct picture *pictures; /* shown on the pages */
	size_t pictures_count;
	uint32_t words;           /* of the catalogue, that were used */
	void **kept;              /* text that lives as long as the sheet */
	size_t kept_count;
	int status;
	struct haiki_error *err;
};

/* A paragraph of a cell. */
struct block {
	const char *text;
	int size;
	enum face style;
	int grey;
};

#define CELL_BLOCKS 6

struct cell {
	int width;
	bool shaded;
	bool centred;
	struct block block[CELL_BLOCKS];   /* up to the first without text */
};

void sheet_init(struct sheet *sheet, struct faces *faces, bool english,
		int top, struct haiki_error *err);
void sheet_cleanup(struct sheet *sheet);

/* The page under way, for drawing; NULL after a failure. */
struct canvas *sheet_canvas(struct sheet *sheet);

void sheet_new_page(struct sheet *sheet);
/* A new page unless `height` is still free on this one. */
void sheet_need(struct sheet *sheet, int height);
void sheet_space(struct sheet *sheet, int height);

/* A row of bordered cells, as high as its highest. */
void sheet_row(struct sheet *sheet, const struct cell *cells, size_t count);
/* The same without borders and shades. */
void sheet_prose(struct sheet *sheet, const struct cell *cells, size_t count);
int sheet_row_height(struct sheet *sheet, const struct cell *cells,
		     size_t count);

/* Takes in a picture of the record (base64); NULL after a failure. It fits into
 * a box with canvas_picture() and the number pictures_count - 1. */
const struct picture *sheet_picture(struct sheet *sheet, const char *base64);

/* One line of text, at most `width` wide; aligned by its anchor. */
enum anchor { ANCHOR_LEFT, ANCHOR_CENTRE, ANCHOR_RIGHT };
void sheet_text(struct sheet *sheet, struct canvas *canvas, enum face style,
		int size, int grey, enum anchor anchor, int x, int y,
		const char *text);

/* The Japanese or the English text. */
const char *sheet_say(const struct sheet *sheet, const char *japanese,
		      const char *english);
/* Formatted text that lives as long as the sheet; "" after a failure. */
const char *sheet_format(struct sheet *sheet, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void sheet_fail(struct sheet *sheet, int status);

#endif
