/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/cms.h"
#include "scratch.h"

static const char content[] = "{\"certificate_id\":\"0123456789ab-000001\"}";
#define LENGTH (sizeof(content) - 1)

struct people {
	char directory[32];
	char other[32];
	struct haiki_signer *operator, *witness;
};

static int meet(void **state)
{
	static struct people people = {
		.directory = "/tmp/haiki-test-XXXXXX",
		.other = "/tmp/haiki-test-XXXXXX",
	};

	*state = &people;
	return !mkdtemp(people.directory) || !mkdtemp(people.other) ||
		haiki_stick_signer(people.directory, &people.operator, NULL) ||
		haiki_stick_signer(people.other, &people.witness, NULL);
}

static int part(void **state)
{
	struct people *people = *state;

	haiki_signer_free(people->operator);
	haiki_signer_free(people->witness);
	scratch_cleanup(&people->directory);
	scratch_cleanup(&people->other);
	return 0;
}

static void signs_and_reads(void **state)
{
	struct people *people = *state;
	CLEANUP(free) uint8_t *der = NULL, *both = NULL;
	CLEANUP(cms) struct cms cms = { 0 };
	size_t length = 0, both_length = 0;
	time_t now = time(NULL);

	assert_int_equal(cms_sign(content, LENGTH, people->operator,
				  "operator", &der, &length, NULL), 0);
	assert_int_equal(cms_read(NULL, der, length, content, LENGTH, &cms, NULL), 0);
	assert_int_equal(cms.count, 1);
	assert_true(cms.signatures[0].valid);
	assert_string_equal(cms.signatures[0].role, "operator");
	assert_true(cms.signatures[0].signed_at <= now &&
		    cms.signatures[0].signed_at > now - 10);
	cms_cleanup(&cms);

	assert_int_equal(cms_add_signer(content, LENGTH, der, length,
					people->witness, "witness", &both,
					&both_length, NULL), 0);
	assert_int_equal(cms_read(NULL, both, both_length, content, LENGTH, &cms,
				  NULL), 0);
	assert_int_equal(cms.count, 2);
	for (size_t i = 0; i < 2; i++) {
		bool witness = !strcmp(cms.signatures[i].role, "witness");
		char fingerprint[65];

		assert_true(cms.signatures[i].valid);
		cert_fingerprint(cms.signatures[i].cert, fingerprint);
		assert_string_equal(fingerprint, haiki_signer_fingerprint(
			witness ? people->witness : people->operator));
	}
	assert_string_not_equal(cms.signatures[0].role,
				cms.signatures[1].role);
}

static void refuses_to_add_to_something_altered(void **state)
{
	struct people *people = *state;
	CLEANUP(free) uint8_t *der = NULL, *both = NULL;
	size_t length = 0, both_length = 0;
	char other[sizeof(content)];

	memcpy(other, content, sizeof(other));
	other[20] ^= 1;
	assert_int_equal(cms_sign(content, LENGTH, people->operator,
				  "operator", &der, &length, NULL), 0);
	assert_int_equal(cms_add_signer(other, LENGTH, der, length,
					people->witness, "witness", &both,
					&both_length, NULL), -EBADMSG);
	assert_int_equal(cms_add_signer(content, LENGTH, der, length,
					people->operator, "witness", &both,
					&both_length, NULL), -EEXIST);
	assert_int_equal(cms_add_signer(content, LENGTH, der, length - 1,
					people->witness, "witness", &both,
					&both_length, NULL), -EBADMSG);
	assert_null(both);
}

/* Read without complaint, and every signature valid. */
static bool passes(const uint8_t *der, size_t length, const void *text,
		   size_t text_length)
{
	CLEANUP(cms) struct cms cms = { 0 };

	if (cms_read(NULL, der, length, text, text_length, &cms, NULL) < 0)
		return false;
	for (size_t i = 0; i < cms.count; i++)
		if (!cms.signatures[i].valid)
			return false;
	return true;
}

static void notices_every_changed_bit(void **state)
{
	struct people *people = *state;
	CLEANUP(free) uint8_t *one = NULL, *der = NULL;
	size_t one_length = 0, length = 0;
	char text[sizeof(content)];

	assert_int_equal(cms_sign(content, LENGTH, people->operator,
				  "operator", &one, &one_length, NULL), 0);
	assert_int_equal(cms_add_signer(content, LENGTH, one, one_length,
					people->witness, "witness", &der,
					&length, NULL), 0);
	assert_true(passes(der, length, content, LENGTH));
	for (size_t i = 0; i < length; i++)
		for (int bit = (int)(i % 5); bit < 8; bit += 5) {
			der[i] ^= (uint8_t)(1 << bit);
			if (passes(der, length, content, LENGTH))
				fail_msg("byte %zu bit %d", i, bit);
			der[i] ^= (uint8_t)(1 << bit);
		}
	memcpy(text, content, sizeof(text));
	for (size_t i = 0; i < LENGTH; i++) {
		text[i] ^= 1;
		assert_false(passes(der, length, text, LENGTH));
		text[i] ^= 1;
	}
	for (size_t i = 0; i < length; i++)
		assert_false(passes(der, i, content, LENGTH));
	assert_false(passes(der, length, content, LENGTH - 1));
	assert_false(passes(der, length, content, LENGTH + 1));
	assert_true(passes(der, length, content, LENGTH));
}

/* --- what OpenSSL accepts, and we don't ------------------------------------ */

typedef bool change(CMS_ContentInfo *info, struct people *people);

