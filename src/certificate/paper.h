/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PAPER_H
#define CERTIFICATE_PAPER_H

#include <haiki/key.h>

/*
 * Renders the record in `json_path` (its .p7s beside it) for people, signed
 * as the record is, into the same name with .pdf. `role` is that of the
 * signer, "operator" or "stick"; `lang` "ja" or "en". The record stands
 * without it: a failure here takes nothing away from it.
 * -EEXIST: there is a PDF already.
 */
int certificate_paper(const char *json_path, const struct haiki_signer *signer,
		      const char *role, const char *lang, struct haiki_error *err);

#endif
