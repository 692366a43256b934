/* SPDX-License-Identifier: Apache-2.0 */
#include "overwrite/vaes.h"

#include <stdlib.h>

#if defined(__x86_64__) && defined(__GNUC__)

#include <cpuid.h>
#include <immintrin.h>

#define TARGET __attribute__((target("aes,vaes,avx512f,avx512bw")))
#define LANES 8                   /* registers of 4 blocks: hides latency */

/* Leaf 7; clang 14 can't ask for it by name. */
static bool has_vaes(void)
{
	unsigned a, b, c, d;

	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (c & bit_VAES);
}

bool vaes_available(void)
{
	return __builtin_cpu_supports("aes") && has_vaes() &&
	       __builtin_cpu_supports("avx512f") &&
	       __builtin_cpu_supports("avx512bw");
}

/* One step of FIPS 197 5.2 for four words: each is XORed with all before it,
 * and with the rotated, substituted last word and the round constant. */
TARGET static __m128i next_key(__m128i key, __m128i assist)
{
	key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
	key = _mm_xor_si128(key, _mm_slli_si128(key, 8));
	return _mm_xor_si128(key, _mm_shuffle_epi32(assist, 0xff));
}

#define NEXT_KEY(i, constant) do { \
	k = next_key(k, _mm_aeskeygenassist_si128(k, constant)); \
	_mm_storeu_si128((__m128i *)(void *)vaes->key[i], k); \
} while (0)

TARGET void vaes_set_key(struct vaes *vaes, const uint8_t key[16])
{
	__m128i k = _mm_loadu_si128((const __m128i *)(const void *)key);

	_mm_storeu_si128((__m128i *)(void *)vaes->key[0], k);
	NEXT_KEY(1, 0x01);
	NEXT_KEY(2, 0x02);
	NEXT_KEY(3, 0x04);
	NEXT_KEY(4, 0x08);
	NEXT_KEY(5, 0x10);
	NEXT_KEY(6, 0x20);
	NEXT_KEY(7, 0x40);
	NEXT_KEY(8, 0x80);
	NEXT_KEY(9, 0x1b);
	NEXT_KEY(10, 0x36);
}

/*
 * Counters are 64-bit numbers in the upper half of each block, in the
 * processor's byte order until they are swapped to be enciphered; the lower
 * half is always zero, as drives end before block 2^60.
 */
struct counter {
	__m512i next, step, swap;
};

TARGET static inline __attribute__((always_inline)) struct counter
counter_at(uint64_t block)
{
	const long long n = (long long)block;

	return (struct counter){
		.next = _mm512_set_epi64(n + 3, 0, n + 2, 0, n + 1, 0, n, 0),
		.step = _mm512_set_epi64(4, 0, 4, 0, 4, 0, 4, 0),
		.swap = _mm512_broadcast_i32x4(
			_mm_set_epi8(8, 9, 10, 11, 12, 13, 14, 15,
				     0, 1, 2, 3, 4, 5, 6, 7)),
	};
}

TARGET static inline __attribute__((always_inline)) void
load_keys(const struct vaes *vaes, __m512i key[VAES_KEYS])
{
	for (int i = 0; i < VAES_KEYS; i++)
		key[i] = _mm512_broadcast_i32x4(_mm_loadu_si128(
			(const __m128i *)(const void *)vaes->key[i]));
}

/* The next VAES_STEP bytes, in registers. */
TARGET static inline __attribute__((always_inline)) void
encipher(struct counter *counter, const __m512i key[VAES_KEYS],
	 __m512i state[LANES])
{
#pragma GCC unroll 8
	for (int i = 0; i < LANES; i++) {
		state[i] = _mm512_xor_si512(
			_mm512_shuffle_epi8(counter->next, counter->swap),
			key[0]);
		counter->next = _mm512_add_epi64(counter->next, counter->step);
	}
#pragma GCC unroll 9
	for (int round = 1; round < VAES_KEYS - 1; round++)
#pragma GCC unroll 8
		for (int i = 0; i < LANES; i++)
			state[i] = _mm512_aesenc_epi128(state[i], key[round]);
#pragma GCC unroll 8
	for (int i = 0; i < LANES; i++)
		state[i] = _mm512_aesenclast_epi128(state[i],
						    key[VAES_KEYS - 1]);
}

TARGET void vaes_fill(const struct vaes *vaes, uint64_t block, void *buf,
		      size_t length)
{
	struct counter counter = counter_at(block);
	__m512i key[VAES_KEYS], state[LANES];

	load_keys(vaes, key);
	for (uint8_t *p = buf; length; p += VAES_STEP, length -= VAES_STEP) {
		encipher(&counter, key, state);
#pragma GCC unroll 8
		for (int i = 0; i < LANES; i++)
			_mm512_storeu_si512(p + 64 * i, state[i]);
	}
}

TARGET bool vaes_same(const struct vaes *vaes, uint64_t block, const void *buf,
		      size_t length)
{
	struct counter counter = counter_at(block);
	__m512i key[VAES_KEYS], state[LANES];
	__m512i differs = _mm512_setzero_si512();
	const uint8_t *p = buf;

	load_keys(vaes, key);
	for (; length; p += VAES_STEP, length -= VAES_STEP) {
		encipher(&counter, key, state);
#pragma GCC unroll 8
		for (int i = 0; i < LANES; i++)
			differs = _mm512_or_si512(differs, _mm512_xor_si512(
				state[i], _mm512_loadu_si512(p + 64 * i)));
	}
	return _mm512_test_epi64_mask(differs, differs) == 0;
}

#else

bool vaes_available(void)
{
	return false;
}

void vaes_set_key(struct vaes *vaes, const uint8_t key[16])
{
	(void)vaes, (void)key;
	abort();
}

void vaes_fill(const struct vaes *vaes, uint64_t block, void *buf,
	       size_t length)
{
	(void)vaes, (void)block, (void)buf, (void)length;
	abort();
}

bool vaes_same(const struct vaes *vaes, uint64_t block, const void *buf,
	       size_t length)
{
	(void)vaes, (void)block, (void)buf, (void)length;
	abort();
}

#endif
