/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_SCREEN_DRAW_H
#define UI_SCREEN_DRAW_H

#include <stdbool.h>
#include "ui/screen/session.h"

/* The only file that knows ncurses. */

/* Takes the terminal; -ENOTTY with *err if it can't do what is needed. */
int draw_begin(struct haiki_error *err);
void draw_end(void);

void draw_size(int *ret_rows, int *ret_columns);
/* `afresh`: the terminal lost what it showed. */
void draw_grid(const struct grid *grid, bool afresh);

/* Calls somebody who looks elsewhere. */
void draw_ring(void);

/* The next key that was typed already; false if there is none. */
bool draw_read(struct input *ret_input);

#endif
