/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OVERWRITE_VAES_H
#define OVERWRITE_VAES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The same AES-128-CTR key stream by the processor's VAES instructions, about
 * four times as fast as the library's (OpenSSL 3.0 uses them only for GCM).
 * For data that shall look random, not for secrets.
 */
#define VAES_KEYS 11
#define VAES_STEP 512             /* lengths are multiples of this */

struct vaes {
	uint8_t key[VAES_KEYS][16];  /* FIPS 197's key schedule */
};

/* Whether this processor, and its operating system, can do it. */
bool vaes_available(void);

/* The others: only where it is available. */
void vaes_set_key(struct vaes *vaes, const uint8_t key[16]);

/* Fills buf with the stream from block `block` (of 16 bytes) on. */
void vaes_fill(const struct vaes *vaes, uint64_t block, void *buf,
	       size_t length);

/* Whether buf holds it. */
bool vaes_same(const struct vaes *vaes, uint64_t block, const void *buf,
	       size_t length);

#endif
