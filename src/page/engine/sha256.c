/* SPDX-License-Identifier: Apache-2.0 */
/* FIPS 180-4. The browser has it too, but only in its own time. */
#include "page/engine/sha256.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

static uint32_t get_word(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
		(uint32_t)b[2] << 8 | b[3];
}

static void put_word(uint8_t *b, uint32_t x)
{
	for (int i = 3; i >= 0; i--, x >>= 8)
		b[i] = (uint8_t)x;
}

static void schedule(const uint8_t block[64], uint32_t w[64])
{
	for (int i = 0; i < 16; i++)
		w[i] = get_word(block + 4 * i);
	for (int i = 16; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];

		w[i] = w[i - 16] + w[i - 7] +
			(rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) +
			(rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
}

static void compress(uint32_t state[8], const uint8_t block[64])
{
	uint32_t w[64], s[8];

	schedule(block, w);
	memcpy(s, state, sizeof(s));
	for (int i = 0; i < 64; i++) {
		uint32_t t1 = s[7] + constants[i] + w[i] +
			(rotate(s[4], 6) ^ rotate(s[4], 11) ^
			 rotate(s[4], 25)) +
			((s[4] & s[5]) ^ (~s[4] & s[6]));
		uint32_t t2 = (rotate(s[0], 2) ^ rotate(s[0], 13) ^
			       rotate(s[0], 22)) +
			((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));

		memmove(s + 1, s, 7 * sizeof(*s));
		s[4] += t1;
		s[0] = t1 + t2;
	}
	for (int i = 0; i < 8; i++)
		state[i] += s[i];
}

void sha256_start(struct sha256 *h)
{
	*h = (struct sha256){ .state = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
		0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	} };
}

void sha256_add(struct sha256 *h, const void *bytes, size_t length)
{
	const uint8_t *b = bytes;
	size_t used = (size_t)(h->length % 64);

	h->length += length;
	while (length) {
		size_t n = 64 - used < length ? 64 - used : length;

		memcpy(h->block + used, b, n);
		b += n;
		length -= n;
		used += n;
		if (used == 64) {
			compress(h->state, h->block);
			used = 0;
		}
	}
}

void sha256_end(struct sha256 *h, uint8_t ret_digest[32])
{
	static const uint8_t padding[64] = { 0x80 };
	uint64_t bits = h->length * 8;
	size_t used = (size_t)(h->length % 64);
	uint8_t count[8];

	put_word(count, (uint32_t)(bits >> 32));
	put_word(count + 4, (uint32_t)bits);
	sha256_add(h, padding, (used < 56 ? 56 : 120) - used);
	sha256_add(h, count, sizeof(count));
	for (int i = 0; i < 8; i++)
		put_word(ret_digest + 4 * i, h->state[i]);
}

const EVP_MD *EVP_sha256(void)
{
	return NULL;
}

int EVP_Digest(const void *bytes, size_t length, unsigned char *ret_digest,
	       unsigned *ret_length, const EVP_MD *type, void *unused)
{
	struct sha256 h;

	(void)type;
	(void)unused;
	sha256_start(&h);
	sha256_add(&h, bytes, length);
	sha256_end(&h, ret_digest);
	if (ret_length)
		*ret_length = 32;
	return 1;
}
