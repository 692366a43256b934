/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_PRACTICE_H
#define SIMULATE_PRACTICE_H

#include "simulate/model.h"

/* No more drives than this in one set. */
#define PRACTICE_MAX_DRIVES 64

/*
 * Reads a practice file's text: {"drives": [{...}, ...]}. Strict: an unknown
 * key, a wrong type or a value that makes no sense is -EINVAL, and *err names
 * the drive, the key and what is allowed. free() the array.
 */
int practice_parse(const char *what, const char *text, size_t length,
		   struct model_config **ret_drives, size_t *ret_count,
		   struct haiki_error *err);

#endif
