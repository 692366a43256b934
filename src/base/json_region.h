/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_REGION_H
#define BASE_JSON_REGION_H

#include <stdbool.h>

/*
 * Memory for many JSON trees, one after the other: a tree is a thousand small
 * pieces, which come out of one piece here and go back all at once.
 *
 * json_region_prepare() once, before there are threads that use regions. What
 * a thread makes between json_region_enter() and json_region_leave() it must
 * let go of itself, in that thread; what json_dumps() gives is not to be asked
 * for in between, as free() doesn't know where it is from.
 *
 * A tree that is larger than the region takes ordinary memory; without memory
 * for the region, all do.
 */
struct json_region;

void json_region_prepare(void);
struct json_region *json_region_new(void);
void json_region_free(struct json_region *region);
void json_region_enter(struct json_region *region);

/* false: something is still in use. Then its place isn't given away again. */
bool json_region_leave(void);

/* In between, what is made to stay: -> the region, to be entered again. */
struct json_region *json_region_pause(void);

#endif
