/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <linux/loop.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "overwrite/fake.h"

/*
 * The engine on real descriptors: a file with O_DIRECT, and (for root) loop
 * devices, which a test makes from files of its own and takes away again.
 */
#define MIB (1024u * 1024)

static char directory[64];

static int make_directory(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(directory, sizeof(directory), "%.30s/haiki-engine-XXXXXX",
		 tmp ? tmp : "/tmp");
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	(void)state;
	return rmdir(directory);
}

static void in_directory(char *path, size_t size, const char *name)
{
	snprintf(path, size, "%s/%s", directory, name);
}

/* --- a file as a drive ---------------------------------------------------- */

struct file_drive {
	int fd;
	unsigned flushes, writes, reads;
	int flush_result;
};

static int file_write_at(struct transport *t, uint64_t offset, const void *buf,
			 size_t length, struct haiki_error *err)
{
	struct file_drive *drive = t->state;

	(void)err;
	drive->writes++;
	return pwrite(drive->fd, buf, length, (off_t)offset) ==
	       (ssize_t)length ? 0 : -EIO;
}

static int file_read_at(struct transport *t, uint64_t offset, void *buf,
			size_t length, struct haiki_error *err)
{
	struct file_drive *drive = t->state;

	(void)err;
	drive->reads++;
	return pread(drive->fd, buf, length, (off_t)offset) ==
	       (ssize_t)length ? 0 : -EIO;
}

static int file_flush(struct transport *t, struct haiki_error *err)
{
	struct file_drive *drive = t->state;

	(void)err;
	drive->flushes++;
	return drive->flush_result;
}

static int file_size(struct transport *t, uint64_t *ret_bytes,
		     struct haiki_error *err)
{
	struct file_drive *drive = t->state;

	(void)err;
	return io_fd_size(drive->fd, ret_bytes);
}

static int file_fd(struct transport *t)
{
	return ((struct file_drive *)t->state)->fd;
}

static const struct transport_ops file_ops = {
	.name = "file", .write = file_write_at, .read = file_read_at,
	.flush = file_flush, .size = file_size, .fd = file_fd,
};

/* -1: no O_DIRECT on this file system. */
static int open_file(const char *name, uint64_t size, int flags)
{
	char path[128];
	int fd;

	in_directory(path, sizeof(path), name);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | flags, 0600);
	if (fd >= 0) {
		unlink(path);
		assert_int_equal(ftruncate(fd, (off_t)size), 0);
	} else {
		assert_int_equal(errno, EINVAL);
	}
	return fd;
}

static void assert_content(struct transport *t, const struct schedule *schedule,
			   const struct engine *engine, uint64_t size,
			   uint32_t logical)
{
	const struct engine_state *state = engine_state(engine);
	const struct bad_range *bad;
	size_t bad_count = engine_bad_ranges(engine, &bad);
	uint8_t *expected = malloc(MIB), *found = aligned_alloc(4096, MIB);

	assert_non_null(expected);
	assert_non_null(found);
	for (uint64_t at = 0; at < size; at += MIB) {
		size_t length = size - at < MIB ? (size_t)(size - at) : MIB;

		assert_int_equal(transport_read(t, at, found, length, NULL), 0);
		fake_expect(schedule, state, schedule->count, at, expected,
			    length);
		for (size_t i = 0; i < bad_count; i++)
			for (uint64_t lba = bad[i].lba;
			     bad[i].pass == schedule->count &&
			     lba < bad[i].lba + bad[i].count; lba++)
				if (lba * logical >= at &&
				    lba * logical < at + length)
					memcpy(expected + lba * logical - at,
					       found + lba * logical - at,
					       logical);
		assert_memory_equal(found, expected, length);
	}
	free(expected);
	free(found);
}

static int run(struct engine *engine, struct engine_progress *progress,
	       struct haiki_error *err)
{
	int r;

	do
		r = engine_step(engine, 20, progress, err);
	while (r == 0 && !progress->finished);
	return r;
}

static void erase_file(int fd, uint64_t size, enum engine_way way,
		       const char *text, const char *way_name)
{
	struct file_drive drive = { .fd = fd };
	struct transport t = { .ops = &file_ops, .state = &drive,
			       .writable = true };
	const struct engine_options options = { .way = way };
	struct engine_progress progress = { 0 };
	struct haiki_error err = { 0 };
	struct schedule schedule;
	struct engine *engine;
	int r;

	assert_int_equal(schedule_parse(text, &schedule, NULL), 0);
	r = engine_new_unguarded(&t, &schedule, size, 512, NULL, &options,
				 &engine, &err);
	if (r < 0 && way == ENGINE_RING) {
		print_message("# io_uring isn't permitted here (%s)\n",
			      err.text);
		return;
	}
	assert_int_equal(r, 0);
	if (way_name)
		assert_string_equal(engine_way_name(engine), way_name);
	assert_int_equal(run(engine, &progress, &err), 0);
	assert_true(progress.finished && progress.flushed);
	assert_int_equal(progress.write_errors + progress.verify_mismatches, 0);
	/* Every pass was confirmed by the transport too. */
	assert_int_equal(drive.flushes, schedule.count);
	if (!strcmp(engine_way_name(engine), "transport"))
		assert_true(drive.writes > 0);
	else
		assert_int_equal(drive.writes + drive.reads, 0);
	assert_content(&t, &schedule, engine, size, 512);
	engine_free(engine);
}

