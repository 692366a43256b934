/* SPDX-License-Identifier: Apache-2.0 */
#include "opal/level0.h"

#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"

#define HEADER_SIZE 48

static const struct {
	uint16_t code;
	enum opal_ssc ssc;
	const char *name;
} sscs[] = {
	{ 0x0100, OPAL_SSC_ENTERPRISE, "Enterprise" },
	{ 0x0200, OPAL_SSC_OPAL1, "Opal 1" },
	{ 0x0203, OPAL_SSC_OPAL2, "Opal 2" },
	{ 0x0301, OPAL_SSC_OPALITE, "Opalite" },
	{ 0x0302, OPAL_SSC_PYRITE1, "Pyrite 1" },
	{ 0x0303, OPAL_SSC_PYRITE2, "Pyrite 2" },
	{ 0x0304, OPAL_SSC_RUBY, "Ruby" },
	{ 0x0305, OPAL_SSC_KPIO, "Key Per I/O" },
};

const char *opal_ssc_name(enum opal_ssc ssc)
{
	for (size_t i = 0; i < ARRAY_SIZE(sscs); i++)
		if (sscs[i].ssc == ssc)
			return sscs[i].name;
	return "none";
}

static enum haiki_answer bit(uint8_t byte, unsigned n)
{
	return byte & 1u << n ? HAIKI_YES : HAIKI_NO;
}

/* `feature` has its 4-byte header and `size` bytes behind it. */
static void decode_feature(uint16_t code, const uint8_t *feature, size_t size,
			   struct opal_level0 *l)
{
	if (code == 0x0001 && size >= 1) {
		l->tper = true;
		l->tper_sync = feature[4] & 1;
	} else if (code == 0x0002 && size >= 1) {
		l->locking = bit(feature[4], 0);
		l->locking_enabled = bit(feature[4], 1);
		l->locked = bit(feature[4], 2);
		l->media_encryption = bit(feature[4], 3);
		l->mbr_enabled = bit(feature[4], 4);
		l->mbr_done = bit(feature[4], 5);
	}
	for (size_t i = 0; i < ARRAY_SIZE(sscs); i++) {
		/* Of several, the last and best: Opal 2 over Opal 1. */
		if (sscs[i].code != code || size < 4 || sscs[i].ssc < l->ssc)
			continue;
		l->ssc = sscs[i].ssc;
		l->comid = get_be16(feature + 4);
		l->comids = get_be16(feature + 6);
	}
}

void opal_level0_decode(const uint8_t *data, size_t length,
			struct opal_level0 *ret_level0)
{
	struct opal_level0 level0 = { 0 };
	size_t end, at = HEADER_SIZE;

	memset(ret_level0, 0, sizeof(*ret_level0));
	if (length < HEADER_SIZE)
		return;
	/* The length doesn't count itself. */
	end = 4 + (size_t)get_be32(data);
	if (end <= HEADER_SIZE || end > length)
		return;
	while (at + 4 <= end) {
		size_t size = data[at + 3];

		if (at + 4 + size > end)
			return;
		decode_feature(get_be16(data + at), data + at, size, &level0);
		at += 4 + size;
	}
	level0.usable = level0.tper || level0.ssc != OPAL_SSC_NONE ||
			level0.locking != HAIKI_UNKNOWN;
	*ret_level0 = level0;
}
