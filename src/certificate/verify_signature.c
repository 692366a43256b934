/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/verifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "certificate/reason.h"

/* A clock may be wrong; a day is more than time zones explain. */
#define CLOCK_SLACK (24 * 60 * 60)
/* The operator's signature is by the clock that the work was timed with. */
#define OWN_SLACK 60

static bool is_same_key(const X509 *a, const X509 *b)
{
	return EVP_PKEY_eq(X509_get0_pubkey(a), X509_get0_pubkey(b)) == 1;
}

static void describe(const struct cms_signature *from,
		     struct haiki_signature *to)
{
	CLEANUP(free) char *name = cert_name(from->cert);
	struct timespec at = { .tv_sec = from->signed_at };
	char time[TIME_TEXT_SIZE];

	snprintf(to->role, sizeof(to->role), "%s", from->role);
	snprintf(to->name, sizeof(to->name), "%s", name ? name : "");
	cert_fingerprint(from->cert, to->fingerprint);
	time_format(&at, time);
	snprintf(to->signed_at, sizeof(to->signed_at), "%.31s", time);
	to->valid = from->valid;
}

static bool in_chain(STACK_OF(X509) *chain, const X509 *cert)
{
	for (int i = 0; i < sk_X509_num(chain); i++)
		if (!X509_cmp(sk_X509_value(chain, i), cert))
			return true;
	return false;
}

/* --- trust ----------------------------------------------------------------- */

static void reject(struct inquiry *q, const struct haiki_signature *s,
		   const char *why)
{
	char reason[REASON_SIZE];

	if (trust_is_empty(q->verifier->trust))
		report_problem(q->report, "signer-unknown",
			       N_("whether %s may sign is not known: give the certificate authority with --ca FILE (or put it at /etc/haiki/ca.crt)"),
			       s->name);
	else
		report_problem(q->report, "signer-unknown",
			       N_("%s is not trusted: %s. Is it the right authority that was given with --ca?"),
			       s->name, reason_text(why, reason));
}

static void trust_signature(struct inquiry *q, size_t i, bool *used)
{
	const struct cms_signature *from = &q->cms.signatures[i];
	struct haiki_signature *s = &q->report->signatures[i];
	CLEANUP(standing) struct standing standing = { 0 };

	if (!s->valid) {
		report_problem(q->report, "signature-invalid",
			       N_("the signature of %s does not fit the record: one of them was altered"),
			       s->name);
		return;
	}
	inquiry_judge(q, from, q->cms.certs, s, &standing);
	if (standing.why_not)
		reject(q, s, standing.why_not);
	if (!standing_trusts(&standing))
		return;
	s->trusted = true;
	for (int c = 0; c < sk_X509_num(q->cms.certs); c++)
		used[c] |= in_chain(standing.chain,
				     sk_X509_value(q->cms.certs, c));
}

/* Certificates that no signature needs could be anything. */
static void check_surplus(struct inquiry *q, const bool *used)
{
	bool all_trusted = true;

	for (size_t i = 0; i < q->report->signatures_count; i++)
		all_trusted &= q->report->signatures[i].trusted;
	for (int c = 0; all_trusted && c < sk_X509_num(q->cms.certs); c++)
		if (!used[c])
			report_problem(q->report, "certificate-surplus",
				       N_("the signature file holds a certificate that belongs to no signature"));
}

static void check_trust(struct inquiry *q)
{
	int count = sk_X509_num(q->cms.certs);
	CLEANUP(free) bool *used = calloc((size_t)count + 1, sizeof(*used));

	if (!used) {
		report_problem(q->report, "not-checked",
			       N_("out of memory: not everything was checked"));
		return;
	}
	for (size_t i = 0; i < q->cms.count; i++)
		trust_signature(q, i, used);
	check_surplus(q, used);
}

/* --- who is named, and who signed ------------------------------------------ */

static bool is_first_role(const char *role)
{
	return !strcmp(role, "operator") || !strcmp(role, "stick");
}

