/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/internal.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

/* HMAC-SHA256 and AES are always there: going on without them would lie. */
static void derive(const uint8_t seed[32], const char *label,
		   uint8_t ret_key[32])
{
	if (!HMAC(EVP_sha256(), seed, 32, (const uint8_t *)label,
		  strlen(label), ret_key, NULL))
		abort();
}

int markers_begin(struct proof *p)
{
	uint8_t key[32];

	derive(p->seed, "haiki magic 2", key);
	memcpy(p->magic, key, MARKER_MAGIC);
	derive(p->seed, "haiki marker 2", key);
	p->scratch = malloc(p->block);
	p->cipher = EVP_CIPHER_CTX_new();
	p->digest = EVP_MD_CTX_new();
	if (!p->scratch || !p->cipher || !p->digest)
		return -ENOMEM;
	if (EVP_EncryptInit_ex(p->cipher, EVP_aes_256_ctr(), NULL, key,
			       NULL) != 1 ||
	    EVP_DigestInit_ex(p->digest, EVP_sha256(), NULL) != 1)
		abort();
	return 0;
}

void markers_end(struct proof *p)
{
	free(p->scratch);
	EVP_CIPHER_CTX_free(p->cipher);
	EVP_MD_CTX_free(p->digest);
}

/* The key and the algorithms stay as they were begun with: setting them up for
 * each block takes longer than all that follows. */
void marker_make(const struct proof *p, uint64_t block, uint8_t *ret_bytes)
{
	uint8_t counter[16] = { 0 };
	int length;

	put_be64(counter, block);
	memset(ret_bytes, 0, p->block);
	if (EVP_EncryptInit_ex(p->cipher, NULL, NULL, NULL, counter) != 1 ||
	    EVP_EncryptUpdate(p->cipher, ret_bytes, &length, ret_bytes,
			      (int)p->block) != 1)
		abort();
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
	uint8_t digest[32];

	if (EVP_DigestInit_ex(p->digest, NULL, NULL) != 1 ||
	    EVP_DigestUpdate(p->digest, p->seed, sizeof(p->seed)) != 1 ||
	    EVP_DigestUpdate(p->digest, bytes, p->block) != 1 ||
	    EVP_DigestFinal_ex(p->digest, digest, NULL) != 1)
		abort();
	memcpy(ret_hash, digest, 8);
}
