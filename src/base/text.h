/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * True for text that may stand in a record: UTF-8, NFC, and nothing that
 * changes how the rest is shown (control characters, line and paragraph
 * separators, bidirectional overrides).
 */
bool text_is_clean(const char *text, size_t length);

/*
 * What a person typed, in NFC; the caller frees. -EINVAL if it isn't UTF-8 or
 * holds a character that text_is_clean() refuses: then the person must be
 * asked again rather than have words changed.
 */
int text_normalize(const char *text, char **ret_text);

/*
 * What a device or a library said, made clean: anything unfit becomes U+FFFD.
 * NULL only without memory; the caller frees.
 */
char *text_sanitize(const char *text);

/* A device's field of fixed length, without the blanks and NULs at its ends;
 * what isn't printable ASCII becomes "?". ret_text holds length + 1 bytes. */
void text_of_field(const uint8_t *field, size_t length, char *ret_text);

/* Takes away a last character of which only a part is there: what remains of
 * text that was cut at some byte. */
void text_mend(char *text);

#endif
