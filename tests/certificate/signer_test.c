/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <haiki/key.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "certificate/signer.h"
#include "scratch.h"

#define PASSPHRASE "正しい馬 battery"

/* One set of keys for all cases: each passphrase costs 0.2 s. */
static char keys[] = "/tmp/haiki-test-XXXXXX";

static const struct haiki_keygen options = {
	.name = "𠮷田 太郎", .organisation = "福岡県", .directory = keys,
	.ca = true, .passphrase = PASSPHRASE,
};

static int make_keys(void **state)
{
	(void)state;
	return mkdtemp(keys) ? haiki_keygen(&options, NULL) : -1;
}

static int remove_keys(void **state)
{
	(void)state;
	scratch_cleanup(&keys);
	return 0;
}

static int tell(void *opaque, const char *what, char *buf, size_t size)
{
	(void)what;
	return opaque ? snprintf(buf, size, "%s", (const char *)opaque) :
		-EACCES;
}

static int load(const char *key, const char *cert, const char *passphrase,
		struct haiki_signer **signer)
{
	struct haiki_error err = { 0 };
	int r = haiki_signer_load(in(keys, key), in(keys, cert), tell,
				  (void *)passphrase, signer, &err);

	assert_int_equal(err.code, r);
	assert_true(!!err.text[0] == (r < 0));
	return r;
}

static void has_proper_modes(void **state)
{
	static const struct { const char *name; unsigned mode; } files[] = {
		{ "operator.key", 0600 }, { "ca.key", 0600 },
		{ "operator.crt", 0644 }, { "operator.csr", 0644 },
		{ "ca.crt", 0644 },
	};
	struct stat st;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		assert_int_equal(stat(in(keys, files[i].name), &st), 0);
		assert_int_equal(st.st_mode & 0777, files[i].mode);
	}
}

static void loads_with_the_passphrase(void **state)
{
	CLEANUP(signer) struct haiki_signer *signer = NULL;

	(void)state;
	assert_int_equal(load("operator.key", "operator.crt", PASSPHRASE,
			      &signer), 0);
	assert_string_equal(haiki_signer_name(signer), "𠮷田 太郎");
	assert_int_equal(strlen(haiki_signer_fingerprint(signer)), 64);
}

static void refuses_wrong_parts(void **state)
{
	CLEANUP(signer) struct haiki_signer *signer = NULL;

	(void)state;
	assert_int_equal(load("operator.key", "operator.crt", "wrong phrase",
			      &signer), -EACCES);
	assert_int_equal(load("operator.key", "operator.crt", NULL, &signer),
			 -EACCES);
	assert_int_equal(load("operator.key", "ca.crt", PASSPHRASE, &signer),
			 -EKEYREJECTED);
	assert_int_equal(load("operator.crt", "operator.crt", PASSPHRASE,
			      &signer), -EBADMSG);
	assert_int_equal(load("operator.key", "operator.csr", PASSPHRASE,
			      &signer), -EBADMSG);
	assert_int_equal(load("none.key", "operator.crt", PASSPHRASE, &signer),
			 -ENOENT);
	assert_int_equal(load("operator.key", "none.crt", PASSPHRASE, &signer),
			 -ENOENT);
	assert_null(signer);
}

static X509 *read_cert(const char *name)
{
	STACK_OF(X509) *certs = NULL;
	X509 *cert;

	assert_int_equal(certs_load(in(keys, name), &certs, NULL), 0);
	assert_int_equal(sk_X509_num(certs), 1);
	cert = sk_X509_shift(certs);
	sk_X509_free(certs);
	return cert;
}

static void makes_certificates_of_the_right_kind(void **state)
{
	CLEANUP(cert) X509 *ca = read_cert("ca.crt");
	CLEANUP(cert) X509 *operator = read_cert("operator.crt");
	CLEANUP(key) EVP_PKEY *key = X509_get_pubkey(ca);
	int days = 0, seconds = 0;

	(void)state;
	assert_int_equal(X509_check_ca(ca), 1);
	assert_int_equal(X509_check_ca(operator), 0);
	assert_int_equal(X509_verify(operator, key), 1);
	assert_int_equal(X509_check_issued(ca, operator), X509_V_OK);
	assert_int_equal(X509_check_purpose(operator, X509_PURPOSE_SMIME_SIGN,
					    0), 1);
	assert_int_equal(X509_get_key_usage(operator),
			 KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION);
	assert_int_equal(X509_get_key_usage(ca),
			 KU_KEY_CERT_SIGN | KU_CRL_SIGN);
	ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(operator),
		       X509_get0_notAfter(operator));
	assert_int_equal(days, 1096);
	ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(ca),
		       X509_get0_notAfter(ca));
	assert_int_equal(days, 3652);
	assert_true(ASN1_STRING_length(X509_get0_serialNumber(operator)) > 8);
}

static void never_overwrites(void **state)
{
	SCRATCH(dir);
	struct haiki_keygen o = options;
	struct stat st;

	(void)state;
	o.directory = dir;
	put_file(in(dir, "ca.crt"), "mine", 4);
	assert_int_equal(haiki_keygen(&o, NULL), -EEXIST);
	assert_int_equal(stat(in(dir, "operator.key"), &st), -1);
	assert_int_equal(stat(in(dir, "ca.key"), &st), -1);
	assert_int_equal(stat(in(dir, "ca.crt"), &st), 0);
	assert_int_equal(st.st_size, 4);
}

