/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <haiki/record.h>
#include <haiki/verify.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/time.h"
#include "certificate/cms.h"
#include "certificate/fixture.h"
#include "certificate/paper.h"
#include "certificate/pdf/pdf.h"
#include "certificate/pdf/revision.h"
#include "certificate/pdf/signature.h"
#include "certificate/people.h"

static struct office office;
static struct haiki_signer *operator, *witness, *stranger;

static int open_office(void **state)
{
	(void)state;
	office_open(&office);
	operator = office_hire(&office, "山田 太郎");
	witness = office_hire(&office, "鈴木 花子");
	stranger = office_hire(&office, "他人 次郎");
	return 0;
}

static int close_office(void **state)
{
	(void)state;
	haiki_signer_free(operator);
	haiki_signer_free(witness);
	haiki_signer_free(stranger);
	office_close(&office);
	return 0;
}

/* A record with transcript, ledger and signed PDF; the witness signs later. */
static void issue(const char *dir, const char *base, const char *asset)
{
	CLEANUP(free) char *path = NULL, *name = NULL;
	struct haiki_error err = { 0 };
	struct fixture f;

	fixture_fill(&f, FIXTURE_OVERWRITE, "kimitsu3");
	f.record.contractor = "処分業者";
	f.record.witness = "鈴木 花子";
	f.record.asset = asset;
	fixture_judge(&f);
	fixture_move(&f, 1700000000);
	assert_true(asprintf(&name, "%s.transcript.jsonl", base) > 0);
	put_file(in(dir, name), "{}\n", 3);
	f.record.transcript_sha256 = NULL;
	if (certificate_issue(&f.record, operator, dir, base, &path, &err) < 0 ||
	    certificate_paper(path, &(struct paper){ .signer = operator,
		.role = "operator", .lang = "ja" }, NULL, &err) < 0)
		fail_msg("%s", err.text);
	fixture_free(&f);
}

static struct haiki_report *judge(const char *file)
{
	static struct haiki_report report;
	const struct haiki_verify_options options = {
		.ca_file = office.ca_file,
	};

	memset(&report, 0, sizeof(report));
	assert_int_equal(haiki_verify(file, &options, &report, NULL), 0);
	return &report;
}

static bool has(const struct haiki_finding *findings, size_t count,
		const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(findings[i].id, id))
			return true;
	return false;
}

static bool has_problem(const struct haiki_report *r, const char *id)
{
	return has(r->problems, r->problems_count, id);
}

static bool has_note(const struct haiki_report *r, const char *id)
{
	return has(r->notes, r->notes_count, id);
}

static char *slurp(const char *path, size_t *length)
{
	char *text = NULL;

	assert_int_equal(file_read(path, 1 << 24, &text, length, NULL), 0);
	return text;
}

static void copy_file(const char *from, const char *to)
{
	size_t length = 0;
	CLEANUP(free) char *text = slurp(from, &length);

	put_file(to, text, length);
}

static void sign_json(const char *dir, const struct haiki_signer *signer,
		      const char *role)
{
	CLEANUP(free) char *text = NULL, *der = NULL;
	CLEANUP(free) uint8_t *more = NULL;
	size_t text_length = 0, length = 0, more_length = 0;

	text = slurp(in(dir, "D.json"), &text_length);
	der = slurp(in(dir, "D.json.p7s"), &length);
	assert_int_equal(cms_add_signer(text, text_length, der, length, signer,
					role, &more, &more_length, NULL), 0);
	put_file(in(dir, "D.json.p7s"), more, more_length);
}

static void sign_paper(const char *dir, const struct haiki_signer *signer,
		       const char *role)
{
	const struct pdf_signing signing = {
		.signer = signer, .role = role, .at = time_now(),
	};
	CLEANUP(free) void *more = NULL;
	CLEANUP(free) char *pdf = NULL;
	size_t length = 0, more_length = 0;

	pdf = slurp(in(dir, "D.pdf"), &length);
	assert_int_equal(certificate_pdf_sign(pdf, length, &signing, &more,
					      &more_length, NULL, NULL), 0);
	put_file(in(dir, "D.pdf"), more, more_length);
}

/* --- beside its record ----------------------------------------------------- */

