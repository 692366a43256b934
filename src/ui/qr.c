/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/qr.h"

#include <errno.h>
#include <qrencode.h>

/* ISO/IEC 18004: four light modules on every side. */
#define QUIET 4
#define COLUMNS 80

static bool is_dark(const QRcode *code, int x, int y)
{
	if (x < 0 || y < 0 || x >= code->width || y >= code->width)
		return false;
	return code->data[y * code->width + x] & 1;
}

static void print_row(FILE *f, const QRcode *code, int y, bool colours)
{
	static const char *const halves[] = { " ", "▄", "▀", "█" };

	if (colours)
		fputs("\033[30;47m", f);
	for (int x = -QUIET; x < code->width + QUIET; x++)
		fputs(halves[2 * is_dark(code, x, y) + is_dark(code, x, y + 1)],
		      f);
	fputs(colours ? "\033[0m\n" : "\n", f);
}

int ui_qr(FILE *f, const char *text, bool colours)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
	int r = code ? 0 : -errno;

	if (r == 0 && code->width + 2 * QUIET > COLUMNS)
		r = -E2BIG;
	for (int y = -QUIET; r == 0 && y < code->width + QUIET; y += 2)
		print_row(f, code, y, colours);
	QRcode_free(code);
	return r;
}
