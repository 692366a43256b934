/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "overwrite/vaes.h"

/* FIPS 197, appendix A.1: the expansion of 2b7e1516 28aed2a6 abf71588 09cf4f3c. */
static void key_schedule(void **state)
{
	static const char first[] = "2b7e151628aed2a6abf7158809cf4f3c";
	static const char last[] = "d014f9a8c9ee2589e13f0cc8b6630ca6";
	uint8_t key[16];
	struct vaes vaes;
	char hex[33];

	(void)state;
	if (!vaes_available())
		skip();
	assert_int_equal(hex_decode(first, key, sizeof(key)), 16);
	vaes_set_key(&vaes, key);
	hex_encode(vaes.key[0], 16, hex);
	assert_string_equal(hex, first);
	hex_encode(vaes.key[10], 16, hex);
	assert_string_equal(hex, last);
}

static void openssl_ctr(const uint8_t key[16], uint64_t block, uint8_t *buf,
			int length)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t iv[16] = { 0 };
	int n;

	put_be64(iv + 8, block);
	assert_int_equal(EVP_EncryptInit_ex(ctx, EVP_aes_128_ctr(), NULL, key,
					    iv), 1);
	assert_int_equal(EVP_EncryptUpdate(ctx, buf, &n, buf, length), 1);
	EVP_CIPHER_CTX_free(ctx);
}

static void same_as_openssl(void **state)
{
	enum { SIZE = 8 * VAES_STEP };
	static const uint64_t blocks[] = {
		0, 1, 31, (1ULL << 32) - 3, (1ULL << 32) - 40, 1ULL << 56,
		(1ULL << 59) - 256,
	};
	static uint8_t a[SIZE], b[SIZE];

	(void)state;
	if (!vaes_available())
		skip();
	for (int round = 0; round < 50; round++) {
		struct vaes vaes;
		uint8_t key[16];

		assert_int_equal(RAND_bytes(key, sizeof(key)), 1);
		vaes_set_key(&vaes, key);
		for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
			memset(b, 0, SIZE);
			openssl_ctr(key, blocks[i], b, SIZE);
			vaes_fill(&vaes, blocks[i], a, SIZE);
			assert_memory_equal(a, b, SIZE);
			assert_true(vaes_same(&vaes, blocks[i], b, SIZE));
			b[(round * 83 + (int)i) % SIZE] ^= 4;
			assert_false(vaes_same(&vaes, blocks[i], b, SIZE));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_schedule),
		cmocka_unit_test(same_as_openssl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
