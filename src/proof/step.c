/* SPDX-License-Identifier: Apache-2.0 */
#include "proof/internal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/notes.h"
#include "base/time.h"

/* So many chunks in a row that gave nothing: the drive is dying. */
#define MAX_CHUNK_FAILURES 32
/* Reads that may fail before bad chunks are no longer taken apart. */
#define MAX_FAILED_READS 400
/* Before the kernel lets a read fail it may try for three minutes. */
#define PATIENCE_MS UINT64_C(300000)

static int gone(struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV,
			 N_("the drive disappeared while it was read back; connect it again and resume"));
}

static int begin(struct proof *p, struct transport *t,
		 const struct proof_expectation *expectation,
		 struct haiki_error *err)
{
	int r;

	if (!p->planted && (expectation->kind == HAIKI_EXPECT_NOISE ||
			    expectation->kind == HAIKI_EXPECT_CHANGED))
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("nobody looked at the drive before it was erased, so nothing can be compared; erase it again"));
	r = reader_new(t, &p->reader);
	if (r < 0)
		return error_errno(err, r, N_("cannot read the drive back"));
	p->t = t;
	p->gave_ms = time_monotonic_ms();
	p->expectation = expectation->kind;
	transport_note(t, "proof: reading back: plan %s, expecting %s, %" PRIu64 " of %" PRIu64 " bytes in %zu samples",
		       haiki_plan_name(p->plan),
		       haiki_expectation_name(expectation->kind),
		       p->bytes_total, p->size, p->samples_count);
	return 0;
}

static void finish(struct proof *p, struct transport *t)
{
	if (p->expectation == HAIKI_EXPECT_UNIFORM && p->uniform_known)
		transport_note(t, "proof: the value found is %02Xh",
			       p->uniform_value);
	if (p->expectation == HAIKI_EXPECT_NOISE)
		transport_note(t, "proof: %" PRIu64 " blocks hold only 00h or FFh",
			       p->constant);
	if (p->hangs)
		transport_note(t, "proof: the drive no longer answers: given up");
	else if (p->given_up)
		transport_note(t, "proof: too many reads in a row failed: given up");
	transport_note(t, NOTE_PROOF_FORMAT, p->blocks_read, p->mismatches,
		       p->read_errors, p->markers_left);
	reader_free(p->reader);
	p->reader = NULL;
	p->done = true;
}

static void ask(struct proof *p)
{
	while (!reader_is_full(p->reader) && p->sample < p->samples_count) {
		const struct sample *s = &p->samples[p->sample];
		uint64_t left = s->length - p->position;
		size_t length = left < READER_BYTES ? (size_t)left :
						      READER_BYTES;

		reader_ask(p->reader, s->offset + p->position, length);
		p->position += length;
		if (p->position == s->length) {
			p->sample++;
			p->position = 0;
		}
	}
}

static void chunk_done(struct proof *p, const struct reader_chunk *chunk)
{
	p->bytes_done += chunk->length;
	p->failures = p->chunk_gave ? 0 : p->failures + 1;
	if (p->failures >= MAX_CHUNK_FAILURES)
		p->given_up = true;
	p->chunk_gave = false;
	p->size_checked = false;
	reader_drop(p->reader);
}

static void gave(struct proof *p)
{
	p->chunk_gave = true;
	p->gave_ms = time_monotonic_ms();
}

/* A drive that lets a read fail in its time is another thing than one that
 * never does. `waiting`: for a read that hasn't returned. */
static void look_at_clock(struct proof *p, bool waiting)
{
	const struct reader_chunk *chunk = reader_first(p->reader);
	uint64_t patience_ms = p->patience_ms ? p->patience_ms : PATIENCE_MS;

	if (p->given_up || time_monotonic_ms() - p->gave_ms < patience_ms)
		return;
	p->given_up = true;
	p->hangs = waiting;
	if (chunk && p->retries_count == 0)
		judge_unreadable(p, chunk->offset, chunk->length);
	while (p->retries_count) {
		const struct retry *left = &p->retries[--p->retries_count];

		judge_unreadable(p, chunk->offset + left->offset, left->length);
	}
}

