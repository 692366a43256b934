/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <haiki/record.h>
#include <haiki/verify.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"
#include "certificate/cms.h"
#include "certificate/fixture.h"
#include "certificate/people.h"
#include "certificate/photo.h"
#include "certificate/schema.h"

static struct office office;
static struct haiki_signer *operator, *witness;

static int open_office(void **state)
{
	(void)state;
	office_open(&office);
	operator = office_hire(&office, "山田 太郎");
	witness = office_hire(&office, "鈴木 花子");
	return 0;
}

static int close_office(void **state)
{
	(void)state;
	haiki_signer_free(operator);
	haiki_signer_free(witness);
	office_close(&office);
	return 0;
}

/* --- making records -------------------------------------------------------- */

#define TRANSCRIPT "{\"command\":\"SANITIZE DEVICE\"}\n"

/* 2023-11-14: whatever the clock says, it's over when it is signed. */
#define LONG_AGO 1700000000

static void issue_with(struct fixture *f, const char *dir, const char *base,
		       const char *transcript)
{
	CLEANUP(free) char *name = NULL, *path = NULL;
	struct haiki_error err = { 0 };
	int r;

	assert_true(asprintf(&name, "%s.transcript.jsonl", base) > 0);
	put_file(in(dir, name), transcript, strlen(transcript));
	f->record.transcript_sha256 = NULL;
	r = certificate_issue(&f->record, operator, dir, base, &path, &err);
	if (r < 0)
		print_error("%s\n", err.text);
	assert_int_equal(r, 0);
}

static void issue(struct fixture *f, const char *dir, const char *base)
{
	fixture_move(f, LONG_AGO);
	issue_with(f, dir, base, TRANSCRIPT);
}

static void issue_story(const char *dir, const char *base,
			enum fixture_story story, const char *class_id)
{
	struct fixture f;

	fixture_fill(&f, story, class_id);
	issue(&f, dir, base);
	fixture_free(&f);
}

static struct haiki_report *judge_with(const char *file,
				       const struct haiki_verify_options *o)
{
	static struct haiki_report report;

	memset(&report, 0, sizeof(report));
	assert_int_equal(haiki_verify(file, o, &report, NULL), 0);
	return &report;
}

static struct haiki_report *judge(const char *dir, const char *name)
{
	const struct haiki_verify_options options = {
		.ca_file = office.ca_file,
	};

	return judge_with(in(dir, name), &options);
}

static bool has(const struct haiki_report *r, const char *id)
{
	for (size_t i = 0; i < r->problems_count; i++)
		if (!strcmp(r->problems[i].id, id))
			return true;
	for (size_t i = 0; i < r->notes_count; i++)
		if (!strcmp(r->notes[i].id, id))
			return true;
	return false;
}

static void assert_code(const struct haiki_report *r, int code)
{
	if (haiki_report_exit_code(r) != code)
		for (size_t i = 0; i < r->problems_count; i++)
			print_error("%s: %s\n", r->problems[i].id,
				    r->problems[i].text);
	assert_int_equal(haiki_report_exit_code(r), code);
}

static __attribute__((noinline)) char *slurp(const char *path, size_t *length)
{
	char *text = NULL;

	assert_int_equal(file_read(path, 1 << 22, &text, length, NULL), 0);
	return text;
}

/* --- what good and bad erasures are worth ---------------------------------- */

static void judges_each_story(void **state)
{
	static const struct {
		enum fixture_story story;
		const char *class_id;
		int code;
		const char *problem;
		enum haiki_result result;
	} cases[] = {
		{ FIXTURE_OVERWRITE, "kimitsu3", 0, NULL, HAIKI_CONFORMING },
		{ FIXTURE_OVERWRITE, "kimitsu1", 1, "nonconforming",
		  HAIKI_NONCONFORMING },
		{ FIXTURE_BLOCK_ERASE, "kimitsu1", 0, NULL, HAIKI_CONFORMING },
		{ FIXTURE_BLOCK_ERASE, "my-number", 3, NULL, HAIKI_DUTY },
		{ FIXTURE_FAILURE, "kimitsu3", 1, "nonconforming",
		  HAIKI_NONCONFORMING },
		{ FIXTURE_INTERRUPTED, "kimitsu3", 1, "interrupted",
		  HAIKI_INTERRUPTED },
	};
	SCRATCH(dir);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char base[16], name[24];
		const struct haiki_report *r;

		snprintf(base, sizeof(base), "D-%zu", i);
		snprintf(name, sizeof(name), "%s.json", base);
		issue_story(dir, base, cases[i].story, cases[i].class_id);
		r = judge(dir, name);
		assert_code(r, cases[i].code);
		assert_true(r->readable && r->genuine && r->complete);
		assert_int_equal(r->recomputed, cases[i].result);
		assert_int_equal(r->recorded, cases[i].result);
		assert_int_equal(r->sufficient, cases[i].code != 1);
		assert_int_equal(r->problems_count, cases[i].code == 1);
		if (cases[i].problem)
			assert_true(has(r, cases[i].problem));
	}
}

