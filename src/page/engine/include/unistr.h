/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAGE_ENGINE_INCLUDE_UNISTR_H
#define PAGE_ENGINE_INCLUDE_UNISTR_H

#include <stddef.h>
#include <stdint.h>

/* As much of libunistring as the verifier uses: text.c. */
typedef uint32_t ucs4_t;

/* NULL, or the first byte that isn't UTF-8. */
const uint8_t *u8_check(const uint8_t *s, size_t n);
/* Bytes of the first character, or negative: not UTF-8. */
int u8_mbtoucr(ucs4_t *ret_c, const uint8_t *s, size_t n);
/* Bytes written, or negative. */
int u8_uctomb(uint8_t *s, ucs4_t c, ptrdiff_t n);
/* Characters. */
size_t u8_mbsnlen(const uint8_t *s, size_t n);
/* Of what ends with NUL: bytes of the first character, 0 at the end. */
int u8_strmblen(const uint8_t *s);
/* The rest after the first character, or NULL at the end. */
const uint8_t *u8_next(ucs4_t *ret_c, const uint8_t *s);
uint8_t *u8_strchr(const uint8_t *s, ucs4_t c);

#endif
