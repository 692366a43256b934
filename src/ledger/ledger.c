/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ledger.h"

#include <fcntl.h>
#include <inttypes.h>
#include <openssl/rand.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "ledger/line.h"

struct haiki_ledger {
	int fd;
	char *directory, *path;
	struct haiki_ledger_head head;
	off_t length;
};

void haiki_ledger_close(struct haiki_ledger *ledger)
{
	if (!ledger)
		return;
	if (ledger->fd >= 0)
		close(ledger->fd);
	free(ledger->directory);
	free(ledger->path);
	free(ledger);
}

static void ledger_cleanup(struct haiki_ledger **ledger)
{
	haiki_ledger_close(*ledger);
}

static int write_all(int fd, const char *bytes, size_t length, off_t at)
{
	while (length) {
		ssize_t n = pwrite(fd, bytes, length, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes += n;
		at += n;
		length -= (size_t)n;
	}
	return 0;
}

/* The unfinished line is kept, though nobody needs it: it's evidence. */
static int keep_torn(const struct haiki_ledger *ledger, const char *bytes,
		     size_t length)
{
	CLEANUP(free) char *path = NULL;
	CLEANUP(fd) int fd = -1;
	struct stat st;
	int r;

	if (asprintf(&path, "%s/ledger.torn", ledger->directory) < 0)
		return -ENOMEM;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	r = write_all(fd, bytes, length, st.st_size);
	if (r == 0)
		r = write_all(fd, "\n", 1, st.st_size + (off_t)length);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	return r < 0 ? r : file_sync_directory(ledger->directory);
}

static int cut_torn(struct haiki_ledger *ledger, const char *bytes,
		    const struct ledger_scan *scan)
{
	int r = keep_torn(ledger, bytes + scan->torn_offset,
			  scan->torn_length);

	if (r == 0 && ftruncate(ledger->fd, (off_t)scan->torn_offset) < 0)
		r = -errno;
	if (r == 0 && fsync(ledger->fd) < 0)
		r = -errno;
	return r;
}

static int read_own(struct haiki_ledger *ledger, struct ledger_scan *scan,
		    struct haiki_error *err)
{
	CLEANUP(free) char *bytes = NULL;
	size_t length = 0;
	int r = file_load(ledger->path, LEDGER_MAX_BYTES, &bytes, &length, err);

	if (r == 0)
		r = ledger_scan_bytes(scan, bytes, length, err);
	if (r < 0)
		return r;
	if (scan->problems_count)
		return error_set(err, HAIKI_DOMAIN_LEDGER, -EBADMSG,
				 N_("the ledger %s is damaged at line %" PRIu64 " (%s): keep it as it is, but elsewhere, or write to another directory"),
				 ledger->path, scan->problems[0].line,
				 scan->problems[0].text);
	if (scan->torn_length) {
		r = cut_torn(ledger, bytes, scan);
		if (r < 0)
			return error_errno(err, r,
					   N_("cannot repair the ledger %s"),
					   ledger->path);
	}
	ledger->head = scan->head;
	ledger->length = (off_t)scan->torn_offset;
	return 0;
}

static int new_stick_id(struct haiki_ledger_head *head, struct haiki_error *err)
{
	uint8_t id[16];

	if (RAND_bytes(id, sizeof(id)) != 1)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EIO,
				 N_("the system gives no random numbers"));
	hex_encode(id, sizeof(id), head->stick_id);
	return 0;
}

static int open_and_lock(struct haiki_ledger *ledger, struct haiki_error *err)
{
	int r = 0;

	ledger->fd = open(ledger->path,
			  O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (ledger->fd < 0)
		return error_errno(err, -errno, N_("cannot open %s"),
				   ledger->path);
	while ((r = flock(ledger->fd, LOCK_EX)) < 0 && errno == EINTR)
		;
	if (r < 0)
		return error_errno(err, -errno, N_("cannot lock %s"),
				   ledger->path);
	return 0;
}

int haiki_ledger_open(const char *directory, struct haiki_ledger **ret_ledger,
		      struct haiki_error *err)
{
	CLEANUP(ledger) struct haiki_ledger *ledger = calloc(1, sizeof(*ledger));
	struct ledger_scan scan = { 0 };
	int r;

	if (!ledger)
		return error_errno(err, -ENOMEM, N_("cannot open %s"),
				   directory);
	ledger->fd = -1;
	ledger->directory = strdup(directory);
	if (asprintf(&ledger->path, "%s/ledger.jsonl", directory) < 0)
		ledger->path = NULL;
	if (!ledger->directory || !ledger->path)
		return error_errno(err, -ENOMEM, N_("cannot open %s"),
				   directory);
	r = open_and_lock(ledger, err);
	if (r < 0)
		return r;
	r = read_own(ledger, &scan, err);
	ledger_scan_cleanup(&scan);
	if (r == 0 && !ledger->head.sequence)
		r = new_stick_id(&ledger->head, err);
	if (r < 0)
		return r;
	*ret_ledger = TAKE(ledger);
	return 0;
}

void haiki_ledger_head(const struct haiki_ledger *ledger,
		       struct haiki_ledger_head *ret_head)
{
	*ret_head = ledger->head;
}

int ledger_adopt_stick_id(struct haiki_ledger *ledger, const char *stick_id)
{
	if (ledger->head.sequence)
		return -EBUSY;
	snprintf(ledger->head.stick_id, sizeof(ledger->head.stick_id), "%s",
		 stick_id);
	return 0;
}

/* `line` with its newline. Whatever was written of it goes again on failure;
 * if even that fails, the next haiki_ledger_open() cuts it off. */
static int append_line(struct haiki_ledger *ledger, const char *line,
		       size_t length)
{
	int r = write_all(ledger->fd, line, length, ledger->length);

	if (r == 0 && fsync(ledger->fd) < 0)
		r = -errno;
	if (r == 0)
		r = file_sync_directory(ledger->directory);
	if (r < 0 && ftruncate(ledger->fd, ledger->length) == 0)
		fsync(ledger->fd);
	return r;
}

int haiki_ledger_append(struct haiki_ledger *ledger,
			const struct haiki_ledger_entry *entry,
			struct haiki_error *err)
{
	CLEANUP(free) char *line = NULL;
	size_t length = 0;
	int r = ledger_line_format(entry, &ledger->head, &line, &length, err);

	if (r < 0)
		return r;
	line[length] = '\n';    /* in place of the final NUL */
	r = append_line(ledger, line, length + 1);
	if (r < 0)
		return error_errno(err, r, N_("cannot write to the ledger %s"),
				   ledger->path);
	ledger->length += (off_t)length + 1;
	ledger->head.sequence++;
	hash_bytes(line, length, ledger->head.hash);
	return 0;
}
