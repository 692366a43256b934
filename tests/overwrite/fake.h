/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_OVERWRITE_FAKE_H
#define TESTS_OVERWRITE_FAKE_H

/*
 * A drive in memory with a volatile cache and whatever fault a test wants. It
 * is reached through a transport, or through an io that answers out of order.
 * Include after cmocka.h.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "overwrite/engine.h"
#include "overwrite/engine_internal.h"
#include "overwrite/stream.h"
#include "transport/transport.h"

#define FAKE_MAX_FAULTS 64
#define FAKE_FOREVER UINT32_MAX

struct fake_fault {
	uint64_t lba, count;
	uint32_t times;           /* failing commands left; FAKE_FOREVER */
	int error;
	bool reads;               /* else writes */
};

struct fake_drive {
	uint64_t size;            /* what it says it has */
	uint32_t logical;
	uint8_t *cache;           /* what a read gives */
	uint8_t *medium;          /* what is left after a power cut */
	bool no_memory;           /* takes everything and remembers nothing */
	uint64_t writes, reads, flushes, bytes_written;
	uint32_t *attempts;       /* failed writes per block, if wanted */
	uint64_t gone_after;      /* writes until it vanishes; 0 never */
	int gone_error;           /* what a vanished drive answers */
	uint64_t shrink_after;    /* writes until its size changes */
	uint32_t flush_fails;     /* next flushes that fail */
	int flush_every;          /* every n-th flush fails, if > 0 */
	size_t faults_count;
	struct fake_fault faults[FAKE_MAX_FAULTS];
	uint32_t fault_us;        /* how long a failing write takes */
	bool corrupt_writes;      /* says good, writes something else */
	uint64_t corrupt_lba;
	/* Called at every flush that succeeds. */
	void (*flushed)(struct fake_drive *drive, void *opaque);
	void *opaque;
	char notes[8192];
};

static inline void fake_init(struct fake_drive *drive, uint64_t size,
			     uint32_t logical)
{
	memset(drive, 0, sizeof(*drive));
	drive->size = size;
	drive->logical = logical;
	drive->gone_error = -ENODEV;
	drive->cache = malloc(size);
	drive->medium = malloc(size);
	assert_non_null(drive->cache);
	assert_non_null(drive->medium);
	memset(drive->cache, 0xe5, size);
	memset(drive->medium, 0xe5, size);
}

static inline void fake_free(struct fake_drive *drive)
{
	free(drive->cache);
	free(drive->medium);
	free(drive->attempts);
}

static inline bool fake_gone(struct fake_drive *drive)
{
	return drive->gone_after && drive->writes >= drive->gone_after;
}

static inline int fake_fault(struct fake_drive *drive, bool reads,
			     uint64_t offset, size_t length)
{
	uint64_t lba = offset / drive->logical;
	uint64_t end = lba + length / drive->logical;

	for (size_t i = 0; i < drive->faults_count; i++) {
		struct fake_fault *f = &drive->faults[i];

		if (f->reads != reads || !f->times ||
		    f->lba >= end || f->lba + f->count <= lba)
			continue;
		if (f->times != FAKE_FOREVER)
			f->times--;
		return f->error;
	}
	return 0;
}

static inline int fake_write(struct fake_drive *drive, uint64_t offset,
			     const void *buf, size_t length)
{
	int r;

	if (fake_gone(drive))
		return drive->gone_error;
	drive->writes++;
	assert_int_equal(offset % drive->logical, 0);
	assert_int_equal(length % drive->logical, 0);
	assert_true(length > 0 && offset + length <= drive->size);
	r = fake_fault(drive, false, offset, length);
	if (r < 0) {
		struct timespec pause = { 0, drive->fault_us * 1000L };

		if (drive->fault_us)
			nanosleep(&pause, NULL);
		for (size_t at = 0; drive->attempts && at < length;
		     at += drive->logical)
			drive->attempts[(offset + at) / drive->logical]++;
		return r;
	}
	drive->bytes_written += length;
	if (drive->no_memory)
		return 0;
	memcpy(drive->cache + offset, buf, length);
	if (drive->corrupt_writes &&
	    offset <= drive->corrupt_lba * drive->logical &&
	    drive->corrupt_lba * drive->logical < offset + length)
		drive->cache[drive->corrupt_lba * drive->logical + 5] ^= 0x20;
	return 0;
}

