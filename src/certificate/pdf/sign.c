/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "certificate/pdf/check.h"
#include "certificate/pdf/signature.h"

/* Nobody signs pages that don't say what the record says. */
static int refuse(const struct examined *e, const char *field,
		  const char *signer_name, struct haiki_error *err)
{
	const struct pdf_check *check = &e->check;

	if (strlen(signer_name) >= sizeof(check->signatures[0].name))
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EMSGSIZE,
				 N_("the name in the signer's certificate is too long for the PDF"));
	if (check->problems_count)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
				 N_("the PDF must not be signed: %s"),
				 check->problems[0].text);
	for (size_t i = 0; i < check->signatures_count; i++)
		if (!strcmp(check->signatures[i].field, field))
			return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EEXIST,
					 N_("the PDF has the signature of this role already, by %s"),
					 check->signatures[i].name);
	if (check->comparison != PDF_SAME)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
				 N_("the PDF must not be signed: its pages could not be compared with the record"));
	return 0;
}

/* --- the signature --------------------------------------------------------- */

struct sealing {
	const struct pdf_signing *signing;
	const struct revision *before;
	const struct revision_update *update;
	struct haiki_error *no_timestamp;
	struct haiki_error *err;
};

/* With its time stamp, if there is one to be had and room for it. */
static int stamp(const struct sealing *s, const uint8_t *content,
		 size_t covered, uint8_t **der, size_t *der_length)
{
	CLEANUP(free) uint8_t *stamped = NULL;
	size_t length = 0;
	unsigned count = 0;
	int r;

	if (!s->signing->tsa)
		return 0;
	r = cms_timestamp(content, covered, *der, *der_length,
			  s->signing->tsa, &count, &stamped, &length,
			  s->no_timestamp);
	if (r < 0)
		return 0;
	if (length > REVISION_CONTENTS) {
		error_set(s->no_timestamp, HAIKI_DOMAIN_CERTIFICATE, -EMSGSIZE,
			  N_("the time stamp with its certificates is too long for the PDF"));
		return 0;
	}
	free(*der);
	*der = TAKE(stamped);
	*der_length = length;
	return 0;
}

static int sign(const struct sealing *s, const uint8_t *content,
		size_t covered, uint8_t **ret_der, size_t *ret_length)
{
	int r = cms_sign(content, covered, s->signing->signer,
			 s->signing->role, ret_der, ret_length, s->err);

	return r < 0 ? r : stamp(s, content, covered, ret_der, ret_length);
}

/* The file with the update behind it, and the signature in its place. */
static int seal(const struct sealing *s, const void *pdf, uint8_t **ret_pdf)
{
	const struct revision_update *update = s->update;
	size_t end = update->after.length, covered, der_length = 0;
	CLEANUP(free) uint8_t *whole = malloc(end);
	CLEANUP(free) uint8_t *content = NULL, *der = NULL;
	int r;

	if (!whole)
		return error_errno(s->err, -ENOMEM, N_("cannot sign the PDF"));
	memcpy(whole, pdf, s->before->length);
	memcpy(whole + s->before->length, update->bytes.bytes,
	       update->bytes.length);
	content = signature_content(whole, update->gap_start, update->gap_end,
				    end, &covered);
	if (!content)
		return error_errno(s->err, -ENOMEM, N_("cannot sign the PDF"));
	r = sign(s, content, covered, &der, &der_length);
	if (r < 0)
		return r;
	if (!revision_fill(whole + update->gap_start,
			   update->gap_end - update->gap_start, der,
			   der_length))
		return error_set(s->err, HAIKI_DOMAIN_CERTIFICATE, -EMSGSIZE,
				 N_("the signature with its certificates is too long for the PDF: leave out certificates of the chain"));
	*ret_pdf = TAKE(whole);
	return 0;
}

