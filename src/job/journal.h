/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOB_JOURNAL_H
#define JOB_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <haiki/error.h>

/*
 * What a job must remember when power fails: one file OUT/journal/NAME.journal
 * of JSON lines {"key":...,"value":...}, the last line of a key counts. Every
 * put is on the disk before it returns. A torn last line is ignored. While
 * open the file is locked, so that two programs never work on one job.
 */
struct journal;

/* -EEXIST if the file is there already. */
int journal_create(const char *file, struct journal **ret_journal,
		   struct haiki_error *err);
/* -EBADMSG: damaged elsewhere than at its end; -EWOULDBLOCK: a running
 * program holds it. */
int journal_open(const char *file, struct journal **ret_journal,
		 struct haiki_error *err);
/* Only looks: no lock, nothing is cut off. */
int journal_read(const char *file, struct journal **ret_journal,
		 struct haiki_error *err);
/* A damaged one that nothing hangs on gets another name, whose file is
 * replaced; -EWOULDBLOCK as above. */
int journal_set_aside(const char *file, const char *aside,
		      struct haiki_error *err);
void journal_close(struct journal *journal);    /* NULL-safe */
/* The job is done: removes the file. Close it afterwards. */
int journal_remove(struct journal *journal, struct haiki_error *err);

int journal_put(struct journal *journal, const char *key, const char *value,
		struct haiki_error *err);
/* Owned by the journal, valid until the key is put again; or NULL. */
const char *journal_get(const struct journal *journal, const char *key);

/* Plain data without pointers, as it lies in memory. get: -ENOENT if it isn't
 * there, -ESTALE if another version of the program wrote it. */
int journal_put_data(struct journal *journal, const char *key,
		     const void *data, size_t size, struct haiki_error *err);
int journal_get_data(const struct journal *journal, const char *key,
		     void *ret_data, size_t size, struct haiki_error *err);
/* An array of unknown length; free() it. */
int journal_get_array(const struct journal *journal, const char *key,
		      size_t item_size, void **ret_data, size_t *ret_count,
		      struct haiki_error *err);

#endif
