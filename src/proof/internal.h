/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROOF_INTERNAL_H
#define PROOF_INTERNAL_H

#include <openssl/types.h>

#include "proof/proof.h"

/*
 * One block of each sample: what stood there before the erase, and whether a
 * marker was written over it.
 */
struct point {
	uint64_t block;
	uint8_t before[8];        /* SHA-256(seed | content), first 8 bytes */
	uint8_t flags;
};

enum {
	POINT_KNOWN = 1,          /* `before` was read */
	/* ... and is no data of its own: one byte value, or the same as at
	 * other points (the pattern of an earlier erase). */
	POINT_FILLER = 2,
	POINT_TRIED = 4,          /* a marker was written */
	POINT_STUCK = 8,          /* ... flushed, and read back */
	POINT_JOURNALLED = 15,
	POINT_SEEN = 16,          /* read again after the erase */
};

#define PROOF_FINDINGS 256
#define MARKER_PIECE 512          /* bytes; each begins with the magic */
#define MARKER_MAGIC 16
#define MARKER_SLICE 32

struct reader;

/* A range of one chunk that must be read again, in smaller pieces. */
struct retry {
	size_t offset, length;    /* bytes in the chunk */
};

struct proof {
	enum haiki_plan plan;
	uint8_t seed[32];
	uint64_t size, population;
	uint32_t block;
	struct sample *samples;
	size_t samples_count;
	struct point *points;
	size_t points_count;
	bool planted;             /* proof_plant() was here */

	/* markers_begin()'s. One thread at a time: they are written in. */
	uint8_t magic[MARKER_MAGIC];
	uint8_t *scratch;         /* one block: a marker */
	EVP_CIPHER_CTX *cipher;
	EVP_MD_CTX *digest;

	/* Reading: the next chunk to ask for, and the one being judged. */
	struct reader *reader;
	struct transport *t;
	size_t sample;
	uint64_t position;        /* bytes into it */
	struct retry retries[32];
	size_t retries_count;
	bool size_checked;        /* since this chunk failed */
	unsigned failures;        /* chunks in a row that gave nothing */
	unsigned failed_reads;    /* in all, single blocks and pieces */
	bool chunk_gave;          /* something of it could be read */
	uint64_t patience_ms;     /* 0 = the usual */
	uint64_t gave_ms;         /* when something could be read last */
	uint64_t left_ms;         /* when it was last gone on with; 0: never */
	bool given_up, done;
	bool hangs;               /* given up with a read that didn't return */
	uint8_t *expected;
	uint64_t bytes_done, bytes_total;

	/* Results. */
	enum haiki_expectation expectation;
	uint64_t blocks_read, mismatches, read_errors, markers_left;
	uint64_t constant;        /* NOISE: blocks of 00h or FFh */
	bool first_read, last_read;
	bool uniform_known;
	uint8_t uniform_value;
	struct proof_finding findings[PROOF_FINDINGS];
	size_t findings_count;
};

/* --- marker.c: pure ----------------------------------------------------- */

/*
 * The marker of a block, from the seed, so that it can be made again:
 * AES-256-CTR keystream under HMAC-SHA256(seed, "haiki marker 2"), from the
 * counter that has the block's number in its first 8 bytes (big-endian) and 0
 * in the others, and at the start of each 512 bytes the first 16 bytes of
 * HMAC-SHA256(seed, "haiki magic 2").
 */
/* Gets seed and block size ready. 0 or -ENOMEM; markers_end() in any case. */
int markers_begin(struct proof *p);
void markers_end(struct proof *p);
void marker_make(const struct proof *p, uint64_t block, uint8_t *ret_bytes);
/* Whether any part of `bytes` is still that of the block's own marker. */
bool marker_is_left(const struct proof *p, uint64_t block,
		    const uint8_t *bytes);
/* Whether the magic stands at any multiple of 512. */
bool marker_has_magic(const struct proof *p, const uint8_t *bytes,
		      size_t length);
void marker_hash(const struct proof *p, const uint8_t *bytes,
		 uint8_t ret_hash[8]);

/* --- judge.c: pure ------------------------------------------------------ */

/*
 * Judges `length` bytes that were read at byte `offset` and counts. 0, or what
 * expectation->expected() failed with.
 */
int judge(struct proof *p, const struct proof_expectation *expectation,
	  uint64_t offset, const uint8_t *bytes, size_t length);
/* Counts what could not be read. */
void judge_unreadable(struct proof *p, uint64_t offset, uint64_t length);
/* Whether all bytes are the same. */
bool judge_is_constant(const uint8_t *bytes, size_t length);
/*
 * Whether every 512 bytes look like random ones: chi-square of their byte
 * values <= 1,200 (255 expected; base64 has some 1,800, other text, programs
 * and tables more). Random bytes are taken for leftovers with a probability
 * below 2e-26 a piece, so below 1e-15 on a medium of 18 TB. Compressed or
 * encrypted leftovers look like noise: only the comparison with the state
 * before and the markers can tell those.
 */
bool judge_is_noise(const uint8_t *bytes, size_t length);
/* The index of the first point at or after `block`. */
size_t point_from(const struct proof *p, uint64_t block);

/* --- reader.c ------------------------------------------------------------ */

/*
 * Reads asynchronously, in the order asked for, where the transport has an
 * O_DIRECT descriptor and the kernel io_uring; else one after the other
 * through the transport. 8 reads of up to READER_BYTES are in flight.
 */
#define READER_BYTES (512 * 1024)
#define READER_DEPTH 8

struct reader_chunk {
	uint64_t offset;
	size_t length;
	uint8_t *bytes;
	int result;               /* 0 or -errno */
};

int reader_new(struct transport *t, struct reader **ret_reader);
/* Also with reads in flight. NULL-safe. */
void reader_free(struct reader *r);
bool reader_is_full(const struct reader *r);
bool reader_is_empty(const struct reader *r);
/* length <= READER_BYTES; not when full. */
void reader_ask(struct reader *r, uint64_t offset, size_t length);
/* The oldest read asked for, or NULL if it isn't there within timeout_ms. It
 * stays the oldest until reader_drop(). */
const struct reader_chunk *reader_oldest(struct reader *r,
					 uint64_t timeout_ms);
/* The same, whether it's there or not; NULL only if nothing was asked for. */
const struct reader_chunk *reader_first(const struct reader *r);
void reader_drop(struct reader *r);

/* --- shared -------------------------------------------------------------- */

/* Whether an error means that the drive is gone, not that a block is bad. */
bool proof_is_gone(int code);

#endif
