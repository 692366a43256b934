/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdio.h>

/*
 * CSV (RFC 4180) as a spreadsheet in Japanese opens it: UTF-8 with a byte
 * order mark, CRLF, every cell quoted. Nothing that stands in a cell is taken
 * for a formula: what would be gets an apostrophe before it. Whether writing
 * succeeded the stream knows.
 */
void csv_begin(FILE *f);
/* `first`: the row's first cell. */
void csv_cell(FILE *f, const char *text, int first);
void csv_end_row(FILE *f);

#endif
