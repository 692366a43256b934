/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/time.h"
#include "proof/plan.h"

/* Markers over and above those on filler. */
#define MARKERS 256
/* A drive that fails this often in a row is not kept trying. */
#define MAX_FAILURES 16
/* A hung drive: longer than the kernel's own time-outs and retries. */
#define READ_TIMEOUT_MS (10 * 60 * 1000)

static int gone(struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV,
			 N_("the drive disappeared while the markers were written; connect it again and resume"));
}

/* What one reading of all points, or of those with `flag`, is for. */
typedef void seen_point(struct proof *p, struct point *point,
			const uint8_t *bytes);

static size_t next_point(const struct proof *p, size_t from, uint8_t flag)
{
	while (from < p->points_count &&
	       (p->points[from].flags & flag) != flag)
		from++;
	return from;
}

/* Signals end a wait early; they are the job's to see. */
static const struct reader_chunk *wait_for_oldest(struct reader *r)
{
	uint64_t end = time_monotonic_ms() + READ_TIMEOUT_MS;
	const struct reader_chunk *chunk;

	do
		chunk = reader_oldest(r, 1000);
	while (!chunk && time_monotonic_ms() < end);
	return chunk;
}

static int read_points(struct proof *p, struct transport *t, uint8_t flag,
		       seen_point *seen)
{
	size_t asked = next_point(p, 0, flag), judged = asked;
	unsigned failures = 0;
	struct reader *r;
	int result = reader_new(t, &r);

	if (result < 0)
		return result;
	while (judged < p->points_count && failures < MAX_FAILURES) {
		const struct reader_chunk *chunk;
		struct point *point = &p->points[judged];

		while (asked < p->points_count && !reader_is_full(r)) {
			reader_ask(r, p->points[asked].block * p->block,
				   p->block);
			asked = next_point(p, asked + 1, flag);
		}
		chunk = wait_for_oldest(r);
		if (!chunk)
			break;   /* hung: what isn't read isn't relied on */
		if (proof_is_gone(chunk->result)) {
			result = -ENODEV;
			break;
		}
		failures = chunk->result < 0 ? failures + 1 : 0;
		if (chunk->result == 0)
			seen(p, point, chunk->bytes);
		reader_drop(r);
		judged = next_point(p, judged + 1, flag);
	}
	reader_free(r);
	return result;
}

/* --- before -------------------------------------------------------------- */

static void remember(struct proof *p, struct point *point,
		     const uint8_t *bytes)
{
	marker_hash(p, bytes, point->before);
	point->flags |= POINT_KNOWN;
	if (judge_is_constant(bytes, p->block))
		point->flags |= POINT_FILLER;
}

static int compare_before(const void *a, const void *b)
{
	const struct point *const *x = a, *const *y = b;

	return memcmp((*x)->before, (*y)->before, sizeof((*x)->before));
}

/* What stands at more than one point is a pattern, not data. */
static int find_filler(struct proof *p)
{
	struct point **sorted = calloc(p->points_count, sizeof(*sorted));
	size_t count = 0;

	if (!sorted)
		return -ENOMEM;
	for (size_t i = 0; i < p->points_count; i++)
		if (p->points[i].flags & POINT_KNOWN)
			sorted[count++] = &p->points[i];
	qsort(sorted, count, sizeof(*sorted), compare_before);
	for (size_t i = 1; i < count; i++)
		if (compare_before(&sorted[i - 1], &sorted[i]) == 0) {
			sorted[i - 1]->flags |= POINT_FILLER;
			sorted[i]->flags |= POINT_FILLER;
		}
	free(sorted);
	return 0;
}

/* --- markers -------------------------------------------------------------- */

static bool is_chosen(const struct proof *p, size_t index)
{
	uint64_t last = p->points_count - 1;
	uint64_t rank;

	if (p->points_count <= MARKERS ||
	    (p->points[index].flags & POINT_FILLER) ||
	    !(p->points[index].flags & POINT_KNOWN))
		return true;
	/* MARKERS points evenly, the first and the last among them. */
	rank = ((uint64_t)index * (MARKERS - 1) + last / 2) / last;
	return (rank * last + (MARKERS - 1) / 2) / (MARKERS - 1) == index;
}

static int write_markers(struct proof *p, struct transport *t,
			 unsigned *ret_failed)
{
	unsigned failures = 0, failed = 0;
	uint8_t *marker = aligned_alloc(65536, 65536);

	if (!marker)
		return -ENOMEM;
	for (size_t i = 0; i < p->points_count && failures < MAX_FAILURES;
	     i++) {
		struct point *point = &p->points[i];
		int r;

		if (!is_chosen(p, i))
			continue;
		marker_make(p, point->block, marker);
		point->flags |= POINT_TRIED;
		r = transport_write(t, point->block * p->block, marker,
				    p->block, NULL);
		if (proof_is_gone(r)) {
			free(marker);
			return -ENODEV;
		}
		failures = r < 0 ? failures + 1 : 0;
		failed += r < 0;
	}
	free(marker);
	*ret_failed = failed;
	return 0;
}

static void check_stuck(struct proof *p, struct point *point,
			const uint8_t *bytes)
{
	marker_make(p, point->block, p->scratch);
	if (memcmp(bytes, p->scratch, p->block) == 0)
		point->flags |= POINT_STUCK;
}

static size_t count_points(const struct proof *p, uint8_t flag)
{
	size_t count = 0;

	for (size_t i = 0; i < p->points_count; i++)
		count += (p->points[i].flags & flag) != 0;
	return count;
}

static int plant(struct proof *p, struct transport *t)
{
	unsigned failed = 0;
	int r = read_points(p, t, 0, remember);

	if (r == 0)
		r = find_filler(p);
	if (r == 0)
		r = write_markers(p, t, &failed);
	if (r < 0)
		return r;
	/* A marker that may still be in the drive's cache when the erase
	 * clears it would prove nothing of the medium. */
	r = transport_flush(t, NULL);
	if (proof_is_gone(r))
		return -ENODEV;
	if (r < 0)
		transport_note(t, "proof: the drive did not confirm the flush of the markers: none is relied on");
	else
		r = read_points(p, t, POINT_TRIED, check_stuck);
	if (r == -ENODEV || r == -ENOMEM)
		return r;
	transport_note(t, "proof: %zu points, %zu read before the erase (%zu of them filler); %zu markers tried, %u write errors, %zu read back",
		       p->points_count, count_points(p, POINT_KNOWN),
		       count_points(p, POINT_FILLER),
		       count_points(p, POINT_TRIED), failed,
		       count_points(p, POINT_STUCK));
	return 0;
}

int proof_plant(struct proof *p, struct transport *t,
		const struct guard_token *token, struct haiki_error *err)
{
	int r;

	if (p->planted)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EALREADY,
				 N_("the markers were planted before: nothing was written again"));
	r = guard_check(token, t, err);
	if (r < 0)
		return r;
	p->planted = true;
	r = plant(p, t);
	if (r == -ENODEV)
		return gone(err);
	if (r < 0)
		return error_errno(err, r, N_("cannot plant the markers"));
	return 0;
}
