/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_WRITER_H
#define CERTIFICATE_PDF_WRITER_H

#include "certificate/pdf/buffer.h"

/* Numbered objects and the table of where they lie (ISO 32000-1, 7.5). */
struct writer {
	struct buffer out;
	size_t base;              /* bytes of the file before `out` */
	size_t table;             /* where the last table lies in the file */
	unsigned objects;         /* highest number given away */
	size_t *offsets;          /* in the file, by number; 0 = not written */
	size_t offsets_room;
	bool failed;
};

/* Starts a file: header only. */
void writer_start(struct writer *writer);

/* Starts an update of a file of `base` bytes and `objects` objects. */
void writer_resume(struct writer *writer, size_t base, unsigned objects);

/* A number for an object that is written later. */
unsigned writer_reserve(struct writer *writer);

/* "N 0 obj", then the caller puts the object into writer->out. */
void writer_open(struct writer *writer, unsigned number);
void writer_close(struct writer *writer);

/*
 * A whole stream object. `entries` are the further entries of its dictionary;
 * compressed with Flate unless `plain`.
 */
void writer_stream(struct writer *writer, unsigned number, const char *entries,
		   const void *bytes, size_t length, bool plain);

/*
 * Cross-reference table, trailer with the further entries `trailer`, and end.
 * `previous`: where the table before this one lies, 0 = there is none.
 */
void writer_finish(struct writer *writer, const char *trailer, size_t previous);

/* Text as a string object: PDFDocEncoding's ASCII, or UTF-16BE. */
void writer_string(struct buffer *out, const char *utf8);

bool writer_failed(const struct writer *writer);
void writer_cleanup(struct writer *writer);

#endif
