/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include <string.h>

#include "base/cleanup.h"

/* The file itself becomes part of the program, byte for byte. */
#define EMBED(id) \
	__asm__(".pushsection .rodata\n" \
		".balign 16\n" \
		"policy_data_" #id ":\n" \
		".incbin \"src/policy/data/" #id ".json\"\n" \
		"policy_data_" #id "_end:\n" \
		".byte 0\n" \
		".popsection\n"); \
	extern const char policy_data_##id[] \
		__attribute__((visibility("hidden"))); \
	extern const char policy_data_##id##_end[] \
		__attribute__((visibility("hidden")))

EMBED(fukuoka);
EMBED(yamaguchi);
EMBED(iizuka);
EMBED(osaka);
EMBED(kawasaki);

static const struct {
	const char *id;
	const char *start, *end;
} builtins[] = {
	{ "fukuoka", policy_data_fukuoka, policy_data_fukuoka_end },
	{ "yamaguchi", policy_data_yamaguchi, policy_data_yamaguchi_end },
	{ "iizuka", policy_data_iizuka, policy_data_iizuka_end },
	{ "osaka", policy_data_osaka, policy_data_osaka_end },
	{ "kawasaki", policy_data_kawasaki, policy_data_kawasaki_end },
};

static const char *const builtin_ids[] = {
	"fukuoka", "yamaguchi", "iizuka", "osaka", "kawasaki", NULL,
};

_Static_assert(ARRAY_SIZE(builtin_ids) == ARRAY_SIZE(builtins) + 1,
	       "every built-in policy has its id");

const char *const *haiki_policy_builtin(void)
{
	return builtin_ids;
}

const char *policy_builtin_bytes(const char *id, size_t *ret_length)
{
	for (size_t i = 0; i < ARRAY_SIZE(builtins); i++) {
		if (strcmp(builtins[i].id, id))
			continue;
		*ret_length = (size_t)(builtins[i].end - builtins[i].start);
		return builtins[i].start;
	}
	return NULL;
}
