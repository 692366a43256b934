/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_CANVAS_H
#define CERTIFICATE_PDF_CANVAS_H

#include "certificate/pdf/text.h"

/*
 * Drawing on a page. (x, y) is in 1/100 point from the page's upper left
 * corner; y of a text is its base line. Grey: 0 black ... 100 white.
 */
#define PAGE_WIDTH 59528          /* A4 */
#define PAGE_HEIGHT 84189

struct canvas {
	struct buffer content;
	int height;               /* the page's or the form's */
};

#define BLACK 0
#define WHITE 100

void canvas_fill(struct canvas *canvas, int grey, int x, int y, int width,
		 int height);
void canvas_frame(struct canvas *canvas, int grey, int thickness, int x, int y,
		  int width, int height);
void canvas_line(struct canvas *canvas, int grey, int thickness, int x1, int y1,
		 int x2, int y2);
/* A filled triangle that points up to (x, y). */
void canvas_pointer(struct canvas *canvas, int grey, int x, int y, int size);

/* Bytes `text` ... `text + length` from x on, in the given style. */
int canvas_text(struct canvas *canvas, struct faces *faces, enum face style,
		int size, int grey, int x, int y, const char *text,
		size_t length, struct haiki_error *err);

/* The same, outlined and turned by 45 degrees around its start. */
int canvas_watermark(struct canvas *canvas, struct faces *faces, int size,
		     int x, int y, const char *text, struct haiki_error *err);

/* The picture of that number (sheet.h), stretched to the box. */
void canvas_picture(struct canvas *canvas, size_t number, int x, int y,
		    int width, int height);

/* A QR code of the ASCII text, `side` wide with its quiet zone. */
int canvas_qr(struct canvas *canvas, int x, int y, int side, const char *text,
	      struct haiki_error *err);

#endif
