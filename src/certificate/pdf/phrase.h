/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_PDF_PHRASE_H
#define CERTIFICATE_PDF_PHRASE_H

#include "certificate/pdf/sheet.h"

/*
 * A sentence of the record, which is English, in the sheet's language: the
 * sentences that this program writes have Japanese ones; any other, e.g. of
 * the operating system, stays as it is. Lives as long as the sheet.
 */
const char *phrase(struct sheet *sheet, const char *english);

/* The same in Japanese, without a sheet. The caller frees; NULL: no memory. */
char *phrase_japanese(const char *english);

#endif
