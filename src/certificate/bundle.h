/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_BUNDLE_H
#define CERTIFICATE_BUNDLE_H

#include <haiki/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A record with its signatures and its PDF, open for adding to them: locked, so
 * that of two who sign at the same moment neither signature is lost.
 */
struct bundle {
	int lock;
	char *cms_file, *pdf_file;
	char *record, *cms, *pdf;         /* pdf NULL: there is none */
	size_t record_length, cms_length, pdf_length;
	/* What takes their place; NULL: stays as it is. */
	uint8_t *new_cms;
	void *new_pdf;
	size_t new_cms_length, new_pdf_length;
};

/* `file` is the record's .json. -EBADMSG: the PDF is of another record. */
int bundle_open(const char *file, bool skip_pdf, struct bundle *ret_bundle,
		struct haiki_error *err);
void bundle_cleanup(struct bundle *bundle);

/*
 * Writes what is new: both or neither. If power fails between the two, the
 * record's signature is there: one that only the PDF had would be doubted.
 */
int bundle_write(const struct bundle *bundle, struct haiki_error *err);

#endif
