/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/ecdsa.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>

static bool is_ec(EVP_PKEY *key)
{
	return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC;
}

static ECDSA_SIG *decode(const ASN1_OCTET_STRING *signature)
{
	const unsigned char *der = ASN1_STRING_get0_data(signature);

	return d2i_ECDSA_SIG(NULL, &der, ASN1_STRING_length(signature));
}

static BIGNUM *group_order(EVP_PKEY *key)
{
	BIGNUM *order = NULL;

	EVP_PKEY_get_bn_param(key, "order", &order);
	return order;
}

static bool is_low(const BIGNUM *s, const BIGNUM *order)
{
	BIGNUM *twice = BN_new();
	bool low = twice && BN_lshift1(twice, s) && BN_cmp(twice, order) <= 0;

	BN_free(twice);
	return low;
}

bool ecdsa_is_low(const ASN1_OCTET_STRING *signature, EVP_PKEY *key)
{
	ECDSA_SIG *decoded;
	BIGNUM *order;
	bool low;

	if (!is_ec(key))
		return true;
	decoded = decode(signature);
	order = group_order(key);
	low = decoded && order && is_low(ECDSA_SIG_get0_s(decoded), order);
	ECDSA_SIG_free(decoded);
	BN_free(order);
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
	BIGNUM *order;
	int length = -1;

	if (!is_ec(key))
		return true;
	decoded = decode(signature);
	order = group_order(key);
	if (decoded && order && subtract(decoded, order))
		length = i2d_ECDSA_SIG(decoded, &better);
	if (length > 0)
		ASN1_STRING_set0(signature, better, length);
	ECDSA_SIG_free(decoded);
	BN_free(order);
	return length > 0;
}
