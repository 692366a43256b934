/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_POLICY_TEXT_H
#define UI_POLICY_TEXT_H

#include <haiki/policy.h>

/* What a policy demands, for people and in the operator's language. */

/* A remark on the policy or the class, or NULL. */
const char *policy_text_note(const struct haiki_policy *policy);
const char *policy_text_class_note(const struct haiki_class *cls);

/* Whether the class demands other things of fixed than of portable media. */
bool policy_text_splits(const struct haiki_policy *policy,
			const struct haiki_class *cls);

/* "ア・イ・ウ・エ", "ア・イ + destruction". */
void policy_text_demand(const struct haiki_policy *policy,
			const struct haiki_class *cls,
			enum haiki_medium medium, char *ret_text, size_t size);

/* Calls `each` for every letter that the class accepts on some medium, with
 * the words that the policy has for it. */
void policy_text_letters(const struct haiki_policy *policy,
			 const struct haiki_class *cls,
			 void (*each)(void *opaque, const char *letter,
				      const char *words), void *opaque);

/* Calls `each` for every duty that may go with the class: what, where it says
 * so, and when it arises. */
void policy_text_duties(const struct haiki_policy *policy,
			const struct haiki_class *cls,
			void (*each)(void *opaque, const char *text),
			void *opaque);

/* When the duty of that number arises, "" if always. */
void policy_text_when(const struct haiki_policy *policy, size_t duty,
		      char *ret_text, size_t size);

#endif
