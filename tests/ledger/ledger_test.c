/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <haiki/ledger.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "scratch.h"

#define LINES 4

/* The n-th line of the ledger that was opened last. */
static char stick[33];

static struct haiki_ledger_entry entry(int n)
{
	static char ids[16][32], hashes[16][65];

	snprintf(ids[n], sizeof(ids[n]), "%.12s-%06d", stick, n);
	hash_bytes(ids[n], strlen(ids[n]), hashes[n]);
	return (struct haiki_ledger_entry){
		.record_type = "erasure", .certificate_id = ids[n],
		.file = "WD-1-20261121T003015Z.json",
		.record_sha256 = hashes[n], .serial = "WD-1",
		.model = "𠮷野 HDD", .policy = "fukuoka",
		.class_id = "kimitsu3", .result = "conforming",
		.letter = "オ", .method = "overwrite",
		.finished_at = "2026-11-21T09:30:15+09:00",
		.operator_name = "山田 太郎", .date = "2026-11-21",
	};
}

static void open_ledger(const char *dir, struct haiki_ledger **ret_ledger)
{
	struct haiki_ledger_head head;

	assert_int_equal(haiki_ledger_open(dir, ret_ledger, NULL), 0);
	haiki_ledger_head(*ret_ledger, &head);
	memcpy(stick, head.stick_id, sizeof(stick));
}

static void append(const char *dir, int from, int to)
{
	struct haiki_ledger *ledger = NULL;

	open_ledger(dir, &ledger);
	for (int n = from; n <= to; n++) {
		struct haiki_ledger_entry e = entry(n);

		assert_int_equal(haiki_ledger_append(ledger, &e, NULL), 0);
	}
	haiki_ledger_close(ledger);
}

static __attribute__((noinline)) char *slurp(const char *path, size_t *length)
{
	char *text = NULL;

	assert_int_equal(file_read(path, 1 << 20, &text, length, NULL), 0);
	return text;
}

/* Number of problems; the first one's line. */
static size_t check(const char *file, const struct haiki_ledger_head *older,
		    uint64_t *ret_line)
{
	CLEANUP(free) struct haiki_ledger_problem *problems = NULL;
	struct haiki_ledger_head head;
	size_t count = 99;

	assert_int_equal(haiki_ledger_check(file, older, &head, &problems,
					    &count, NULL), 0);
	*ret_line = count ? problems[0].line : 0;
	return count;
}

static struct haiki_ledger_head head_of(const char *dir)
{
	struct haiki_ledger *ledger = NULL;
	struct haiki_ledger_head head;

	assert_int_equal(haiki_ledger_open(dir, &ledger, NULL), 0);
	haiki_ledger_head(ledger, &head);
	haiki_ledger_close(ledger);
	return head;
}

static void begins_empty(void **state)
{
	SCRATCH(dir);
	struct haiki_ledger_head a = head_of(dir), b = head_of(dir);

	(void)state;
	assert_int_equal(a.sequence, 0);
	assert_int_equal(strlen(a.stick_id), 32);
	assert_int_equal(strspn(a.hash, "0"), 64);
	assert_string_not_equal(a.stick_id, b.stick_id);
}

static void chains_and_finds(void **state)
{
	SCRATCH(dir);
	IN(file, dir, "ledger.jsonl");
	struct haiki_ledger_head first, last;
	struct haiki_ledger_entry e = entry(2);
	uint64_t line;
	bool found = false;

	(void)state;
	append(dir, 1, 1);
	first = head_of(dir);
	append(dir, 2, LINES);
	last = head_of(dir);
	assert_int_equal(first.sequence, 1);
	assert_int_equal(last.sequence, LINES);
	assert_string_equal(first.stick_id, last.stick_id);
	assert_int_equal(check(file, NULL, &line), 0);
	assert_int_equal(check(file, &first, &line), 0);
	assert_int_equal(check(file, &last, &line), 0);
	assert_int_equal(haiki_ledger_find(file, e.certificate_id, 2,
					   first.hash, e.record_sha256, &found,
					   NULL), 0);
	assert_true(found);
	haiki_ledger_find(file, e.certificate_id, 3, first.hash,
			  e.record_sha256, &found, NULL);
	assert_false(found);
	haiki_ledger_find(file, e.certificate_id, 2, last.hash,
			  e.record_sha256, &found, NULL);
	assert_false(found);
	haiki_ledger_find(file, e.certificate_id, 2, first.hash, first.hash,
			  &found, NULL);
	assert_false(found);
	haiki_ledger_find(file, "other", 2, first.hash, e.record_sha256,
			  &found, NULL);
	assert_false(found);
}

/* The line (1-based) that byte `at` of the ledger stands in. */
static uint64_t line_of(const char *bytes, size_t at)
{
	uint64_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += bytes[i] == '\n';
	return line;
}

