/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <haiki/record.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "certificate/cms.h"
#include "certificate/fixture.h"
#include "certificate/paper.h"
#include "certificate/pdf/pdf.h"
#include "certificate/people.h"

#define TRANSCRIPT "{\"command\":\"SANITIZE DEVICE\"}\n"

static struct office office;
static struct haiki_signer *operator, *witness, *approver, *namesake;

static int open_office(void **state)
{
	(void)state;
	office_open(&office);
	operator = office_hire(&office, "山田 太郎");
	witness = office_hire(&office, "鈴木 花子");
	approver = office_hire(&office, "情報政策課長 山田");
	namesake = office_hire(&office, "鈴木 花子");
	return 0;
}

static int close_office(void **state)
{
	(void)state;
	haiki_signer_free(operator);
	haiki_signer_free(witness);
	haiki_signer_free(approver);
	haiki_signer_free(namesake);
	office_close(&office);
	return 0;
}

/* --- a record with its PDF, as an erase leaves them ------------------------- */

struct package {
	char record[4096], cms[4096], pdf[4096];
};

static void issue(const char *dir, const char *base, struct package *p)
{
	struct fixture f;
	CLEANUP(free) char *path = NULL;

	fixture_fill(&f, FIXTURE_OVERWRITE, "kimitsu2");
	f.record.witness = witness->name;
	f.record.approved_by = approver->name;
	f.record.transcript_sha256 = NULL;
	snprintf(p->cms, sizeof(p->cms), "%s/%s.json.p7s", dir, base);
	snprintf(p->pdf, sizeof(p->pdf), "%s/%s.pdf", dir, base);
	snprintf(p->record, sizeof(p->record), "%s/%s.transcript.jsonl", dir,
		 base);
	put_file(p->record, TRANSCRIPT, strlen(TRANSCRIPT));
	snprintf(p->record, sizeof(p->record), "%s/%s.json", dir, base);
	assert_int_equal(certificate_issue(&f.record, operator, dir, base,
					   &path, NULL), 0);
	assert_int_equal(certificate_paper(path, &(struct paper){
		.signer = operator, .role = "operator", .lang = "ja" }, NULL,
		NULL), 0);
	fixture_free(&f);
}

static char *slurp(const char *path, size_t *length)
{
	char *text = NULL;

	assert_int_equal(file_read(path, 1 << 22, &text, length, NULL), 0);
	return text;
}

static int cosign(const struct package *p, const struct haiki_signer *signer,
		  const char *role, struct haiki_cosigned *ret_done)
{
	const struct haiki_cosign options = { .role = role };
	struct haiki_cosigned done = { 0 };
	int r = haiki_cosign(p->record, signer, &options, &done, NULL);

	if (ret_done)
		*ret_done = done;
	return r;
}

/* How many have signed, all of them validly. */
static size_t record_signatures(const struct package *p)
{
	size_t length, der_length;
	CLEANUP(free) char *text = slurp(p->record, &length);
	CLEANUP(free) char *der = slurp(p->cms, &der_length);
	struct cms cms;
	size_t count;

	assert_int_equal(cms_read(NULL, der, der_length, text, length, &cms, NULL),
			 0);
	count = cms.count;
	for (size_t i = 0; i < count; i++)
		assert_true(cms.signatures[i].valid);
	cms_cleanup(&cms);
	return count;
}

static size_t pdf_signatures(const struct package *p)
{
	size_t length;
	CLEANUP(free) char *pdf = slurp(p->pdf, &length);
	struct pdf_check check;
	size_t count;

	assert_int_equal(certificate_pdf_check(pdf, length, &check, NULL), 0);
	assert_int_equal(check.comparison, PDF_SAME);
	assert_int_equal(check.problems_count, 0);
	count = check.signatures_count;
	for (size_t i = 0; i < count; i++)
		assert_true(check.signatures[i].valid);
	pdf_check_cleanup(&check);
	return count;
}

static void assert_signatures(const struct package *p, size_t count)
{
	assert_int_equal(record_signatures(p), count);
	assert_int_equal(pdf_signatures(p), count);
}

/* --- both ------------------------------------------------------------------ */

static void signs_record_and_pdf(void **state)
{
	SCRATCH(dir);
	struct package p;
	struct haiki_cosigned done;

	(void)state;
	issue(dir, "A", &p);
	assert_signatures(&p, 1);
	assert_int_equal(cosign(&p, witness, "witness", &done), 0);
	assert_true(done.record && done.pdf && !done.pdf_missing);
	assert_signatures(&p, 2);
	assert_int_equal(cosign(&p, approver, "approver", &done), 0);
	assert_true(done.record && done.pdf);
	assert_signatures(&p, 3);
	assert_int_equal(cosign(&p, witness, "witness", NULL), -EEXIST);
	assert_int_equal(cosign(&p, namesake, "witness", NULL), -EEXIST);
	assert_signatures(&p, 3);
}

