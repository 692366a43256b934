/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_FOLLOWUP_H
#define CERTIFICATE_FOLLOWUP_H

#include <haiki/key.h>
#include <haiki/error.h>

/*
 * Follow-up records lie beside the record that they follow up: BASE.json has
 * BASE.followup-1.json, -2 ..., without gaps.
 */
#define FOLLOWUPS_MAX 99

/* The file of the n-th follow-up; the caller frees. NULL without memory. */
char *followup_file(const char *record, unsigned n);

/* The destruction of one drive. Strings are borrowed; NULL = not given. */
struct followup {
	const char *record;               /* the first record's .json file */
	const char *method;
	const char *date;                 /* 2026-11-21 */
	const char *const *photos;        /* files */
	size_t photos_count;
	unsigned quantity;
	const char *contractor, *completion_certificate, *location;
	const char *operator_name, *witness;
	const char *role;                 /* of the signer: operator or stick */
};

/*
 * Checks what was given (-EINVAL: HAIKI_DOMAIN_USAGE), copies the pictures,
 * writes and signs the record beside the first one and enters it in that
 * folder's ledger. *ret_path is the new .json file, freed by the caller.
 */
int followup_issue(const struct followup *followup,
		   struct haiki_signer *signer, char **ret_path,
		   struct haiki_error *err);

#endif
