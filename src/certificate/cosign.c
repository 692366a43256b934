/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/record.h>

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "certificate/bundle.h"
#include "certificate/pdf/pdf.h"
#include "certificate/verifier.h"

/* What keeps this person from signing in that role. */
static int refuse(struct haiki_error *err, const char *format,
		  const char *name, const char *role, const char *last)
{
	int r = error_set(err, HAIKI_DOMAIN_USAGE, -EPERM, format, name, role,
			  last);

	error_localize(err, format, name, error_translate(role),
		       error_translate(last));
	return r;
}

static int refuse_unnamed(const char *role, struct haiki_error *err)
{
	const char *format =
		N_("the record names nobody as %s: whoever is to sign must be named when the record is made (--witness, --approved-by)");
	int r = error_set(err, HAIKI_DOMAIN_USAGE, -EPERM, format, role);

	error_localize(err, format, error_translate(role));
	return r;
}

static int check_named(const json_t *record, const struct haiki_signer *signer,
		       const char *role, struct haiki_error *err)
{
	const json_t *signers = json_object_get(record, "signers"), *s;
	const char *other = NULL;
	size_t i;

	json_array_foreach(signers, i, s) {
		const char *print = record_text(s, "fingerprint", NULL);
		const char *name = record_text(s, "name", NULL);

		if (print && !strcmp(print, signer->fingerprint))
			return refuse(err, N_("%s signed this record as %s: the same person cannot be its %s"),
				      name, record_text(s, "role", NULL), role);
		if (strcmp(record_text(s, "role", NULL), role))
			continue;
		if (print ? !strcmp(print, signer->fingerprint) :
			    !strcmp(name, signer->name))
			return 0;
		other = name;
	}
	if (other)
		return refuse(err, N_("the record names %s as %s, and this is the certificate of %s"),
			      other, role, signer->name);
	return refuse_unnamed(role, err);
}

int haiki_cosign_check(const char *file, const struct haiki_signer *signer,
		       const char *role, struct haiki_error *err)
{
	CLEANUP(free) struct haiki_report *report = calloc(1, sizeof(*report));
	struct inquiry q = { .file = file, .report = report };
	bool fit = false;
	int r;

	if (!report)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	r = inquiry_read(&q, &fit, err);
	if (r == 0 && (!fit || report->problems_count))
		r = error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
			      N_("%s: %s"), file, report->problems_count ?
			      report->problems[0].text :
		error_translate(N_("this is not a record of haiki")));
	if (r == 0)
		r = check_named(q.json, signer, role, err);
	inquiry_cleanup(&q);
	return r;
}

/* --- both signatures ------------------------------------------------------- */

/* Half of the work may have been done before the power failed. */
static bool signed_already(const struct cms *cms,
			   const struct haiki_signer *signer, const char *role)
{
	for (size_t i = 0; i < cms->count; i++)
		if (cms->signatures[i].valid &&
		    !strcmp(cms->signatures[i].role, role) &&
		    !X509_cmp(cms->signatures[i].cert, signer->cert))
			return true;
	return false;
}

static int sign_record(struct bundle *b, const struct haiki_signer *signer,
		       const char *role, struct haiki_error *err)
{
	CLEANUP(cms) struct cms cms = { 0 };
	int r = cms_read(NULL, b->cms, b->cms_length, b->record, b->record_length,
			 &cms, err);

	if (r < 0 || signed_already(&cms, signer, role))
		return r;
	return cms_add_signer(b->record, b->record_length, b->cms,
			      b->cms_length, signer, role, &b->new_cms,
			      &b->new_cms_length, err);
}

static void check_cleanup(struct pdf_check *check)
{
	pdf_check_cleanup(check);
}

static bool is_ours(const struct pdf_check *check,
		    const struct haiki_signer *signer, const char *role)
{
	for (size_t i = 0; i < check->signatures_count; i++)
		if (check->signatures[i].valid &&
		    !strcmp(check->signatures[i].field, role) &&
		    !strcmp(check->signatures[i].fingerprint,
			    signer->fingerprint))
			return true;
	return false;
}

/* Pages that can't be compared with the record here may be signed by nobody
 * here; he can sign the record alone. */
static int explain(struct haiki_error *err, int r)
{
	const char *format =
		N_("%s (nothing was signed; --no-pdf signs the record alone)");
	struct haiki_error why;

	if (!err || r == -EEXIST)
		return r;
	why = *err;
	error_set(err, HAIKI_DOMAIN_CERTIFICATE, r, format, why.text);
	error_localize(err, format, why.local);
	return r;
}

static int sign_pdf(struct bundle *b, const struct haiki_signer *signer,
		    const struct haiki_cosign *options,
		    const struct haiki_tsa *tsa, struct haiki_cosigned *done,
		    struct haiki_error *err)
{
	CLEANUP(check) struct pdf_check check = { 0 };
	const struct pdf_signing signing = {
		.signer = signer, .role = options->role, .at = time_now(),
		.tsa = tsa,
	};
	int r;

	if (!b->pdf)
		return 0;
	r = certificate_pdf_check(b->pdf, b->pdf_length, &check, err);
	if (r < 0)
		return r;
	if (!check.problems_count && is_ours(&check, signer, options->role))
		return 0;
	return certificate_pdf_sign(b->pdf, b->pdf_length, &signing,
				    &b->new_pdf, &b->new_pdf_length,
				    &done->no_timestamp, err);
}

/* A time stamp is good to have; without it the signature stands, too. */
static void stamp_record(struct bundle *b, const struct haiki_tsa *tsa,
			 struct haiki_cosigned *done)
{
	uint8_t *stamped = NULL;
	size_t length = 0;
	unsigned count = 0;

	if (!tsa || !b->new_cms)
		return;
	if (cms_timestamp(b->record, b->record_length, b->new_cms,
			  b->new_cms_length, tsa, &count, &stamped, &length,
			  &done->no_timestamp) == 0)
		memset(&done->no_timestamp, 0, sizeof(done->no_timestamp));
	if (!stamped)
		return;
	free(b->new_cms);
	b->new_cms = stamped;
	b->new_cms_length = length;
}

static int sign_both(struct bundle *b, const struct haiki_signer *signer,
		     const struct haiki_cosign *options,
		     struct haiki_cosigned *done, struct haiki_error *err)
{
	int r = sign_record(b, signer, options->role, err);

	if (r < 0)
		return r;
	stamp_record(b, options->tsa, done);
	/* Who was waited for in vain isn't waited for again. */
	r = sign_pdf(b, signer, options, done->no_timestamp.code ? NULL :
		     options->tsa, done, err);
	if (r < 0)
		return explain(err, r);
	if (b->new_cms || b->new_pdf)
		return 0;
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EEXIST,
			 N_("%s has signed this record already"),
			 signer->name);
}

int haiki_cosign(const char *file, const struct haiki_signer *signer,
		 const struct haiki_cosign *options,
		 struct haiki_cosigned *ret_done, struct haiki_error *err)
{
	CLEANUP(bundle) struct bundle b = { .lock = -1 };
	struct haiki_cosigned done = { 0 };
	int r = haiki_cosign_check(file, signer, options->role, err);

	if (r == 0)
		r = bundle_open(file, options->skip_pdf, &b, err);
	if (r == 0)
		r = sign_both(&b, signer, options, &done, err);
	if (r == 0)
		r = bundle_write(&b, err);
	if (r < 0)
		return r;
	done.record = b.new_cms != NULL;
	done.pdf = b.new_pdf != NULL;
	done.pdf_missing = !options->skip_pdf && !b.pdf;
	*ret_done = done;
	return 0;
}
