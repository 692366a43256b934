/* SPDX-License-Identifier: Apache-2.0 */
/* --passes: a user's own list of passes. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "overwrite/schedule.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free) char *text = strndup((const char *)data, size);
	struct haiki_error err = { 0 };
	struct schedule s;

	if (!text)
		return 0;
	if (schedule_parse(text, &s, &err) < 0) {
		if (!err.text[0])
			abort();
		return 0;
	}
	if (s.count < 1 || s.count > SCHEDULE_MAX_PASSES || !s.title)
		abort();
	for (size_t i = 0; i < s.count; i++)
		if (s.passes[i].kind == PASS_PATTERN &&
		    (s.passes[i].pattern_length < 1 ||
		     s.passes[i].pattern_length > 8))
			abort();
	return 0;
}
