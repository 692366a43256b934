/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool make_room(struct buffer *buffer, size_t more)
{
	size_t room = buffer->room ? buffer->room : 1024;
	uint8_t *bytes;

	if (buffer->failed || more > SIZE_MAX / 4 ||
	    buffer->length > SIZE_MAX / 4) {
		buffer->failed = true;
		return false;
	}
	if (buffer->room - buffer->length >= more)
		return true;
	while (room - buffer->length < more)
		room *= 2;
	bytes = realloc(buffer->bytes, room);
	if (!bytes) {
		buffer->failed = true;
		return false;
	}
	buffer->bytes = bytes;
	buffer->room = room;
	return true;
}

void buffer_put(struct buffer *buffer, const void *bytes, size_t length)
{
	if (!length || !make_room(buffer, length))
		return;
	memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
}

void buffer_text(struct buffer *buffer, const char *text)
{
	buffer_put(buffer, text, strlen(text));
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
	char text[512];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(text))
		buffer->failed = true;
	else
		buffer_put(buffer, text, (size_t)n);
}

void buffer_unit(struct buffer *buffer, int unit)
{
	/* Not %f: its decimal point depends on the locale. */
	unsigned value = unit < 0 ? 0U - (unsigned)unit : (unsigned)unit;
	const char *sign = unit < 0 ? "-" : "";

	if (value % 100 == 0)
		buffer_format(buffer, "%s%u ", sign, value / 100);
	else if (value % 10 == 0)
		buffer_format(buffer, "%s%u.%u ", sign, value / 100,
			      value / 10 % 10);
	else
		buffer_format(buffer, "%s%u.%02u ", sign, value / 100,
			      value % 100);
}

void buffer_clear(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){ 0 };
}

void buffer_cleanup(struct buffer *buffer)
{
	buffer_clear(buffer);
}