static void notices_every_changed_byte(void **state)
{
	SCRATCH(dir);
	IN(file, dir, "ledger.jsonl");
	IN(copy, dir, "copy");
	CLEANUP(free) char *bytes = NULL;
	struct haiki_ledger *ledger = NULL;
	size_t length = 0;

	(void)state;
	append(dir, 1, LINES);
	bytes = slurp(file, &length);
	assert_int_equal(mkdir(in(dir, "d"), 0700), 0);
	for (size_t i = 0; i < length; i++) {
		char old = bytes[i];
		uint64_t line, expected = line_of(bytes, i);

		bytes[i] = (char)(old ^ (i % 2 ? 1 : 0x20));
		put_file(copy, bytes, length);
		assert_true(check(copy, NULL, &line) > 0);
		assert_int_equal(line, expected);
		if (i % 64 == 0 && i + 1 < length) {
			put_file(in(dir, "d/ledger.jsonl"), bytes, length);
			assert_int_equal(haiki_ledger_open(in(dir, "d"),
							   &ledger, NULL),
					 -EBADMSG);
		}
		bytes[i] = old;
	}
}

static void repairs_a_tail_torn_anywhere(void **state)
{
	SCRATCH(dir);
	IN(file, dir, "ledger.jsonl");
	CLEANUP(free) char *bytes = NULL;
	struct haiki_ledger_head before, head;
	size_t length = 0, kept = 0;
	uint64_t line;

	(void)state;
	append(dir, 1, LINES - 1);
	before = head_of(dir);
	free(slurp(file, &kept));
	append(dir, LINES, LINES);
	bytes = slurp(file, &length);
	for (size_t cut = kept + 1; cut < length; cut += 7) {
		CLEANUP(free) char *after = NULL, *torn = NULL;
		size_t n = 0, torn_length = 0;

		unlink(in(dir, "ledger.torn"));
		put_file(file, bytes, cut);
		assert_int_equal(check(file, NULL, &line), 1);
		assert_int_equal(line, LINES);
		head = head_of(dir);
		assert_string_equal(head.hash, before.hash);
		assert_int_equal(head.sequence, before.sequence);
		after = slurp(file, &n);
		assert_int_equal(n, kept);
		assert_memory_equal(after, bytes, kept);
		torn = slurp(in(dir, "ledger.torn"), &torn_length);
		assert_int_equal(torn_length, cut - kept + 1);
		assert_memory_equal(torn, bytes + kept, cut - kept);
	}
	append(dir, LINES, LINES);
	assert_int_equal(check(file, NULL, &line), 0);
}

static void move_lines(const char *file, const char *bytes,
		       const int *order, int count)
{
	const char *starts[LINES + 1] = { bytes };
	FILE *f = fopen(file, "w");

	assert_non_null(f);
	for (int i = 0; i < LINES; i++)
		starts[i + 1] = strchr(starts[i], '\n') + 1;
	for (int i = 0; i < count; i++)
		fwrite(starts[order[i] - 1], 1,
		       (size_t)(starts[order[i]] - starts[order[i] - 1]), f);
	fclose(f);
}

static void notices_moved_lines(void **state)
{
	static const struct {
		int order[6], count;
		uint64_t line;
	} cases[] = {
		{ { 1, 3, 4 }, 3, 2 },       /* one cut out */
		{ { 2, 3, 4 }, 3, 1 },       /* the beginning missing */
		{ { 1, 3, 2, 4 }, 4, 2 },
		{ { 1, 2, 2, 3, 4 }, 5, 3 }, /* repeated */
		{ { 2, 1, 3, 4 }, 4, 1 },
		{ { 1, 2, 3, 4, 1 }, 5, 5 },
	};
	SCRATCH(dir);
	IN(file, dir, "ledger.jsonl");
	struct haiki_ledger_head head;
	CLEANUP(free) char *bytes = NULL;
	size_t length = 0;
	uint64_t line;

	(void)state;
	append(dir, 1, LINES);
	head = head_of(dir);
	bytes = slurp(file, &length);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		move_lines(file, bytes, cases[i].order, cases[i].count);
		assert_true(check(file, NULL, &line) > 0);
		assert_int_equal(line, cases[i].line);
	}
	/* Nothing but an older head shows that the end is missing. */
	move_lines(file, bytes, (int[]){ 1, 2, 3 }, 3);
	assert_int_equal(check(file, NULL, &line), 0);
	assert_int_equal(check(file, &head, &line), 1);
	assert_int_equal(line, LINES);
	put_file(file, "", 0);
	assert_int_equal(check(file, &head, &line), 1);
	assert_int_equal(line, 1);
}

