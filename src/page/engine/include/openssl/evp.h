/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAGE_ENGINE_INCLUDE_OPENSSL_EVP_H
#define PAGE_ENGINE_INCLUDE_OPENSSL_EVP_H

#include <stddef.h>

/* SHA-256 in one go is all that the verifier computes itself. */
typedef struct engine_digest EVP_MD;
typedef struct engine_key EVP_PKEY;

const EVP_MD *EVP_sha256(void);
int EVP_Digest(const void *bytes, size_t length, unsigned char *ret_digest,
	       unsigned *ret_length, const EVP_MD *type, void *unused);

/* 1: the same public key. */
int EVP_PKEY_eq(const EVP_PKEY *a, const EVP_PKEY *b);

#endif
