/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_SCREEN_COPY_H
#define UI_SCREEN_COPY_H

#include <haiki/error.h>
#include "ui/screen/grid.h"

/*
 * What is on the screen, once more as plain text: on a serial line for a
 * braille display or a colleague at its other end, or in a file. A line that
 * nobody reads never holds the work up.
 */
struct copy;

/* 0 or -errno with *err. `ret_copy` is the caller's to copy_free(). */
int copy_open(const char *path, struct copy **ret_copy,
	      struct haiki_error *err);
/* NULL-safe. */
void copy_free(struct copy *copy);

/* Writes the screen, after a form feed, if it has changed since, and not more
 * often than a few times a second. NULL-safe. */
void copy_screen(struct copy *copy, const struct grid *grid);

#endif
