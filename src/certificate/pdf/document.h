/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_DOCUMENT_H
#define CERTIFICATE_PDF_DOCUMENT_H

#include <jansson.h>
#include <time.h>
#include "certificate/pdf/sheet.h"

/* What the pages are made from. */
struct document {
	struct sheet sheet;
	const json_t *record;
	const char *id;           /* the certificate's */
	bool followup;            /* not an erasure but what came after it */
	bool handover;            /* ... and that was no destruction */
	const char *result;       /* "conforming" "duty" ...; followup: "" */
	const char *time;         /* RFC 3339, when the record was made */
	bool failed;              /* not acceptably erased */
	bool simulated;
	char sha256[65];          /* of the record's bytes */
	time_t stamped_at;        /* its first signature, by a time stamp; or 0 */
};

/* Title, number and hash, at the head of page 1. */
void document_head(struct document *document);

/* Page 1: the facts, in the order an official looks for them. */
void document_facts(struct document *document);

/* ... its second half: the result, what remains, and who signs. */
void document_outcome(struct document *document);

/* The places for signatures and seals. */
void document_signatures(struct document *document, const char *number);

/* A follow-up record, whole. */
void document_followup(struct document *document);

/* From page 2 on: what the result rests on. */
void document_evidence(struct document *document);

/* Where the time comes from: a time stamp on the record's signature, or, as
 * the standing words are, not. */
const char *document_clock(struct document *document);

/* On every page: bands, page numbers, watermark. */
int document_top(const struct document *document);
void document_furnish(struct document *document);

/* The file's title, e.g. for a window. */
const char *document_title(const struct document *document);
const char *document_title_en(const struct document *document);

#endif
