/* SPDX-License-Identifier: Apache-2.0 */
#include "job/journal.h"

#include <fcntl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"

#define JOURNAL_MAX (64u << 20)
/* Once this much has been appended, only the last value of each key is kept. */
#define JOURNAL_COMPACT (4u << 20)

struct journal {
	char *file;
	int fd;                   /* -1: only looking */
	json_t *values;           /* key -> string */
	size_t appended;          /* bytes: whole lines */
	bool torn;                /* ... and then half a one */
};

void journal_close(struct journal *journal)
{
	if (!journal)
		return;
	if (journal->fd >= 0)
		close(journal->fd);
	json_decref(journal->values);
	free(journal->file);
	free(journal);
}

static void journal_cleanup(struct journal **journal)
{
	journal_close(*journal);
}

static int no_memory(struct haiki_error *err)
{
	return error_errno(err, -ENOMEM, N_("cannot keep the job's journal"));
}

static int journal_new(const char *file, struct journal **ret_journal)
{
	CLEANUP(journal) struct journal *journal = calloc(1, sizeof(*journal));

	if (!journal)
		return -ENOMEM;
	journal->fd = -1;
	journal->file = strdup(file);
	journal->values = json_object();
	if (!journal->file || !journal->values)
		return -ENOMEM;
	*ret_journal = TAKE(journal);
	return 0;
}

static int lock(struct journal *journal, struct haiki_error *err)
{
	if (flock(journal->fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -EWOULDBLOCK,
			 N_("another haiki is working on %s: wait for its end"),
			 journal->file);
}

static int sync_name(const char *file, struct haiki_error *err)
{
	int r = file_sync_parent(file);

	return r < 0 ? error_errno(err, r, N_("cannot write %s"), file) : 0;
}

int journal_create(const char *file, struct journal **ret_journal,
		   struct haiki_error *err)
{
	CLEANUP(journal) struct journal *journal = NULL;
	int r;

	if (journal_new(file, &journal) < 0)
		return no_memory(err);
	journal->fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_APPEND |
			   O_CLOEXEC, 0600);
	if (journal->fd < 0)
		return error_errno(err, -errno, N_("cannot write %s"), file);
	r = lock(journal, err);
	if (r == 0)
		r = sync_name(file, err);
	if (r < 0)
		return r;
	*ret_journal = TAKE(journal);
	return 0;
}

static int take_line(struct journal *journal, const char *line, size_t length)
{
	CLEANUP(json) json_t *entry = NULL;
	const char *key;
	json_t *value;

	if (json_parse(journal->file, line, length, JOURNAL_MAX, &entry,
		       NULL) < 0)
		return -EBADMSG;
	key = json_string_value(json_object_get(entry, "key"));
	value = json_object_get(entry, "value");
	if (!key || !json_is_string(value))
		return -EBADMSG;
	return json_object_set(journal->values, key, value) < 0 ? -ENOMEM : 0;
}

/* *ret_good: bytes up to the end of the last whole line. */
static int replay(struct journal *journal, const char *bytes, size_t length,
		  size_t *ret_good, struct haiki_error *err)
{
	size_t at = 0;

	while (at < length) {
		const char *end = memchr(bytes + at, '\n', length - at);

		if (!end)
			break;   /* torn by a power failure */
		if (take_line(journal, bytes + at,
			      (size_t)(end - bytes) - at) < 0) {
			if ((size_t)(end - bytes) + 1 == length)
				break;
			return error_set(err, HAIKI_DOMAIN_SYSTEM, -EBADMSG,
				N_("the journal %s is damaged: the job can't be resumed; erase the drive anew"),
				journal->file);
		}
		at = (size_t)(end - bytes) + 1;
	}
	*ret_good = at;
	return 0;
}

int journal_read(const char *file, struct journal **ret_journal,
		 struct haiki_error *err)
{
	CLEANUP(journal) struct journal *journal = NULL;
	CLEANUP(free) char *bytes = NULL;
	size_t length, good;
	int r;

