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

/* The file with the update behind it, and the signature in its place. */
static int seal(const void *pdf, const struct revision *before,
		struct revision_update *update,
		const struct haiki_signer *signer, const char *role,
		uint8_t **ret_pdf, struct haiki_error *err)
{
	size_t end = update->after.length, covered, der_length = 0;
	CLEANUP(free) uint8_t *whole = malloc(end);
	CLEANUP(free) uint8_t *content = NULL, *der = NULL;
	int r;

	if (!whole)
		return error_errno(err, -ENOMEM, N_("cannot sign the PDF"));
	memcpy(whole, pdf, before->length);
	memcpy(whole + before->length, update->bytes.bytes,
	       update->bytes.length);
	content = signature_content(whole, update->gap_start, update->gap_end,
				    end, &covered);
	if (!content)
		return error_errno(err, -ENOMEM, N_("cannot sign the PDF"));
	r = cms_sign(content, covered, signer, role, &der, &der_length, err);
	if (r < 0)
		return r;
	if (!revision_fill(update, before, der, der_length))
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EMSGSIZE,
				 N_("the signature with its certificates is too long for the PDF: leave out certificates of the chain"));
	memcpy(whole + before->length, update->bytes.bytes,
	       update->bytes.length);
	*ret_pdf = TAKE(whole);
	return 0;
}

int certificate_pdf_sign(const void *pdf, size_t length,
			 const struct haiki_signer *signer, const char *role,
			 const struct timespec *at, void **ret_pdf,
			 size_t *ret_length, struct haiki_error *err)
{
	CLEANUP(examined) struct examined e = { 0 };
	CLEANUP(update) struct revision_update update = { 0 };
	char time[TIME_TEXT_SIZE];
	const struct revision_signature signature = {
		.field = field_of_role(role),
		.name = haiki_signer_name(signer),
		.fingerprint = haiki_signer_fingerprint(signer),
		.time = time,
	};
	uint8_t *signed_pdf;
	int r = examined_new(pdf, length, &e, err);

	if (r == 0)
		r = refuse(&e, signature.field, signature.name, err);
	if (r < 0)
		return r;
	time_format(at, time);
	r = revision_make(&e.rendering, &e.end, &signature, &update, err);
	if (r == 0)
		r = seal(pdf, &e.end, &update, signer, role, &signed_pdf, err);
	if (r < 0)
		return r;
	*ret_pdf = signed_pdf;
	*ret_length = update.after.length;
	return 0;
}
