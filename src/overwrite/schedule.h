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
/* Room for the longest list: 99 of "0x0123456789abcdef:verify,". */
#define SCHEDULE_ID_SIZE 2600
#define SCHEDULE_PASS_TEXT_SIZE 32

struct schedule {
	char id[SCHEDULE_ID_SIZE];/* "dod-3"; a user's own list as it was given */
	const char *title;        /* English, standard it comes from; static */
	size_t count;
	struct pass passes[SCHEDULE_MAX_PASSES];
};

/*
 * A built-in schedule by id (zero random nist-clear dod-3 dod-7 bsi-vsitr
 * gutmann random-zero), or a user's list: passes separated by commas, each
 * `zero`, `one`, `random`, `complement` or 2 ... 16 hex digits after 0x, with
 * `:verify` to read that pass back. -EINVAL says which element is wrong.
 * schedule_parse(x.id) gives x again.
 */
int schedule_parse(const char *text, struct schedule *ret_schedule,
		   struct haiki_error *err);

/* Built-in ids, NULL-terminated, static. */
const char *const *schedule_builtin(void);

/*
 * What pass `index` (from 0) really writes: a PASS_COMPLEMENT comes back as
 * the PASS_PATTERN it amounts to. -EINVAL for a schedule that breaks the rules
 * above (no passes, empty pattern, complement of a random pass ...).
 */
int schedule_resolve(const struct schedule *schedule, size_t index,
		     struct pass *ret_pass);

/* Pass `index` as a list writes it: "0x924924", "random", "complement:verify". */
void schedule_pass_text(const struct schedule *schedule, size_t index,
			char ret_text[SCHEDULE_PASS_TEXT_SIZE]);

#endif
