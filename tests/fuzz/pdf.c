/* SPDX-License-Identifier: Apache-2.0 */
/* What a PDF holds, and one of its signed revisions. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "certificate/pdf/attachments.h"
#include "certificate/pdf/pdf.h"
#include "certificate/pdf/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_revision(const uint8_t *data, size_t size)
{
	struct pdf_signature signature;

	if (signature_read(data, size, 0, &signature) < 0)
		return;
	if (signature.end == 0 || signature.end > size || !signature.field ||
	    signature.gap_end > signature.end)
		abort();
	cms_cleanup(&signature.cms);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free) uint8_t *json = NULL, *p7s = NULL;
	struct pdf_check check;
	size_t json_length, p7s_length;

	read_revision(data, size);
	if (attachments_read(data, size, &json, &json_length, &p7s,
			     &p7s_length, NULL) < 0)
		return 0;
	if (certificate_pdf_check(data, size, &check, NULL) == 0) {
		if (check.comparison != PDF_SAME && !check.problems_count)
			abort();
		pdf_check_cleanup(&check);
	}
	return 0;
}
