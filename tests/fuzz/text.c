/* SPDX-License-Identifier: Apache-2.0 */
/* What people type and devices say. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "policy/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free) char *text = strndup((const char *)data, size);
	CLEANUP(free) char *normal = NULL;
	CLEANUP(free) char *clean = NULL;
	CLEANUP(free) char *form = NULL;

	if (!text)
		return 0;
	if (text_normalize(text, &normal) == 0 &&
	    !text_is_clean(normal, strlen(normal)))
		abort();
	clean = text_sanitize(text);
	if (!clean || !text_is_clean(clean, strlen(clean)))
		abort();
	if (text_is_clean(text, strlen(text)) && strcmp(text, clean) != 0)
		abort();
	form = policy_normal_form(text);
	if (form && !policy_same_words(text, form))
		abort();
	policy_is_bare_number(text);
	return 0;
}
