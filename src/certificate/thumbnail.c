/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/thumbnail.h"

#include <openssl/evp.h>
#include <png.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/exif.h"

/* Of a picture, not more: what it takes to decode one is bounded. */
#define MAX_SIDE 30000
#define MAX_PIXELS (INT64_C(64) << 20)
/* What libjpeg-turbo and libpng agree on: 8 bits each of red, green, blue. */
#define CHANNELS 3

struct pixels {
	uint8_t *rgb;
	int width, height;
};

static void pixels_cleanup(struct pixels *p)
{
	free(p->rgb);
}

static void turbo_cleanup(tjhandle *handle)
{
	if (*handle)
		tjDestroy(*handle);
}

static void packed_cleanup(unsigned char **packed)
{
	tjFree(*packed);
}

static int wrong(struct haiki_error *err, const char *format, const char *name)
{
	return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL, format, name);
}

static int damaged(struct haiki_error *err, const char *name)
{
	return wrong(err, N_("the picture %s is damaged or of a kind that can't be read: save it again as an ordinary JPEG or PNG"),
		     name);
}

static int check_size(int64_t width, int64_t height, const char *name,
		      struct haiki_error *err)
{
	if (width < 1 || height < 1)
		return damaged(err, name);
	if (width <= MAX_SIDE && height <= MAX_SIDE &&
	    width * height <= MAX_PIXELS)
		return 0;
	return wrong(err, N_("the picture %s has too many pixels: give a smaller copy of it"),
		     name);
}

static int make_room(struct pixels *p, int width, int height,
		     const char *name, struct haiki_error *err)
{
	p->rgb = calloc((size_t)width * (size_t)height, CHANNELS);
	if (!p->rgb)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), name);
	p->width = width;
	p->height = height;
	return 0;
}

/* --- reading --------------------------------------------------------------- */

/* The decoder halves on its own, as long as enough remains. */
static tjscalingfactor choose_scale(int width, int height)
{
	tjscalingfactor best = { 1, 1 };

	for (int denominator = 2; denominator <= 8; denominator *= 2) {
		const tjscalingfactor scale = { 1, denominator };
		int w = TJSCALED(width, scale), h = TJSCALED(height, scale);

		if ((w > h ? w : h) >= THUMBNAIL_SIDE)
			best = scale;
	}
	return best;
}

static int read_jpeg(const uint8_t *bytes, size_t length, const char *name,
		     struct pixels *ret_pixels, struct haiki_error *err)
{
	CLEANUP(turbo) tjhandle handle = tjInitDecompress();
	CLEANUP(pixels) struct pixels p = { 0 };
	int width = 0, height = 0, sampling = 0, space = 0, r;
	tjscalingfactor scale;

	if (!handle)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), name);
	if (tjDecompressHeader3(handle, bytes, length, &width, &height,
				&sampling, &space) < 0)
		return damaged(err, name);
	r = check_size(width, height, name, err);
	if (r < 0)
		return r;
	scale = choose_scale(width, height);
	r = make_room(&p, TJSCALED(width, scale), TJSCALED(height, scale),
		      name, err);
	if (r < 0)
		return r;
	/* A cut-off picture is a warning to it, and no picture to us. */
	if (tjDecompress2(handle, bytes, length, p.rgb, p.width, 0, p.height,
			  TJPF_RGB, TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING |
			  TJFLAG_LIMITSCANS) < 0)
		return damaged(err, name);
	*ret_pixels = p;
	p.rgb = NULL;
	return 0;
}

static void image_cleanup(png_image *image)
{
	png_image_free(image);
}

static int read_png(const uint8_t *bytes, size_t length, const char *name,
		    struct pixels *ret_pixels, struct haiki_error *err)
{
	static const png_color white = { 255, 255, 255 };
	CLEANUP(image) png_image image = { .version = PNG_IMAGE_VERSION };
	CLEANUP(pixels) struct pixels p = { 0 };
	int r;

	if (!png_image_begin_read_from_memory(&image, bytes, length))
		return damaged(err, name);
	r = check_size(image.width, image.height, name, err);
	if (r == 0)
		r = make_room(&p, (int)image.width, (int)image.height, name,
			      err);
	if (r < 0)
		return r;
	image.format = PNG_FORMAT_RGB;
	if (!png_image_finish_read(&image, &white, p.rgb, 0, NULL) ||
	    (image.warning_or_error & PNG_IMAGE_ERROR))
		return damaged(err, name);
	*ret_pixels = p;
	p.rgb = NULL;
	return 0;
}

static int read_picture(const uint8_t *bytes, size_t length, const char *name,
			struct pixels *ret_pixels, struct haiki_error *err)
{
	static const uint8_t jpeg[] = { 0xff, 0xd8, 0xff };
	static const uint8_t png[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a,
				       '\n' };

	if (length > sizeof(jpeg) && !memcmp(bytes, jpeg, sizeof(jpeg)))
		return read_jpeg(bytes, length, name, ret_pixels, err);
	if (length > sizeof(png) && !memcmp(bytes, png, sizeof(png)))
		return read_png(bytes, length, name, ret_pixels, err);
	return wrong(err, N_("the picture %s is neither JPEG nor PNG: save it as one of these and give that"),
		     name);
}

