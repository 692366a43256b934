/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "base/cleanup.h"
#include "overwrite/fake.h"

#define MIB (1024u * 1024)
#define KIB 1024u

/* How a test reaches its drive: the transport's blocking calls, or a thread
 * with requests answered out of order. */
struct rig {
	struct fake_drive drive;
	struct transport t;
	struct schedule schedule;
	struct fake_io_options io;
	struct engine_options options;
	struct engine *engine;
	struct engine_progress progress;
	struct haiki_error err;
};

static void rig_init(struct rig *rig, uint64_t size, uint32_t logical,
		     const char *schedule, bool threaded)
{
	memset(rig, 0, sizeof(*rig));
	fake_init(&rig->drive, size, logical);
	rig->t = fake_transport(&rig->drive);
	assert_int_equal(schedule_parse(schedule, &rig->schedule, NULL), 0);
	rig->io.drive = &rig->drive;
	rig->io.seed = 1;
	rig->options.limits.request = 16 * KIB;
	if (threaded) {
		rig->options.io_new = fake_io_new;
		rig->options.opaque = &rig->io;
	}
}

static int rig_open(struct rig *rig, const struct engine_state *resume)
{
	return engine_new_unguarded(&rig->t, &rig->schedule, rig->drive.size,
				    rig->drive.logical, resume, &rig->options,
				    &rig->engine, &rig->err);
}

static void rig_close(struct rig *rig)
{
	engine_free(rig->engine);
	rig->engine = NULL;
}

static void rig_fini(struct rig *rig)
{
	rig_close(rig);
	fake_free(&rig->drive);
}

static int run(struct rig *rig)
{
	int r;

	do
		r = engine_step(rig->engine, 50, &rig->progress, &rig->err);
	while (r == 0 && !rig->progress.finished);
	return r;
}

static void assert_pass(struct rig *rig, size_t pass, const uint8_t *found)
{
	uint8_t *expected = malloc(rig->drive.size);

	assert_non_null(expected);
	fake_expect(&rig->schedule, engine_state(rig->engine), pass, 0,
		    expected, rig->drive.size);
	assert_memory_equal(found, expected, rig->drive.size);
	free(expected);
}

static void assert_clean_finish(struct rig *rig)
{
	const struct bad_range *bad;

	assert_true(rig->progress.finished);
	assert_true(rig->progress.flushed);
	assert_int_equal(rig->progress.write_errors, 0);
	assert_int_equal(rig->progress.verify_mismatches, 0);
	assert_int_equal(engine_bad_ranges(rig->engine, &bad), 0);
	assert_int_equal(rig->progress.done, rig->progress.total);
	assert_int_equal(rig->progress.pass_done, rig->drive.size);
	assert_int_equal(rig->progress.pass, rig->schedule.count);
	assert_int_equal(engine_state(rig->engine)->durable, rig->drive.size);
}

/* --- coverage ------------------------------------------------------------- */

static void one_size(uint64_t size, uint32_t logical, const char *schedule,
		     bool threaded, uint32_t request)
{
	struct rig rig;

	rig_init(&rig, size, logical, schedule, threaded);
	rig.options.limits.request = request;
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_int_equal(run(&rig), 0);
	assert_clean_finish(&rig);
	assert_pass(&rig, rig.schedule.count, rig.drive.medium);
	assert_int_equal(rig.drive.bytes_written, size * rig.schedule.count);
	rig_fini(&rig);
}