	if (journal_new(file, &journal) < 0)
		return no_memory(err);
	r = file_read(file, JOURNAL_MAX, &bytes, &length, err);
	if (r == 0)
		r = replay(journal, bytes, length, &good, err);
	if (r < 0)
		return r;
	*ret_journal = TAKE(journal);
	return 0;
}

int journal_open(const char *file, struct journal **ret_journal,
		 struct haiki_error *err)
{
	CLEANUP(journal) struct journal *journal = NULL;
	CLEANUP(free) char *bytes = NULL;
	size_t length, good;
	int r;

	if (journal_new(file, &journal) < 0)
		return no_memory(err);
	journal->fd = open(file, O_RDWR | O_APPEND | O_CLOEXEC);
	if (journal->fd < 0)
		return error_errno(err, -errno, N_("cannot open %s"), file);
	r = lock(journal, err);
	if (r == 0)
		r = file_read(file, JOURNAL_MAX, &bytes, &length, err);
	if (r == 0)
		r = replay(journal, bytes, length, &good, err);
	if (r < 0)
		return r;
	if (good < length && ftruncate(journal->fd, (off_t)good) < 0)
		return error_errno(err, -errno, N_("cannot write %s"), file);
	journal->appended = good;
	*ret_journal = TAKE(journal);
	return 0;
}

/* Under its lock: else a new one, of somebody as quick, could be meant. */
int journal_set_aside(const char *file, const char *aside,
		      struct haiki_error *err)
{
	CLEANUP(journal) struct journal *journal = NULL;
	struct stat held, named;
	int r;

	if (journal_new(file, &journal) < 0)
		return no_memory(err);
	journal->fd = open(file, O_RDWR | O_CLOEXEC);
	if (journal->fd < 0)
		return error_errno(err, -errno, N_("cannot open %s"), file);
	r = lock(journal, err);
	if (r < 0)
		return r;
	if (fstat(journal->fd, &held) < 0 || stat(file, &named) < 0)
		return error_errno(err, -errno, N_("cannot read %s"), file);
	if (held.st_dev != named.st_dev || held.st_ino != named.st_ino)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EWOULDBLOCK,
			N_("another haiki is working on %s: wait for its end"),
			file);
	return file_rename(file, aside, err);
}

static int write_all(int fd, const char *text, size_t length)
{
	while (length) {
		ssize_t n = write(fd, text, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		length -= (size_t)n;
	}
	return 0;
}

/* Rewrites the file with one line a key; the lock moves to the new file. */
static int compact(struct journal *journal, struct haiki_error *err)
{
	CLEANUP(free) char *text = NULL;
	size_t length;
	FILE *f = open_memstream(&text, &length);
	const char *key;
	json_t *value;
	int fd, r;

	if (!f)
		return no_memory(err);
	json_object_foreach(journal->values, key, value) {
		CLEANUP(json) json_t *line = json_pack("{s:s,s:O}", "key", key,
						       "value", value);
		CLEANUP(free) char *dump = json_dumps(line, JSON_COMPACT);

		if (!dump) {
			fclose(f);
			return no_memory(err);
		}
		fprintf(f, "%s\n", dump);
	}
	if (fclose(f) != 0)
		return no_memory(err);
	r = file_write(journal->file, text, length, 0600, false, err);
	if (r < 0)
		return r;
	fd = open(journal->file, O_RDWR | O_APPEND | O_CLOEXEC);
	if (fd < 0)
		return error_errno(err, -errno, N_("cannot open %s"),
				   journal->file);
	close(journal->fd);
	journal->fd = fd;
	journal->appended = length;
	return lock(journal, err);
}

int journal_put(struct journal *journal, const char *key, const char *value,
		struct haiki_error *err)
{
	CLEANUP(json) json_t *line = json_pack("{s:s,s:s}", "key", key,
					       "value", value);
	CLEANUP(free) char *dump = line ? json_dumps(line, JSON_COMPACT) : NULL;
	CLEANUP(free) char *text = NULL;
	int length, r;

	if (!dump)
		return no_memory(err);
	length = asprintf(&text, "%s\n", dump);
	if (length < 0) {
		text = NULL;
		return no_memory(err);
	}
	if (journal->appended + (size_t)length > JOURNAL_COMPACT) {
		r = compact(journal, err);
		if (r < 0)
			return r;
	}
	if (journal->torn)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EIO,
				 N_("cannot write %s"), journal->file);
	r = write_all(journal->fd, text, (size_t)length);
	if (r == 0 && fdatasync(journal->fd) < 0)
		r = -errno;
	if (r < 0) {
		/* Half a line, and others after it, would be a damage. */
		if (ftruncate(journal->fd, (off_t)journal->appended) < 0)
			journal->torn = true;
		return error_errno(err, r, N_("cannot write %s"),
				   journal->file);
	}
	journal->appended += (size_t)length;
	if (json_object_set(journal->values, key,
			    json_object_get(line, "value")) < 0)
		return no_memory(err);
	return 0;
}

