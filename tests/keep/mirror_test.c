/* SPDX-License-Identifier: Apache-2.0 */
#include "job/workshop.h"

#include <errno.h>
#include <haiki/mirror.h>
#include <sys/stat.h>

static struct workshop w;
static char mirror[128];

static int open_all(void **state)
{
	(void)state;
	workshop_open(&w, "\"kind\":\"ata-ssd\",\"size_mib\":1", "kimitsu3");
	snprintf(mirror, sizeof(mirror), "%s/mirror", w.directory);
	w.options.mirror = mirror;
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	workshop_close(&w);
	return 0;
}

static void put(const char *folder, const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(file_write(path, text, strlen(text), 0644, false,
				    NULL), 0);
}

static bool has(const char *folder, const char *name, const char *text)
{
	char path[256], *bytes = NULL;
	size_t length;
	bool same;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (file_read(path, 1 << 20, &bytes, &length, NULL) < 0)
		return false;
	same = !text || !strcmp(bytes, text);
	free(bytes);
	return same;
}

static void assert_copied(const char *name)
{
	char from[256], to[256], a[65], b[65];

	snprintf(from, sizeof(from), "%s/%s", w.out, name);
	snprintf(to, sizeof(to), "%s/%s", mirror, name);
	assert_int_equal(hash_file(from, a, NULL), 0);
	assert_int_equal(hash_file(to, b, NULL), 0);
	assert_string_equal(a, b);
}

/* What a listener saw of the mirror when the drive was told to be done. */
struct seen {
	bool done, copied;
	char message[1024];
};

static void listen(void *opaque, const struct haiki_event *event)
{
	struct seen *seen = opaque;
	char name[256];

	if (event->kind != HAIKI_EVENT_DONE)
		return;
	seen->done = true;
	if (event->message)
		snprintf(seen->message, sizeof(seen->message), "%s",
			 event->message);
	if (!event->certificate)
		return;
	snprintf(name, sizeof(name), "%s",
		 strrchr(event->certificate, '/') + 1);
	seen->copied = has(mirror, name, NULL) &&
		       has(mirror, "ledger.jsonl", NULL);
}

static void erase(struct seen *seen, struct haiki_job_target *target)
{
	struct haiki_host *host;
	struct haiki_drive *drive;

	memset(seen, 0, sizeof(*seen));
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	*target = (struct haiki_job_target){
		.drive = drive, .confirmed_serial = drive->serial };
	assert_int_equal(haiki_erase(host, &w.options, target, 1, 0, NULL,
				     listen, seen, NULL), 0);
	free(drive);
	haiki_host_free(host);
	assert_true(seen->done);
}

static void test_all_is_there_before_done(void **state)
{
	struct haiki_job_target target;
	struct seen seen;
	char name[256], *end;

	(void)state;
	erase(&seen, &target);
	assert_int_equal(target.ending, HAIKI_ENDING_RECORDED);
	assert_true(seen.copied);
	snprintf(name, sizeof(name), "%s", strrchr(target.certificate, '/') + 1);
	assert_copied(name);
	end = name + strlen(name);
	strcpy(end, ".p7s");
	assert_copied(name);
	strcpy(end - strlen(".json"), ".transcript.jsonl");
	assert_copied(name);
	assert_copied("ledger.jsonl");
	assert_copied("stick.crt");
	assert_false(has(mirror, "stick.key", NULL));
}

/* The second erase can't be copied, the third copies both. */
static void test_a_failing_mirror_changes_nothing(void **state)
{
	struct haiki_job_target first, second, third;
	struct seen seen;

	(void)state;
	erase(&seen, &first);
	w.options.mirror = "/nonexistent/folder";
	erase(&seen, &second);
	assert_int_equal(second.ending, HAIKI_ENDING_RECORDED);
	assert_int_equal(second.result, first.result);
	assert_non_null(strstr(seen.message, "/nonexistent/folder"));
	w.options.mirror = mirror;
	erase(&seen, &third);
	assert_int_equal(seen.message[0], '\0');
	assert_copied(strrchr(second.certificate, '/') + 1);
	assert_copied(strrchr(third.certificate, '/') + 1);
	assert_copied("ledger.jsonl");
}