static void training_is_never_enough(void **state)
{
	SCRATCH(dir);
	struct fixture f;
	const struct haiki_report *r;

	(void)state;
	fixture_fill(&f, FIXTURE_OVERWRITE, "kimitsu3");
	f.record.before.simulated = true;
	snprintf(f.record.before.path, sizeof(f.record.before.path),
		 "sim:loop7");
	issue(&f, dir, "D");
	r = judge(dir, "D.json");
	assert_true(r->training && r->genuine && r->sufficient);
	assert_code(r, 3);
	fixture_free(&f);
}

/* --- who signed ------------------------------------------------------------ */

static void cosign(const char *dir, const char *base,
		   const struct haiki_signer *signer, const char *role)
{
	IN(file, dir, base);
	CLEANUP(free) char *p7s = NULL, *text = NULL, *der = NULL;
	CLEANUP(free) uint8_t *more = NULL;
	size_t text_length = 0, length = 0, more_length = 0;

	assert_true(asprintf(&p7s, "%s.p7s", file) > 0);
	text = slurp(file, &text_length);
	der = slurp(p7s, &length);
	assert_int_equal(cms_add_signer(text, text_length, der, length, signer,
					role, &more, &more_length, NULL), 0);
	put_file(p7s, more, more_length);
}

/* Contractor's work: the staff's signature as witness is the confirmation. */
static void issue_witnessed_by(const char *dir, const char *base,
			       const char *name)
{
	struct fixture f;

	fixture_fill(&f, FIXTURE_OVERWRITE, "kimitsu3");
	f.record.contractor = "処分業者";
	f.record.witness = name;
	fixture_judge(&f);
	issue(&f, dir, base);
	fixture_free(&f);
}

static void issue_witnessed(const char *dir, const char *base)
{
	issue_witnessed_by(dir, base, "鈴木 花子");
}

static void waits_for_the_witness(void **state)
{
	SCRATCH(dir);
	struct haiki_signer *same_name = office_hire(&office, "山田 太郎");
	const struct haiki_report *r;

	(void)state;
	issue_witnessed(dir, "D");
	r = judge(dir, "D.json");
	assert_true(r->genuine && r->sufficient && !r->complete);
	assert_int_equal(r->duties_count, 1);
	assert_true(has(r, "signature-outstanding"));
	assert_code(r, 3);

	cosign(dir, "D.json", witness, "witness");
	r = judge(dir, "D.json");
	assert_int_equal(r->signatures_count, 2);
	assert_true(r->signatures[0].named && r->signatures[1].named);
	assert_int_equal(r->duties_count, 0);
	assert_true(r->complete);
	assert_code(r, 0);

	/* Somebody else, or the right one in another role. */
	issue_witnessed(dir, "E");
	cosign(dir, "E.json", same_name, "witness");
	r = judge(dir, "E.json");
	assert_true(has(r, "signer-not-named"));
	assert_code(r, 1);
	issue_witnessed(dir, "F");
	cosign(dir, "F.json", witness, "approver");
	r = judge(dir, "F.json");
	assert_true(has(r, "signer-not-named"));
	haiki_signer_free(same_name);
}

/* 64 characters, RFC 5280's most, of three bytes each. */
static void knows_the_longest_name(void **state)
{
	SCRATCH(dir);
	char name[3 * 64 + 1] = "";
	struct haiki_signer *someone;
	const struct haiki_report *r;

	(void)state;
	for (size_t i = 0; i < 64; i++)
		memcpy(name + 3 * i, "鈴", 4);
	someone = office_hire(&office, name);
	issue_witnessed_by(dir, "D", name);
	cosign(dir, "D.json", someone, "witness");
	r = judge(dir, "D.json");
	assert_true(r->signatures[0].named && r->signatures[1].named);
	assert_code(r, 0);
	haiki_signer_free(someone);
}

static void operator_is_not_the_witness(void **state)
{
	SCRATCH(dir);
	struct fixture f;
	struct haiki_signer again = *operator;
	const struct haiki_report *r;

	(void)state;
	fixture_fill(&f, FIXTURE_OVERWRITE, "kimitsu3");
	f.record.contractor = "処分業者";
	f.record.witness = "山田 次郎";
	fixture_judge(&f);
	issue(&f, dir, "D");
	fixture_free(&f);
	/* The operator's key, with a second certificate for it. */
	assert_int_equal(x509_issue(X509_PERSON, "山田 次郎", "福岡県",
				    operator->key, office.ca, office.ca_key,
				    &again.cert, NULL), 0);
	cosign(dir, "D.json", &again, "witness");
	r = judge(dir, "D.json");
	assert_int_equal(r->duties_count, 1);
	assert_true(has(r, "signer-not-named"));
	assert_code(r, 1);
	X509_free(again.cert);
}

static void trusts_only_the_given_authority(void **state)
{
	const struct haiki_verify_options none = { .ca_file = NULL };
	struct haiki_verify_options other_ca = { 0 };
	struct office other = { 0 };
	SCRATCH(dir);
	const struct haiki_report *r;

	(void)state;
	office_open(&other);
	other_ca.ca_file = other.ca_file;
	issue_story(dir, "D", FIXTURE_OVERWRITE, "kimitsu3");
	r = judge_with(in(dir, "D.json"), &other_ca);
	assert_false(r->genuine);
	assert_true(r->signatures[0].valid && !r->signatures[0].trusted);
	assert_true(has(r, "signer-unknown"));
	assert_code(r, 1);
	if (access("/etc/haiki/ca.crt", F_OK) < 0) {
		r = judge_with(in(dir, "D.json"), &none);
		assert_false(r->genuine);
		assert_non_null(strstr(r->problems[0].text, "--ca"));
	}
	office_close(&other);
}