static void every_byte_of_every_size(void **state)
{
	static const struct {
		uint64_t size;
		uint32_t logical;
	} sizes[] = {
		{ 512, 512 }, { 3 * 512, 512 }, { 4096 + 512, 512 },
		{ 16 * KIB - 512, 512 }, { 16 * KIB, 512 },
		{ 16 * KIB + 512, 512 }, { 333 * 512, 512 },
		{ 16 * 16 * KIB + 7 * 512, 512 },
		{ 4096, 4096 }, { 3 * 4096, 4096 }, { 101 * 4096, 4096 },
		{ 65536, 65536 }, { 5 * 65536, 65536 },
		{ 4160 * 512, 512 },
	};
	static const char *const schedules[] = {
		"zero", "random", "0x924924", "0x0102030405", "0x010203040506",
		"0x01020304050607", "0x0102030405060708",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		for (size_t k = 0; k < ARRAY_SIZE(schedules); k++)
			for (int threaded = 0; threaded < 2; threaded++)
				one_size(sizes[i].size, sizes[i].logical,
					 schedules[k], threaded,
					 sizes[i].logical > 16 * KIB ?
					 sizes[i].logical : 16 * KIB);
}

/* As it is found for a drive that tells nothing about itself. */
static void usual_request_size(void **state)
{
	(void)state;
	one_size(5 * MIB + 9 * 512, 512, "random", false, 0);
	one_size(5 * MIB + 9 * 512, 512, "0x924924:verify", true, 0);
}

struct history {
	struct rig *rig;
	size_t passes;
};

static void remember_pass(struct fake_drive *drive, void *opaque)
{
	struct history *history = opaque;

	history->passes++;
	assert_pass(history->rig, history->passes, drive->medium);
}

/* A flush ends each pass: what then lies on the medium is that pass. */
static void every_pass_of_every_schedule(void **state)
{
	(void)state;
	for (const char *const *id = schedule_builtin(); *id; id++) {
		struct history history = { 0 };
		struct rig rig;

		rig_init(&rig, 100 * KIB + 512, 512, *id, false);
		history.rig = &rig;
		rig.drive.flushed = remember_pass;
		rig.drive.opaque = &history;
		assert_int_equal(rig_open(&rig, NULL), 0);
		assert_int_equal(run(&rig), 0);
		assert_clean_finish(&rig);
		assert_int_equal(history.passes, rig.schedule.count);
		rig_fini(&rig);
	}
}

static void fresh_keys_every_time(void **state)
{
	uint8_t first[16];
	struct rig rig;

	(void)state;
	rig_init(&rig, 8 * KIB, 512, "random,zero,random", false);
	assert_int_equal(rig_open(&rig, NULL), 0);
	memcpy(first, engine_state(rig.engine)->key[0], 16);
	assert_memory_not_equal(first, engine_state(rig.engine)->key[2], 16);
	rig_close(&rig);
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_memory_not_equal(first, engine_state(rig.engine)->key[0], 16);
	rig_fini(&rig);
}

static void nothing_is_written_before_the_first_step(void **state)
{
	struct engine_state *at;
	struct rig rig;

	(void)state;
	for (int threaded = 0; threaded < 2; threaded++) {
		rig_init(&rig, 64 * KIB, 512, "zero", threaded);
		assert_int_equal(rig_open(&rig, NULL), 0);
		at = malloc(sizeof(*at));
		assert_int_equal(engine_checkpoint(rig.engine, at, NULL), 0);
		assert_int_equal(at->pass, 1);
		assert_int_equal(at->durable, 0);
		free(at);
		rig_close(&rig);
		assert_int_equal(rig.drive.writes + rig.drive.flushes, 0);
		fake_free(&rig.drive);
	}
}

static void expected_is_what_was_written(void **state)
{
	unsigned seed = 3;
	struct rig rig;

	(void)state;
	rig_init(&rig, 64 * KIB, 512, "gutmann", false);
	assert_int_equal(rig_open(&rig, NULL), 0);
	for (int i = 0; i < 500; i++) {
		uint32_t pass = 1 + (uint32_t)rand_r(&seed) % 35;
		uint64_t offset = (uint64_t)rand_r(&seed) * 12345;
		size_t length = (size_t)rand_r(&seed) % 100;
		uint8_t a[100], b[100];

		assert_int_equal(engine_expected(&rig.schedule,
						 engine_state(rig.engine), pass,
						 offset, a, length), 0);
		fake_expect(&rig.schedule, engine_state(rig.engine), pass,
			    offset, b, length);
		assert_memory_equal(a, b, length);
	}
	assert_int_equal(engine_expected(&rig.schedule,
					 engine_state(rig.engine), 0, 0, &seed,
					 1), -EINVAL);
	assert_int_equal(engine_expected(&rig.schedule,
					 engine_state(rig.engine), 36, 0, &seed,
					 1), -EINVAL);
	rig_fini(&rig);
}

/* --- reading back --------------------------------------------------------- */

static void verify_counts_blocks_that_differ(void **state)
{
	static const char *const schedules[] = {
		"random:verify", "0x924924:verify", "zero:verify,one",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(schedules); i++)
		for (int threaded = 0; threaded < 2; threaded++) {
			struct rig rig;

			rig_init(&rig, 100 * KIB + 512, 512, schedules[i],
				 threaded);
			rig.drive.corrupt_writes = true;
			rig.drive.corrupt_lba = 200;   /* the last */
			assert_int_equal(rig_open(&rig, NULL), 0);
			assert_int_equal(run(&rig), 0);
			assert_true(rig.progress.finished);
			assert_int_equal(rig.progress.verify_mismatches, 1);
			assert_int_equal(rig.progress.write_errors, 0);
			assert_int_equal(rig.progress.done, rig.progress.total);
			rig_fini(&rig);
		}
}

/* A drive that swallows writes gives back what it had: all blocks differ. */
static void verify_finds_a_drive_that_does_nothing(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, 100 * KIB, 512, "dod-3", true);
	rig.drive.no_memory = true;
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_int_equal(run(&rig), 0);
	assert_int_equal(rig.progress.verify_mismatches, 200);
	rig_fini(&rig);
}

static void unreadable_blocks_are_no_matches(void **state)
{
	struct rig rig;

	(void)state;
	for (int threaded = 0; threaded < 2; threaded++) {
		rig_init(&rig, 100 * KIB, 512, "nist-clear", threaded);
		rig.drive.faults[0] = (struct fake_fault){
			.lba = 70, .count = 3, .times = FAKE_FOREVER,
			.error = -EIO, .reads = true };
		/* This one can be read at the second try. */
		rig.drive.faults[1] = (struct fake_fault){
			.lba = 20, .count = 1, .times = 1, .error = -EIO,
			.reads = true };
		rig.drive.faults_count = 2;
		assert_int_equal(rig_open(&rig, NULL), 0);
		assert_int_equal(run(&rig), 0);
		assert_true(rig.progress.finished);
		assert_int_equal(rig.progress.verify_mismatches, 3);
		rig_fini(&rig);
	}
}

/* --- write errors --------------------------------------------------------- */

struct expected_range {
	uint64_t lba, count;
	uint32_t pass;
};

static void assert_ranges(struct rig *rig, const struct expected_range *expected,
			  size_t count)
{
	const struct bad_range *bad;
	uint64_t blocks = 0;

	assert_int_equal(engine_bad_ranges(rig->engine, &bad), count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(bad[i].lba, expected[i].lba);
		assert_int_equal(bad[i].count, expected[i].count);
		assert_int_equal(bad[i].pass, expected[i].pass);
		assert_int_equal(bad[i].error, -EIO);
		blocks += bad[i].count;
	}
	assert_int_equal(rig->progress.write_errors, blocks);
}

