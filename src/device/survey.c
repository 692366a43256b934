/* SPDX-License-Identifier: Apache-2.0 */
#include "device/survey.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libmount/libmount.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

/* The array with room for one more, zeroed; NULL if there's no memory. */
static void *grow(void *array, size_t count, size_t element)
{
	char *bigger = reallocarray(array, count + 1, element);

	if (bigger)
		memset(bigger + count * element, 0, element);
	return bigger;
}

#define GROW(s, what) __extension__ ({ \
	void *bigger_ = grow((s)->what, (s)->what##_count, \
			     sizeof(*(s)->what)); \
	if (bigger_) \
		(s)->what = bigger_; \
	bigger_ ? &(s)->what[(s)->what##_count++] : NULL; })

/* The block device that a path in /dev (perhaps a link) stands for; or 0. */
static dev_t device_of(const struct roots *roots, const char *path)
{
	char where[PATH_MAX], real[PATH_MAX], dir[PATH_MAX];
	struct stat st;
	dev_t number;

	if (!path || strncmp(path, "/dev/", 5))
		return 0;
	snprintf(where, sizeof(where), "%s/%s", roots->dev, path + 5);
	if (stat(where, &st) == 0 && S_ISBLK(st.st_mode))
		return st.st_rdev;
	if (sysfs_real(where, real, sizeof(real)) < 0)
		snprintf(real, sizeof(real), "%s", where);
	if (sysfs_named_dir(roots, sysfs_name(real), dir, sizeof(dir)) < 0 ||
	    sysfs_number(dir, &number) < 0)
		return 0;
	return number;
}

/* bcachefs mounts name all their devices: "/dev/sda:/dev/sdb". */
static int add_mount(struct survey *s, struct libmnt_fs *fs)
{
	const char *source = mnt_fs_get_srcpath(fs);
	const char *type = mnt_fs_get_fstype(fs);
	const char *target = mnt_fs_get_target(fs);
	char *list CLEANUP(free) = NULL;
	char *next = NULL;

	if (source && strncmp(source, "/dev/", 5) == 0) {
		list = strdup(source);
		if (!list)
			return -ENOMEM;
		next = list;
	}
	do {
		struct survey_mount *m = GROW(s, mounts);
		char *this = strsep(&next, ":");

		if (!m)
			return -ENOMEM;
		m->number = mnt_fs_get_devno(fs);
		m->source = device_of(s->roots, this);
		m->btrfs = type && !strcmp(type, "btrfs");
		m->target = strdup(target ? target : "?");
		if (!m->target)
			return -ENOMEM;
	} while (next);
	return 0;
}

static int damaged_line(struct libmnt_table *table, const char *file, int line)
{
	(void)table;
	(void)file;
	(void)line;
	/* A line that can't be read may be the one that matters. */
	return -EBADMSG;
}

static int each_fs(struct survey *s, struct libmnt_table *table,
		   int (*add)(struct survey *s, struct libmnt_fs *fs))
{
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	int r = iter ? 0 : -ENOMEM;

	while (r == 0 && mnt_table_next_fs(table, iter, &fs) == 0)
		r = add(s, fs);
	mnt_free_iter(iter);
	return r;
}

static int read_mounts(struct survey *s)
{
	struct libmnt_table *table = mnt_new_table();
	char path[PATH_MAX];
	int r;

	if (!table)
		return -ENOMEM;
	snprintf(path, sizeof(path), "%s/self/mountinfo", s->roots->proc);
	mnt_table_set_parser_errcb(table, damaged_line);
	r = mnt_table_parse_file(table, path);
	if (r == 0)
		r = each_fs(s, table, add_mount);
	else if (r > 0)
		r = -EBADMSG;
	mnt_unref_table(table);
	return r;
}

static int add_swap(struct survey *s, struct libmnt_fs *fs)
{
	const char *source = mnt_fs_get_source(fs);
	struct survey_swap *swap = GROW(s, swaps);

	if (!swap)
		return -ENOMEM;
	swap->source = device_of(s->roots, source);
	swap->name = strdup(source ? source : "?");
	return swap->name ? 0 : -ENOMEM;
}

static int read_swaps(struct survey *s)
{
	struct libmnt_table *table;
	char path[PATH_MAX];
	int r;

	snprintf(path, sizeof(path), "%s/swaps", s->roots->proc);
	/* A kernel without swap has no such file. */
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return 0;
	table = mnt_new_table();
	if (!table)
		return -ENOMEM;
	mnt_table_set_parser_errcb(table, damaged_line);
	r = mnt_table_parse_swaps(table, path);
	if (r == 0)
		r = each_fs(s, table, add_swap);
	else if (r > 0)
		r = -EBADMSG;
	mnt_unref_table(table);
	return r;
}

/* True if `path` is `target` or lies below it. */
static bool lies_in(const char *path, const char *target)
{
	size_t n = strlen(target);

	if (n && target[n - 1] == '/')
		n--;
	return !strncmp(path, target, n) && (path[n] == '/' || !path[n]);
}

/* The device of the file system that holds `file`, or 0. */
static dev_t holder_of_file(const struct survey *s, const char *file)
{
	const struct survey_mount *best = NULL;

	/* The later of two mounts on the same place hides the earlier. */
	for (size_t i = 0; i < s->mounts_count; i++)
		if (lies_in(file, s->mounts[i].target) &&
		    (!best || strlen(s->mounts[i].target) >=
			      strlen(best->target)))
			best = &s->mounts[i];
	if (!best)
		return 0;
	return best->source ? best->source : best->number;
}

static int add_loop(void *opaque, const char *name)
{
	struct survey *s = opaque;
	struct survey_loop *loop;
	char dir[PATH_MAX], file[PATH_MAX];
	dev_t number;

	if (strncmp(name, "loop", 4) ||
	    sysfs_named_dir(s->roots, name, dir, sizeof(dir)) < 0 ||
	    sysfs_text(dir, "loop/backing_file", file, sizeof(file)) < 0 ||
	    sysfs_number(dir, &number) < 0)
		return 0;
	loop = GROW(s, loops);
	if (!loop)
		return -ENOMEM;
	loop->number = number;
	snprintf(loop->name, sizeof(loop->name), "%s", name);
	loop->source = device_of(s->roots, file);
	if (!loop->source)
		loop->source = holder_of_file(s, file);
	loop->file = strdup(file);
	return loop->file ? 0 : -ENOMEM;
}

struct btrfs_visit {
	struct survey *survey;
	const char *uuid;
};

static int add_member(void *opaque, const char *name)
{
	struct btrfs_visit *visit = opaque;
	struct survey *s = visit->survey;
	struct survey_member *member;
	char dir[PATH_MAX];
	dev_t number;

	if (sysfs_named_dir(s->roots, name, dir, sizeof(dir)) < 0 ||
	    sysfs_number(dir, &number) < 0)
		return 0;
	member = GROW(s, members);
	if (!member)
		return -ENOMEM;
	member->number = number;
	snprintf(member->uuid, sizeof(member->uuid), "%s", visit->uuid);
	return 0;
}

static int add_btrfs(void *opaque, const char *name)
{
	struct survey *s = opaque;
	struct btrfs_visit visit = { .survey = s, .uuid = name };
	char dir[PATH_MAX];

	snprintf(dir, sizeof(dir), "%s/fs/btrfs/%s", s->roots->sys, name);
	return sysfs_each(dir, "devices", add_member, &visit);
}

/* Whether process `pid`'s descriptor `fd` can write. */
static bool writes(int fdinfo, const char *fd)
{
	char text[512], *flags;
	int file CLEANUP(fd) = openat(fdinfo, fd, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (file < 0)
		return false;
	n = read(file, text, sizeof(text) - 1);
	if (n <= 0)
		return false;
	text[n] = '\0';
	flags = strstr(text, "flags:");
	return flags && (strtoul(flags + 6, NULL, 8) & O_ACCMODE) != O_RDONLY;
}

static int add_writer(struct survey *s, dev_t number, const char *pid)
{
	struct survey_writer *w = GROW(s, writers);
	char dir[PATH_MAX];

	if (!w)
		return -ENOMEM;
	w->number = number;
	w->pid = (int)strtol(pid, NULL, 10);
	snprintf(dir, sizeof(dir), "%s/%s", s->roots->proc, pid);
	if (sysfs_text(dir, "comm", w->program, sizeof(w->program)) < 0)
		snprintf(w->program, sizeof(w->program), "?");
	return 0;
}

/* A descriptor of a process: only links into /dev are looked at further. */
static int look_at_fd(struct survey *s, int fds, int fdinfo, const char *pid,
		      const char *fd)
{
	char target[8];
	struct stat st;
	ssize_t n = readlinkat(fds, fd, target, sizeof(target));

	if (n < 6 || strncmp(target, "/dev/", 5))
		return 0;
	if (fstatat(fds, fd, &st, 0) < 0 || !S_ISBLK(st.st_mode) ||
	    !writes(fdinfo, fd))
		return 0;
	return add_writer(s, st.st_rdev, pid);
}

static void dir_cleanup(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static int look_at_process(struct survey *s, const char *pid)
{
	char path[PATH_MAX];
	DIR *dir CLEANUP(dir) = NULL;
	int fdinfo CLEANUP(fd) = -1;
	struct dirent *entry;
	int r = 0;

	snprintf(path, sizeof(path), "%s/%s/fd", s->roots->proc, pid);
	/* Another user's, or it has just ended. */
	dir = opendir(path);
	if (!dir)
		return 0;
	snprintf(path, sizeof(path), "%s/%s/fdinfo", s->roots->proc, pid);
	fdinfo = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (r == 0 && fdinfo >= 0 && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			r = look_at_fd(s, dirfd(dir), fdinfo, pid,
				       entry->d_name);
	return r;
}

static int read_writers(struct survey *s)
{
	DIR *dir CLEANUP(dir) = opendir(s->roots->proc);
	struct dirent *entry;
	int r = 0;

	if (!dir)
		return -errno;
	while (r == 0 && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    strtol(entry->d_name, NULL, 10) != getpid())
			r = look_at_process(s, entry->d_name);
	return r;
}

static const struct {
	const char *key, *folder;
} root_tags[] = {
	{ "UUID=", "by-uuid" },
	{ "PARTUUID=", "by-partuuid" },
	{ "LABEL=", "by-label" },
	{ "PARTLABEL=", "by-partlabel" },
};

static dev_t device_of_tag(const struct roots *roots, const char *value)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(root_tags); i++) {
		size_t n = strlen(root_tags[i].key);

		if (strncmp(value, root_tags[i].key, n))
			continue;
		snprintf(path, sizeof(path), "/dev/disk/%s/%s",
			 root_tags[i].folder, value + n);
		return device_of(roots, path);
	}
	return device_of(roots, value);
}

static void read_command_line(struct survey *s)
{
	char line[4096], *next = line, *word;

	if (sysfs_text(s->roots->proc, "cmdline", line, sizeof(line)) < 0)
		return;
	while ((word = strsep(&next, " ")))
		if (!strncmp(word, "root=", 5))
			s->root = device_of_tag(s->roots, word + 5);
}

int survey_new(const struct roots *roots, struct survey **ret_survey,
	       struct haiki_error *err)
{
	struct survey *s = calloc(1, sizeof(*s));
	char dir[PATH_MAX];
	int r = s ? 0 : -ENOMEM;

	if (r == 0) {
		s->roots = roots;
		r = read_mounts(s);
	}
	if (r == 0)
		r = read_swaps(s);
	if (r == 0)
		r = read_writers(s);
	if (r == 0)
		r = sysfs_each(roots->sys, "class/block", add_loop, s);
	if (r == 0) {
		snprintf(dir, sizeof(dir), "%s/fs", roots->sys);
		r = sysfs_each(dir, "btrfs", add_btrfs, s);
	}
	if (r < 0) {
		survey_free(s);
		return error_errno(err, r,
				   N_("it can't be found out who uses the drives"));
	}
	read_command_line(s);
	*ret_survey = s;
	return 0;
}

void survey_free(struct survey *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->mounts_count; i++)
		free(s->mounts[i].target);
	for (size_t i = 0; i < s->swaps_count; i++)
		free(s->swaps[i].name);
	for (size_t i = 0; i < s->loops_count; i++)
		free(s->loops[i].file);
	free(s->mounts);
	free(s->swaps);
	free(s->loops);
	free(s->writers);
	free(s->members);
	free(s);
}

const struct roots *survey_roots(const struct survey *survey)
{
	return survey->roots;
}