/* --- making it small ------------------------------------------------------- */

/* The mean of what lies under one new pixel: whole numbers, no chance. */
static void put_mean(const struct pixels *from, const struct pixels *to, int x,
		     int y)
{
	int64_t left = (int64_t)x * from->width / to->width,
		right = (int64_t)(x + 1) * from->width / to->width,
		top = (int64_t)y * from->height / to->height,
		bottom = (int64_t)(y + 1) * from->height / to->height;
	uint64_t sum[CHANNELS] = { 0 };
	uint64_t count = (uint64_t)((right - left) * (bottom - top));

	for (int64_t v = top; v < bottom; v++)
		for (int64_t u = left; u < right; u++)
			for (int c = 0; c < CHANNELS; c++)
				sum[c] += from->rgb[(v * from->width + u) *
						    CHANNELS + c];
	for (int c = 0; c < CHANNELS; c++)
		to->rgb[((int64_t)y * to->width + x) * CHANNELS + c] =
			(uint8_t)((sum[c] + count / 2) / count);
}

static int scaled(int side, int longest)
{
	int small = (int)((int64_t)side * THUMBNAIL_SIDE / longest);

	return small ? small : 1;
}

static int reduce(struct pixels *p, const char *name, struct haiki_error *err)
{
	CLEANUP(pixels) struct pixels small = { 0 };
	int longest = p->width > p->height ? p->width : p->height, r;

	if (longest <= THUMBNAIL_SIDE)
		return 0;
	r = make_room(&small, scaled(p->width, longest),
		      scaled(p->height, longest), name, err);
	if (r < 0)
		return r;
	for (int y = 0; y < small.height; y++)
		for (int x = 0; x < small.width; x++)
			put_mean(p, &small, x, y);
	free(p->rgb);
	*p = small;
	small.rgb = NULL;
	return 0;
}

/* --- turning it as the camera was held -------------------------------------- */

/* What each of Exif's values does: the picture's sides change places, and then
 * it's mirrored. */
static const struct {
	bool swapped, from_right, from_bottom;
} turns[] = {
	[2] = { false, true, false }, [3] = { false, true, true },
	[4] = { false, false, true }, [5] = { true, false, false },
	[6] = { true, false, true }, [7] = { true, true, true },
	[8] = { true, true, false },
};

static int turn(struct pixels *p, unsigned orientation, const char *name,
		struct haiki_error *err)
{
	CLEANUP(pixels) struct pixels to = { 0 };
	bool swapped = turns[orientation].swapped;
	int r;

	if (orientation == 1)
		return 0;
	r = make_room(&to, swapped ? p->height : p->width,
		      swapped ? p->width : p->height, name, err);
	if (r < 0)
		return r;
	for (int y = 0; y < to.height; y++)
		for (int x = 0; x < to.width; x++) {
			int u = swapped ? y : x, v = swapped ? x : y;

			if (turns[orientation].from_right)
				u = p->width - 1 - u;
			if (turns[orientation].from_bottom)
				v = p->height - 1 - v;
			memcpy(to.rgb + ((int64_t)y * to.width + x) * CHANNELS,
			       p->rgb + ((int64_t)v * p->width + u) * CHANNELS,
			       CHANNELS);
		}
	free(p->rgb);
	*p = to;
	to.rgb = NULL;
	return 0;
}

/* --- writing --------------------------------------------------------------- */

/* As good as goes into the room: the steps are fixed, so is the outcome. */
static int pack(const struct pixels *p, const char *name,
		unsigned char **ret_packed, size_t *ret_length,
		struct haiki_error *err)
{
	static const int qualities[] = { 70, 50, 30, 15, 5 };
	CLEANUP(turbo) tjhandle handle = tjInitCompress();
	CLEANUP(packed) unsigned char *packed = NULL;
	unsigned long length = 0;

	if (!handle)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), name);
	for (size_t i = 0; i < ARRAY_SIZE(qualities); i++) {
		if (tjCompress2(handle, p->rgb, p->width, 0, p->height,
				TJPF_RGB, &packed, &length, TJSAMP_420,
				qualities[i], TJFLAG_ACCURATEDCT) < 0)
			return damaged(err, name);
		if (length > THUMBNAIL_MAX_BYTES)
			continue;
		*ret_packed = TAKE(packed);
		*ret_length = length;
		return 0;
	}
	return damaged(err, name);
}

int thumbnail_make(const void *bytes, size_t length, const char *name,
		   char **ret_base64, struct haiki_error *err)
{
	CLEANUP(pixels) struct pixels p = { 0 };
	CLEANUP(packed) unsigned char *packed = NULL;
	char *text;
	size_t packed_length = 0;
	int r = read_picture(bytes, length, name, &p, err);

	if (r == 0)
		r = reduce(&p, name, err);
	if (r == 0)
		r = turn(&p, exif_orientation(bytes, length), name, err);
	if (r == 0)
		r = pack(&p, name, &packed, &packed_length, err);
	if (r < 0)
		return r;
	text = malloc((packed_length + 2) / 3 * 4 + 1);
	if (!text)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), name);
	EVP_EncodeBlock((unsigned char *)text, packed, (int)packed_length);
	*ret_base64 = text;
	return 0;
}