static void push(struct proof *p, size_t offset, size_t length)
{
	p->retries[p->retries_count++] = (struct retry) { offset, length };
}

/* A drive that was pulled may answer with plain I/O errors. */
static bool has_gone(struct proof *p)
{
	uint64_t size;
	int r;

	if (p->size_checked)
		return false;
	p->size_checked = true;
	r = transport_size(p->t, &size, NULL);
	return proof_is_gone(r) || (r == 0 && size == 0);
}

/* Halves what can't be read until single blocks are left. */
static void take_apart(struct proof *p, const struct reader_chunk *chunk,
		       size_t offset, size_t length)
{
	size_t half = length / p->block / 2 * p->block;

	if (half == 0 || ++p->failed_reads > MAX_FAILED_READS) {
		judge_unreadable(p, chunk->offset + offset, length);
		return;
	}
	push(p, offset + half, length - half);
	push(p, offset, half);
}

static int retry(struct proof *p, const struct proof_expectation *expectation,
		 const struct reader_chunk *chunk)
{
	struct retry again = p->retries[--p->retries_count];
	uint8_t *bytes = chunk->bytes + again.offset;
	int r = transport_read(p->t, chunk->offset + again.offset, bytes,
			       again.length, NULL);

	if (proof_is_gone(r) || (r < 0 && has_gone(p)))
		return -ENODEV;
	if (r < 0) {
		take_apart(p, chunk, again.offset, again.length);
		return 0;
	}
	gave(p);
	return judge(p, expectation, chunk->offset + again.offset, bytes,
		     again.length);
}

/* One read's worth of work. *ret_waiting: nothing was there to be done. */
static int work(struct proof *p, const struct proof_expectation *expectation,
		uint64_t timeout_ms, bool *ret_waiting)
{
	const struct reader_chunk *chunk;
	int r = 0;

	ask(p);
	chunk = reader_oldest(p->reader, timeout_ms);
	*ret_waiting = !chunk;
	if (!chunk)
		return 0;
	if (p->retries_count) {
		r = retry(p, expectation, chunk);
	} else if (chunk->result == 0) {
		gave(p);
		r = judge(p, expectation, chunk->offset, chunk->bytes,
			  chunk->length);
	} else if (proof_is_gone(chunk->result)) {
		return -ENODEV;
	} else {
		push(p, 0, chunk->length);
		return 0;
	}
	if (r == 0 && p->retries_count == 0)
		chunk_done(p, chunk);
	return r;
}

int proof_step(struct proof *p, struct transport *t,
	       const struct proof_expectation *expectation, uint64_t slice_ms,
	       bool *ret_done, struct haiki_error *err)
{
	uint64_t end = time_monotonic_ms() + slice_ms, now = end - slice_ms;
	bool waiting = false;
	int r = 0;

	if (!p->reader && !p->done)
		r = begin(p, t, expectation, err);
	if (r < 0)
		return r;
	/* A pause is not the drive's. */
	if (p->left_ms)
		p->gave_ms += now - p->left_ms;
	while (!p->done && !waiting) {
		r = work(p, expectation, end - now, &waiting);
		if (r == -ENODEV)
			return gone(err);
		if (r < 0)
			return error_errno(err, r,
					   N_("cannot read the drive back"));
		look_at_clock(p, waiting);
		if (p->given_up || (reader_is_empty(p->reader) &&
				    p->sample == p->samples_count))
			finish(p, t);
		now = time_monotonic_ms();
		if (now >= end)
			break;
	}
	p->left_ms = time_monotonic_ms();
	*ret_done = p->done;
	return 0;
}

void proof_patience(struct proof *p, uint64_t ms)
{
	p->patience_ms = ms;
}

bool proof_hangs(const struct proof *p)
{
	return p->hangs;
}