static void test_check(void **state)
{
	struct haiki_error err = { 0 };

	(void)state;
	assert_int_equal(haiki_mirror_check(w.out, mirror, &err), 0);
	assert_int_equal(haiki_mirror_check(w.out, w.out, &err), -EINVAL);
	assert_int_equal(haiki_mirror_check(w.out, "/nonexistent/folder",
					    &err), -ENOENT);
	put(w.directory, "file", "");
	snprintf(mirror, sizeof(mirror), "%s/file", w.directory);
	assert_int_equal(haiki_mirror_check(w.out, mirror, &err), -ENOTDIR);
	assert_true(has(w.directory, "file", ""));
}

/* A ledger that isn't the beginning of ours is kept as it is. */
static void test_no_ledger_is_lost(void **state)
{
	struct haiki_error err = { 0 };

	(void)state;
	put(w.out, "ledger.jsonl", "1\n2\n");
	assert_int_equal(haiki_mirror(w.out, mirror, &err), 0);
	put(w.out, "ledger.jsonl", "1\n2\n3\n");
	assert_int_equal(haiki_mirror(w.out, mirror, &err), 0);
	assert_true(has(mirror, "ledger.jsonl", "1\n2\n3\n"));
	put(w.out, "ledger.jsonl", "1\n2\n");
	put(w.out, "A-1.json", "{}");
	assert_int_equal(haiki_mirror_check(w.out, mirror, &err), -EEXIST);
	assert_int_equal(haiki_mirror(w.out, mirror, &err), -EEXIST);
	assert_true(has(mirror, "ledger.jsonl", "1\n2\n3\n"));
	assert_false(has(mirror, "A-1.json", NULL));
	put(w.out, "ledger.jsonl", "1\n9\n3\n4\n");
	assert_int_equal(haiki_mirror(w.out, mirror, &err), -EEXIST);
	assert_true(has(mirror, "ledger.jsonl", "1\n2\n3\n"));
}

/* Power failed in a line of the ledger: it's cut off there by and by. */
static void test_a_torn_line_stays_behind(void **state)
{
	(void)state;
	put(w.out, "ledger.jsonl", "1\n2\n{\"tor");
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), 0);
	assert_true(has(mirror, "ledger.jsonl", "1\n2\n"));
	put(w.out, "ledger.jsonl", "1\n2\n3\n");
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), 0);
	assert_true(has(mirror, "ledger.jsonl", "1\n2\n3\n"));
}

static void test_what_is_copied(void **state)
{
	char path[256];

	(void)state;
	put(w.out, "A-1.json", "a");
	put(w.out, "A-1.json.p7s.x1Y2z3", "half");
	put(w.out, ".hidden.json", "h");
	put(w.out, "A-1.pdf", "first");
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), 0);
	assert_true(has(mirror, "A-1.json", "a"));
	assert_false(has(mirror, "A-1.json.p7s.x1Y2z3", NULL));
	assert_false(has(mirror, ".hidden.json", NULL));
	/* Of the same length, in the same second. */
	put(w.out, "A-1.pdf", "other");
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), 0);
	assert_true(has(mirror, "A-1.pdf", "other"));
	/* A link leads elsewhere. */
	snprintf(path, sizeof(path), "%s/B-1.json", w.out);
	assert_int_equal(symlink("/etc/hostname", path), 0);
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), 0);
	assert_false(has(mirror, "B-1.json", NULL));
}

static void test_journals(void **state)
{
	char folder[128], theirs[160];

	(void)state;
	snprintf(folder, sizeof(folder), "%s/journal", w.out);
	snprintf(theirs, sizeof(theirs), "%s/journal", mirror);
	assert_int_equal(file_make_directory(folder, NULL), 0);
	put(folder, "A-1.journal", "begun\n");
	put(folder, "A-1.transcript.jsonl", "{}\n");
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), 0);
	assert_true(has(theirs, "A-1.journal", "begun\n"));
	assert_true(has(theirs, "A-1.transcript.jsonl", "{}\n"));
	/* Moved, not over: there is no record. */
	snprintf(folder, sizeof(folder), "%s/journal/A-1.journal", w.out);
	assert_int_equal(unlink(folder), 0);
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), 0);
	assert_true(has(theirs, "A-1.journal", "begun\n"));
	put(w.out, "A-1.json", "{}");
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), 0);
	assert_false(has(theirs, "A-1.journal", NULL));
	assert_true(has(theirs, "A-1.transcript.jsonl", NULL));
}

