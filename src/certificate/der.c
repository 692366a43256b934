/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/der.h"

#include <string.h>

/* X.690 10.1: definite, and in as few bytes as possible. */
static bool take_length(struct der *in, size_t *ret_length)
{
	size_t count, length = 0;

	if (!in->length)
		return false;
	count = in->bytes[0];
	in->bytes++;
	in->length--;
	if (count < 0x80) {
		*ret_length = count;
		return true;
	}
	count &= 0x7f;
	if (count == 0 || count > 4 || count > in->length || !in->bytes[0])
		return false;
	for (size_t i = 0; i < count; i++)
		length = length << 8 | in->bytes[i];
	in->bytes += count;
	in->length -= count;
	*ret_length = length;
	return length >= 0x80;
}

bool der_next_is(const struct der *in, uint8_t tag)
{
	return in->length && in->bytes[0] == tag;
}

bool der_take(struct der *in, uint8_t tag, struct der *ret_content)
{
	struct der rest = *in;
	size_t length;

	if (!der_next_is(&rest, tag))
		return false;
	rest.bytes++;
	rest.length--;
	if (!take_length(&rest, &length) || length > rest.length)
		return false;
	*ret_content = (struct der){ rest.bytes, length };
	in->bytes = rest.bytes + length;
	in->length = rest.length - length;
	return true;
}

bool der_take_whole(struct der *in, uint8_t tag, struct der *ret_element)
{
	const uint8_t *start = in->bytes;
	struct der content;

	if (!der_take(in, tag, &content))
		return false;
	*ret_element = (struct der){ start, (size_t)(in->bytes - start) };
	return true;
}

static bool comes_before(struct der a, struct der b)
{
	size_t common = a.length < b.length ? a.length : b.length;
	int order = common ? memcmp(a.bytes, b.bytes, common) : 0;

	return order ? order < 0 : a.length < b.length;
}

bool der_is_set_of(struct der content, uint8_t tag)
{
	struct der last = { 0 }, element;

	for (; content.length; last = element)
		if (!der_take_whole(&content, tag, &element) ||
		    !comes_before(last, element))
			return false;
	return true;
}

bool der_equal(struct der a, struct der b)
{
	return a.length == b.length &&
		(!a.length || !memcmp(a.bytes, b.bytes, a.length));
}

bool der_take_bytes(struct der *in, const void *bytes, size_t length)
{
	if (in->length < length || memcmp(in->bytes, bytes, length))
		return false;
	in->bytes += length;
	in->length -= length;
	return true;
}

size_t der_wrap(uint8_t *buf, size_t size, size_t used, uint8_t tag)
{
	uint8_t head[4] = { tag };
	size_t length = 2;

	if (used > size || used > 0xffff)
		return 0;
	if (used < 0x80) {
		head[1] = (uint8_t)used;
	} else if (used < 0x100) {
		head[1] = 0x81;
		head[2] = (uint8_t)used;
		length = 3;
	} else {
		head[1] = 0x82;
		head[2] = (uint8_t)(used >> 8);
		head[3] = (uint8_t)used;
		length = 4;
	}
	if (size - used < length)
		return 0;
	memcpy(buf + size - used - length, head, length);
	return used + length;
}
