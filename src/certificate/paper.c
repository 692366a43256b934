/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/paper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"
#include "base/time.h"
#include "certificate/pdf/pdf.h"

#define RECORD_MAX (16u << 20)

static int pdf_name(const char *json_path, char *ret_name, size_t size,
		    struct haiki_error *err)
{
	size_t n = strlen(json_path);

	if (n < 5 || strcmp(json_path + n - 5, ".json") || n >= size)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("%s is not the name of a record (.json)"),
				 json_path);
	snprintf(ret_name, size, "%.*s.pdf", (int)(n - 5), json_path);
	return 0;
}

int certificate_paper(const char *json_path, const struct paper *paper,
		      struct haiki_error *ret_no_timestamp,
		      struct haiki_error *err)
{
	CLEANUP(free) char *json = NULL, *p7s = NULL;
	CLEANUP(free) void *plain = NULL, *pdf = NULL;
	CLEANUP(json) json_t *record = NULL;
	size_t json_length, p7s_length, plain_length, length;
	const struct pdf_signing signing = {
		.signer = paper->signer, .role = paper->role,
		.at = time_now(), .tsa = paper->tsa,
	};
	char name[4096], signature[4096 + 8];
	int r = pdf_name(json_path, name, sizeof(name), err);

	if (r < 0)
		return r;
	snprintf(signature, sizeof(signature), "%s.p7s", json_path);
	r = file_load(json_path, RECORD_MAX, &json, &json_length, err);
	if (r == 0)
		r = file_load(signature, RECORD_MAX, &p7s, &p7s_length, err);
	if (r == 0)
		r = json_parse(json_path, json, json_length, RECORD_MAX,
			       &record, err);
	if (r == 0)
		r = certificate_pdf(record, json, json_length, p7s, p7s_length,
				    paper->lang, &plain, &plain_length, err);
	if (r == 0)
		r = certificate_pdf_sign(plain, plain_length, &signing, &pdf,
					 &length, ret_no_timestamp, err);
	if (r < 0)
		return r;
	/* What a power failure left is no PDF. */
	if (file_is_empty(name) && unlink(name) < 0 && errno != ENOENT)
		return error_errno(err, -errno, N_("cannot remove %s"), name);
	return file_write(name, pdf, length, 0644, true, err);
}
