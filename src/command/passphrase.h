/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_PASSPHRASE_H
#define COMMAND_PASSPHRASE_H

#include <stddef.h>
#include <haiki/error.h>

/*
 * A haiki_passphrase: the first line of the file named by `opaque`, or, if
 * that is NULL, what is typed at the terminal. -EACCES: there is none.
 */
int passphrase_get(void *opaque, const char *what, char *buf, size_t size);

/* A new one: from the file (may be NULL), or typed twice the same. */
int passphrase_new(const char *file, const char *what, char *buf, size_t size,
		   struct haiki_error *err);

#endif
