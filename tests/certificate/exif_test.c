/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "certificate/exif.h"

/* SOI, a comment, APP1 with two entries, the second of which counts; SOS. */
static const uint8_t jpeg[] = {
	0xff, 0xd8, 0xff, 0xfe, 0, 4, 'h', 'i', 0xff,
	0xff, 0xe1, 0, 46, 'E', 'x', 'i', 'f', 0, 0,
	'I', 'I', 42, 0, 8, 0, 0, 0, 2, 0,
	0x0f, 0x01, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0,
	0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
	0xff, 0xda, 0, 2,
};
static const uint8_t png[] = {
	0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
	0, 0, 0, 1, 'a', 'b', 'C', 'd', 0, 1, 2, 3, 4,
	0, 0, 0, 26, 'e', 'X', 'I', 'f', 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
	0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4,
};

static void reads_what_cameras_write(void **state)
{
	(void)state;
	assert_int_equal(exif_orientation(jpeg, sizeof(jpeg)), 6);
	assert_int_equal(exif_orientation(png, sizeof(png)), 8);
}

/* In memory of just that length: beyond it, the sanitizers would say so. */
static unsigned orientation_of(const uint8_t *bytes, size_t length)
{
	CLEANUP(free) uint8_t *copy = malloc(length + 1);

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	return exif_orientation(copy, length);
}

static void takes_nothing_else_for_it(void **state)
{
	static const size_t places[] = {
		9, 12, 13, 19, 20, 21, 23, 41, 42, 43, 45, 49,
	};
	uint8_t other[sizeof(jpeg)];

	(void)state;
	/* Up to the value nothing is known; from there on it is. */
	for (size_t n = 0; n < sizeof(jpeg); n++)
		assert_int_equal(orientation_of(jpeg, n), n < 57 ? 1 : 6);
	for (size_t n = 0; n < 59; n++)
		assert_int_equal(orientation_of(png, n), 1);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		memcpy(other, jpeg, sizeof(jpeg));
		other[places[i]] ^= 0x80;
		assert_int_equal(exif_orientation(other, sizeof(other)), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_cameras_write),
		cmocka_unit_test(takes_nothing_else_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
