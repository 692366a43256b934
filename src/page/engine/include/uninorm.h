/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAGE_ENGINE_INCLUDE_UNINORM_H
#define PAGE_ENGINE_INCLUDE_UNINORM_H

#include <unistr.h>

/* The browser knows the normal forms by these names. */
typedef const char *uninorm_t;
#define UNINORM_NFC "NFC"
#define UNINORM_NFKC "NFKC"

/* The caller frees; NULL if it isn't UTF-8 or there's no memory. */
uint8_t *u8_normalize(uninorm_t form, const uint8_t *s, size_t n,
		      uint8_t *unused, size_t *ret_length);

#endif
