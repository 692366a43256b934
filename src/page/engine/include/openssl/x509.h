/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAGE_ENGINE_INCLUDE_OPENSSL_X509_H
#define PAGE_ENGINE_INCLUDE_OPENSSL_X509_H

#include <openssl/evp.h>
#include <time.h>

/*
 * Certificates as the page's own code has read them, and stacks of them: what
 * the verifier asks them for, under OpenSSL's names.
 */
struct engine_key {
	char sha256[65];          /* of the SubjectPublicKeyInfo */
};

typedef struct engine_certificate {
	size_t references;
	char fingerprint[65];
	char *name;               /* common name as it stands there, or NULL */
	struct engine_key key;
	time_t not_after;
} X509;
typedef time_t ASN1_TIME;

typedef struct engine_certificates {
	X509 **certificates;
	int count;
} engine_certificates;
#define STACK_OF(type) engine_certificates

void X509_free(X509 *cert);
int X509_cmp(const X509 *a, const X509 *b);
EVP_PKEY *X509_get0_pubkey(const X509 *cert);
const ASN1_TIME *X509_get0_notAfter(const X509 *cert);
/* Negative: `time` is before *at, or the same. */
int X509_cmp_time(const ASN1_TIME *time, time_t *at);

int sk_X509_num(const STACK_OF(X509) *certs);
X509 *sk_X509_value(const STACK_OF(X509) *certs, int index);
void sk_X509_pop_free(STACK_OF(X509) *certs, void (*free_one)(X509 *));

/* Pages render nothing. */
typedef struct engine_bio BIO;
static inline void EVP_PKEY_free(EVP_PKEY *key)
{
	(void)key;
}
static inline int BIO_free_all(BIO *bio)
{
	(void)bio;
	return 1;
}

#endif
