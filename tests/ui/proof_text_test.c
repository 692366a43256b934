/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/proof_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "ui/ui.h"

static const struct haiki_verification good = {
	.plan = HAIKI_PLAN_STANDARD, .expectation = HAIKI_EXPECT_UNIFORM,
	.completed = true, .ends_read = true, .seed = { 0xab, 0xcd },
	.block_bytes = 512, .population = 1953525168, .samples = 195353002,
	.markers_planted = 256, .markers_tried = 256,
};

static void assert_says(const struct haiki_verification *v, const char *words)
{
	CLEANUP(free) char *text = proof_text(v, NULL, 0);

	assert_non_null(text);
	if (!strstr(text, words))
		fail_msg("no \"%s\" in: %s", words, text);
}

static void assert_never_says(const struct haiki_verification *v,
			      const char *words)
{
	CLEANUP(free) char *text = proof_text(v, NULL, 0);

	assert_non_null(text);
	if (strstr(text, words))
		fail_msg("\"%s\" in: %s", words, text);
}

static void test_sampled(void **state)
{
	struct haiki_verification v = good;
	char line[80];

	(void)state;
	assert_says(&v, "195,353,002 of the 1,953,525,168 blocks of 512 bytes");
	assert_says(&v, "in 2,000 places");
	assert_says(&v, "plan standard, seed abcd0000");
	assert_says(&v, "The first and the last block are among them.");
	assert_says(&v, "in 256 places before the erase; none was found again");
	assert_says(&v, "Had 0.35 % or more of the medium");
	/* 10 % is read; each of 2,000 samples may also touch an edge. */
	assert_says(&v, "with a probability of about 10.2 %");
	assert_says(&v, "at most the drive's own report can tell");
	proof_text_line(&v, line, sizeof(line));
	assert_string_equal(line, "sampled: below 0.35 % left (99.9 % sure)");
	v.plan = HAIKI_PLAN_QUICK;
	v.samples = 1002;
	assert_says(&v, "Had 0.69 % or more of the medium");
	assert_says(&v, "with a probability of about 0.1 %");
}

static void test_full(void **state)
{
	struct haiki_verification v = good;
	char line[80];

	(void)state;
	v.plan = HAIKI_PLAN_FULL;
	v.samples = v.population;
	assert_says(&v, "Every one of the 1,953,525,168 blocks");
	assert_says(&v, "nothing is left to chance there");
	assert_never_says(&v, "probability");
	proof_text_line(&v, line, sizeof(line));
	assert_string_equal(line, "all read, nothing found");
	/* All read, but only 2,000 blocks compared: never "nothing left". */
	v.expectation = HAIKI_EXPECT_CHANGED;
	assert_never_says(&v, "nothing is left to chance");
	assert_says(&v, "Had 0.35 % or more of the medium");
	proof_text_line(&v, line, sizeof(line));
	assert_string_equal(line, "sampled: below 0.35 % left (99.9 % sure)");
}

/* Whatever is wrong, nothing comforting may be said. */
static void test_bad(void **state)
{
	struct haiki_verification v[6] = {
		good, good, good, good, good, good };

	(void)state;
	v[0].mismatches = 12345;
	v[1].read_errors = 1;
	v[2].markers_left = 3;
	v[2].mismatches = 3;
	v[3].markers_unread = 1;
	v[4].completed = false;
	v[5].ends_read = false;
	assert_says(&v[0], "12,345 blocks hold what must not be there");
	assert_says(&v[1], "1 could not be read");
	assert_says(&v[2], "still there (3): the drive did not erase them");
	assert_says(&v[3], "1 could not be looked for");
	assert_says(&v[4], "it proves nothing");
	assert_says(&v[5], "The first or the last block was not read");
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		char line[80];

		assert_never_says(&v[i], "the chance of missing it");
		assert_never_says(&v[i], "left to chance");
		if (i < 4)
			assert_says(&v[i], "NOT proven to be erased");
		proof_text_line(&v[i], line, sizeof(line));
		assert_null(strstr(line, "left"));
		assert_null(strstr(line, "sampled"));
	}
}

static void test_nothing_read(void **state)
{
	struct haiki_verification v = { 0 };
	char line[80];

	(void)state;
	assert_says(&v, "Nothing was read back");
	/* Also where the erase itself has failed: no word for it then. */
	assert_never_says(&v, "word says that it is erased");
	proof_text_line(&v, line, sizeof(line));
	assert_string_equal(line, "nothing");
	v = good;
	v.samples = 0;
	assert_says(&v, "Nothing was read back");
	/* Not one block could be read: that was tried. */
	v.read_errors = 100;
	assert_says(&v, "100 could not be read");
	assert_never_says(&v, "Nothing was read back");
}

static void test_markers(void **state)
{
	struct haiki_verification v = good;
	char line[80];

	(void)state;
	v.markers_tried = 300;
	assert_says(&v, "did not keep 44 further markers");
	v.markers_planted = v.markers_tried = 0;
	assert_says(&v, "No markers had been planted");
	assert_never_says(&v, "none was found again");
	/* One that dropped all that was written and reads as zeros. */
	assert_never_says(&v, "Nothing was found that must not be there");
	assert_never_says(&v, "the chance of missing it");
	proof_text_line(&v, line, sizeof(line));
	assert_string_equal(line, "not proven");
	v.samples = v.population;
	assert_never_says(&v, "nothing is left to chance");
}

static void test_findings(void **state)
{
	struct proof_finding findings[7] = {
		{ 1024, 512, FINDING_MISMATCH },
		{ 512000, 1024, FINDING_UNREADABLE },
		{ 5120000, 512, FINDING_MARKER },
	};
	struct haiki_verification v = good;
	char *text;

	(void)state;
	v.mismatches = 2;
	v.read_errors = 2;
	v.markers_left = 1;
	text = proof_text(&v, findings, 3);
	assert_non_null(strstr(text, "from LBA 2: 1 blocks hold something"));
	assert_non_null(strstr(text, "from LBA 1,000: 2 blocks cannot be read"));
	assert_non_null(strstr(text, "from LBA 10,000: 1 blocks still hold"));
	assert_null(strstr(text, "... and more"));
	free(text);
	text = proof_text(&v, findings, 7);
	assert_non_null(strstr(text, "... and more"));
	free(text);
}

static void test_print(void **state)
{
	char *out = NULL, *save = NULL;
	size_t length, lines = 0;
	FILE *f = open_memstream(&out, &length);

	(void)state;
	proof_text_print(f, 4, &good, NULL, 0);
	fclose(f);
	assert_int_equal(strncmp(out, "    - ", 6), 0);
	for (char *line = strtok_r(out, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save), lines++) {
		assert_true(ui_width(line) <= 80);
		assert_int_equal(strncmp(line, "    ", 4), 0);
		assert_true(line[4] == '-' || line[4] == ' ');
	}
	assert_true(lines > 7);
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sampled),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_nothing_read),
		cmocka_unit_test(test_markers),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
