/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_METADATA_H
#define CERTIFICATE_PDF_METADATA_H

#include "certificate/pdf/writer.h"

/* What is said about the file; twice, and both must agree (ISO 19005-3,
 * 6.6.2.3): in the information dictionary and as XMP. */
struct metadata {
	const char *title, *author, *subject, *creator, *producer;
	const char *time;         /* RFC 3339, or NULL */
	const char *language;     /* "ja" or "en" */
};

/* The stream object of the XMP packet. */
void metadata_write_xmp(struct writer *writer, unsigned number,
			const struct metadata *metadata);
void metadata_write_info(struct writer *writer, unsigned number,
			 const struct metadata *metadata);

/* "2026-11-21T18:30:15+09:00" as PDF writes it, "D:20261121183015+09'00'";
 * false for anything else. */
#define PDF_DATE_SIZE 32
bool metadata_date(const char *time, char ret_date[PDF_DATE_SIZE]);

#endif
