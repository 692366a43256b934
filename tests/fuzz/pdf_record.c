/* SPDX-License-Identifier: Apache-2.0 */
/* Rendering: any JSON there is, however little it is a record. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/jcs.h"
#include "certificate/pdf/pdf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(json) json_t *record = NULL;
	CLEANUP(free) void *pdf = NULL;
	size_t length = 0;

	if (json_parse("fuzz", data, size, 1 << 20, &record, NULL) < 0)
		return 0;
	if (certificate_pdf(record, data, size, NULL, 0,
			    size % 2 ? "ja" : "en", &pdf, &length, NULL) == 0 &&
	    (length < 1000 || memcmp(pdf, "%PDF-1.7\n", 9) != 0))
		abort();
	return 0;
}
