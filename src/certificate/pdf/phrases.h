/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_PHRASES_H
#define CERTIFICATE_PDF_PHRASES_H

/*
 * The sentences of records and their Japanese. '*' in the English one stands
 * for any text, at most four times; "*1" ... "*4" in the Japanese one for what
 * stood there. Ends with an English NULL.
 */
struct phrase {
	const char *english, *japanese;
};

extern const struct phrase phrases[];

#endif
