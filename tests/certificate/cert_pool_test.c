/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "certificate/cert_pool.h"
#include "certificate/people.h"

static struct office office;

static int open_office(void **state)
{
	(void)state;
	office_open(&office);
	return 0;
}

static int close_office(void **state)
{
	(void)state;
	office_close(&office);
	return 0;
}

/* The caller frees ->bytes with OPENSSL_free(). */
static struct der der_of(const X509 *cert)
{
	unsigned char *bytes = NULL;
	int length = i2d_X509(cert, &bytes);

	assert_true(length > 0);
	return (struct der){ bytes, (size_t)length };
}

static void knows_whom_it_met(void **state)
{
	struct cert_pool *pool = cert_pool_new();
	struct haiki_signer *person = office_hire(&office, "山田 太郎");
	struct der der = der_of(person->cert), ca = der_of(office.ca);
	struct pooled_cert *first = cert_pool_get(pool, der);
	struct pooled_cert *again = cert_pool_get(pool, der);
	struct pooled_cert *other = cert_pool_get(pool, ca);
	struct pooled_cert *apart = cert_pool_get(NULL, der);

	(void)state;
	assert_non_null(first);
	assert_ptr_equal(first, again);
	assert_ptr_not_equal(first, other);
	assert_ptr_not_equal(first, apart);
	assert_int_equal(X509_cmp(first->x509, person->cert), 0);
	assert_int_equal(X509_cmp(apart->x509, person->cert), 0);
	assert_non_null(first->key);
	assert_non_null(first->order);
	/* They outlive the pool. */
	cert_pool_free(pool);
	assert_int_equal(EVP_PKEY_eq(first->key, person->key), 1);
	cert_pool_put(first);
	cert_pool_put(again);
	cert_pool_put(other);
	cert_pool_put(apart);
	OPENSSL_free((void *)der.bytes);
	OPENSSL_free((void *)ca.bytes);
	haiki_signer_free(person);
}

/* Whatever byte is another one: it is never taken for the one met before. */
static void mistakes_nobody(void **state)
{
	struct cert_pool *pool = cert_pool_new();
	struct der der = der_of(office.ca);
	struct pooled_cert *met = cert_pool_get(pool, der);

	(void)state;
	for (size_t i = 0; i < der.length; i++) {
		struct pooled_cert *other;

		((uint8_t *)der.bytes)[i] ^= 1;
		other = cert_pool_get(pool, der);
		assert_ptr_not_equal(other, met);
		if (other)
			assert_memory_equal(other->der.bytes, der.bytes,
					    der.length);
		cert_pool_put(other);
		((uint8_t *)der.bytes)[i] ^= 1;
	}
	assert_null(cert_pool_get(pool, (struct der){ der.bytes,
						      der.length - 1 }));
	assert_null(cert_pool_get(pool, (struct der){ der.bytes, 0 }));
	cert_pool_put(met);
	cert_pool_free(pool);
	OPENSSL_free((void *)der.bytes);
}

/* 30 81 7f and 30 7f say the same, and only one of them is DER. */
static void takes_der_only(void **state)
{
	struct der der = der_of(office.ca), longer;
	uint8_t *bytes = malloc(der.length + 1);

	(void)state;
	/* 30 82 hh ll -> 30 83 00 hh ll */
	assert_int_equal(der.bytes[1], 0x82);
	memcpy(bytes + 1, der.bytes, der.length);
	bytes[0] = 0x30;
	bytes[1] = 0x83;
	bytes[2] = 0;
	longer = (struct der){ bytes, der.length + 1 };
	assert_null(cert_pool_get(NULL, longer));
	free(bytes);
	OPENSSL_free((void *)der.bytes);
}

/* More than there is room for: some are read again, and all are right. */
static void forgets_rather_than_grows(void **state)
{
	struct cert_pool *pool = cert_pool_new();
	EVP_PKEY *key = NULL;

	(void)state;
	assert_int_equal(x509_new_key(&key, NULL), 0);
	for (unsigned i = 0; i < 600; i++) {
		struct pooled_cert *cert;
		X509 *x509 = NULL;
		struct der der;

		assert_int_equal(x509_issue(X509_STICK, "somebody", "office",
					    key, NULL, NULL, &x509, NULL), 0);
		der = der_of(x509);
		cert = cert_pool_get(pool, der);
		assert_non_null(cert);
		assert_int_equal(X509_cmp(cert->x509, x509), 0);
		cert_pool_put(cert);
		OPENSSL_free((void *)der.bytes);
		X509_free(x509);
	}
	EVP_PKEY_free(key);
	cert_pool_free(pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_whom_it_met),
		cmocka_unit_test(mistakes_nobody),
		cmocka_unit_test(takes_der_only),
		cmocka_unit_test(forgets_rather_than_grows),
	};

	return cmocka_run_group_tests(tests, open_office, close_office);
}
