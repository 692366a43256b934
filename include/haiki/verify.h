/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_VERIFY_H
#define HAIKI_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <haiki/error.h>
#include <haiki/policy.h>

/* How far a record can be trusted, and what it is worth. */
struct haiki_finding {
	const char *id;           /* "signature-invalid", static */
	char text[320];           /* in the operator's language */
};

struct haiki_signature {
	char role[32];            /* operator witness approver stick contractor */
	char name[128];           /* CN of the certificate */
	char fingerprint[65];
	bool valid;               /* the signature fits these bytes */
	bool trusted;             /* the certificate chains to a given CA */
	bool named;               /* the record names this signer */
	char signed_at[32];       /* signingTime, RFC 3339, or "" */
};

#define HAIKI_MAX_SIGNATURES 8
#define HAIKI_MAX_FINDINGS 24

struct haiki_report {
	char file[4096];
	bool readable;            /* a certificate at all */
	bool genuine;             /* unaltered, and by trusted signers */
	bool complete;            /* transcript, ledger, named signers present */
	bool sufficient;          /* the policy's verdict, computed again */
	bool training;
	char certificate_id[64], serial[256], policy[64], class_id[64];
	enum haiki_result recorded, recomputed;
	size_t signatures_count;
	struct haiki_signature signatures[HAIKI_MAX_SIGNATURES];
	size_t duties_count;      /* outstanding */
	char duties[HAIKI_MAX_DUTIES][64];
	size_t problems_count;
	struct haiki_finding problems[HAIKI_MAX_FINDINGS];
};

struct haiki_verify_options {
	const char *ca_file;      /* PEM; NULL: the system's /etc/haiki/ca.crt */
	const char *ledger_file;  /* NULL: ledger.jsonl beside the record */
	const char *policy_file;  /* for a body's own policy; NULL: built-in */
};

/*
 * Judges one record (FILE.json; its FILE.json.p7s and transcript beside it).
 * 0 whenever a report could be made, also about a forgery; -ENOENT or another
 * -errno when there's nothing to read. Fail closed: what could not be checked
 * is a problem.
 */
int haiki_verify(const char *file, const struct haiki_verify_options *options,
		 struct haiki_report *ret_report, struct haiki_error *err);

/* cli.md's exit code for one report: 0, 1 or 3. */
int haiki_report_exit_code(const struct haiki_report *report);

#endif
