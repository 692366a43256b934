/* SPDX-License-Identifier: Apache-2.0 */
/* Level 0 discovery and the answers of a session. */
#include <stdlib.h>

#include "opal/level0.h"
#include "opal/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct opal_level0 level0;
	struct opal_response response;

	opal_level0_decode(data, size, &level0);
	if (!level0.usable && level0.media_encryption != HAIKI_UNKNOWN)
		abort();
	opal_response_decode(data, size, &response);
	if (response.pending && (response.usable || response.synced))
		abort();
	return 0;
}
