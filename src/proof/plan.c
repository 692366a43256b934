/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/plan.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

__extension__ typedef unsigned __int128 u128;

int plan_check(enum haiki_plan plan, uint64_t size_bytes,
	       uint32_t logical_block)
{
	if (plan != HAIKI_PLAN_QUICK && plan != HAIKI_PLAN_STANDARD &&
	    plan != HAIKI_PLAN_FULL)
		return -EINVAL;
	if (logical_block < 512 || logical_block > 65536 ||
	    (logical_block & (logical_block - 1)))
		return -EINVAL;
	if (!size_bytes || size_bytes > INT64_MAX || size_bytes % logical_block)
		return -EINVAL;
	return 0;
}

bool plan_reads_all(enum haiki_plan plan, uint64_t population)
{
	return plan == HAIKI_PLAN_FULL ||
	       population / PLAN_SUBSECTIONS < PLAN_SMALL_SUBSECTION;
}

uint64_t plan_strata(enum haiki_plan plan, uint64_t population)
{
	uint64_t strata = plan == HAIKI_PLAN_QUICK ? PLAN_SUBSECTIONS :
						     PLAN_MAX_STRATA;

	return strata < population ? strata : population;
}

uint64_t plan_largest_stratum(enum haiki_plan plan, uint64_t population)
{
	uint64_t strata = plan_strata(plan, population);

	return population / strata + (population % strata != 0);
}

/* floor(i * n / parts) without overflow. */
static uint64_t cut(uint64_t i, uint64_t n, uint64_t parts)
{
	return i * (n / parts) + i * (n % parts) / parts;
}

/* --- numbers ----------------------------------------------------------- */

struct numbers {
	const uint8_t *seed;
	uint64_t stratum, next;
};

static uint64_t number(struct numbers *n)
{
	static const char label[14] = "haiki sample 1";
	uint8_t input[sizeof(label) + 32 + 16], digest[32];

	memcpy(input, label, sizeof(label));
	memcpy(input + sizeof(label), n->seed, 32);
	put_be64(input + sizeof(label) + 32, n->stratum);
	put_be64(input + sizeof(label) + 40, n->next++);
	if (EVP_Digest(input, sizeof(input), digest, NULL, EVP_sha256(),
		       NULL) != 1)
		abort();   /* SHA-256 is always there; going on would lie */
	return get_be64(digest);
}

static uint64_t number_below(struct numbers *n, uint64_t m)
{
	uint64_t excess = (UINT64_MAX % m + 1) % m;   /* 2^64 mod m */
	uint64_t x;

	do
		x = number(n);
	while (x > UINT64_MAX - excess);
	return x % m;
}

/* --- strata ------------------------------------------------------------ */

struct draw {
	uint64_t first, count;    /* the sample, in blocks of the medium */
	uint64_t point;
};

static uint64_t sample_blocks(enum haiki_plan plan, uint64_t population,
			      uint64_t stratum, uint64_t length)
{
	uint64_t subsection = stratum / 2;
	uint64_t blocks;

	if (plan_reads_all(plan, population))
		return length;
	if (plan == HAIKI_PLAN_QUICK)
		return 1;
	blocks = cut(subsection + 1, population, PLAN_SUBSECTIONS) -
		 cut(subsection, population, PLAN_SUBSECTIONS);
	return (blocks + 19) / 20;
}

static void draw(enum haiki_plan plan, const uint8_t seed[32],
		 uint64_t population, uint64_t i, struct draw *ret_draw)
{
	uint64_t strata = plan_strata(plan, population);
	uint64_t start = cut(i, population, strata);
	uint64_t length = cut(i + 1, population, strata) - start;
	uint64_t blocks = sample_blocks(plan, population, i, length);
	uint64_t starts = length - blocks + 1;
	struct numbers numbers = { .seed = seed, .stratum = i };
	uint64_t s = number_below(&numbers, starts);
	uint64_t t = number_below(&numbers, length);

	ret_draw->first = start + s;
	ret_draw->count = blocks;
	ret_draw->point = start + (uint64_t)(((u128)s * length + t) / starts);
}

/* --- the plan ---------------------------------------------------------- */

struct list {
	struct sample *samples;
	size_t count;
	uint32_t block;
};

static void add(struct list *list, uint64_t first, uint64_t count)
{
	list->samples[list->count++] = (struct sample) {
		.offset = first * list->block,
		.length = count * list->block,
	};
}

int proof_plan(enum haiki_plan plan, const uint8_t seed[32],
	       uint64_t size_bytes, uint32_t logical_block,
	       struct sample **ret_samples, size_t *ret_count)
{
	struct list list = { .block = logical_block };
	uint64_t population, end = 0;
	int r = plan_check(plan, size_bytes, logical_block);

	if (r < 0)
		return r;
	list.samples = calloc(PLAN_MAX_POINTS, sizeof(*list.samples));
	if (!list.samples)
		return -ENOMEM;
	population = size_bytes / logical_block;
	if (plan_reads_all(plan, population)) {
		add(&list, 0, population);
		end = population;
	}
	for (uint64_t i = 0; end < population &&
	     i < plan_strata(plan, population); i++) {
		struct draw d;

		draw(plan, seed, population, i, &d);
		if (i == 0 && d.first > 0)
			add(&list, 0, 1);
		add(&list, d.first, d.count);
		end = d.first + d.count;
	}
	if (end < population)
		add(&list, population - 1, 1);
	*ret_samples = list.samples;
	*ret_count = list.count;
	return 0;
}

/* How many blocks a stratum's sample has doesn't depend on the draw; only
 * whether the first and the last block were drawn anyway does. */
int plan_sample_blocks(enum haiki_plan plan, const uint8_t seed[32],
		       uint64_t size_bytes, uint32_t logical_block,
		       uint64_t *ret_blocks)
{
	uint64_t population, strata, blocks = 0;
	struct draw first, last;
	int r = plan_check(plan, size_bytes, logical_block);

	if (r < 0)
		return r;
	population = size_bytes / logical_block;
	if (plan_reads_all(plan, population)) {
		*ret_blocks = population;
		return 0;
	}
	strata = plan_strata(plan, population);
	for (uint64_t i = 0; i < strata; i++)
		blocks += sample_blocks(plan, population, i, 1);
	draw(plan, seed, population, 0, &first);
	draw(plan, seed, population, strata - 1, &last);
	*ret_blocks = blocks + (first.first > 0) +
		(last.first + last.count < population);
	return 0;
}

int plan_points(enum haiki_plan plan, const uint8_t seed[32],
		uint64_t size_bytes, uint32_t logical_block,
		uint64_t **ret_points, size_t *ret_count)
{
	uint64_t population, *points;
	size_t count = 0;
	int r = plan_check(plan, size_bytes, logical_block);

	if (r < 0)
		return r;
	points = calloc(PLAN_MAX_POINTS, sizeof(*points));
	if (!points)
		return -ENOMEM;
	population = size_bytes / logical_block;
	points[count++] = 0;
	for (uint64_t i = 0; i < plan_strata(plan, population); i++) {
		struct draw d;

		draw(plan, seed, population, i, &d);
		if (d.point != points[count - 1])
			points[count++] = d.point;
	}
	if (points[count - 1] != population - 1)
		points[count++] = population - 1;
	*ret_points = points;
	*ret_count = count;
	return 0;
}
