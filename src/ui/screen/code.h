/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_SCREEN_CODE_H
#define UI_SCREEN_CODE_H

#include "ui/screen/pane.h"

/* Adds ASCII text as a QR code, two modules a line; false if it can't be made. */
bool code_draw(struct pane *pane, int column, const char *text);

#endif