static void every_way(void **state)
{
	static const struct {
		enum engine_way way;
		const char *name;
	} ways[] = {
		{ ENGINE_ANY, NULL }, { ENGINE_RING, "io_uring" },
		{ ENGINE_AIO, "aio" }, { ENGINE_SYNC, "transport" },
	};
	static const char *const schedules[] = {
		"zero", "random:verify", "0x924924:verify,complement:verify",
		"random-zero",
	};
	const uint64_t size = 3 * MIB + 17 * 512;
	int fd = open_file("file", size, O_DIRECT);

	(void)state;
	if (fd < 0)
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		for (size_t k = 0; k < ARRAY_SIZE(schedules); k++)
			erase_file(fd, size, ways[i].way, schedules[k],
				   ways[i].name);
	close(fd);
}

/* Through the page cache a read-back proves nothing: not used. */
static void a_descriptor_without_o_direct_is_not_used(void **state)
{
	int fd = open_file("file", MIB, 0);

	(void)state;
	erase_file(fd, MIB, ENGINE_ANY, "zero", "transport");
	close(fd);
}

static void the_transport_has_the_last_word_on_flushes(void **state)
{
	struct file_drive drive = { .flush_result = -EIO };
	struct transport t = { .ops = &file_ops, .state = &drive,
			       .writable = true };
	struct engine_progress progress = { 0 };
	struct haiki_error err = { 0 };
	struct schedule schedule;
	struct engine *engine;

	(void)state;
	drive.fd = open_file("file", MIB, O_DIRECT);
	if (drive.fd < 0)
		skip();
	assert_int_equal(schedule_parse("zero", &schedule, NULL), 0);
	assert_int_equal(engine_new_unguarded(&t, &schedule, MIB, 512, NULL,
					      NULL, &engine, &err), 0);
	assert_int_equal(run(engine, &progress, &err), -EIO);
	assert_false(progress.finished || progress.flushed);
	assert_int_equal(engine_state(engine)->durable, 0);
	assert_int_equal(drive.flushes, 3);
	engine_free(engine);
	close(drive.fd);
}

/* --- kill -9 --------------------------------------------------------------- */

#define KILL_SIZE (2 * MIB + 512)
#define KILL_PASSES 3

/* What a journal would hold: the last state that was stored completely. */
struct journal {
	volatile uint32_t stored;
	char text[2][4096];
};

static void store(struct journal *journal, const struct engine_state *state,
		  const struct schedule *schedule)
{
	char *text = engine_state_format(state, schedule);
	uint32_t next = journal->stored + 1;

	if (!text)
		_exit(9);
	snprintf(journal->text[next % 2], sizeof(journal->text[0]), "%s", text);
	free(text);
	__sync_synchronize();
	journal->stored = next;
}

/* The process that will be killed. No asserts: they'd return into the test. */
static void live(struct file_drive *drive, struct journal *journal,
		 const struct schedule *schedule)
{
	struct transport t = { .ops = &file_ops, .state = drive,
			       .writable = true };
	struct engine_state *at = calloc(1, sizeof(*at));
	struct engine_progress progress = { 0 };
	struct engine *engine;
	const struct engine_state *from = NULL;

	if (!at)
		_exit(1);
	if (journal->stored) {
		if (engine_state_parse(journal->text[journal->stored % 2],
				       schedule, at, NULL) < 0)
			_exit(2);
		from = at;
	}
	if (engine_new_unguarded(&t, schedule, KILL_SIZE, 512, from, NULL,
				 &engine, NULL) < 0)
		_exit(3);
	store(journal, engine_state(engine), schedule);
	while (!progress.finished) {
		if (engine_step(engine, 1, &progress, NULL) < 0)
			_exit(4);
		if (engine_checkpoint(engine, at, NULL) < 0)
			_exit(5);
		store(journal, at, schedule);
	}
	engine_free(engine);
	_exit(progress.write_errors + progress.verify_mismatches ? 6 : 0);
}

static bool starts_with_pass(const struct schedule *schedule,
			     const struct engine_state *state, size_t pass,
			     const uint8_t *found, size_t length)
{
	uint8_t *expected = malloc(length);
	bool same;

	assert_non_null(expected);
	fake_expect(schedule, state, pass, 0, expected, length);
	same = !memcmp(found, expected, length);
	free(expected);
	return same;
}

