/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/internal.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* HMAC-SHA256 and AES are always there: going on without them would lie. */
static void derive(const uint8_t seed[32], const char *label,
		   const uint64_t *block, uint8_t ret_key[32])
{
	uint8_t input[32];
	size_t length = strlen(label);

	memcpy(input, label, length);
	if (block) {
		put_be64(input + length, *block);
		length += 8;
	}
	if (!HMAC(EVP_sha256(), seed, 32, input, length, ret_key, NULL))
		abort();
}

void marker_magic(const uint8_t seed[32], uint8_t ret_magic[MARKER_MAGIC])
{
	uint8_t key[32];

	derive(seed, "haiki magic 1", NULL, key);
	memcpy(ret_magic, key, MARKER_MAGIC);
}

void marker_make(const struct proof *p, uint64_t block, uint8_t *ret_bytes)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t key[32], counter[16] = { 0 };
	int length;

	derive(p->seed, "haiki marker 1", &block, key);
	memset(ret_bytes, 0, p->block);
	if (!ctx ||
	    EVP_EncryptInit_ex(ctx, EVP_aes_256_ctr(), NULL, key, counter) != 1 ||
	    EVP_EncryptUpdate(ctx, ret_bytes, &length, ret_bytes,
			      (int)p->block) != 1)
		abort();
	EVP_CIPHER_CTX_free(ctx);
	for (size_t i = 0; i < p->block; i += MARKER_PIECE)
		memcpy(ret_bytes + i, p->magic, MARKER_MAGIC);
}

/* In small slices, so that a marker that was damaged is still a marker; those
 * with the magic are marker_has_magic()'s. */
bool marker_is_left(const struct proof *p, uint64_t block,
		    const uint8_t *bytes)
{
	marker_make(p, block, p->scratch);
	for (size_t i = 0; i < p->block; i += MARKER_SLICE)
		if (i % MARKER_PIECE &&
		    memcmp(bytes + i, p->scratch + i, MARKER_SLICE) == 0)
			return true;
	return false;
}

bool marker_has_magic(const struct proof *p, const uint8_t *bytes,
		      size_t length)
{
	for (size_t i = 0; i + MARKER_PIECE <= length; i += MARKER_PIECE)
		if (memcmp(bytes + i, p->magic, MARKER_MAGIC) == 0)
			return true;
	return false;
}

void marker_hash(const struct proof *p, const uint8_t *bytes,
		 uint8_t ret_hash[8])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t digest[32];

	if (!ctx || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1 ||
	    EVP_DigestUpdate(ctx, p->seed, sizeof(p->seed)) != 1 ||
	    EVP_DigestUpdate(ctx, bytes, p->block) != 1 ||
	    EVP_DigestFinal_ex(ctx, digest, NULL) != 1)
		abort();
	EVP_MD_CTX_free(ctx);
	memcpy(ret_hash, digest, 8);
}
