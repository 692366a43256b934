/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_FACE_H
#define CERTIFICATE_PDF_FACE_H

#include <haiki/error.h>
#include "certificate/pdf/writer.h"

/*
 * The fonts of a document. Every character is looked up in its style's font
 * and then in those for rare kanji and letters of names; what none of them
 * has is an error, never a blank. Only the glyphs used are embedded.
 */
enum face {
	FACE_REGULAR = 0,
	FACE_BOLD,
	FACE_KANJI,
	FACE_LATIN,
	FACE_COUNT
};

struct faces;

/* A character as the document shows it. */
struct glyph {
	enum face face;
	uint16_t cid;             /* its code in the embedded font */
	int advance;              /* 1/1000 em */
};

struct faces *faces_new(void);
void faces_free(struct faces *faces);

/*
 * The next character of UTF-8 `text` (with its variation selector, if one
 * follows) in `style` (regular or bold). Returns the bytes it takes, or
 * -EILSEQ (no font has it, or it must not stand in a document: control,
 * format, combining characters), -ENOENT (font not installed), -ENOMEM.
 */
int faces_glyph(struct faces *faces, enum face style, const char *text,
		struct glyph *ret_glyph, struct haiki_error *err);

/* True once a character of this face was asked for. */
bool faces_used(const struct faces *faces, enum face face);

/* The resource's name in page contents: "F1" ... */
const char *faces_name(enum face face);

/* Writes the font as object `number` and all that belongs to it. */
int faces_write(struct faces *faces, enum face face, struct writer *writer,
		unsigned number, struct haiki_error *err);

/* Which fonts these are: "BIZUDPGothic-Regular/1a2b3c4d ..." for those used. */
void faces_describe(const struct faces *faces, struct buffer *out);


void faces_cleanup(struct faces **faces);

#endif
