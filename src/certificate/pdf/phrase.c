/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/phrase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificate/pdf/phrases.h"
#include "certificate/pdf/words.h"

#define MAX_CAPTURES 9

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

static const struct phrase *find(const struct phrase *table,
				 const char *english, struct capture *capture)
{
	for (; table->english; table++)
		if (matches(table->english, english, capture))
			return table;
	return NULL;
}

/* FNV-1a; a sum doesn't depend on the order, which the pages show. */
static void note_words(struct sheet *sheet, const struct phrase *message)
{
	uint32_t hash = 2166136261u;

	for (const char *p = message->english; *p; p++)
		hash = (hash ^ (uint8_t)*p) * 16777619u;
	for (const char *p = message->japanese; *p; p++)
		hash = (hash ^ (uint8_t)*p) * 16777619u;
	sheet->words += hash;
}

/* A message, with or without its full stop. */
static const char *message(struct sheet *sheet, const char *english)
{
	struct capture capture[MAX_CAPTURES + 1] = { { NULL, 0 } };
	const struct phrase *p;
	size_t length = strlen(english);

	if (length > 1 && english[length - 1] == '.')
		english = sheet_format(sheet, "%.*s", (int)length - 1,
				       english);
	p = find(messages, english, capture);
	if (!p)
		return NULL;
	note_words(sheet, p);
	return fill(sheet, p->japanese, capture);
}

/* A message and behind it what the system calls the error. */
static const char *message_of_system(struct sheet *sheet, const char *english)
{
	const char *at = strstr(english, ": "), *last = NULL, *said;

	for (; at; at = strstr(at + 2, ": "))
		last = at;
	if (!last)
		return NULL;
	said = message(sheet, sheet_format(sheet, "%.*s",
					   (int)(last - english), english));
	return said ? sheet_format(sheet, "%s：%s", said,
				   phrase(sheet, last + 2)) : NULL;
}

const char *phrase(struct sheet *sheet, const char *english)
{
	struct capture capture[MAX_CAPTURES + 1] = { { NULL, 0 } };
	const struct phrase *p;
	const char *said;

	if (sheet->english)
		return english;
	p = find(phrases, english, capture);
	if (p)
		return fill(sheet, p->japanese, capture);
	said = message(sheet, english);
	if (!said)
		said = message_of_system(sheet, english);
	return said ? said : english;
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
