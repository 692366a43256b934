/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_ECDSA_H
#define CERTIFICATE_ECDSA_H

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <stdbool.h>

/*
 * If (r, s) is a signature, so is (r, n - s): of the two, the smaller s is
 * ours, so that nobody can exchange one for the other.
 */

/* Answers true for keys of another kind, too. */
bool ecdsa_make_low(ASN1_OCTET_STRING *signature, EVP_PKEY *key);

/* n of an ECDSA key, which the caller frees; NULL for keys of another kind.
 * False: it can't be found out. */
bool ecdsa_order(EVP_PKEY *key, BIGNUM **ret_order);

/* `order` NULL: not a signature by ECDSA, then true. */
bool ecdsa_is_low(const void *signature, size_t length, const BIGNUM *order);

#endif
