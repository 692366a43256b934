/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <haiki/verify.h>

#include "base/cleanup.h"
#include "certificate/fixture.h"
#include "certificate/paper.h"
#include "certificate/signer.h"
#include "scratch.h"

/*
 * Writes packages as `haiki erase` leaves them, for package_test.sh: with
 * HAIKI_PACKAGE=DIR the keys are those in DIR/keys and the records go to
 * DIR/records; else to a directory that goes away again.
 */
static int tell(void *opaque, const char *what, char *buf, size_t size)
{
	(void)opaque;
	(void)what;
	return snprintf(buf, size, "correct horse battery");
}

static void issue(const char *out, struct haiki_signer *signer,
		  struct fixture *f, const char *base)
{
	CLEANUP(free) char *transcript = NULL, *path = NULL;
	struct haiki_error err = { 0 };

	assert_true(asprintf(&transcript, "%s.transcript.jsonl", base) > 0);
	put_file(in(out, transcript), "{}\n", 3);
	f->record.transcript_sha256 = NULL;
	if (certificate_issue(&f->record, signer, out, base, &path, &err) < 0)
		fail_msg("%s", err.text);
	/* For scripts that ask for it: with the PDF, signed. */
	if (getenv("HAIKI_PACKAGE_PDF") &&
	    certificate_paper(path, &(struct paper){ .signer = signer,
			.role = "operator", .lang = "ja" }, NULL, &err) < 0)
		fail_msg("%s", err.text);
}

static void writes_packages(void **state)
{
	static const struct {
		const char *base, *class_id;
		enum fixture_story story;
		bool contractor, simulated;
	} packages[] = {
		{ "good", "kimitsu3", FIXTURE_OVERWRITE, false, false },
		{ "ssd", "kimitsu1", FIXTURE_BLOCK_ERASE, false, false },
		{ "destroy", "my-number", FIXTURE_BLOCK_ERASE, false, false },
		{ "witness", "kimitsu3", FIXTURE_OVERWRITE, true, false },
		{ "training", "kimitsu3", FIXTURE_OVERWRITE, false, true },
		{ "failed", "kimitsu1", FIXTURE_FAILURE, false, false },
		{ "interrupted", "kimitsu1", FIXTURE_INTERRUPTED, false, false },
	};
	const char *given = getenv("HAIKI_PACKAGE");
	SCRATCH(own);
	const char *dir = given ? given : own;
	IN(keys, dir, "keys");
	IN(out, dir, "records");
	IN(key, dir, "keys/operator.key");
	IN(cert, dir, "keys/operator.crt");
	struct haiki_signer *signer = NULL;

	(void)state;
	if (!given)
		assert_int_equal(haiki_keygen(&(struct haiki_keygen){
			.name = "山田 太郎", .organisation = "福岡県",
			.directory = keys, .ca = true,
			.passphrase = "correct horse battery" }, NULL), 0);
	assert_int_equal(mkdir(out, 0777), 0);
	assert_int_equal(haiki_signer_load(key, cert, tell, NULL, &signer,
					   NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(packages); i++) {
		struct fixture f;

		fixture_fill(&f, packages[i].story, packages[i].class_id);
		/* Long ago, so that a destruction can follow. */
		fixture_move(&f, 1700000000);
		f.record.before.simulated = packages[i].simulated;
		if (packages[i].simulated)
			snprintf(f.record.before.path,
				 sizeof(f.record.before.path), "sim:loop7");
		f.record.witness = "鈴木 花子";
		f.record.contractor = packages[i].contractor ? "業者" : NULL;
		fixture_judge(&f);
		if (packages[i].story == FIXTURE_INTERRUPTED)
			f.record.verdict.result = HAIKI_INTERRUPTED;
		issue(out, signer, &f, packages[i].base);
		fixture_free(&f);
	}
	haiki_signer_free(signer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_packages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