/* Block by block: as its pass wrote it, or a later one. */
static void assert_durable(const struct schedule *schedule,
			   const struct engine_state *state,
			   const uint8_t *found)
{
	uint8_t *expected[KILL_PASSES + 1] = { NULL };

	if (!state->durable ||
	    starts_with_pass(schedule, state, state->pass, found,
			     state->durable))
		return;
	for (size_t pass = state->pass; pass <= KILL_PASSES; pass++) {
		expected[pass] = malloc(state->durable);
		assert_non_null(expected[pass]);
		fake_expect(schedule, state, pass, 0, expected[pass],
			    state->durable);
	}
	for (uint64_t at = 0; at < state->durable; at += 512) {
		bool there = false;

		for (size_t pass = state->pass; pass <= KILL_PASSES; pass++)
			there |= !memcmp(found + at, expected[pass] + at, 512);
		assert_true(there);
	}
	for (size_t pass = 0; pass <= KILL_PASSES; pass++)
		free(expected[pass]);
}

/* From nothing to the end; the number of kills on the way. */
static unsigned die_often(int fd, struct journal *journal, unsigned *seed)
{
	struct engine_state *state = calloc(1, sizeof(*state));
	uint8_t *found = aligned_alloc(4096, KILL_SIZE + 4096 - 512);
	struct file_drive drive = { .fd = fd };
	struct schedule schedule;
	unsigned kills = 0, stored = 0;
	long longest = 3000000;   /* ns */
	int status;

	assert_non_null(state);
	assert_non_null(found);
	journal->stored = 0;
	assert_int_equal(schedule_parse("random,0x924924,random:verify",
					&schedule, NULL), 0);
	for (;;) {
		long ns = (long)rand_r(seed) % longest;
		struct timespec life = { ns / 1000000000, ns % 1000000000 };
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0)
			live(&drive, journal, &schedule);
		nanosleep(&life, NULL);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (journal->stored) {
			assert_int_equal(engine_state_parse(
				journal->text[journal->stored % 2], &schedule,
				state, NULL), 0);
			assert_int_equal(pread(fd, found, KILL_SIZE, 0),
					 KILL_SIZE);
			assert_durable(&schedule, state, found);
		}
		if (WIFEXITED(status))
			break;
		kills++;
		/* However slow the machine, it gets there. */
		if (journal->stored < stored + 3 && longest < 1000000000)
			longest *= 2;
		stored = journal->stored;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(state->pass, KILL_PASSES);
	assert_int_equal(state->durable, KILL_SIZE);
	assert_true(starts_with_pass(&schedule, state, KILL_PASSES, found,
				     KILL_SIZE));
	free(state);
	free(found);
	return kills;
}

