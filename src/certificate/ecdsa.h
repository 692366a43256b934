/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_ECDSA_H
#define CERTIFICATE_ECDSA_H

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <stdbool.h>

/*
 * If (r, s) is a signature, so is (r, n - s): of the two, the smaller s is
 * ours, so that nobody can exchange one for the other. Both answer true for
 * keys of another kind.
 */
bool ecdsa_make_low(ASN1_OCTET_STRING *signature, EVP_PKEY *key);
bool ecdsa_is_low(const ASN1_OCTET_STRING *signature, EVP_PKEY *key);

#endif
