/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PDF of a record: people read it, so it must say what the record says.
 * Its pages are compared with a fresh rendering, byte for byte; who signed it
 * must have signed the record, too; and nothing may follow the last signature.
 */
#include "certificate/verifier.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "certificate/pdf/attachments.h"
#include "certificate/pdf/pdf.h"
#include "certificate/reason.h"

static void check_cleanup(struct pdf_check *check)
{
	pdf_check_cleanup(check);
}

/* The role that a signature's field stands for. */
static bool fits_field(const struct haiki_signature *s, const char *field)
{
	const char *role = strcmp(s->role, "stick") ? s->role : "operator";

	return !strcmp(role, field);
}

static bool signed_record(const struct haiki_report *r, const char *field,
			  const char *fingerprint)
{
	for (size_t i = 0; i < r->signatures_count; i++)
		if (fits_field(&r->signatures[i], field) &&
		    !strcmp(r->signatures[i].fingerprint, fingerprint))
			return true;
	return false;
}

static bool in_chain(STACK_OF(X509) *chain, const X509 *cert)
{
	for (int i = 0; i < sk_X509_num(chain); i++)
		if (!X509_cmp(sk_X509_value(chain, i), cert))
			return true;
	return false;
}

static void check_chain(struct inquiry *q, const struct pdf_signature *s,
			const struct standing *j)
{
	for (int i = 0; i < sk_X509_num(s->cms.certs); i++)
		if (!in_chain(j->chain, sk_X509_value(s->cms.certs, i)))
			report_problem(q->report, "pdf-altered",
				       N_("a signature in the PDF holds a certificate that belongs to no signature"));
	if (!signed_record(q->report, s->field, s->fingerprint) &&
	    !(q->paper && inquiry_add_signature(q, &s->cms.signatures[0],
						s->cms.certs)))
		report_problem(q->report, "pdf-signer-differs",
			       N_("%s signed the PDF, but not the record: a signature was taken out of the record's, or the PDF is another's"),
			       s->name);
}

/* A stamp on a later signature, which covers this one, is one on it, too. */
static void check_signer(struct inquiry *q, const struct pdf_signature *s,
			 const struct timestamp **later)
{
	CLEANUP(standing) struct standing j = { 0 };
	struct cms_signature signature = s->cms.signatures[0];
	const struct judges judges = inquiry_judges(q);
	char reason[REASON_SIZE];

	if (!s->valid)      /* told by certificate_pdf_check() */
		return;
	if (!signature.stamped && *later) {
		signature.stamped = true;
		signature.stamp = **later;
	}
	judge_signature(&judges, &signature, s->cms.certs, &j);
	if (j.stamp == STAMP_TRUSTED && s->cms.signatures[0].stamped)
		*later = &s->cms.signatures[0].stamp;
	if (j.stamp == STAMP_INVALID || j.stamp_surplus)
		report_problem(q->report, "pdf-timestamp-invalid",
			       N_("the time stamp on the PDF's signature by %s is not for that signature: it was altered"),
			       s->name);
	if (standing_trusts(&j))
		check_chain(q, s, &j);
	else
		report_problem(q->report, "pdf-signer-unknown",
			       N_("the PDF's signature by %s is not trusted: %s"),
			       s->name, reason_text(j.why_not ? j.why_not :
				N_("its certificate is revoked"), reason));
}

static bool signed_paper(const struct pdf_check *check,
			 const struct haiki_signature *s)
{
	for (size_t i = 0; i < check->signatures_count; i++)
		if (fits_field(s, check->signatures[i].field))
			return true;
	return false;
}

static void check_signers(struct inquiry *q, const struct pdf_check *check)
{
	const struct timestamp *later = NULL;

	for (size_t i = check->signatures_count; i-- > 0;)
		check_signer(q, &check->signatures[i], &later);
	if (!check->signatures_count) {
		report_problem(q->report, "pdf-unsigned",
			       N_("the PDF is not signed: its signatures were cut off, or it was never finished"));
		return;
	}
	for (size_t i = 0; i < q->report->signatures_count; i++)
		if (!signed_paper(check, &q->report->signatures[i]))
			report_note(q->report, "pdf-signature-outstanding",
				    N_("%s signed the record, but not the PDF"),
				    q->report->signatures[i].name);
}

