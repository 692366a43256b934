/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/canvas.h"

#include <qrencode.h>
#include <string.h>

#include "base/error.h"

static void put_grey(struct buffer *out, int grey, const char *operator)
{
	buffer_unit(out, grey);
	buffer_text(out, operator);
	buffer_text(out, "\n");
}

static void put_box(struct canvas *canvas, int x, int y, int width, int height)
{
	buffer_unit(&canvas->content, x);
	buffer_unit(&canvas->content, canvas->height - y - height);
	buffer_unit(&canvas->content, width);
	buffer_unit(&canvas->content, height);
	buffer_text(&canvas->content, "re ");
}

static void put_point(struct canvas *canvas, int x, int y, const char *operator)
{
	buffer_unit(&canvas->content, x);
	buffer_unit(&canvas->content, canvas->height - y);
	buffer_text(&canvas->content, operator);
}

void canvas_fill(struct canvas *canvas, int grey, int x, int y, int width,
		 int height)
{
	put_grey(&canvas->content, grey, "g");
	put_box(canvas, x, y, width, height);
	buffer_text(&canvas->content, "f\n");
}

void canvas_frame(struct canvas *canvas, int grey, int thickness, int x, int y,
		  int width, int height)
{
	put_grey(&canvas->content, grey, "G");
	buffer_unit(&canvas->content, thickness);
	buffer_text(&canvas->content, "w ");
	put_box(canvas, x, y, width, height);
	buffer_text(&canvas->content, "S\n");
}

void canvas_line(struct canvas *canvas, int grey, int thickness, int x1, int y1,
		 int x2, int y2)
{
	put_grey(&canvas->content, grey, "G");
	buffer_unit(&canvas->content, thickness);
	buffer_text(&canvas->content, "w ");
	put_point(canvas, x1, y1, "m ");
	put_point(canvas, x2, y2, "l S\n");
}

void canvas_pointer(struct canvas *canvas, int grey, int x, int y, int size)
{
	put_grey(&canvas->content, grey, "g");
	put_point(canvas, x, y, "m ");
	put_point(canvas, x - size / 2, y + size, "l ");
	put_point(canvas, x + size / 2, y + size, "l f\n");
}

/* Sets glyphs; the font is named again where it changes. */
static int show(struct canvas *canvas, struct faces *faces, enum face style,
		int size, const char *text, size_t length,
		struct haiki_error *err)
{
	struct buffer *out = &canvas->content;
	const char *end = text + length;
	int face = -1;

	while (text < end) {
		struct glyph glyph;
		int n = faces_glyph(faces, style, text, &glyph, err);

		if (n < 0)
			return n;
		if ((int)glyph.face != face) {
			if (face >= 0)
				buffer_text(out, ">Tj ");
			buffer_format(out, "/%s ", faces_name(glyph.face));
			buffer_unit(out, size);
			buffer_text(out, "Tf <");
			face = (int)glyph.face;
		}
		buffer_format(out, "%04X", glyph.cid);
		text += n;
	}
	buffer_text(out, face >= 0 ? ">Tj" : "");
	return 0;
}

int canvas_text(struct canvas *canvas, struct faces *faces, enum face style,
		int size, int grey, int x, int y, const char *text,
		size_t length, struct haiki_error *err)
{
	int r;

	if (!length)
		return 0;
	buffer_text(&canvas->content, "BT ");
	put_grey(&canvas->content, grey, "g");
	put_point(canvas, x, y, "Td ");
	r = show(canvas, faces, style, size, text, length, err);
	buffer_text(&canvas->content, " ET\n");
	return r;
}

int canvas_watermark(struct canvas *canvas, struct faces *faces, int size,
		     int x, int y, const char *text, struct haiki_error *err)
{
	int r;

	/* Filled light and outlined darker: seen on a poor print as well. */
	buffer_text(&canvas->content,
		    "q 2 Tr 0.93 g 0.75 G 0.8 w BT 0.7071 0.7071 -0.7071 0.7071 ");
	put_point(canvas, x, y, "Tm ");
	r = show(canvas, faces, FACE_BOLD, size, text, strlen(text), err);
	buffer_text(&canvas->content, " ET Q\n");
	return r;
}

void canvas_picture(struct canvas *canvas, size_t number, int x, int y,
		    int width, int height)
{
	struct buffer *out = &canvas->content;

	buffer_text(out, "q ");
	buffer_unit(out, width);
	buffer_text(out, "0 0 ");
	buffer_unit(out, height);
	put_point(canvas, x, y + height, "cm ");
	buffer_format(out, "/P%zu Do Q\n", number);
}

int canvas_qr(struct canvas *canvas, int x, int y, int side, const char *text,
	      struct haiki_error *err)
{
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	int module, edge;

	if (!code)
		return error_errno(err, -errno, N_("cannot make the QR code"));
	module = side / (code->width + 8);
	edge = (side - module * code->width) / 2;
	put_grey(&canvas->content, BLACK, "g");
	for (int row = 0; row < code->width; row++) {
		const unsigned char *bits = code->data + row * code->width;

		for (int from = 0, to; from < code->width; from = to) {
			for (to = from; to < code->width && bits[to] & 1; to++)
				;
			if (to > from)
				put_box(canvas, x + edge + from * module,
					y + edge + row * module,
					(to - from) * module, module);
			else
				to++;
		}
	}
	buffer_text(&canvas->content, "f\n");
	QRcode_free(code);
	return 0;
}
