/* SPDX-License-Identifier: Apache-2.0 */
#include "overwrite/schedule.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"

#define FIXED(byte) { PASS_PATTERN, { byte }, 1, false }
#define FIXED_VERIFY(byte) { PASS_PATTERN, { byte }, 1, true }
#define FIXED3(a, b, c) { PASS_PATTERN, { a, b, c }, 3, false }
#define RANDOM { PASS_RANDOM, { 0 }, 0, false }
#define RANDOM_VERIFY { PASS_RANDOM, { 0 }, 0, true }
#define COMPLEMENT { PASS_COMPLEMENT, { 0 }, 0, false }

static const struct pass pass_zero = FIXED(0x00);
static const struct pass pass_one = FIXED(0xff);
static const struct pass pass_random = RANDOM;
static const struct pass pass_complement = COMPLEMENT;

static const struct pass zero[] = { FIXED(0x00) };
static const struct pass random_once[] = { RANDOM };
static const struct pass random_zero[] = { RANDOM, FIXED(0x00) };

/* SP 800-88r1 A: "at least a single write pass with a fixed data value, such
 * as all zeros", and verified. */
static const struct pass nist_clear[] = { FIXED_VERIFY(0x00) };

/* NISPOM (January 1995) 8-306, matrix entry d: "a character, its complement,
 * then a random character and verify". */
static const struct pass dod_3[] = {
	FIXED(0x00), COMPLEMENT, RANDOM_VERIFY,
};

/* The same matrix's e, c and e again (c: "a single character"), which the
 * trade calls ECE or 7-pass. */
static const struct pass dod_7[] = {
	FIXED(0x00), COMPLEMENT, RANDOM,
	FIXED(0x97),
	FIXED(0x00), COMPLEMENT, RANDOM_VERIFY,
};

/* VS-IT-Richtlinien of 1998 (withdrawn in 2009; users still ask for it). */
static const struct pass bsi_vsitr[] = {
	FIXED(0x00), FIXED(0xff), FIXED(0x00), FIXED(0xff), FIXED(0x00),
	FIXED(0xff), FIXED(0xaa),
};

/* Gutmann 1996, section 3, in the table's order. */
static const struct pass gutmann[] = {
	RANDOM, RANDOM, RANDOM, RANDOM,
	FIXED(0x55), FIXED(0xaa),
	FIXED3(0x92, 0x49, 0x24), FIXED3(0x49, 0x24, 0x92),
	FIXED3(0x24, 0x92, 0x49),
	FIXED(0x00), FIXED(0x11), FIXED(0x22), FIXED(0x33),
	FIXED(0x44), FIXED(0x55), FIXED(0x66), FIXED(0x77),
	FIXED(0x88), FIXED(0x99), FIXED(0xaa), FIXED(0xbb),
	FIXED(0xcc), FIXED(0xdd), FIXED(0xee), FIXED(0xff),
	FIXED3(0x92, 0x49, 0x24), FIXED3(0x49, 0x24, 0x92),
	FIXED3(0x24, 0x92, 0x49),
	FIXED3(0x6d, 0xb6, 0xdb), FIXED3(0xb6, 0xdb, 0x6d),
	FIXED3(0xdb, 0x6d, 0xb6),
	RANDOM, RANDOM, RANDOM, RANDOM,
};

struct builtin {
	const char *id, *title;
	const struct pass *passes;
	size_t count;
};

#define BUILTIN(id, title, passes) { id, title, passes, ARRAY_SIZE(passes) }

static const struct builtin builtins[] = {
	BUILTIN("zero", N_("one pass of zeros"), zero),
	BUILTIN("random", N_("one pass of random data"), random_once),
	BUILTIN("nist-clear", N_("NIST SP 800-88 Rev. 1 Clear: zeros, read back"),
		nist_clear),
	BUILTIN("dod-3", N_("DoD 5220.22-M (1995) 8-306 d: 3 passes, the last read back"),
		dod_3),
	BUILTIN("dod-7", N_("DoD 5220.22-M (1995) 8-306 e, c, e: 7 passes, the last read back"),
		dod_7),
	BUILTIN("bsi-vsitr", N_("BSI VSITR: 7 passes"), bsi_vsitr),
	BUILTIN("gutmann", N_("Gutmann (1996): 35 passes"), gutmann),
	BUILTIN("random-zero", N_("one pass of random data, one of zeros"),
		random_zero),
};

static const char *const builtin_ids[] = {
	"zero", "random", "nist-clear", "dod-3", "dod-7", "bsi-vsitr",
	"gutmann", "random-zero", NULL,
};

const char *const *schedule_builtin(void)
{
	return builtin_ids;
}

static const struct {
	const char *word;
	const struct pass *pass;
} words[] = {
	{ "zero", &pass_zero },
	{ "one", &pass_one },
	{ "random", &pass_random },
	{ "complement", &pass_complement },
};

static int parse_element(const char *text, struct pass *ret_pass)
{
	struct pass pass = { .kind = PASS_PATTERN };
	int length;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcmp(text, words[i].word)) {
			*ret_pass = *words[i].pass;
			return 0;
		}
	if (text[0] != '0' || text[1] != 'x')
		return -EINVAL;
	length = hex_decode(text + 2, pass.pattern, sizeof(pass.pattern));
	if (length < 1)
		return -EINVAL;
	pass.pattern_length = (uint8_t)length;
	*ret_pass = pass;
	return 0;
}

