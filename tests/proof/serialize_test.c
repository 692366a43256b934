/* SPDX-License-Identifier: Apache-2.0 */
/* Going on in another process that has only the journal. */
#include "proof/bench.h"

static void reopen(struct bench *b)
{
	CLEANUP(free) char *text = proof_serialize(b->p);

	assert_non_null(text);
	assert_null(strchr(text, '\n'));
	assert_true(strlen(text) < 100000);
	proof_free(b->p);
	assert_int_equal(proof_deserialize(text, &b->p, NULL), 0);
}

static void test_resume(void **state)
{
	(void)state;
	for (int erased = 0; erased < 2; erased++) {
		struct bench b;
		bool done;

		bench_new(&b, HAIKI_PLAN_STANDARD, SIZE);
		fake_fill_noise(b.f.medium, SIZE, 3);
		reopen(&b);
		plant_it(&b);
		reopen(&b);
		if (erased)
			fake_fill_noise(b.f.medium, SIZE, 4);
		/* ... interrupted again, in the middle of the reading. */
		assert_int_equal(proof_step(b.p, &b.f.t, &noise, 0, &done,
					    NULL), 0);
		assert_false(done);
		reopen(&b);
		assert_int_equal(read_all(&b, &noise), 0);
		assert_int_equal(b.v.markers_planted, 256);
		if (erased) {
			assert_clean(&b.v);
		} else {
			assert_int_equal(b.v.markers_left, 256);
			assert_true(b.v.mismatches >= 2000);
		}
		bench_free(&b);
	}
}

static void test_damaged_text(void **state)
{
	CLEANUP(free) char *text = NULL;
	struct haiki_error err = { 0 };
	struct proof *p = NULL;
	struct bench b;
	size_t length;

	(void)state;
	bench_new(&b, HAIKI_PLAN_QUICK, SIZE);
	plant_it(&b);
	text = proof_serialize(b.p);
	length = strlen(text);
	for (size_t i = 0; i < length; i += i < 120 ? 1 : 331) {
		char kept = text[i];

		text[i] = 'G';
		assert_int_equal(proof_deserialize(text, &p, &err), -EBADMSG);
		text[i] = '\0';
		assert_int_equal(proof_deserialize(text, &p, NULL), -EBADMSG);
		text[i] = kept;
	}
	assert_null(p);
	assert_true(err.text[0]);
	bench_free(&b);
}

static void test_hostile_text(void **state)
{
	static const char seed[] =
		"0000000000000000000000000000000000000000000000000000000000000000";
	static const char *const forms[] = {
		"haiki-proof 2 quick %s 0 512 -",
		"haiki-proof 2 quick %s 1000 512 -",
		"haiki-proof 2 quick %s 18446744073709551616 512 -",
		"haiki-proof 2 quick %s 9223372036854775808 512 -",
		"haiki-proof 2 quick %s -512 512 -",
		"haiki-proof 2 quick %s +512 512 -",
		"haiki-proof 2 quick %s 0512 512 -",
		"haiki-proof 2 quick %s  512 512 -",
		"haiki-proof 2 quick %s 512 512",
		"haiki-proof 2 quick %s 512 512 ",
		"haiki-proof 2 quick %s 512 512 --",
		"haiki-proof 2 quick %s 512 512 -\n",
		"haiki-proof 2 quick %s 512 520 -",
		"haiki-proof 2 none %s 512 512 -",
		"haiki-proof 2 slow %s 512 512 -",
		"haiki-proof 1 quick %s 512 512 -",
		/* Filler that was never read, stuck and never tried. */
		"haiki-proof 2 quick %s 512 512 20000000000000000",
		"haiki-proof 2 quick %s 512 512 80000000000000000",
		"haiki-proof 2 quick %s 512 512 1000000000000000A",
		"%s", "",
	};
	static const char *const good[] = {
		"haiki-proof 2 quick %s 512 512 -",
		"haiki-proof 2 quick %s 512 512 d0123456789abcdef",
	};
	struct proof *p = NULL;
	char text[300];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		snprintf(text, sizeof(text), forms[i], seed);
		if (proof_deserialize(text, &p, NULL) != -EBADMSG)
			fail_msg("accepted: %s", text);
	}
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		snprintf(text, sizeof(text), good[i], seed);
		assert_int_equal(proof_deserialize(text, &p, NULL), 0);
		proof_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resume),
		cmocka_unit_test(test_damaged_text),
		cmocka_unit_test(test_hostile_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
