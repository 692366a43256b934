/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "overwrite/schedule.h"

static struct schedule parsed(const char *text)
{
	struct haiki_error err = { 0 };
	struct schedule s;

	if (schedule_parse(text, &s, &err) != 0)
		fail_msg("%s: %s", text, err.text);
	return s;
}

/* What the passes of a schedule amount to: "00 ff random ...", with "+" after
 * a pass that is read back. */
static void amounts_to(const char *id, const char *expected)
{
	struct schedule s = parsed(id);
	char text[1024] = "";
	size_t used = 0;

	for (size_t i = 0; i < s.count; i++) {
		struct pass pass;

		assert_int_equal(schedule_resolve(&s, i, &pass), 0);
		if (i)
			used += (size_t)snprintf(text + used,
						 sizeof(text) - used, " ");
		if (pass.kind == PASS_RANDOM)
			used += (size_t)snprintf(text + used,
						 sizeof(text) - used, "random");
		for (size_t k = 0; pass.kind == PASS_PATTERN &&
		     k < pass.pattern_length; k++)
			used += (size_t)snprintf(text + used,
						 sizeof(text) - used, "%02x",
						 pass.pattern[k]);
		if (pass.verify)
			used += (size_t)snprintf(text + used,
						 sizeof(text) - used, "+");
	}
	assert_string_equal(text, expected);
}

static void single_passes(void **state)
{
	(void)state;
	amounts_to("zero", "00");
	amounts_to("random", "random");
	amounts_to("random-zero", "random 00");
	/* SP 800-88r1, table A-5 and 4.7: a fixed value, then verification. */
	amounts_to("nist-clear", "00+");
}

/* Second source: VeraCrypt's and nwipe's reading of DoD 5220.22-M: character,
 * complement, random; with 7 passes character, complement, random, character,
 * character, complement, random. NISPOM's "and verify" is for the last. */
static void dod(void **state)
{
	struct schedule s = parsed("dod-7");
	struct pass p[7];

	(void)state;
	amounts_to("dod-3", "00 ff random+");
	assert_int_equal(s.count, 7);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(schedule_resolve(&s, i, &p[i]), 0);
	assert_int_equal(p[0].pattern[0] ^ p[1].pattern[0], 0xff);
	assert_int_equal(p[2].kind, PASS_RANDOM);
	assert_int_equal(p[3].kind, PASS_PATTERN);
	assert_int_equal(p[3].pattern_length, 1);
	assert_int_equal(p[4].pattern[0] ^ p[5].pattern[0], 0xff);
	assert_int_equal(p[6].kind, PASS_RANDOM);
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(p[i].verify, i == 6);
}

/* Second source: de.wikipedia.org/wiki/VSITR. */
static void vsitr(void **state)
{
	(void)state;
	amounts_to("bsi-vsitr", "00 ff 00 ff 00 ff aa");
}

/* Second source: the table as VeraCrypt computes it: 4 random, 55, AA, three
 * rotations of 92 49 24, n * 11h, the rotations, their complements, 4 random. */
static void gutmann(void **state)
{
	static const uint8_t wheel[3] = { 0x92, 0x49, 0x24 };
	struct schedule s = parsed("gutmann");

	(void)state;
	assert_int_equal(s.count, 35);
	for (unsigned pass = 1; pass <= 35; pass++) {
		const struct pass *p = &s.passes[pass - 1];
		uint8_t expected[3] = { 0 };

		assert_false(p->verify);
		if (pass <= 4 || pass >= 32) {
			assert_int_equal(p->kind, PASS_RANDOM);
			continue;
		}
		for (unsigned k = 0; k < 3; k++)
			if (pass == 5 || pass == 6)
				expected[k] = pass == 5 ? 0x55 : 0xaa;
			else if (pass >= 10 && pass <= 25)
				expected[k] = (uint8_t)((pass - 10) * 0x11);
			else
				/* 7, 26 and 29 begin a turn of the wheel. */
				expected[k] = (uint8_t)
					(wheel[(pass + (pass < 10 ? 2 : 1) + k) % 3] ^
					 (pass >= 29 ? 0xff : 0));
		assert_int_equal(p->kind, PASS_PATTERN);
		for (unsigned k = 0; k < 3; k++)
			assert_int_equal(p->pattern[k % p->pattern_length],
					 expected[k]);
	}
}

static void user_lists(void **state)
{
	(void)state;
	amounts_to("zero,one,random", "00 ff random");
	amounts_to("0x924924,complement,random:verify,0x0123456789abcdef:verify",
		   "924924 6db6db random+ 0123456789abcdef+");
	amounts_to("one:verify", "ff+");
	amounts_to("0xAA,complement,complement", "aa 55 aa");
}

