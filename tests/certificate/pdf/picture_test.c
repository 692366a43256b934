/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include <openssl/evp.h>

#include "base/cleanup.h"
#include "certificate/pdf/picture.h"
#include "certificate/photo.h"

static int read_bytes(const uint8_t *bytes, size_t length, struct picture *p)
{
	CLEANUP(free) char *text = calloc(length + 2, 2);

	assert_non_null(text);
	EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
	return picture_read(text, p);
}

static void refuse(const uint8_t *bytes, size_t length)
{
	struct picture p = { 0 };

	assert_int_equal(read_bytes(bytes, length, &p), -EBADMSG);
	assert_null(p.bytes);
}

static void plain_jpegs_get_through(void **state)
{
	size_t length = 0;
	CLEANUP(free) uint8_t *jpeg = photo_jpeg(320, 8, 0, 0, &length);
	CLEANUP(picture) struct picture p = { 0 };

	(void)state;
	assert_int_equal(read_bytes(jpeg, length, &p), 0);
	assert_int_equal(p.length, length);
	assert_memory_equal(p.bytes, jpeg, length);
	assert_int_equal(p.width, 320);
	assert_int_equal(p.height, 8);
}

static void nothing_else_does(void **state)
{
	size_t length = 0, other = 0;
	CLEANUP(free) uint8_t *jpeg = photo_jpeg(16, 16, 1, 0, &length);
	CLEANUP(free) uint8_t *wide = photo_jpeg(321, 8, 0, 0, &other);
	CLEANUP(free) uint8_t *more = calloc(1, length + 8);
	CLEANUP(free) uint8_t *packed = NULL;
	struct picture p = { 0 };

	(void)state;
	refuse(wide, other);
	packed = photo_jpeg(16, 16, 1, TJFLAG_PROGRESSIVE, &other);
	refuse(packed, other);
	for (size_t n = 1; n < length; n++)
		refuse(jpeg, n);
	/* Something behind its end, another end, a foreign segment. */
	assert_non_null(more);
	memcpy(more, jpeg, length);
	refuse(more, length + 1);
	memcpy(more + length, "\xff\xd9", 2);
	refuse(more, length + 2);
	memcpy(more, "\xff\xd8\xff\xe1\x00\x04xx", 8);
	memcpy(more + 8, jpeg + 2, length - 2);
	refuse(more, length + 6);
	assert_int_equal(picture_read("", &p), -EBADMSG);
	assert_int_equal(picture_read("????", &p), -EBADMSG);
	assert_int_equal(picture_read("abc", &p), -EBADMSG);
	assert_int_equal(picture_read("====", &p), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_jpegs_get_through),
		cmocka_unit_test(nothing_else_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
