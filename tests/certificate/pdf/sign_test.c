/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "certificate/pdf/check.h"
#include "certificate/pdf/rendered.h"
#include "certificate/pdf/signature.h"
#include "scratch.h"

static char scratch[] = "/tmp/haiki-test-XXXXXX";
static struct rendered sample;
static struct haiki_signer *signers[3];

static const char *const fields[] = { "operator", "witness", "approver" };

static int make_signer(const char *directory, struct haiki_signer **ret_signer)
{
	struct haiki_error err = { 0 };
	int r = mkdir(directory, 0700);

	if (r == 0)
		r = haiki_stick_signer(directory, ret_signer, &err);
	if (r < 0)
		print_error("%s\n", err.text);
	return r;
}

static int prepare(void **state)
{
	(void)state;
	if (!mkdtemp(scratch) || make_signer(in(scratch, "a"), &signers[0]) ||
	    make_signer(in(scratch, "b"), &signers[1]) ||
	    make_signer(in(scratch, "c"), &signers[2]))
		return -1;
	rendered_new(&sample, FIXTURE_FAILURE, "kimitsu1");
	return rendered_make(&sample, "ja");
}

static int tidy(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++)
		haiki_signer_free(signers[i]);
	rendered_free(&sample);
	scratch_cleanup(&scratch);
	return 0;
}

struct file {
	uint8_t *bytes;
	size_t length;
};

static void file_drop(struct file *file)
{
	free(file->bytes);
}

#define FILE_OF_TEST __attribute__((cleanup(file_drop))) struct file

static int sign(const struct file *in_file, size_t who, const char *role,
		struct file *out)
{
	const struct pdf_signing signing = {
		.signer = signers[who], .role = role, .at = time_now(),
	};
	struct haiki_error err = { 0 };
	void *pdf = NULL;
	int r = certificate_pdf_sign(in_file->bytes, in_file->length, &signing,
				     &pdf, &out->length, NULL, &err);

	assert_int_equal(err.code, r);
	out->bytes = pdf;
	return r;
}

static struct file unsigned_file(void)
{
	struct file file = { malloc(sample.pdf_length), sample.pdf_length };

	memcpy(file.bytes, sample.pdf, sample.pdf_length);
	return file;
}

/* Signed by the first `count`. */
static struct file signed_file(size_t count)
{
	struct file file = unsigned_file();

	for (size_t i = 0; i < count; i++) {
		struct file next;

		assert_int_equal(sign(&file, i, fields[i], &next), 0);
		file_drop(&file);
		file = next;
	}
	return file;
}

static bool has_problem(const struct pdf_check *check, const char *id)
{
	for (size_t i = 0; i < check->problems_count; i++)
		if (!strcmp(check->problems[i].id, id))
			return true;
	return false;
}

static struct pdf_check examine(const struct file *file)
{
	struct haiki_error err = { 0 };
	struct pdf_check check;

	assert_int_equal(certificate_pdf_check(file->bytes, file->length,
					       &check, &err), 0);
	return check;
}

/* --- good files ------------------------------------------------------------- */

static void unsigned_pages_are_the_record(void **state)
{
	FILE_OF_TEST file = unsigned_file();
	struct pdf_check check = examine(&file);

	(void)state;
	assert_int_equal(check.comparison, PDF_SAME);
	assert_int_equal(check.problems_count, 0);
	assert_int_equal(check.signatures_count, 0);
	assert_int_equal(check.json_length, sample.json_length);
	assert_memory_equal(check.json, sample.json, sample.json_length);
	assert_int_equal(check.p7s_length, sizeof(rendered_p7s));
	assert_memory_equal(check.p7s, rendered_p7s, sizeof(rendered_p7s));
	pdf_check_cleanup(&check);
}

