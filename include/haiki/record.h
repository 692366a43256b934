/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_RECORD_H
#define HAIKI_RECORD_H

#include <stdbool.h>
#include <haiki/error.h>
#include <haiki/key.h>
#include <haiki/timestamp.h>

/* What people do to a record after it was made. */

/*
 * Whether this signer may sign the record FILE.json in that role (witness,
 * approver): -EPERM if the record names nobody, or somebody else, in it.
 */
int haiki_cosign_check(const char *file, const struct haiki_signer *signer,
		       const char *role, struct haiki_error *err);

struct haiki_cosign {
	const char *role;         /* "witness" or "approver" */
	bool skip_pdf;            /* sign the record alone */
	const struct haiki_tsa *tsa;      /* stamps the signatures; or NULL */
};

/* What was done; all false at first. */
struct haiki_cosigned {
	bool record;              /* FILE.json.p7s has the signature now */
	bool pdf;                 /* FILE.pdf has it now */
	bool pdf_missing;         /* there was no FILE.pdf to be signed */
	struct haiki_error no_timestamp;  /* code 0, or why they have none */
};

/*
 * Adds the signature to FILE.json.p7s and, as a further revision with a visible
 * box, to FILE.pdf, after everything there was found valid for the record: both
 * or neither. If power fails between the two, the record has it first, and the
 * same call adds what is missing. Who calls this has judged the record
 * (haiki_verify) and shown it. -EPERM as above; -EEXIST: has signed already;
 * -EBADMSG: something was altered, or the PDF can't be compared with the record
 * here (other fonts).
 */
int haiki_cosign(const char *file, const struct haiki_signer *signer,
		 const struct haiki_cosign *options,
		 struct haiki_cosigned *ret_done, struct haiki_error *err);

/*
 * What became of one drive: it was destroyed, handed over to somebody, or first
 * the one, then the other. Strings are borrowed; NULL = not given.
 */
struct haiki_followup {
	const char *record;               /* the first record's .json file */
	const char *method;               /* of the destruction; NULL: none */
	const char *date;                 /* required; 2026-11-21 */
	const char *handover;             /* to whom; NULL: wasn't */
	const char *handover_date;        /* NULL: `date` */
	const char *receipt;              /* number of theirs */
	const char *const *photos;        /* files */
	size_t photos_count;
	unsigned quantity;                /* 0 = 1 */
	/* These tell of the destruction. */
	const char *contractor, *completion_certificate, *location;
	const char *operator_name, *witness;
	const char *role;                 /* of the signer: operator or stick */
	const char *language;             /* of the PDF; NULL: none is made */
	const struct haiki_tsa *tsa;      /* stamps the signatures; or NULL */
};

/* The record stands without these: code 0, or why they could not be had. */
struct haiki_closed {
	struct haiki_error no_pdf, no_timestamp;
};

/*
 * Checks what was given (-EINVAL; a picture must be a JPEG or PNG), copies the
 * pictures, writes the signed record RECORD.followup-1.json (-2 ...) beside the
 * first one, enters it in that folder's ledger and renders it as a PDF. Who
 * calls this has judged the first record. *ret_path is the new .json file,
 * freed by the caller; *ret_done may be NULL.
 */
int haiki_close(const struct haiki_followup *destruction,
		struct haiki_signer *signer, char **ret_path,
		struct haiki_closed *ret_done, struct haiki_error *err);

/*
 * Signs the head of a ledger (its file) in that role, so that whoever keeps it
 * can show later what the ledger was: writes ledger.head-NUMBER.json and .p7s
 * beside it. *ret_path is the .json file, freed by the caller. -EBADMSG: the
 * ledger is damaged; -ENODATA: it's empty.
 */
int haiki_head_sign(const char *ledger, const struct haiki_signer *signer,
		    const char *role, char **ret_path, struct haiki_error *err);

/* What the certificate calls a method, by its id; the id if it has no name. */
const char *haiki_method_in_words(const char *id, bool japanese);

/*
 * Completes what a power cut left half done in a folder of records: a signed
 * record that isn't in the ledger yet is entered. Nothing to do is no error;
 * -EBADMSG: all is settled, but a record has lost its signature.
 */
int haiki_settle(const char *directory, struct haiki_error *err);

#endif
