/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_UI_H
#define UI_UI_H

#include <libintl.h>
#include <stdbool.h>
#include <stdio.h>

#include <haiki/method.h>

#define _(text) dgettext("haiki", text)
#ifndef N_
#define N_(text) (text)
#endif

/* Sets the locale and finds the translations: `lang` is "ja", "en" or NULL =
 * from LC_ALL/LC_MESSAGES/LANG. Works in a machine that has only C.UTF-8. */
void ui_set_language(const char *lang);
/* From now on the other one: "ja" or "en". What was asked for stays as it is. */
void ui_switch_language(const char *lang);
/* "ja" or "en". */
const char *ui_language(void);
/* What ui_set_language() was given: "ja", "en", or NULL if nobody said. */
const char *ui_language_asked(void);

/* Columns of the terminal behind `f`, 80 if there's none. */
int ui_columns(FILE *f);
/* Columns that UTF-8 text takes (kanji two); control characters count 0. */
int ui_width(const char *text);
/* Prints text, cut (with "…") to fit; the columns it took. */
int ui_cut(FILE *f, const char *text, int columns);
/* Prints text padded with spaces to `columns`, or cut (with "…") to fit. */
void ui_pad(FILE *f, const char *text, int columns);
/* Prints text wrapped to the terminal's width, every line but the first
 * indented by `indent`; Japanese may break anywhere that kinsoku allows. */
void ui_wrap(FILE *f, const char *text, int indent);
void ui_wrap_columns(FILE *f, const char *text, int indent, int columns);
/* How many bytes of text go on a line of `room` columns, broken where a line
 * may be. */
size_t ui_fit(const char *text, int room);
/* "1.0 TB", "500 GB" (decimal, as drives are sold). Static buffer rotation of
 * four. */
const char *ui_size(unsigned long long bytes);
/* The same of a drive, which may tell none: "?". */
const char *ui_capacity(unsigned long long bytes);
/* What the operator calls a method, as the certificate does. */
const char *ui_method(enum haiki_method method);
/* "2 h 05 min", "45 s"; "unknown" for < 0; translated. */
const char *ui_duration(long long seconds);
/* Text made safe for a terminal: control characters and escape sequences
 * replaced by '?'. Rotating static buffers of 1 KiB. */
const char *ui_safe(const char *text);

/* True if a person can be asked: stdin and stderr are terminals. */
bool ui_interactive(void);
/* Asks on stderr and reads a line (without echo if `secret`); NULL at end of
 * input. Caller frees. */
char *ui_ask(const char *question, bool secret);

#endif