static void three_persons_sign(void **state)
{
	(void)state;
	for (size_t count = 1; count <= 3; count++) {
		FILE_OF_TEST file = signed_file(count);
		struct pdf_check check = examine(&file);

		assert_int_equal(check.comparison, PDF_SAME);
		assert_int_equal(check.problems_count, 0);
		assert_int_equal(check.signatures_count, count);
		for (size_t i = 0; i < count; i++) {
			const struct pdf_signature *s = &check.signatures[i];

			assert_true(s->valid);
			assert_string_equal(s->field, fields[i]);
			assert_string_equal(s->name,
				haiki_signer_name(signers[i]));
			assert_string_equal(s->fingerprint,
				haiki_signer_fingerprint(signers[i]));
		}
		pdf_check_cleanup(&check);
	}
}

static void english_is_signed_too(void **state)
{
	struct rendered s;
	struct file file, out;
	struct pdf_check check;

	(void)state;
	rendered_new(&s, FIXTURE_BLOCK_ERASE, "my-number");
	assert_int_equal(rendered_make(&s, "en"), 0);
	file = (struct file){ s.pdf, s.pdf_length };
	assert_int_equal(sign(&file, 1, "witness", &out), 0);
	check = examine(&out);
	assert_int_equal(check.comparison, PDF_SAME);
	assert_int_equal(check.problems_count, 0);
	assert_string_equal(check.signatures[0].field, "witness");
	pdf_check_cleanup(&check);
	file_drop(&out);
	rendered_free(&s);
}

static void a_followup_is_signed_too(void **state)
{
	struct rendered s;
	struct file file, out;
	struct pdf_check check;

	(void)state;
	rendered_followup(&s);
	assert_int_equal(rendered_make(&s, "ja"), 0);
	file = (struct file){ s.pdf, s.pdf_length };
	assert_int_equal(sign(&file, 0, "operator", &out), 0);
	check = examine(&out);
	assert_int_equal(check.comparison, PDF_SAME);
	assert_int_equal(check.problems_count, 0);
	pdf_check_cleanup(&check);
	file_drop(&out);
	rendered_free(&s);
}

static void a_sticks_key_signs_as_operator(void **state)
{
	FILE_OF_TEST file = unsigned_file();
	FILE_OF_TEST out = { 0 };
	struct pdf_check check;

	(void)state;
	assert_int_equal(sign(&file, 0, "stick", &out), 0);
	check = examine(&out);
	assert_string_equal(check.signatures[0].field, "operator");
	assert_string_equal(check.signatures[0].cms.signatures[0].role,
			    "stick");
	pdf_check_cleanup(&check);
}

/* --- what isn't signed ------------------------------------------------------ */

static void a_place_is_signed_once(void **state)
{
	FILE_OF_TEST file = signed_file(1);
	FILE_OF_TEST out = { 0 };

	(void)state;
	assert_int_equal(sign(&file, 1, "operator", &out), -EEXIST);
	assert_int_equal(sign(&file, 1, "contractor", &out), -EINVAL);
	assert_null(out.bytes);
}

static void nothing_altered_is_signed(void **state)
{
	FILE_OF_TEST file = signed_file(1);
	FILE_OF_TEST out = { 0 };

	(void)state;
	file.bytes[sample.pdf_length - 2000] ^= 1;
	assert_int_equal(sign(&file, 1, "witness", &out), -EBADMSG);
	file.bytes[sample.pdf_length - 2000] ^= 1;
	file.bytes[file.length - 3] ^= 1;
	assert_int_equal(sign(&file, 1, "witness", &out), -EBADMSG);
	assert_null(out.bytes);
}

/* --- tampering -------------------------------------------------------------- */

static bool is_noticed(const struct file *file)
{
	struct haiki_error err = { 0 };
	struct pdf_check check;
	bool noticed;

	if (certificate_pdf_check(file->bytes, file->length, &check, &err) < 0)
		return true;
	noticed = check.problems_count > 0;
	/* What isn't the same is always said to be a problem. */
	assert_true(noticed || check.comparison == PDF_SAME);
	pdf_check_cleanup(&check);
	return noticed;
}

static void any_byte_changed_is_noticed(void **state)
{
	FILE_OF_TEST file = signed_file(2);
	/* Closer together where signatures are. */
	size_t steps[] = { 9001, 3001 };

	(void)state;
	for (size_t at = 0; at < file.length;
	     at += steps[at >= sample.pdf_length]) {
		file.bytes[at] ^= 0x01;
		if (!is_noticed(&file))
			fail_msg("byte %zu", at);
		file.bytes[at] ^= 0x01;
	}
	assert_false(is_noticed(&file));
}