/* Power failed after the first of the two files: the same command goes on. */
static void finishes_what_was_half_done(void **state)
{
	SCRATCH(dir);
	struct package p;
	struct haiki_cosigned done;
	size_t length;
	CLEANUP(free) char *before = NULL;

	(void)state;
	issue(dir, "A", &p);
	before = slurp(p.pdf, &length);
	assert_int_equal(cosign(&p, witness, "witness", NULL), 0);
	put_file(p.pdf, before, length);
	assert_int_equal(record_signatures(&p), 2);
	assert_int_equal(pdf_signatures(&p), 1);
	assert_int_equal(cosign(&p, witness, "witness", &done), 0);
	assert_true(!done.record && done.pdf);
	assert_signatures(&p, 2);
	assert_int_equal(cosign(&p, witness, "witness", NULL), -EEXIST);
}

/* Signed elsewhere with --no-pdf, where there was no PDF. */
static void signs_the_record_alone(void **state)
{
	const struct haiki_cosign alone = { .role = "witness",
					    .skip_pdf = true };
	SCRATCH(dir);
	struct package p;
	struct haiki_cosigned done;

	(void)state;
	issue(dir, "A", &p);
	assert_int_equal(haiki_cosign(p.record, witness, &alone, &done, NULL),
			 0);
	assert_true(done.record && !done.pdf && !done.pdf_missing);
	assert_int_equal(record_signatures(&p), 2);
	assert_int_equal(pdf_signatures(&p), 1);
	assert_int_equal(unlink(p.pdf), 0);
	assert_int_equal(cosign(&p, approver, "approver", &done), 0);
	assert_true(done.record && !done.pdf && done.pdf_missing);
	assert_int_equal(record_signatures(&p), 3);
}

/* --- neither --------------------------------------------------------------- */

static void assert_untouched(const char *path, const char *bytes,
			     size_t length)
{
	size_t now_length;
	CLEANUP(free) char *now = slurp(path, &now_length);

	assert_int_equal(now_length, length);
	assert_memory_equal(now, bytes, length);
}

static void signs_nothing_beside_a_bad_pdf(void **state)
{
	SCRATCH(dir);
	struct package a, b;
	CLEANUP(free) char *cms = NULL, *pdf = NULL, *other = NULL;
	size_t cms_length, length, other_length;

	(void)state;
	issue(dir, "A", &a);
	issue(dir, "B", &b);
	cms = slurp(a.cms, &cms_length);
	pdf = slurp(a.pdf, &length);
	other = slurp(b.pdf, &other_length);
	/* Another record's. */
	put_file(a.pdf, other, other_length);
	assert_int_equal(cosign(&a, witness, "witness", NULL), -EBADMSG);
	assert_untouched(a.cms, cms, cms_length);
	/* Every region of its own. */
	for (size_t i = 0; i < 8; i++) {
		size_t at = length * (2 * i + 1) / 16;

		pdf[at] ^= 1;
		put_file(a.pdf, pdf, length);
		assert_true(cosign(&a, witness, "witness", NULL) < 0);
		assert_untouched(a.pdf, pdf, length);
		assert_untouched(a.cms, cms, cms_length);
		pdf[at] ^= 1;
	}
	/* Cut short, and something else altogether. */
	put_file(a.pdf, pdf, length - 1);
	assert_true(cosign(&a, witness, "witness", NULL) < 0);
	put_file(a.pdf, "%PDF-1.7\n", 9);
	assert_true(cosign(&a, witness, "witness", NULL) < 0);
	assert_untouched(a.cms, cms, cms_length);
	put_file(a.pdf, pdf, length);
	assert_int_equal(cosign(&a, witness, "witness", NULL), 0);
	assert_signatures(&a, 2);
}

/* The PDF can't be written (its folder's a place where only the first of two
 * names is free): the record isn't signed either. */
static void writes_both_or_neither(void **state)
{
	SCRATCH(dir);
	IN(first, dir, "first");
	IN(second, dir, "none/second");
	const struct file_content a = { first, "new", 3 };
	const struct file_content b = { second, "new", 3 };

	(void)state;
	put_file(first, "old", 3);
	assert_int_equal(file_write_pair(&a, &b, 0644, NULL), -ENOENT);
	assert_untouched(first, "old", 3);
	assert_int_equal(mkdir(in(dir, "none"), 0777), 0);
	assert_int_equal(file_write_pair(&a, &b, 0644, NULL), 0);
	assert_untouched(first, "new", 3);
	assert_untouched(second, "new", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_record_and_pdf),
		cmocka_unit_test(finishes_what_was_half_done),
		cmocka_unit_test(signs_the_record_alone),
		cmocka_unit_test(signs_nothing_beside_a_bad_pdf),
		cmocka_unit_test(writes_both_or_neither),
	};

	return cmocka_run_group_tests(tests, open_office, close_office);
}
