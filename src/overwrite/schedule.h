/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OVERWRITE_SCHEDULE_H
#define OVERWRITE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <haiki/error.h>

/* What one pass writes. */
enum pass_kind {
	PASS_PATTERN = 0,         /* `pattern` repeated from byte 0 of the drive */
	PASS_RANDOM,              /* AES-128-CTR stream of the pass's own key */
	PASS_COMPLEMENT,          /* of the pattern pass before it */
};

struct pass {
	enum pass_kind kind;
	uint8_t pattern[8];
	uint8_t pattern_length;   /* 1 ... 8 */
	bool verify;              /* read back fully before the next pass */
};

#define SCHEDULE_MAX_PASSES 99

struct schedule {
	char id[64];              /* "dod-3"; a user's own list as it was given */
	const char *title;        /* English, standard it comes from */
	size_t count;
	struct pass passes[SCHEDULE_MAX_PASSES];
};

/*
 * A built-in schedule by id (zero random nist-clear dod-3 dod-7 bsi-vsitr
 * gutmann random-zero), or a user's list: passes separated by commas, each
 * `zero`, `one`, `random`, `complement` or 2 ... 16 hex digits after 0x, with
 * `:verify` to read that pass back. -EINVAL says which element is wrong.
 */
int schedule_parse(const char *text, struct schedule *ret_schedule,
		   struct haiki_error *err);

/* Built-in ids, NULL-terminated, static. */
const char *const *schedule_builtin(void);

#endif