static void the_gap_has_one_form(void **state)
{
	FILE_OF_TEST file = signed_file(1);
	uint8_t *contents = memmem(file.bytes + sample.pdf_length,
				   file.length - sample.pdf_length,
				   "/Contents<", 10);

	(void)state;
	assert_non_null(contents);
	contents += 10;
	/* The same signature in capitals; digits behind its end. */
	for (size_t i = 0; i < 400; i++)
		if (contents[i] >= 'a') {
			contents[i] -= 32;
			assert_true(is_noticed(&file));
			contents[i] += 32;
			break;
		}
	contents[2 * REVISION_CONTENTS - 1] = '1';
	assert_true(is_noticed(&file));
	contents[2 * REVISION_CONTENTS - 1] = '0';
	assert_false(is_noticed(&file));
}

static struct file with_appended(const struct file *file, const char *text)
{
	struct file out = { malloc(file->length + strlen(text)),
			    file->length + strlen(text) };

	memcpy(out.bytes, file->bytes, file->length);
	memcpy(out.bytes + file->length, text, strlen(text));
	return out;
}

static void an_appended_revision_is_noticed(void **state)
{
	static const char *const tails[] = {
		"\n", "%%EOF\n",
		"99 0 obj\n<</Type/Page/Parent 2 0 R>>\nendobj\n"
		"xref\n0 0\ntrailer\n<</Root 1 0 R>>\nstartxref\n7\n%%EOF\n",
		"99 0 obj\n" REVISION_DICTIONARY "/M(D:20261121183015+09'00')",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tails); i++)
		for (size_t count = 0; count < 2; count++) {
			FILE_OF_TEST file = signed_file(count);
			FILE_OF_TEST out = with_appended(&file, tails[i]);
			struct pdf_check check = examine(&out);

			assert_true(has_problem(&check, "pdf-appended"));
			pdf_check_cleanup(&check);
		}
}

static void truncation_is_noticed(void **state)
{
	FILE_OF_TEST file = signed_file(1);
	size_t length = file.length;

	(void)state;
	for (size_t cut = 1; cut < 40000; cut += 7919) {
		file.length = length - cut;
		assert_true(is_noticed(&file));
	}
	/* Without its signature it is what it was: the record names the
	 * signers that must be there. */
	file.length = sample.pdf_length;
	assert_false(is_noticed(&file));
	file.length = 10;
	assert_true(is_noticed(&file));
}

/* A valid signature, by a key that counts, over a revision that shows another
 * name than the certificate's. */
static void a_false_appearance_is_noticed(void **state)
{
	FILE_OF_TEST file = unsigned_file();
	CLEANUP(examined) struct examined e = { 0 };
	CLEANUP(update) struct revision_update update = { 0 };
	const struct revision_signature lie = {
		.field = "operator", .name = "別人",
		.fingerprint = haiki_signer_fingerprint(signers[0]),
		.time = "2020-11-21T09:30:15+09:00",
	};
	CLEANUP(free) uint8_t *content = NULL, *der = NULL;
	struct pdf_check check;
	size_t covered, size;

	(void)state;
	assert_int_equal(examined_new(file.bytes, file.length, &e, NULL), 0);
	assert_int_equal(revision_make(&e.rendering, &e.end, &lie, &update,
				       NULL), 0);
	file.bytes = realloc(file.bytes, update.after.length);
	memcpy(file.bytes + file.length, update.bytes.bytes,
	       update.bytes.length);
	content = signature_content(file.bytes, update.gap_start,
				    update.gap_end, update.after.length,
				    &covered);
	assert_int_equal(cms_sign(content, covered, signers[0], "operator",
				  &der, &size, NULL), 0);
	assert_true(revision_fill(file.bytes + update.gap_start,
				  update.gap_end - update.gap_start, der,
				  size));
	file.length = update.after.length;
	check = examine(&file);
	assert_int_equal(check.comparison, PDF_ALTERED);
	assert_true(has_problem(&check, "pdf-altered"));
	/* The time shown isn't the one that the signer's clock gave. */
	assert_true(has_problem(&check, "pdf-signature-invalid"));
	pdf_check_cleanup(&check);
}