static void stick_key_signs_for_nobody(void **state)
{
	SCRATCH(dir);
	struct haiki_signer *stick = NULL;
	CLEANUP(free) char *path = NULL;
	struct haiki_verify_options options = { 0 };
	struct fixture f;
	const struct haiki_report *r;
	IN(ca, dir, "stick.crt");

	(void)state;
	assert_int_equal(haiki_stick_signer(dir, &stick, NULL), 0);
	fixture_fill(&f, FIXTURE_OVERWRITE, "kimitsu3");
	fixture_move(&f, LONG_AGO);
	put_file(in(dir, "D.transcript.jsonl"), "", 0);
	f.record.transcript_sha256 = NULL;
	f.record.operator_role = "stick";
	assert_int_equal(certificate_issue(&f.record, stick, dir, "D", &path,
					   NULL), 0);
	options.ca_file = ca;
	r = judge_with(path, &options);
	assert_true(r->genuine);
	assert_true(has(r, "signed-by-stick"));
	assert_code(r, 0);
	options.ca_file = office.ca_file;
	assert_code(judge_with(path, &options), 1);
	haiki_signer_free(stick);
	fixture_free(&f);
}

/* --- tampering ------------------------------------------------------------- */

static void copy_file(const char *dir, const char *from, const char *to)
{
	size_t length = 0;
	CLEANUP(free) char *text = slurp(in(dir, from), &length);

	put_file(in(dir, to), text, length);
}

/* Bytes of the file `name`, one after the other (every `step`-th). */
static void flip_all(const char *dir, const char *name, size_t step)
{
	IN(path, dir, name);
	size_t length = 0;
	CLEANUP(free) char *text = slurp(path, &length);

	for (size_t i = 0; i < length; i += step) {
		const struct haiki_report *r;

		text[i] ^= (char)(1 << (i / step % 8));
		put_file(path, text, length);
		r = judge(dir, "D.json");
		if (haiki_report_exit_code(r) != 1)
			fail_msg("%s: byte %zu", name, i);
		text[i] ^= (char)(1 << (i / step % 8));
	}
	put_file(path, text, length);
	assert_code(judge(dir, "D.json"), 0);
}

static void notices_every_changed_byte(void **state)
{
	SCRATCH(dir);

	(void)state;
	issue_story(dir, "D", FIXTURE_OVERWRITE, "kimitsu3");
	assert_code(judge(dir, "D.json"), 0);
	flip_all(dir, "D.json", 37);
	flip_all(dir, "D.json.p7s", 3);
	flip_all(dir, "D.transcript.jsonl", 1);
	flip_all(dir, "ledger.jsonl", 5);
}

static void notices_exchanged_files(void **state)
{
	SCRATCH(dir);

	(void)state;
	issue_story(dir, "D", FIXTURE_OVERWRITE, "kimitsu3");
	issue_story(dir, "E", FIXTURE_BLOCK_ERASE, "kimitsu3");
	put_file(in(dir, "E.transcript.jsonl"), "other\n", 6);
	assert_code(judge(dir, "D.json"), 0);

	copy_file(dir, "D.json.p7s", "keep");
	copy_file(dir, "E.json.p7s", "D.json.p7s");
	assert_true(has(judge(dir, "D.json"), "signature-invalid"));
	assert_code(judge(dir, "D.json"), 1);
	unlink(in(dir, "D.json.p7s"));
	assert_true(has(judge(dir, "D.json"), "signature-missing"));
	assert_false(judge(dir, "D.json")->genuine);
	copy_file(dir, "keep", "D.json.p7s");

	copy_file(dir, "D.transcript.jsonl", "keep");
	copy_file(dir, "E.transcript.jsonl", "D.transcript.jsonl");
	assert_true(has(judge(dir, "D.json"), "transcript-altered"));
	assert_true(judge(dir, "D.json")->genuine);
	assert_code(judge(dir, "D.json"), 1);
	unlink(in(dir, "D.transcript.jsonl"));
	assert_true(has(judge(dir, "D.json"), "transcript-missing"));
	assert_code(judge(dir, "D.json"), 1);
	copy_file(dir, "keep", "D.transcript.jsonl");
	assert_code(judge(dir, "D.json"), 0);
}

static void notices_what_the_ledger_says(void **state)
{
	SCRATCH(dir);
	SCRATCH(other);
	IN(ledger, dir, "ledger.jsonl");
	CLEANUP(free) char *text = NULL;
	const struct haiki_report *r;
	size_t length = 0;

	(void)state;
	issue_story(dir, "D", FIXTURE_OVERWRITE, "kimitsu3");
	issue_story(dir, "E", FIXTURE_OVERWRITE, "kimitsu3");
	issue_story(other, "X", FIXTURE_OVERWRITE, "kimitsu3");
	text = slurp(ledger, &length);

	unlink(ledger);
	r = judge(dir, "E.json");
	assert_true(has(r, "ledger-not-checked"));
	assert_code(r, 0);
	put_file(ledger, text, (size_t)(strchr(text, '\n') + 1 - text));
	assert_code(judge(dir, "D.json"), 0);
	assert_true(has(judge(dir, "E.json"), "ledger-pending"));
	assert_code(judge(dir, "E.json"), 1);
	put_file(ledger, "", 0);
	assert_true(has(judge(dir, "E.json"), "ledger-missing"));
	text[100] ^= 1;
	put_file(ledger, text, length);
	assert_true(has(judge(dir, "E.json"), "ledger-damaged"));
	text[100] ^= 1;
	free(text);
	text = slurp(in(other, "ledger.jsonl"), &length);
	put_file(ledger, text, length);
	assert_true(has(judge(dir, "D.json"), "ledger-not-checked"));
}

