/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/mirror.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "keep/files.h"

#define ROOM_NEEDED (16u << 20)
#define LEDGER_MAX (256u << 20)
/* FAT knows every second second; and a clock may have been put right. */
#define SAME_SECONDS 2
#define YOUNG_SECONDS 600

static void dir_cleanup(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static void stream_cleanup(struct file_stream **stream)
{
	file_stream_free(*stream);
}

/* --- one file ------------------------------------------------------------------ */

struct pair {
	char from[PATH_MAX], to[PATH_MAX];
};

static int name_pair(const char *out, const char *mirror, const char *name,
		     struct pair *ret_pair, struct haiki_error *err)
{
	if ((size_t)snprintf(ret_pair->from, sizeof(ret_pair->from), "%s/%s",
			     out, name) >= sizeof(ret_pair->from) ||
	    (size_t)snprintf(ret_pair->to, sizeof(ret_pair->to), "%s/%s",
			     mirror, name) >= sizeof(ret_pair->to))
		return error_errno(err, -ENAMETOOLONG, N_("cannot write %s"),
				   name);
	return 0;
}

/* True only if the bytes were seen to be the same. */
static bool same_bytes(const struct pair *pair)
{
	char a[65], b[65];

	return hash_file(pair->from, a, NULL) == 0 &&
	       hash_file(pair->to, b, NULL) == 0 && !strcmp(a, b);
}

/* What was written lately is compared byte by byte. */
static bool is_current(const struct pair *pair, const struct stat *from)
{
	time_t now = time(NULL);
	struct stat to;

	if (lstat(pair->to, &to) < 0 || !S_ISREG(to.st_mode) ||
	    to.st_size != from->st_size)
		return false;
	if (from->st_mtime + YOUNG_SECONDS < now &&
	    labs((long)(to.st_mtime - from->st_mtime)) <= SAME_SECONDS)
		return true;
	return same_bytes(pair);
}

/* The end of the last whole line: a torn one is cut off later. */
static int whole_lines(FILE *file, off_t *ret_length)
{
	char block[4096];
	off_t at = 0;
	size_t n;

	*ret_length = 0;
	while ((n = fread(block, 1, sizeof(block), file)) > 0) {
		const char *end = memrchr(block, '\n', n);

		if (end)
			*ret_length = at + (end - block) + 1;
		at += (off_t)n;
	}
	return ferror(file) || fseeko(file, 0, SEEK_SET) < 0 ? -EIO : 0;
}

static int pour(FILE *from, off_t length, FILE *to)
{
	char block[65536];

	while (length > 0) {
		size_t want = length < (off_t)sizeof(block) ? (size_t)length :
			sizeof(block);
		size_t n = fread(block, 1, want, from);

		if (n == 0)
			return ferror(from) ? -EIO : 0;
		if (fwrite(block, 1, n, to) != n)
			return errno ? -errno : -EIO;
		length -= (off_t)n;
	}
	return 0;
}

/* Times only spare the next comparison: a medium without them will do. */
static void take_time(const struct pair *pair, const struct stat *from)
{
	const struct timespec times[2] = { from->st_atim, from->st_mtim };

	if (utimensat(AT_FDCWD, pair->to, times, 0) < 0)
		errno = 0;
}

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), n = strlen(end);

	return length > n && !strcmp(name + length - n, end);
}

/* Whether the record stands on the mirror that a file ending so belongs to:
 * until then it may be one of an attempt that came to nothing. */
static bool has_record(const char *file, const char *end)
{
	char path[PATH_MAX + 8];
	struct stat st;

	snprintf(path, sizeof(path), "%.*s.json",
		 (int)(strlen(file) - strlen(end)), file);
	return lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size;
}

/*
 * One of two that differ is damaged, as far as their kind tells: a record and
 * a transcript never change, a signature only grows by another, and nothing
 * becomes empty but sent.journal, which may be begun anew.
 */
static bool is_better(const struct pair *pair, const struct stat *from)
{
	const char *name = strrchr(pair->to, '/') + 1;
	struct stat to;

	if (lstat(pair->to, &to) < 0 || !S_ISREG(to.st_mode) || !to.st_size ||
	    !strcmp(name, FILES_SENT))
		return false;
	if (ends_in(name, ".json.p7s"))
		return to.st_size >= from->st_size &&
		       has_record(pair->to, ".json.p7s");
	if (ends_in(name, ".transcript.jsonl") && from->st_size)
		return has_record(pair->to, ".transcript.jsonl");
	return !from->st_size || files_is_final(name);
}

/* `kept`: a copy that is better than what it's a copy of stays. */
static int copy(const struct pair *pair, bool lines, bool kept,
		struct haiki_error *err)
{
	CLEANUP(stream) struct file_stream *stream = NULL;
	CLEANUP(file) FILE *from = NULL;
	struct stat st;
	off_t length;
	int r = 0, fd = open(pair->from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
			     O_NONBLOCK);