/* What is attached beside the record: its signatures when the PDF was made,
 * of which none may have got lost since. */
static void check_attached(struct inquiry *q, const struct pdf_check *check)
{
	CLEANUP(cms) struct cms cms = { 0 };
	char fingerprint[65];

	if (!check->p7s ||
	    cms_read(q->verifier->certs, check->p7s, check->p7s_length,
		     q->bytes, q->length, &cms, NULL) < 0) {
		report_problem(q->report, "pdf-attachment",
			       N_("the PDF does not have the record's signature attached, or a damaged one"));
		return;
	}
	for (size_t i = 0; i < cms.count; i++) {
		const struct cms_signature *s = &cms.signatures[i];
		CLEANUP(free) char *name = cert_name(s->cert);

		cert_fingerprint(s->cert, fingerprint);
		if (s->valid && signed_record(q->report,
				strcmp(s->role, "stick") ? s->role : "operator",
				fingerprint))
			continue;
		report_problem(q->report, "pdf-attachment",
			       N_("the signature of %s that is attached to the PDF is not among those of the record"),
			       name ? name : "-");
	}
}

static void take_over(struct inquiry *q, const struct haiki_finding *finding)
{
	if (q->verifier->no_rendering &&
	    !strcmp(finding->id, "pdf-not-compared"))
		report_note(q->report, finding->id,
			    N_("the PDF's pages were not compared with the record here, only its signatures were checked: haiki verify compares them"));
	else
		report_problem(q->report, finding->id, "%s", finding->text);
}

static void judge_paper(struct inquiry *q, const void *pdf, size_t length)
{
	CLEANUP(check) struct pdf_check check = { 0 };
	struct haiki_error why = { 0 };

	if (certificate_pdf_check(pdf, length, &check, &why) < 0) {
		report_problem(q->report, "pdf-damaged", "%s", why.local);
		return;
	}
	if (check.json_length != q->length ||
	    memcmp(check.json, q->bytes, q->length) != 0) {
		report_problem(q->report, "pdf-differs",
			       N_("the PDF is of another record"));
		return;
	}
	for (size_t i = 0; i < check.problems_count; i++)
		take_over(q, &check.problems[i]);
	check_attached(q, &check);
	check_signers(q, &check);
}

void inquiry_paper(struct inquiry *q)
{
	CLEANUP(free) char *file = NULL, *pdf = NULL;
	struct haiki_error why = { 0 };
	size_t length = 0;
	int r;

	if (q->verifier->skip_paper)
		return;
	if (q->paper) {
		judge_paper(q, q->paper, q->paper_length);
		return;
	}
	file = beside(q->file, ".pdf");
	r = file ? file_load(file, PDF_MAX_BYTES, &pdf, &length, &why) :
		-ENOMEM;
	if (r == -ENOENT)
		report_note(q->report, "pdf-missing",
			    N_("there is no PDF of the record"));
	else if (r < 0)
		report_problem(q->report, "pdf-damaged", "%s", why.local);
	else
		judge_paper(q, pdf, length);
}

/* --- a PDF by itself ------------------------------------------------------- */

/* Some systems and mail programs write capital letters. */
bool is_paper(const char *file)
{
	size_t length = strlen(file);

	return length > 4 && !strcasecmp(file + length - 4, ".pdf");
}

int inquiry_open_paper(struct inquiry *q, struct haiki_error *err)
{
	CLEANUP(free) char *pdf = NULL;
	CLEANUP(free) uint8_t *json = NULL, *p7s = NULL;
	size_t length = 0, json_length = 0, p7s_length = 0;
	int r = file_load(q->file, PDF_MAX_BYTES, &pdf, &length, err);

	if (r == 0)
		r = attachments_read((uint8_t *)pdf, length, &json,
				     &json_length, &p7s, &p7s_length, err);
	if (r < 0)
		return r;
	q->paper = TAKE(pdf);
	q->paper_length = length;
	q->bytes = (char *)TAKE(json);
	q->length = json_length;
	q->p7s = (char *)TAKE(p7s);
	q->p7s_length = p7s_length;
	return 0;
}