static void notices_another_ledger(void **state)
{
	SCRATCH(dir);
	SCRATCH(other);
	IN(file, dir, "ledger.jsonl");
	struct haiki_ledger_head head;
	CLEANUP(free) char *a = NULL, *b = NULL;
	size_t a_length = 0, b_length = 0;
	char *both;
	size_t first;
	uint64_t line;

	(void)state;
	append(dir, 1, 1);
	append(other, 1, 2);
	head = head_of(other);
	assert_int_equal(check(file, &head, &line), 1);
	a = slurp(file, &a_length);
	b = slurp(in(other, "ledger.jsonl"), &b_length);
	first = (size_t)(strchr(b, '\n') + 1 - b);
	both = malloc(a_length + b_length);
	memcpy(both, a, a_length);
	memcpy(both + a_length, b + first, b_length - first);
	put_file(file, both, a_length + b_length - first);
	free(both);
	assert_int_equal(check(file, NULL, &line), 1);
	assert_int_equal(line, 2);
}

static void writes_and_reads_the_head(void **state)
{
	SCRATCH(dir);
	struct haiki_ledger_head head, again;
	char text[HAIKI_LEDGER_HEAD_TEXT];
	uint64_t line;

	(void)state;
	append(dir, 1, 3);
	head = head_of(dir);
	haiki_ledger_head_format(&head, text);
	assert_true(strlen(text) < 80);
	assert_int_equal(haiki_ledger_head_parse(text, &again, NULL), 0);
	assert_int_equal(again.sequence, 3);
	assert_string_equal(again.stick_id, head.stick_id);
	assert_int_equal(check(in(dir, "ledger.jsonl"), &again, &line), 0);
	again.hash[31] ^= 1;
	assert_int_equal(check(in(dir, "ledger.jsonl"), &again, &line), 1);
	text[40] = '\0';
	assert_int_equal(haiki_ledger_head_parse(text, &again, NULL), -EINVAL);
	assert_int_equal(haiki_ledger_head_parse("", &again, NULL), -EINVAL);
	assert_int_equal(haiki_ledger_head_parse("::", &again, NULL), -EINVAL);
}

static void refuses_an_unfit_entry(void **state)
{
	SCRATCH(dir);
	struct haiki_ledger *ledger = NULL;
	struct haiki_ledger_entry e = entry(1);
	uint64_t line;

	(void)state;
	assert_int_equal(haiki_ledger_open(dir, &ledger, NULL), 0);
	e.serial = "a\nb";
	assert_true(haiki_ledger_append(ledger, &e, NULL) < 0);
	e.serial = NULL;
	assert_true(haiki_ledger_append(ledger, &e, NULL) < 0);
	e.serial = "\xff";
	assert_true(haiki_ledger_append(ledger, &e, NULL) < 0);
	e = entry(1);
	e.record_sha256 = "00";
	assert_true(haiki_ledger_append(ledger, &e, NULL) < 0);
	haiki_ledger_close(ledger);
	assert_int_equal(check(in(dir, "ledger.jsonl"), NULL, &line), 0);
	assert_int_equal(head_of(dir).sequence, 0);
}

static void exports_a_register(void **state)
{
	SCRATCH(dir);
	CLEANUP(free) char *csv = NULL;
	struct haiki_ledger *ledger = NULL;
	struct haiki_ledger_entry e = entry(1);
	CLEANUP(free) struct haiki_ledger_column *columns = NULL;
	size_t length = 0;
	FILE *f = open_memstream(&csv, &length);
	IN(file, dir, "ledger.jsonl");
	const char *const files[] = { file };
	struct haiki_ledger_register reg = {
		.files = files, .files_count = 1, .japanese = true,
	};

	(void)state;
	assert_int_equal(haiki_ledger_open(dir, &ledger, NULL), 0);
	e.asset = "=HYPERLINK(\"x\")";
	e.model = "a,b\"c";
	e.serial = "＝1";
	assert_int_equal(haiki_ledger_append(ledger, &e, NULL), 0);
	haiki_ledger_close(ledger);
	assert_int_equal(haiki_ledger_columns(NULL, &columns,
					      &reg.columns_count, NULL), 0);
	reg.columns = columns;
	assert_int_equal(haiki_ledger_write_csv(&reg, f, NULL), 0);
	fclose(f);
	assert_memory_equal(csv, "\xef\xbb\xbf\"廃棄又は消去年月日\",\"実施者氏名\"", 30);
	assert_non_null(strstr(csv, "\r\n\"2026-11-21\",\"山田 太郎\",\"'=HYPERLINK(\"\"x\"\")\",\"a,b\"\"c\",\"'＝1\","));
	assert_string_equal(csv + length - 2, "\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_empty),
		cmocka_unit_test(chains_and_finds),
		cmocka_unit_test(notices_every_changed_byte),
		cmocka_unit_test(repairs_a_tail_torn_anywhere),
		cmocka_unit_test(notices_moved_lines),
		cmocka_unit_test(notices_another_ledger),
		cmocka_unit_test(writes_and_reads_the_head),
		cmocka_unit_test(refuses_an_unfit_entry),
		cmocka_unit_test(exports_a_register),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
