/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_TEXT_H
#define CERTIFICATE_PDF_TEXT_H

#include "certificate/pdf/face.h"

/* Lengths are in 1/100 point, everywhere in this folder. */

/* One line of a text that was broken to a width. */
struct line {
	const char *text;
	size_t length;            /* bytes */
	int width;
};

/*
 * Breaks `text` into lines no wider than `width`: at spaces, after hyphens
 * and slashes, between Japanese characters but not before a closing or after
 * an opening one (kinsoku); a word wider than the line is cut where it must
 * be. Appends to *lines (grown with realloc). -errno as faces_glyph().
 */
int text_break(struct faces *faces, enum face style, int size, const char *text,
	       int width, struct line **lines, size_t *count,
	       struct haiki_error *err);

int text_width(struct faces *faces, enum face style, int size,
	       const char *text, int *ret_width, struct haiki_error *err);

#endif
