/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CERTIFICATE_DER_H
#define CERTIFICATE_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of DER that is still to be read. */
struct der {
	const uint8_t *bytes;
	size_t length;
};

enum {
	DER_INTEGER = 0x02,
	DER_OCTET_STRING = 0x04,
	DER_OBJECT = 0x06,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT_0 = 0xa0,
	DER_CONTEXT_1 = 0xa1,
	DER_CONTEXT_4 = 0xa4,
	DER_URI = 0x86,           /* GeneralName, implicit [6] IA5String */
};

/*
 * Takes the next element off *in if it has that tag (one byte) and a length
 * in the only form that DER allows; *ret_content is what is inside.
 */
bool der_take(struct der *in, uint8_t tag, struct der *ret_content);

/* The same, but *ret_element begins with its tag and length. */
bool der_take_whole(struct der *in, uint8_t tag, struct der *ret_element);

/* Whether a SET OF has that content: elements with that tag, in ascending
 * order (X.690 11.6), none twice. */
bool der_is_set_of(struct der content, uint8_t tag);

bool der_equal(struct der a, struct der b);

/* Takes the next `length` bytes off *in if they are exactly these. */
bool der_take_bytes(struct der *in, const void *bytes, size_t length);

/* True if the next element has that tag. */
bool der_next_is(const struct der *in, uint8_t tag);

/*
 * Puts tag and length before the `used` bytes at the END of buf (of `size`
 * bytes); returns how many are used then, or 0 if there is no room.
 */
size_t der_wrap(uint8_t *buf, size_t size, size_t used, uint8_t tag);

#endif
