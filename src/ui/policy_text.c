/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/policy_text.h"

#include <stdio.h>
#include <string.h>

#include "policy/policy.h"
#include "ui/ui.h"
#include "ui/words.h"

static const char *choose(const char *ja, const char *en)
{
	return !strcmp(ui_language(), "ja") || !en ? ja : en;
}

const char *policy_text_note(const struct haiki_policy *policy)
{
	return choose(policy->note, policy->note_en);
}

const char *policy_text_class_note(const struct haiki_class *cls)
{
	const struct policy_class *c = policy_class_of(cls);

	return choose(c->note, c->note_en);
}

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
			const struct haiki_class *cls)
{
	const struct policy_class *c = policy_class_of(cls);

	return c->accepts[HAIKI_MEDIUM_FIXED] !=
		c->accepts[HAIKI_MEDIUM_PORTABLE] ||
		always_destroyed(policy, c, HAIKI_MEDIUM_FIXED) !=
		always_destroyed(policy, c, HAIKI_MEDIUM_PORTABLE);
}

void policy_text_demand(const struct haiki_policy *policy,
			const struct haiki_class *cls,
			enum haiki_medium medium, char *buf, size_t size)
{
	const struct policy_class *c = policy_class_of(cls);
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

void policy_text_when(const struct haiki_policy *policy, size_t duty, char *buf,
		      size_t size)
{
	const struct policy_duty *d = &policy->duties[duty];

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

/* Measures stand strongest first; one letter may have several. */
static bool is_first_of_its_letter(const struct haiki_policy *policy,
				   uint64_t accepted, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if ((accepted >> i & 1) && policy->measures[i].letter &&
		    !strcmp(policy->measures[i].letter,
			    policy->measures[index].letter))
			return false;
	return true;
}

void policy_text_letters(const struct haiki_policy *policy,
			 const struct haiki_class *cls,
			 void (*each)(void *opaque, const char *letter,
				      const char *words), void *opaque)
{
	const struct policy_class *c = policy_class_of(cls);
	uint64_t accepted = c->accepts[HAIKI_MEDIUM_FIXED] |
		c->accepts[HAIKI_MEDIUM_PORTABLE];

	for (size_t i = 0; i < policy->measures_count; i++) {
		const struct policy_measure *m = &policy->measures[i];

		if ((accepted >> i & 1) && m->letter &&
		    is_first_of_its_letter(policy, accepted, i))
			each(opaque, m->letter, choose(m->words, m->words_en));
	}
}

void policy_text_duties(const struct haiki_policy *policy,
			const struct haiki_class *cls,
			void (*each)(void *opaque, const char *text),
			void *opaque)
{
	const struct policy_class *c = policy_class_of(cls);
	char text[2600], when[256];

	for (size_t i = 0; i < policy->duties_count; i++) {
		const struct policy_duty *d = &policy->duties[i];

		if (!(c->duties >> i & 1))
			continue;
		policy_text_when(policy, i, when, sizeof(when));
		snprintf(text, sizeof(text), "%s (%s)%s%s%s",
			 choose(d->text, d->text_en), d->article,
			 when[0] ? " [" : "", when, when[0] ? "]" : "");
		each(opaque, text);
	}
}
