/* SPDX-License-Identifier: Apache-2.0 */
/* Where an overwrite stood, from a journal. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "overwrite/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse(const char *text, const struct schedule *schedule)
{
	CLEANUP(free) struct engine_state *a = calloc(1, sizeof(*a));
	CLEANUP(free) struct engine_state *b = calloc(1, sizeof(*b));
	CLEANUP(free) char *again = NULL;
	struct haiki_error err = { 0 };

	if (!a || !b)
		return;
	if (engine_state_parse(text, schedule, a, &err) < 0) {
		if (!err.text[0])
			abort();
		return;
	}
	if (a->pass < 1 || a->pass > schedule->count ||
	    a->bad_count > ENGINE_MAX_BAD_RANGES)
		abort();
	again = engine_state_format(a, schedule);
	if (!again || engine_state_parse(again, schedule, b, NULL) < 0 ||
	    memcmp(a, b, sizeof(*a)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const lists[] = { "zero", "random", "dod-7" };
	CLEANUP(free) char *text = strndup((const char *)data, size);

	for (size_t i = 0; text && i < ARRAY_SIZE(lists); i++) {
		struct schedule schedule;

		if (schedule_parse(lists[i], &schedule, NULL) < 0)
			abort();
		parse(text, &schedule);
	}
	return 0;
}
