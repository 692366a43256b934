/* SPDX-License-Identifier: Apache-2.0 */
#include "overwrite/stream.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "overwrite/vaes.h"

#define BLOCK 16

struct stream {
	EVP_CIPHER_CTX *ctx;
	bool fast;                /* by vaes where lengths allow it */
	struct vaes vaes;
};

/* The key stream is what zeros are enciphered to. Small enough to stay in the
 * first-level cache beside the output. */
static const uint8_t zeros[8192];

static int library_fill(struct stream *stream, uint64_t offset, uint8_t *out,
			size_t length);

/* The fast way is only gone if it comes to the same as the library's. */
static bool try_fast(struct stream *stream, const uint8_t key[STREAM_KEY_SIZE])
{
	const uint64_t offset = (1ULL << 36) - VAES_STEP / 2;
	uint8_t a[VAES_STEP], b[VAES_STEP];

	if (!vaes_available())
		return false;
	vaes_set_key(&stream->vaes, key);
	vaes_fill(&stream->vaes, offset / BLOCK, a, sizeof(a));
	return library_fill(stream, offset, b, sizeof(b)) == 0 &&
	       !memcmp(a, b, sizeof(a));
}

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
	stream->fast = try_fast(stream, key);
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

void stream_use_library(struct stream *stream)
{
	stream->fast = false;
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

static int library_fill(struct stream *stream, uint64_t offset, uint8_t *out,
			size_t length)
{
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

static int library_same(struct stream *stream, uint64_t offset,
			const uint8_t *p, size_t length, bool *ret_same)
{
	uint8_t expected[sizeof(zeros)];
	bool same = true;

	while (same && length) {
		size_t part = length < sizeof(expected) ? length :
							  sizeof(expected);
		int r = library_fill(stream, offset, expected, part);

		if (r < 0)
			return r;
		same = !memcmp(p, expected, part);
		offset += part;
		p += part;
		length -= part;
	}
	*ret_same = same;
	return 0;
}

/* What of it the fast way can do; the rest is the library's. */
static size_t fast_part(const struct stream *stream, uint64_t offset,
			size_t length)
{
	return stream->fast && offset % BLOCK == 0 ?
	       length - length % VAES_STEP : 0;
}

int stream_fill(struct stream *stream, uint64_t offset, void *buf,
		size_t length)
{
	const size_t part = fast_part(stream, offset, length);
	uint8_t *out = buf;

	if (part)
		vaes_fill(&stream->vaes, offset / BLOCK, out, part);
	return part == length ? 0 :
	       library_fill(stream, offset + part, out + part, length - part);
}

int stream_same(struct stream *stream, uint64_t offset, const void *buf,
		size_t length, bool *ret_same)
{
	const size_t part = fast_part(stream, offset, length);
	const uint8_t *p = buf;

	if (part && !vaes_same(&stream->vaes, offset / BLOCK, p, part)) {
		*ret_same = false;
		return 0;
	}
	return library_same(stream, offset + part, p + part, length - part,
			    ret_same);
}
