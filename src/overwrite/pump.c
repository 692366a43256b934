/* SPDX-License-Identifier: Apache-2.0 */
#include "overwrite/pump.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "overwrite/pattern.h"

#define FLUSH_TAG UINT32_MAX
#define MAX_DEAD_REQUESTS 16      /* in a row */
#define MAX_FLUSH_FAILURES 3      /* in a row */
#define MAX_LEAF_FAILURES 2       /* of one block: once more after an error */
#define MAX_INTERRUPTIONS 100     /* -EINTR, -EAGAIN in a row */

static bool has_buffers(const struct schedule *schedule)
{
	for (size_t i = 0; i < schedule->count; i++)
		if (schedule->passes[i].kind == PASS_RANDOM ||
		    schedule->passes[i].verify)
			return true;
	return false;
}

size_t pump_memory(const struct schedule *schedule,
		   const struct pump_limits *limits)
{
	size_t size = limits->request + PATTERN_AREA_EXTRA;

	if (has_buffers(schedule))
		size += (size_t)limits->slots * limits->request;
	return size;
}

/* Ends the run with an error; the first one counts. */
#define FAIL(pump, code, ...) do { \
	if ((pump)->phase == PUMP_FAILED) \
		break; \
	error_set(&(pump)->error, HAIKI_DOMAIN_SYSTEM, code, __VA_ARGS__); \
	(pump)->phase = PUMP_FAILED; \
} while (0)

/* Makes the current pass ready to be written. */
static int set_up_pass(struct pump *pump)
{
	int r = schedule_resolve(pump->schedule, pump->pass - 1,
				 &pump->current);

	stream_free(pump->stream);
	pump->stream = NULL;
	if (r < 0)
		return r;
	if (pump->current.kind == PASS_RANDOM)
		return stream_new(pump->key[pump->pass - 1], &pump->stream);
	pattern_fill(&pump->current, 0, pump->area,
		     pump->limits.request + PATTERN_AREA_EXTRA);
	return 0;
}

int pump_init(struct pump *pump, const struct schedule *schedule,
	      const struct pump_limits *limits, uint64_t size,
	      const struct engine_state *state, uint8_t *memory,
	      struct haiki_error *err)
{
	int r;

	memset(pump, 0, sizeof(*pump));
	pump->schedule = schedule;
	pump->limits = *limits;
	pump->size = size;
	pump->area = memory;
	memory += limits->request + PATTERN_AREA_EXTRA;
	for (unsigned i = 0; has_buffers(schedule) && i < limits->slots; i++)
		pump->slot[i].buffer = memory + (size_t)i * limits->request;

	memcpy(pump->key, state->key, sizeof(pump->key));
	pump->pass = state->pass;
	pump->durable = pump->next = state->durable;
	pump->flushed = state->pass > 1 || state->durable > 0;
	pump->mismatches = state->verify_mismatches;
	pump->ranges.count = state->bad_count;
	memcpy(pump->ranges.range, state->bad,
	       state->bad_count * sizeof(state->bad[0]));
	ranges_cut(&pump->ranges, pump->pass, pump->durable / limits->logical);
	r = set_up_pass(pump);
	if (r < 0)
		return error_errno(err, r, N_("cannot prepare the data to write"));
	pump->answered_at = time_monotonic_ms();
	return 0;
}

void pump_fini(struct pump *pump)
{
	stream_free(pump->stream);
	pump->stream = NULL;
}

/* Up to here everything of the pass was dealt with. */
static uint64_t low_water(const struct pump *pump)
{
	uint64_t low = pump->next;

	for (unsigned i = 0; i < pump->limits.slots; i++)
		if (pump->slot[i].busy && pump->slot[i].offset < low)
			low = pump->slot[i].offset;
	return low;
}

uint64_t pump_phase_done(const struct pump *pump)
{
	uint64_t done = pump->next;

	for (unsigned i = 0; i < pump->limits.slots; i++)
		if (pump->slot[i].busy)
			done -= pump->slot[i].length;
	return done;
}

/* --- sending -------------------------------------------------------------- */

static bool submit(struct pump *pump, const struct io_request *request)
{
	int r = pump->io->ops->submit(pump->io, request);

	if (r < 0) {
		FAIL(pump, r, N_("the system doesn't take requests for the drive any more (%s): try again after a restart"),
			  strerror(-r));
		return false;
	}
	pump->in_flight++;
	return true;
}

static bool send_piece(struct pump *pump, struct slot *slot)
{
	const struct io_request request = {
		.kind = pump->phase == PUMP_VERIFY ? IO_READ : IO_WRITE,
		.offset = slot->offset + slot->piece.at,
		.data = slot->data + slot->piece.at,
		.length = slot->piece.length,
		.tag = (uint32_t)(slot - pump->slot),
	};

	return submit(pump, &request);
}

