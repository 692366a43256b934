/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAGE_ENGINE_SHA256_H
#define PAGE_ENGINE_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
	uint32_t state[8];
	uint64_t length;
	uint8_t block[64];
};

void sha256_start(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *bytes, size_t length);
void sha256_end(struct sha256 *h, uint8_t ret_digest[32]);

#endif