/* --- wrong form ------------------------------------------------------------- */

static void form_must_be_canonical(void **state)
{
	SCRATCH(dir);
	CLEANUP(free) char *text = NULL, *longer = NULL;
	CLEANUP(free) uint8_t *der = NULL;
	size_t length = 0, der_length = 0;
	const struct haiki_report *r;

	(void)state;
	issue_story(dir, "D", FIXTURE_OVERWRITE, "kimitsu3");
	text = slurp(in(dir, "D.json"), &length);
	assert_true(asprintf(&longer, "%s\n", text) > 0);
	assert_int_equal(cms_sign(longer, length + 1, operator, "operator",
				  &der, &der_length, NULL), 0);
	put_file(in(dir, "D.json"), longer, length + 1);
	put_file(in(dir, "D.json.p7s"), der, der_length);
	r = judge(dir, "D.json");
	assert_true(has(r, "form-not-canonical"));
	assert_false(r->genuine);
	assert_code(r, 1);
}

static void survives_rubbish(void **state)
{
	static const char *const rubbish[] = {
		"", "{}", "[]", "null", "{\"record_type\":\"erasure\"}",
		"{\"record_type\":[]}", "\xff\xfe", "{\"a\":1,\"a\":2}",
	};
	const struct haiki_verify_options options = {
		.ca_file = office.ca_file };
	SCRATCH(dir);
	struct haiki_report report;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rubbish); i++) {
		put_file(in(dir, "D.json"), rubbish[i], strlen(rubbish[i]));
		assert_code(judge(dir, "D.json"), 1);
		assert_false(judge(dir, "D.json")->genuine);
	}
	assert_int_equal(haiki_verify(in(dir, "none.json"), &options, &report,
				      NULL), -ENOENT);
}

/* Whoever verifies must not wait for what never ends. */
static void waits_for_no_pipe(void **state)
{
	static const char *const names[] = {
		"D.json", "D.json.p7s", "D.transcript.jsonl", "ledger.jsonl",
	};
	SCRATCH(dir);

	(void)state;
	issue_story(dir, "D", FIXTURE_OVERWRITE, "kimitsu3");
	alarm(60);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		copy_file(dir, names[i], "keep");
		unlink(in(dir, names[i]));
		assert_int_equal(mkfifo(in(dir, names[i]), 0600), 0);
		assert_code(judge(dir, "D.json"), 1);
		unlink(in(dir, names[i]));
		assert_int_equal(symlink("/dev/zero", in(dir, names[i])), 0);
		assert_code(judge(dir, "D.json"), 1);
		unlink(in(dir, names[i]));
		copy_file(dir, "keep", names[i]);
	}
	assert_int_equal(truncate(in(dir, "D.json"), 100 << 20), 0);
	assert_code(judge(dir, "D.json"), 1);
	alarm(0);
}

/* --- power fails ----------------------------------------------------------- */

static size_t lines_of(const char *dir)
{
	size_t length = 0, lines = 0;
	CLEANUP(free) char *text = slurp(in(dir, "ledger.jsonl"), &length);

	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	return lines;
}

static void settles_after_each_step(void **state)
{
	SCRATCH(dir);
	CLEANUP(free) char *ledger = NULL, *path = NULL;
	struct haiki_error err = { 0 };
	struct fixture f;
	size_t length = 0, first;
	IN(file, dir, "ledger.jsonl");

	(void)state;
	issue_story(dir, "A", FIXTURE_OVERWRITE, "kimitsu3");
	issue_story(dir, "B", FIXTURE_OVERWRITE, "kimitsu3");
	ledger = slurp(file, &length);
	first = (size_t)(strchr(ledger, '\n') + 1 - ledger);

	/* After step 3: the record is there, its line is not. */
	put_file(file, ledger, first);
	put_file(in(dir, "ledger.pending"), "B.json", 6);
	assert_int_equal(haiki_settle(dir, &err), 0);
	assert_int_equal(lines_of(dir), 2);
	assert_int_equal(access(in(dir, "ledger.pending"), F_OK), -1);
	assert_code(judge(dir, "B.json"), 0);

	/* In the midst of step 4: half a line; the next record finds it. */
	put_file(file, ledger, length - 20);
	put_file(in(dir, "ledger.pending"), "B.json", 6);
	issue_story(dir, "C", FIXTURE_OVERWRITE, "kimitsu3");
	assert_int_equal(lines_of(dir), 3);
	assert_code(judge(dir, "B.json"), 0);
	assert_code(judge(dir, "C.json"), 0);

	/* After step 4. */
	put_file(in(dir, "ledger.pending"), "C.json", 6);
	assert_int_equal(haiki_settle(dir, &err), 0);
	assert_int_equal(lines_of(dir), 3);

	/* After step 2: a signature alone. */
	put_file(in(dir, "E.json.p7s"), "x", 1);
	put_file(in(dir, "ledger.pending"), "E.json", 6);
	assert_int_equal(haiki_settle(dir, &err), 0);
	assert_int_equal(access(in(dir, "E.json.p7s"), F_OK), -1);
	assert_int_equal(lines_of(dir), 3);

	/* Nothing is issued twice under one name. */
	fixture_fill(&f, FIXTURE_OVERWRITE, "kimitsu3");
	f.record.transcript_sha256 = NULL;
	assert_int_equal(certificate_issue(&f.record, operator, dir, "C",
					   &path, &err), -EEXIST);
	assert_null(path);
	fixture_free(&f);
}