static void bad_places(struct rig *rig)
{
	static const struct fake_fault faults[] = {
		{ 0, 1, FAKE_FOREVER, -EIO, false },
		{ 37, 5, FAKE_FOREVER, -EIO, false },
		{ 95, 2, FAKE_FOREVER, -EIO, false },   /* over a border */
		{ 200, 1, FAKE_FOREVER, -EIO, false },  /* the last */
	};

	memcpy(rig->drive.faults, faults, sizeof(faults));
	rig->drive.faults_count = ARRAY_SIZE(faults);
	rig->drive.attempts = calloc(rig->drive.size / rig->drive.logical,
				     sizeof(uint32_t));
	assert_non_null(rig->drive.attempts);
}

static bool is_bad(uint64_t lba)
{
	return lba == 0 || (lba >= 37 && lba < 42) || lba == 95 || lba == 96 ||
	       lba == 200;
}

static void bad_blocks_are_isolated(void **state)
{
	static const struct expected_range expected[] = {
		{ 0, 1, 1 }, { 37, 5, 1 }, { 95, 2, 1 }, { 200, 1, 1 },
		{ 0, 1, 2 }, { 37, 5, 2 }, { 95, 2, 2 }, { 200, 1, 2 },
	};

	(void)state;
	for (int threaded = 0; threaded < 2; threaded++) {
		uint8_t block[512];
		struct rig rig;

		rig_init(&rig, 201 * 512, 512, "0x924924,random", threaded);
		bad_places(&rig);
		assert_int_equal(rig_open(&rig, NULL), 0);
		assert_int_equal(run(&rig), 0);
		assert_true(rig.progress.finished);
		assert_ranges(&rig, expected, ARRAY_SIZE(expected));
		for (uint64_t lba = 0; lba < 201; lba++) {
			if (is_bad(lba)) {
				/* 16 KiB is 32 blocks: 5 halvings, then the
				 * block twice; for each of two passes. */
				assert_int_equal(rig.drive.medium[lba * 512],
						 0xe5);
				assert_true(rig.drive.attempts[lba] <= 14);
				continue;
			}
			fake_expect(&rig.schedule, engine_state(rig.engine), 2,
				    lba * 512, block, 512);
			assert_memory_equal(rig.drive.medium + lba * 512,
					    block, 512);
		}
		rig_fini(&rig);
	}
}

/* With physical blocks of 4 KiB, one is bad as a whole; the end of the drive
 * need not be the end of one. */
static void errors_go_down_to_the_physical_block(void **state)
{
	static const struct expected_range expected[] = {
		{ 0, 8, 1 }, { 32, 16, 1 }, { 88, 16, 1 }, { 200, 1, 1 },
	};
	struct rig rig;

	(void)state;
	rig_init(&rig, 201 * 512, 512, "random", false);
	rig.options.limits.unit = 4096;
	bad_places(&rig);
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_int_equal(run(&rig), 0);
	assert_ranges(&rig, expected, ARRAY_SIZE(expected));
	rig_fini(&rig);
}

static void a_passing_error_leaves_no_trace(void **state)
{
	struct rig rig;

	(void)state;
	for (uint32_t times = 1; times <= 7; times++) {
		rig_init(&rig, 201 * 512, 512, "random", true);
		rig.drive.faults[0] = (struct fake_fault){
			.lba = 77, .count = 1, .times = times, .error = -EIO };
		rig.drive.faults_count = 1;
		assert_int_equal(rig_open(&rig, NULL), 0);
		assert_int_equal(run(&rig), 0);
		/* Whole, 5 halves, the block, the block again: 7 chances. */
		assert_int_equal(rig.progress.write_errors, times > 6 ? 1 : 0);
		if (times <= 6)
			assert_pass(&rig, 1, rig.drive.medium);
		rig_fini(&rig);
	}
}

static void short_and_interrupted_requests(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 20; seed++) {
		static const struct expected_range expected[] = {
			{ 37, 2, 1 },
		};
		struct rig rig;

		rig_init(&rig, 300 * KIB + 512, 512, "random:verify", true);
		rig.io.seed = seed;
		rig.io.short_writes = rig.io.interruptions = true;
		rig.drive.faults[0] = (struct fake_fault){
			.lba = 37, .count = 2, .times = FAKE_FOREVER,
			.error = -EIO };
		rig.drive.faults_count = seed % 2;
		assert_int_equal(rig_open(&rig, NULL), 0);
		/* An interrupted flush is a failed flush; three in a row are
		 * unlikely with this io, but then it is right to give up. */
		if (run(&rig) == 0) {
			assert_ranges(&rig, expected, seed % 2);
			assert_int_equal(rig.progress.verify_mismatches,
					 seed % 2 ? 2 : 0);
		} else {
			assert_non_null(strstr(rig.err.text, "cache"));
		}
		rig_fini(&rig);
	}
}

