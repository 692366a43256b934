/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "overwrite/engine.h"
#include "overwrite/pattern.h"
#include "overwrite/ranges.h"
#include "overwrite/stream.h"

/*
 * "overwrite-state 1 PASSES PASS DURABLE MISMATCHES KEYS BAD end": KEYS are
 * the random passes' keys in order, hex, BAD are pass:lba:count:error; both are
 * separated by commas, "-" if there are none.
 */
#define STATE_NAME "overwrite-state 1"

static void write_keys(FILE *f, const struct engine_state *state,
		       const struct schedule *schedule)
{
	bool any = false;

	for (size_t i = 0; i < schedule->count; i++) {
		char hex[2 * STREAM_KEY_SIZE + 1];

		if (schedule->passes[i].kind != PASS_RANDOM)
			continue;
		hex_encode(state->key[i], STREAM_KEY_SIZE, hex);
		fprintf(f, "%s%s", any ? "," : " ", hex);
		any = true;
	}
	if (!any)
		fputs(" -", f);
}

char *engine_state_format(const struct engine_state *state,
			  const struct schedule *schedule)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	fprintf(f, STATE_NAME " %zu %" PRIu32 " %" PRIu64 " %" PRIu64,
		schedule->count, state->pass, state->durable,
		state->verify_mismatches);
	write_keys(f, state, schedule);
	for (size_t i = 0; i < state->bad_count; i++)
		fprintf(f, "%s%" PRIu32 ":%" PRIu64 ":%" PRIu64 ":%d",
			i ? "," : " ", state->bad[i].pass, state->bad[i].lba,
			state->bad[i].count, -state->bad[i].error);
	fputs(state->bad_count ? " end" : " - end", f);
	if (ferror(f) | fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

/* A decimal number followed by `end`; moves *p behind that. */
static bool number(const char **p, char end, uint64_t most, uint64_t *ret_value)
{
	uint64_t value = 0;
	const char *c = *p;

	if (*c < '0' || *c > '9')
		return false;
	for (; *c >= '0' && *c <= '9'; c++)
		if (__builtin_mul_overflow(value, 10u, &value) ||
		    __builtin_add_overflow(value, (unsigned)(*c - '0'), &value))
			return false;
	if (*c != end || value > most)
		return false;
	*p = c + 1;
	*ret_value = value;
	return true;
}

static bool read_keys(const char **p, const struct schedule *schedule,
		      struct engine_state *state)
{
	bool any = false;

	for (size_t i = 0; i < schedule->count; i++) {
		char hex[2 * STREAM_KEY_SIZE + 1] = "";

		if (schedule->passes[i].kind != PASS_RANDOM)
			continue;
		if (any && *(*p)++ != ',')
			return false;
		if (strnlen(*p, sizeof(hex)) < sizeof(hex) - 1)
			return false;
		memcpy(hex, *p, sizeof(hex) - 1);
		if (hex_decode(hex, state->key[i], STREAM_KEY_SIZE) !=
		    STREAM_KEY_SIZE)
			return false;
		*p += sizeof(hex) - 1;
		any = true;
	}
	if (!any && *(*p)++ != '-')
		return false;
	return *(*p)++ == ' ';
}

static bool read_bad(const char *p, struct engine_state *state)
{
	if (!strcmp(p, "- end"))
		return true;
	for (;;) {
		struct bad_range *bad = &state->bad[state->bad_count];
		uint64_t pass, error;

		if (state->bad_count == ENGINE_MAX_BAD_RANGES ||
		    !number(&p, ':', SCHEDULE_MAX_PASSES, &pass) ||
		    !number(&p, ':', UINT64_MAX, &bad->lba) ||
		    !number(&p, ':', UINT64_MAX, &bad->count))
			return false;
		bad->pass = (uint32_t)pass;
		state->bad_count++;
		if (number(&p, ' ', 4095, &error)) {
			bad->error = -(int)error;
			return !strcmp(p, "end");
		}
		if (!number(&p, ',', 4095, &error))
			return false;
		bad->error = -(int)error;
	}
}

static bool parse(const char *p, const struct schedule *schedule,
		  struct engine_state *state)
{
	uint64_t passes, pass;

	if (strncmp(p, STATE_NAME " ", strlen(STATE_NAME " ")))
		return false;
	p += strlen(STATE_NAME " ");
	if (!number(&p, ' ', SCHEDULE_MAX_PASSES, &passes) ||
	    passes != schedule->count ||
	    !number(&p, ' ', passes, &pass) || pass < 1 ||
	    !number(&p, ' ', INT64_MAX, &state->durable) ||
	    !number(&p, ' ', UINT64_MAX, &state->verify_mismatches))
		return false;
	state->pass = (uint32_t)pass;
	return read_keys(&p, schedule, state) && read_bad(p, state) &&
	       ranges_valid(state->bad, state->bad_count, UINT64_MAX,
			    schedule->count);
}

int engine_state_parse(const char *text, const struct schedule *schedule,
		       struct engine_state *ret_state,
		       struct haiki_error *err)
{
	CLEANUP(free) struct engine_state *state = calloc(1, sizeof(*state));

	if (!state)
		return error_errno(err, -ENOMEM,
				   N_("cannot read where the overwrite stood"));
	if (!parse(text, schedule, state))
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EBADMSG,
				 N_("the record of where the overwrite stood is damaged or of another schedule: begin anew"));
	*ret_state = *state;
	return 0;
}

int engine_expected(const struct schedule *schedule,
		    const struct engine_state *state, uint32_t pass,
		    uint64_t offset, void *buf, size_t length)
{
	struct stream *stream = NULL;
	struct pass resolved;
	int r;

	if (pass < 1)
		return -EINVAL;
	r = schedule_resolve(schedule, pass - 1, &resolved);
	if (r < 0)
		return r;
	if (resolved.kind == PASS_PATTERN) {
		pattern_fill(&resolved, offset, buf, length);
		return 0;
	}
	r = stream_new(state->key[pass - 1], &stream);
	if (r == 0)
		r = stream_fill(stream, offset, buf, length);
	stream_free(stream);
	return r;
}