static void reads_the_paper(void **state)
{
	SCRATCH(dir);
	const struct haiki_report *r;

	(void)state;
	issue(dir, "D", "R7-0123");
	r = judge(in(dir, "D.json"));
	assert_int_equal(r->problems_count, 0);
	assert_false(has_note(r, "pdf-missing"));
	assert_false(has_note(r, "pdf-signature-outstanding"));

	sign_json(dir, witness, "witness");
	r = judge(in(dir, "D.json"));
	assert_int_equal(r->problems_count, 0);
	assert_true(has_note(r, "pdf-signature-outstanding"));
	assert_int_equal(haiki_report_exit_code(r), 0);

	sign_paper(dir, witness, "witness");
	r = judge(in(dir, "D.json"));
	assert_int_equal(r->problems_count, 0);
	assert_false(has_note(r, "pdf-signature-outstanding"));

	unlink(in(dir, "D.pdf"));
	r = judge(in(dir, "D.json"));
	assert_int_equal(r->problems_count, 0);
	assert_true(has_note(r, "pdf-missing"));
	assert_int_equal(haiki_report_exit_code(r), 0);
}

static void finds(const char *dir, const char *id)
{
	const struct haiki_report *r = judge(in(dir, "D.json"));

	if (!has_problem(r, id))
		fail_msg("no %s (%s)", id, r->problems_count ?
			 r->problems[0].id : "no problem");
	assert_true(r->genuine);      /* the record is what it was */
	assert_int_equal(haiki_report_exit_code(r), 1);
}

/* A PDF is never overwritten, but what power failed in is none. */
static void prints_over_an_empty_paper(void **state)
{
	const struct paper paper = {
		.signer = operator, .role = "operator", .lang = "ja",
	};
	struct haiki_error err = { 0 };
	SCRATCH(dir);

	(void)state;
	issue(dir, "D", "R7-0123");
	assert_int_equal(certificate_paper(in(dir, "D.json"), &paper, NULL,
					   &err), -EEXIST);
	put_file(in(dir, "D.pdf"), "", 0);
	assert_int_equal(certificate_paper(in(dir, "D.json"), &paper, NULL,
					   &err), 0);
	assert_int_equal(judge(in(dir, "D.json"))->problems_count, 0);
}

static void finds_wrong_papers(void **state)
{
	SCRATCH(dir);
	IN(pdf, dir, "D.pdf");
	IN(kept, dir, "kept");
	CLEANUP(free) char *good = NULL;
	size_t length = 0;
	char *eof;

	(void)state;
	issue(dir, "D", "R7-0123");
	issue(dir, "E", "R7-0124");
	copy_file(pdf, kept);
	good = slurp(pdf, &length);

	copy_file(in(dir, "E.pdf"), pdf);
	finds(dir, "pdf-differs");
	put_file(pdf, "%PDF-1.7\n", 9);
	finds(dir, "pdf-damaged");
	put_file(pdf, "", 0);
	finds(dir, "pdf-damaged");

	/* The pages, long before the signature. */
	eof = memmem(good, length, "%%EOF\n", 6);
	assert_non_null(eof);
	eof[-200] ^= 1;
	put_file(pdf, good, length);
	finds(dir, "pdf-altered");
	eof[-200] ^= 1;

	/* Something after the last signature. */
	put_file(pdf, good, length);
	assert_int_equal(judge(in(dir, "D.json"))->problems_count, 0);
	good = realloc(good, length + 1);
	good[length] = '\n';
	put_file(pdf, good, length + 1);
	finds(dir, "pdf-appended");

	/* No signature at all. */
	eof = memmem(good, length, "%%EOF\n", 6);
	put_file(pdf, good, (size_t)(eof + 6 - good));
	finds(dir, "pdf-unsigned");

	/* Within what is signed: another second. */
	eof = memmem(good, length, "/M(D:", 5);
	assert_non_null(eof);
	eof[18] ^= 1;
	put_file(pdf, good, length);
	finds(dir, "pdf-signature-invalid");
	/* The signature itself. */
	eof = memmem(good, length, "/Contents<30", 12);
	assert_non_null(eof);
	eof[20] ^= 1;
	put_file(pdf, good, length);
	finds(dir, "pdf-appended");
	copy_file(kept, pdf);
	assert_int_equal(judge(in(dir, "D.json"))->problems_count, 0);
}

