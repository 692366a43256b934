/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/cleanup.h"

/* Kept in step with the pattern of FORMAT_TEXT in schema.c. */
static bool unfit(ucs4_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/*
 * Characters that stay what they are in NFC, whatever stands beside them: none
 * combines with another, or is made of others (UAX #15, quick check). Most
 * text is of these.
 */
static bool is_settled(ucs4_t c)
{
	return c < 0x300 ||
		(c >= 0x3000 && c <= 0x3029) ||   /* punctuation */
		(c >= 0x3041 && c <= 0x3096) ||   /* hiragana */
		(c >= 0x309d && c <= 0x30ff) ||   /* katakana */
		(c >= 0x4e00 && c <= 0x9fff) ||   /* ideographs */
		(c >= 0xff01 && c <= 0xff60);     /* full width */
}

/* Whether all is fit; *ret_settled: and needs no look at its form. */
static bool is_fit(const uint8_t *s, size_t length, bool *ret_settled)
{
	bool settled = true;

	while (length) {
		ucs4_t c = *s;
		int n = c < 0x80 ? 1 : u8_mbtoucr(&c, s, length);

		if (n <= 0 || unfit(c))
			return false;
		settled = settled && is_settled(c);
		s += n;
		length -= (size_t)n;
	}
	*ret_settled = settled;
	return true;
}

bool text_is_clean(const char *text, size_t length)
{
	const uint8_t *s = (const uint8_t *)text;
	CLEANUP(free) uint8_t *nfc = NULL;
	size_t nfc_length = 0;
	bool settled;

	if (!is_fit(s, length, &settled))
		return false;
	if (settled)
		return true;
	nfc = u8_normalize(UNINORM_NFC, s, length, NULL, &nfc_length);
	return nfc && nfc_length == length && !memcmp(nfc, s, length);
}

static char *normalize(const uint8_t *s, size_t length)
{
	size_t nfc_length = 0;
	uint8_t *nfc = u8_normalize(UNINORM_NFC, s, length, NULL, &nfc_length);
	char *text;

	if (!nfc)
		return NULL;
	text = strndup((const char *)nfc, nfc_length);
	free(nfc);
	return text;
}

int text_normalize(const char *text, char **ret_text)
{
	const uint8_t *s = (const uint8_t *)text;
	size_t length = strlen(text);
	bool settled;
	char *nfc;

	if (!is_fit(s, length, &settled))
		return -EINVAL;
	nfc = length ? normalize(s, length) : strdup("");
	if (!nfc)
		return -ENOMEM;
	*ret_text = nfc;
	return 0;
}

char *text_sanitize(const char *text)
{
	const uint8_t *s = (const uint8_t *)text;
	size_t length = strlen(text), used = 0;
	/* One unfit byte becomes three at most. */
	CLEANUP(free) uint8_t *out = malloc(3 * length + 1);

	if (!out)
		return NULL;
	while (length) {
		ucs4_t c;
		int n = u8_mbtoucr(&c, s, length);

		if (n <= 0) {
			n = 1;
			c = 0xfffd;
		}
		if (unfit(c))
			c = 0xfffd;
		used += (size_t)u8_uctomb(out + used, c, 6);
		s += n;
		length -= (size_t)n;
	}
	return used ? normalize(out, used) : strdup("");
}

/* Bytes of the character that begins with this one. */
static size_t bytes_of(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

void text_mend(char *text)
{
	size_t length = strlen(text), start = length;

	while (start && length - start < 3 &&
	       ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start && bytes_of((unsigned char)text[start - 1]) >
	    length - start + 1)
		text[start - 1] = '\0';
}

void text_of_field(const uint8_t *field, size_t length, char *ret_text)
{
	size_t start = 0, end = 0;

	for (size_t i = 0; i < length; i++)
		if (field[i] != ' ' && field[i] != '\0')
			end = i + 1;
	while (start < end && (field[start] == ' ' || field[start] == '\0'))
		start++;
	for (size_t i = start; i < end; i++) {
		uint8_t c = field[i] ? field[i] : ' ';

		ret_text[i - start] = c >= 0x20 && c < 0x7F ? (char)c : '?';
	}
	ret_text[end - start] = '\0';
}
