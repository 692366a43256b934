/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_PROOF_TEXT_H
#define UI_PROOF_TEXT_H

#include <stdio.h>
#include <haiki/proof.h>

/*
 * What a read-back showed and what it can't show, for the operator and in the
 * operator's language: sentences, one a line, each ended by a newline.
 * `findings` may be NULL. NULL only without memory; the caller frees.
 */
char *proof_text(const struct haiki_verification *verification,
		 const struct proof_finding *findings, size_t count);

/* The same as a list, wrapped to the terminal behind `f` and moved in. */
void proof_text_print(FILE *f, int indent,
		      const struct haiki_verification *verification,
		      const struct proof_finding *findings, size_t count);

/* One line for a table: "all read, nothing found", "blocks not erased: 3" ... */
void proof_text_line(const struct haiki_verification *verification,
		     char *ret_text, size_t size);

#endif
