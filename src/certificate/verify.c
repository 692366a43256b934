/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/verifier.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

/* The problems that leave a record genuine: they are about what lies beside
 * it, or about what it is worth. */
static const char *const apart_from_genuine[] = {
	"transcript-missing", "transcript-unreadable", "transcript-altered",
	"transcript-differs",
	"ledger-unreadable", "ledger-pending", "ledger-missing",
	"ledger-damaged", "ledger-differs", "file-name",
	"ledger-truncated", "ledger-exchanged",
	"policy-unknown", "class-unknown", "contradiction", "signed-early",
	"claims-differ", "verdict-differs", "interrupted", "nonconforming",
	"followup-invalid", "photo-missing", "photo-altered",
	"record-missing", "record-altered",
	"pdf-damaged", "pdf-differs", "pdf-altered", "pdf-appended",
	"pdf-attachment", "pdf-not-compared", "pdf-record-damaged",
	"pdf-signature-invalid", "pdf-signed-twice", "pdf-signer-differs",
	"pdf-signer-unknown", "pdf-timestamp-invalid", "pdf-unsigned",
};

static bool leaves_genuine(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(apart_from_genuine); i++)
		if (!strcmp(apart_from_genuine[i], id))
			return true;
	return false;
}

/* Who has nothing but the PDF reads its pages; those that can't be compared
 * here are still what its signers signed. */
static bool is_in_doubt(const struct inquiry *q, const char *id)
{
	return !leaves_genuine(id) ||
		(q->paper && !strncmp(id, "pdf-", 4) &&
		 strcmp(id, "pdf-not-compared") != 0);
}

static bool is_genuine(const struct inquiry *q)
{
	const struct haiki_report *r = q->report;

	if (!r->signatures_count)
		return false;
	for (size_t i = 0; i < r->signatures_count; i++)
		if (!r->signatures[i].valid || !r->signatures[i].trusted)
			return false;
	for (size_t i = 0; i < r->problems_count; i++)
		if (is_in_doubt(q, r->problems[i].id))
			return false;
	return true;
}

static void inquiry_by_type(struct inquiry *q)
{
	const char *type = q->report->record_type;

	if (!strcmp(type, "ledger-head")) {
		inquiry_head(q);
		return;
	}
	inquiry_ledger(q);
	if (!q->paper)
		inquiry_paper(q);
	if (!strcmp(type, "erasure")) {
		inquiry_name(q);
		inquiry_transcript(q);
		inquiry_worth(q);
	} else {
		inquiry_first_record(q);
	}
}

static void judge(struct inquiry *q)
{
	struct haiki_report *r = q->report;
	bool is_signed;

	r->complete = true;
	r->training = json_is_true(json_object_get(q->json, "simulated"));
	is_signed = inquiry_signatures(q);
	if (q->paper)       /* it may bear more signatures than are attached */
		inquiry_paper(q);
	if (is_signed)
		inquiry_names(q);
	inquiry_by_type(q);
	if (q->contradicted)
		r->sufficient = r->closed = false;
	/* While nothing waits for it, a signature that was asked for is not
	 * missed: another way of fulfilling the duty was taken. */
	if (q->unsigned_yet && !(r->closed && !r->problems_count))
		r->complete = false;
	r->genuine = is_genuine(q);
	/* What isn't known to be in order is not settled either. */
	if (!r->genuine || !r->complete || r->problems_count)
		r->closed = false;
}

int haiki_verifier_judge(struct haiki_verifier *verifier, const char *file,
			 struct haiki_report *ret_report,
			 struct haiki_error *err)
{
	CLEANUP(free) struct haiki_report *report = calloc(1, sizeof(*report));
	struct inquiry q = {
		.verifier = verifier, .file = file, .report = report,
		.witness = -1,
	};
	bool fit = false;
	int r;