static CMS_SignerInfo *first(CMS_ContentInfo *info)
{
	return sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(info), 0);
}

static bool add_unsigned_attribute(CMS_ContentInfo *info,
				   struct people *people)
{
	(void)people;
	return CMS_unsigned_add1_attr_by_NID(first(info),
		NID_pkcs9_unstructuredName, V_ASN1_UTF8STRING, "x", 1) == 1;
}

static bool add_certificate(CMS_ContentInfo *info, struct people *people)
{
	return CMS_add1_cert(info, people->witness->cert) == 1;
}

/* (r, n-s) is as good a signature as (r, s). */
static bool use_other_s(CMS_ContentInfo *info, struct people *people)
{
	ASN1_OCTET_STRING *stored = CMS_SignerInfo_get0_signature(first(info));
	const unsigned char *der = ASN1_STRING_get0_data(stored);
	ECDSA_SIG *s = d2i_ECDSA_SIG(NULL, &der, ASN1_STRING_length(stored));
	BIGNUM *order = NULL, *other = BN_new();
	unsigned char *out = NULL;
	int length;

	EVP_PKEY_get_bn_param(people->operator->key, "order", &order);
	BN_sub(other, order, ECDSA_SIG_get0_s(s));
	ECDSA_SIG_set0(s, BN_dup(ECDSA_SIG_get0_r(s)), other);
	length = i2d_ECDSA_SIG(s, &out);
	ASN1_STRING_set0(stored, out, length);
	ECDSA_SIG_free(s);
	BN_free(order);
	CMS_SignerInfo_set1_signer_cert(first(info), people->operator->cert);
	return CMS_SignerInfo_verify(first(info)) > 0;
}

static bool change_nothing(CMS_ContentInfo *info, struct people *people)
{
	(void)info;
	(void)people;
	return true;
}

static void accepts_one_form_only(void **state)
{
	static const struct { change *apply; bool passes; } cases[] = {
		{ change_nothing, true },
		{ add_unsigned_attribute, false },
		{ use_other_s, false },
	};
	struct people *people = *state;
	CLEANUP(free) uint8_t *der = NULL;
	size_t length = 0;

	assert_int_equal(cms_sign(content, LENGTH, people->operator,
				  "operator", &der, &length, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const unsigned char *p = der;
		unsigned char *changed = NULL;
		CMS_ContentInfo *info = d2i_CMS_ContentInfo(NULL, &p,
							    (long)length);
		int n;

		assert_true(cases[i].apply(info, people));
		n = i2d_CMS_ContentInfo(info, &changed);
		assert_true(n > 0);
		assert_int_equal(passes(changed, (size_t)n, content, LENGTH),
				 cases[i].passes);
		OPENSSL_free(changed);
		CMS_ContentInfo_free(info);
	}
}

/* A surplus certificate is well-formed; who verifies has to look at it. */
static void tells_of_surplus_certificates(void **state)
{
	struct people *people = *state;
	CLEANUP(free) uint8_t *der = NULL;
	CLEANUP(cms) struct cms cms = { 0 };
	size_t length = 0;
	const unsigned char *p;
	unsigned char *changed = NULL;
	CMS_ContentInfo *info;
	int n;

	assert_int_equal(cms_sign(content, LENGTH, people->operator,
				  "operator", &der, &length, NULL), 0);
	p = der;
	info = d2i_CMS_ContentInfo(NULL, &p, (long)length);
	assert_true(add_certificate(info, people));
	n = i2d_CMS_ContentInfo(info, &changed);
	assert_int_equal(cms_read(NULL, changed, (size_t)n, content, LENGTH, &cms,
				  NULL), 0);
	assert_int_equal(cms.count, 1);
	assert_int_equal(sk_X509_num(cms.certs), 2);
	OPENSSL_free(changed);
	CMS_ContentInfo_free(info);
}

static void refuses_what_others_write(void **state)
{
	static const unsigned flags[] = {
		CMS_BINARY,                        /* content inside */
		CMS_BINARY | CMS_DETACHED,         /* no CAdES, no role */
		CMS_BINARY | CMS_DETACHED | CMS_CADES,
		CMS_BINARY | CMS_DETACHED | CMS_NOATTR,
		CMS_BINARY | CMS_DETACHED | CMS_NOCERTS | CMS_CADES,
		CMS_BINARY | CMS_DETACHED | CMS_USE_KEYID | CMS_CADES,
	};
	struct people *people = *state;

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		BIO *bio = BIO_new_mem_buf(content, LENGTH);
		CMS_ContentInfo *info = CMS_sign(people->operator->cert,
			people->operator->key, NULL, bio, flags[i]);
		unsigned char *der = NULL;
		int n;

		assert_non_null(info);
		n = i2d_CMS_ContentInfo(info, &der);
		assert_true(n > 0);
		assert_false(passes(der, (size_t)n, content, LENGTH));
		OPENSSL_free(der);
		CMS_ContentInfo_free(info);
		BIO_free(bio);
	}
	assert_false(passes((const uint8_t *)"", 0, content, LENGTH));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_and_reads),
		cmocka_unit_test(refuses_to_add_to_something_altered),
		cmocka_unit_test(notices_every_changed_bit),
		cmocka_unit_test(accepts_one_form_only),
		cmocka_unit_test(tells_of_surplus_certificates),
		cmocka_unit_test(refuses_what_others_write),
	};

	return cmocka_run_group_tests(tests, meet, part);
}
