/* SPDX-License-Identifier: Apache-2.0 */
/* Detached signatures. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "certificate/cms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char content[] = "{\"certificate_id\":\"0123456789ab-000001\"}";
	CLEANUP(cms) struct cms cms = { 0 };
	struct haiki_error err = { 0 };
	struct cms_parts parts;

	if (cms_read(NULL, data, size, content, sizeof(content) - 1, &cms, &err) < 0) {
		if (!err.text[0])
			abort();
		return 0;
	}
	/* What was accepted has its only form, and names whom it counts. */
	if (cms_take_apart(data, size, &parts) || cms.count < 1 ||
	    cms.count > CMS_MAX_SIGNERS)
		abort();
	for (size_t i = 0; i < cms.count; i++)
		if (!cms.signatures[i].role || !cms.signatures[i].cert)
			abort();
	return 0;
}