const char *journal_get(const struct journal *journal, const char *key)
{
	return json_string_value(json_object_get(journal->values, key));
}

int journal_remove(struct journal *journal, struct haiki_error *err)
{
	if (unlink(journal->file) < 0 && errno != ENOENT)
		return error_errno(err, -errno, N_("cannot remove %s"),
				   journal->file);
	return sync_name(journal->file, err);
}

/* Data is stored as "SIZE:BASE64". */
int journal_put_data(struct journal *journal, const char *key,
		     const void *data, size_t size, struct haiki_error *err)
{
	CLEANUP(free) char *text = malloc((size + 2) / 3 * 4 + 33);
	int n;

	if (!text)
		return no_memory(err);
	n = snprintf(text, 32, "%zu:", size);
	EVP_EncodeBlock((unsigned char *)text + n, data, (int)size);
	return journal_put(journal, key, text, err);
}

static int decode(const struct journal *journal, const char *key,
		  void **ret_data, size_t *ret_size, struct haiki_error *err)
{
	const char *text = journal_get(journal, key);
	CLEANUP(free) unsigned char *data = NULL;
	unsigned long size;
	size_t length;
	char *end;
	int n;

	if (!text)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENOENT,
				 N_("the journal %s has no %s"), journal->file,
				 key);
	size = strtoul(text, &end, 10);
	length = *end == ':' ? strlen(end + 1) : 1;
	if (length % 4 || size > JOURNAL_MAX || size > length / 4 * 3)
		goto damaged;
	data = malloc(length / 4 * 3 + 1);
	if (!data)
		return no_memory(err);
	n = EVP_DecodeBlock(data, (unsigned char *)end + 1, (int)length);
	if (n < 0 || (size_t)n < size)
		goto damaged;
	*ret_data = TAKE(data);
	*ret_size = size;
	return 0;
damaged:
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -EBADMSG,
		N_("the journal %s is damaged: the job can't be resumed; erase the drive anew"),
		journal->file);
}

int journal_get_data(const struct journal *journal, const char *key,
		     void *ret_data, size_t size, struct haiki_error *err)
{
	CLEANUP(free) void *data = NULL;
	size_t stored;
	int r = decode(journal, key, &data, &stored, err);

	if (r < 0)
		return r;
	if (stored != size)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ESTALE,
			N_("another version of haiki wrote the journal %s: resume with that one, or erase the drive anew"),
			journal->file);
	memcpy(ret_data, data, size);
	return 0;
}

int journal_get_array(const struct journal *journal, const char *key,
		      size_t item_size, void **ret_data, size_t *ret_count,
		      struct haiki_error *err)
{
	CLEANUP(free) void *data = NULL;
	size_t stored;
	int r = decode(journal, key, &data, &stored, err);

	if (r < 0)
		return r;
	if (stored % item_size)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ESTALE,
			N_("another version of haiki wrote the journal %s: resume with that one, or erase the drive anew"),
			journal->file);
	*ret_data = TAKE(data);
	*ret_count = stored / item_size;
	return 0;
}
