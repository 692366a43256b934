/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "overwrite/engine.h"

static struct schedule schedule_of(const char *text)
{
	struct schedule s;

	assert_int_equal(schedule_parse(text, &s, NULL), 0);
	return s;
}

static struct engine_state *some_state(void)
{
	struct engine_state *state = calloc(1, sizeof(*state));

	assert_non_null(state);
	for (int i = 0; i < 16; i++) {
		state->key[0][i] = (uint8_t)(i + 1);
		state->key[2][i] = (uint8_t)(0xf0 + i);
	}
	state->pass = 2;
	state->durable = 1048576;
	state->verify_mismatches = 3;
	state->bad[0] = (struct bad_range){ 17, 1, 1, -EIO };
	state->bad[1] = (struct bad_range){ 1ULL << 60, 8, 2, -ENOSPC };
	state->bad_count = 2;
	return state;
}

static const char some_text[] =
	"overwrite-state 1 3 2 1048576 3 "
	"0102030405060708090a0b0c0d0e0f10,f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff "
	"1:17:1:5,2:1152921504606846976:8:28 end";

static void there_and_back(void **state)
{
	const struct schedule s = schedule_of("random,zero,random");
	struct engine_state *a = some_state();
	struct engine_state *b = calloc(1, sizeof(*b));
	char *text = engine_state_format(a, &s);

	(void)state;
	assert_non_null(b);
	assert_string_equal(text, some_text);
	assert_int_equal(engine_state_parse(text, &s, b, NULL), 0);
	assert_memory_equal(a, b, sizeof(*a));
	free(text);

	a->bad_count = 0;
	memset(a->bad, 0, sizeof(a->bad));
	memset(a->key, 0, sizeof(a->key));
	text = engine_state_format(a, &(struct schedule){ .count = 2 });
	assert_string_equal(text, "overwrite-state 1 2 2 1048576 3 - - end");
	assert_int_equal(engine_state_parse(text,
					    &(struct schedule){ .count = 2 },
					    b, NULL), 0);
	assert_memory_equal(a, b, sizeof(*a));
	free(text);
	free(a);
	free(b);
}

static void longest(void **state)
{
	struct schedule s = { .count = SCHEDULE_MAX_PASSES };
	struct engine_state *a = some_state();
	struct engine_state *b = calloc(1, sizeof(*b));
	char *text;

	(void)state;
	assert_non_null(b);
	for (size_t i = 0; i < s.count; i++) {
		s.passes[i].kind = PASS_RANDOM;
		memset(a->key[i], (int)i + 1, 16);
	}
	a->bad_count = ENGINE_MAX_BAD_RANGES;
	for (size_t i = 0; i < a->bad_count; i++)
		a->bad[i] = (struct bad_range){ 10 * i, 9, 2, -EIO };
	text = engine_state_format(a, &s);
	assert_int_equal(engine_state_parse(text, &s, b, NULL), 0);
	assert_memory_equal(a, b, sizeof(*a));
	free(text);
	free(a);
	free(b);
}

static void refused(const char *text, const struct schedule *s)
{
	struct engine_state *b = calloc(1, sizeof(*b));
	struct haiki_error err = { 0 };

	assert_non_null(b);
	b->pass = 77;
	if (engine_state_parse(text, s, b, &err) != -EBADMSG)
		fail_msg("taken: %s", text);
	assert_int_equal(b->pass, 77);
	assert_true(strlen(err.text) > 10);
	free(b);
}

/* Any cut, and any single character changed into another kind, is either
 * noticed or gives a state that is still well-formed. */
static void damaged(void **state)
{
	const struct schedule s = schedule_of("random,zero,random");
	const struct schedule other = schedule_of("random,zero");
	const struct schedule pattern = schedule_of("zero,zero,random");
	static const char *const texts[] = {
		"", "overwrite-state", "overwrite-state 2 3 2 0 0 - - end",
		"overwrite-state 1 3 0 0 0 - - end", "overwrite-state 1 3 4 0 0 - - end",
		"overwrite-state 1 3 2 18446744073709551616 0 - - end",
		"overwrite-state 1 3 2 9223372036854775808 0 - - end",
	};
	char text[sizeof(some_text)];

	(void)state;
	refused(some_text, &other);
	refused(some_text, &pattern);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		refused(texts[i], &s);
	for (size_t length = 0; length < sizeof(some_text) - 1; length++) {
		snprintf(text, sizeof(text), "%.*s", (int)length, some_text);
		refused(text, &s);
	}
	for (size_t i = 0; i < sizeof(some_text) - 1; i++) {
		memcpy(text, some_text, sizeof(text));
		text[i] = 'x';
		refused(text, &s);
		text[i] = ' ';
		if (some_text[i] != ' ')
			refused(text, &s);
	}
	/* Out of order, overlapping. */
	refused("overwrite-state 1 1 1 0 0 - 1:17:1:5,1:3:1:5 end",
		&(struct schedule){ .count = 1 });
	refused("overwrite-state 1 1 1 0 0 - 1:17:9:5,1:20:1:5 end",
		&(struct schedule){ .count = 1 });
	refused("overwrite-state 1 1 1 0 0 - 2:17:1:5 end",
		&(struct schedule){ .count = 1 });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(longest),
		cmocka_unit_test(damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