/* Damage on the first medium doesn't spread to the second. */
static void test_a_better_copy_is_kept(void **state)
{
	struct haiki_error err = { 0 };

	(void)state;
	put(w.out, "A-1.json", "record");
	put(w.out, "A-1.json.p7s", "signed once");
	put(w.out, "A-1.pdf", "pages");
	put(w.out, "A-1.transcript.jsonl", "{}\n");
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), 0);
	put(w.out, "A-1.json.p7s", "signed once, and again");
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), 0);
	assert_true(has(mirror, "A-1.json.p7s", "signed once, and again"));

	put(w.out, "A-1.json", "rekord");
	put(w.out, "B-1.json", "another");
	assert_int_equal(haiki_mirror(w.out, mirror, &err), -EEXIST);
	assert_non_null(strstr(err.text, "out/A-1.json differs"));
	assert_non_null(strstr(err.text, "mirror/A-1.json, which is kept"));
	assert_true(has(mirror, "A-1.json", "record"));
	assert_true(has(mirror, "B-1.json", "another"));
	put(w.out, "A-1.json", "record");

	put(w.out, "A-1.transcript.jsonl", "{ }\n");
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), -EEXIST);
	assert_true(has(mirror, "A-1.transcript.jsonl", "{}\n"));
	put(w.out, "A-1.transcript.jsonl", "{}\n");

	put(w.out, "A-1.json.p7s", "signed");
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), -EEXIST);
	assert_true(has(mirror, "A-1.json.p7s", "signed once, and again"));
	put(w.out, "A-1.json.p7s", "signed once, and again");

	put(w.out, "A-1.pdf", "");
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), -EEXIST);
	assert_true(has(mirror, "A-1.pdf", "pages"));
	put(w.out, "A-1.pdf", "pages");
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), 0);

	/* An empty copy is none; nor is a signature without its record. */
	put(mirror, "A-1.json", "");
	put(mirror, "C-1.json.p7s", "of nothing that was ever issued");
	put(w.out, "C-1.json.p7s", "signed");
	put(w.out, "C-1.json", "record");
	assert_int_equal(haiki_mirror(w.out, mirror, NULL), 0);
	assert_true(has(mirror, "A-1.json", "record"));
	assert_true(has(mirror, "C-1.json.p7s", "signed"));
}

/* One file that can't be written doesn't hold up the others. */
static void test_the_others_go_on(void **state)
{
	struct haiki_error err = { 0 };
	char path[256];

	(void)state;
	snprintf(path, sizeof(path), "%s/A-1.json.p7s", mirror);
	assert_int_equal(file_make_directory(path, NULL), 0);
	put(w.out, "A-1.json.p7s", "a");
	put(w.out, "B-1.json.p7s", "b");
	put(w.out, "B-1.json", "b");
	put(w.out, "ledger.jsonl", "1\n");
	assert_int_not_equal(haiki_mirror(w.out, mirror, &err), 0);
	assert_non_null(strstr(err.text, "A-1.json.p7s"));
	assert_true(has(mirror, "B-1.json.p7s", "b"));
	assert_true(has(mirror, "B-1.json", "b"));
	assert_true(has(mirror, "ledger.jsonl", "1\n"));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_is_there_before_done),
		TEST(test_a_failing_mirror_changes_nothing),
		TEST(test_check),
		TEST(test_no_ledger_is_lost),
		TEST(test_a_torn_line_stays_behind),
		TEST(test_what_is_copied),
		TEST(test_journals),
		TEST(test_a_better_copy_is_kept),
		TEST(test_the_others_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
