/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"

/* A pipe that nobody writes to must not hold up whoever opens it. */
static int open_file(const char *path, bool only_regular, int *ret_fd,
		     size_t *ret_size, struct haiki_error *err)
{
	CLEANUP(fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY |
				  (only_regular ? O_NONBLOCK : 0));
	struct stat st;

	if (fd < 0)
		return error_errno(err, -errno, N_("cannot open %s"), path);
	if (fstat(fd, &st) < 0)
		return error_errno(err, -errno, N_("cannot read %s"), path);
	if (S_ISDIR(st.st_mode))
		return error_errno(err, -EISDIR, N_("cannot read %s"), path);
	if (only_regular && !S_ISREG(st.st_mode))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("%s is no file but a pipe or a device"),
				 path);
	*ret_size = st.st_size > 0 ? (size_t)st.st_size : 0;
	*ret_fd = fd;
	fd = -1;
	return 0;
}

/* `size` is what it says it has: to be believed when it was read. */
static int read_all(int fd, const char *path, size_t size, size_t max,
		    char **ret_bytes, size_t *ret_length,
		    struct haiki_error *err)
{
	size_t used = 0, room = size && size <= max ? size + 2 : 16384;
	CLEANUP(free) char *bytes = malloc(room);

	if (!bytes)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), path);

	for (;;) {
		ssize_t n;

		if (room - used < 2) {
			size_t more = room * 2;
			char *p = realloc(bytes, more);

			if (!p)
				return error_errno(err, -ENOMEM,
						   N_("cannot read %s"), path);
			bytes = p;
			room = more;
		}
		n = read(fd, bytes + used, room - used - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_errno(err, -errno, N_("cannot read %s"),
					   path);
		if (n == 0)
			break;
		used += (size_t)n;
		if (used > max)
			return error_set(err, HAIKI_DOMAIN_USAGE, -EFBIG,
					 N_("%s is larger than %zu bytes: this is not such a file"),
					 path, max);
	}
	bytes[used] = '\0';
	*ret_bytes = TAKE(bytes);
	*ret_length = used;
	return 0;
}

int file_read(const char *path, size_t max, char **ret_bytes,
	      size_t *ret_length, struct haiki_error *err)
{
	CLEANUP(fd) int fd = -1;
	size_t size;
	int r = open_file(path, false, &fd, &size, err);

	return r < 0 ? r : read_all(fd, path, size, max, ret_bytes, ret_length,
				    err);
}

int file_load(const char *path, size_t max, char **ret_bytes,
	      size_t *ret_length, struct haiki_error *err)
{
	CLEANUP(fd) int fd = -1;
	size_t size;
	int r = open_file(path, true, &fd, &size, err);

	return r < 0 ? r : read_all(fd, path, size, max, ret_bytes, ret_length,
				    err);
}

