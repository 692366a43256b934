/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include <stdio.h>
#include <string.h>
#include <uninorm.h>
#include <unistr.h>

#include "base/cleanup.h"

static const char *const result_names[] = {
	[HAIKI_NONCONFORMING] = "nonconforming",
	[HAIKI_INTERRUPTED] = "interrupted",
	[HAIKI_DUTY] = "duty",
	[HAIKI_CONFORMING] = "conforming",
};

static const char *const level_names[] = {
	[HAIKI_LEVEL_NONE] = "none",
	[HAIKI_LEVEL_CLEAR] = "clear",
	[HAIKI_LEVEL_PURGE] = "purge",
	[HAIKI_LEVEL_DESTROY] = "destroy",
};

const char *const policy_purpose_names[PURPOSE_COUNT] = {
	[PURPOSE_DISPOSE] = "dispose",
	[PURPOSE_LEASE_RETURN] = "lease-return",
	[PURPOSE_REPAIR] = "repair",
	[PURPOSE_REUSE] = "reuse",
};

const char *const policy_fact_names[FACT_COUNT] = {
	[FACT_RECORD] = "record",
	[FACT_LEDGER] = "ledger",
	[FACT_APPROVAL_NAMED] = "approval-named",
	[FACT_WITNESS_NAMED] = "witness-named",
	[FACT_WITNESS_SIGNATURE] = "witness-signature",
	[FACT_DESTROYED] = "destroyed",
	[FACT_PHOTOGRAPHED] = "photographed",
	[FACT_COMPLETION_CERTIFICATE] = "completion-certificate",
};

const char *haiki_result_name(enum haiki_result result)
{
	return (size_t)result < ARRAY_SIZE(result_names) ?
		result_names[result] : result_names[HAIKI_NONCONFORMING];
}

enum haiki_result haiki_result_from_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(result_names); i++)
		if (!strcmp(result_names[i], name))
			return (enum haiki_result)i;
	return HAIKI_NONCONFORMING;
}

const char *haiki_level_name(enum haiki_level level)
{
	return (size_t)level < ARRAY_SIZE(level_names) ?
		level_names[level] : level_names[HAIKI_LEVEL_NONE];
}

unsigned policy_purpose_from_name(const char *name)
{
	unsigned i = 0;

	if (!name)
		return PURPOSE_COUNT;
	while (i < PURPOSE_COUNT && strcmp(policy_purpose_names[i], name))
		i++;
	return i;
}

char *policy_normal_form(const char *text)
{
	size_t length = 0;
	uint8_t *out = u8_normalize(UNINORM_NFKC, (const uint8_t *)text,
				    strlen(text) + 1, NULL, &length);

	return (char *)out;
}

bool policy_same_words(const char *a, const char *b)
{
	CLEANUP(free) char *na = policy_normal_form(a);
	CLEANUP(free) char *nb = policy_normal_form(b);

	return na && nb && !strcmp(na, nb);
}

bool policy_is_bare_number(const char *text)
{
	static const char numerals[] =
		"0123456789IVXivx一二三四五六七八九十〇壱弐参 .-";
	CLEANUP(free) char *n = policy_normal_form(text);
	const uint8_t *p = (const uint8_t *)n;
	ucs4_t c;

	if (!n || !*n)
		return false;
	while ((p = u8_next(&c, p)))
		if (!u8_strchr((const uint8_t *)numerals, c))
			return false;
	return true;
}

void policy_letters(const struct haiki_policy *policy, uint64_t measures,
		    char *ret_text, size_t size)
{
	size_t used = 0;

	*ret_text = '\0';
	for (size_t i = 0; i < policy->measures_count; i++) {
		const char *letter = policy->measures[i].letter;
		size_t before = 0;

		if (!letter || !(measures >> i & 1))
			continue;
		while (before < i && (!(measures >> before & 1) ||
				      !policy->measures[before].letter ||
				      strcmp(policy->measures[before].letter,
					     letter)))
			before++;
		if (before < i)
			continue;
		if (used + strlen(letter) + sizeof("・") > size)
			return;
		used += (size_t)snprintf(ret_text + used, size - used, "%s%s",
					 used ? "・" : "", letter);
	}
}
