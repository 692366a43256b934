/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SCHEMA_FORMAT_H
#define BASE_SCHEMA_FORMAT_H

#include "base/schema.h"

#define SCHEMA_INTEGER_MAX INT64_C(9007199254740991)

#define SCHEMA_TEXT_MAX 1024      /* characters */
#define SCHEMA_BASE64_MAX (6827 * 4)

bool format_fits(enum schema_format format, const char *text, size_t length);

/* What must be there, for a message: "must be 64 hexadecimal digits". */
const char *format_name(enum schema_format format);

/* The same as a regular expression that ECMA-262 and Python read alike. */
const char *format_pattern(enum schema_format format);

#endif
