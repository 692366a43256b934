/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/internal.h"

#include <errno.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "proof/plan.h"

bool proof_is_gone(int code)
{
	return code == -ENODEV || code == -ENXIO || code == -ENOMEDIUM;
}

static int add_points(struct proof *p)
{
	uint64_t *blocks;
	size_t count;
	int r = plan_points(p->plan, p->seed, p->size, p->block, &blocks,
			    &count);

	if (r < 0)
		return r;
	p->points = calloc(count, sizeof(*p->points));
	if (!p->points) {
		free(blocks);
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++)
		p->points[i].block = blocks[i];
	p->points_count = count;
	free(blocks);
	return 0;
}

static int build(struct proof *p)
{
	int r = proof_plan(p->plan, p->seed, p->size, p->block, &p->samples,
			   &p->samples_count);

	if (r == 0)
		r = add_points(p);
	if (r < 0)
		return r;
	for (size_t i = 0; i < p->samples_count; i++)
		p->bytes_total += p->samples[i].length;
	p->expected = malloc(READER_BYTES);
	if (!p->expected)
		return -ENOMEM;
	return markers_begin(p);
}

int proof_new(enum haiki_plan plan, const uint8_t *seed, uint64_t size_bytes,
	      uint32_t logical_block, struct proof **ret_proof,
	      struct haiki_error *err)
{
	struct proof *p;
	int r;

	if (plan_check(plan, size_bytes, logical_block) < 0)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("no samples can be drawn from %llu bytes in blocks of %u: the drive tells an impossible size"),
				 (unsigned long long)size_bytes, logical_block);
	p = calloc(1, sizeof(*p));
	if (!p)
		return error_errno(err, -ENOMEM, N_("cannot plan the proof"));
	p->plan = plan;
	p->size = size_bytes;
	p->block = logical_block;
	p->population = size_bytes / logical_block;
	if (seed)
		memcpy(p->seed, seed, sizeof(p->seed));
	else if (RAND_bytes(p->seed, sizeof(p->seed)) != 1) {
		proof_free(p);
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EIO,
				 N_("the system gives no random numbers: nothing was started"));
	}
	r = build(p);
	if (r < 0) {
		proof_free(p);
		return error_errno(err, r, N_("cannot plan the proof"));
	}
	*ret_proof = p;
	return 0;
}

void proof_free(struct proof *p)
{
	if (!p)
		return;
	reader_free(p->reader);
	free(p->samples);
	free(p->points);
	free(p->expected);
	markers_end(p);
	free(p);
}

/* NOISE and CHANGED need something to compare with at every point. */
static bool can_compare(const struct proof *p, const struct point *point)
{
	return (p->expectation != HAIKI_EXPECT_NOISE &&
		p->expectation != HAIKI_EXPECT_CHANGED) ||
	       (point->flags & (POINT_KNOWN | POINT_STUCK));
}

/*
 * A marker that is found was there, whatever the drive said when it was
 * planted; and one that is found twice is one marker (and two mismatches).
 */
static void settle_markers(struct haiki_verification *v)
{
	if (v->markers_left > v->markers_planted)
		v->markers_planted = v->markers_left < v->markers_tried ?
			v->markers_left : v->markers_tried;
	if (!v->markers_planted)
		v->markers_planted = v->markers_left;
	if (v->markers_left > v->markers_planted)
		v->markers_left = v->markers_planted;
}

void proof_result(const struct proof *p,
		  struct haiki_verification *ret_verification)
{
	struct haiki_verification v = {
		.plan = p->plan,
		.expectation = p->expectation,
		.completed = p->done && !p->given_up,
		.ends_read = p->first_read && p->last_read,
		.block_bytes = p->block,
		.population = p->population,
		.samples = p->blocks_read,
		.mismatches = p->mismatches,
		.read_errors = p->read_errors,
		.markers_left = p->markers_left,
	};

	memcpy(v.seed, p->seed, sizeof(v.seed));
	for (size_t i = 0; i < p->points_count; i++) {
		uint8_t flags = p->points[i].flags;

		v.markers_tried += (flags & POINT_TRIED) != 0;
		v.markers_planted += (flags & POINT_STUCK) != 0;
		v.markers_unread += (flags & POINT_STUCK) &&
				    !(flags & POINT_SEEN);
		if (!can_compare(p, &p->points[i]))
			v.completed = false;
	}
	settle_markers(&v);
	*ret_verification = v;
}

uint64_t proof_size(const struct proof *p)
{
	return p->size;
}

uint64_t proof_bytes_done(const struct proof *p)
{
	return p->bytes_done;
}

uint64_t proof_bytes_total(const struct proof *p)
{
	return p->bytes_total;
}

size_t proof_findings(const struct proof *p,
		      const struct proof_finding **ret_findings)
{
	*ret_findings = p->findings;
	return p->findings_count;
}
