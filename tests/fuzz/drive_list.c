/* SPDX-License-Identifier: Apache-2.0 */
/* A table of serial and asset numbers, as offices have them (--assets). */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "command/drive_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct drive_list *list)
{
	size_t count;
	struct drive_entry *entries = drive_list_entries(list, &count);

	for (size_t i = 0; i < count; i++) {
		const struct drive_entry *e = &entries[i];

		if (!*e->serial || !e->line ||
		    !text_is_clean(e->serial, strlen(e->serial)) ||
		    !text_is_clean(e->asset, strlen(e->asset)) ||
		    drive_list_find(list, e->serial) != e)
			abort();
	}
	for (size_t i = 0; drive_list_problem(list, i); i++)
		if (!*drive_list_problem(list, i))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct drive_list *list = NULL;
	struct haiki_error err = { 0 };

	if (drive_list_parse("list.csv", (const char *)data, size, &list,
			     &err) == 0) {
		check(list);
		drive_list_free(list);
	} else if (!err.text[0]) {
		abort();
	}
	return 0;
}
