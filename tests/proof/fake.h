/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_PROOF_FAKE_H
#define TEST_PROOF_FAKE_H

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "transport/transport.h"

/* A drive in memory, with the faults that a proof must see through. */
struct fake {
	struct transport t;
	uint8_t *medium;
	uint64_t size;
	bool drops_writes;        /* says yes, does nothing */
	bool loses_cache;         /* writes never get to the medium: */
	uint8_t *cache;           /* ... they are here until power_off() */
	bool flush_fails;
	uint64_t bad_first, bad_end;      /* bytes: unreadable */
	uint64_t bad_write_first, bad_write_end;
	uint64_t dies_at;         /* answers EIO from this byte on; 0 never */
	unsigned fails_ms;        /* and that only after this time */
	bool gone, vanishes;      /* vanishes: size() says so, read EIO */
	uint64_t reads, writes, read_bytes, largest;
	int fd;                   /* a file instead, with O_DIRECT; or -1 */
};

static inline bool fake_hits(uint64_t first, uint64_t end, uint64_t offset,
			     size_t length)
{
	return first < end && offset < end && first < offset + length;
}

static int fake_read(struct transport *t, uint64_t offset, void *buf,
		     size_t length, struct haiki_error *err)
{
	struct fake *f = t->state;

	(void)err;
	f->reads++;
	f->read_bytes += length;
	if (length > f->largest)
		f->largest = length;
	if (f->gone)
		return -ENODEV;
	if (f->fails_ms && f->dies_at && offset + length > f->dies_at)
		usleep(f->fails_ms * 1000);
	if (f->vanishes || offset + length > f->size ||
	    (f->dies_at && offset + length > f->dies_at) ||
	    fake_hits(f->bad_first, f->bad_end, offset, length))
		return -EIO;
	if (f->fd >= 0)
		return pread(f->fd, buf, length, (off_t)offset) ==
			       (ssize_t)length ? 0 : -EIO;
	memcpy(buf, (f->cache ? f->cache : f->medium) + offset, length);
	return 0;
}

static int fake_write(struct transport *t, uint64_t offset, const void *buf,
		      size_t length, struct haiki_error *err)
{
	struct fake *f = t->state;

	(void)err;
	f->writes++;
	if (f->gone)
		return -ENODEV;
	if (offset + length > f->size ||
	    fake_hits(f->bad_write_first, f->bad_write_end, offset, length))
		return -EIO;
	if (f->drops_writes)
		return 0;
	if (f->fd >= 0)
		return pwrite(f->fd, buf, length, (off_t)offset) ==
			       (ssize_t)length ? 0 : -EIO;
	memcpy((f->cache ? f->cache : f->medium) + offset, buf, length);
	return 0;
}

static int fake_flush(struct transport *t, struct haiki_error *err)
{
	struct fake *f = t->state;

	(void)err;
	return f->gone ? -ENODEV : f->flush_fails ? -EIO : 0;
}

static int fake_size(struct transport *t, uint64_t *ret_bytes,
		     struct haiki_error *err)
{
	struct fake *f = t->state;

	(void)err;
	if (f->gone || f->vanishes)
		return -ENODEV;
	*ret_bytes = f->size;
	return 0;
}

static int fake_fd(struct transport *t)
{
	struct fake *f = t->state;

	return f->fd;
}

static const struct transport_ops fake_ops = {
	.name = "fake", .read = fake_read, .write = fake_write,
	.flush = fake_flush, .size = fake_size, .fd = fake_fd,
};

static inline void fake_init(struct fake *f, uint64_t size)
{
	memset(f, 0, sizeof(*f));
	f->t.ops = &fake_ops;
	f->t.state = f;
	f->t.writable = true;
	f->size = size;
	f->fd = -1;
	f->medium = calloc(1, size);
}

static inline void fake_free(struct fake *f)
{
	free(f->medium);
	free(f->cache);
	if (f->fd >= 0)
		close(f->fd);
}

/* Reads and writes go to a cache that is forgotten by power_off(). */
static inline void fake_volatile_cache(struct fake *f)
{
	f->cache = malloc(f->size);
	memcpy(f->cache, f->medium, f->size);
}

static inline void fake_power_off(struct fake *f)
{
	free(f->cache);
	f->cache = NULL;
}

/* Cheap pseudorandom bytes: data, or what a crypto erase leaves. */
static inline void fake_fill_noise(uint8_t *bytes, size_t length, uint64_t seed)
{
	uint64_t x = seed * 0x9e3779b97f4a7c15u + 1;

	for (size_t i = 0; i + 8 <= length; i += 8) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		uint64_t y = x * 0x2545f4914f6cdd1du;

		memcpy(bytes + i, &y, 8);
	}
}

/* Different text in every block: what a file system full of letters has. */
static inline void fake_fill_text(uint8_t *bytes, uint64_t size)
{
	static const char text[] =
		"Certificate of residence, family register, tax ledger; no. ";
	uint8_t block[512];

	for (size_t i = 0; i < sizeof(block); i++)
		block[i] = (uint8_t)text[i % (sizeof(text) - 1)];
	for (uint64_t b = 0; b + 512 <= size; b += 512) {
		for (int k = 0; k < 12; k++)
			block[k * 3] = (uint8_t)('0' + (b / 512 >> 2 * k) % 4);
		memcpy(bytes + b, block, sizeof(block));
	}
}

#endif
