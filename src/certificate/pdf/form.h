/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_FORM_H
#define CERTIFICATE_PDF_FORM_H

#include "certificate/pdf/sheet.h"

/* The few shapes that the pages are made of. */

#define SIZE_TEXT 880
#define SIZE_SMALL 740
#define SIZE_NOTE 620
#define GREY_NOTE 35

/* Japanese with English beside, or English alone. */
struct label {
	const char *japanese, *english;
};

/* "3  検証  Verification": starts a section, with room for its first row. */
void form_heading(struct sheet *sheet, const char *number,
		  const struct label *label, int room);

/* A label and its value, over the whole width; below the value its article
 * and, smaller, a note; either may be NULL. */
void form_wide(struct sheet *sheet, const struct label *label,
	       const char *text, const char *article, const char *note);
/* Two of them side by side. */
void form_pair(struct sheet *sheet, const struct label *label1,
	       const char *text1, const char *note1,
	       const struct label *label2, const char *text2,
	       const char *note2);

/* The same in small print, for the evidence. */
void form_fine(struct sheet *sheet, const struct label *label,
	       const char *text);
void form_fine_pair(struct sheet *sheet, const struct label *label1,
		    const char *text1, const struct label *label2,
		    const char *text2);

#define FORM_COLUMNS 8

/* A table of small text with a header that is repeated on every page. */
struct form_table {
	size_t columns;
	int width[FORM_COLUMNS];  /* together SHEET_WIDTH */
	struct label label[FORM_COLUMNS];
	struct cell header[FORM_COLUMNS];
};

void form_table_begin(struct sheet *sheet, struct form_table *table);
void form_table_row(struct sheet *sheet, const struct form_table *table,
		    const char *const *texts);
void form_table_end(struct sheet *sheet);

/* "text (article)", or the text alone where there is no article. */
const char *form_article(struct sheet *sheet, const char *text,
			 const char *article);

/* Plain paragraph over the whole width. */
void form_paragraph(struct sheet *sheet, enum face style, int size,
		    const char *text);

#endif
