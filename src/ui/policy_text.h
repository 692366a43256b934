/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_POLICY_TEXT_H
#define UI_POLICY_TEXT_H

#include "policy/policy.h"

/* What a policy demands, for people and in the operator's language. */

/* Whether the class demands other things of fixed than of portable media. */
bool policy_text_splits(const struct haiki_policy *policy,
			const struct policy_class *cls);

/* "ア・イ・ウ・エ", "ア・イ + destruction". */
void policy_text_demand(const struct haiki_policy *policy,
			const struct policy_class *cls,
			enum haiki_medium medium, char *ret_text, size_t size);

/* When a duty arises, "" if always. */
void policy_text_when(const struct policy_duty *duty, char *ret_text,
		      size_t size);

#endif