static void adopts_the_first_record(void **state)
{
	SCRATCH(dir);
	IN(file, dir, "ledger.jsonl");

	(void)state;
	issue_story(dir, "A", FIXTURE_OVERWRITE, "kimitsu3");
	put_file(file, "", 0);
	put_file(in(dir, "ledger.pending"), "A.json", 6);
	issue_story(dir, "B", FIXTURE_OVERWRITE, "kimitsu3");
	assert_int_equal(lines_of(dir), 2);
	assert_code(judge(dir, "A.json"), 0);
	assert_code(judge(dir, "B.json"), 0);
}

/* FAT: a rename that power failed in may leave its file without a byte. */
static void settles_what_is_empty(void **state)
{
	SCRATCH(dir);
	CLEANUP(free) char *ledger = NULL, *signature = NULL;
	struct haiki_error err = { 0 };
	size_t length = 0, signature_length = 0, first;
	IN(file, dir, "ledger.jsonl");
	IN(p7s, dir, "B.json.p7s");

	(void)state;
	issue_story(dir, "A", FIXTURE_OVERWRITE, "kimitsu3");
	issue_story(dir, "B", FIXTURE_OVERWRITE, "kimitsu3");
	ledger = slurp(file, &length);
	first = (size_t)(strchr(ledger, '\n') + 1 - ledger);
	signature = slurp(p7s, &signature_length);

	/* An empty record is none, nor is its signature one. */
	put_file(in(dir, "E.json"), "", 0);
	put_file(in(dir, "E.json.p7s"), "x", 1);
	put_file(in(dir, "ledger.pending"), "E.json", 6);
	assert_int_equal(haiki_settle(dir, &err), 0);
	assert_int_equal(access(in(dir, "E.json"), F_OK), -1);
	assert_int_equal(access(in(dir, "E.json.p7s"), F_OK), -1);
	assert_int_equal(lines_of(dir), 2);

	/* An empty signature: one draft of it takes its place. */
	put_file(file, ledger, first);
	put_file(p7s, "", 0);
	put_file(in(dir, "B.json.p7s.a1B2c3"), signature, signature_length);
	put_file(in(dir, "ledger.pending"), "B.json", 6);
	assert_int_equal(haiki_settle(dir, &err), 0);
	assert_int_equal(access(in(dir, "B.json.p7s.a1B2c3"), F_OK), -1);
	assert_int_equal(lines_of(dir), 2);
	assert_code(judge(dir, "B.json"), 0);

	/* Without a draft, or with two, it's told, once. */
	put_file(file, ledger, first);
	put_file(p7s, "", 0);
	put_file(in(dir, "B.json.p7s.a1B2c3"), "x", 1);
	put_file(in(dir, "B.json.p7s.a1B2c4"), "y", 1);
	put_file(in(dir, "ledger.pending"), "B.json", 6);
	assert_int_equal(haiki_settle(dir, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "B.json.p7s"));
	assert_int_equal(haiki_settle(dir, &err), 0);
	assert_int_equal(lines_of(dir), 1);
	assert_int_equal(access(in(dir, "B.json"), F_OK), 0);

	/* An empty record that nobody announced is in nobody's way. */
	put_file(in(dir, "C.json"), "", 0);
	issue_story(dir, "C", FIXTURE_OVERWRITE, "kimitsu3");
	assert_int_equal(lines_of(dir), 2);
	assert_code(judge(dir, "C.json"), 0);
}

/* What doesn't fit the chain, or isn't signed, doesn't get in. */
static void adopts_nothing_else(void **state)
{
	SCRATCH(dir);
	SCRATCH(other);
	IN(file, dir, "ledger.jsonl");
	CLEANUP(free) char *text = NULL;
	size_t length = 0;

	(void)state;
	issue_story(dir, "A", FIXTURE_OVERWRITE, "kimitsu3");
	issue_story(dir, "B", FIXTURE_OVERWRITE, "kimitsu3");
	issue_story(other, "X", FIXTURE_OVERWRITE, "kimitsu3");
	text = slurp(in(other, "X.json"), &length);
	put_file(in(dir, "X.json"), text, length);
	free(TAKE(text));
	text = slurp(in(other, "X.json.p7s"), &length);
	put_file(in(dir, "X.json.p7s"), text, length);
	put_file(in(dir, "ledger.pending"), "X.json", 6);
	assert_int_equal(haiki_settle(dir, NULL), 0);
	assert_int_equal(lines_of(dir), 2);

	free(TAKE(text));
	text = slurp(file, &length);
	put_file(file, text, (size_t)(strchr(text, '\n') + 1 - text));
	unlink(in(dir, "B.json.p7s"));
	put_file(in(dir, "ledger.pending"), "B.json", 6);
	assert_int_equal(haiki_settle(dir, NULL), 0);
	assert_int_equal(lines_of(dir), 1);
	put_file(in(dir, "ledger.pending"), "../x.json", 9);
	assert_int_equal(haiki_settle(dir, NULL), 0);
	assert_int_equal(access(in(dir, "ledger.pending"), F_OK), -1);
}

