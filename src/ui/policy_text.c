/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/policy_text.h"

#include <stdio.h>
#include <string.h>

#include "ui/ui.h"
#include "ui/words.h"

/* Whether the medium has to be destroyed even after the best erasure. */
static bool always_destroyed(const struct haiki_policy *policy,
			     const struct policy_class *c,
			     enum haiki_medium medium)
{
	const struct haiki_situation plain = { .medium = medium };

	for (size_t i = 0; i < policy->duties_count; i++)
		if ((c->duties >> i & 1) &&
		    !strcmp(policy->duties[i].id, "destroy") &&
		    policy_duty_applies(&policy->duties[i], &plain))
			return true;
	return false;
}

bool policy_text_splits(const struct haiki_policy *policy,
			const struct policy_class *c)
{
	return c->accepts[HAIKI_MEDIUM_FIXED] !=
		c->accepts[HAIKI_MEDIUM_PORTABLE] ||
		always_destroyed(policy, c, HAIKI_MEDIUM_FIXED) !=
		always_destroyed(policy, c, HAIKI_MEDIUM_PORTABLE);
}

void policy_text_demand(const struct haiki_policy *policy,
			const struct policy_class *c,
			enum haiki_medium medium, char *buf, size_t size)
{
	char letters[128];

	policy_letters(policy, c->accepts[medium], letters, sizeof(letters));
	snprintf(buf, size, always_destroyed(policy, c, medium) ?
		 _("%s + destruction") : "%s", letters);
}

static void append(char *buf, size_t size, const char *separator,
		   const char *word)
{
	size_t used = strlen(buf);

	if (used < size)
		snprintf(buf + used, size - used, "%s%s",
			 used ? separator : "", word);
}

void policy_text_when(const struct policy_duty *d, char *buf, size_t size)
{
	*buf = '\0';
	if (d->contractor == HAIKI_YES)
		append(buf, size, ", ", _("when a contractor does it"));
	if (d->contractor == HAIKI_NO)
		append(buf, size, ", ", _("when own staff do it"));
	if (d->medium == HAIKI_MEDIUM_FIXED)
		append(buf, size, ", ", _("for fixed media"));
	if (d->medium == HAIKI_MEDIUM_PORTABLE)
		append(buf, size, ", ", _("for portable media"));
	if (d->purposes)
		append(buf, size, ", ", _("for the purpose of"));
	for (unsigned i = 0, n = 0; i < PURPOSE_COUNT; i++)
		if (d->purposes >> i & 1)
			append(buf, size, n++ ? "/" : " ",
			       ui_word(policy_purpose_names[i]));
	if (d->before_start)
		append(buf, size, ", ", _("before the start"));
}
