/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Zeroed memory for direct I/O, of at least `size` bytes, on a border of huge
 * pages where that can be: then the kernel can hand the drive whole requests
 * instead of one piece for every 4 KiB. NULL: no memory. Mapped, not malloc'ed:
 * what a drive still answers after pages_free() hits nothing else.
 */
uint8_t *pages_new(size_t size);
void pages_free(uint8_t *pages, size_t size);     /* the same size; NULL-safe */

#endif
