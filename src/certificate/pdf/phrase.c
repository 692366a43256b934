/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/phrase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificate/pdf/phrases.h"
#include "certificate/pdf/words.h"

#define MAX_CAPTURES 4

struct capture {
	const char *text;
	size_t length;
};

/* Shortest first; one capture a star, in order. */
static bool matches(const char *pattern, const char *text,
		    struct capture *capture)
{
	size_t star = strcspn(pattern, "*");

	if (strncmp(pattern, text, star) != 0)
		return false;
	if (!pattern[star])
		return text[star] == '\0';
	pattern += star + 1;
	text += star;
	for (size_t n = 1; n <= strlen(text); n++)
		if (matches(pattern, text + n, capture + 1)) {
			*capture = (struct capture){ text, n };
			return true;
		}
	return false;
}

/* The name of a method or an outcome, inside a sentence. */
static const char *name(const char *text)
{
	const struct word *word = words_find(WORDS_METHOD, text);

	if (!word)
		word = words_find(WORDS_OUTCOME, text);
	return word ? word->japanese : NULL;
}

/* What stands for a star may be a phrase itself; its full stop goes. */
static const char *captured(struct sheet *sheet, const struct capture *c)
{
	size_t length = c->length;
	const char *text;

	if (length > 1 && c->text[length - 1] == '.')
		length--;
	text = sheet_format(sheet, "%.*s", (int)length, c->text);
	return name(text) ? name(text) : phrase(sheet, text);
}

static const char *fill(struct sheet *sheet, const char *japanese,
			const struct capture *capture)
{
	const char *text = "";

	while (*japanese) {
		size_t n = strcspn(japanese, "*");

		text = sheet_format(sheet, "%s%.*s", text, (int)n, japanese);
		japanese += n;
		if (*japanese != '*')
			break;
		text = sheet_format(sheet, "%s%s", text,
				    captured(sheet,
					     &capture[japanese[1] - '1']));
		japanese += 2;
	}
	return text;
}

const char *phrase(struct sheet *sheet, const char *english)
{
	struct capture capture[MAX_CAPTURES + 1] = { { NULL, 0 } };

	if (sheet->english)
		return english;
	for (const struct phrase *p = phrases; p->english; p++)
		if (matches(p->english, english, capture))
			return fill(sheet, p->japanese, capture);
	return english;
}

char *phrase_japanese(const char *english)
{
	struct sheet sheet = { 0 };
	char *text = strdup(phrase(&sheet, english));

	for (size_t i = 0; i < sheet.kept_count; i++)
		free(sheet.kept[i]);
	free(sheet.kept);
	return text;
}
