/* SPDX-License-Identifier: Apache-2.0 */
#include "keep/files.h"

#include <string.h>

#include "base/cleanup.h"

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), n = strlen(end);

	return length > n && !strcmp(name + length - n, end);
}

enum files_turn files_turn(const char *name)
{
	static const char *const beside[] = {
		".json.p7s", ".pdf", ".jsonl", ".crt", ".torn", ".csv", ".p7s",
		".jpg", ".jpeg", ".png",
	};

	if (name[0] == '.')
		return FILES_NEVER;
	if (!strcmp(name, FILES_LEDGER))
		return FILES_ENTERED;
	if (ends_in(name, ".json"))
		return FILES_RECORDS;
	if (!strcmp(name, FILES_SENT))
		return FILES_BESIDE;
	for (size_t i = 0; i < ARRAY_SIZE(beside); i++)
		if (ends_in(name, beside[i]))
			return FILES_BESIDE;
	return FILES_NEVER;
}

bool files_is_journal(const char *name)
{
	return name[0] != '.' && (ends_in(name, ".journal") ||
				  ends_in(name, ".transcript.jsonl"));
}

bool files_is_final(const char *name)
{
	return ends_in(name, ".json") || ends_in(name, ".transcript.jsonl");
}
