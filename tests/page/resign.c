/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resign KEY CERT PASSPHRASE FILE.pdf: the operator signs a PDF with one
 * signature again, whatever was changed in it: a forger who has the key.
 */
#include <haiki/key.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "certificate/cms.h"
#include "certificate/pdf/pdf.h"
#include "certificate/pdf/revision.h"
#include "certificate/pdf/signature.h"
#include "certificate/signer.h"

static int tell(void *opaque, const char *what, char *buf, size_t size)
{
	(void)what;
	return snprintf(buf, size, "%s", (const char *)opaque);
}

static int sign_again(char *pdf, size_t length,
		      const struct haiki_signer *signer,
		      struct haiki_error *err)
{
	CLEANUP(free) uint8_t *content = NULL, *der = NULL;
	struct pdf_check check;
	const struct pdf_signature *s = &check.signatures[0];
	size_t covered, der_length = 0;
	int r = certificate_pdf_check(pdf, length, &check, err);

	if (r < 0)
		return r;
	content = check.signatures_count == 1 ? signature_content(
		(uint8_t *)pdf, s->gap_start, s->gap_end, s->end,
		&covered) : NULL;
	r = content ? cms_sign(content, covered, signer, "operator", &der,
			       &der_length, err) : -1;
	if (r == 0 && !revision_fill((uint8_t *)pdf + s->gap_start,
				     s->gap_end - s->gap_start, der,
				     der_length))
		r = -1;
	pdf_check_cleanup(&check);
	return r;
}

int main(int argc, char **argv)
{
	CLEANUP(signer) struct haiki_signer *signer = NULL;
	CLEANUP(free) char *pdf = NULL;
	struct haiki_error err = { 0 };
	size_t length = 0;
	int r = -1;

	if (argc == 5)
		r = haiki_signer_load(argv[1], argv[2], tell, argv[3], &signer,
				      &err);
	if (r == 0)
		r = file_load(argv[4], (size_t)64 << 20, &pdf, &length, &err);
	if (r == 0)
		r = sign_again(pdf, length, signer, &err);
	if (r == 0)
		r = file_write(argv[4], pdf, length, 0644, false, &err);
	if (r < 0)
		fprintf(stderr, "%s\n", err.text);
	return r < 0;
}
