/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_RENDERING_H
#define CERTIFICATE_PDF_RENDERING_H

#include <jansson.h>
#include "certificate/pdf/sheet.h"

/*
 * Changes with every change of what the pages look like: the checker compares
 * a file with a fresh rendering only if both name the same.
 */
#define RENDERING "haiki-pdf/6"

struct rendering_source {
	const void *json, *p7s;   /* p7s may be NULL */
	size_t json_length, p7s_length;
	bool english;
};

/* The file before any signature, and what a signature has to know of it. */
struct rendering {
	uint8_t *bytes;
	size_t length;
	bool english;
	unsigned objects;         /* highest object number */
	size_t table;             /* where its table of objects lies */
	char trailer[160];        /* the trailer's entries for every revision */
	size_t fields_count;
	struct sheet_field field[SHEET_FIELDS];
	unsigned number[SHEET_FIELDS];   /* of the fields' objects */
	unsigned page[SHEET_FIELDS];     /* of their pages' objects */
};

/* As certificate_pdf(). */
int rendering_new(const json_t *record, const struct rendering_source *source,
		  struct rendering *ret_rendering, struct haiki_error *err);
void rendering_cleanup(struct rendering *rendering);

/* A field's dictionary but for its end, ">>". */
void rendering_widget(struct buffer *out, const struct sheet_field *field,
		      unsigned page, unsigned appearance);

#endif
