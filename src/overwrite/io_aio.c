/* SPDX-License-Identifier: Apache-2.0 */
#include "overwrite/io.h"

#include <errno.h>
#include <linux/aio_abi.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Where a sandbox or an administrator forbids io_uring, Linux AIO does nearly
 * as well on O_DIRECT descriptors. */
struct aio {
	struct io io;
	aio_context_t context;
	int fd;
	unsigned in_flight;
};

static int aio_submit(struct io *io, const struct io_request *request)
{
	static const uint16_t opcodes[] = {
		[IO_WRITE] = IOCB_CMD_PWRITE,
		[IO_READ] = IOCB_CMD_PREAD,
		[IO_FLUSH] = IOCB_CMD_FDSYNC,
	};
	struct aio *aio = (struct aio *)io;
	struct iocb iocb = {
		.aio_data = request->tag,
		.aio_lio_opcode = opcodes[request->kind],
		.aio_fildes = (uint32_t)aio->fd,
		.aio_buf = (uint64_t)(uintptr_t)request->data,
		.aio_nbytes = request->length,
		.aio_offset = (int64_t)request->offset,
	};
	struct iocb *list[] = { &iocb };
	long r;

	if (request->kind == IO_FLUSH) {
		iocb.aio_buf = iocb.aio_nbytes = 0;
		iocb.aio_offset = 0;
	}
	do
		r = syscall(SYS_io_submit, aio->context, 1, list);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return -errno;
	if (r != 1)
		return -EAGAIN;
	aio->in_flight++;
	return 0;
}

static int aio_wait(struct io *io, unsigned timeout_ms,
		    struct io_answer *ret_answers, size_t room)
{
	struct aio *aio = (struct aio *)io;
	struct timespec timeout = {
		.tv_sec = timeout_ms / 1000,
		.tv_nsec = timeout_ms % 1000 * 1000000L,
	};
	struct io_event events[16];
	long n, most = room < ARRAY_SIZE(events) ? (long)room :
						   (long)ARRAY_SIZE(events);

	n = syscall(SYS_io_getevents, aio->context, timeout_ms ? 1L : 0L, most,
		    events, &timeout);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	for (long i = 0; i < n; i++) {
		ret_answers[i].tag = (uint32_t)events[i].data;
		ret_answers[i].result = events[i].res;
	}
	aio->in_flight -= (unsigned)n;
	return (int)n;
}

static int aio_size(struct io *io, uint64_t *ret_bytes)
{
	return io_fd_size(((struct aio *)io)->fd, ret_bytes);
}

static void aio_free(struct io *io)
{
	struct aio *aio = (struct aio *)io;

	/* io_destroy waits for everything: never do that to a drive that
	 * hangs. The kernel takes the context back with the process. */
	if (!aio->in_flight)
		syscall(SYS_io_destroy, aio->context);
	free(aio);
}

static const struct io_ops aio_ops = {
	.name = "aio",
	.submit = aio_submit,
	.wait = aio_wait,
	.size = aio_size,
	.free = aio_free,
};

int io_aio_new(int fd, unsigned depth, struct io **ret_io)
{
	struct aio *aio = calloc(1, sizeof(*aio));

	if (!aio)
		return -ENOMEM;
	aio->io.ops = &aio_ops;
	aio->fd = fd;
	if (syscall(SYS_io_setup, depth + 1, &aio->context) < 0) {
		int r = -errno;

		free(aio);
		return r;
	}
	*ret_io = &aio->io;
	return 0;
}