static int write_all(int fd, const void *bytes, size_t length)
{
	const char *p = bytes;

	while (length) {
		ssize_t n = write(fd, p, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		length -= (size_t)n;
	}
	return 0;
}

int file_sync_directory(const char *directory)
{
	CLEANUP(fd) int fd = open(directory,
				  O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	/* Some file systems (FAT over fuse) can't sync a directory. */
	if (fsync(fd) < 0 && errno != EINVAL && errno != EROFS)
		return -errno;
	return 0;
}

int file_sync_parent(const char *path)
{
	CLEANUP(free) char *copy = strdup(path);
	char *slash;

	if (!copy)
		return -ENOMEM;
	slash = strrchr(copy, '/');
	if (slash)
		slash[slash == copy] = '\0';
	return file_sync_directory(slash ? copy : ".");
}

/*
 * After a rename. FAT keeps a file's length and place beside its name, and
 * writes them beside the new one only when the file itself is synced again:
 * until then a power failure would leave an empty file.
 */
static int sync_renamed(const char *path)
{
	CLEANUP(fd) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return -errno;
	return file_sync_parent(path);
}

/* A file under its temporary name; no longer there once that is NULL. */
struct draft {
	const char *path;
	char *temporary;
};

static void draft_cleanup(struct draft *draft)
{
	if (draft->temporary)
		unlink(draft->temporary);
	free(draft->temporary);
}

static int draft_seal(int fd, mode_t mode)
{
	/* FAT has no modes: what it can't store is no failure. */
	if (fchmod(fd, mode) < 0 && errno != EPERM)
		return -errno;
	return fsync(fd) < 0 ? -errno : 0;
}

static int draft_open(const char *path, struct draft *ret_draft, int *ret_fd,
		      struct haiki_error *err)
{
	char *temporary = NULL;
	int fd;

	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return error_errno(err, -ENOMEM, N_("cannot write %s"), path);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		int r = -errno;

		free(temporary);
		return error_errno(err, r, N_("cannot write %s"), path);
	}
	*ret_draft = (struct draft){ path, temporary };
	*ret_fd = fd;
	return 0;
}

static int draft_new(const struct file_content *file, mode_t mode,
		     struct draft *ret_draft, struct haiki_error *err)
{
	CLEANUP(draft) struct draft draft = { 0 };
	CLEANUP(fd) int fd = -1;
	int r = draft_open(file->path, &draft, &fd, err);

	if (r < 0)
		return r;
	r = write_all(fd, file->bytes, file->length);
	if (r == 0)
		r = draft_seal(fd, mode);
	if (r < 0)
		return error_errno(err, r, N_("cannot write %s"), file->path);
	*ret_draft = draft;
	draft.temporary = NULL;
	return 0;
}

static int rename_draft(const struct draft *draft, bool exclusive)
{
	if (!exclusive)
		return rename(draft->temporary, draft->path) < 0 ? -errno : 0;
	/* renameat2 is not to be had on every file system. */
	if (renameat2(AT_FDCWD, draft->temporary, AT_FDCWD, draft->path,
		      RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL)
		return -errno;
	if (access(draft->path, F_OK) == 0)
		return -EEXIST;
	return rename(draft->temporary, draft->path) < 0 ? -errno : 0;
}

static int draft_publish(struct draft *draft, bool exclusive,
			 struct haiki_error *err)
{
	int r = rename_draft(draft, exclusive);

	if (r == 0) {
		free(TAKE(draft->temporary));
		r = sync_renamed(draft->path);
	}
	return r < 0 ? error_errno(err, r, N_("cannot write %s"), draft->path)
		     : 0;
}

int file_write(const char *path, const void *bytes, size_t length, mode_t mode,
	       bool exclusive, struct haiki_error *err)
{
	const struct file_content file = { path, bytes, length };
	CLEANUP(draft) struct draft draft = { 0 };
	int r = draft_new(&file, mode, &draft, err);

	return r < 0 ? r : draft_publish(&draft, exclusive, err);
}

int file_write_pair(const struct file_content *first,
		    const struct file_content *second, mode_t mode,
		    struct haiki_error *err)
{
	CLEANUP(draft) struct draft a = { 0 }, b = { 0 };
	int r = draft_new(first, mode, &a, err);

	if (r == 0)
		r = draft_new(second, mode, &b, err);
	if (r == 0)
		r = draft_publish(&a, false, err);
	return r < 0 ? r : draft_publish(&b, false, err);
}

/* --- piece by piece -------------------------------------------------------- */

struct file_stream {
	struct draft draft;
	char *path;
	FILE *file;
};

void file_stream_free(struct file_stream *stream)
{
	if (!stream)
		return;
	if (stream->file)
		fclose(stream->file);
	draft_cleanup(&stream->draft);
	free(stream->path);
	free(stream);
}

int file_stream_new(const char *path, struct file_stream **ret_stream,
		    struct haiki_error *err)
{
	struct file_stream *stream = calloc(1, sizeof(*stream));
	int fd = -1, r;

	if (stream)
		stream->path = strdup(path);
	if (!stream || !stream->path) {
		free(stream);
		return error_errno(err, -ENOMEM, N_("cannot write %s"), path);
	}
	r = draft_open(stream->path, &stream->draft, &fd, err);
	if (r == 0) {
		stream->file = fdopen(fd, "w");
		if (!stream->file) {
			r = error_errno(err, -errno, N_("cannot write %s"),
					path);
			close(fd);
		}
	}
	if (r < 0) {
		file_stream_free(stream);
		return r;
	}
	*ret_stream = stream;
	return 0;
}

FILE *file_stream_file(struct file_stream *stream)
{
	return stream->file;
}

int file_stream_finish(struct file_stream *stream, mode_t mode,
		       struct haiki_error *err)
{
	int r = ferror(stream->file) ? -EIO : 0;

	if (r == 0 && fflush(stream->file) != 0)
		r = -errno;
	if (r == 0)
		r = draft_seal(fileno(stream->file), mode);
	if (r < 0)
		return error_errno(err, r, N_("cannot write %s"),
				   stream->path);
	return draft_publish(&stream->draft, false, err);
}

int file_rename(const char *from, const char *to, struct haiki_error *err)
{
	int r = rename(from, to) < 0 ? -errno : sync_renamed(to);

	if (r == 0)
		r = file_sync_parent(from);
	return r < 0 ? error_errno(err, r, N_("cannot write %s"), to) : 0;
}

bool file_is_empty(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && !st.st_size;
}

int file_make_directory(const char *path, struct haiki_error *err)
{
	CLEANUP(free) char *copy = strdup(path);
	struct stat st;

	if (!copy || !*copy)
		return error_errno(err, copy ? -ENOENT : -ENOMEM,
				   N_("cannot make the directory %s"), path);
	for (char *p = copy + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(copy, 0777) < 0 && errno != EEXIST)
			return error_errno(err, -errno,
					   N_("cannot make the directory %s"), copy);
		*p = '/';
	}
	if (mkdir(copy, 0777) < 0 && errno != EEXIST)
		return error_errno(err, -errno,
				   N_("cannot make the directory %s"), path);
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return error_errno(err, -ENOTDIR,
				   N_("cannot make the directory %s"), path);
	return 0;
}

void hash_bytes(const void *bytes, size_t length, char ret_hex[65])
{
	uint8_t digest[32];
	unsigned size = sizeof(digest);

	if (EVP_Digest(bytes, length, digest, &size, EVP_sha256(), NULL) != 1)
		abort();   /* SHA-256 is always there; going on would lie */
	hex_encode(digest, sizeof(digest), ret_hex);
}

int hash_file(const char *path, char ret_hex[65], struct haiki_error *err)
{
	CLEANUP(fd) int fd = -1;
	EVP_MD_CTX *md;
	char buffer[65536];
	uint8_t digest[32];
	size_t size;
	ssize_t n;
	int r = open_file(path, true, &fd, &size, err);

	if (r < 0)
		return r;
	md = EVP_MD_CTX_new();
	if (!md || EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1)
		abort();
	while ((n = read(fd, buffer, sizeof(buffer))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			r = error_errno(err, -errno, N_("cannot read %s"), path);
			break;
		}
		EVP_DigestUpdate(md, buffer, (size_t)n);
	}
	if (r == 0 && EVP_DigestFinal_ex(md, digest, NULL) == 1)
		hex_encode(digest, sizeof(digest), ret_hex);
	EVP_MD_CTX_free(md);
	return r;
}
