/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/writer.h"

#include <stdlib.h>
#include <string.h>
#include <unistr.h>
#include <zlib.h>

void writer_start(struct writer *writer)
{
	/* Four bytes above 127 tell programs that this isn't text. */
	buffer_text(&writer->out, "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n");
}

static bool make_room(struct writer *writer, size_t count)
{
	size_t room = writer->offsets_room ? writer->offsets_room : 64;
	size_t *offsets;

	if (count <= writer->offsets_room)
		return true;
	while (room < count)
		room *= 2;
	offsets = reallocarray(writer->offsets, room, sizeof(*offsets));
	if (!offsets)
		return false;
	memset(offsets + writer->offsets_room, 0,
	       (room - writer->offsets_room) * sizeof(*offsets));
	writer->offsets = offsets;
	writer->offsets_room = room;
	return true;
}

void writer_resume(struct writer *writer, size_t base, unsigned objects)
{
	writer->base = base;
	if (make_room(writer, (size_t)objects + 1))
		writer->objects = objects;
	else
		writer->failed = true;
}

unsigned writer_reserve(struct writer *writer)
{
	if (!make_room(writer, (size_t)writer->objects + 2)) {
		writer->failed = true;
		return 1;
	}
	return ++writer->objects;
}

void writer_open(struct writer *writer, unsigned number)
{
	if (number < writer->offsets_room)
		writer->offsets[number] = writer->base + writer->out.length;
	else
		writer->failed = true;
	buffer_format(&writer->out, "%u 0 obj\n", number);
}

void writer_close(struct writer *writer)
{
	buffer_text(&writer->out, "\nendobj\n");
}

static bool deflate_bytes(const void *bytes, size_t length,
			  struct buffer *ret_packed)
{
	uLongf size = compressBound((uLong)length);

	ret_packed->bytes = malloc(size);
	if (!ret_packed->bytes)
		return false;
	ret_packed->room = size;
	if (compress2(ret_packed->bytes, &size, bytes, (uLong)length, 6) != Z_OK)
		return false;
	ret_packed->length = size;
	return true;
}

void writer_stream(struct writer *writer, unsigned number, const char *entries,
		   const void *bytes, size_t length, bool plain)
{
	struct buffer packed = { 0 };

	if (!plain) {
		if (!deflate_bytes(bytes, length, &packed)) {
			writer->failed = true;
			buffer_clear(&packed);
			return;
		}
		bytes = packed.bytes;
		length = packed.length;
	}
	writer_open(writer, number);
	buffer_format(&writer->out, "<</Length %zu", length);
	if (!plain)
		buffer_text(&writer->out, "/Filter/FlateDecode");
	buffer_text(&writer->out, entries);
	buffer_text(&writer->out, ">>\nstream\n");
	buffer_put(&writer->out, bytes, length);
	buffer_text(&writer->out, "\nendstream");
	writer_close(writer);
	buffer_clear(&packed);
}

/* Runs of the objects that this section holds; each entry has 20 bytes. */
static void write_table(struct writer *writer, bool update)
{
	unsigned n = 1;

	buffer_text(&writer->out, "xref\n");
	if (!update)
		buffer_format(&writer->out, "0 %u\n0000000000 65535 f\r\n",
			      writer->objects + 1);
	while (n <= writer->objects) {
		unsigned end = n;

		while (end <= writer->objects && writer->offsets[end])
			end++;
		if (update && end > n)
			buffer_format(&writer->out, "%u %u\n", n, end - n);
		for (; n < end; n++)
			buffer_format(&writer->out, "%010zu 00000 n\r\n",
				      writer->offsets[n]);
		if (!update && n <= writer->objects)
			writer->failed = true;   /* reserved, never written */
		n++;
	}
}

void writer_finish(struct writer *writer, const char *trailer, size_t previous)
{
	if (writer_failed(writer))
		return;
	writer->table = writer->base + writer->out.length;
	write_table(writer, previous != 0);
	buffer_format(&writer->out, "trailer\n<</Size %u", writer->objects + 1);
	buffer_text(&writer->out, trailer);
	if (previous)
		buffer_format(&writer->out, "/Prev %zu", previous);
	buffer_format(&writer->out, ">>\nstartxref\n%zu\n%%%%EOF\n",
		      writer->table);
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7E)
			return false;
	return true;
}

void writer_string(struct buffer *out, const char *utf8)
{
	const uint8_t *p = (const uint8_t *)utf8;
	ucs4_t c;
	int n;

	if (is_ascii(utf8)) {
		buffer_text(out, "(");
		for (; *utf8; utf8++) {
			if (strchr("()\\", *utf8))
				buffer_text(out, "\\");
			buffer_put(out, utf8, 1);
		}
		buffer_text(out, ")");
		return;
	}
	buffer_text(out, "<FEFF");
	while ((n = u8_strmbtouc(&c, p)) > 0) {
		if (c > 0xFFFF)
			buffer_format(out, "%04X%04X",
				      0xD800 + ((c - 0x10000) >> 10),
				      0xDC00 + ((c - 0x10000) & 0x3FF));
		else
			buffer_format(out, "%04X", c);
		p += n;
	}
	if (n < 0)
		out->failed = true;
	buffer_text(out, ">");
}

bool writer_failed(const struct writer *writer)
{
	return writer->failed || writer->out.failed;
}

void writer_cleanup(struct writer *writer)
{
	buffer_clear(&writer->out);
	free(writer->offsets);
	writer->offsets = NULL;
}
