/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_SIGNER_H
#define CERTIFICATE_SIGNER_H

#include <haiki/key.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

struct haiki_signer {
	EVP_PKEY *key;
	X509 *cert;
	STACK_OF(X509) *chain;    /* what else stood in the certificate file */
	char fingerprint[65];
	char *name;
};

static inline void signer_cleanup(struct haiki_signer **signer)
{
	haiki_signer_free(*signer);
}

/* What OpenSSL objects are freed with, for CLEANUP(). */
static inline void key_cleanup(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}

static inline void cert_cleanup(X509 **cert)
{
	X509_free(*cert);
}

static inline void certs_cleanup(STACK_OF(X509) **certs)
{
	sk_X509_pop_free(*certs, X509_free);
}

static inline void bio_cleanup(BIO **bio)
{
	BIO_free_all(*bio);
}

/* SHA-256 of the DER. */
void cert_fingerprint(const X509 *cert, char ret_hex[65]);

/* The subject's last common name in UTF-8, or NULL; the caller frees. */
char *cert_name(const X509 *cert);

/* Whether its key usage, if it has any, allows signatures. */
bool cert_may_sign(X509 *cert);

/* The one of `certs` that the signer names, byte for byte; NULL if there is
 * none, or more than one. */
X509 *signer_certificate(STACK_OF(X509) *certs, CMS_SignerInfo *si);

/* 0, or -EKEYREJECTED with what to use instead. */
int key_acceptable(EVP_PKEY *key, struct haiki_error *err);

/* All certificates of a PEM file, in order. -EBADMSG: none or a broken one. */
int certs_load(const char *file, STACK_OF(X509) **ret_certs,
	       struct haiki_error *err);

/* The key behind a "pkcs11:" URI (RFC 7512), by OpenSSL's pkcs11 engine. */
int pkcs11_key(const char *uri, haiki_passphrase *ask, void *opaque,
	       EVP_PKEY **ret_key, struct haiki_error *err);

/* What OpenSSL says was wrong; its queue is empty afterwards. */
const char *openssl_reason(void);

#endif