static inline int fake_read(struct fake_drive *drive, uint64_t offset,
			    void *buf, size_t length)
{
	int r;

	if (fake_gone(drive))
		return drive->gone_error;
	drive->reads++;
	assert_true(length > 0 && offset + length <= drive->size);
	r = fake_fault(drive, true, offset, length);
	if (r < 0)
		return r;
	memcpy(buf, drive->cache + offset, length);
	return 0;
}

static inline int fake_flush(struct fake_drive *drive)
{
	if (fake_gone(drive))
		return drive->gone_error;
	drive->flushes++;
	if (drive->flush_fails) {
		drive->flush_fails--;
		return -EIO;
	}
	if (drive->flush_every > 0 &&
	    drive->flushes % (uint64_t)drive->flush_every == 0)
		return -EIO;
	if (!drive->no_memory)
		memcpy(drive->medium, drive->cache, drive->size);
	if (drive->flushed)
		drive->flushed(drive, drive->opaque);
	return 0;
}

/* Power fails: of what is in the cache some blocks reached the medium. */
static inline void fake_power_cut(struct fake_drive *drive, unsigned *seed)
{
	for (uint64_t at = 0; at < drive->size; at += drive->logical)
		if (rand_r(seed) % 2)
			memcpy(drive->medium + at, drive->cache + at,
			       drive->logical);
	memcpy(drive->cache, drive->medium, drive->size);
}

static inline uint64_t fake_size(struct fake_drive *drive)
{
	if (fake_gone(drive))
		return 0;
	if (drive->shrink_after && drive->writes >= drive->shrink_after)
		return drive->size - drive->logical;
	return drive->size;
}

/* --- as a transport without a descriptor ---------------------------------- */

static inline int fake_t_write(struct transport *t, uint64_t offset,
			       const void *buf, size_t length,
			       struct haiki_error *err)
{
	(void)err;
	assert_int_equal((uintptr_t)buf % 512, 0);
	return fake_write(t->state, offset, buf, length);
}

static inline int fake_t_read(struct transport *t, uint64_t offset, void *buf,
			      size_t length, struct haiki_error *err)
{
	(void)err;
	return fake_read(t->state, offset, buf, length);
}

static inline int fake_t_flush(struct transport *t, struct haiki_error *err)
{
	(void)err;
	return fake_flush(t->state);
}

static inline int fake_t_size(struct transport *t, uint64_t *ret_bytes,
			      struct haiki_error *err)
{
	struct fake_drive *drive = t->state;

	if (fake_gone(drive) && drive->gone_error == -ENODEV)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV, "gone");
	*ret_bytes = fake_size(drive);
	return 0;
}

static inline int fake_t_fd(struct transport *t)
{
	(void)t;
	return -1;
}

static const struct transport_ops fake_ops = {
	.name = "fake",
	.write = fake_t_write,
	.read = fake_t_read,
	.flush = fake_t_flush,
	.size = fake_t_size,
	.fd = fake_t_fd,
};

static inline void fake_observe(void *opaque, const struct transport_event *e)
{
	struct fake_drive *drive = opaque;
	size_t used = strlen(drive->notes);

	if (e->note)
		snprintf(drive->notes + used, sizeof(drive->notes) - used,
			 "%s\n", e->note);
}

static inline struct transport fake_transport(struct fake_drive *drive)
{
	return (struct transport){
		.ops = &fake_ops, .state = drive, .writable = true,
		.observer = fake_observe, .observer_opaque = drive,
	};
}

/* --- as an io that answers late, out of order and not always fully -------- */

