/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METHOD_COMMON_H
#define METHOD_COMMON_H

#include "ata/identify.h"
#include "method/method.h"

/* What several methods share. */

/* Fills *ret_support; `format` gives the reason ("" when supported). */
void support_set(struct haiki_method_support *ret_support,
		 enum haiki_method method, enum haiki_support support,
		 int64_t seconds, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* put: -EINVAL without a journal, for steps that mustn't go unwritten. */
int journal_keep(struct method_run *run, const char *key, const char *value,
		 struct haiki_error *err);
/* As journal_keep, but without a journal it's fine. */
int journal_tell(struct method_run *run, const char *key, const char *value,
		 struct haiki_error *err);
/* NULL if there's none. */
const char *journal_find(const struct method_run *run, const char *key);
/* True if `key` is there and has exactly this value. */
bool journal_says(const struct method_run *run, const char *key,
		  const char *value);

/* The expectation is decided at the start, from what the drive declares, and
 * needed again by a process that has only the journal. */
int expectation_keep(struct method_run *run, enum haiki_expectation kind,
		     struct haiki_error *err);
/* CHANGED where nothing was kept. */
enum haiki_expectation expectation_kept(const struct method_run *run);

/* expected() of the overwrite operations: their pattern is zeros. */
int expected_zeros(const struct method_run *run, uint64_t offset, void *buf,
		   size_t length);

/*
 * IDENTIFY DEVICE, tried again if the answer can't be used. -EOPNOTSUPP: no
 * ATA drive or nothing lets ATA commands through; -EPROTO: unusable data.
 */
int identify_ata(struct transport *t, struct ata_identify *ret_identify,
		 struct haiki_error *err);
/* The same for a probe: false with *ret_support filled when it's of no use. */
bool support_ata(struct method_run *run, enum haiki_method method,
	       struct ata_identify *ret_identify,
	       struct haiki_method_support *ret_support);

/* prepare() of methods that need none. */
int prepare_nothing(struct method_run *run, struct haiki_error *err);

/* Options with their defaults; run->options may be NULL while probing. */
uint64_t option_slice_ms(const struct method_run *run);
uint64_t option_poll_ms(const struct method_run *run);

/* A bus that can't have this command set. */
bool bus_is(const struct method_run *run, enum haiki_bus bus);

/*
 * A method that differs from others of its file in its id, and in what is given
 * after that: the file's own probe(run, id, ...), start(run, id, ...), poll,
 * recover and finish.
 */
#define METHOD_VARIANT(object, method_id, ...)                                \
	static void object##_probe(struct method_run *run,                    \
				   struct haiki_method_support *ret_support)  \
	{                                                                     \
		probe(run, method_id, ret_support);                           \
	}                                                                     \
	static int object##_start(struct method_run *run,                     \
				  struct haiki_error *err)                    \
	{                                                                     \
		return start(run, method_id, err);                            \
	}                                                                     \
	const struct method object = {                                        \
		.id = method_id,                                              \
		.probe = object##_probe,                                      \
		.prepare = prepare_nothing,                                   \
		.start = object##_start,                                      \
		.poll = poll,                                                 \
		.recover = recover,                                           \
		.finish = finish,                                             \
		.expectation = expectation_kept,                              \
		__VA_ARGS__                                                   \
	}

#endif
