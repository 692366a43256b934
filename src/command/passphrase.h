/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_PASSPHRASE_H
#define COMMAND_PASSPHRASE_H

#include <stddef.h>
#include <haiki/error.h>

/* A new passphrase for `what`: from the first line of the file (may be NULL),
 * or typed twice the same. Its length, or -EACCES, -EINVAL. */
int passphrase_new(const char *file, const char *what, char *buf, size_t size,
		   struct haiki_error *err);

#endif
