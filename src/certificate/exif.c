/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/exif.h"

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"

#define AS_IT_STANDS 1
#define TAG_ORIENTATION 0x0112
#define TYPE_SHORT 3

/* Nothing is read beyond `left`. */
struct view {
	const uint8_t *at;
	size_t left;
};

static bool skip(struct view *v, size_t length)
{
	if (v->left < length)
		return false;
	v->at += length;
	v->left -= length;
	return true;
}

static bool begins(const struct view *v, const void *bytes, size_t length)
{
	return v->left >= length && !memcmp(v->at, bytes, length);
}

/* --- TIFF 6.0, section 2: a header, and a list of entries ------------------ */

static uint16_t u16(const uint8_t *at, bool big)
{
	return big ? get_be16(at) : get_le16(at);
}

static uint32_t u32(const uint8_t *at, bool big)
{
	return big ? get_be32(at) : get_le32(at);
}

static unsigned in_directory(struct view list, bool big)
{
	unsigned count;

	if (list.left < 2)
		return AS_IT_STANDS;
	count = u16(list.at, big);
	skip(&list, 2);
	for (unsigned i = 0; i < count && list.left >= 12; i++) {
		unsigned value = u16(list.at + 8, big);

		if (u16(list.at, big) == TAG_ORIENTATION)
			return u16(list.at + 2, big) == TYPE_SHORT &&
				u32(list.at + 4, big) == 1 && value >= 1 &&
				value <= 8 ? value : AS_IT_STANDS;
		skip(&list, 12);
	}
	return AS_IT_STANDS;
}

static unsigned in_tiff(struct view tiff)
{
	bool big = begins(&tiff, "MM\0*", 4);

	if (!big && !begins(&tiff, "II*\0", 4))
		return AS_IT_STANDS;
	return tiff.left >= 8 && skip(&tiff, u32(tiff.at + 4, big)) ?
		in_directory(tiff, big) : AS_IT_STANDS;
}

/* --- where it stands ------------------------------------------------------- */

/* ITU-T T.81, B.1.1: segments, up to the first scan. */
static unsigned in_jpeg(struct view v)
{
	skip(&v, 2);
	while (v.left >= 4 && v.at[0] == 0xff && v.at[1] != 0xda) {
		struct view segment = { v.at + 4, v.left - 4 };
		bool filled = v.at[1] == 0xff, exif = v.at[1] == 0xe1;
		size_t length = filled ? 0 : get_be16(v.at + 2);

		if (filled) {
			skip(&v, 1);
			continue;
		}
		/* It counts itself. */
		if (length < 2 || length - 2 > segment.left)
			return AS_IT_STANDS;
		segment.left = length - 2;
		if (exif && begins(&segment, "Exif\0", 6)) {
			skip(&segment, 6);
			return in_tiff(segment);
		}
		skip(&v, length + 2);
	}
	return AS_IT_STANDS;
}

/* PNG 1.2 extensions 1.5, 3.7: the chunk eXIf, before or behind the picture. */
static unsigned in_png(struct view v)
{
	skip(&v, 8);
	while (v.left >= 12) {
		struct view chunk = { v.at + 8, get_be32(v.at) };

		if (chunk.left > v.left - 12)
			return AS_IT_STANDS;
		if (!memcmp(v.at + 4, "eXIf", 4))
			return in_tiff(chunk);
		skip(&v, chunk.left + 12);
	}
	return AS_IT_STANDS;
}

unsigned exif_orientation(const uint8_t *bytes, size_t length)
{
	const struct view v = { bytes, length };

	if (begins(&v, "\xff\xd8", 2))
		return in_jpeg(v);
	return begins(&v, "\x89PNG", 4) ? in_png(v) : AS_IT_STANDS;
}
