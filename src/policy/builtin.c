/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"

/* WebAssembly, where the page of src/page runs the same code, has sections of
 * another kind. */
#ifdef __wasm__
#define BEGIN(id) ".section .rodata.policy_data_" #id ",\"\",@\n"
#define FINISH(id) ".size policy_data_" #id ", .Lpolicy_end_" #id \
	"-policy_data_" #id "+1\n"
#else
#define BEGIN(id) ".pushsection .rodata\n.balign 16\n"
#define FINISH(id) ".popsection\n"
#endif

/* The file itself becomes part of the program, byte for byte, behind its
 * length. */
#define EMBED(id) \
	__asm__(BEGIN(id) \
		"policy_data_" #id ":\n" \
		".4byte .Lpolicy_end_" #id "-policy_data_" #id "-4\n" \
		".incbin \"src/policy/data/" #id ".json\"\n" \
		".Lpolicy_end_" #id ":\n" \
		".byte 0\n" \
		FINISH(id)); \
	extern const char policy_data_##id[] \
		__attribute__((visibility("hidden")))

EMBED(fukuoka);
EMBED(yamaguchi);
EMBED(iizuka);
EMBED(osaka);
EMBED(kawasaki);

static const struct {
	const char *id;
	const char *data;
} builtins[] = {
	{ "fukuoka", policy_data_fukuoka },
	{ "yamaguchi", policy_data_yamaguchi },
	{ "iizuka", policy_data_iizuka },
	{ "osaka", policy_data_osaka },
	{ "kawasaki", policy_data_kawasaki },
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
	uint32_t length;

	for (size_t i = 0; i < ARRAY_SIZE(builtins); i++) {
		if (strcmp(builtins[i].id, id))
			continue;
		memcpy(&length, builtins[i].data, sizeof(length));
		*ret_length = length;
		return builtins[i].data + sizeof(length);
	}
	return NULL;
}
