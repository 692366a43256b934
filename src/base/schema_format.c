/* SPDX-License-Identifier: Apache-2.0 */
#include "base/schema_format.h"

#include <string.h>
#include <unistr.h>

#include "base/error.h"
#include "base/text.h"

struct format {
	bool (*fits)(const char *text, size_t length);
	const char *name;
	const char *pattern;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool fits_text(const char *text, size_t length)
{
	return length && text_is_clean(text, length) &&
	       (length <= SCHEMA_TEXT_MAX ||
		u8_mbsnlen((const uint8_t *)text, length) <= SCHEMA_TEXT_MAX);
}

static bool fits_word(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!is_digit(text[i]) && !(text[i] >= 'a' && text[i] <= 'z') &&
		    text[i] != '-' && text[i] != '.' && text[i] != '_')
			return false;
	return length > 0 && length <= 64;
}

static bool fits_hex(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!is_hex(text[i]))
			return false;
	return length && length % 2 == 0 && length <= SCHEMA_TEXT_MAX;
}

static bool fits_hex32(const char *text, size_t length)
{
	return length == 32 && fits_hex(text, length);
}

static bool fits_hex64(const char *text, size_t length)
{
	return length == 64 && fits_hex(text, length);
}

static bool fits_decimal(const char *text, size_t length)
{
	if (!length || length > 19 || (length > 1 && text[0] == '0'))
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_digit(text[i]))
			return false;
	return true;
}

/* `shape` has 9 where a digit must be. */
static bool fits_shape(const char *shape, const char *text, size_t length)
{
	if (strlen(shape) != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (shape[i] == '9' ? !is_digit(text[i]) :
				      shape[i] != text[i])
			return false;
	return true;
}

static int two_digits(const char *text)
{
	return (text[0] - '0') * 10 + (text[1] - '0');
}

static bool fits_month_and_day(const char *text)
{
	int month = two_digits(text + 5), day = two_digits(text + 8);

	return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static bool fits_date(const char *text, size_t length)
{
	return fits_shape("9999-99-99", text, length) &&
	       fits_month_and_day(text);
}

static bool fits_time(const char *text, size_t length)
{
	if (!fits_shape("9999-99-99T99:99:99+99:99", text, length) &&
	    !fits_shape("9999-99-99T99:99:99-99:99", text, length))
		return false;
	return fits_month_and_day(text) && two_digits(text + 11) <= 23 &&
	       two_digits(text + 14) <= 59 && two_digits(text + 17) <= 60 &&
	       two_digits(text + 20) <= 23 && two_digits(text + 23) <= 59;
}

static bool is_base64(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '+' || c == '/';
}

static bool fits_base64(const char *text, size_t length)
{
	size_t padding = 0;

	if (!length || length % 4 || length > SCHEMA_BASE64_MAX)
		return false;
	while (padding < 2 && text[length - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i < length - padding; i++)
		if (!is_base64(text[i]))
			return false;
	return true;
}

#define DATE_PATTERN "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"

static const struct format formats[] = {
	[FORMAT_TEXT] = { fits_text, N_("must be 1 to 1024 characters of NFC text without control characters"),
		"^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]+$" },
	[FORMAT_WORD] = { fits_word, N_("must be a word of a-z 0-9 - . _"),
		"^[a-z0-9._-]{1,64}$" },
	[FORMAT_HEX] = { fits_hex, N_("must be bytes in lower-case hexadecimal"),
		"^([0-9a-f]{2}){1,512}$" },
	[FORMAT_HEX32] = { fits_hex32, N_("must be 32 lower-case hexadecimal digits"),
		"^[0-9a-f]{32}$" },
	[FORMAT_HEX64] = { fits_hex64, N_("must be 64 lower-case hexadecimal digits"),
		"^[0-9a-f]{64}$" },
	[FORMAT_DECIMAL] = { fits_decimal, N_("must be an unsigned decimal number"),
		"^(0|[1-9][0-9]{0,18})$" },
	[FORMAT_DATE] = { fits_date, N_("must be a date like 2026-11-21"),
		"^" DATE_PATTERN "$" },
	[FORMAT_TIME] = { fits_time, N_("must be a time like 2026-11-21T09:30:15+09:00"),
		"^" DATE_PATTERN "T([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)"
		"[+-]([01][0-9]|2[0-3]):[0-5][0-9]$" },
	[FORMAT_BASE64] = { fits_base64, N_("must be at most 20480 bytes in base64"),
		"^([A-Za-z0-9+/]{4}){0,6826}([A-Za-z0-9+/]{4}|"
		"[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$" },
};

bool format_fits(enum schema_format format, const char *text, size_t length)
{
	return formats[format].fits(text, length);
}

const char *format_name(enum schema_format format)
{
	return formats[format].name;
}

const char *format_pattern(enum schema_format format)
{
	return formats[format].pattern;
}
