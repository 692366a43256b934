/* SPDX-License-Identifier: Apache-2.0 */
/* The files are those that the auditor gave to the page. Nothing is written. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "page/engine/host.h"
#include "page/engine/sha256.h"

#define SOME_FD 100

static int error_of(int answer)
{
	return answer == HOST_NONE ? -ENOENT : answer < 0 ? -EAGAIN : 0;
}

int file_load(const char *path, size_t max, char **ret_bytes,
	      size_t *ret_length, struct haiki_error *err)
{
	size_t path_length = strlen(path);
	int limit = max < (1 << 30) ? (int)max : 1 << 30;
	int length = host_size(path, path_length, limit);
	char *bytes;

	if (length < 0)
		return error_errno(err, error_of(length), N_("cannot open %s"),
				   path);
	if (length > limit)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EFBIG,
				 N_("%s is larger than %zu bytes: this is not such a file"),
				 path, max);
	bytes = malloc((size_t)length + 1);
	if (!bytes)
		return error_errno(err, -ENOMEM, N_("cannot read %s"), path);
	host_load(path, path_length, bytes);
	bytes[length] = '\0';
	*ret_bytes = bytes;
	*ret_length = (size_t)length;
	return 0;
}

int file_read(const char *path, size_t max, char **ret_bytes,
	      size_t *ret_length, struct haiki_error *err)
{
	return file_load(path, max, ret_bytes, ret_length, err);
}

void hash_bytes(const void *bytes, size_t length, char ret_hex[65])
{
	struct sha256 h;
	uint8_t digest[32];

	sha256_start(&h);
	sha256_add(&h, bytes, length);
	sha256_end(&h, digest);
	hex_encode(digest, sizeof(digest), ret_hex);
}

int hash_file(const char *path, char ret_hex[65], struct haiki_error *err)
{
	uint8_t digest[32];
	int r = host_hash(path, strlen(path), digest);

	if (r < 0)
		return error_errno(err, error_of(r), N_("cannot open %s"),
				   path);
	hex_encode(digest, sizeof(digest), ret_hex);
	return 0;
}

/* --- what the C library would ask a kernel --------------------------------- */

static int kind_of(const char *path)
{
	int kind = host_kind(path, strlen(path));

	if (!kind)
		errno = ENOENT;
	return kind;
}

int access(const char *path, int mode)
{
	(void)mode;
	return kind_of(path) ? 0 : -1;
}

int stat(const char *restrict path, struct stat *restrict ret_st)
{
	int kind = kind_of(path);

	memset(ret_st, 0, sizeof(*ret_st));
	ret_st->st_mode = kind == 2 ? S_IFDIR : S_IFREG;
	return kind ? 0 : -1;
}

int lstat(const char *restrict path, struct stat *restrict ret_st)
{
	return stat(path, ret_st);
}

/* Only to be locked; nobody else writes here. */
int open(const char *path, int flags, ...)
{
	(void)flags;
	return kind_of(path) ? SOME_FD : -1;
}

int close(int fd)
{
	(void)fd;
	return 0;
}

int flock(int fd, int operation)
{
	(void)fd;
	(void)operation;
	return 0;
}

static int add_entry(struct dirent ***entries, int count, const char *name)
{
	struct dirent **more = reallocarray(*entries, (size_t)count + 1,
					    sizeof(*more));
	size_t length = strlen(name);

	if (!more)
		return -1;
	*entries = more;
	more[count] = calloc(1, sizeof(**more) + length + 1);
	if (!more[count])
		return -1;
	memcpy(more[count]->d_name, name, length);
	return 0;
}

/* The page gives them in its own order, which is nearly the one wanted. */
static void sort(struct dirent **entries, int count,
		 int (*compare)(const struct dirent **, const struct dirent **))
{
	for (int i = 1; i < count; i++)
		for (int j = i; j > 0 && compare(
				(const struct dirent **)&entries[j - 1],
				(const struct dirent **)&entries[j]) > 0; j--) {
			struct dirent *other = entries[j];

			entries[j] = entries[j - 1];
			entries[j - 1] = other;
		}
}

int scandir(const char *path, struct dirent ***ret_entries,
	    int (*wanted)(const struct dirent *),
	    int (*compare)(const struct dirent **, const struct dirent **))
{
	int length = host_list(path, strlen(path), NULL, 0), count = 0;
	CLEANUP(free) char *names = malloc((size_t)length + 1);
	struct dirent **entries = NULL;

	if (!names) {
		errno = ENOMEM;
		return -1;
	}
	host_list(path, strlen(path), names, length);
	for (int at = 0; at < length; at += (int)strlen(names + at) + 1) {
		if (add_entry(&entries, count, names + at) < 0) {
			errno = ENOMEM;
			return -1;
		}
		if (wanted(entries[count]))
			count++;
		else
			free(entries[count]);
	}
	sort(entries, count, compare);
	*ret_entries = entries;
	return count;
}
