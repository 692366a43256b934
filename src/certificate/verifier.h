/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_VERIFIER_H
#define CERTIFICATE_VERIFIER_H

#include <haiki/verify.h>
#include <jansson.h>
#include "certificate/cms.h"
#include "certificate/judge.h"
#include "certificate/ledgers.h"
#include "certificate/trust.h"

#define RECORD_MAX_BYTES ((size_t)8 << 20)
#define VERIFIER_MAX_POLICIES 8

struct haiki_verifier {
	struct trust *trust;
	struct trust *authorities;        /* of time stamps; NULL: trust */
	struct crls *crls;                /* NULL: none were given */
	struct cert_pool *certs;          /* met before; NULL: not kept */
	const char *ledger_file;          /* borrowed from the options */
	bool skip_paper;                  /* PDFs aren't looked at */
	bool no_rendering;                /* their pages can't be compared */
	struct haiki_policy *own_policy;  /* --policy, or NULL */
	struct haiki_policy *builtin[VERIFIER_MAX_POLICIES];
	size_t builtin_count;
	struct ledgers *ledgers;
};

/* One record under examination. */
struct inquiry {
	struct haiki_verifier *verifier;
	const char *file;
	struct haiki_report *report;
	char *bytes;
	size_t length;
	char sha256[65];
	/* A PDF by itself: it, and what is attached beside the record. */
	char *paper, *p7s;
	size_t paper_length, p7s_length;
	json_t *json;             /* fits the schema */
	struct cms cms;
	bool contradicted;        /* by its own evidence: never sufficient */
	bool unsigned_yet;        /* a signature asked for is outstanding */
	/* Indexes into report->signatures, or -1. */
	int witness;
};

/* Both take a static id and a translatable format. Full lists drop the rest:
 * then there are problems enough. */
void report_problem(struct haiki_report *report, const char *id,
		    const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void report_note(struct haiki_report *report, const char *id,
		 const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool report_has(const struct haiki_report *report, const char *id);

/* Reads, parses, checks form and schema; false: nothing more can be judged. */
int inquiry_read(struct inquiry *q, bool *ret_fit, struct haiki_error *err);
void inquiry_cleanup(struct inquiry *q);

/* Whether the file bears the name of that record. */
void inquiry_name(struct inquiry *q);
/* Signatures and trust: fills report->signatures. false: none can be read. */
bool inquiry_signatures(struct inquiry *q);
/* A signature on a PDF that came by itself, made after the record's were
 * attached to it: it is one of the record, too. false: it can't be that. */
bool inquiry_add_signature(struct inquiry *q,
			   const struct cms_signature *signature,
			   STACK_OF(X509) *others);
/* Then: whether those signed whom the record names, and when. */
void inquiry_names(struct inquiry *q);
struct judges inquiry_judges(const struct inquiry *q);
/* What time and revocation lists tell of a signature of the record. Fills *s
 * as far as it is about time stamps. */
void inquiry_judge(struct inquiry *q, const struct cms_signature *from,
		   STACK_OF(X509) *others, struct haiki_signature *s,
		   struct standing *ret_standing);
/* That no time stamp was got, once for all signatures. */
void inquiry_note_clock(struct inquiry *q);
/* Transcript and ledger: clears report->complete where something is wrong. */
void inquiry_transcript(struct inquiry *q);
void inquiry_ledger(struct inquiry *q);
/* The ledger that the record is to be looked up in; given back by
 * ledgers_put(). -ENOENT: there is none. */
int inquiry_open_ledger(struct inquiry *q,
			const struct ledger_index **ret_index,
			struct haiki_error *err);
/* A ledger's signed head: whether the ledger still has it. */
void inquiry_head(struct inquiry *q);
/* The PDF beside the record, or the one that the record came in. */
void inquiry_paper(struct inquiry *q);
/* The policy's verdict from the evidence: ->sufficient, ->duties. */
void inquiry_worth(struct inquiry *q);

/* What a record's evidence earns by its policy. */
struct judgement {
	const struct haiki_policy *policy;
	const struct haiki_class *cls;
	const struct haiki_situation *situation;
	const struct haiki_claims *claims;
	const struct haiki_verdict *verdict;
};
/* Whether the record says just that; else there's a problem more. */
bool inquiry_words(struct inquiry *q, const struct judgement *judgement);

/* What genuine follow-up records beside the record tell. */
struct followups {
	bool destroyed, photographed, completion_certificate, witness_signed;
};
/* Tells q->report, too, when and to whom. */
void inquiry_followups(struct inquiry *q, struct followups *ret_followups);
/* For a follow-up record itself: is the first record there and unaltered? */
void inquiry_first_record(struct inquiry *q);

/* Whether nothing is to be told of a ledger and of what it lists. */
bool verifier_ledger_is_sound(struct haiki_verifier *verifier,
			      const struct haiki_collection *collection,
			      const char *ledger);
/* As haiki_verifier_judge_folders(); `sound`: of which of the ledgers that is
 * known, or NULL. */
int verifier_judge_folders(struct haiki_verifier *verifier,
			   const struct haiki_collection *collection,
			   const bool *sound,
			   const struct haiki_verify_sink *sink);

/* Whether a file's name is that of a PDF. */
bool is_paper(const char *file);
/* Reads a PDF by itself: bytes, p7s and paper of the inquiry. -EBADMSG. */
int inquiry_open_paper(struct inquiry *q, struct haiki_error *err);

/* "FILE.json" or "FILE.pdf" -> "FILE" + suffix; the caller frees. NULL without
 * memory. */
char *beside(const char *file, const char *suffix);

const char *record_text(const json_t *json, const char *a, const char *b);

#endif
