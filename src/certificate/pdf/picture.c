/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/pdf/picture.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "certificate/thumbnail.h"

/* ITU-T T.81, table B.1. */
enum marker {
	MARKER_BASELINE = 0xc0, MARKER_HUFFMAN = 0xc4, MARKER_START = 0xd8,
	MARKER_END = 0xd9, MARKER_SCAN = 0xda, MARKER_QUANTISATION = 0xdb,
	MARKER_JFIF = 0xe0,
};

void picture_cleanup(struct picture *picture)
{
	free(picture->bytes);
	*picture = (struct picture){ 0 };
}

static int decode(const char *base64, struct picture *p)
{
	size_t n = strlen(base64), padding = 0;
	int length;

	if (!n || n % 4 || n / 4 * 3 > THUMBNAIL_MAX_BYTES + 3)
		return -EBADMSG;
	while (padding < 2 && base64[n - 1 - padding] == '=')
		padding++;
	p->bytes = malloc(n / 4 * 3);
	if (!p->bytes)
		return -ENOMEM;
	length = EVP_DecodeBlock(p->bytes, (const unsigned char *)base64,
				 (int)n);
	if (length < 0 || (size_t)length != n / 4 * 3)
		return -EBADMSG;
	p->length = (size_t)length - padding;
	return p->length <= THUMBNAIL_MAX_BYTES ? 0 : -EBADMSG;
}

/* A frame's header: precision, height, width, number of components. */
static bool read_frame(const uint8_t *segment, size_t length,
		       struct picture *p)
{
	if (p->width || length < 6 || segment[0] != 8 ||
	    (segment[5] != 1 && segment[5] != 3) ||
	    length != 6 + (size_t)segment[5] * 3)
		return false;
	p->height = segment[1] << 8 | segment[2];
	p->width = segment[3] << 8 | segment[4];
	p->grey = segment[5] == 1;
	return p->width >= 1 && p->width <= THUMBNAIL_SIDE &&
		p->height >= 1 && p->height <= THUMBNAIL_SIDE;
}

/* Entropy-coded data up to the file's end: no marker in it but the last. */
static bool is_one_scan(const struct picture *p, size_t at)
{
	if (!p->width || at + 2 > p->length)
		return false;
	for (; at + 2 < p->length; at++)
		if (p->bytes[at] == 0xff && p->bytes[at + 1] != 0)
			return false;
	return p->bytes[at] == 0xff && p->bytes[at + 1] == MARKER_END;
}

static bool is_plain(struct picture *p)
{
	const uint8_t *b = p->bytes;
	size_t at = 2;

	if (p->length < 4 || b[0] != 0xff || b[1] != MARKER_START)
		return false;
	while (at + 4 <= p->length && b[at] == 0xff) {
		size_t length = (size_t)b[at + 2] << 8 | b[at + 3];
		uint8_t marker = b[at + 1];

		if (length < 2 || length > p->length - at - 2)
			return false;
		if (marker == MARKER_BASELINE &&
		    !read_frame(b + at + 4, length - 2, p))
			return false;
		at += 2 + length;
		if (marker == MARKER_SCAN)
			return is_one_scan(p, at);
		if (marker != MARKER_BASELINE && marker != MARKER_HUFFMAN &&
		    marker != MARKER_QUANTISATION && marker != MARKER_JFIF)
			return false;
	}
	return false;
}

int picture_read(const char *base64, struct picture *ret_picture)
{
	CLEANUP(picture) struct picture p = { 0 };
	int r = decode(base64, &p);

	if (r == 0 && !is_plain(&p))
		r = -EBADMSG;
	if (r < 0)
		return r;
	*ret_picture = p;
	p.bytes = NULL;
	return 0;
}