static struct slot *free_slot(struct pump *pump)
{
	for (unsigned i = 0; i < pump->limits.slots; i++)
		if (!pump->slot[i].busy)
			return &pump->slot[i];
	return NULL;
}

/* Requests end at multiples of their size, also after a resume. */
static uint32_t next_length(const struct pump *pump)
{
	uint64_t request = pump->limits.request;
	uint64_t length = request - pump->next % request;

	return (uint32_t)(length < pump->size - pump->next ?
			  length : pump->size - pump->next);
}

static int set_data(struct pump *pump, struct slot *slot)
{
	if (pump->phase == PUMP_VERIFY) {
		slot->data = slot->buffer;
		return 0;
	}
	if (pump->current.kind == PASS_RANDOM) {
		slot->data = slot->buffer;
		return stream_fill(pump->stream, slot->offset, slot->data,
				   slot->length);
	}
	slot->data = pump->area + pattern_place(&pump->current, slot->offset);
	return 0;
}

/* One more request, if there's anything left to do and a slot for it. */
static bool start_next(struct pump *pump)
{
	struct slot *slot;

	if (pump->phase != PUMP_WRITE && pump->phase != PUMP_VERIFY)
		return false;
	if (pump->paused || pump->rewinding || pump->next >= pump->size)
		return false;
	slot = free_slot(pump);
	if (!slot)
		return false;
	slot->offset = pump->next;
	slot->length = next_length(pump);
	slot->piece = (struct piece){ 0, slot->length };
	slot->failures = slot->left_count = 0;
	slot->succeeded = false;
	slot->failing_since = 0;
	if (set_data(pump, slot) < 0) {
		FAIL(pump, -EIO, N_("random data can't be made: the cryptographic library failed"));
		return false;
	}
	if (!send_piece(pump, slot))
		return false;
	slot->busy = true;
	pump->next += slot->length;
	pump->busy++;
	return true;
}

static void start_flush(struct pump *pump, uint64_t mark)
{
	const struct io_request request = { .kind = IO_FLUSH,
					    .tag = FLUSH_TAG };

	pump->flush_wanted = false;
	pump->flush_mark = mark;
	pump->flushing = submit(pump, &request);
}

/* --- answers -------------------------------------------------------------- */

/* After an error: is the drive still there, and still the same size? */
static bool still_there(struct pump *pump, int error)
{
	uint64_t size = 0;
	int r = 0;

	if (error != -ENODEV && error != -ENXIO && error != -ENOMEDIUM) {
		r = pump->io->ops->size(pump->io, &size);
		if (r == 0 && size == pump->size)
			return true;
		/* Can't be asked just now; the errors themselves count. */
		if (r < 0 && r != -ENODEV && r != -ENXIO && r != -ENOMEDIUM)
			return true;
	}
	if (r == 0 && size)
		FAIL(pump, -ESTALE, N_("the drive changed its size from %llu to %llu bytes during the erase: begin anew"),
			  (unsigned long long)pump->size,
			  (unsigned long long)size);
	else
		FAIL(pump, -ENODEV, N_("the drive is gone: attach it again and resume"));
	return false;
}

static void give_up(struct pump *pump, int error)
{
	FAIL(pump, -EIO, N_("the drive answers nothing but errors (%u in a row, the last: %s): it was given up at byte %llu of pass %u"),
	     pump->failures, strerror(-error),
	     (unsigned long long)low_water(pump), pump->pass);
}

/* An error more, of this slot and of the drive. */
static void count_failure(struct pump *pump, struct slot *slot, int error)
{
	const uint64_t now = time_monotonic_ms();

	if (!slot->failing_since)
		slot->failing_since = now;
	if (pump->failures++ == 0)
		pump->failing_since = now;
	if (pump->failures >= 8 &&
	    now - pump->failing_since >= pump->limits.failing_ms)
		give_up(pump, error);
}

static void finish_slot(struct pump *pump, struct slot *slot, int error)
{
	slot->busy = false;
	pump->busy--;
	if (slot->succeeded)
		pump->dead_requests = 0;
	else if (++pump->dead_requests >= MAX_DEAD_REQUESTS)
		give_up(pump, error);
}

/* The piece is dealt with, well or badly: the next one of this request. */
static void next_piece(struct pump *pump, struct slot *slot, int error)
{
	slot->failures = 0;
	if (!slot->left_count) {
		finish_slot(pump, slot, error);
		return;
	}
	slot->piece = slot->left[--slot->left_count];
	send_piece(pump, slot);
}

