/* SPDX-License-Identifier: Apache-2.0 */
#include "overwrite/stream.h"

#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/cleanup.h"

#define BLOCK 16

struct stream {
	EVP_CIPHER_CTX *ctx;
};

/* The key stream is what zeros are enciphered to. Small enough to stay in the
 * first-level cache beside the output. */
static const uint8_t zeros[8192];

int stream_new(const uint8_t key[STREAM_KEY_SIZE], struct stream **ret_stream)
{
	static const uint8_t iv[BLOCK];
	struct stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		return -ENOMEM;
	stream->ctx = EVP_CIPHER_CTX_new();
	if (!stream->ctx) {
		stream_free(stream);
		return -ENOMEM;
	}
	if (EVP_EncryptInit_ex(stream->ctx, EVP_aes_128_ctr(), NULL, key,
			       iv) != 1) {
		stream_free(stream);
		return -EIO;
	}
	*ret_stream = stream;
	return 0;
}

void stream_free(struct stream *stream)
{
	if (!stream)
		return;
	EVP_CIPHER_CTX_free(stream->ctx);
	free(stream);
}

/* Sets the counter so that the next byte is the one at `offset`. */
static int seek(struct stream *stream, uint64_t offset)
{
	uint8_t iv[BLOCK] = { 0 }, dropped[BLOCK];
	int skip = (int)(offset % BLOCK), n;

	put_be64(iv + 8, offset / BLOCK);
	if (EVP_EncryptInit_ex(stream->ctx, NULL, NULL, NULL, iv) != 1)
		return -EIO;
	if (skip && EVP_EncryptUpdate(stream->ctx, dropped, &n, zeros,
				      skip) != 1)
		return -EIO;
	return 0;
}

int stream_fill(struct stream *stream, uint64_t offset, void *buf,
		size_t length)
{
	uint8_t *out = buf;
	int r = seek(stream, offset);

	while (r == 0 && length) {
		int part = length < sizeof(zeros) ? (int)length :
						    (int)sizeof(zeros);
		int n = 0;

		if (EVP_EncryptUpdate(stream->ctx, out, &n, zeros, part) != 1 ||
		    n != part)
			return -EIO;
		out += part;
		length -= (size_t)part;
	}
	return r;
}

int stream_xor(struct stream *stream, uint64_t offset, void *buf,
	       size_t length)
{
	uint8_t *p = buf;
	int r = seek(stream, offset);

	while (r == 0 && length) {
		int part = length < INT_MAX / 2 ? (int)length : INT_MAX / 2;
		int n = 0;

		if (EVP_EncryptUpdate(stream->ctx, p, &n, p, part) != 1 ||
		    n != part)
			return -EIO;
		p += part;
		length -= (size_t)part;
	}
	return r;
}
