/* SPDX-License-Identifier: Apache-2.0 */
/* The whole of it, with the real guard, on practice drives. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "proof/proof.h"
#include "scratch.h"

static const char set[] =
	"{\"drives\": ["
	"{\"kind\": \"ata-hdd\", \"serial\": \"PROOF-1\", \"size_mib\": 33},"
	"{\"kind\": \"ata-hdd\", \"serial\": \"PROOF-2\", \"size_mib\": 33}]}";

struct drives {
	struct haiki_host *host;
	struct haiki_drive *drives;
	struct guard_token *token[2];
	struct transport *t[2];
};

static void take(struct drives *d, const char *directory)
{
	const char *file = in(directory, "practice.json");
	size_t count;

	assert_int_equal(file_write(file, set, strlen(set), 0600, false, NULL),
			 0);
	assert_int_equal(haiki_host_new(file, &d->host, NULL), 0);
	assert_int_equal(haiki_host_list(d->host, NULL, 0, &d->drives, &count,
					 NULL), 0);
	assert_int_equal(count, 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(guard_acquire(d->host, &d->drives[i],
					       d->drives[i].serial,
					       &d->token[i], &d->t[i], NULL),
				 0);
}

static void put_back(struct drives *d)
{
	guard_release(d->token[0]);
	guard_release(d->token[1]);
	free(d->drives);
	haiki_host_free(d->host);
}

static void fill(struct transport *t, uint64_t size, uint8_t value)
{
	const size_t piece = 1 << 20;
	CLEANUP(free) uint8_t *bytes = aligned_alloc(4096, piece);

	memset(bytes, value, piece);
	for (uint64_t at = 0; at < size; at += piece)
		assert_int_equal(transport_write(t, at, bytes, piece, NULL), 0);
	assert_int_equal(transport_flush(t, NULL), 0);
}

static void read_back(struct proof *p, struct transport *t,
		      struct haiki_verification *ret_v)
{
	struct proof_expectation e = { .kind = HAIKI_EXPECT_UNIFORM };
	bool done = false;

	while (!done)
		assert_int_equal(proof_step(p, t, &e, 100, &done, NULL), 0);
	proof_result(p, ret_v);
}

static void test_plant_and_read(void **state)
{
	SCRATCH(directory);
	struct haiki_verification v;
	struct drives d = { 0 };
	struct proof *p;
	uint64_t size;

	(void)state;
	take(&d, directory);
	size = d.drives[0].size_bytes;
	fill(d.t[0], size, 0);
	for (int erased = 0; erased < 2; erased++) {
		assert_int_equal(proof_new(HAIKI_PLAN_STANDARD, NULL, size,
					   d.drives[0].logical_block, &p,
					   NULL), 0);
		assert_int_equal(proof_plant(p, d.t[0], d.token[0], NULL), 0);
		if (erased)
			fill(d.t[0], size, 0xff);
		read_back(p, d.t[0], &v);
		proof_free(p);
		assert_true(v.completed && v.ends_read);
		assert_true(v.markers_planted >= 256);
		assert_int_equal(v.markers_left,
				 erased ? 0 : v.markers_planted);
		assert_int_equal(v.mismatches, v.markers_left);
		assert_int_equal(v.read_errors + v.markers_unread, 0);
	}
	put_back(&d);
}

/* Another drive's permission is none. */
static void test_other_token(void **state)
{
	SCRATCH(directory);
	struct haiki_verification v;
	struct haiki_error err = { 0 };
	struct drives d = { 0 };
	struct proof *p;

	(void)state;
	take(&d, directory);
	assert_int_equal(proof_new(HAIKI_PLAN_FULL, NULL,
				   d.drives[0].size_bytes, 512, &p, NULL), 0);
	assert_true(proof_plant(p, d.t[0], d.token[1], &err) < 0);
	assert_true(err.text[0]);
	assert_true(proof_plant(p, d.t[0], NULL, &err) < 0);
	/* Not a byte of it was touched: still as a new practice drive. */
	read_back(p, d.t[0], &v);
	assert_int_equal(v.markers_left + v.markers_tried, 0);
	proof_free(p);
	put_back(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plant_and_read),
		cmocka_unit_test(test_other_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