	/* Gone by now: another job's journal, say. */
	if (fd < 0)
		return errno == ENOENT ? 0 :
			error_errno(err, -errno, N_("cannot read %s"),
				    pair->from);
	from = fdopen(fd, "r");
	if (!from) {
		close(fd);
		return error_errno(err, -ENOMEM, N_("cannot read %s"),
				   pair->from);
	}
	/* Another job may be writing a line just now. */
	if (lines && flock(fd, LOCK_SH) < 0)
		r = -errno;
	if (r == 0 && fstat(fd, &st) < 0)
		r = -errno;
	if (r < 0)
		return error_errno(err, r, N_("cannot read %s"), pair->from);
	if (is_current(pair, &st))
		return 0;
	if (kept && is_better(pair, &st) && !same_bytes(pair))
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EEXIST,
				 N_("%s differs from its copy %s, which is kept: find out which is damaged"),
				 pair->from, pair->to);
	length = st.st_size;
	if (lines)
		r = whole_lines(from, &length);
	if (r < 0)
		return error_errno(err, r, N_("cannot read %s"), pair->from);
	r = file_stream_new(pair->to, &stream, err);
	if (r < 0)
		return r;
	errno = 0;
	r = pour(from, length, file_stream_file(stream));
	if (r < 0)
		return error_errno(err, r, N_("cannot write %s"), pair->to);
	r = file_stream_finish(stream, st.st_mode & 0666, err);
	if (r == 0)
		take_time(pair, &st);
	return r;
}

/* --- the ledger --------------------------------------------------------------- */

/* The mirror's must be what the first was once: two sticks' ledgers are never
 * mixed, and none is lost. */
static int check_ledger(const char *out, const char *mirror,
			struct haiki_error *err)
{
	CLEANUP(free) char *ours = NULL, *theirs = NULL;
	size_t length = 0, known = 0;
	struct pair pair;
	int r = name_pair(out, mirror, FILES_LEDGER, &pair, err);

	if (r < 0)
		return r;
	if (access(pair.to, F_OK) < 0 && errno == ENOENT)
		return 0;
	r = file_load(pair.to, LEDGER_MAX, &theirs, &known, err);
	if (r < 0)
		return r;
	if (access(pair.from, F_OK) == 0)
		r = file_load(pair.from, LEDGER_MAX, &ours, &length, err);
	if (r < 0)
		return r;
	if (known > length || (known && memcmp(ours, theirs, known)))
		return error_set(err, HAIKI_DOMAIN_LEDGER, -EEXIST,
				 N_("the mirror %s holds the ledger of another stick, or a later one: give an empty folder"),
				 mirror);
	return 0;
}

/* --- the folders ----------------------------------------------------------------- */

static int open_mirror(const char *mirror, DIR **ret_dir,
		       struct haiki_error *err)
{
	/* The rest of the path is the medium: it's plugged in, not made. */
	if (mkdir(mirror, 0777) < 0 && errno != EEXIST)
		return error_errno(err, -errno,
				   N_("the mirror %s can't be used"), mirror);
	*ret_dir = opendir(mirror);
	if (!*ret_dir)
		return error_errno(err, -errno,
				   N_("the mirror %s can't be used"), mirror);
	return 0;
}

static int check_other(const char *out, const char *mirror,
		       struct haiki_error *err)
{
	struct stat a, b;

	if (stat(out, &a) == 0 && stat(mirror, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("the mirror %s is the folder of the records itself: name another one"),
				 mirror);
	return 0;
}

static int check_room(const char *mirror, struct haiki_error *err)
{
	struct statvfs fs;

	if (access(mirror, W_OK | X_OK) < 0 || statvfs(mirror, &fs) < 0)
		return error_errno(err, -errno,
				   N_("the mirror %s can't be used"), mirror);
	if ((uint64_t)fs.f_bavail * fs.f_frsize < ROOM_NEEDED)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENOSPC,
			N_("there are less than 16 MiB free in the mirror %s: make room, or take another one"),
			mirror);
	return 0;
}

int haiki_mirror_check(const char *out, const char *mirror,
		       struct haiki_error *err)
{
	CLEANUP(dir) DIR *dir = NULL;
	int r = open_mirror(mirror, &dir, err);

	if (r == 0)
		r = check_other(out, mirror, err);
	if (r == 0)
		r = check_room(mirror, err);
	return r < 0 ? r : check_ledger(out, mirror, err);
}

/* The next file would fare no better. */
static bool is_over(int r)
{
	return r == -ENOSPC || r == -EDQUOT || r == -EROFS || r == -ENODEV ||
	       r == -ENOMEM;
}

/* Of several errors the first is told of, unless another was the end. */
static int note_first(int first, int r, const struct haiki_error *why,
		      struct haiki_error *err)
{
	if (r == 0 || (first < 0 && !is_over(r)))
		return first;
	if (err)
		*err = *why;
	return r;
}

static int copy_turn(const char *out, const char *mirror, enum files_turn turn,
		     struct haiki_error *err)
{
	CLEANUP(dir) DIR *dir = opendir(out);
	const struct dirent *entry;
	struct pair pair;
	struct stat st;
	int r = 0, first = 0;

