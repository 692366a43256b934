/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/ecdsa.h"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>

static bool is_ec(EVP_PKEY *key)
{
	return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC;
}

static ECDSA_SIG *decode(const void *signature, size_t length)
{
	const unsigned char *der = signature;

	return d2i_ECDSA_SIG(NULL, &der, (long)length);
}

bool ecdsa_order(EVP_PKEY *key, BIGNUM **ret_order)
{
	BIGNUM *order = NULL;

	if (is_ec(key) && EVP_PKEY_get_bn_param(key, "order", &order) != 1)
		return false;
	*ret_order = order;
	return true;
}

static bool is_low(const BIGNUM *s, const BIGNUM *order)
{
	BIGNUM *twice = BN_new();
	bool low = twice && BN_lshift1(twice, s) && BN_cmp(twice, order) <= 0;

	BN_free(twice);
	return low;
}

bool ecdsa_is_low(const void *signature, size_t length, const BIGNUM *order)
{
	ECDSA_SIG *decoded;
	bool low;

	if (!order)
		return true;
	decoded = decode(signature, length);
	low = decoded && is_low(ECDSA_SIG_get0_s(decoded), order);
	ECDSA_SIG_free(decoded);
	return low;
}

static bool subtract(ECDSA_SIG *signature, const BIGNUM *order)
{
	const BIGNUM *r, *s;
	BIGNUM *other = BN_new(), *same;
	bool done;

	ECDSA_SIG_get0(signature, &r, &s);
	if (is_low(s, order)) {
		BN_free(other);
		return true;
	}
	same = BN_dup(r);
	done = other && same && BN_sub(other, order, s) &&
		ECDSA_SIG_set0(signature, same, other);
	if (!done) {
		BN_free(other);
		BN_free(same);
	}
	return done;
}

bool ecdsa_make_low(ASN1_OCTET_STRING *signature, EVP_PKEY *key)
{
	unsigned char *better = NULL;
	ECDSA_SIG *decoded;
	BIGNUM *order = NULL;
	int length = -1;

	if (!is_ec(key))
		return true;
	decoded = decode(ASN1_STRING_get0_data(signature),
			 (size_t)ASN1_STRING_length(signature));
	if (decoded && ecdsa_order(key, &order) && subtract(decoded, order))
		length = i2d_ECDSA_SIG(decoded, &better);
	if (length > 0)
		ASN1_STRING_set0(signature, better, length);
	ECDSA_SIG_free(decoded);
	BN_free(order);
	return length > 0;
}
