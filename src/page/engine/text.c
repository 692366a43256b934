/* SPDX-License-Identifier: Apache-2.0 */
#include <libintl.h>
#include <stdlib.h>
#include <string.h>
#include <uninorm.h>

#include "page/engine/host.h"

static bool is_tail(uint8_t byte)
{
	return (byte & 0xc0) == 0x80;
}

/* RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
int u8_mbtoucr(ucs4_t *ret_c, const uint8_t *s, size_t n)
{
	static const struct { uint8_t mask, lead, first; ucs4_t least; } forms[] = {
		{ 0x80, 0x00, 0x7f, 0 }, { 0xe0, 0xc0, 0x1f, 0x80 },
		{ 0xf0, 0xe0, 0x0f, 0x800 }, { 0xf8, 0xf0, 0x07, 0x10000 },
	};

	for (size_t extra = 0; n && extra < 4; extra++) {
		ucs4_t c = s[0] & forms[extra].first;

		if ((s[0] & forms[extra].mask) != forms[extra].lead)
			continue;
		if (extra >= n)
			return -2;
		for (size_t i = 1; i <= extra; i++) {
			if (!is_tail(s[i]))
				return -1;
			c = c << 6 | (s[i] & 0x3f);
		}
		if (c < forms[extra].least || c > 0x10ffff ||
		    (c >= 0xd800 && c <= 0xdfff))
			return -1;
		*ret_c = c;
		return (int)extra + 1;
	}
	return -1;
}

const uint8_t *u8_check(const uint8_t *s, size_t n)
{
	while (n) {
		ucs4_t c;
		int length = u8_mbtoucr(&c, s, n);

		if (length < 0)
			return s;
		s += length;
		n -= (size_t)length;
	}
	return NULL;
}

size_t u8_mbsnlen(const uint8_t *s, size_t n)
{
	size_t count = 0;

	while (n) {
		ucs4_t c;
		int length = u8_mbtoucr(&c, s, n);

		length = length < 1 ? 1 : length;
		s += length;
		n -= (size_t)length;
		count++;
	}
	return count;
}

int u8_uctomb(uint8_t *s, ucs4_t c, ptrdiff_t n)
{
	int extra = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const uint8_t leads[] = { 0, 0xc0, 0xe0, 0xf0 };

	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return -1;
	if (n <= extra)
		return -2;
	for (int i = extra; i > 0; i--, c >>= 6)
		s[i] = (uint8_t)(0x80 | (c & 0x3f));
	s[0] = (uint8_t)(leads[extra] | c);
	return extra + 1;
}

int u8_strmblen(const uint8_t *s)
{
	ucs4_t c;

	return *s ? u8_mbtoucr(&c, s, strnlen((const char *)s, 4)) : 0;
}

const uint8_t *u8_next(ucs4_t *ret_c, const uint8_t *s)
{
	int length = *s ? u8_mbtoucr(ret_c, s, strnlen((const char *)s, 4)) : 0;

	if (length > 0)
		return s + length;
	*ret_c = length < 0 ? 0xfffd : 0;
	return length < 0 ? s + 1 : NULL;
}

uint8_t *u8_strchr(const uint8_t *s, ucs4_t c)
{
	uint8_t text[8] = "";
	int length = u8_uctomb(text, c, 6);

	return length > 0 && c ?
		(uint8_t *)strstr((const char *)s, (const char *)text) : NULL;
}

uint8_t *u8_normalize(uninorm_t form, const uint8_t *s, size_t n,
		      uint8_t *unused, size_t *ret_length)
{
	size_t room = n * 2 + 64;
	uint8_t *text = malloc(room);
	int length = -1;

	(void)unused;
	while (text) {
		uint8_t *more;

		length = host_normalize(form, strlen(form), s, n, text,
					(int)room);
		if (length < 0 || (size_t)length <= room)
			break;
		room = (size_t)length;
		more = realloc(text, room);
		if (!more)
			length = -1;
		if (length < 0)
			break;
		text = more;
	}
	if (length < 0) {
		free(text);
		return NULL;
	}
	*ret_length = (size_t)length;
	return text;
}

char *dgettext(const char *domain, const char *text)
{
	(void)domain;
	return (char *)host_translate(text, strlen(text));
}