/* Issues records until it is killed. */
static void issue_forever(const char *dir, int round)
{
	char base[32];

	for (int n = 0;; n++) {
		snprintf(base, sizeof(base), "R%d-%d", round, n);
		issue_story(dir, base, FIXTURE_OVERWRITE, "kimitsu3");
	}
}

static size_t judge_all(const char *dir)
{
	struct haiki_collection all = { 0 };
	struct haiki_verify_options options = { .ca_file = office.ca_file };
	size_t count;

	assert_int_equal(haiki_collect(&all, dir, NULL), 0);
	for (size_t i = 0; i < all.findings_count; i++)
		print_error("%s: %s\n", all.findings[i].file,
			    all.findings[i].text);
	assert_int_equal(all.findings_count, 0);
	for (size_t i = 0; i < all.count; i++)
		assert_code(judge_with(all.files[i], &options), 0);
	count = all.count;
	haiki_collection_free(&all);
	return count;
}

/* Whenever it is killed, no record is lost, none is half there. */
static void survives_being_killed(void **state)
{
	SCRATCH(dir);

	(void)state;
	issue_story(dir, "first", FIXTURE_OVERWRITE, "kimitsu3");
	for (int round = 0; round < 8; round++) {
		const struct timespec pause = {
			.tv_nsec = (5 + round * 7) * 1000000L };
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0)
			issue_forever(dir, round);
		nanosleep(&pause, NULL);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
		assert_int_equal(haiki_settle(dir, NULL), 0);
		/* What was cut off in the ledger is told when it is opened. */
		issue_story(dir, (char[]){ 'a' + (char)round, 0 },
			    FIXTURE_OVERWRITE, "kimitsu3");
	}
	assert_int_equal(judge_all(dir), lines_of(dir));
}

/* --- destruction ----------------------------------------------------------- */

static void put_photo(const char *path)
{
	size_t length = 0;
	CLEANUP(free) void *jpeg = photo_jpeg(40, 30, 1, 0, &length);

	put_file(path, jpeg, length);
}

static int destroy(const char *dir, const char *base, const char *date,
		   const char *photo, char **ret_path)
{
	const char *const photos[] = { photo };
	IN(record, dir, base);
	struct haiki_followup f = {
		.record = record, .method = "細断", .date = date,
		.photos = photos, .photos_count = photo ? 1 : 0,
		.contractor = "処分業者", .completion_certificate = "第42号",
		.operator_name = "山田 太郎", .role = "operator",
	};

	return haiki_close(&f, operator, ret_path, NULL, NULL);
}

static void destruction_closes_the_case(void **state)
{
	static const enum fixture_story stories[] = {
		FIXTURE_BLOCK_ERASE, FIXTURE_FAILURE, FIXTURE_INTERRUPTED,
	};
	SCRATCH(dir);
	IN(photo, dir, "IMG 1.JPG");

	(void)state;
	put_photo(photo);
	for (size_t i = 0; i < ARRAY_SIZE(stories); i++) {
		CLEANUP(free) char *path = NULL;
		char base[8], name[16];
		struct fixture f;
		const struct haiki_report *r;

		snprintf(base, sizeof(base), "D%zu", i);
		snprintf(name, sizeof(name), "D%zu.json", i);
		fixture_fill(&f, stories[i], "my-number");
		issue(&f, dir, base);
		fixture_free(&f);
		r = judge(dir, name);
		assert_false(r->closed);
		assert_int_not_equal(haiki_report_exit_code(r), 0);

		assert_int_equal(destroy(dir, name, "2024-01-31", photo,
					 &path), 0);
		r = judge(dir, name);
		assert_true(r->closed && r->sufficient);
		assert_string_equal(r->destroyed_on, "2024-01-31");
		assert_int_equal(r->duties_count, 0);
		assert_code(r, 0);
		r = judge_with(path, &(struct haiki_verify_options){
			.ca_file = office.ca_file });
		assert_string_equal(r->record_type, "destruction");
		assert_true(r->genuine);
		assert_code(r, 0);
	}
}

