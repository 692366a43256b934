/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CERTIFICATE_PHOTO_H
#define TESTS_CERTIFICATE_PHOTO_H

#include <png.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

/* A picture as a camera makes it: no two pixels alike; or all of one grey. */
static inline uint8_t *photo_pixels(int width, int height, int noise)
{
	uint8_t *rgb = malloc((size_t)width * (size_t)height * 3);
	uint32_t x = 2463534242;

	if (!rgb)
		abort();
	for (size_t i = 0; i < (size_t)width * (size_t)height * 3; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		rgb[i] = noise ? (uint8_t)x : 128;
	}
	return rgb;
}

/* The caller frees. */
static inline void *photo_jpeg(int width, int height, int noise, int flags,
			       size_t *ret_length)
{
	uint8_t *rgb = photo_pixels(width, height, noise);
	unsigned char *packed = NULL;
	unsigned long length = 0;
	tjhandle handle = tjInitCompress();
	void *copy;

	if (!handle || tjCompress2(handle, rgb, width, 0, height, TJPF_RGB,
				   &packed, &length, TJSAMP_444, 90,
				   flags) < 0)
		abort();
	copy = malloc(length);
	if (!copy)
		abort();
	memcpy(copy, packed, length);
	tjFree(packed);
	tjDestroy(handle);
	free(rgb);
	*ret_length = length;
	return copy;
}

static inline void *photo_png(int width, int height, int noise,
			      size_t *ret_length)
{
	uint8_t *rgb = photo_pixels(width, height, noise);
	png_image image = { .version = PNG_IMAGE_VERSION,
		.width = (png_uint_32)width, .height = (png_uint_32)height,
		.format = PNG_FORMAT_RGB };
	size_t length = PNG_IMAGE_PNG_SIZE_MAX(image);
	void *bytes = malloc(length);

	if (!bytes || !png_image_write_to_memory(&image, bytes, &length, 0,
						 rgb, 0, NULL))
		abort();
	free(rgb);
	*ret_length = length;
	return bytes;
}

#endif