int certificate_pdf_sign(const void *pdf, size_t length,
			 const struct pdf_signing *signing, void **ret_pdf,
			 size_t *ret_length,
			 struct haiki_error *ret_no_timestamp,
			 struct haiki_error *err)
{
	CLEANUP(examined) struct examined e = { 0 };
	CLEANUP(update) struct revision_update update = { 0 };
	char time[TIME_TEXT_SIZE];
	const struct revision_signature signature = {
		.field = field_of_role(signing->role),
		.name = haiki_signer_name(signing->signer),
		.fingerprint = haiki_signer_fingerprint(signing->signer),
		.time = time,
	};
	const struct sealing sealing = {
		.signing = signing, .before = &e.end, .update = &update,
		.no_timestamp = ret_no_timestamp, .err = err,
	};
	uint8_t *signed_pdf;
	int r = examined_new(pdf, length, &e, err);

	if (r == 0)
		r = refuse(&e, signature.field, signature.name, err);
	if (r < 0)
		return r;
	time_format(&signing->at, time);
	r = revision_make(&e.rendering, &e.end, &signature, &update, err);
	if (r == 0)
		r = seal(&sealing, pdf, &signed_pdf);
	if (r < 0)
		return r;
	*ret_pdf = signed_pdf;
	*ret_length = update.after.length;
	return 0;
}

/* --- a time stamp for what is signed already -------------------------------- */

/* Who only stamps needs no fonts to compare the pages with. */
static int check_stampable(const struct pdf_check *check,
			   struct haiki_error *err)
{
	const struct pdf_signature *last;

	for (size_t i = 0; i < check->problems_count; i++)
		if (strcmp(check->problems[i].id, "pdf-not-compared"))
			return error_set(err, HAIKI_DOMAIN_CERTIFICATE,
					 -EBADMSG,
					 N_("the PDF gets no time stamp: %s"),
					 check->problems[i].text);
	if (!check->signatures_count)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
				 N_("the PDF gets no time stamp: nobody signed it"));
	last = &check->signatures[check->signatures_count - 1];
	if (last->cms.signatures[0].stamped)
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EALREADY,
				 N_("the PDF has a time stamp already"));
	return 0;
}

static int stamp_last(const uint8_t *pdf, const struct pdf_signature *last,
		      const struct haiki_tsa *tsa, uint8_t **ret_der,
		      size_t *ret_length, struct haiki_error *err)
{
	CLEANUP(free) uint8_t *content = NULL, *der = NULL;
	size_t covered, der_length = 0;
	unsigned count = 0;
	int r = signature_der(pdf, last, &der, &der_length);

	if (r < 0)
		return error_errno(err, r, N_("cannot sign the PDF"));
	content = signature_content(pdf, last->gap_start, last->gap_end,
				    last->end, &covered);
	if (!content)
		return error_errno(err, -ENOMEM, N_("cannot sign the PDF"));
	return cms_timestamp(content, covered, der, der_length, tsa, &count,
			     ret_der, ret_length, err);
}

int certificate_pdf_timestamp(const void *pdf, size_t length,
			      const struct haiki_tsa *tsa, void **ret_pdf,
			      size_t *ret_length, struct haiki_error *err)
{
	CLEANUP(examined) struct examined e = { 0 };
	CLEANUP(free) uint8_t *whole = NULL, *der = NULL;
	const struct pdf_signature *last;
	size_t der_length = 0;
	int r = examined_new(pdf, length, &e, err);

	if (r == 0)
		r = check_stampable(&e.check, err);
	if (r < 0)
		return r;
	last = &e.check.signatures[e.check.signatures_count - 1];
	r = stamp_last(pdf, last, tsa, &der, &der_length, err);
	if (r < 0)
		return r;
	whole = malloc(length);
	if (!whole)
		return error_errno(err, -ENOMEM, N_("cannot sign the PDF"));
	memcpy(whole, pdf, length);
	if (!revision_fill(whole + last->gap_start,
			   last->gap_end - last->gap_start, der, der_length))
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EMSGSIZE,
				 N_("the time stamp with its certificates is too long for the PDF"));
	*ret_pdf = TAKE(whole);
	*ret_length = length;
	return 0;
}
