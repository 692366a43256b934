/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OVERWRITE_STREAM_H
#define OVERWRITE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_KEY_SIZE 16

/*
 * The random data of a pass: the AES-128-CTR key stream (SP 800-38A 6.5) of a
 * key, counted from block 0 at byte 0 of the drive. Any place of it can be
 * made again at any time; that is what resume and verification stand on.
 */
struct stream;

int stream_new(const uint8_t key[STREAM_KEY_SIZE], struct stream **ret_stream);
void stream_free(struct stream *stream);   /* NULL-safe */

/* From now on by the library alone, as on other processors; for tests. */
void stream_use_library(struct stream *stream);

/* Fills buf with the stream from byte `offset` on. -EIO: the library failed,
 * and buf holds nothing to rely on. */
int stream_fill(struct stream *stream, uint64_t offset, void *buf,
		size_t length);

/* Whether buf holds the stream from byte `offset` on. */
int stream_same(struct stream *stream, uint64_t offset, const void *buf,
		size_t length, bool *ret_same);

#endif
