/* SPDX-License-Identifier: Apache-2.0 */
/* --simulate: a file that describes practice drives. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "simulate/practice.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct model_config *drives = NULL;
	struct haiki_error err = { 0 };
	size_t count = 0;

	if (practice_parse("input", (const char *)data, size, &drives, &count,
			   &err) < 0) {
		if (!err.text[0] || drives)
			abort();
		return 0;
	}
	if (count > PRACTICE_MAX_DRIVES)
		abort();
	free(drives);
	return 0;
}
