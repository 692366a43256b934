/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/cert_pool.h"

#include <openssl/err.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "certificate/ecdsa.h"
#include "certificate/signer.h"

/* A power of two. Each certificate has its one place, and the next one that
 * belongs there takes it over. */
#define PLACES 256

struct cert_pool {
	pthread_mutex_t mutex;
	struct pooled_cert *places[PLACES];
};

struct cert_pool *cert_pool_new(void)
{
	struct cert_pool *pool = calloc(1, sizeof(*pool));

	if (pool)
		pthread_mutex_init(&pool->mutex, NULL);
	return pool;
}

void cert_pool_free(struct cert_pool *pool)
{
	if (!pool)
		return;
	for (size_t i = 0; i < PLACES; i++)
		cert_pool_put(pool->places[i]);
	pthread_mutex_destroy(&pool->mutex);
	free(pool);
}

void cert_pool_put(struct pooled_cert *cert)
{
	if (!cert || atomic_fetch_sub(&cert->users, 1) > 1)
		return;
	X509_free(cert->x509);
	free((void *)cert->der.bytes);
	free(cert->id);
	BN_free(cert->order);
	free(cert);
}

static void pooled_cleanup(struct pooled_cert **cert)
{
	cert_pool_put(*cert);
}

/* --- reading --------------------------------------------------------------- */

/* DER has one form for one meaning: what was read must come out again. */
static bool comes_out_again(const X509 *cert, struct der der)
{
	unsigned char *again = NULL;
	int n = i2d_X509(cert, &again);
	bool same = n > 0 && (size_t)n == der.length &&
		!memcmp(again, der.bytes, der.length);

	OPENSSL_free(again);
	return same;
}

static bool copy_der(struct pooled_cert *cert, struct der der)
{
	uint8_t *copy = malloc(der.length);

	if (!copy)
		return false;
	memcpy(copy, der.bytes, der.length);
	cert->der = (struct der){ copy, der.length };
	return EVP_Digest(der.bytes, der.length, cert->sha256, NULL,
			  EVP_sha256(), NULL) == 1;
}

static bool copy_id(struct pooled_cert *cert)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(cert->x509);
	const unsigned char *issuer;
	unsigned char *end;
	size_t issuer_length;
	int length = i2d_ASN1_INTEGER(serial, NULL);

	if (length <= 0 ||
	    X509_NAME_get0_der(X509_get_issuer_name(cert->x509), &issuer,
			       &issuer_length) != 1)
		return false;
	cert->id = malloc(issuer_length + (size_t)length);
	if (!cert->id)
		return false;
	memcpy(cert->id, issuer, issuer_length);
	end = cert->id + issuer_length;
	cert->id_length = issuer_length + (size_t)length;
	return i2d_ASN1_INTEGER(serial, &end) == length;
}

static void take_key(struct pooled_cert *cert)
{
	EVP_PKEY *key = X509_get0_pubkey(cert->x509);

	if (key && key_acceptable(key, NULL) == 0 &&
	    ecdsa_order(key, &cert->order))
		cert->key = key;
}

static struct pooled_cert *read_cert(struct der der)
{
	CLEANUP(pooled) struct pooled_cert *cert = calloc(1, sizeof(*cert));
	const unsigned char *p = der.bytes;

	if (!cert)
		return NULL;
	atomic_init(&cert->users, 1);
	cert->x509 = d2i_X509(NULL, &p, (long)der.length);
	if (!cert->x509 || p != der.bytes + der.length ||
	    !comes_out_again(cert->x509, der) || !copy_der(cert, der) ||
	    !copy_id(cert))
		return NULL;
	take_key(cert);
	/* What OpenSSL works out once, it does now and not in two threads. */
	X509_check_purpose(cert->x509, -1, 0);
	ERR_clear_error();
	return TAKE(cert);
}

/* --- the pool -------------------------------------------------------------- */

/* The end of a certificate is its issuer's signature. */
static size_t place_of(struct der der)
{
	size_t place = 0;

	for (size_t i = der.length < 8 ? der.length : 8; i > 0; i--)
		place = place * 31 + der.bytes[der.length - i];
	return place % PLACES;
}

static bool is_same(const struct pooled_cert *cert, struct der der)
{
	return cert && cert->der.length == der.length &&
		!memcmp(cert->der.bytes, der.bytes, der.length);
}

static struct pooled_cert *find(struct cert_pool *pool, struct der der)
{
	struct pooled_cert *cert;

	pthread_mutex_lock(&pool->mutex);
	cert = pool->places[place_of(der)];
	if (is_same(cert, der))
		atomic_fetch_add(&cert->users, 1);
	else
		cert = NULL;
	pthread_mutex_unlock(&pool->mutex);
	return cert;
}

static void keep(struct cert_pool *pool, struct pooled_cert *cert)
{
	struct pooled_cert **place = &pool->places[place_of(cert->der)];
	struct pooled_cert *other;

	atomic_fetch_add(&cert->users, 1);
	pthread_mutex_lock(&pool->mutex);
	other = *place;
	*place = cert;
	pthread_mutex_unlock(&pool->mutex);
	cert_pool_put(other);
}

struct pooled_cert *cert_pool_get(struct cert_pool *pool, struct der der)
{
	struct pooled_cert *cert = pool ? find(pool, der) : NULL;

	if (cert)
		return cert;
	cert = read_cert(der);
	if (cert && pool)
		keep(pool, cert);
	return cert;
}