static void a_drive_that_takes_nothing_is_given_up(void **state)
{
	static const uint64_t sizes[] = { 512, 20 * 512, 2000 * 512 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		for (int threaded = 0; threaded < 2; threaded++) {
			struct rig rig;

			rig_init(&rig, sizes[i], 512, "zero", threaded);
			rig.drive.faults[0] = (struct fake_fault){
				.count = 1u << 30, .times = FAKE_FOREVER,
				.error = -EIO };
			rig.drive.faults_count = 1;
			assert_int_equal(rig_open(&rig, NULL), 0);
			assert_int_equal(run(&rig), -EIO);
			assert_int_equal(rig.err.code, -EIO);
			assert_true(strlen(rig.err.text) > 10);
			assert_false(rig.progress.finished);
			/* It stays given up. */
			assert_int_equal(run(&rig), -EIO);
			if (sizes[i] > 1000 * 512)
				assert_int_equal(engine_state(rig.engine)->durable,
						 0);
			rig_fini(&rig);
		}
}

/* Half of the drive, more than can be in flight, and its end. */
static void large_bad_areas_are_carried_on_from(void **state)
{
	static const struct expected_range expected[] = {
		{ 100, 200, 1 }, { 999, 2, 1 },
	};

	(void)state;
	for (int threaded = 0; threaded < 2; threaded++) {
		struct rig rig;

		rig_init(&rig, 1001 * 512, 512, "zero", threaded);
		rig.drive.faults[0] = (struct fake_fault){
			.lba = 100, .count = 200, .times = FAKE_FOREVER,
			.error = -EIO };
		rig.drive.faults[1] = (struct fake_fault){
			.lba = 999, .count = 2, .times = FAKE_FOREVER,
			.error = -EIO };
		rig.drive.faults_count = 2;
		assert_int_equal(rig_open(&rig, NULL), 0);
		assert_int_equal(run(&rig), 0);
		assert_true(rig.progress.finished);
		assert_ranges(&rig, expected, 2);
		rig_fini(&rig);
	}
}

/* Where each error takes long, the rest of the request counts as bad. */
static void slow_errors_are_cut_short(void **state)
{
	const struct bad_range *bad;
	struct rig rig;

	(void)state;
	rig_init(&rig, 1001 * 512, 512, "zero", true);
	rig.drive.fault_us = 3000;
	rig.options.limits.isolate_ms = 10;
	rig.drive.faults[0] = (struct fake_fault){
		.lba = 96, .count = 32, .times = FAKE_FOREVER, .error = -EIO };
	rig.drive.faults_count = 1;
	rig.drive.attempts = calloc(1001, sizeof(uint32_t));
	assert_non_null(rig.drive.attempts);
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_int_equal(run(&rig), 0);
	assert_true(rig.progress.finished);
	assert_int_equal(engine_bad_ranges(rig.engine, &bad), 1);
	assert_int_equal(bad[0].lba, 96);
	assert_int_equal(bad[0].count, 32);
	assert_int_equal(rig.drive.attempts[127], 1);
	rig_fini(&rig);
}

/* Nothing but errors for too long, although few: given up. */
static void nothing_but_errors_for_long(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, 1001 * 512, 512, "zero", true);
	rig.drive.fault_us = 2000;
	rig.options.limits.failing_ms = 20;
	rig.drive.faults[0] = (struct fake_fault){
		.lba = 32, .count = 2000, .times = FAKE_FOREVER,
		.error = -EIO };
	rig.drive.faults_count = 1;
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_int_equal(run(&rig), -EIO);
	assert_non_null(strstr(rig.err.text, "given up at byte 16384"));
	rig_fini(&rig);
}

static int every_third(struct transport *t, uint64_t offset, const void *buf,
		       size_t length, struct haiki_error *err)
{
	for (size_t at = 0; at < length; at += 512)
		if ((offset + at) / 512 % 3 == 0)
			return -EIO;
	return fake_t_write(t, offset, buf, length, err);
}

static void too_many_bad_places_are_given_up(void **state)
{
	struct transport_ops ops = fake_ops;
	const struct bad_range *bad;
	struct rig rig;

	(void)state;
	ops.write = every_third;
	rig_init(&rig, 3 * ENGINE_MAX_BAD_RANGES * 512, 512, "zero", false);
	rig.t.ops = &ops;
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_int_equal(run(&rig), 0);
	assert_int_equal(engine_bad_ranges(rig.engine, &bad),
			 ENGINE_MAX_BAD_RANGES);
	rig_fini(&rig);

	rig_init(&rig, (3 * ENGINE_MAX_BAD_RANGES + 1) * 512, 512, "zero",
		 false);
	rig.t.ops = &ops;
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_int_equal(run(&rig), -EIO);
	assert_non_null(strstr(rig.err.text, "1024 places"));
	assert_int_equal(engine_bad_ranges(rig.engine, &bad),
			 ENGINE_MAX_BAD_RANGES);
	rig_fini(&rig);
}

static void a_vanished_drive(void **state)
{
	static const int errors[] = { -ENODEV, -ENXIO, -EIO, -ENOSPC };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		for (int threaded = 0; threaded < 2; threaded++) {
			struct engine_state at;
			struct rig rig;

			rig_init(&rig, 300 * KIB, 512, "zero,random", threaded);
			rig.drive.gone_after = 25;
			rig.drive.gone_error = errors[i];
			assert_int_equal(rig_open(&rig, NULL), 0);
			assert_int_equal(run(&rig), -ENODEV);
			assert_int_equal(engine_checkpoint(rig.engine, &at,
							   &rig.err), -ENODEV);
			assert_int_equal(engine_state(rig.engine)->pass, 2);
			assert_int_equal(engine_state(rig.engine)->durable, 0);
			assert_non_null(strstr(rig.drive.notes, "gone"));
			rig_fini(&rig);
		}
}

static void a_drive_that_shrinks(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, 300 * KIB, 512, "zero", false);
	rig.drive.shrink_after = 10;
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_int_equal(run(&rig), -ESTALE);
	rig_fini(&rig);
}

static void a_drive_that_never_answers(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, 300 * KIB, 512, "zero", true);
	rig.io.silent = true;
	rig.options.limits.stall_ms = 50;
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_int_equal(run(&rig), -ETIMEDOUT);
	rig_fini(&rig);
}

/* --- flushes -------------------------------------------------------------- */

