/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_PDF_H
#define CERTIFICATE_PDF_PDF_H

#include <haiki/error.h>
#include <haiki/key.h>
#include <haiki/verify.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include "certificate/cms.h"

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

struct pdf_signing {
	const struct haiki_signer *signer;
	const char *role;         /* operator stick witness approver */
	struct timespec at;       /* what the signer's clock says */
	const struct haiki_tsa *tsa;      /* stamps the signature; or NULL */
};

/*
 * Adds a signature (PAdES: ETSI.CAdES.detached) as a further revision into
 * the field prepared for the role: operator (also for a stick's key), witness
 * or approver. What is there is checked first: -EBADMSG if these pages aren't
 * exactly a rendering of the record attached, or if a signature doesn't hold:
 * then nobody should sign. -EEXIST: that field is signed. Without a time stamp
 * that was wanted it is signed nevertheless, and *ret_no_timestamp (may be
 * NULL) says why. The caller frees *ret_pdf.
 */
int certificate_pdf_sign(const void *pdf, size_t length,
			 const struct pdf_signing *signing, void **ret_pdf,
			 size_t *ret_length,
			 struct haiki_error *ret_no_timestamp,
			 struct haiki_error *err);

/*
 * Gets a time stamp for the last signature, which covers all the others: not a
 * byte that a signature covers is changed. -EBADMSG: a signature doesn't hold,
 * or there is none; -EALREADY: it has one; else as timestamp_ask().
 */
int certificate_pdf_timestamp(const void *pdf, size_t length,
			      const struct haiki_tsa *tsa, void **ret_pdf,
			      size_t *ret_length, struct haiki_error *err);

/* Whether the pages say what the attached record says. */
enum pdf_comparison {
	PDF_ALTERED = 0,          /* no: something was changed */
	PDF_NOT_COMPARED,         /* made with other fonts or another version */
	PDF_SAME,                 /* every byte is what rendering it gives */
};

struct pdf_signature {
	const char *field;        /* "operator" "witness" "approver" */
	char name[512];           /* common name of the certificate */
	char fingerprint[65];
	char time[32];            /* RFC 3339, what the page shows */
	bool valid;               /* it fits all bytes up to its revision's end */
	size_t gap_start, gap_end, end;   /* in the file; gap: where it stands,
					   * brackets and all */
	struct cms cms;           /* certificates; one signature */
};

#define PDF_MAX_SIGNATURES 3
#define PDF_MAX_PROBLEMS 8

struct pdf_check {
	enum pdf_comparison comparison;
	uint8_t *json, *p7s;      /* attached; p7s NULL: none */
	size_t json_length, p7s_length;
	size_t signatures_count;  /* in the order of signing */
	struct pdf_signature signatures[PDF_MAX_SIGNATURES];
	size_t problems_count;    /* 0: nothing is wrong */
	struct haiki_finding problems[PDF_MAX_PROBLEMS];
};

/*
 * Examines an untrusted PDF. 0 whenever there is something to report, also
 * about a forgery: sound is only what has PDF_SAME and no problems; whether
 * its signers are trusted, and `json` is the record in question, is for the
 * caller to judge. Every byte is accounted for: the file must be a rendering
 * of its attachment and nothing but our own signature revisions, the last of
 * which then covers it whole. -EBADMSG: not a PDF of this program. Freed with
 * pdf_check_cleanup().
 */
int certificate_pdf_check(const void *pdf, size_t length,
			  struct pdf_check *ret_check, struct haiki_error *err);
void pdf_check_cleanup(struct pdf_check *check);

#endif
