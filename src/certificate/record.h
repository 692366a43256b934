/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_RECORD_H
#define CERTIFICATE_RECORD_H

#include <haiki/drive.h>
#include <haiki/evidence.h>
#include <haiki/key.h>
#include <haiki/ledger.h>
#include <haiki/policy.h>
#include <jansson.h>
#include <time.h>
#include "overwrite/engine.h"
#include "overwrite/pace.h"
#include "proof/proof.h"

/*
 * Everything one disposal record says, as the job collects it. Plain data;
 * strings are borrowed and may be NULL = not given. record_to_json() turns it
 * into the tree of certs/certificate.schema.json.
 */

/* One attempt, with what the evidence proper leaves out. */
struct record_attempt {
	struct haiki_attempt evidence;
	struct timespec started_at, finished_at;
	const struct schedule *schedule;          /* overwrite only */
	const struct engine_state *engine;        /* overwrite only: keys */
	const struct pace *pace;                  /* overwrite only, or NULL */
	const struct bad_range *bad_ranges;
	size_t bad_ranges_count;
	char detail[320];                         /* status in words, English */
	char status_before[256], status_after[256]; /* registers, logs: hex */
	const struct proof_finding *findings;
	size_t findings_count;
	/* What was sent, in words; NULL: what the method consists of. */
	const char *const *commands;
	size_t commands_count;
};

struct record_error {
	struct timespec at;
	struct haiki_error error;
};

struct record {
	const struct haiki_policy *policy;
	const struct haiki_class *cls;
	struct haiki_situation situation;
	struct haiki_drive before, after;
	struct haiki_evidence evidence;
	struct haiki_claims claims;
	struct haiki_verdict verdict;
	const struct record_attempt *attempts;    /* in order; last counts */
	size_t attempts_count;
	const struct record_error *errors;
	size_t errors_count;
	struct timespec started_at, finished_at;
	struct timespec interrupted_at[8], resumed_at[8];
	size_t interruptions;
	bool not_started;                         /* nothing was ever written */

	const char *clock;                        /* origin.h; NULL: unasked */
	const char *operator_name, *witness, *approved_by, *approval_no,
		   *approval_date, *purpose, *asset, *department, *location,
		   *contractor, *contract_no, *encrypted_by, *organisation;
	const char *transcript_sha256;            /* 64 hex digits */
	struct haiki_ledger_head ledger;          /* the place it will take - 1 */
	const char *operator_fingerprint;         /* of the signing certificate */
	const char *operator_certificate_name;    /* its common name */
	const char *operator_role;                /* "operator" or "stick" */
};

/*
 * The record's tree, checked against the schema; the caller decrefs. -EINVAL:
 * words given by a person that can't stand in a record (not UTF-8, control
 * characters, too long); what devices and libraries said is made fit instead.
 */
int record_to_json(const struct record *record, json_t **ret_json,
		   struct haiki_error *err);

/*
 * The inverse, for the verifier: what the policy needs to judge again. The
 * tree must already fit the schema. Strings in *ret_situation point into the
 * tree. -EBADMSG if the record contradicts itself.
 */
int record_evidence(const json_t *json, struct haiki_evidence *ret_evidence,
		    struct haiki_situation *ret_situation,
		    struct haiki_error *err);

/*
 * What a record says in several places must be the same everywhere: its
 * number and its place, its times, its counts, its people, its drive. The tree
 * must fit the schema. -EBADMSG with the first contradiction.
 */
int record_agree(const json_t *json, struct haiki_error *err);

/* The same for a follow-up record and the record that it follows up. */
int record_agree_with_first(const json_t *json, const json_t *first,
			    struct haiki_error *err);

/* The counts of a verification: the record's, or an attempt's. */
void record_verification(const json_t *json,
			 struct haiki_verification *ret_verification);

/* Whether this very version of the program made the record, so that even its
 * sentences must be those that would be written here. */
bool record_is_ours(const json_t *json);

/*
 * Whether a person's words (a name, a place ...) can stand in a record; to be
 * asked before anything is erased; and in its PDF, as far as fonts are here to
 * tell. -EINVAL with `what` in *err.
 */
int record_check_text(const char *what, const char *text,
		      struct haiki_error *err);

/*
 * Writes the whole package into `directory`: BASENAME.transcript.jsonl must
 * already be there; takes the ledger's next place, writes BASENAME.json.p7s
 * and BASENAME.json (JCS), appends to the ledger; each file under a temporary
 * name, synced, renamed. ret_path: the .json file, freed by the caller. Sets
 * record->ledger, operator_fingerprint, operator_certificate_name, and, if it
 * is NULL, transcript_sha256 itself; these pointers are only good during the
 * call.
 *
 * Whenever power fails, the next call on the directory (or
 * haiki_settle()) sets it right; see issue.c. -EEXIST: BASENAME.json is
 * there already; after a power cut that means that this record was issued.
 */
int certificate_issue(struct record *record, struct haiki_signer *signer,
		      const char *directory, const char *basename,
		      char **ret_path, struct haiki_error *err);

#endif
