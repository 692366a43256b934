/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <string.h>

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int hex_decode(const char *text, uint8_t *ret_bytes, size_t size)
{
	size_t length = strlen(text);

	if (length % 2 || length / 2 > size)
		return -1;
	for (size_t i = 0; i < length; i++)
		if (digit(text[i]) < 0)
			return -1;
	for (size_t i = 0; i < length / 2; i++)
		ret_bytes[i] = (uint8_t)(digit(text[2 * i]) << 4 |
					 digit(text[2 * i + 1]));
	return (int)(length / 2);
}

void hex_encode(const void *bytes, size_t length, char *ret_text)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *b = bytes;

	for (size_t i = 0; i < length; i++) {
		*ret_text++ = digits[b[i] >> 4];
		*ret_text++ = digits[b[i] & 15];
	}
	*ret_text = '\0';
}