static void a_failed_flush_is_written_again(void **state)
{
	(void)state;
	for (int threaded = 0; threaded < 2; threaded++) {
		struct rig rig;

		rig_init(&rig, 200 * KIB, 512, "random", threaded);
		rig.drive.flush_fails = 2;
		assert_int_equal(rig_open(&rig, NULL), 0);
		assert_int_equal(run(&rig), 0);
		assert_clean_finish(&rig);
		assert_int_equal(rig.drive.flushes, 3);
		assert_int_equal(rig.drive.bytes_written, 3 * rig.drive.size);
		assert_pass(&rig, 1, rig.drive.medium);
		rig_fini(&rig);
	}
}

static void no_flush_no_success(void **state)
{
	(void)state;
	for (int threaded = 0; threaded < 2; threaded++) {
		struct rig rig;

		rig_init(&rig, 200 * KIB, 512, "random,zero", threaded);
		rig.drive.flush_fails = 1000;
		assert_int_equal(rig_open(&rig, NULL), 0);
		assert_int_equal(run(&rig), -EIO);
		assert_false(rig.progress.finished);
		assert_false(rig.progress.flushed);
		assert_int_equal(engine_state(rig.engine)->pass, 1);
		assert_int_equal(engine_state(rig.engine)->durable, 0);
		assert_int_equal(rig.drive.flushes, 3);
		rig_fini(&rig);
	}
}

/* Bad blocks found before the failed flush are looked for again. */
static void a_failed_flush_forgets_what_it_should_have_covered(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, 200 * KIB, 512, "random", false);
	rig.drive.flush_fails = 1;
	rig.drive.faults[0] = (struct fake_fault){
		.lba = 50, .count = 1, .times = 7, .error = -EIO };
	rig.drive.faults_count = 1;
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_int_equal(run(&rig), 0);
	assert_clean_finish(&rig);
	assert_pass(&rig, 1, rig.drive.medium);
	rig_fini(&rig);
}

static void a_checkpoint_whose_flush_fails(void **state)
{
	(void)state;
	for (int threaded = 0; threaded < 2; threaded++) {
		struct engine_state *at = calloc(1, sizeof(*at));
		struct rig rig;

		assert_non_null(at);
		rig_init(&rig, 4 * MIB, 512, "random", threaded);
		rig.drive.flush_fails = 1;
		assert_int_equal(rig_open(&rig, NULL), 0);
		engine_pause(rig.engine, true);
		assert_int_equal(engine_step(rig.engine, 0, &rig.progress,
					     &rig.err), 0);
		at->durable = 4711;
		assert_int_equal(engine_checkpoint(rig.engine, at, &rig.err),
				 -EIO);
		assert_int_equal(at->durable, 4711);
		assert_int_equal(engine_state(rig.engine)->durable, 0);
		assert_int_equal(engine_checkpoint(rig.engine, at, &rig.err), 0);
		engine_pause(rig.engine, false);
		assert_int_equal(run(&rig), 0);
		assert_clean_finish(&rig);
		assert_pass(&rig, 1, rig.drive.medium);
		rig_fini(&rig);
		free(at);
	}
}

/* --- power cuts ----------------------------------------------------------- */

static bool is_recorded(const struct engine_state *at, uint64_t lba)
{
	for (size_t i = 0; i < at->bad_count; i++)
		if (at->bad[i].pass == at->pass && at->bad[i].lba <= lba &&
		    lba < at->bad[i].lba + at->bad[i].count)
			return true;
	return false;
}

/* Each block that a state calls durable is on the medium as its pass wrote it,
 * or a later one: the engine may have gone on since. */
static void assert_durable_is_there(struct rig *rig,
				    const struct engine_state *at)
{
	const size_t passes = rig->schedule.count - at->pass + 1;
	uint8_t *expected = malloc(passes * rig->drive.size);

	assert_non_null(expected);
	for (size_t k = 0; at->durable && k < passes; k++)
		fake_expect(&rig->schedule, at, at->pass + k, 0,
			    expected + k * rig->drive.size, at->durable);
	for (uint64_t lba = 0; lba < at->durable / 512; lba++) {
		bool found = is_recorded(at, lba);

		for (size_t k = 0; !found && k < passes; k++)
			found = !memcmp(rig->drive.medium + lba * 512,
					expected + k * rig->drive.size +
					lba * 512, 512);
		if (!found)
			fail_msg("block %llu isn't durable",
				 (unsigned long long)lba);
	}
	free(expected);
}

/* Runs until somewhere, checkpointing now and then; the last checkpoint that
 * reached the journal is *at. True if it was finished. */
static bool run_a_while(struct rig *rig, struct engine_state *at,
			unsigned *seed)
{
	int steps = rand_r(seed) % 12;

	for (int i = 0; i < steps; i++) {
		struct engine_state *now;

		if (engine_step(rig->engine, (uint64_t)rand_r(seed) % 2,
				&rig->progress, &rig->err) < 0)
			fail_msg("%s", rig->err.text);
		if (rig->progress.finished)
			return true;
		if (rand_r(seed) % 3)
			continue;
		now = malloc(sizeof(*now));
		assert_non_null(now);
		if (engine_checkpoint(rig->engine, now, &rig->err) == 0) {
			char *text = engine_state_format(now, &rig->schedule);

			assert_non_null(text);
			assert_int_equal(engine_state_parse(text, &rig->schedule,
							    at, &rig->err), 0);
			free(text);
		}
		free(now);
	}
	return false;
}

/*
 * One drive from the first byte to the last pass through many power cuts: at
 * each the cache is half lost, and what the last checkpoint called durable
 * must be on the medium.
 */
