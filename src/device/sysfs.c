/* SPDX-License-Identifier: Apache-2.0 */
#include "device/sysfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <unistr.h>

#include "base/cleanup.h"

const struct roots roots_real = {
	.proc = "/proc",
	.sys = "/sys",
	.dev = "/dev",
};

static int join(char *ret_path, size_t size, const char *dir, const char *name)
{
	int n = snprintf(ret_path, size, "%s/%s", dir, name);

	return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

int sysfs_real(const char *path, char *ret_path, size_t size)
{
	char *real CLEANUP(free) = realpath(path, NULL);

	if (!real)
		return -errno;
	if (strlen(real) >= size)
		return -ENAMETOOLONG;
	memcpy(ret_path, real, strlen(real) + 1);
	return 0;
}

int sysfs_block_dir(const struct roots *roots, unsigned major_number,
		    unsigned minor_number, char *ret_dir, size_t size)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/dev/block/%u:%u", roots->sys,
		 major_number, minor_number);
	return sysfs_real(path, ret_dir, size);
}

int sysfs_named_dir(const struct roots *roots, const char *name,
		    char *ret_dir, size_t size)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/class/block/%s", roots->sys, name);
	return sysfs_real(path, ret_dir, size);
}

const char *sysfs_name(const char *dir)
{
	const char *slash = strrchr(dir, '/');

	return slash ? slash + 1 : dir;
}

ssize_t sysfs_bytes(const char *dir, const char *attribute, void *ret_bytes,
		    size_t size)
{
	char path[PATH_MAX];
	int fd CLEANUP(fd) = -1;
	ssize_t n;
	int r = join(path, sizeof(path), dir, attribute);

	if (r < 0)
		return r;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, ret_bytes, size);
	return n < 0 ? -errno : n;
}

int sysfs_text(const char *dir, const char *attribute, char *ret_text,
	       size_t size)
{
	char bytes[4096];
	ssize_t n = sysfs_bytes(dir, attribute, bytes, sizeof(bytes));
	char *end;

	if (n < 0)
		return (int)n;
	end = memchr(bytes, '\n', (size_t)n);
	text_clean(ret_text, size, bytes, end ? (size_t)(end - bytes) :
					  (size_t)n);
	return 0;
}

int sysfs_u64(const char *dir, const char *attribute, uint64_t *ret_value)
{
	char text[64], *end;
	unsigned long long value;
	int r = sysfs_text(dir, attribute, text, sizeof(text));

	if (r < 0)
		return r;
	if (text[0] < '0' || text[0] > '9')
		return -EPROTO;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || *end)
		return -EPROTO;
	*ret_value = value;
	return 0;
}

int sysfs_link(const char *dir, const char *link, char *ret_name, size_t size)
{
	char path[PATH_MAX], target[PATH_MAX];
	const char *name;
	ssize_t n;
	int r = join(path, sizeof(path), dir, link);

	if (r < 0)
		return r;
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	name = sysfs_name(target);
	if (strlen(name) >= size)
		return -ENAMETOOLONG;
	memcpy(ret_name, name, strlen(name) + 1);
	return 0;
}

int sysfs_write(const char *dir, const char *attribute, const char *text)
{
	char path[PATH_MAX];
	int fd CLEANUP(fd) = -1;
	int r = join(path, sizeof(path), dir, attribute);

	if (r < 0)
		return r;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	return write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

bool sysfs_has(const char *dir, const char *attribute)
{
	char path[PATH_MAX];

	return join(path, sizeof(path), dir, attribute) == 0 &&
	       access(path, F_OK) == 0;
}

int sysfs_number(const char *dir, dev_t *ret_number)
{
	char text[32];
	unsigned major_number, minor_number;
	int r = sysfs_text(dir, "dev", text, sizeof(text));

	if (r < 0)
		return r;
	if (sscanf(text, "%u:%u", &major_number, &minor_number) != 2)
		return -EPROTO;
	*ret_number = makedev(major_number, minor_number);
	return 0;
}

int sysfs_disk_of(const char *dir, char *ret_disk, size_t size)
{
	char parent[PATH_MAX];
	const char *name = sysfs_name(dir);
	size_t n = (size_t)(name - dir);

	if (!sysfs_has(dir, "partition"))
		return -ENOENT;
	if (n < 2 || n > sizeof(parent))
		return -EPROTO;
	memcpy(parent, dir, n - 1);
	parent[n - 1] = '\0';
	name = sysfs_name(parent);
	if (strlen(name) >= size)
		return -ENAMETOOLONG;
	memcpy(ret_disk, name, strlen(name) + 1);
	return 0;
}

struct names {
	char **name;
	size_t count;
};

static void names_cleanup(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
}

static int names_add(struct names *names, const char *name)
{
	char **bigger = reallocarray(names->name, names->count + 1,
				     sizeof(*bigger));

	if (!bigger)
		return -ENOMEM;
	names->name = bigger;
	bigger[names->count] = strdup(name);
	if (!bigger[names->count])
		return -ENOMEM;
	names->count++;
	return 0;
}

static int names_read(struct names *names, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int r = 0;

	if (!dir)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	while (r == 0 && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			r = names_add(names, entry->d_name);
	closedir(dir);
	return r;
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

int sysfs_each(const char *dir, const char *below, sysfs_visitor *each,
	       void *opaque)
{
	struct names names CLEANUP(names) = { 0 };
	char path[PATH_MAX];
	int r = join(path, sizeof(path), dir, below);

	if (r == 0)
		r = names_read(&names, path);
	if (r == 0 && names.count)
		qsort(names.name, names.count, sizeof(*names.name), by_name);
	for (size_t i = 0; r == 0 && i < names.count; i++)
		r = each(opaque, names.name[i]);
	return r;
}

/* The length of the valid, printable UTF-8 character at `p`; 0 if none. */
static size_t printable(const uint8_t *p, size_t left)
{
	ucs4_t c;
	int n = u8_mbtouc(&c, p, left);

	if (n <= 0 || c == 0xfffd || c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	    (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2060 && c <= 0x206f) || c == 0xfeff)
		return 0;
	return (size_t)n;
}

void text_clean(char *ret_text, size_t size, const void *text, size_t length)
{
	const uint8_t *p = text;
	size_t used = 0;

	length = strnlen(text, length);
	while (length && (*p == ' ' || *p == '\t')) {
		p++;
		length--;
	}
	while (length && (p[length - 1] == ' ' || p[length - 1] == '\n' ||
			  p[length - 1] == '\t'))
		length--;
	while (length) {
		size_t n = printable(p, length);
		size_t take = n ? n : 1;

		if (used + take >= size)
			break;
		if (n)
			memcpy(ret_text + used, p, n);
		else
			ret_text[used] = '?';
		used += take;
		p += take;
		length -= take;
	}
	ret_text[used] = '\0';
}
