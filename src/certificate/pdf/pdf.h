/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_PDF_H
#define CERTIFICATE_PDF_PDF_H

#include <haiki/error.h>
#include <jansson.h>
#include <stddef.h>

/*
 * The rendering of a record for people: PDF/A-3b (ISO 19005-3), with the
 * record and its signature attached byte for byte. It repeats the record and
 * says nothing more. The same input gives the same bytes.
 *
 * `record` is the tree of `json_bytes` and fits the schema; `p7s` NULL = no
 * signature to attach. `lang`: "ja" (Japanese with English beside) or "en".
 * -ENOENT: a font or the colour profile isn't installed (*err names the
 * Debian package); -EILSEQ: a character that no font has, *err says which;
 * -EBADMSG: the record lacks what every record has. The caller frees *ret_pdf.
 */
int certificate_pdf(const json_t *record, const void *json_bytes,
		    size_t json_length, const void *p7s, size_t p7s_length,
		    const char *lang, void **ret_pdf, size_t *ret_length,
		    struct haiki_error *err);

#endif