static unsigned one_life(unsigned seed, bool threaded, bool faults)
{
	static const struct expected_range expected[] = {
		{ 123, 2, 1 }, { 123, 2, 2 }, { 123, 2, 3 }, { 123, 2, 4 },
	};
	struct engine_state *at = calloc(1, sizeof(*at));
	unsigned cuts = 0;
	struct rig rig;

	assert_non_null(at);
	rig_init(&rig, 150 * KIB + 512, 512,
		 "random,0x924924,complement,random:verify", threaded);
	rig.io.seed = seed;
	rig.options.limits.request = 4 * KIB;
	if (faults) {
		rig.drive.flush_every = 3;
		rig.drive.faults[0] = (struct fake_fault){
			.lba = 123, .count = 2, .times = FAKE_FOREVER,
			.error = -EIO };
		rig.drive.faults_count = 1;
	}
	assert_int_equal(rig_open(&rig, NULL), 0);
	*at = *engine_state(rig.engine);
	while (!run_a_while(&rig, at, &seed)) {
		assert_true(++cuts < 10000);
		rig_close(&rig);
		fake_power_cut(&rig.drive, &seed);
		assert_durable_is_there(&rig, at);
		assert_int_equal(rig_open(&rig, at), 0);
	}
	if (faults) {
		assert_ranges(&rig, expected, ARRAY_SIZE(expected));
		assert_int_equal(rig.progress.verify_mismatches, 2);
	} else {
		assert_clean_finish(&rig);
		assert_pass(&rig, 4, rig.drive.medium);
	}
	*at = *engine_state(rig.engine);
	assert_int_equal(at->durable, rig.drive.size);
	assert_durable_is_there(&rig, at);
	rig_fini(&rig);
	free(at);
	return cuts;
}

static void power_cuts(void **state)
{
	unsigned cuts[4] = { 0 };

	(void)state;
	/* At least 100 cuts of each kind. */
	for (unsigned kind = 0; kind < 4; kind++)
		for (unsigned seed = 1; cuts[kind] < 100; seed++)
			cuts[kind] += one_life(seed, kind & 1, kind & 2);
}

static void resumed_after_the_end(void **state)
{
	struct engine_state *at = calloc(1, sizeof(*at));
	struct rig rig;
	uint64_t writes;

	(void)state;
	assert_non_null(at);
	rig_init(&rig, 300 * KIB, 512, "random,0x55:verify", false);
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_int_equal(run(&rig), 0);
	assert_int_equal(engine_checkpoint(rig.engine, at, &rig.err), 0);
	writes = rig.drive.writes;
	rig_close(&rig);
	/* Only the read-back is done again, as nobody stored that it was. */
	rig.drive.cache[77] ^= 1;
	assert_int_equal(rig_open(&rig, at), 0);
	assert_int_equal(run(&rig), 0);
	assert_true(rig.progress.finished);
	assert_true(rig.progress.flushed);
	assert_int_equal(rig.progress.verify_mismatches, 1);
	assert_int_equal(rig.drive.writes, writes);
	rig_fini(&rig);
	free(at);
}

/* --- refusals ------------------------------------------------------------- */

static void senseless_sizes(void **state)
{
	static const struct {
		uint64_t size;
		uint32_t logical;
	} cases[] = {
		{ 0, 512 }, { 511, 512 }, { 1000, 512 }, { 4096, 0 },
		{ 4096, 256 }, { 4096, 520 }, { 131072, 131072 },
		{ 1ULL << 63, 512 }, { UINT64_MAX - 511, 512 },
		{ 6144, 4096 },
	};
	struct engine *engine = NULL;
	struct rig rig;

	(void)state;
	rig_init(&rig, 4096, 512, "zero", false);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		rig.drive.size = cases[i].size;
		assert_int_equal(engine_new_unguarded(&rig.t, &rig.schedule,
						      cases[i].size,
						      cases[i].logical, NULL,
						      NULL, &engine, &rig.err),
				 -EINVAL);
		assert_null(engine);
	}
	rig.drive.size = 4096;
	assert_int_equal(engine_new_unguarded(&rig.t, &rig.schedule, 2048, 512,
					      NULL, NULL, &engine, &rig.err),
			 -ESTALE);
	assert_int_equal(engine_new_unguarded(&rig.t, &rig.schedule, 8192, 512,
					      NULL, NULL, &engine, &rig.err),
			 -ESTALE);
	rig.schedule.count = 0;
	assert_int_equal(engine_new_unguarded(&rig.t, &rig.schedule, 4096, 512,
					      NULL, NULL, &engine, &rig.err),
			 -EINVAL);
	rig.schedule.count = 2;
	rig.schedule.passes[1] = (struct pass){ .pattern_length = 9 };
	assert_int_equal(engine_new_unguarded(&rig.t, &rig.schedule, 4096, 512,
					      NULL, NULL, &engine, &rig.err),
			 -EINVAL);
	assert_null(engine);
	rig_fini(&rig);
}

static void without_a_token(void **state)
{
	struct engine *engine = NULL;
	struct rig rig;

	(void)state;
	rig_init(&rig, 4096, 512, "zero", false);
	assert_int_equal(engine_new(&rig.t, NULL, &rig.schedule, 4096, 512,
				    NULL, &engine, &rig.err), -EPERM);
	assert_null(engine);
	rig_fini(&rig);
}