struct fake_io {
	struct io io;
	struct fake_drive *drive;
	struct fake_io_options {
		struct fake_drive *drive;
		unsigned seed;
		bool short_writes;      /* sometimes only a part */
		bool interruptions;     /* sometimes -EAGAIN */
		bool silent;            /* never answers */
	} options;
	unsigned count, room;
	struct io_request line[PUMP_MAX_SLOTS + 1];
};

static inline int fake_io_submit(struct io *io, const struct io_request *request)
{
	struct fake_io *f = (struct fake_io *)io;

	assert_true(f->count < f->room);
	f->line[f->count++] = *request;
	return 0;
}

static inline int64_t fake_io_carry_out(struct fake_io *f,
					const struct io_request *q)
{
	size_t length = q->length;
	int r = 0;

	if (f->options.interruptions && rand_r(&f->options.seed) % 5 == 0)
		return rand_r(&f->options.seed) % 2 ? -EAGAIN : -EINTR;
	if (f->options.short_writes && q->kind != IO_FLUSH &&
	    length > f->drive->logical && rand_r(&f->options.seed) % 3 == 0)
		length = (size_t)rand_r(&f->options.seed) % length;
	/* A real device moves whole blocks, but tells bytes. */
	if (q->kind == IO_WRITE && length / f->drive->logical)
		r = fake_write(f->drive, q->offset, q->data,
			       length - length % f->drive->logical);
	else if (q->kind == IO_READ && length / f->drive->logical)
		r = fake_read(f->drive, q->offset, q->data,
			      length - length % f->drive->logical);
	else if (q->kind == IO_FLUSH)
		r = fake_flush(f->drive);
	return r < 0 ? r : (int64_t)length;
}

static inline int fake_io_wait(struct io *io, unsigned timeout_ms,
			       struct io_answer *ret_answers, size_t room)
{
	struct fake_io *f = (struct fake_io *)io;
	unsigned i;

	if (!f->count || !room || f->options.silent ||
	    rand_r(&f->options.seed) % 3 == 0) {
		if (f->options.silent && timeout_ms) {
			struct timespec pause = { 0, 5000000 };

			nanosleep(&pause, NULL);
		}
		return 0;
	}
	i = (unsigned)rand_r(&f->options.seed) % f->count;
	ret_answers[0].tag = f->line[i].tag;
	ret_answers[0].result = fake_io_carry_out(f, &f->line[i]);
	f->line[i] = f->line[--f->count];
	return 1;
}

static inline int fake_io_size(struct io *io, uint64_t *ret_bytes)
{
	*ret_bytes = fake_size(((struct fake_io *)io)->drive);
	return 0;
}

static inline void fake_io_free(struct io *io)
{
	free(io);
}

static const struct io_ops fake_io_ops = {
	.name = "fake",
	.submit = fake_io_submit,
	.wait = fake_io_wait,
	.size = fake_io_size,
	.free = fake_io_free,
};

static inline int fake_io_new(void *opaque, unsigned depth, struct io **ret_io)
{
	const struct fake_io_options *options = opaque;
	struct fake_io *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->io.ops = &fake_io_ops;
	f->drive = options->drive;
	f->options = *options;
	f->room = depth + 1;
	*ret_io = &f->io;
	return 0;
}

/* --- what must be there --------------------------------------------------- */

/* Without the engine's own code, but for the stream. */
static inline void fake_expect(const struct schedule *schedule,
			       const struct engine_state *state, size_t pass,
			       uint64_t offset, uint8_t *buf, size_t length)
{
	const struct pass *p = &schedule->passes[pass - 1];
	uint8_t flip = 0;
	struct stream *stream;

	if (p->kind == PASS_RANDOM) {
		assert_int_equal(stream_new(state->key[pass - 1], &stream), 0);
		assert_int_equal(stream_fill(stream, offset, buf, length), 0);
		stream_free(stream);
		return;
	}
	while (p->kind == PASS_COMPLEMENT) {
		flip = (uint8_t)~flip;
		p--;
	}
	for (size_t i = 0; i < length; i++)
		buf[i] = p->pattern[(offset + i) % p->pattern_length] ^ flip;
}

#endif
