/* SPDX-License-Identifier: Apache-2.0 */
/* Untrusted JSON, and its canonical form: parsing that again changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/jcs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free) char *text = NULL;
	CLEANUP(free) char *again = NULL;
	CLEANUP(json) json_t *json = NULL;
	CLEANUP(json) json_t *same = NULL;
	size_t length, again_length;

	if (json_parse("input", data, size, 1 << 20, &json, NULL) < 0)
		return 0;
	if (jcs_write(json, &text, &length, NULL) < 0)
		return 0;
	if (json_parse("output", text, length, 1 << 21, &same, NULL) < 0 ||
	    !json_equal(json, same) ||
	    jcs_write(same, &again, &again_length, NULL) < 0 ||
	    again_length != length || memcmp(text, again, length) != 0)
		abort();
	return 0;
}
