/* SPDX-License-Identifier: Apache-2.0 */
#include "overwrite/io.h"

#include <errno.h>
#include <liburing.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "base/cleanup.h"

struct ring {
	struct io io;
	struct io_uring uring;
	int fd;                   /* for ioctl */
	bool fixed_buffers;
};

int io_fd_size(int fd, uint64_t *ret_bytes)
{
	struct stat st;
	uint64_t bytes;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISREG(st.st_mode)) {
		*ret_bytes = (uint64_t)st.st_size;
		return 0;
	}
	if (ioctl(fd, BLKGETSIZE64, &bytes) < 0)
		return -errno;
	*ret_bytes = bytes;
	return 0;
}

static struct io_uring_sqe *next_sqe(struct ring *ring)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&ring->uring);

	if (!sqe && io_uring_submit(&ring->uring) >= 0)
		sqe = io_uring_get_sqe(&ring->uring);
	return sqe;
}

static void prepare(struct ring *ring, struct io_uring_sqe *sqe,
		    const struct io_request *request)
{
	const unsigned length = (unsigned)request->length;

	/* 0 is the drive's place among the registered files, and the arena's
	 * among the registered buffers. */
	switch (request->kind) {
	case IO_WRITE:
		if (ring->fixed_buffers)
			io_uring_prep_write_fixed(sqe, 0, request->data, length,
						  request->offset, 0);
		else
			io_uring_prep_write(sqe, 0, request->data, length,
					    request->offset);
		break;
	case IO_READ:
		if (ring->fixed_buffers)
			io_uring_prep_read_fixed(sqe, 0, request->data, length,
						 request->offset, 0);
		else
			io_uring_prep_read(sqe, 0, request->data, length,
					   request->offset);
		break;
	case IO_FLUSH:
		io_uring_prep_fsync(sqe, 0, IORING_FSYNC_DATASYNC);
		break;
	}
	sqe->flags |= IOSQE_FIXED_FILE;
	io_uring_sqe_set_data64(sqe, request->tag);
}

static int ring_submit(struct io *io, const struct io_request *request)
{
	struct ring *ring = (struct ring *)io;
	struct io_uring_sqe *sqe = next_sqe(ring);
	int r;

	if (!sqe)
		return -EBUSY;
	prepare(ring, sqe, request);
	do
		r = io_uring_submit(&ring->uring);
	while (r == -EINTR);
	/* Once it is in the queue it will be sent: with the next one, or by
	 * wait(). Only a ring that takes nothing any more is an error. */
	return r < 0 && r != -EAGAIN && r != -EBUSY ? r : 0;
}

static size_t collect(struct ring *ring, struct io_answer *ret_answers,
		      size_t room)
{
	struct io_uring_cqe *cqe;
	size_t count = 0;

	while (count < room && io_uring_peek_cqe(&ring->uring, &cqe) == 0) {
		ret_answers[count].tag = (uint32_t)cqe->user_data;
		ret_answers[count].result = cqe->res;
		count++;
		io_uring_cqe_seen(&ring->uring, cqe);
	}
	return count;
}

static int ring_wait(struct io *io, unsigned timeout_ms,
		     struct io_answer *ret_answers, size_t room)
{
	struct ring *ring = (struct ring *)io;
	struct __kernel_timespec timeout = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = timeout_ms % 1000 * 1000000L,
	};
	struct io_uring_cqe *cqe;
	size_t count = collect(ring, ret_answers, room);
	int r;

	if (count || !timeout_ms)
		return (int)count;
	r = io_uring_submit_and_wait_timeout(&ring->uring, &cqe, 1, &timeout,
					     NULL);
	if (r < 0 && r != -ETIME && r != -EINTR && r != -EAGAIN && r != -EBUSY)
		return r;
	return (int)collect(ring, ret_answers, room);
}

static int ring_size(struct io *io, uint64_t *ret_bytes)
{
	return io_fd_size(((struct ring *)io)->fd, ret_bytes);
}

static void ring_free(struct io *io)
{
	struct ring *ring = (struct ring *)io;

	io_uring_queue_exit(&ring->uring);
	free(ring);
}

static const struct io_ops ring_ops = {
	.name = "io_uring",
	.submit = ring_submit,
	.wait = ring_wait,
	.size = ring_size,
	.free = ring_free,
};

/* Newer kernels save interrupts of the thread; older ones know no flags. */
static int set_up(struct io_uring *uring, unsigned entries)
{
	static const unsigned flags[] = {
		IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
			IORING_SETUP_TASKRUN_FLAG,
		IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG,
		0,
	};
	int r = -EINVAL;

	for (size_t i = 0; r == -EINVAL && i < ARRAY_SIZE(flags); i++)
		r = io_uring_queue_init(entries, uring, flags[i]);
	return r;
}

int io_ring_new(int fd, void *arena, size_t arena_size, unsigned depth,
		struct io **ret_io)
{
	struct iovec iovec = { .iov_base = arena, .iov_len = arena_size };
	struct ring *ring = calloc(1, sizeof(*ring));
	int r;

	if (!ring)
		return -ENOMEM;
	ring->io.ops = &ring_ops;
	ring->fd = fd;
	r = set_up(&ring->uring, depth + 1);
	if (r < 0) {
		free(ring);
		return r;
	}
	r = io_uring_register_files(&ring->uring, &fd, 1);
	if (r < 0 || !(ring->uring.features & IORING_FEAT_EXT_ARG)) {
		ring_free(&ring->io);
		return r < 0 ? r : -ENOSYS;
	}
	/* Without the right to lock memory it goes without. */
	ring->fixed_buffers = io_uring_register_buffers(&ring->uring, &iovec,
							1) == 0;
	*ret_io = &ring->io;
	return 0;
}
