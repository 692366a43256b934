/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_region.h"

#include <jansson.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>

/* The trees of our largest records fit in. */
#define REGION_BYTES (512 * 1024)

struct json_region {
	char *at;                 /* the next piece */
	size_t used;              /* pieces that weren't given back */
	alignas(max_align_t) char bytes[REGION_BYTES];
};

static _Thread_local struct json_region *current;

static bool is_inside(const struct json_region *region, const void *piece)
{
	return region && (const char *)piece >= region->bytes &&
		(const char *)piece < region->bytes + REGION_BYTES;
}

static void *allocate(size_t size)
{
	size_t room = (size + alignof(max_align_t) - 1) &
		~(alignof(max_align_t) - 1);
	char *piece;

	if (!current || room < size ||
	    room > (size_t)(current->bytes + REGION_BYTES - current->at))
		return malloc(size);
	piece = current->at;
	current->at += room;
	current->used++;
	return piece;
}

static void release(void *piece)
{
	if (is_inside(current, piece))
		current->used--;
	else
		free(piece);
}

void json_region_prepare(void)
{
	json_set_alloc_funcs(allocate, release);
}

struct json_region *json_region_new(void)
{
	struct json_region *region = malloc(sizeof(*region));

	if (region) {
		region->at = region->bytes;
		region->used = 0;
	}
	return region;
}

void json_region_free(struct json_region *region)
{
	if (region && !region->used)
		free(region);
}

void json_region_enter(struct json_region *region)
{
	current = region;
}

bool json_region_leave(void)
{
	struct json_region *region = current;

	current = NULL;
	if (region && !region->used)
		region->at = region->bytes;
	return !region || !region->used;
}

struct json_region *json_region_pause(void)
{
	struct json_region *region = current;

	current = NULL;
	return region;
}
