/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>

#include <haiki/ledger.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "ledger/ledger.h"
#include "scratch.h"

/* Appends `count` lines; their serial numbers begin with `serial`. */
static void append(const char *dir, const char *serial, int count,
		   const char *day)
{
	struct haiki_ledger *ledger = NULL;
	struct haiki_ledger_head head;

	assert_int_equal(haiki_ledger_open(dir, &ledger, NULL), 0);
	for (int i = 0; i < count; i++) {
		char id[LEDGER_ID_SIZE], hash[65], text[64], time[32];
		struct haiki_ledger_entry e = {
			.record_type = "erasure", .certificate_id = id,
			.file = "x.json", .record_sha256 = hash,
			.serial = text, .policy = "fukuoka",
			.class_id = "kimitsu3", .result = "conforming",
			.method = "overwrite", .finished_at = time,
			.date = day,
		};

		haiki_ledger_head(ledger, &head);
		ledger_record_id(&head, id);
		hash_bytes(id, strlen(id), hash);
		snprintf(text, sizeof(text), "%s-%d", serial, i);
		snprintf(time, sizeof(time), "%sT09:30:%02d+09:00", day, i);
		assert_int_equal(haiki_ledger_append(ledger, &e, NULL), 0);
	}
	haiki_ledger_close(ledger);
}

static void copy_file(const char *from, const char *to)
{
	CLEANUP(free) char *text = NULL;
	size_t length = 0;

	assert_int_equal(file_read(from, 1 << 20, &text, &length, NULL), 0);
	put_file(to, text, length);
}

static void merge(const char *const *files, size_t count,
		  struct haiki_ledgers *ret)
{
	assert_int_equal(haiki_ledgers_merge(files, count, ret, NULL), 0);
}

static void ledgers_cleanup(struct haiki_ledgers *ledgers)
{
	haiki_ledgers_cleanup(ledgers);
}

/* Of copies the longest counts, whichever comes first. */
static void takes_the_longest_copy(void **state)
{
	SCRATCH(dir);
	IN(file, dir, "ledger.jsonl");
	IN(early, dir, "early");
	const char *const orders[][3] = {
		{ early, file, early }, { file, early, early },
	};

	(void)state;
	append(dir, "A", 3, "2026-11-20");
	copy_file(file, early);
	append(dir, "B", 4, "2026-11-21");
	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		CLEANUP(ledgers) struct haiki_ledgers all = { 0 };

		merge(orders[i], 3, &all);
		assert_int_equal(all.conflicts_count, 0);
		assert_int_equal(all.chains_count, 1);
		assert_int_equal(all.chains[0].copies, 3);
		assert_int_equal(all.chains[0].head.sequence, 7);
		assert_string_equal(all.chains[0].file, file);
		assert_false(all.chains[0].forked);
	}
}

static void keeps_sticks_apart(void **state)
{
	SCRATCH(a);
	SCRATCH(b);
	SCRATCH(empty);
	IN(one, a, "ledger.jsonl");
	IN(two, b, "ledger.jsonl");
	IN(none, empty, "ledger.jsonl");
	const char *const files[] = { one, none, two };
	CLEANUP(ledgers) struct haiki_ledgers all = { 0 };

	(void)state;
	append(a, "A", 2, "2026-11-20");
	append(b, "B", 3, "2026-11-20");
	put_file(none, "", 0);
	merge(files, 3, &all);
	assert_int_equal(all.conflicts_count, 0);
	assert_int_equal(all.chains_count, 2);
	assert_int_equal(all.chains[0].head.sequence +
			 all.chains[1].head.sequence, 5);
	assert_true(strcmp(all.chains[0].head.stick_id,
			   all.chains[1].head.stick_id) < 0);
}

