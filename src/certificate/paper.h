/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PAPER_H
#define CERTIFICATE_PAPER_H

#include <haiki/key.h>
#include <haiki/timestamp.h>

struct paper {
	const struct haiki_signer *signer;
	const char *role;         /* of the signer: "operator" or "stick" */
	const char *lang;         /* "ja" or "en" */
	const struct haiki_tsa *tsa;      /* stamps the signature; or NULL */
};

/*
 * Renders the record in `json_path` (its .p7s beside it) for people, signed
 * as the record is, into the same name with .pdf. The record stands
 * without it: a failure here takes nothing away from it. -EEXIST: there is a
 * PDF already. Without a time stamp that was wanted there is a PDF, and
 * *ret_no_timestamp (may be NULL) says why.
 */
int certificate_paper(const char *json_path, const struct paper *paper,
		      struct haiki_error *ret_no_timestamp,
		      struct haiki_error *err);

#endif
