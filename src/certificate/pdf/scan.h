/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_SCAN_H
#define CERTIFICATE_PDF_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What is still to be read of untrusted bytes; each of these takes something
 * off its start, or leaves it as it is and returns false. */
struct scan {
	const uint8_t *at;
	size_t left;
};

static inline void scan_skip(struct scan *s, size_t length)
{
	s->at += length;
	s->left -= length;
}

static inline bool scan_text(struct scan *s, const char *text)
{
	size_t length = strlen(text);

	if (s->left < length || memcmp(s->at, text, length) != 0)
		return false;
	scan_skip(s, length);
	return true;
}

/* A decimal number without leading zeros, at most 15 digits. */
static inline bool scan_number(struct scan *s, uint64_t *ret_number)
{
	uint64_t number = 0;
	size_t n = 0;

	while (n < s->left && n < 15 && s->at[n] >= '0' && s->at[n] <= '9')
		number = number * 10 + (uint64_t)(s->at[n++] - '0');
	if (!n || (n > 1 && s->at[0] == '0'))
		return false;
	scan_skip(s, n);
	*ret_number = number;
	return true;
}

/* Everything up to and with `text`, which must end within `near` bytes. */
static inline bool scan_past(struct scan *s, const char *text, size_t near)
{
	size_t length = strlen(text);
	const uint8_t *found = memmem(s->at, s->left < near ? s->left : near,
				      text, length);

	if (!found)
		return false;
	scan_skip(s, (size_t)(found - s->at) + length);
	return true;
}

#endif