static void forged_destruction_closes_nothing(void **state)
{
	SCRATCH(dir);
	IN(photo, dir, "p.jpg");
	CLEANUP(free) char *path = NULL, *text = NULL, *kept = NULL;
	struct fixture f;
	const struct haiki_report *r;
	size_t length = 0;

	(void)state;
	put_photo(photo);
	fixture_fill(&f, FIXTURE_FAILURE, "kimitsu1");
	issue(&f, dir, "D");
	issue(&f, dir, "E");
	fixture_free(&f);
	assert_int_equal(destroy(dir, "D.json", "2024-01-31", photo, &path),
			 0);
	assert_code(judge(dir, "D.json"), 0);

	text = slurp(path, &length);
	text[length / 2] ^= 1;
	put_file(path, text, length);
	r = judge(dir, "D.json");
	assert_true(has(r, "followup-invalid"));
	assert_false(r->closed);
	assert_code(r, 1);
	text[length / 2] ^= 1;
	put_file(path, text, length);
	assert_code(judge(dir, "D.json"), 0);

	/* Another record's destruction. */
	copy_file(dir, "D.followup-1.json", "E.followup-1.json");
	copy_file(dir, "D.followup-1.json.p7s", "E.followup-1.json.p7s");
	r = judge(dir, "E.json");
	assert_true(has(r, "followup-invalid"));
	assert_code(r, 1);

	/* A record of another type. */
	copy_file(dir, "E.json", "E.followup-1.json");
	copy_file(dir, "E.json.p7s", "E.followup-1.json.p7s");
	r = judge(dir, "E.json");
	assert_true(has(r, "followup-invalid"));
	assert_code(r, 1);

	kept = slurp(in(dir, "D.followup-1.photo1.jpg"), &length);
	put_file(in(dir, "D.followup-1.photo1.jpg"), "other", 5);
	assert_true(has(judge(dir, "D.json"), "photo-altered"));
	unlink(in(dir, "D.followup-1.photo1.jpg"));
	assert_true(has(judge(dir, "D.json"), "photo-missing"));
	assert_code(judge(dir, "D.json"), 1);
	assert_code(judge(dir, "D.followup-1.json"), 1);
}

/* The hash fits, and there is nothing of a record in it. */
static void follows_up_only_records(void **state)
{
	static const char *const others[] = {
		"{}", "[]", "{\"record_type\":\"erasure\"}",
	};
	SCRATCH(dir);
	CLEANUP(free) char *path = NULL, *text = NULL;
	CLEANUP(json) json_t *json = NULL;
	json_t *refers_to;
	size_t length = 0;

	(void)state;
	issue_story(dir, "D", FIXTURE_FAILURE, "kimitsu1");
	assert_int_equal(destroy(dir, "D.json", "2024-01-31", NULL, &path), 0);
	text = slurp(path, &length);
	json = json_loadb(text, length, 0, NULL);
	refers_to = json_object_get(json, "refers_to");
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		CLEANUP(free) char *changed = NULL;
		char hash[65];

		hash_bytes(others[i], strlen(others[i]), hash);
		json_object_set_new(refers_to, "record_sha256",
				    json_string(hash));
		changed = json_dumps(json, JSON_COMPACT);
		put_file(in(dir, "D.json"), others[i], strlen(others[i]));
		put_file(path, changed, strlen(changed));
		assert_true(has(judge_with(path, &(struct haiki_verify_options){
			.ca_file = office.ca_file }), "record-altered"));
	}
}

static void refuses_impossible_destructions(void **state)
{
	static const char *const dates[] = {
		NULL, "", "yesterday", "2024-02-30", "2024-1-1", "2024-13-01",
		"2023-01-01", "2999-01-01", "2024-01-01x", " 2024-01-1",
	};
	SCRATCH(dir);
	IN(record, dir, "D.json");
	IN(photo, dir, "p.jpg");
	IN(no_photo, dir, "q.jpg");
	const char *const photos[] = { photo, no_photo };
	const struct haiki_followup two = {
		.record = record, .method = "細断", .date = "2024-01-01",
		.photos = photos, .photos_count = 2, .role = "operator",
	};
	struct haiki_followup alone = {
		.record = record, .method = "細断", .date = "2024-01-01",
		.role = "operator", .operator_name = "他人",
	};
	struct haiki_error err = { 0 };
	CLEANUP(free) char *path = NULL;
	struct fixture f;

	(void)state;
	fixture_fill(&f, FIXTURE_FAILURE, "kimitsu1");
	issue(&f, dir, "D");
	fixture_free(&f);
	for (size_t i = 0; i < 2; i++) {
		alone.witness = i ? alone.operator_name :
			haiki_signer_name(operator);
		assert_int_equal(haiki_close(&alone, operator, &path, NULL,
					     &err), -EINVAL);
		assert_non_null(strstr(err.text, "can't be its witness"));
	}
	alone.witness = NULL;
	alone.location = "\ue000";
	assert_int_equal(haiki_close(&alone, operator, &path, NULL, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "--location: no font has"));
	for (size_t i = 0; i < ARRAY_SIZE(dates); i++)
		assert_int_equal(destroy(dir, "D.json", dates[i], NULL, &path),
				 -EINVAL);
	assert_int_equal(destroy(dir, "D.json", "2024-01-01", "/nowhere",
				 &path), -ENOENT);
	assert_int_equal(destroy(dir, "X.json", "2024-01-01", NULL, &path),
			 -ENOENT);
	/* The second of two pictures is none: not even the first is copied. */
	put_photo(photo);
	put_file(no_photo, "jpeg", 4);
	assert_int_equal(haiki_close(&two, operator, &path, NULL, &err),
			 -EINVAL);
	assert_non_null(strstr(err.text, "neither JPEG nor PNG"));
	assert_int_equal(access(in(dir, "D.followup-1.photo1.jpg"), F_OK), -1);
	assert_null(path);
	assert_int_equal(lines_of(dir), 1);
	assert_int_equal(destroy(dir, "D.json", "2024-01-01", NULL, &path), 0);
	assert_int_equal(lines_of(dir), 2);
}

