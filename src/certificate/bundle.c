/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/bundle.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "certificate/pdf/attachments.h"
#include "certificate/verifier.h"

void bundle_cleanup(struct bundle *bundle)
{
	fd_cleanup(&bundle->lock);
	free(bundle->cms_file);
	free(bundle->pdf_file);
	free(bundle->record);
	free(bundle->cms);
	free(bundle->pdf);
	free(bundle->new_cms);
	free(bundle->new_pdf);
}

static int lock(const char *file, int *ret_fd, struct haiki_error *err)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
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

static int check_pdf(const struct bundle *b, struct haiki_error *err)
{
	CLEANUP(free) uint8_t *json = NULL, *p7s = NULL;
	size_t json_length = 0, p7s_length = 0;
	int r = attachments_read((const uint8_t *)b->pdf, b->pdf_length, &json,
				 &json_length, &p7s, &p7s_length, err);

	if (r == 0 && (json_length != b->record_length ||
		       memcmp(json, b->record, json_length)))
		r = error_set(err, HAIKI_DOMAIN_CERTIFICATE, -EBADMSG,
			      N_("the PDF is of another record"));
	return r;
}

static int read_pdf(struct bundle *b, struct haiki_error *err)
{
	struct haiki_error why = { 0 };
	int r = file_load(b->pdf_file, PDF_MAX_BYTES, &b->pdf, &b->pdf_length,
			  &why);

	if (r == -ENOENT)
		return 0;
	if (r == 0)
		return check_pdf(b, err);
	if (err)
		*err = why;
	return r;
}

int bundle_open(const char *file, bool skip_pdf, struct bundle *ret_bundle,
		struct haiki_error *err)
{
	CLEANUP(bundle) struct bundle b = {
		.lock = -1,
		.cms_file = beside(file, ".json.p7s"),
		.pdf_file = beside(file, ".pdf"),
	};
	int r;

	if (!b.cms_file || !b.pdf_file)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	r = lock(file, &b.lock, err);
	if (r == 0)
		r = file_load(file, RECORD_MAX_BYTES, &b.record,
			      &b.record_length, err);
	if (r == 0)
		r = file_load(b.cms_file, CMS_MAX_BYTES, &b.cms, &b.cms_length,
			      err);
	if (r == 0 && !skip_pdf)
		r = read_pdf(&b, err);
	if (r < 0)
		return r;
	*ret_bundle = b;
	memset(&b, 0, sizeof(b));
	b.lock = -1;
	return 0;
}

int bundle_write(const struct bundle *b, struct haiki_error *err)
{
	const struct file_content cms = {
		b->cms_file, b->new_cms, b->new_cms_length
	};
	const struct file_content pdf = {
		b->pdf_file, b->new_pdf, b->new_pdf_length
	};

	if (b->new_cms && b->new_pdf)
		return file_write_pair(&cms, &pdf, 0644, err);
	if (b->new_cms)
		return file_write(cms.path, cms.bytes, cms.length, 0644, false,
				  err);
	return b->new_pdf ? file_write(pdf.path, pdf.bytes, pdf.length, 0644,
				       false, err) : 0;
}
