/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/record.h>

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "certificate/pdf/attachments.h"
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
			      report->problems[0].text : "not a record");
	if (r == 0)
		r = check_named(q.json, signer, role, err);
	inquiry_cleanup(&q);
	return r;
}

/* Two people may sign at the same moment; neither signature may be lost. */
static int lock(const char *file, int *ret_fd, struct haiki_error *err)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return error_errno(err, -errno, N_("cannot open %s"), file);
	while ((r = flock(fd, LOCK_EX)) < 0 && errno == EINTR)
		;
	if (r < 0) {
		r = error_errno(err, -errno, N_("cannot lock %s"), file);
		close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

/* --- both signatures ------------------------------------------------------- */

/* What is there, and what will be in its place. */
struct cosigning {
	const struct haiki_signer *signer;
	const char *role;
	char *record, *cms, *pdf;           /* pdf NULL: there is none */
	size_t record_length, cms_length, pdf_length;
	uint8_t *new_cms;                   /* NULL: signed already */
	void *new_pdf;
	size_t new_cms_length, new_pdf_length;
};

static void cosigning_cleanup(struct cosigning *c)
{
	free(c->record);
	free(c->cms);
	free(c->pdf);
	free(c->new_cms);
	free(c->new_pdf);
}

static int read_files(struct cosigning *c, const char *file,
		      const char *cms_file, const char *pdf_file,
		      struct haiki_error *err)
{
	struct haiki_error why;
	int r = file_load(file, RECORD_MAX_BYTES, &c->record,
			  &c->record_length, err);

	if (r == 0)
		r = file_load(cms_file, CMS_MAX_BYTES, &c->cms,
			      &c->cms_length, err);
	if (r < 0 || !pdf_file)
		return r;
	r = file_load(pdf_file, PDF_MAX_BYTES, &c->pdf, &c->pdf_length, &why);
	if (r < 0 && r != -ENOENT) {
		*err = why;
		return r;
	}
	return 0;
}

/* Half of the work may have been done before the power failed. */
static bool signed_already(const struct cosigning *c, const struct cms *cms)
{
	for (size_t i = 0; i < cms->count; i++)
		if (cms->signatures[i].valid &&
		    !strcmp(cms->signatures[i].role, c->role) &&
		    !X509_cmp(cms->signatures[i].cert, c->signer->cert))
			return true;
	return false;
}

static int sign_record(struct cosigning *c, struct haiki_error *err)
{
	CLEANUP(cms) struct cms cms = { 0 };
	int r = cms_read(c->cms, c->cms_length, c->record, c->record_length,
			 &cms, err);

	if (r < 0 || signed_already(c, &cms))
		return r;
	return cms_add_signer(c->record, c->record_length, c->cms,
			      c->cms_length, c->signer, c->role, &c->new_cms,
			      &c->new_cms_length, err);
}

static void check_cleanup(struct pdf_check *check)
{
	pdf_check_cleanup(check);
}

static bool is_ours(const struct cosigning *c, const struct pdf_check *check)
{
	for (size_t i = 0; i < check->signatures_count; i++)
		if (check->signatures[i].valid &&
		    !strcmp(check->signatures[i].field, c->role) &&
		    !strcmp(check->signatures[i].fingerprint,
			    c->signer->fingerprint))
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

static int sign_pdf(struct cosigning *c, struct haiki_error *err)
{
	CLEANUP(check) struct pdf_check check = { 0 };
	const struct timespec now = time_now();
	int r;

	if (!c->pdf)
		return 0;
	r = certificate_pdf_check(c->pdf, c->pdf_length, &check, err);
	if (r < 0)
		return r;
	if (check.json_length != c->record_length ||
	    memcmp(check.json, c->record, c->record_length))
		return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
				 N_("the PDF is of another record"));
	if (!check.problems_count && is_ours(c, &check))
		return 0;
	return certificate_pdf_sign(c->pdf, c->pdf_length, c->signer, c->role,
				    &now, &c->new_pdf, &c->new_pdf_length,
				    err);
}

/* The record's signature first: one that only the PDF had would be doubted. */
static int write_files(const struct cosigning *c, const char *cms_file,
		       const char *pdf_file, struct haiki_error *err)
{
	const struct file_content cms = {
		cms_file, c->new_cms, c->new_cms_length
	};
	const struct file_content pdf = {
		pdf_file, c->new_pdf, c->new_pdf_length
	};

	if (c->new_cms && c->new_pdf)
		return file_write_pair(&cms, &pdf, 0644, err);
	return c->new_cms ? file_write(cms.path, cms.bytes, cms.length, 0644,
				       false, err)
			  : file_write(pdf.path, pdf.bytes, pdf.length, 0644,
				       false, err);
}

static int sign_both(struct cosigning *c, struct haiki_error *err)
{
	int r = sign_record(c, err);

	if (r < 0)
		return r;
	r = sign_pdf(c, err);
	if (r < 0)
		return explain(err, r);
	if (c->new_cms || c->new_pdf)
		return 0;
	return error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EEXIST,
			 N_("%s has signed this record already"),
			 c->signer->name);
}

int haiki_cosign(const char *file, const struct haiki_signer *signer,
		 const struct haiki_cosign *options,
		 struct haiki_cosigned *ret_done, struct haiki_error *err)
{
	CLEANUP(cosigning) struct cosigning c = {
		.signer = signer, .role = options->role,
	};
	CLEANUP(free) char *cms_file = beside(file, ".json.p7s");
	CLEANUP(free) char *pdf_file = beside(file, ".pdf");
	CLEANUP(fd) int fd = -1;
	int r;

	if (!cms_file || !pdf_file)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	r = haiki_cosign_check(file, signer, options->role, err);
	if (r == 0)
		r = lock(file, &fd, err);
	if (r == 0)
		r = read_files(&c, file, cms_file,
			       options->skip_pdf ? NULL : pdf_file, err);
	if (r == 0)
		r = sign_both(&c, err);
	if (r == 0)
		r = write_files(&c, cms_file, pdf_file, err);
	if (r < 0)
		return r;
	*ret_done = (struct haiki_cosigned){
		.record = c.new_cms != NULL, .pdf = c.new_pdf != NULL,
		.pdf_missing = !options->skip_pdf && !c.pdf,
	};
	return 0;
}