/* The piece stays as it was: unwritten, or unread. */
static void piece_is_bad(struct pump *pump, const struct slot *slot, int error)
{
	const uint32_t logical = pump->limits.logical;
	const struct bad_range bad = {
		.lba = (slot->offset + slot->piece.at) / logical,
		.count = slot->piece.length / logical,
		.pass = pump->pass,
		.error = error,
	};

	if (pump->phase == PUMP_VERIFY) {
		pump->pass_mismatches += bad.count;
		return;
	}
	pump->ranges_changes++;
	if (ranges_add(&pump->ranges, &bad) < 0)
		FAIL(pump, -EIO, N_("more than %d places of the drive can't be written: it was given up at byte %llu of pass %u"),
		     ENGINE_MAX_BAD_RANGES,
		     (unsigned long long)low_water(pump), pump->pass);
}

/* Halves the piece on a border of the unit; the second half waits. */
static bool bisect(struct pump *pump, struct slot *slot)
{
	const uint32_t unit = pump->limits.unit;
	uint64_t from = slot->offset + slot->piece.at;
	uint64_t middle = from + slot->piece.length / 2;

	middle -= middle % unit;
	if (middle <= from)
		middle = from - from % unit + unit;
	if (middle >= from + slot->piece.length ||
	    slot->left_count == PUMP_MAX_PIECES)
		return false;
	slot->left[slot->left_count++] = (struct piece){
		(uint32_t)(middle - slot->offset),
		(uint32_t)(from + slot->piece.length - middle),
	};
	slot->piece.length = (uint32_t)(middle - from);
	slot->failures = 0;
	return true;
}

static void piece_failed(struct pump *pump, struct slot *slot, int error)
{
	if (error == -EINTR || error == -EAGAIN) {
		if (++slot->failures < MAX_INTERRUPTIONS) {
			send_piece(pump, slot);
			return;
		}
		error = -EIO;
	}
	if (!still_there(pump, error))
		return;
	count_failure(pump, slot, error);
	if (pump->phase == PUMP_FAILED)
		return;
	/* A place that costs minutes isn't worth its last blocks: what wasn't
	 * tried any more counts as bad. */
	if (time_monotonic_ms() - slot->failing_since >=
	    pump->limits.isolate_ms) {
		piece_is_bad(pump, slot, error);
		while (slot->left_count && pump->phase != PUMP_FAILED) {
			slot->piece = slot->left[--slot->left_count];
			piece_is_bad(pump, slot, error);
		}
	} else if (bisect(pump, slot) || ++slot->failures < MAX_LEAF_FAILURES) {
		send_piece(pump, slot);
		return;
	} else {
		piece_is_bad(pump, slot, error);
	}
	if (pump->phase != PUMP_FAILED)
		next_piece(pump, slot, error);
}

/* `done` bytes of the piece went through. */
static void piece_answered(struct pump *pump, struct slot *slot, uint32_t done)
{
	uint64_t mismatches = 0;

	pump->failures = 0;
	slot->succeeded = true;
	if (pump->phase == PUMP_VERIFY &&
	    pump_check(pump, slot->offset + slot->piece.at,
		       slot->data + slot->piece.at, done, &mismatches) < 0) {
		FAIL(pump, -EIO, N_("what was read back can't be compared: the cryptographic library failed"));
		return;
	}
	pump->pass_mismatches += mismatches;
	if (done == slot->piece.length) {
		next_piece(pump, slot, 0);
		return;
	}
	slot->piece.at += done;
	slot->piece.length -= done;
	send_piece(pump, slot);
}

static void slot_answered(struct pump *pump, struct slot *slot, int64_t result)
{
	int64_t done = result;

	if (result > 0)
		done -= result % pump->limits.logical;
	if (done <= 0 || done > slot->piece.length)
		piece_failed(pump, slot, result < 0 ? (int)result : -EIO);
	else
		piece_answered(pump, slot, (uint32_t)done);
}

static void flush_failed(struct pump *pump, int error)
{
	if (!still_there(pump, error))
		return;
	if (++pump->flush_failures >= MAX_FLUSH_FAILURES) {
		FAIL(pump, -EIO, N_("the drive can't write its cache to the medium (%s): nothing after byte %llu of pass %u is certain"),
		     strerror(-error), (unsigned long long)pump->durable,
		     pump->pass);
		return;
	}
	/* What was in the cache may be lost although a later flush succeeds:
	 * all since the last good one is written again. */
	pump->rewinding = true;
}

void pump_confirm(struct pump *pump, int result)
{
	pump->flushing = pump->confirming = false;
	pump->flushes++;
	pump->flushed = result >= 0;
	if (result < 0) {
		flush_failed(pump, result);
		return;
	}
	pump->flush_failures = 0;
	if (pump->flush_mark > pump->durable)
		pump->durable = pump->flush_mark;
}

static void flush_answered(struct pump *pump, int64_t result)
{
	if (result >= 0 && pump->confirms)
		pump->confirming = true;
	else
		pump_confirm(pump, result < 0 ? (int)result : 0);
}

/* --- phases --------------------------------------------------------------- */

