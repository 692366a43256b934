/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <liburing.h>
#include <stdlib.h>

#include "base/pages.h"

enum slot_state { SLOT_FREE = 0, SLOT_ASKED, SLOT_IN_FLIGHT, SLOT_THERE };

struct slot {
	struct reader_chunk chunk;
	enum slot_state state;
};

struct reader {
	struct transport *t;
	int fd;                   /* -1: through the transport */
	struct io_uring ring;
	struct slot slots[READER_DEPTH];
	unsigned first, used;     /* a queue in the order of asking */
	uint8_t *memory;
};

/* Without O_DIRECT the page cache would answer; transport_read() never lets
 * it. */
static int direct_fd(struct transport *t)
{
	int fd = transport_fd(t);
	int flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_DIRECT) ? fd : -1;
}

int reader_new(struct transport *t, struct reader **ret_reader)
{
	struct reader *r = calloc(1, sizeof(*r));

	if (!r)
		return -ENOMEM;
	r->memory = pages_new((size_t)READER_BYTES * READER_DEPTH);
	if (!r->memory) {
		free(r);
		return -ENOMEM;
	}
	r->t = t;
	r->fd = direct_fd(t);
	if (r->fd >= 0 && io_uring_queue_init(READER_DEPTH, &r->ring, 0) < 0)
		r->fd = -1;
	for (unsigned i = 0; i < READER_DEPTH; i++)
		r->slots[i].chunk.bytes = r->memory + (size_t)i * READER_BYTES;
	*ret_reader = r;
	return 0;
}

void reader_free(struct reader *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		io_uring_queue_exit(&r->ring);
	pages_free(r->memory, (size_t)READER_BYTES * READER_DEPTH);
	free(r);
}

bool reader_is_full(const struct reader *r)
{
	return r->used == READER_DEPTH;
}

bool reader_is_empty(const struct reader *r)
{
	return r->used == 0;
}

void reader_ask(struct reader *r, uint64_t offset, size_t length)
{
	unsigned index = (r->first + r->used++) % READER_DEPTH;
	struct slot *slot = &r->slots[index];
	struct io_uring_sqe *sqe;

	slot->chunk.offset = offset;
	slot->chunk.length = length;
	slot->chunk.result = 0;
	slot->state = SLOT_ASKED;
	sqe = r->fd >= 0 ? io_uring_get_sqe(&r->ring) : NULL;
	if (!sqe)
		return;
	io_uring_prep_read(sqe, r->fd, slot->chunk.bytes, (unsigned)length,
			   offset);
	io_uring_sqe_set_data64(sqe, index);
	slot->state = SLOT_IN_FLIGHT;
	/* What isn't taken now is submitted with the next wait. */
	io_uring_submit(&r->ring);
}

static void finish(struct reader *r, const struct io_uring_cqe *cqe)
{
	struct slot *slot = &r->slots[io_uring_cqe_get_data64(cqe)];

	slot->state = SLOT_THERE;
	if (cqe->res == (int)slot->chunk.length)
		slot->chunk.result = 0;
	else if (cqe->res < 0)
		slot->chunk.result = cqe->res;
	else
		slot->chunk.result = -EIO;   /* short: past the end, or torn */
}

static void wait_for(struct reader *r, const struct slot *slot,
		     uint64_t timeout_ms)
{
	struct __kernel_timespec ts = {
		.tv_sec = (long long)(timeout_ms / 1000),
		.tv_nsec = (long long)(timeout_ms % 1000) * 1000000,
	};
	struct io_uring_cqe *cqe;

	while (slot->state == SLOT_IN_FLIGHT) {
		if (io_uring_peek_cqe(&r->ring, &cqe) < 0 &&
		    io_uring_submit_and_wait_timeout(&r->ring, &cqe, 1, &ts,
						     NULL) < 0)
			return;   /* timed out or a signal came */
		if (!cqe)
			return;
		finish(r, cqe);
		io_uring_cqe_seen(&r->ring, cqe);
	}
}

const struct reader_chunk *reader_oldest(struct reader *r, uint64_t timeout_ms)
{
	struct slot *slot = &r->slots[r->first];

	if (!r->used)
		return NULL;
	if (slot->state == SLOT_ASKED) {
		slot->chunk.result = transport_read(r->t, slot->chunk.offset,
						    slot->chunk.bytes,
						    slot->chunk.length, NULL);
		slot->state = SLOT_THERE;
	}
	wait_for(r, slot, timeout_ms);
	return slot->state == SLOT_THERE ? &slot->chunk : NULL;
}

const struct reader_chunk *reader_first(const struct reader *r)
{
	return r->used ? &r->slots[r->first].chunk : NULL;
}

void reader_drop(struct reader *r)
{
	r->slots[r->first].state = SLOT_FREE;
	r->first = (r->first + 1) % READER_DEPTH;
	r->used--;
}