static void killed_at_a_hundred_points(void **state)
{
	struct journal *journal;
	unsigned kills = 0, seed = 1;
	int fd = open_file("file", KILL_SIZE, O_DIRECT);

	(void)state;
	if (fd < 0)
		skip();
	journal = mmap(NULL, sizeof(*journal), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(journal != MAP_FAILED);
	while (kills < 100)
		kills += die_often(fd, journal, &seed);
	munmap(journal, sizeof(*journal));
	close(fd);
}

/* --- loop devices --------------------------------------------------------- */

struct loop {
	int fd, backing;
	char path[64];
};

/* False: no loop devices here, or no right to them. */
static bool loop_open(struct loop *loop, int backing, uint32_t block)
{
	struct loop_config config = { .fd = (uint32_t)backing,
				      .block_size = block };
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	int number = -1, fd = -1;

	if (control < 0)
		return false;
	for (int i = 0; i < 10 && fd < 0; i++) {
		number = ioctl(control, LOOP_CTL_GET_FREE);
		if (number < 0)
			break;
		snprintf(loop->path, sizeof(loop->path), "/dev/loop%d", number);
		fd = open(loop->path, O_RDWR | O_CLOEXEC);
		/* Somebody else may have been quicker: then the next one. */
		if (fd >= 0 && ioctl(fd, LOOP_CONFIGURE, &config) < 0) {
			close(fd);
			fd = -1;
		}
	}
	close(control);
	loop->fd = fd;
	loop->backing = backing;
	return fd >= 0;
}

static void loop_close(struct loop *loop)
{
	assert_int_equal(ioctl(loop->fd, LOOP_CLR_FD, 0), 0);
	close(loop->fd);
}

static struct transport *loop_transport(const struct loop *loop)
{
	struct transport *t = NULL;
	struct haiki_error err = { 0 };

	if (transport_open_linux(loop->path, true, &t, &err) < 0)
		fail_msg("%s", err.text);
	assert_true(transport_fd(t) >= 0);
	return t;
}

static void erase_loop(const char *text, uint64_t size, uint32_t block)
{
	const struct engine_options options = { .way = ENGINE_ANY };
	struct engine_progress progress = { 0 };
	struct haiki_error err = { 0 };
	struct schedule schedule;
	struct engine *engine;
	struct transport *t;
	struct loop loop;

	if (!loop_open(&loop, open_file("backing", size, 0), block))
		skip();
	t = loop_transport(&loop);
	assert_int_equal(schedule_parse(text, &schedule, NULL), 0);
	assert_int_equal(engine_new_unguarded(t, &schedule, size, block, NULL,
					      &options, &engine, &err), 0);
	if (run(engine, &progress, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(progress.write_errors + progress.verify_mismatches, 0);
	assert_content(t, &schedule, engine, size, block);
	engine_free(engine);
	transport_close(t);
	loop_close(&loop);
	close(loop.backing);
}

/* Odd numbers of sectors, and 4 KiB blocks. */
static void loop_devices(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	erase_loop("random:verify", 5 * MIB + 7 * 512, 512);
	erase_loop("0x924924:verify", 5 * MIB + 7 * 512, 512);
	erase_loop("0x01020304050607:verify", 3 * MIB + 5 * 4096, 4096);
	erase_loop("zero", 512, 512);
	erase_loop("random", 4096, 4096);
}

/*
 * Real write errors: a loop device over a file in a file system that has no
 * room for two holes in it. They begin where requests begin: of a write that
 * only starts well the loop driver says (6.18) that all of it succeeded.
 */
#define FULL_SIZE (8 * MIB + 4096)
#define FULL_HOLE (3 * MIB)
#define FULL_HOLE_LENGTH 65536

static int make_full(const char *mounted)
{
	char path[128], options[64];
	int fd;

	snprintf(options, sizeof(options), "size=%u,huge=never",
		 8 * MIB - FULL_HOLE_LENGTH);
	if (mount("tmpfs", mounted, "tmpfs", 0, options) < 0)
		return -1;
	snprintf(path, sizeof(path), "%.100s/backing", mounted);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, FULL_SIZE), 0);
	assert_int_equal(fallocate(fd, 0, 0, FULL_HOLE), 0);
	assert_int_equal(fallocate(fd, 0, FULL_HOLE + FULL_HOLE_LENGTH,
				   5 * MIB - FULL_HOLE_LENGTH), 0);
	return fd;
}

static void erase_full(const struct loop *loop)
{
	struct engine_progress progress = { 0 };
	struct haiki_error err = { 0 };
	const struct bad_range *bad;
	struct schedule schedule;
	struct engine *engine;
	struct transport *t = loop_transport(loop);

	assert_int_equal(schedule_parse("random:verify", &schedule, NULL), 0);
	assert_int_equal(engine_new_unguarded(t, &schedule, FULL_SIZE, 512,
					      NULL, NULL, &engine, &err), 0);
	if (run(engine, &progress, &err) < 0)
		fail_msg("%s", err.text);
	assert_true(progress.finished);
	assert_int_equal(engine_bad_ranges(engine, &bad), 2);
	assert_int_equal(bad[0].lba, FULL_HOLE / 512);
	assert_int_equal(bad[0].count, FULL_HOLE_LENGTH / 512);
	assert_int_equal(bad[1].lba, 8 * MIB / 512);
	assert_int_equal(bad[1].count, 8);
	assert_int_equal(bad[1].error, -ENOSPC);
	assert_int_equal(progress.write_errors, 128 + 8);
	assert_int_equal(progress.verify_mismatches, 128 + 8);
	assert_content(t, &schedule, engine, FULL_SIZE, 512);
	engine_free(engine);
	transport_close(t);
}

static void loop_errors(void **state)
{
	struct loop loop;
	char mounted[128];
	bool made;
	int backing;

	(void)state;
	in_directory(mounted, sizeof(mounted), "full");
	if (geteuid() != 0 || mkdir(mounted, 0700) < 0)
		skip();
	backing = make_full(mounted);
	made = backing >= 0 && loop_open(&loop, backing, 512);
	if (made) {
		erase_full(&loop);
		loop_close(&loop);
	}
	if (backing >= 0) {
		close(backing);
		assert_int_equal(umount2(mounted, MNT_DETACH), 0);
	}
	assert_int_equal(rmdir(mounted), 0);
	if (!made)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_way),
		cmocka_unit_test(a_descriptor_without_o_direct_is_not_used),
		cmocka_unit_test(the_transport_has_the_last_word_on_flushes),
		cmocka_unit_test(killed_at_a_hundred_points),
		cmocka_unit_test(loop_devices),
		cmocka_unit_test(loop_errors),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
