/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <haiki/error.h>

/* Reads a whole file of at most `max` bytes; NUL-terminated beside its length.
 * -EFBIG if larger. Caller frees. */
int file_read(const char *path, size_t max, char **ret_bytes,
	      size_t *ret_length, struct haiki_error *err);

/* The same for what somebody else put there: -EINVAL, at once, if it's a pipe
 * or a device. */
int file_load(const char *path, size_t max, char **ret_bytes,
	      size_t *ret_length, struct haiki_error *err);

/* Writes to a temporary name beside `path`, syncs, renames, syncs once more.
 * With `exclusive`, -EEXIST if `path` is there already. */
int file_write(const char *path, const void *bytes, size_t length, mode_t mode,
	       bool exclusive, struct haiki_error *err);

struct file_content {
	const char *path;
	const void *bytes;
	size_t length;
};

/*
 * Two files that belong together, replaced as file_write() does: neither
 * unless both could be written whole. The first gets its name first; only
 * when power fails right then can it be new and the second still old.
 */
int file_write_pair(const struct file_content *first,
		    const struct file_content *second, mode_t mode,
		    struct haiki_error *err);

/*
 * The same for what is written piece by piece: into a temporary file beside
 * `path`, which gets that name when it is finished; else it goes away.
 */
struct file_stream;
int file_stream_new(const char *path, struct file_stream **ret_stream,
		    struct haiki_error *err);
FILE *file_stream_file(struct file_stream *stream);
/* -EIO if anything written before failed. */
int file_stream_finish(struct file_stream *stream, mode_t mode,
		       struct haiki_error *err);
void file_stream_free(struct file_stream *stream);

/* Renames a file that is synced; it's on the disk by its new name, and no
 * longer by its old one, when this returns. `to` is replaced. */
int file_rename(const char *from, const char *to, struct haiki_error *err);

/* What was made, renamed or removed in a directory is so on the disk, too; by
 * the directory's name, or that of a file in it. 0 or -errno. */
int file_sync_directory(const char *directory);
int file_sync_parent(const char *path);

/* A regular file of 0 bytes: what a power failure in a rename may leave under
 * the new name on FAT. */
bool file_is_empty(const char *path);

/* mkdir -p; fine if it's there. */
int file_make_directory(const char *path, struct haiki_error *err);

/* SHA-256 of bytes, or of a regular file, as 64 hex digits and NUL. */
void hash_bytes(const void *bytes, size_t length, char ret_hex[65]);
int hash_file(const char *path, char ret_hex[65], struct haiki_error *err);

#endif
