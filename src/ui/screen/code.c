/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/code.h"

#include <ctype.h>
#include <qrencode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "ui/screen/session.h"
#include "ui/ui.h"

#define QUIET 4                   /* modules of margin, ISO/IEC 18004 */

static bool dark(const QRcode *code, int x, int y)
{
	return x >= 0 && y >= 0 && x < code->width && y < code->width &&
		(code->data[y * code->width + x] & 1);
}

/* Two modules, one above the other, in one character cell, black on white. */
static void code_row(const QRcode *code, int y, char *buf, size_t size)
{
	static const char *const cells[] = { " ", "▄", "▀", "█" };
	size_t used = 0;

	buf[0] = '\0';
	for (int x = -QUIET; x < code->width + QUIET; x++)
		used += (size_t)snprintf(buf + used, size - used, "%s",
			cells[dark(code, x, y) * 2 + dark(code, x, y + 1)]);
}

bool code_draw(struct pane *pane, int column, const char *text)
{
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	char line[1024];

	if (!code)
		return false;
	for (int y = -QUIET; y < code->width + QUIET; y += 2) {
		code_row(code, y, line, sizeof(line));
		pane_row(pane);
		pane_cell(pane, column, 0, STYLE_CODE, line);
	}
	QRcode_free(code);
	return true;
}

static void compose(const struct session *session, struct pane *pane)
{
	const struct outcome *outcome =
		&session->outcomes[session->choice[SCREEN_RESULT]];
	const char *hash = outcome->sha256;
	const char *name = strrchr(outcome->progress.certificate, '/');
	char text[80];

	/* In capitals the code is a good deal smaller. */
	snprintf(text, sizeof(text), "SHA256:%s", hash);
	for (char *p = text; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	if (!code_draw(pane, 0, text))
		pane_text(pane, 0, STYLE_BAD,
			  _("The QR code could not be made."));
	pane_aside(pane, 0, 40, STYLE_STRONG, _("The record's hash"));
	pane_aside(pane, 2, 40, STYLE_PLAIN, name ? name + 1 :
		   outcome->progress.certificate);
	pane_aside(pane, 6, 40, STYLE_PLAIN, "SHA-256");
	pane_aside(pane, 7, 40, STYLE_PLAIN, hash);
	pane_aside(pane, 10, 40, STYLE_PLAIN,
		   _("Whoever has this hash, on paper or as a photograph of the code, can tell later that the record was not changed."));
	pane_hint(pane, "Esc", _("back"));
}

static enum move key(struct session *session, const struct input *input)
{
	(void)session;
	return input->key == INPUT_ESCAPE || input->key == INPUT_ENTER ?
		MOVE_BACK : MOVE_STAY;
}

const struct screen screen_code = {
	.title = N_("QR code of the record's hash"),
	.help = N_("Take a photograph of the code, or scan it into the asset register. It is the SHA-256 hash of the record's .json file, which stands on the printed page, too."),
	.compose = compose,
	.key = key,
};
