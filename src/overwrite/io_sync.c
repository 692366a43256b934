/* SPDX-License-Identifier: Apache-2.0 */
#include "overwrite/io.h"

#include <errno.h>
#include <stdlib.h>

/* Requests wait in line and are carried out one by one in wait(), so that a
 * bad place is worked on in turn with the rest of the drive. */
struct sync {
	struct io io;
	struct transport *t;
	unsigned room, count;
	struct io_request line[];
};

static int sync_submit(struct io *io, const struct io_request *request)
{
	struct sync *sync = (struct sync *)io;

	if (sync->count == sync->room)
		return -EBUSY;
	sync->line[sync->count++] = *request;
	return 0;
}

static int carry_out(struct transport *t, const struct io_request *request)
{
	switch (request->kind) {
	case IO_WRITE:
		return transport_write(t, request->offset, request->data,
				       request->length, NULL);
	case IO_READ:
		return transport_read(t, request->offset, request->data,
				      request->length, NULL);
	case IO_FLUSH:
		return transport_flush(t, NULL);
	}
	return -EINVAL;
}

static int sync_wait(struct io *io, unsigned timeout_ms,
		     struct io_answer *ret_answers, size_t room)
{
	struct sync *sync = (struct sync *)io;
	struct io_request request;
	int r;

	(void)timeout_ms;
	if (!sync->count || !room)
		return 0;
	request = sync->line[0];
	sync->count--;
	for (unsigned i = 0; i < sync->count; i++)
		sync->line[i] = sync->line[i + 1];
	r = carry_out(sync->t, &request);
	ret_answers[0].tag = request.tag;
	ret_answers[0].result = r < 0 ? r : (int64_t)request.length;
	return 1;
}

static int sync_size(struct io *io, uint64_t *ret_bytes)
{
	return transport_size(((struct sync *)io)->t, ret_bytes, NULL);
}

static void sync_free(struct io *io)
{
	free(io);
}

static const struct io_ops sync_ops = {
	.name = "transport",
	.submit = sync_submit,
	.wait = sync_wait,
	.size = sync_size,
	.free = sync_free,
};

int io_sync_new(struct transport *t, unsigned depth, struct io **ret_io)
{
	struct sync *sync = calloc(1, sizeof(*sync) +
				      (depth + 1) * sizeof(sync->line[0]));

	if (!sync)
		return -ENOMEM;
	sync->io.ops = &sync_ops;
	sync->t = t;
	sync->room = depth + 1;
	*ret_io = &sync->io;
	return 0;
}
