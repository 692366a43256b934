/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "overwrite/stream.h"

static const uint8_t some_key[16] = "a key of 16 byte";

static struct stream *opened(const uint8_t key[16])
{
	struct stream *stream = NULL;

	assert_int_equal(stream_new(key, &stream), 0);
	return stream;
}

/* AES-128 of counters 0, 1, 2 under the zero key, as published with GCM's test
 * cases 1 and 2 (H, E(K, Y0) and C). */
static void published_blocks(void **state)
{
	static const char expected[] =
		"66e94bd4ef8a2c3b884cfa59ca342b2e"
		"58e2fccefa7e3061367f1d57a4e7455a"
		"0388dace60b6a392f328c2b971b2fe78";
	static const uint8_t key[16];
	struct stream *stream = opened(key);
	uint8_t blocks[48];
	char hex[97];

	(void)state;
	assert_int_equal(stream_fill(stream, 0, blocks, sizeof(blocks)), 0);
	hex_encode(blocks, sizeof(blocks), hex);
	assert_string_equal(hex, expected);
	stream_use_library(stream);
	assert_int_equal(stream_fill(stream, 0, blocks, sizeof(blocks)), 0);
	hex_encode(blocks, sizeof(blocks), hex);
	assert_string_equal(hex, expected);
	stream_free(stream);
}

/* One byte of the stream from AES-ECB, the slow way round. */
static uint8_t reference(const uint8_t key[16], uint64_t offset)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t in[16] = { 0 }, out[32];
	int n;

	put_be64(in + 8, offset / 16);
	assert_int_equal(EVP_EncryptInit_ex(ctx, EVP_aes_128_ecb(), NULL, key,
					    NULL), 1);
	EVP_CIPHER_CTX_set_padding(ctx, 0);
	assert_int_equal(EVP_EncryptUpdate(ctx, out, &n, in, 16), 1);
	EVP_CIPHER_CTX_free(ctx);
	return out[offset % 16];
}

/* Where counters carry: 2^32 blocks = 64 GiB, and near the end of 2^63. */
static void far_away(void **state)
{
	static const uint64_t places[] = {
		0, 5, 511, 65535, (1ULL << 36) - 40, (1ULL << 36) + 3,
		(1ULL << 40) - 33, (1ULL << 63) - 64,
	};
	struct stream *stream = opened(some_key);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		uint8_t buf[64];

		assert_int_equal(stream_fill(stream, places[i], buf,
					     sizeof(buf)), 0);
		for (size_t k = 0; k < sizeof(buf); k++)
			assert_int_equal(buf[k],
					 reference(some_key, places[i] + k));
	}
	stream_free(stream);
}

static void any_cut(void **state)
{
	enum { SIZE = 50000 };
	static uint8_t whole[SIZE], part[SIZE];
	struct stream *stream = opened(some_key);
	unsigned seed = 1;

	(void)state;
	assert_int_equal(stream_fill(stream, 0, whole, SIZE), 0);
	for (int i = 0; i < 200; i++) {
		size_t from = (size_t)(rand_r(&seed) % SIZE);
		size_t length = (size_t)(rand_r(&seed) % (int)(SIZE - from));

		assert_int_equal(stream_fill(stream, from, part, length), 0);
		assert_memory_equal(part, whole + from, length);
	}
	stream_free(stream);
}

static void any_changed_bit_is_noticed(void **state)
{
	enum { SIZE = 40000 };
	static uint8_t buf[SIZE];
	unsigned seed = 7;

	(void)state;
	for (int way = 0; way < 2; way++) {
		struct stream *stream = opened(some_key);
		bool same = false;

		if (way)
			stream_use_library(stream);
		assert_int_equal(stream_fill(stream, 1232, buf, SIZE), 0);
		assert_int_equal(stream_same(stream, 1232, buf, SIZE, &same), 0);
		assert_true(same);
		for (int i = 0; i < 500; i++) {
			size_t at = (size_t)rand_r(&seed) % SIZE;
			size_t length = (size_t)rand_r(&seed) % (SIZE + 1);

			buf[at] ^= (uint8_t)(1 << i % 8);
			assert_int_equal(stream_same(stream, 1232, buf, length,
						     &same), 0);
			assert_int_equal(same, at >= length);
			buf[at] ^= (uint8_t)(1 << i % 8);
		}
		/* The last byte counts, and no byte is no difference. */
		buf[SIZE - 1] ^= 1;
		assert_int_equal(stream_same(stream, 1232, buf, SIZE, &same), 0);
		assert_false(same);
		assert_int_equal(stream_same(stream, 1232, buf, 0, &same), 0);
		assert_true(same);
		stream_free(stream);
	}
}

/* The two ways, over all lengths around the fast one's step. */
static void both_ways_are_the_same(void **state)
{
	enum { SIZE = 3000 };
	static uint8_t a[SIZE], b[SIZE];
	struct stream *fast = opened(some_key), *slow = opened(some_key);
	unsigned seed = 2;

	(void)state;
	stream_use_library(slow);
	for (int i = 0; i < 2000; i++) {
		uint64_t offset = ((uint64_t)rand_r(&seed) << 31 |
				   (uint64_t)rand_r(&seed)) & ~511ULL;
		size_t length = (size_t)rand_r(&seed) % SIZE;

		if (i % 4 == 0)
			offset += (uint64_t)rand_r(&seed) % 512;
		memset(a, i, SIZE);
		memset(b, i, SIZE);
		assert_int_equal(stream_fill(fast, offset, a, length), 0);
		assert_int_equal(stream_fill(slow, offset, b, length), 0);
		assert_memory_equal(a, b, SIZE);
	}
	stream_free(fast);
	stream_free(slow);
}

static void keys_differ(void **state)
{
	static const uint8_t other_key[16] = "A key of 16 byte";
	struct stream *a = opened(some_key), *b = opened(other_key);
	uint8_t x[64], y[64];

	(void)state;
	assert_int_equal(stream_fill(a, 0, x, sizeof(x)), 0);
	assert_int_equal(stream_fill(b, 0, y, sizeof(y)), 0);
	assert_memory_not_equal(x, y, sizeof(x));
	stream_free(a);
	stream_free(b);
	stream_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_blocks),
		cmocka_unit_test(far_away),
		cmocka_unit_test(any_cut),
		cmocka_unit_test(any_changed_bit_is_noticed),
		cmocka_unit_test(both_ways_are_the_same),
		cmocka_unit_test(keys_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