/* A stick that was copied, and went on in two places. */
static void finds_forks(void **state)
{
	for (int common = 1; common <= 6; common++) {
		SCRATCH(a);
		SCRATCH(b);
		IN(one, a, "ledger.jsonl");
		IN(two, b, "ledger.jsonl");
		const char *const files[] = { one, two };
		CLEANUP(ledgers) struct haiki_ledgers all = { 0 };

		(void)state;
		append(a, "C", common, "2026-11-20");
		copy_file(one, two);
		append(a, "A", 3, "2026-11-21");
		append(b, "B", common, "2026-11-21");
		merge(files, 2, &all);
		assert_int_equal(all.chains_count, 1);
		assert_true(all.chains[0].forked);
		assert_int_equal(all.conflicts_count, 1);
		assert_string_equal(all.conflicts[0].file, two);
		assert_int_equal(all.conflicts[0].line, common + 1);
		assert_non_null(strstr(all.conflicts[0].text, one));
	}
}

static void leaves_damaged_ones_out(void **state)
{
	SCRATCH(a);
	IN(file, a, "ledger.jsonl");
	IN(bad, a, "bad");
	const char *const files[] = { bad, file };
	CLEANUP(ledgers) struct haiki_ledgers all = { 0 };
	CLEANUP(free) char *text = NULL;
	size_t length = 0;

	(void)state;
	append(a, "A", 3, "2026-11-20");
	assert_int_equal(file_read(file, 1 << 20, &text, &length, NULL), 0);
	*strstr(text, "A-1") = 'X';
	put_file(bad, text, length);
	merge(files, 2, &all);
	assert_int_equal(all.chains_count, 1);
	assert_string_equal(all.chains[0].file, file);
	assert_true(all.conflicts_count > 0);
	assert_string_equal(all.conflicts[0].file, bad);
	assert_int_equal(all.conflicts[0].line, 2);
	assert_int_equal(haiki_ledgers_merge((const char *const[]){ "/none" },
					     1, &all, NULL), -ENOENT);
}

/* --- the register ---------------------------------------------------------- */

static void registers_by_date(void **state)
{
	static const char want[] =
		"\xef\xbb\xbf\"廃棄又は消去年月日\",\"番号\",\"備考\",\"資産番号\"\r\n"
		"\"2026-11-20\",\"B-0\",\"\",\"\"\r\n"
		"\"2026-11-21\",\"A-0\",\"\",\"\"\r\n"
		"\"2026-11-21\",\"A-1\",\"\",\"\"\r\n"
		"\"2026-11-22\",";
	SCRATCH(a);
	SCRATCH(b);
	IN(one, a, "ledger.jsonl");
	IN(two, b, "ledger.jsonl");
	const char *const files[] = { one, two };
	CLEANUP(free) struct haiki_ledger_column *columns = NULL;
	CLEANUP(free) char *csv = NULL;
	struct haiki_ledger_register reg = { .files = files,
		.files_count = 2, .japanese = true };
	size_t length = 0;
	FILE *f = open_memstream(&csv, &length);

	(void)state;
	append(a, "A", 2, "2026-11-21");
	append(b, "B", 1, "2026-11-20");
	append(a, "C", 1, "2026-11-22");
	append(b, "D", 1, "2026-11-22");
	assert_int_equal(haiki_ledger_columns("date,serial=番号,=備考,asset",
		&columns, &reg.columns_count, NULL), 0);
	reg.columns = columns;
	assert_int_equal(haiki_ledger_write_csv(&reg, f, NULL), 0);
	fclose(f);
	assert_memory_equal(csv, want, sizeof(want) - 1);
	assert_non_null(strstr(csv, "\"2026-11-22\",\"D-0\""));
}

static void refuses_unknown_columns(void **state)
{
	static const char *const bad[] = {
		"dates", "date,", ",date", "date,,serial", "date serial",
		"serial=a\nb", "x=y",
	};
	struct haiki_ledger_column *columns = NULL;
	struct haiki_error err = { 0 };
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		if (haiki_ledger_columns(bad[i], &columns, &count, &err) !=
		    -EINVAL)
			fail_msg("%s", bad[i]);
		assert_null(columns);
	}
	assert_int_equal(haiki_ledger_columns("nothing", &columns, &count,
					      &err), -EINVAL);
	assert_non_null(strstr(err.text, "stick_id"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_longest_copy),
		cmocka_unit_test(keeps_sticks_apart),
		cmocka_unit_test(finds_forks),
		cmocka_unit_test(leaves_damaged_ones_out),
		cmocka_unit_test(registers_by_date),
		cmocka_unit_test(refuses_unknown_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