/* A witness's signature that was taken out of the p7s stands in the PDF. */
static void finds_a_dropped_signer(void **state)
{
	SCRATCH(dir);
	IN(kept, dir, "kept");

	(void)state;
	issue(dir, "D", NULL);
	copy_file(in(dir, "D.json.p7s"), kept);
	sign_json(dir, witness, "witness");
	sign_paper(dir, witness, "witness");
	assert_int_equal(judge(in(dir, "D.json"))->problems_count, 0);
	copy_file(kept, in(dir, "D.json.p7s"));
	finds(dir, "pdf-signer-differs");
}

static void finds_a_strangers_signature(void **state)
{
	struct office other = { 0 };
	struct haiki_signer *outsider;
	SCRATCH(dir);
	IN(kept, dir, "kept");

	(void)state;
	issue(dir, "D", NULL);
	copy_file(in(dir, "D.pdf"), kept);
	sign_paper(dir, stranger, "witness");
	finds(dir, "pdf-signer-differs");

	office_open(&other);
	outsider = office_hire(&other, "鈴木 花子");
	copy_file(kept, in(dir, "D.pdf"));
	sign_paper(dir, outsider, "witness");
	finds(dir, "pdf-signer-unknown");
	haiki_signer_free(outsider);
	office_close(&other);
}

/* The same pages, with another signature attached to them. */
static void finds_an_exchanged_attachment(void **state)
{
	SCRATCH(dir);
	CLEANUP(free) char *json = NULL;
	CLEANUP(free) uint8_t *p7s = NULL;
	CLEANUP(free) void *plain = NULL, *pdf = NULL;
	CLEANUP(json) json_t *record = NULL;
	const struct pdf_signing signing = {
		.signer = operator, .role = "operator", .at = time_now(),
	};
	size_t length = 0, p7s_length = 0, plain_length = 0, pdf_length = 0;

	(void)state;
	issue(dir, "D", NULL);
	json = slurp(in(dir, "D.json"), &length);
	record = json_loadb(json, length, 0, NULL);
	assert_int_equal(cms_sign(json, length, stranger, "operator", &p7s,
				  &p7s_length, NULL), 0);
	assert_int_equal(certificate_pdf(record, json, length, p7s, p7s_length,
					 "ja", &plain, &plain_length, NULL), 0);
	assert_int_equal(certificate_pdf_sign(plain, plain_length, &signing,
					      &pdf, &pdf_length, NULL, NULL),
			 0);
	put_file(in(dir, "D.pdf"), pdf, pdf_length);
	finds(dir, "pdf-attachment");
}

static void leaves_papers_unread_if_told(void **state)
{
	const struct haiki_verify_options options = {
		.ca_file = office.ca_file, .skip_pdf = true,
	};
	static struct haiki_report report;
	SCRATCH(dir);

	(void)state;
	issue(dir, "D", NULL);
	put_file(in(dir, "D.pdf"), "x", 1);
	finds(dir, "pdf-damaged");
	assert_int_equal(haiki_verify(in(dir, "D.json"), &options, &report,
				      NULL), 0);
	assert_int_equal(report.problems_count, 0);
}

/* --- by itself ------------------------------------------------------------- */

static void judges_a_lone_paper(void **state)
{
	SCRATCH(dir);
	SCRATCH(alone);
	IN(pdf, alone, "mail.pdf");
	CLEANUP(free) char *good = NULL;
	size_t length = 0;
	const struct haiki_report *r;
	char *eof;

	(void)state;
	issue(dir, "D", NULL);
	copy_file(in(dir, "D.pdf"), pdf);
	r = judge(pdf);
	assert_int_equal(r->problems_count, 0);
	assert_true(r->genuine && r->sufficient && !r->complete);
	assert_string_equal(r->record_type, "erasure");
	assert_int_equal(r->signatures_count, 1);
	assert_true(has_note(r, "transcript-not-checked"));
	assert_true(has_note(r, "ledger-not-checked"));
	assert_int_equal(haiki_report_exit_code(r), 3);

	/* Who has only the pages is deceived by them. */
	good = slurp(pdf, &length);
	eof = memmem(good, length, "%%EOF\n", 6);
	eof[-200] ^= 1;
	put_file(pdf, good, length);
	r = judge(pdf);
	assert_true(has_problem(r, "pdf-altered"));
	assert_false(r->genuine);
	put_file(pdf, "%PDF-1.4 an invoice", 19);
	r = judge(pdf);
	assert_false(r->readable);
	assert_int_equal(haiki_report_exit_code(r), 1);
}

