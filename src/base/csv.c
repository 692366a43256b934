/* SPDX-License-Identifier: Apache-2.0 */
#include "base/csv.h"

#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"

/* Characters, also full-width, that make a spreadsheet calculate; some look
 * for them behind blanks, too. */
static bool looks_like_formula(const char *text)
{
	static const char *const starts[] = {
		"=", "+", "-", "@", "\t", "\r", "\n", "|", "%",
		"＝", "＋", "－", "＠",
	};
	static const char *const blanks[] = { " ", "\xc2\xa0", "\u3000" };
	bool blank = true;

	while (blank) {
		blank = false;
		for (size_t i = 0; i < ARRAY_SIZE(blanks); i++) {
			size_t length = strlen(blanks[i]);

			if (strncmp(text, blanks[i], length))
				continue;
			text += length;
			blank = true;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(starts); i++)
		if (!strncmp(text, starts[i], strlen(starts[i])))
			return true;
	return false;
}

void csv_begin(FILE *f)
{
	fputs("\xef\xbb\xbf", f);
}

void csv_cell(FILE *f, const char *text, int first)
{
	if (!first)
		putc(',', f);
	putc('"', f);
	if (looks_like_formula(text))
		putc('\'', f);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', f);
		putc(*text, f);
	}
	putc('"', f);
}

void csv_end_row(FILE *f)
{
	fputs("\r\n", f);
}
