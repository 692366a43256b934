/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_QR_H
#define UI_QR_H

#include <stdbool.h>
#include <stdio.h>

/*
 * Prints a QR code of the ASCII text with half-block characters, two modules a
 * character high. With `colours` it brings its own black and white, as a
 * terminal needs them; without, it is dark on light, as in a file that is
 * printed. -E2BIG: it would be wider than 80 columns; -ENOMEM.
 */
int ui_qr(FILE *f, const char *text, bool colours);

#endif
