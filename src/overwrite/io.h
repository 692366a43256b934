/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OVERWRITE_IO_H
#define OVERWRITE_IO_H

#include <stddef.h>
#include <stdint.h>

#include "transport/transport.h"

/*
 * The ways in which the engine reaches a drive: io_uring, Linux AIO where
 * io_uring is forbidden, or a transport's blocking calls. All from one thread.
 */
enum io_kind {
	IO_WRITE = 0,
	IO_READ,
	IO_FLUSH,                 /* what was answered before is durable */
};

struct io_request {
	enum io_kind kind;
	uint64_t offset;          /* bytes */
	void *data;               /* aligned to 4096; not written to by IO_WRITE */
	size_t length;
	uint32_t tag;             /* comes back with the answer */
};

struct io_answer {
	uint32_t tag;
	int64_t result;           /* bytes, maybe fewer than asked; or -errno */
};

struct io;

struct io_ops {
	const char *name;
	/* Takes the request, or -errno: it wasn't sent. */
	int (*submit)(struct io *io, const struct io_request *request);
	/* Waits at most timeout_ms for the first answer; the number of answers,
	 * 0 if there were none in time, or -errno: the way itself is broken. */
	int (*wait)(struct io *io, unsigned timeout_ms,
		    struct io_answer *ret_answers, size_t room);
	/* The drive's size now; an error or 0: it's gone. */
	int (*size)(struct io *io, uint64_t *ret_bytes);
	/* Requests still in flight are left to the kernel. */
	void (*free)(struct io *io);
};

struct io {
	const struct io_ops *ops;
};

/* `depth` requests in flight at most, and a flush. `arena`: where all data
 * lies. The descriptor stays the caller's. */
int io_ring_new(int fd, void *arena, size_t arena_size, unsigned depth,
		struct io **ret_io);
int io_aio_new(int fd, unsigned depth, struct io **ret_io);
int io_sync_new(struct transport *t, unsigned depth, struct io **ret_io);

/* Size of a block device or file. */
int io_fd_size(int fd, uint64_t *ret_bytes);

#endif
