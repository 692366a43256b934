/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_WORDS_H
#define UI_WORDS_H

#include <haiki/verify.h>

/*
 * What people call a word of records and policies: a result ("conforming"), a
 * role ("witness"), a duty's id ("destroy"), a purpose. In the operator's
 * language; the word itself if it isn't known.
 */
const char *ui_word(const char *word);

/* "GOOD", "DUTY OPEN" ... in the operator's language. */
const char *ui_standing(enum haiki_standing standing);

#endif