	if (!dir)
		return error_errno(err, -errno, N_("cannot read %s"), out);
	while (!is_over(r) && (errno = 0, entry = readdir(dir))) {
		struct haiki_error why = { 0 };

		if (files_turn(entry->d_name) != turn)
			continue;
		r = name_pair(out, mirror, entry->d_name, &pair, &why);
		if (r == 0 && lstat(pair.from, &st) == 0 &&
		    S_ISREG(st.st_mode))
			r = copy(&pair, turn == FILES_ENTERED, true, &why);
		first = note_first(first, r, &why, err);
	}
	return !is_over(r) && first == 0 && errno ?
		error_errno(err, -errno, N_("cannot read %s"), out) : first;
}

/* Journals of jobs whose record stands are over. */
static int drop_journals(const char *out, const char *mirror,
			 struct haiki_error *err)
{
	char folder[PATH_MAX], path[PATH_MAX + NAME_MAX + 2];
	CLEANUP(dir) DIR *dir = NULL;
	const struct dirent *entry;
	bool dropped = false;
	int r = 0;

	snprintf(folder, sizeof(folder), "%s/journal", mirror);
	dir = opendir(folder);
	if (!dir)
		return errno == ENOENT ? 0 :
			error_errno(err, -errno, N_("cannot read %s"), folder);
	while ((entry = readdir(dir))) {
		const char *end = strstr(entry->d_name, ".journal");

		if (!end)
			end = strstr(entry->d_name, ".transcript.jsonl");
		if (!end || !files_is_journal(entry->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/journal/%s", out,
			 entry->d_name);
		if (access(path, F_OK) == 0 || errno != ENOENT)
			continue;
		snprintf(path, sizeof(path), "%s/%.*s.json", mirror,
			 (int)(end - entry->d_name), entry->d_name);
		if (access(path, F_OK) < 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (unlink(path) < 0 && errno != ENOENT)
			return error_errno(err, -errno,
					   N_("cannot remove %s"), path);
		dropped = true;
	}
	if (dropped)
		r = file_sync_directory(folder);
	return r < 0 ? error_errno(err, r, N_("cannot write %s"), folder) : 0;
}

static int copy_journals(const char *out, const char *mirror,
			 struct haiki_error *err)
{
	CLEANUP(dir) DIR *dir = NULL;
	const struct dirent *entry;
	struct pair pair;
	int first = 0, r = name_pair(out, mirror, "journal", &pair, err);

	if (r < 0)
		return r;
	dir = opendir(pair.from);
	if (!dir)
		return errno == ENOENT ? 0 :
			error_errno(err, -errno, N_("cannot read %s"),
				    pair.from);
	r = file_make_directory(pair.to, err);
	if (r < 0)
		return r;
	while (!is_over(r) && (entry = readdir(dir))) {
		struct haiki_error why = { 0 };
		char name[NAME_MAX + 16];

		if (!files_is_journal(entry->d_name))
			continue;
		snprintf(name, sizeof(name), "journal/%s", entry->d_name);
		r = name_pair(out, mirror, name, &pair, &why);
		if (r == 0)
			r = copy(&pair, false, false, &why);
		first = note_first(first, r, &why, err);
	}
	return first;
}

static int copy_all(const char *out, const char *mirror,
		    struct haiki_error *err)
{
	struct haiki_error why = { 0 };
	int r = 0, first = 0;

	for (enum files_turn turn = FILES_BESIDE;
	     !is_over(r) && turn < FILES_NEVER; turn++) {
		r = copy_turn(out, mirror, turn, &why);
		first = note_first(first, r, &why, err);
	}
	if (!is_over(r)) {
		r = copy_journals(out, mirror, &why);
		first = note_first(first, r, &why, err);
	}
	/* Until all of it is there nothing goes. */
	return first < 0 ? first : drop_journals(out, mirror, err);
}

/* Jobs that end at the same moment take turns. */
static int lock(DIR *dir, const char *mirror, struct haiki_error *err)
{
	int r;

	while ((r = flock(dirfd(dir), LOCK_EX)) < 0 && errno == EINTR)
		;
	return r < 0 ? error_errno(err, -errno, N_("cannot lock %s"), mirror) :
		0;
}

int haiki_mirror(const char *out, const char *mirror, struct haiki_error *err)
{
	CLEANUP(dir) DIR *dir = NULL;
	struct haiki_error why = { 0 };
	int r = open_mirror(mirror, &dir, &why);

	if (r == 0)
		r = lock(dir, mirror, &why);
	if (r == 0)
		r = check_other(out, mirror, &why);
	if (r == 0)
		r = check_ledger(out, mirror, &why);
	if (r == 0)
		r = copy_all(out, mirror, &why);
	return r < 0 ? error_set(err, HAIKI_DOMAIN_SYSTEM, r,
			N_("the copy in the mirror %s is not complete (%s): the records are in %s; put it right, the next job or \"haiki resume\" copies what is missing"),
			mirror, why.local[0] ? why.local : why.text, out) : 0;
}