/* One element of at most `length` bytes, with its ":verify". */
static int parse_pass(const char *text, size_t length, struct pass *ret_pass)
{
	static const char suffix[] = ":verify";
	const size_t suffix_length = sizeof(suffix) - 1;
	char element[SCHEDULE_PASS_TEXT_SIZE] = "";
	struct pass pass;
	bool verify = false;
	int r;

	if (length >= sizeof(element))
		return -EINVAL;
	memcpy(element, text, length);
	if (length > suffix_length &&
	    !strcmp(element + length - suffix_length, suffix)) {
		element[length - suffix_length] = '\0';
		verify = true;
	}
	r = parse_element(element, &pass);
	if (r < 0)
		return r;
	pass.verify = verify;
	*ret_pass = pass;
	return 0;
}

static int refuse_element(struct haiki_error *err, size_t number,
			  const char *text, size_t length)
{
	return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			 N_("pass %zu of the schedule, \"%.*s\", is none of zero, one, random, complement or 0x with 2, 4 ... 16 hex digits (each with :verify if it is to be read back)"),
			 number, (int)(length > 40 ? 40 : length), text);
}

static int refuse_name(struct haiki_error *err, const char *text)
{
	return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			 N_("there is no schedule \"%.40s\": choose zero, random, nist-clear, dod-3, dod-7, bsi-vsitr, gutmann, random-zero, or write a list such as random,0x55,complement,zero:verify"),
			 text);
}

static int parse_list(const char *text, struct schedule *schedule,
		      struct haiki_error *err)
{
	const char *p = text;
	struct pass pass;

	for (;;) {
		size_t length = strcspn(p, ",");

		if (schedule->count == SCHEDULE_MAX_PASSES)
			return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
					 N_("the schedule has more than %d passes: shorten it"),
					 SCHEDULE_MAX_PASSES);
		if (parse_pass(p, length, &schedule->passes[schedule->count]) < 0) {
			if (schedule->count == 0 && !p[length])
				return refuse_name(err, text);
			return refuse_element(err, schedule->count + 1, p,
					      length);
		}
		schedule->count++;
		if (schedule_resolve(schedule, schedule->count - 1, &pass) < 0)
			return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
					 N_("pass %zu of the schedule is a complement, but the pass before it has no fixed pattern: put a pattern before it"),
					 schedule->count);
		if (!p[length])
			return 0;
		p += length + 1;
	}
}

int schedule_parse(const char *text, struct schedule *ret_schedule,
		   struct haiki_error *err)
{
	struct schedule schedule = { .title = N_("the user's own list of passes") };
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(builtins); i++) {
		const struct builtin *b = &builtins[i];

		if (strcmp(text, b->id))
			continue;
		snprintf(schedule.id, sizeof(schedule.id), "%s", b->id);
		schedule.title = b->title;
		schedule.count = b->count;
		memcpy(schedule.passes, b->passes,
		       b->count * sizeof(b->passes[0]));
		*ret_schedule = schedule;
		return 0;
	}
	r = parse_list(text, &schedule, err);
	if (r < 0)
		return r;
	/* 99 elements of bounded length always fit. */
	snprintf(schedule.id, sizeof(schedule.id), "%s", text);
	*ret_schedule = schedule;
	return 0;
}

int schedule_resolve(const struct schedule *schedule, size_t index,
		     struct pass *ret_pass)
{
	size_t source = index;
	struct pass pass;

	if (schedule->count > SCHEDULE_MAX_PASSES || index >= schedule->count)
		return -EINVAL;
	while (schedule->passes[source].kind == PASS_COMPLEMENT) {
		if (source == 0)
			return -EINVAL;
		source--;
	}
	pass = schedule->passes[source];
	pass.verify = schedule->passes[index].verify;
	if (pass.kind == PASS_RANDOM) {
		if (source != index)
			return -EINVAL;
		*ret_pass = pass;
		return 0;
	}
	if (pass.kind != PASS_PATTERN || pass.pattern_length < 1 ||
	    pass.pattern_length > sizeof(pass.pattern))
		return -EINVAL;
	if ((index - source) % 2)
		for (size_t i = 0; i < pass.pattern_length; i++)
			pass.pattern[i] = (uint8_t)~pass.pattern[i];
	*ret_pass = pass;
	return 0;
}

void schedule_pass_text(const struct schedule *schedule, size_t index,
			char ret_text[SCHEDULE_PASS_TEXT_SIZE])
{
	const struct pass *pass = &schedule->passes[index];
	char hex[2 * sizeof(pass->pattern) + 1] = "";
	const char *word = "";

	switch (pass->kind) {
	case PASS_PATTERN:
		word = "0x";
		hex_encode(pass->pattern,
			   pass->pattern_length < sizeof(pass->pattern) ?
			   pass->pattern_length : sizeof(pass->pattern), hex);
		break;
	case PASS_RANDOM:
		word = "random";
		break;
	case PASS_COMPLEMENT:
		word = "complement";
		break;
	}
	snprintf(ret_text, SCHEDULE_PASS_TEXT_SIZE, "%s%s%s", word, hex,
		 pass->verify ? ":verify" : "");
}
