/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger's bytes: damage is a problem told, never a crash. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ledger/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What people type: columns of a register, a head. */
static void typed(const char *text)
{
	CLEANUP(free) struct haiki_ledger_column *columns = NULL;
	struct haiki_ledger_head head;
	size_t count = 0;

	if (haiki_ledger_columns(text, &columns, &count, NULL) == 0 && !count)
		abort();
	if (haiki_ledger_head_parse(text, &head, NULL) == 0 &&
	    strlen(head.stick_id) != 32)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free) char *text = malloc(size + 1);
	CLEANUP(json) json_t *json = NULL;
	struct ledger_scan scan = { 0 };

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	if (ledger_scan_bytes(&scan, text, size, NULL) == 0) {
		if (scan.sound_lines > scan.lines ||
		    (scan.sound_lines != scan.lines && !scan.problems_count))
			abort();
		if (scan.torn_offset + scan.torn_length > size)
			abort();
	}
	ledger_scan_cleanup(&scan);
	ledger_line_parse(text, size, &json, NULL);
	typed(text);
	return 0;
}
