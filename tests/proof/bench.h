/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_PROOF_BENCH_H
#define TEST_PROOF_BENCH_H

#include "proof/proof.h"

/*
 * A drive in memory with a proof about it. proof_plant() is built into the
 * test with a guard that lets it through; all else is the library's.
 */
int test_guard_check(const struct guard_token *token, struct transport *t,
		     struct haiki_error *err);
#define guard_check test_guard_check
#include "proof/plant.c"
#undef guard_check

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "proof/fake.h"

#define SIZE (40ull << 20)

static int guard_says;

int test_guard_check(const struct guard_token *token, struct transport *t,
		     struct haiki_error *err)
{
	(void)token;
	(void)t;
	(void)err;
	return guard_says;
}

static const struct proof_expectation uniform = { .kind = HAIKI_EXPECT_UNIFORM };
static const struct proof_expectation noise = { .kind = HAIKI_EXPECT_NOISE };
static const struct proof_expectation changed = { .kind = HAIKI_EXPECT_CHANGED };
static const struct proof_expectation *const all_kinds[] = {
	&uniform, &noise, &changed };

struct bench {
	struct fake f;
	struct proof *p;
	struct haiki_verification v;
};

static inline void bench_new(struct bench *b, enum haiki_plan plan,
			     uint64_t size)
{
	uint8_t seed[32] = { 1, 2, 3 };

	guard_says = 0;
	fake_init(&b->f, size);
	assert_int_equal(proof_new(plan, seed, size, 512, &b->p, NULL), 0);
}

static inline void bench_free(struct bench *b)
{
	proof_free(b->p);
	fake_free(&b->f);
}

static inline void plant_it(struct bench *b)
{
	assert_int_equal(proof_plant(b->p, &b->f.t, NULL, NULL), 0);
}

static inline int read_all(struct bench *b, const struct proof_expectation *e)
{
	bool done = false;
	int r = 0;

	while (!done && r == 0)
		r = proof_step(b->p, &b->f.t, e, 20, &done, NULL);
	proof_result(b->p, &b->v);
	return r;
}

static inline void assert_clean(const struct haiki_verification *v)
{
	assert_true(v->completed);
	assert_true(v->ends_read);
	assert_int_equal(v->mismatches, 0);
	assert_int_equal(v->read_errors, 0);
	assert_int_equal(v->markers_left, 0);
	assert_int_equal(v->markers_unread, 0);
	assert_true(v->samples > 0);
	assert_true(proof_bound_ppm(v) < 1000000);
}

#endif