/* As another version would have written and signed it. */
static void age(uint8_t *pdf, size_t length)
{
	uint8_t *end = memmem(pdf, length, "%%EOF\n", 6);
	uint8_t *version = memmem(pdf, length, "/Producer(haiki-pdf/", 20);
	CLEANUP(free) uint8_t *content = NULL, *der = NULL;
	struct pdf_signature s = { 0 };
	size_t covered, der_length;

	assert_true(end && version);
	version[20]++;
	assert_int_equal(signature_read(pdf, length,
					(size_t)(end + 6 - pdf), &s), 0);
	content = signature_content(pdf, s.gap_start, s.gap_end, s.end,
				    &covered);
	assert_non_null(content);
	assert_int_equal(cms_sign(content, covered, operator, "operator", &der,
				  &der_length, NULL), 0);
	assert_true(revision_fill(pdf + s.gap_start, s.gap_end - s.gap_start,
				  der, der_length));
	cms_cleanup(&s.cms);
}

/* The pages of another version can't be compared here; who signed them can
 * still be told, so nobody is called a forger. */
static void lone_paper_of_another_version(void **state)
{
	SCRATCH(dir);
	SCRATCH(alone);
	IN(file, alone, "mail.pdf");
	CLEANUP(free) char *pdf = NULL;
	size_t length = 0;
	const struct haiki_report *r;
	char *end;

	(void)state;
	issue(dir, "D", NULL);
	pdf = slurp(in(dir, "D.pdf"), &length);
	age((uint8_t *)pdf, length);
	put_file(file, pdf, length);
	r = judge(file);
	assert_int_equal(r->problems_count, 1);
	assert_true(has_problem(r, "pdf-not-compared"));
	assert_true(r->genuine);
	assert_int_equal(haiki_report_exit_code(r), 1);

	end = memmem(pdf, length, "%%EOF\n", 6);
	put_file(file, pdf, (size_t)(end + 6 - pdf));
	r = judge(file);
	assert_true(has_problem(r, "pdf-unsigned"));
	assert_false(r->genuine);
}

/* What is attached was signed before the witness did. */
static void lone_paper_has_its_own_signers(void **state)
{
	SCRATCH(dir);
	SCRATCH(alone);
	IN(pdf, alone, "mail.pdf");
	const struct haiki_report *r;

	(void)state;
	issue(dir, "D", NULL);
	copy_file(in(dir, "D.pdf"), pdf);
	r = judge(pdf);
	assert_true(has_note(r, "signature-outstanding"));
	assert_int_equal(r->duties_count, 1);
	sign_paper(dir, witness, "witness");
	copy_file(in(dir, "D.pdf"), pdf);
	r = judge(pdf);
	assert_int_equal(r->problems_count, 0);
	assert_int_equal(r->signatures_count, 2);
	assert_string_equal(r->signatures[1].role, "witness");
	assert_true(r->signatures[1].valid && r->signatures[1].trusted &&
		    r->signatures[1].named);
	assert_false(has_note(r, "signature-outstanding"));
	assert_int_equal(r->duties_count, 0);

	/* Somebody whom the record doesn't name, or the operator again. */
	issue(dir, "E", NULL);
	copy_file(in(dir, "E.pdf"), in(dir, "D.pdf"));
	sign_paper(dir, stranger, "witness");
	copy_file(in(dir, "D.pdf"), pdf);
	r = judge(pdf);
	assert_true(has_problem(r, "signer-not-named"));
	assert_false(r->genuine);
	copy_file(in(dir, "E.pdf"), in(dir, "D.pdf"));
	sign_paper(dir, operator, "witness");
	copy_file(in(dir, "D.pdf"), pdf);
	r = judge(pdf);
	assert_true(has_problem(r, "pdf-signer-differs"));
	assert_int_equal(r->duties_count, 1);
}