static void refuses_bad_options(void **state)
{
	static const struct haiki_keygen bad[] = {
		{ .name = "", .organisation = "O", .passphrase = "longenough" },
		{ .name = "N", .organisation = NULL,
		  .passphrase = "longenough" },
		{ .name = "a\nb", .organisation = "O",
		  .passphrase = "longenough" },
		{ .name = "\xff", .organisation = "O",
		  .passphrase = "longenough" },
		{ .name = "12345678901234567890123456789012345678901234567890123456789012345",
		  .organisation = "O", .passphrase = "longenough" },
		{ .name = "N", .organisation = "O", .passphrase = "short" },
		{ .name = "N", .organisation = "O" },
		{ .name = "N", .organisation = "O", .passphrase = "longenough",
		  .ca = true, .issuer = "." },
	};
	SCRATCH(dir);
	IN(inner, dir, "new");
	struct stat st;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct haiki_keygen o = bad[i];

		o.directory = inner;
		assert_int_equal(haiki_keygen(&o, NULL), -EINVAL);
		assert_int_equal(stat(inner, &st), -1);
	}
}

static void issues_for_a_second_person(void **state)
{
	SCRATCH(dir);
	CLEANUP(cert) X509 *ca = read_cert("ca.crt");
	CLEANUP(certs) STACK_OF(X509) *certs = NULL;
	struct haiki_keygen o = {
		.name = "山田 花子", .organisation = "福岡県",
		.directory = dir, .passphrase = "another phrase",
		.issuer = keys, .issuer_passphrase = PASSPHRASE,
	};

	(void)state;
	assert_int_equal(haiki_keygen(&o, NULL), 0);
	assert_int_equal(certs_load(in(dir, "operator.crt"), &certs, NULL), 0);
	assert_int_equal(X509_check_issued(ca, sk_X509_value(certs, 0)),
			 X509_V_OK);
	assert_int_equal(access(in(dir, "ca.key"), F_OK), -1);
}

static void write_plain_key(const char *name, EVP_PKEY *key)
{
	FILE *f = fopen(in(keys, name), "w");

	assert_non_null(f);
	assert_int_equal(PEM_write_PKCS8PrivateKey(f, key, NULL, NULL, 0, NULL,
						   NULL), 1);
	fclose(f);
}

static void refuses_kinds_of_key_that_cannot_sign(void **state)
{
	EVP_PKEY *bad[] = {
		EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"),
		EVP_EC_gen("secp256k1"),
		EVP_EC_gen("P-224"),
		EVP_RSA_gen(1024),
	};
	EVP_PKEY *good[] = { EVP_EC_gen("P-384"), EVP_RSA_gen(2048) };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct haiki_signer *signer = NULL;

		assert_non_null(bad[i]);
		assert_int_equal(key_acceptable(bad[i], NULL), -EKEYREJECTED);
		write_plain_key("bad.key", bad[i]);
		assert_int_equal(load("bad.key", "operator.crt", NULL,
				      &signer), -EKEYREJECTED);
		EVP_PKEY_free(bad[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(key_acceptable(good[i], NULL), 0);
		EVP_PKEY_free(good[i]);
	}
}

static void makes_one_stick_key(void **state)
{
	SCRATCH(dir);
	CLEANUP(signer) struct haiki_signer *a = NULL, *b = NULL;
	struct stat st;

	(void)state;
	assert_int_equal(haiki_stick_signer(dir, &a, NULL), 0);
	assert_int_equal(haiki_stick_signer(dir, &b, NULL), 0);
	assert_string_equal(haiki_signer_fingerprint(a),
			    haiki_signer_fingerprint(b));
	assert_int_equal(stat(in(dir, "stick.key"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* Power failed between the two files: the certificate alone. */
	assert_int_equal(unlink(in(dir, "stick.key")), 0);
	haiki_signer_free(TAKE(b));
	assert_int_equal(haiki_stick_signer(dir, &b, NULL), 0);
	assert_string_not_equal(haiki_signer_fingerprint(a),
				haiki_signer_fingerprint(b));
}

/* What nobody would accept isn't signed with. */
static void knows_what_nobody_accepts(void **state)
{
	CLEANUP(signer) struct haiki_signer *person = NULL, *ca = NULL;
	struct haiki_error err = { 0 };

	(void)state;
	assert_int_equal(load("operator.key", "operator.crt", PASSPHRASE,
			      &person), 0);
	assert_int_equal(haiki_signer_check(person, &err), 0);
	X509_gmtime_adj(X509_getm_notAfter(person->cert), -100);
	assert_int_equal(haiki_signer_check(person, &err), -EKEYREJECTED);
	assert_non_null(strstr(err.text, "expired on"));
	X509_gmtime_adj(X509_getm_notAfter(person->cert), 86400);
	X509_gmtime_adj(X509_getm_notBefore(person->cert), 3600);
	assert_int_equal(haiki_signer_check(person, &err), -EKEYREJECTED);
	assert_non_null(strstr(err.text, "clock"));
	assert_int_equal(load("ca.key", "ca.crt", PASSPHRASE, &ca), 0);
	assert_int_equal(haiki_signer_check(ca, &err), -EKEYREJECTED);
	assert_non_null(strstr(err.text, "for signing"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_proper_modes),
		cmocka_unit_test(loads_with_the_passphrase),
		cmocka_unit_test(refuses_wrong_parts),
		cmocka_unit_test(makes_certificates_of_the_right_kind),
		cmocka_unit_test(never_overwrites),
		cmocka_unit_test(refuses_bad_options),
		cmocka_unit_test(issues_for_a_second_person),
		cmocka_unit_test(refuses_kinds_of_key_that_cannot_sign),
		cmocka_unit_test(makes_one_stick_key),
		cmocka_unit_test(knows_what_nobody_accepts),
	};

	return cmocka_run_group_tests(tests, make_keys, remove_keys);
}
