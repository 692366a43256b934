/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_PHRASES_H
#define CERTIFICATE_PDF_PHRASES_H

/*
 * The sentences of records and their Japanese. '*' in the English one stands
 * for any text, at most nine times; "*1" ... "*9" in the Japanese one for what
 * stood there. Ends with an English NULL.
 */
struct phrase {
	const char *english, *japanese;
};

extern const struct phrase phrases[];
/* The messages of the program, from its catalogue (scripts/phrases), without
 * their full stops; those that say most come first. They change with it, which
 * the file's producer tells: see RENDERING. */
extern const struct phrase messages[];

#endif