static void states_that_do_not_fit(void **state)
{
	struct engine_state *good = calloc(1, sizeof(*good));
	struct rig rig;

	(void)state;
	assert_non_null(good);
	rig_init(&rig, 8192, 512, "random,zero", false);
	assert_int_equal(rig_open(&rig, NULL), 0);
	*good = *engine_state(rig.engine);
	rig_close(&rig);
	good->pass = 2;
	good->durable = 4096;
	good->bad[0] = (struct bad_range){ 15, 1, 1, -EIO };
	good->bad[1] = (struct bad_range){ 3, 2, 2, -EIO };
	good->bad_count = 2;
	assert_int_equal(rig_open(&rig, good), 0);
	rig_close(&rig);

#define REFUSED(change) do { \
	struct engine_state *at = malloc(sizeof(*at)); \
	assert_non_null(at); \
	*at = *good; \
	change; \
	assert_int_equal(rig_open(&rig, at), -EINVAL); \
	free(at); \
} while (0)
	REFUSED(at->pass = 0);
	REFUSED(at->pass = 3);
	REFUSED(at->durable = 4097);
	REFUSED(at->durable = 8192 + 512);
	REFUSED(memset(at->key[0], 0, 16));
	REFUSED(at->bad[0].lba = 16);
	REFUSED(at->bad[0].count = 2);
	REFUSED(at->bad[0].count = 0);
	REFUSED(at->bad[0].pass = 0);
	REFUSED(at->bad[1].pass = 3);
	REFUSED(at->bad[0].pass = 2);
	REFUSED(at->bad_count = ENGINE_MAX_BAD_RANGES + 1);
#undef REFUSED
	rig_fini(&rig);
	free(good);
}

/* --- the rest ------------------------------------------------------------- */

static void paused(void **state)
{
	(void)state;
	for (int threaded = 0; threaded < 2; threaded++) {
		struct engine_state *at = calloc(1, sizeof(*at));
		struct rig rig;
		uint64_t done;

		assert_non_null(at);
		rig_init(&rig, 4 * MIB, 512, "random", threaded);
		assert_int_equal(rig_open(&rig, NULL), 0);
		engine_pause(rig.engine, true);
		assert_int_equal(engine_step(rig.engine, 20, &rig.progress,
					     &rig.err), 0);
		assert_int_equal(rig.drive.writes, 0);
		engine_pause(rig.engine, false);
		assert_int_equal(engine_step(rig.engine, 0, &rig.progress,
					     &rig.err), 0);
		engine_pause(rig.engine, true);
		/* What is under way still ends; then a checkpoint covers all
		 * there is, and nothing moves. */
		assert_int_equal(engine_step(rig.engine, 30, &rig.progress,
					     &rig.err), 0);
		done = rig.progress.done;
		assert_int_equal(engine_checkpoint(rig.engine, at, &rig.err), 0);
		assert_int_equal(at->durable, done);
		assert_int_equal(engine_step(rig.engine, 5, &rig.progress,
					     &rig.err), 0);
		assert_int_equal(rig.progress.done, done);
		engine_pause(rig.engine, false);
		assert_int_equal(run(&rig), 0);
		assert_clean_finish(&rig);
		rig_fini(&rig);
		free(at);
	}
}

static uint64_t endless = (1ULL << 63) - 512;

static int endless_size(struct transport *t, uint64_t *ret_bytes,
			struct haiki_error *err)
{
	(void)t, (void)err;
	*ret_bytes = endless;
	return 0;
}

static int endless_write(struct transport *t, uint64_t offset, const void *buf,
			 size_t length, struct haiki_error *err)
{
	struct fake_drive *drive = t->state;

	(void)buf, (void)err;
	assert_true(length > 0 && offset < endless &&
		    length <= endless - offset);
	drive->writes++;
	return 0;
}

static void the_largest_drive(void **state)
{
	struct engine_state *at = calloc(1, sizeof(*at));
	struct transport_ops ops = fake_ops;
	struct rig rig;

	(void)state;
	assert_non_null(at);
	rig_init(&rig, 512, 512, "gutmann", false);
	ops.size = endless_size;
	ops.write = endless_write;
	rig.t.ops = &ops;
	assert_int_equal(engine_new_unguarded(&rig.t, &rig.schedule, endless,
					      512, NULL, &rig.options,
					      &rig.engine, &rig.err), 0);
	assert_int_equal(engine_step(rig.engine, 5, &rig.progress, &rig.err), 0);
	assert_int_equal(rig.progress.total, UINT64_MAX);
	assert_true(rig.progress.done > 0 && rig.progress.done < 1ULL << 40);
	*at = *engine_state(rig.engine);
	rig_close(&rig);
	/* The last 100 blocks of the last pass. */
	at->pass = 35;
	at->durable = endless - 100 * 512;
	assert_int_equal(engine_new_unguarded(&rig.t, &rig.schedule, endless,
					      512, at, &rig.options,
					      &rig.engine, &rig.err), 0);
	assert_int_equal(run(&rig), 0);
	assert_true(rig.progress.finished);
	assert_int_equal(rig.progress.done, UINT64_MAX);
	assert_int_equal(rig.progress.pass_done, endless);
	assert_true(rig.progress.bytes_per_second >= 0);
	rig_fini(&rig);
	free(at);
}

static void progress_only_grows(void **state)
{
	(void)state;
	for (int threaded = 0; threaded < 2; threaded++) {
		uint64_t before = 0;
		struct rig rig;

		rig_init(&rig, 500 * KIB, 512, "dod-7", threaded);
		assert_int_equal(rig_open(&rig, NULL), 0);
		do {
			assert_int_equal(engine_step(rig.engine, 0,
						     &rig.progress, &rig.err),
					 0);
			assert_true(rig.progress.done >= before);
			assert_true(rig.progress.done <= rig.progress.total);
			assert_true(rig.progress.pass_done <=
				    rig.progress.pass_total);
			before = rig.progress.done;
		} while (!rig.progress.finished);
		/* Seven passes and one read-back. */
		assert_int_equal(rig.progress.total, 8 * rig.drive.size);
		assert_clean_finish(&rig);
		/* Asking again changes nothing. */
		assert_int_equal(run(&rig), 0);
		assert_clean_finish(&rig);
		rig_fini(&rig);
	}
}