/* Who was sent nothing but the PDF records the destruction with that. */
static void paper_is_followed_up(void **state)
{
	SCRATCH(dir);
	SCRATCH(alone);
	const char *const dirs[] = { dir, alone };

	(void)state;
	issue(dir, "D", NULL);
	copy_file(in(dir, "D.pdf"), in(alone, "D.pdf"));
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		IN(pdf, dirs[i], "D.pdf");
		const struct haiki_followup f = {
			.record = pdf, .method = "細断",
			.date = "2024-01-31", .role = "operator",
		};
		CLEANUP(free) char *path = NULL;

		assert_int_equal(haiki_close(&f, operator, &path, NULL, NULL),
				 0);
		assert_int_equal(judge(path)->problems_count, 0);
		assert_string_equal(judge(i ? pdf : in(dir, "D.json"))->
				    destroyed_on, "2024-01-31");
	}
	/* With the record at hand, the PDF isn't needed any more. */
	unlink(in(dir, "D.pdf"));
	assert_int_equal(judge(in(dir, "D.followup-1.json"))->problems_count,
			 0);
}

static void collects_lone_papers(void **state)
{
	struct haiki_collection c = { 0 };
	SCRATCH(dir);
	SCRATCH(alone);

	(void)state;
	issue(dir, "D", NULL);
	copy_file(in(dir, "D.pdf"), in(alone, "mail.pdf"));
	put_file(in(alone, "invoice.pdf"), "%PDF-1.4", 8);
	assert_int_equal(haiki_collect(&c, alone, NULL), 0);
	assert_int_equal(c.count, 1);
	assert_string_equal(c.files[0], in(alone, "mail.pdf"));
	haiki_collection_free(&c);

	memset(&c, 0, sizeof(c));
	assert_int_equal(haiki_collect(&c, dir, NULL), 0);
	assert_int_equal(haiki_collect(&c, in(dir, "D.pdf"), NULL), 0);
	assert_int_equal(haiki_collect(&c, in(alone, "mail.pdf"), NULL), 0);
	assert_int_equal(c.count, 3);
	assert_string_equal(c.files[0], in(dir, "D.json"));
	assert_string_equal(c.files[1], in(dir, "D.json"));
	assert_string_equal(c.files[2], in(alone, "mail.pdf"));
	haiki_collection_free(&c);
}

/* As some systems write names. */
static void leaves_out_no_capitals(void **state)
{
	struct haiki_collection c = { 0 };
	SCRATCH(dir);
	SCRATCH(loud);

	(void)state;
	issue(dir, "D", NULL);
	copy_file(in(dir, "D.pdf"), in(loud, "MAIL.PDF"));
	put_file(in(loud, "INVOICE.PDF"), "%PDF-1.4", 8);
	put_file(in(loud, "SETTINGS.JSON"), "{}", 2);
	assert_int_equal(haiki_collect(&c, loud, NULL), 0);
	assert_int_equal(c.count, 1);
	assert_int_equal(c.findings_count, 0);
	assert_string_equal(c.files[0], in(loud, "MAIL.PDF"));
	assert_int_equal(judge(c.files[0])->problems_count, 0);
	haiki_collection_free(&c);

	memset(&c, 0, sizeof(c));
	copy_file(in(dir, "D.json"), in(loud, "D.JSON"));
	assert_int_equal(haiki_collect(&c, loud, NULL), 0);
	assert_int_equal(c.count, 1);
	assert_int_equal(c.findings_count, 1);
	assert_string_equal(c.findings[0].id, "not-judged");
	assert_string_equal(c.findings[0].file, in(loud, "D.JSON"));
	haiki_collection_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_paper),
		cmocka_unit_test(prints_over_an_empty_paper),
		cmocka_unit_test(finds_wrong_papers),
		cmocka_unit_test(finds_a_dropped_signer),
		cmocka_unit_test(finds_a_strangers_signature),
		cmocka_unit_test(finds_an_exchanged_attachment),
		cmocka_unit_test(leaves_papers_unread_if_told),
		cmocka_unit_test(judges_a_lone_paper),
		cmocka_unit_test(lone_paper_of_another_version),
		cmocka_unit_test(lone_paper_has_its_own_signers),
		cmocka_unit_test(paper_is_followed_up),
		cmocka_unit_test(collects_lone_papers),
		cmocka_unit_test(leaves_out_no_capitals),
	};

	return cmocka_run_group_tests(tests, open_office, close_office);
}