static void wrong_lists(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "", "no schedule" },
		{ "dod-9", "no schedule \"dod-9\"" },
		{ "ZERO", "no schedule" },
		{ "zero,", "pass 2" },
		{ ",zero", "pass 1" },
		{ "zero,,one", "pass 2" },
		{ "zero, one", "pass 2" },
		{ "zero,0x", "pass 2" },
		{ "zero,0x123", "pass 2" },
		{ "zero,0X12", "pass 2" },
		{ "zero,0x0123456789abcdef00", "pass 2" },
		{ "zero,0xzz", "pass 2" },
		{ "zero,55", "pass 2" },
		{ "zero,:verify", "pass 2" },
		{ "zero,one:verify:verify", "pass 2" },
		{ "zero,dod-3", "pass 2" },
		{ "complement", "pass 1" },
		{ "zero,random,complement", "pass 3" },
		{ "random,complement", "pass 2" },
		{ "zero,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		  "pass 2" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct haiki_error err = { 0 };
		struct schedule s = { .count = 77 };

		assert_int_equal(schedule_parse(cases[i].text, &s, &err),
				 -EINVAL);
		if (!strstr(err.text, cases[i].says))
			fail_msg("\"%s\": %s", cases[i].text, err.text);
		assert_int_equal(s.count, 77);
		assert_int_equal(schedule_parse(cases[i].text, &s, NULL),
				 -EINVAL);
	}
}

static void longest_list(void **state)
{
	static const char element[] = "0x0123456789abcdef:verify";
	static char text[100 * sizeof(element) + 1];
	struct haiki_error err = { 0 };
	struct schedule s, again;
	size_t used = 0;

	(void)state;
	for (int i = 0; i < 99; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s%s", i ? "," : "", element);
	s = parsed(text);
	assert_int_equal(s.count, 99);
	assert_string_equal(s.id, text);
	again = parsed(s.id);
	assert_int_equal(again.count, 99);
	assert_memory_equal(again.passes, s.passes, sizeof(s.passes));
	snprintf(text + used, sizeof(text) - used, ",zero");
	assert_int_equal(schedule_parse(text, &s, &err), -EINVAL);
	assert_non_null(strstr(err.text, "99"));
}

static void every_builtin(void **state)
{
	size_t count = 0;

	(void)state;
	for (const char *const *id = schedule_builtin(); *id; id++, count++) {
		struct schedule s = parsed(*id), again;
		char list[SCHEDULE_ID_SIZE] = "";
		size_t used = 0;

		assert_string_equal(s.id, *id);
		assert_non_null(s.title);
		for (size_t i = 0; i < s.count; i++) {
			char text[SCHEDULE_PASS_TEXT_SIZE];

			schedule_pass_text(&s, i, text);
			used += (size_t)snprintf(list + used,
						 sizeof(list) - used, "%s%s",
						 i ? "," : "", text);
		}
		/* Written out pass by pass it means the same. */
		if (strchr(list, ','))
			again = parsed(list);
		else
			again = s;
		assert_int_equal(again.count, s.count);
		assert_memory_equal(again.passes, s.passes, sizeof(s.passes));
	}
	assert_int_equal(count, 8);
}

static void broken_schedules(void **state)
{
	struct schedule s = { .count = 1 };
	struct pass pass;

	(void)state;
	assert_int_equal(schedule_resolve(&s, 0, &pass), -EINVAL);
	s.passes[0].pattern_length = 9;
	assert_int_equal(schedule_resolve(&s, 0, &pass), -EINVAL);
	s.passes[0].pattern_length = 8;
	assert_int_equal(schedule_resolve(&s, 0, &pass), 0);
	assert_int_equal(schedule_resolve(&s, 1, &pass), -EINVAL);
	s.passes[0].kind = (enum pass_kind)7;
	assert_int_equal(schedule_resolve(&s, 0, &pass), -EINVAL);
	s.count = 100;
	s.passes[0].kind = PASS_RANDOM;
	assert_int_equal(schedule_resolve(&s, 0, &pass), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_passes),
		cmocka_unit_test(dod),
		cmocka_unit_test(vsitr),
		cmocka_unit_test(gutmann),
		cmocka_unit_test(user_lists),
		cmocka_unit_test(wrong_lists),
		cmocka_unit_test(longest_list),
		cmocka_unit_test(every_builtin),
		cmocka_unit_test(broken_schedules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
