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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures_become_small),
		cmocka_unit_test(what_is_no_picture_is_refused),
		cmocka_unit_test(bombs_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
