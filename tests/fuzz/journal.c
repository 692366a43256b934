/* SPDX-License-Identifier: Apache-2.0 */
/* A job's journal after a power cut. */
#include <haiki/evidence.h>

#include "base/cleanup.h"
#include "job/journal.h"
#include "file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	CLEANUP(fd) int fd = fuzz_file(data, size, path);
	struct haiki_error err = { 0 };
	struct haiki_attempt attempt;
	CLEANUP(free) void *items = NULL;
	struct journal *journal;
	size_t count;

	if (journal_read(path, &journal, &err) < 0) {
		if (!err.text[0])
			abort();
		return 0;
	}
	journal_get(journal, "drive");
	journal_get_data(journal, "attempt", &attempt, sizeof(attempt), &err);
	if (journal_get_array(journal, "ranges", 24, &items, &count, &err) < 0)
		items = NULL;
	journal_close(journal);
	return 0;
}
