/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"

/*
 * haiki-proof 2 PLAN SEED SIZE BLOCK POINTS
 *
 * SEED is 64 hex digits, SIZE and BLOCK decimal. The points' places follow
 * from these. POINTS is "-" before proof_plant(), else for each point one hex
 * digit of flags and 16 hex digits of the hash of what stood there.
 */
#define FORMAT "haiki-proof 2"
#define POINT_TEXT 17
#define HEAD_MAX 256

static char *put_points(const struct proof *p, char *to)
{
	for (size_t i = 0; i < p->points_count; i++) {
		const struct point *point = &p->points[i];
		uint8_t flags = point->flags & POINT_JOURNALLED;

		*to++ = "0123456789abcdef"[flags];
		hex_encode(point->before, sizeof(point->before), to);
		to += 2 * sizeof(point->before);
	}
	return to;
}

char *proof_serialize(const struct proof *p)
{
	size_t room = HEAD_MAX + p->points_count * POINT_TEXT;
	char *text = malloc(room);
	char seed[65];
	int used;

	if (!text)
		return NULL;
	hex_encode(p->seed, sizeof(p->seed), seed);
	used = snprintf(text, HEAD_MAX, FORMAT " %s %s %" PRIu64 " %" PRIu32 " %s",
			haiki_plan_name(p->plan), seed, p->size, p->block,
			p->planted ? "" : "-");
	if (p->planted)
		put_points(p, text + used);
	return text;
}

struct head {
	char plan[16], seed[65];
	uint64_t size;
	uint32_t block;
	int length;               /* of the head's text */
};

static int parse_head(const char *text, struct head *ret_head)
{
	struct head h = { .length = 0 };
	uint8_t seed[32];

	if (strncmp(text, FORMAT " ", strlen(FORMAT " ")) != 0)
		return -EBADMSG;
	if (sscanf(text, FORMAT " %15[a-z] %64[0-9a-f] %19" SCNu64 " %5" SCNu32 " %n",
		   h.plan, h.seed, &h.size, &h.block, &h.length) != 4 ||
	    !h.length || hex_decode(h.seed, seed, sizeof(seed)) != 32)
		return -EBADMSG;
	*ret_head = h;
	return 0;
}

static bool flags_make_sense(uint8_t flags)
{
	return ((flags & POINT_KNOWN) || !(flags & POINT_FILLER)) &&
	       ((flags & POINT_TRIED) || !(flags & POINT_STUCK));
}

static int parse_points(struct proof *p, const char *text)
{
	if (strlen(text) != p->points_count * POINT_TEXT)
		return -EBADMSG;
	for (size_t i = 0; i < p->points_count; i++, text += POINT_TEXT) {
		struct point *point = &p->points[i];
		char digits[POINT_TEXT + 2] = "0";
		uint8_t bytes[1 + sizeof(point->before)];

		memcpy(digits + 1, text, POINT_TEXT);
		if (hex_decode(digits, bytes, sizeof(bytes)) !=
		    sizeof(bytes) || !flags_make_sense(bytes[0]))
			return -EBADMSG;
		point->flags = bytes[0];
		memcpy(point->before, bytes + 1, sizeof(point->before));
	}
	p->planted = true;
	return 0;
}

/* Whether writing it again gives the same text: there is only one way. */
static bool is_canonical(const struct proof *p, const char *text)
{
	CLEANUP(free) char *again = proof_serialize(p);

	return again && strcmp(again, text) == 0;
}

static int deserialize(const char *text, struct proof **ret_proof)
{
	struct proof *p;
	uint8_t seed[32];
	struct head h;

	if (parse_head(text, &h) < 0)
		return -EBADMSG;
	hex_decode(h.seed, seed, sizeof(seed));
	if (proof_new(haiki_plan_from_name(h.plan), seed, h.size, h.block, &p,
		      NULL) < 0)
		return -EBADMSG;
	if ((strcmp(text + h.length, "-") != 0 &&
	     parse_points(p, text + h.length) < 0) || !is_canonical(p, text)) {
		proof_free(p);
		return -EBADMSG;
	}
	*ret_proof = p;
	return 0;
}

int proof_deserialize(const char *text, struct proof **ret_proof,
		      struct haiki_error *err)
{
	if (deserialize(text, ret_proof) < 0)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EBADMSG,
				 N_("the journal's proof is damaged: what was remembered before the erase is lost; erase the drive again"));
	return 0;
}
