/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_ISSUE_H
#define CERTIFICATE_ISSUE_H

#include <haiki/key.h>
#include <haiki/ledger.h>
#include <jansson.h>

/* Makes the record for the place after `before`; the tree fits its schema. */
typedef int issue_make(void *opaque, const struct haiki_ledger_head *before,
		       json_t **ret_json, struct haiki_error *err);

/*
 * Makes, signs and writes any kind of record and enters it in the ledger; see
 * certificate_issue(). *ret_path is the caller's to free.
 */
int issue_record(const char *directory, const char *basename,
		 const struct haiki_signer *signer, const char *role,
		 issue_make *make, void *opaque, char **ret_path,
		 struct haiki_error *err);

#endif