static void the_transcript_names_every_pass(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, 40 * KIB, 512, "random,0x924924,complement:verify", true);
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_int_equal(run(&rig), 0);
	assert_string_equal(rig.drive.notes,
		"overwrite: pass 1 of 3 begins at byte 0: random (fake)\n"
		"overwrite: pass 1 of 3 written and flushed; 0 blocks could not be written\n"
		"overwrite: pass 2 of 3 begins at byte 0: 0x924924 (fake)\n"
		"overwrite: pass 2 of 3 written and flushed; 0 blocks could not be written\n"
		"overwrite: pass 3 of 3 begins at byte 0: complement:verify (fake)\n"
		"overwrite: pass 3 of 3 written and flushed and read back; 0 blocks could not be written\n");
	rig_fini(&rig);
}

/* One hung, one pulled, one full of bad sectors, one that can't flush: the
 * others don't notice. */
static void sixty_four_drives_at_once(void **state)
{
	enum { COUNT = 64, HUNG = 7, PULLED = 21, BAD = 40, NO_FLUSH = 63 };
	struct rig *rigs = calloc(COUNT, sizeof(*rigs));
	int results[COUNT] = { 0 };
	unsigned running = COUNT;

	(void)state;
	assert_non_null(rigs);
	for (int i = 0; i < COUNT; i++) {
		struct rig *rig = &rigs[i];

		rig_init(rig, (200 + (uint64_t)i) * 512, 512,
			 "random,0x924924:verify", i % 2 == 0 || i == HUNG);
		rig->io.seed = (unsigned)i;
		rig->io.silent = i == HUNG;
		if (i == HUNG)
			rig->options.limits.stall_ms = 100;
		rig->drive.gone_after = i == PULLED ? 9 : 0;
		rig->drive.flush_fails = i == NO_FLUSH ? 1000 : 0;
		if (i == BAD)
			bad_places(rig);
		assert_int_equal(rig_open(rig, NULL), 0);
	}
	while (running)
		for (int i = 0; i < COUNT; i++) {
			struct rig *rig = &rigs[i];

			if (results[i] || rig->progress.finished)
				continue;
			results[i] = engine_step(rig->engine, 1,
						 &rig->progress, &rig->err);
			running -= results[i] || rig->progress.finished;
		}
	for (int i = 0; i < COUNT; i++) {
		struct rig *rig = &rigs[i];

		if (i == HUNG)
			assert_int_equal(results[i], -ETIMEDOUT);
		else if (i == PULLED)
			assert_int_equal(results[i], -ENODEV);
		else if (i == NO_FLUSH)
			assert_int_equal(results[i], -EIO);
		else
			assert_int_equal(results[i], 0);
		if (i == BAD)
			assert_int_equal(rig->progress.write_errors, 2 * 9);
		else if (results[i] == 0) {
			assert_clean_finish(rig);
			assert_pass(rig, 2, rig->drive.medium);
		}
		rig_fini(rig);
	}
	free(rigs);
}

static void memory_stays_small(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig, 40 * KIB, 512, "gutmann", false);
	rig.options.limits.request = 0;
	assert_int_equal(rig_open(&rig, NULL), 0);
	assert_true(engine_memory(rig.engine) <= 15 * MIB);
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_of_every_size),
		cmocka_unit_test(usual_request_size),
		cmocka_unit_test(every_pass_of_every_schedule),
		cmocka_unit_test(fresh_keys_every_time),
		cmocka_unit_test(nothing_is_written_before_the_first_step),
		cmocka_unit_test(expected_is_what_was_written),
		cmocka_unit_test(verify_counts_blocks_that_differ),
		cmocka_unit_test(verify_finds_a_drive_that_does_nothing),
		cmocka_unit_test(unreadable_blocks_are_no_matches),
		cmocka_unit_test(bad_blocks_are_isolated),
		cmocka_unit_test(errors_go_down_to_the_physical_block),
		cmocka_unit_test(a_passing_error_leaves_no_trace),
		cmocka_unit_test(short_and_interrupted_requests),
		cmocka_unit_test(a_drive_that_takes_nothing_is_given_up),
		cmocka_unit_test(large_bad_areas_are_carried_on_from),
		cmocka_unit_test(slow_errors_are_cut_short),
		cmocka_unit_test(nothing_but_errors_for_long),
		cmocka_unit_test(too_many_bad_places_are_given_up),
		cmocka_unit_test(a_vanished_drive),
		cmocka_unit_test(a_drive_that_shrinks),
		cmocka_unit_test(a_drive_that_never_answers),
		cmocka_unit_test(a_failed_flush_is_written_again),
		cmocka_unit_test(no_flush_no_success),
		cmocka_unit_test(a_failed_flush_forgets_what_it_should_have_covered),
		cmocka_unit_test(a_checkpoint_whose_flush_fails),
		cmocka_unit_test(power_cuts),
		cmocka_unit_test(resumed_after_the_end),
		cmocka_unit_test(senseless_sizes),
		cmocka_unit_test(without_a_token),
		cmocka_unit_test(states_that_do_not_fit),
		cmocka_unit_test(paused),
		cmocka_unit_test(the_largest_drive),
		cmocka_unit_test(progress_only_grows),
		cmocka_unit_test(the_transcript_names_every_pass),
		cmocka_unit_test(sixty_four_drives_at_once),
		cmocka_unit_test(memory_stays_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
