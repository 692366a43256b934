/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_CERT_POOL_H
#define CERTIFICATE_CERT_POOL_H

#include <openssl/x509.h>
#include <stdatomic.h>
#include <stdbool.h>
#include "certificate/cms.h"

/* A certificate that was read, and what every signature by it needs to know.
 * It never changes; several threads may use it. */
struct pooled_cert {
	X509 *x509;
	struct der der;           /* its only form, byte for byte */
	uint8_t sha256[32];       /* of that */
	EVP_PKEY *key;            /* of x509; NULL: not one to sign with */
	BIGNUM *order;            /* its n (ecdsa.h); NULL: it's for RSA */
	/* What signers name it by: issuer and serial number, as DER. */
	uint8_t *id;
	size_t id_length;
	atomic_uint users;
};

/*
 * The certificate of exactly these bytes; given back by cert_pool_put(). NULL:
 * it is none, or not in the only form that DER allows. `pool` may be NULL.
 */
struct pooled_cert *cert_pool_get(struct cert_pool *pool, struct der der);
void cert_pool_put(struct pooled_cert *cert);

#endif
