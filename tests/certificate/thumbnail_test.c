/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "base/cleanup.h"
#include "certificate/pdf/picture.h"
#include "certificate/photo.h"
#include "certificate/thumbnail.h"

/* What the record has is what the PDF can show. */
static void expect(const void *bytes, size_t length, int width, int height)
{
	CLEANUP(free) char *text = NULL, *again = NULL;
	CLEANUP(picture) struct picture p = { 0 };
	struct haiki_error err = { 0 };

	assert_int_equal(thumbnail_make(bytes, length, "p", &text, &err), 0);
	assert_int_equal(thumbnail_make(bytes, length, "q", &again, &err), 0);
	assert_string_equal(text, again);
	assert_int_equal(picture_read(text, &p), 0);
	assert_int_equal(p.width, width);
	assert_int_equal(p.height, height);
	assert_false(p.grey);
	assert_true(p.length <= THUMBNAIL_MAX_BYTES);
}

static void pictures_become_small(void **state)
{
	static const struct {
		int width, height, small_width, small_height;
	} cases[] = {
		{ 1, 1, 1, 1 }, { 320, 200, 320, 200 }, { 321, 3, 320, 2 },
		{ 640, 480, 320, 240 }, { 700, 1400, 160, 320 },
		{ 1500, 1000, 320, 213 }, { 2561, 1, 320, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		for (int noise = 0; noise < 2; noise++) {
			size_t length = 0;
			CLEANUP(free) void *jpeg = photo_jpeg(cases[i].width,
				cases[i].height, noise, TJFLAG_PROGRESSIVE,
				&length);
			CLEANUP(free) void *png = NULL;

			expect(jpeg, length, cases[i].small_width,
			       cases[i].small_height);
			png = photo_png(cases[i].width, cases[i].height, noise,
					&length);
			expect(png, length, cases[i].small_width,
			       cases[i].small_height);
		}
}

static void refuse(const void *bytes, size_t length, const char *words)
{
	CLEANUP(free) char *text = NULL;
	struct haiki_error err = { 0 };

	assert_int_equal(thumbnail_make(bytes, length, "p.jpg", &text, &err),
			 -EINVAL);
	assert_null(text);
	assert_non_null(strstr(err.text, "p.jpg"));
	assert_non_null(strstr(err.text, words));
}

static void what_is_no_picture_is_refused(void **state)
{
	static const size_t cut[] = { 4, 20, 200, 600, 1000 };
	size_t jpeg_length = 0, png_length = 0;
	CLEANUP(free) uint8_t *jpeg = photo_jpeg(64, 64, 1, 0, &jpeg_length);
	CLEANUP(free) uint8_t *png = photo_png(64, 64, 1, &png_length);

	(void)state;
	refuse("", 0, "neither");
	refuse("jpeg", 4, "neither");
	refuse("GIF89a", 6, "neither");
	for (size_t i = 0; i < ARRAY_SIZE(cut); i++) {
		refuse(jpeg, cut[i], "damaged");
		refuse(png, cut[i] + 10, "damaged");
	}
	png[png_length / 2] ^= 1;         /* its checksum */
	refuse(png, png_length, "damaged");
}

/* A few bytes that claim to be a huge picture. */
static void bombs_are_refused(void **state)
{
	size_t length = 0;
	CLEANUP(free) uint8_t *jpeg = photo_jpeg(8, 8, 0, 0, &length);
	uint8_t *frame = NULL;

	(void)state;
	for (size_t i = 0; i + 1 < length && !frame; i++)
		if (jpeg[i] == 0xff && jpeg[i + 1] == 0xc0)
			frame = jpeg + i;
	assert_non_null(frame);
	memset(frame + 5, 0x70, 4);
	refuse(jpeg, length, "too many pixels");
	memset(frame + 5, 0x7f, 4);
	refuse(jpeg, length, "too many pixels");
	memset(frame + 5, 0xff, 4);
	refuse(jpeg, length, "damaged");
	memset(frame + 5, 0, 4);
	refuse(jpeg, length, "damaged");
}

/* A camera's picture, red on the left and blue on the right, with what Exif
 * says of its orientation. */
static uint8_t *photo_turned(unsigned orientation, bool big, size_t *ret_length)
{
	static const uint8_t exif[] = {
		0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,
		'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0,
		0x12, 0x01, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	};
	static const uint8_t exif_big[] = {
		0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,
		'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
		0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
	};
	uint8_t rgb[64 * 32 * 3], *all;
	unsigned char *packed = NULL;
	unsigned long length = 0;
	tjhandle handle = tjInitCompress();

	for (size_t i = 0; i < sizeof(rgb); i += 3) {
		bool left = i / 3 % 64 < 32;

		rgb[i] = left ? 255 : 0;
		rgb[i + 1] = 0;
		rgb[i + 2] = left ? 0 : 255;
	}
	assert_int_equal(tjCompress2(handle, rgb, 64, 0, 32, TJPF_RGB, &packed,
				     &length, TJSAMP_444, 90, 0), 0);
	all = malloc(length + sizeof(exif));
	assert_non_null(all);
	memcpy(all, packed, 2);
	memcpy(all + 2, big ? exif_big : exif, sizeof(exif));
	all[2 + (big ? 29 : 28)] = (uint8_t)orientation;
	memcpy(all + 2 + sizeof(exif), packed + 2, length - 2);
	tjFree(packed);
	tjDestroy(handle);
	*ret_length = length + sizeof(exif);
	return all;
}

/* The corner of what the record has, clockwise from the upper left, is red. */
static void expect_red(const char *base64, int width, int height,
		       const bool red[4])
{
	CLEANUP(picture) struct picture p = { 0 };
	const int at[4][2] = { { 4, 4 }, { width - 5, 4 },
			       { width - 5, height - 5 }, { 4, height - 5 } };
	uint8_t *rgb = malloc((size_t)width * (size_t)height * 3);
	tjhandle handle = tjInitDecompress();

	assert_non_null(rgb);
	assert_int_equal(picture_read(base64, &p), 0);
	assert_int_equal(p.width, width);
	assert_int_equal(p.height, height);
	assert_int_equal(tjDecompress2(handle, p.bytes, p.length, rgb, width, 0,
				       height, TJPF_RGB, 0), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(rgb[(at[i][1] * width + at[i][0]) * 3] > 128,
				 red[i]);
	tjDestroy(handle);
	free(rgb);
}

static void cameras_that_were_turned_are_followed(void **state)
{
	/* Orientation, and where red then is. */
	static const struct {
		unsigned value;
		bool upright, red[4];
	} cases[] = {
		{ 1, false, { true, false, false, true } },
		{ 2, false, { false, true, true, false } },
		{ 3, false, { false, true, true, false } },
		{ 4, false, { true, false, false, true } },
		{ 5, true, { true, true, false, false } },
		{ 6, true, { true, true, false, false } },
		{ 7, true, { false, false, true, true } },
		{ 8, true, { false, false, true, true } },
		{ 0, false, { true, false, false, true } },
		{ 9, false, { true, false, false, true } },
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(cases); i++) {
		size_t n = i / 2, length = 0;
		CLEANUP(free) uint8_t *jpeg =
			photo_turned(cases[n].value, i % 2, &length);
		CLEANUP(free) char *text = NULL;

		assert_int_equal(thumbnail_make(jpeg, length, "p", &text, NULL),
				 0);
		expect_red(text, cases[n].upright ? 32 : 64,
			   cases[n].upright ? 64 : 32, cases[n].red);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures_become_small),
		cmocka_unit_test(what_is_no_picture_is_refused),
		cmocka_unit_test(bombs_are_refused),
		cmocka_unit_test(cameras_that_were_turned_are_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