static void begin_verify(struct pump *pump)
{
	pump->phase = PUMP_VERIFY;
	pump->next = 0;
	pump->pass_mismatches = 0;
}

static void next_pass(struct pump *pump)
{
	if (pump->pass == pump->schedule->count) {
		/* Its mismatches stay apart: a resume reads it back anew. */
		pump->phase = PUMP_DONE;
		return;
	}
	pump->mismatches += pump->pass_mismatches;
	pump->pass_mismatches = 0;
	pump->pass++;
	pump->phase = PUMP_WRITE;
	pump->next = pump->durable = 0;
	if (set_up_pass(pump) < 0)
		FAIL(pump, -EIO, N_("the data of the next pass can't be made: the cryptographic library failed"));
}

static void pass_written(struct pump *pump)
{
	uint64_t bad = ranges_blocks(&pump->ranges, pump->pass);

	if (bad == pump->size / pump->limits.logical)
		FAIL(pump, -EIO, N_("no block of the drive could be written"));
	else if (pump->current.verify)
		begin_verify(pump);
	else
		next_pass(pump);
}

static void rewind_to_durable(struct pump *pump)
{
	pump->rewinding = false;
	pump->phase = PUMP_WRITE;
	pump->next = pump->durable;
	ranges_cut(&pump->ranges, pump->pass,
		   pump->durable / pump->limits.logical);
	pump->ranges_changes++;
}

/* Goes from phase to phase where nothing is in flight any more; true if it
 * did something. */
static bool change_phase(struct pump *pump)
{
	if (pump->busy || pump->flushing)
		return false;
	if (pump->rewinding) {
		rewind_to_durable(pump);
		return true;
	}
	if (pump->next < pump->size)
		return false;
	switch (pump->phase) {
	case PUMP_WRITE:
		/* Resumed where all of it was durable: nothing to flush. */
		if (pump->durable == pump->size) {
			pass_written(pump);
			return true;
		}
		pump->phase = PUMP_FLUSH;
		start_flush(pump, pump->size);
		return true;
	case PUMP_FLUSH:
		pass_written(pump);
		return true;
	case PUMP_VERIFY:
		next_pass(pump);
		return true;
	case PUMP_DONE:
	case PUMP_FAILED:
		break;
	}
	return false;
}

/* --- turning -------------------------------------------------------------- */

static bool take_answers(struct pump *pump, unsigned wait_ms)
{
	struct io_answer answers[PUMP_MAX_SLOTS + 1];
	const uint64_t before = time_monotonic_ms();
	int n = pump->io->ops->wait(pump->io, wait_ms, answers,
				    ARRAY_SIZE(answers));

	if (n < 0) {
		FAIL(pump, n, N_("the system doesn't answer requests for the drive any more (%s): try again after a restart"),
			  strerror(-n));
		return false;
	}
	pump->in_flight -= (unsigned)n;
	for (int i = 0; i < n; i++) {
		uint32_t tag = answers[i].tag;

		if (tag == FLUSH_TAG)
			flush_answered(pump, answers[i].result);
		else if (tag < pump->limits.slots && pump->slot[tag].busy)
			slot_answered(pump, &pump->slot[tag],
				      answers[i].result);
	}
	if (n)
		pump->answered_at = time_monotonic_ms();
	else if (before - pump->answered_at > pump->limits.stall_ms)
		FAIL(pump, -ETIMEDOUT, N_("the drive didn't answer for %llu seconds: switch it off and on, then resume"),
			  (unsigned long long)pump->limits.stall_ms / 1000);
	return n > 0;
}

bool pump_turn(struct pump *pump, unsigned wait_ms)
{
	bool worked;

	if (pump->phase == PUMP_FAILED || pump->phase == PUMP_DONE)
		return false;
	if (!pump->in_flight)
		pump->answered_at = time_monotonic_ms();
	if (pump->flush_wanted && !pump->flushing && !pump->rewinding &&
	    pump->phase == PUMP_WRITE)
		start_flush(pump, low_water(pump));
	worked = start_next(pump);
	if (pump->phase != PUMP_FAILED && pump->in_flight)
		worked |= take_answers(pump, worked ? 0 : wait_ms);
	if (pump->phase != PUMP_FAILED)
		worked |= change_phase(pump);
	return worked;
}

void pump_drain(struct pump *pump, uint64_t timeout_ms)
{
	const uint64_t end = time_monotonic_ms() + timeout_ms;
	struct io_answer answers[PUMP_MAX_SLOTS + 1];

	/* What is answered now isn't looked at: nobody claims it. */
	while (pump->in_flight && time_monotonic_ms() < end) {
		int n = pump->io->ops->wait(pump->io, 100, answers,
					    ARRAY_SIZE(answers));

		if (n < 0)
			return;
		pump->in_flight -= (unsigned)n;
	}
}