	if (!report)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	snprintf(report->file, sizeof(report->file), "%s", file);
	r = inquiry_read(&q, &fit, err);
	if (r == 0 && fit)
		judge(&q);
	inquiry_cleanup(&q);
	if (r == 0)
		*ret_report = *report;
	return r;
}

/* --- what many records have in common -------------------------------------- */

void haiki_verifier_free(struct haiki_verifier *verifier)
{
	if (!verifier)
		return;
	for (size_t i = 0; i < verifier->builtin_count; i++)
		haiki_policy_free(verifier->builtin[i]);
	haiki_policy_free(verifier->own_policy);
	trust_free(verifier->trust);
	trust_free(verifier->authorities);
	crls_free(verifier->crls);
	cert_pool_free(verifier->certs);
	ledgers_free(verifier->ledgers);
	free(verifier);
}

static void verifier_cleanup(struct haiki_verifier **verifier)
{
	haiki_verifier_free(*verifier);
}

/* haiki_policy_load() takes a word without '/' for the id of a built-in one;
 * here it is always a file. */
static int load_policy(const char *file, struct haiki_policy **ret_policy,
		       struct haiki_error *err)
{
	CLEANUP(free) char *path = NULL;

	if (asprintf(&path, "%s%s", strchr(file, '/') ? "" : "./", file) < 0)
		path = NULL;
	if (!path)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	return haiki_policy_load(path, ret_policy, err);
}

/* Only ids of our own are looked up: a record's text is never a file name. */
static int load_builtin(struct haiki_verifier *v, struct haiki_error *err)
{
	for (const char *const *id = haiki_policy_builtin();
	     *id && v->builtin_count < VERIFIER_MAX_POLICIES; id++) {
		int r = haiki_policy_load(*id, &v->builtin[v->builtin_count],
					  err);

		if (r < 0)
			return r;
		v->builtin_count++;
	}
	return 0;
}

int haiki_verifier_new(const struct haiki_verify_options *options,
		       struct haiki_verifier **ret_verifier,
		       struct haiki_error *err)
{
	CLEANUP(verifier) struct haiki_verifier *v = calloc(1, sizeof(*v));
	int r;

	if (!v)
		return error_errno(err, -ENOMEM, N_("cannot verify"));
	v->ledger_file = options->ledger_file;
	v->skip_paper = options->skip_pdf;
	v->no_rendering = options->no_rendering;
	v->ledgers = ledgers_new();
	v->certs = cert_pool_new();
	if (!v->ledgers)
		return error_errno(err, -ENOMEM, N_("cannot verify"));
	r = trust_load(options->ca_file, &v->trust, err);
	if (r == 0 && options->tsa_ca_file)
		r = trust_load(options->tsa_ca_file, &v->authorities, err);
	if (r == 0 && options->crl_count)
		r = crls_load(options->crl_files, options->crl_count, &v->crls,
			      err);
	if (r == 0)
		r = load_builtin(v, err);
	if (r == 0 && options->policy_file)
		r = load_policy(options->policy_file, &v->own_policy, err);
	if (r == 0 && options->ledger_file &&
	    access(options->ledger_file, R_OK) < 0)
		r = error_errno(err, -errno, N_("cannot open %s"),
				options->ledger_file);
	if (r < 0)
		return r;
	*ret_verifier = TAKE(v);
	return 0;
}

size_t haiki_verifier_authorities(const struct haiki_verifier *verifier,
				  struct haiki_authority *ret_authorities,
				  size_t max)
{
	return trust_roots(verifier->trust, ret_authorities, max);
}

int haiki_verify(const char *file, const struct haiki_verify_options *options,
		 struct haiki_report *ret_report, struct haiki_error *err)
{
	CLEANUP(verifier) struct haiki_verifier *verifier = NULL;
	int r = haiki_verifier_new(options, &verifier, err);

	return r < 0 ? r : haiki_verifier_judge(verifier, file, ret_report,
						err);
}