static void changed_metadata_are_noticed(void **state)
{
	FILE_OF_TEST file = unsigned_file();
	struct pdf_check check;
	uint8_t *author = memmem(file.bytes, file.length,
				 "<dc:creator><rdf:Seq><rdf:li>", 29);

	(void)state;
	assert_non_null(author);
	author[29] ^= 2;
	check = examine(&file);
	assert_int_equal(check.comparison, PDF_ALTERED);
	assert_true(has_problem(&check, "pdf-altered"));
	pdf_check_cleanup(&check);
}

/* Another version's pages can't be compared; that is never "sound". */
static void another_version_is_told_apart(void **state)
{
	FILE_OF_TEST file = unsigned_file();
	uint8_t *producer = memmem(file.bytes, file.length,
				   "/Producer(haiki-pdf/", 20);
	struct pdf_check check;

	(void)state;
	assert_non_null(producer);
	producer[20]++;
	check = examine(&file);
	assert_int_equal(check.comparison, PDF_NOT_COMPARED);
	assert_true(has_problem(&check, "pdf-not-compared"));
	pdf_check_cleanup(&check);
}

static void other_files_are_refused(void **state)
{
	static const char *const texts[] = {
		"", "%PDF-1.7\n", "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n",
		"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj\n<</Length 99/Filter"
		"/FlateDecode/Type/EmbeddedFile/Subtype/application#2Fjson/"
		"\nstream\nabc",
		"not a PDF at all",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct haiki_error err = { 0 };
		struct pdf_check check;

		assert_int_equal(certificate_pdf_check(texts[i],
						       strlen(texts[i]),
						       &check, &err),
				 -EBADMSG);
		assert_true(err.text[0]);
	}
}

/* --- for sign_test.sh --------------------------------------------------------- */

static int ask(void *opaque, const char *what, char *buf, size_t size)
{
	(void)opaque;
	(void)what;
	return snprintf(buf, size, "correct horse");
}

/* signed1.pdf by a key that ca.crt vouches for, signed3.pdf with two more. */
static int export(const char *directory)
{
	const struct haiki_keygen keys = {
		.name = "𠮷田 槗之介", .organisation = "福岡県",
		.directory = directory, .ca = true,
		.passphrase = "correct horse",
	};
	struct file file;

	if (haiki_keygen(&keys, NULL) < 0)
		return 1;
	haiki_signer_free(signers[0]);
	signers[0] = NULL;
	if (haiki_signer_load(in(directory, "operator.key"),
			      in(directory, "operator.crt"), ask, NULL,
			      &signers[0], NULL) < 0)
		return 1;
	for (size_t count = 1; count <= 3; count += 2) {
		char name[16];

		file = signed_file(count);
		snprintf(name, sizeof(name), "signed%zu.pdf", count);
		put_file(in(directory, name), file.bytes, file.length);
		file_drop(&file);
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(unsigned_pages_are_the_record),
		cmocka_unit_test(three_persons_sign),
		cmocka_unit_test(english_is_signed_too),
		cmocka_unit_test(a_followup_is_signed_too),
		cmocka_unit_test(a_sticks_key_signs_as_operator),
		cmocka_unit_test(a_place_is_signed_once),
		cmocka_unit_test(nothing_altered_is_signed),
		cmocka_unit_test(any_byte_changed_is_noticed),
		cmocka_unit_test(the_gap_has_one_form),
		cmocka_unit_test(an_appended_revision_is_noticed),
		cmocka_unit_test(truncation_is_noticed),
		cmocka_unit_test(a_false_appearance_is_noticed),
		cmocka_unit_test(changed_metadata_are_noticed),
		cmocka_unit_test(another_version_is_told_apart),
		cmocka_unit_test(other_files_are_refused),
	};

	if (argc == 3 && !strcmp(argv[1], "export"))
		return prepare(NULL) || export(argv[2]) || tidy(NULL);
	return cmocka_run_group_tests(tests, prepare, tidy);
}