/* Nobody can be the witness of what he did himself. */
static bool is_first_key(const struct inquiry *q, const X509 *cert)
{
	for (size_t i = 0; i < q->cms.count; i++)
		if (is_first_role(q->cms.signatures[i].role) &&
		    is_same_key(q->cms.signatures[i].cert, cert))
			return true;
	return false;
}

/* Those that were added later were looked at then. */
static bool is_independent(const struct inquiry *q, size_t i)
{
	return i >= q->cms.count ||
		!is_first_key(q, q->cms.signatures[i].cert);
}

bool inquiry_add_signature(struct inquiry *q,
			   const struct cms_signature *signature,
			   STACK_OF(X509) *others)
{
	struct haiki_report *r = q->report;
	struct haiki_signature *s = &r->signatures[r->signatures_count];
	CLEANUP(standing) struct standing standing = { 0 };

	if (!q->cms.count || r->signatures_count == HAIKI_MAX_SIGNATURES ||
	    !signature->valid || is_first_role(signature->role) ||
	    is_first_key(q, signature->cert))
		return false;
	r->signatures_count++;
	describe(signature, s);
	inquiry_judge(q, signature, others, s, &standing);
	s->trusted = standing_trusts(&standing);
	return true;
}

static bool answers(const struct inquiry *q, size_t i, const json_t *signer)
{
	const struct haiki_signature *s = &q->report->signatures[i];
	const char *role = record_text(signer, "role", NULL);
	const char *fingerprint = record_text(signer, "fingerprint", NULL);

	if (!s->valid || strcmp(s->role, role))
		return false;
	if (!is_first_role(role) && !is_independent(q, i))
		return false;
	/* The record shows that name to people. */
	return (!fingerprint || !strcmp(s->fingerprint, fingerprint)) &&
		!strcmp(s->name, record_text(signer, "name", NULL));
}

static int find_signature(const struct inquiry *q, const json_t *signer)
{
	for (size_t i = 0; i < q->report->signatures_count; i++)
		if (answers(q, i, signer))
			return (int)i;
	return -1;
}

/* Anybody may sign a ledger's head, in any role. */
static bool is_head(const struct inquiry *q)
{
	return !strcmp(q->report->record_type, "ledger-head");
}

static void check_signer(struct inquiry *q, const json_t *signer,
			 bool *has_first)
{
	const char *role = record_text(signer, "role", NULL);
	bool first = is_first_role(role) || is_head(q);
	int found = find_signature(q, signer);

	if (found >= 0) {
		q->report->signatures[found].named = true;
		*has_first |= first;
		if (!strcmp(role, "witness") &&
		    q->report->signatures[found].trusted)
			q->witness = found;
		return;
	}
	if (first) {
		report_problem(q->report, "signature-missing",
			       N_("the signature of %s, who is named as %s, is missing"),
			       record_text(signer, "name", NULL), error_translate(role));
	} else if (json_is_true(json_object_get(signer, "required"))) {
		q->unsigned_yet = true;
		report_note(q->report, "signature-outstanding",
			    N_("the signature of %s as %s is outstanding: haiki cosign adds it"),
			    record_text(signer, "name", NULL), error_translate(role));
	} else {
		/* Nor can it be told from one that was taken out. */
		report_note(q->report, "signature-not-there",
			    N_("%s is named as %s and has not signed; nobody demands it"),
			    record_text(signer, "name", NULL), error_translate(role));
	}
}

/* Names without a first signer would be a record that nobody answers for. */
static void check_names(struct inquiry *q)
{
	const json_t *signers = json_object_get(q->json, "signers");
	bool has_first = false;
	const json_t *signer;
	size_t i;

	json_array_foreach(signers, i, signer)
		check_signer(q, signer, &has_first);
	if (!has_first && !report_has(q->report, "signature-missing"))
		report_problem(q->report, "signature-missing",
			       N_("the record names nobody who answers for it"));
	for (i = 0; i < q->report->signatures_count; i++) {
		const struct haiki_signature *s = &q->report->signatures[i];

		if (s->valid && !s->named)
			report_problem(q->report, "signer-not-named",
				       N_("%s signed as %s, but the record does not name such a signer"),
				       s->name, error_translate(s->role));
	}
}

