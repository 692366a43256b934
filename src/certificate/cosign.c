/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/record.h>

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
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

int haiki_cosign(const char *file, const struct haiki_signer *signer,
		 const char *role, struct haiki_error *err)
{
	CLEANUP(free) char *signature = beside(file, ".json.p7s");
	CLEANUP(free) char *text = NULL, *der = NULL;
	CLEANUP(free) uint8_t *more = NULL;
	CLEANUP(fd) int fd = -1;
	size_t length = 0, der_length = 0, more_length = 0;
	int r;

	if (!signature)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), file);
	r = haiki_cosign_check(file, signer, role, err);
	if (r == 0)
		r = lock(file, &fd, err);
	if (r == 0)
		r = file_load(file, RECORD_MAX_BYTES, &text, &length, err);
	if (r == 0)
		r = file_load(signature, CMS_MAX_BYTES, &der, &der_length, err);
	if (r == 0)
		r = cms_add_signer(text, length, der, der_length, signer, role,
				   &more, &more_length, err);
	return r < 0 ? r : file_write(signature, more, more_length, 0644,
				      false, err);
}
