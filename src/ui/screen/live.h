/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_SCREEN_LIVE_H
#define UI_SCREEN_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <haiki/error.h>

/*
 * What the live image and this program tell each other by files in one folder
 * (src/live/README). `directory` NULL: this is no live image; then nothing is
 * known and nothing can be asked.
 */

/* The line that the file holds; "" if there is none. */
void live_fact(const char *directory, const char *name, char *ret_text,
	       size_t size);

/* A sentence about the stick that the records go to; true if they can. */
bool live_stick(const char *directory, char *ret_text, size_t size);

/* `path` as people find it again: what is on the sticks by their names,
 * HAIKI-DATA and HAIKI-COPY; anything else as it is. Returns ret_text. */
const char *live_place(const char *directory, const char *path, char *ret_text,
		       size_t size);

/* Asks for "poweroff" or "restart", which follows when this program ends. */
int live_end(const char *directory, const char *how, struct haiki_error *err);

#endif