static void note_operator(struct inquiry *q)
{
	const char *operator_name = record_text(q->json, "operator", NULL);

	for (size_t i = 0; i < q->report->signatures_count; i++) {
		const struct haiki_signature *s = &q->report->signatures[i];

		if (!strcmp(s->role, "stick"))
			report_note(q->report, "signed-by-stick",
				    N_("no person's key signed this record, only the key of the folder that it was written to"));
		else if (!strcmp(s->role, "operator") && operator_name &&
			 strcmp(operator_name, s->name))
			report_note(q->report, "operator-name",
				    N_("the operator is given as %s, and the signature is that of %s"),
				    operator_name, s->name);
	}
}

/* Nobody can have signed what had not happened yet. */
static void check_order(struct inquiry *q, size_t i)
{
	const char *done = record_text(q->json, "finished_at", NULL);
	const struct cms_signature *s = &q->cms.signatures[i];
	time_t slack = is_first_role(s->role) ? OWN_SLACK : CLOCK_SLACK;

	if (!done)
		done = record_text(q->json, "recorded_at", NULL);
	if (!done || s->signed_at + slack >= time_parse(done))
		return;
	q->contradicted = true;
	report_problem(q->report, "signed-early",
		       N_("%s signed at %s, before the work that the record tells of had ended"),
		       q->report->signatures[i].name,
		       q->report->signatures[i].signed_at);
}

static void check_times(struct inquiry *q)
{
	time_t now = time_now().tv_sec;

	for (size_t i = 0; i < q->cms.count; i++) {
		check_order(q, i);
		if (q->cms.signatures[i].signed_at > now + CLOCK_SLACK)
			report_note(q->report, "signed-in-future",
				    N_("%s signed at %s, which is still to come: a clock is wrong"),
				    q->report->signatures[i].name,
				    q->report->signatures[i].signed_at);
	}
}

/* Of a PDF by itself it's the attached one. */
static int load_cms(struct inquiry *q, const char *file, char **ret_der,
		    size_t *ret_length, struct haiki_error *err)
{
	if (!file)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), q->file);
	if (!q->paper)
		return file_load(file, CMS_MAX_BYTES, ret_der, ret_length, err);
	if (!q->p7s)
		return -ENOENT;
	*ret_der = TAKE(q->p7s);
	*ret_length = q->p7s_length;
	return 0;
}

static bool read_cms(struct inquiry *q)
{
	CLEANUP(free) char *file = beside(q->file, ".json.p7s");
	CLEANUP(free) char *der = NULL;
	struct haiki_error why = { 0 };
	size_t length = 0;
	int r = load_cms(q, file, &der, &length, &why);

	if (r == -ENOENT) {
		report_problem(q->report, "signature-missing",
			       N_("there is no signature: %s is missing"),
			       file);
		return false;
	}
	if (r == 0)
		r = cms_read(q->verifier->certs, der, length, q->bytes,
			     q->length, &q->cms, &why);
	if (r < 0)
		report_problem(q->report, "signature-damaged", "%s",
			       why.local);
	return r == 0;
}

bool inquiry_signatures(struct inquiry *q)
{
	q->witness = -1;
	if (!read_cms(q))
		return false;
	for (size_t i = 0; i < q->cms.count; i++)
		describe(&q->cms.signatures[i], &q->report->signatures[i]);
	q->report->signatures_count = q->cms.count;
	check_trust(q);
	return true;
}

void inquiry_names(struct inquiry *q)
{
	check_names(q);
	note_operator(q);
	check_times(q);
	inquiry_note_clock(q);
}