/* --- hand-over ------------------------------------------------------------- */

static void handover_closes_nothing(void **state)
{
	SCRATCH(dir);
	IN(record, dir, "D.json");
	IN(photo, dir, "p.jpg");
	const char *const photos[] = { photo };
	struct haiki_followup f = {
		.record = record, .date = "2024-01-30", .handover = "処分業者",
		.receipt = "受領1号", .photos = photos, .photos_count = 1,
		.operator_name = "山田 太郎", .role = "operator",
	};
	CLEANUP(free) char *path = NULL, *second = NULL;
	struct haiki_report before;
	const struct haiki_report *r;
	struct fixture fixture;

	(void)state;
	put_photo(photo);
	fixture_fill(&fixture, FIXTURE_BLOCK_ERASE, "my-number");
	issue(&fixture, dir, "D");
	fixture_free(&fixture);
	before = *judge(dir, "D.json");
	assert_true(before.duties_count > 0);
	assert_int_equal(haiki_close(&f, operator, &path, NULL, NULL), 0);
	r = judge(dir, "D.json");
	assert_false(r->closed);
	assert_int_equal(r->duties_count, before.duties_count);
	assert_int_equal(haiki_report_exit_code(r),
			 haiki_report_exit_code(&before));
	assert_string_equal(r->destroyed_on, "");
	assert_string_equal(r->handed_over_on, "2024-01-30");
	assert_string_equal(r->handed_over_to, "処分業者");
	r = judge(dir, "D.followup-1.json");
	assert_string_equal(r->record_type, "handover");
	assert_code(r, 0);

	/* Then it is destroyed. */
	assert_int_equal(destroy(dir, "D.json", "2024-01-31", photo, &second),
			 0);
	r = judge(dir, "D.json");
	assert_true(r->closed);
	assert_string_equal(r->destroyed_on, "2024-01-31");
	assert_string_equal(r->handed_over_on, "2024-01-30");
	assert_code(r, 0);
}

static void one_record_tells_of_both(void **state)
{
	SCRATCH(dir);
	IN(record, dir, "D.json");
	struct haiki_followup f = {
		.record = record, .method = "細断", .date = "2024-01-31",
		.handover = "処分業者", .handover_date = "2024-01-30",
		.contractor = "処分業者",
		.operator_name = "山田 太郎", .role = "operator",
	};
	CLEANUP(free) char *path = NULL;
	const struct haiki_report *r;
	struct fixture fixture;

	(void)state;
	fixture_fill(&fixture, FIXTURE_FAILURE, "kimitsu1");
	issue(&fixture, dir, "D");
	fixture_free(&fixture);
	/* Not after it was destroyed, not before it was erased. */
	f.handover_date = "2024-02-01";
	assert_int_equal(haiki_close(&f, operator, &path, NULL, NULL), -EINVAL);
	f.handover_date = "2023-01-01";
	assert_int_equal(haiki_close(&f, operator, &path, NULL, NULL), -EINVAL);
	f.handover_date = "2024-01-30";
	/* Not to nobody; and alone it has no contractor. */
	f.handover = NULL;
	assert_int_equal(haiki_close(&f, operator, &path, NULL, NULL), -EINVAL);
	f.handover = "処分業者";
	f.method = NULL;
	assert_int_equal(haiki_close(&f, operator, &path, NULL, NULL), -EINVAL);
	f.method = "細断";
	assert_int_equal(lines_of(dir), 1);
	assert_int_equal(haiki_close(&f, operator, &path, NULL, NULL), 0);
	r = judge(dir, "D.json");
	assert_true(r->closed);
	assert_string_equal(r->destroyed_on, "2024-01-31");
	assert_string_equal(r->handed_over_on, "2024-01-30");
	assert_string_equal(judge(dir, "D.followup-1.json")->record_type,
			    "destruction");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_each_story),
		cmocka_unit_test(training_is_never_enough),
		cmocka_unit_test(waits_for_the_witness),
		cmocka_unit_test(knows_the_longest_name),
		cmocka_unit_test(operator_is_not_the_witness),
		cmocka_unit_test(trusts_only_the_given_authority),
		cmocka_unit_test(stick_key_signs_for_nobody),
		cmocka_unit_test(notices_every_changed_byte),
		cmocka_unit_test(notices_exchanged_files),
		cmocka_unit_test(notices_what_the_ledger_says),
		cmocka_unit_test(form_must_be_canonical),
		cmocka_unit_test(survives_rubbish),
		cmocka_unit_test(waits_for_no_pipe),
		cmocka_unit_test(settles_after_each_step),
		cmocka_unit_test(settles_what_is_empty),
		cmocka_unit_test(adopts_the_first_record),
		cmocka_unit_test(adopts_nothing_else),
		cmocka_unit_test(survives_being_killed),
		cmocka_unit_test(destruction_closes_the_case),
		cmocka_unit_test(forged_destruction_closes_nothing),
		cmocka_unit_test(follows_up_only_records),
		cmocka_unit_test(refuses_impossible_destructions),
		cmocka_unit_test(handover_closes_nothing),
		cmocka_unit_test(one_record_tells_of_both),
	};

	return cmocka_run_group_tests(tests, open_office, close_office);
}
