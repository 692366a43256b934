/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAGE_ENGINE_BLOB_H
#define PAGE_ENGINE_BLOB_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What the page answers with: little-endian numbers of four bytes, and bytes
 * with such a number, their length, before them. It is the page's own code
 * that wrote it; still nothing beyond the end is read. */
struct blob {
	uint8_t *start, *at;
	size_t left;
	bool broken;
};

/* Takes `bytes` over, which begin with the length of the rest. */
static inline struct blob blob_take(void *bytes)
{
	struct blob b = { .start = bytes, .at = bytes };
	uint32_t length = 0;

	if (bytes) {
		memcpy(&length, bytes, sizeof(length));
		b.at = b.start + sizeof(length);
	}
	b.left = length;
	b.broken = !bytes;
	return b;
}

static inline void blob_cleanup(struct blob *b)
{
	free(b->start);
}

static inline uint32_t blob_number(struct blob *b)
{
	uint32_t number = 0;

	if (b->left < sizeof(number)) {
		b->broken = true;
		return 0;
	}
	memcpy(&number, b->at, sizeof(number));
	b->at += sizeof(number);
	b->left -= sizeof(number);
	return number;
}

/* Low half first; a time. */
static inline int64_t blob_time(struct blob *b)
{
	uint64_t low = blob_number(b);

	return (int64_t)((uint64_t)blob_number(b) << 32 | low);
}

/* Borrowed. */
static inline const uint8_t *blob_bytes(struct blob *b, size_t *ret_length)
{
	uint32_t length = blob_number(b);
	const uint8_t *bytes = b->at;

	if (b->broken || length > b->left) {
		b->broken = true;
		*ret_length = 0;
		return bytes;
	}
	b->at += length;
	b->left -= length;
	*ret_length = length;
	return bytes;
}

/* A copy with NUL behind it; NULL: none, or none of that length. */
static inline char *blob_text(struct blob *b)
{
	size_t length;
	const uint8_t *bytes = blob_bytes(b, &length);

	return b->broken ? NULL : strndup((const char *)bytes, length);
}

/* 64 hexadecimal digits. */
static inline void blob_hash(struct blob *b, char ret_hex[65])
{
	size_t length;
	const uint8_t *bytes = blob_bytes(b, &length);

	if (length != 64)
		b->broken = true;
	else
		memcpy(ret_hex, bytes, 64);
	ret_hex[b->broken ? 0 : 64] = '\0';
}

#endif
