/* SPDX-License-Identifier: Apache-2.0 */
/* Level 0 discovery. */
#include <stdlib.h>

#include "opal/level0.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct opal_level0 level0;

	opal_level0_decode(data, size, &level0);
	if (!level0.usable && level0.media_encryption != HAIKI_UNKNOWN)
		abort();
	return 0;
}
