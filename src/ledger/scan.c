/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/line.h"

#include <fcntl.h>
#include <inttypes.h>
#include <libintl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/file.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "ledger/ledger.h"

int ledger_read(const char *file, char **ret_bytes, size_t *ret_length,
		struct haiki_error *err)
{
	CLEANUP(fd) int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return error_errno(err, -errno, N_("cannot open %s"), file);
	/* So as not to see half of a line that is being written. Where there
	 * are no locks there are no writers either (read-only media). */
	while (flock(fd, LOCK_SH) < 0 && errno == EINTR)
		;
	return file_load(file, LEDGER_MAX_BYTES, ret_bytes, ret_length, err);
}

int ledger_problem_add(struct haiki_ledger_problem **problems, size_t *count,
		       uint64_t line, const char *format, ...)
{
	struct haiki_ledger_problem *more, *p;
	va_list args;

	more = reallocarray(*problems, *count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	*problems = more;
	p = &more[(*count)++];
	p->line = line;
	va_start(args, format);
	vsnprintf(p->text, sizeof(p->text), dgettext("haiki", format), args);
	va_end(args);
	return 0;
}

#define PROBLEM(scan, line, ...) \
	ledger_problem_add(&(scan)->problems, &(scan)->problems_count, line, \
			   __VA_ARGS__)

/* A record has the number of its place: one that was entered once can't be
 * entered again. */
static int check_number(struct ledger_scan *scan, uint64_t line,
			const json_t *json, const char *stick,
			uint64_t sequence)
{
	struct haiki_ledger_head before = { .sequence = sequence - 1 };
	const char *number = json_string_value(json_object_get(json,
						"certificate_id"));
	char id[LEDGER_ID_SIZE];

	snprintf(before.stick_id, sizeof(before.stick_id), "%s", stick);
	ledger_record_id(&before, id);
	if (!strcmp(number, id))
		return 0;
	return PROBLEM(scan, line,
		       N_("the line enters the record %s, which belongs elsewhere"),
		       number);
}

/* What is wrong with a sound line's place, if anything. `chained`: the line
 * before it is sound too, so that its hash can be relied on. */
static int check_place(struct ledger_scan *scan, uint64_t line,
		       const json_t *json, bool chained)
{
	uint64_t sequence = (uint64_t)json_integer_value(
		json_object_get(json, "sequence"));
	const char *stick = json_string_value(json_object_get(json, "stick_id"));
	const char *previous = json_string_value(json_object_get(json,
								 "previous"));
	uint64_t expected = scan->head.sequence + 1;

	if (scan->head.stick_id[0] && strcmp(stick, scan->head.stick_id))
		return PROBLEM(scan, line,
			       N_("the line belongs to another ledger (%s)"),
			       stick);
	if (sequence > expected)
		return PROBLEM(scan, line,
			       N_("number %" PRIu64 " follows number %" PRIu64 ": lines are missing"),
			       sequence, expected - 1);
	if (sequence < expected)
		return PROBLEM(scan, line,
			       N_("number %" PRIu64 " follows number %" PRIu64 ": lines were repeated or put in another order"),
			       sequence, expected - 1);
	if (chained && strcmp(previous, scan->head.hash))
		return PROBLEM(scan, line,
			       N_("the line does not follow from the line before it: that line was exchanged"));
	return check_number(scan, line, json, stick, sequence);
}

static void advance(struct ledger_scan *scan, const json_t *json,
		    const char *hash)
{
	const char *stick = json_string_value(json_object_get(json, "stick_id"));

	/* The first line says whose ledger it is. */
	if (!scan->head.stick_id[0])
		snprintf(scan->head.stick_id, sizeof(scan->head.stick_id), "%s",
			 stick);
	scan->head.sequence = (uint64_t)json_integer_value(
		json_object_get(json, "sequence"));
	snprintf(scan->head.hash, sizeof(scan->head.hash), "%s", hash);
}

static int scan_line(struct ledger_scan *scan, const char *text, size_t length,
		     bool *chained, struct haiki_error *err)
{
	CLEANUP(json) json_t *json = NULL;
	uint64_t line = ++scan->lines;
	size_t before = scan->problems_count;
	struct haiki_error why = { 0 };
	char hash[65];
	int r;

	hash_bytes(text, length, hash);
	if (ledger_line_parse(text, length, &json, &why) < 0) {
		*chained = false;
		scan->head.sequence++;
		snprintf(scan->head.hash, sizeof(scan->head.hash), "%s", hash);
		return PROBLEM(scan, line,
			       N_("the line was altered or damaged: %s"),
			       why.local);
	}
	r = check_place(scan, line, json, *chained);
	if (r < 0)
		return r;
	advance(scan, json, hash);
	*chained = true;
	if (scan->problems_count == before && before == 0)
		scan->sound_lines = line;
	if (scan->visit)
		return scan->visit(scan->opaque, line, json, hash, err);
	return 0;
}

int ledger_scan_bytes(struct ledger_scan *scan, const char *bytes,
		      size_t length, struct haiki_error *err)
{
	bool chained = true;
	size_t at = 0;

	snprintf(scan->head.hash, sizeof(scan->head.hash), "%s",
		 LEDGER_NO_HASH);
	while (at < length) {
		const char *end = memchr(bytes + at, '\n', length - at);
		int r;

		if (!end)
			break;
		r = scan_line(scan, bytes + at, (size_t)(end - bytes) - at,
			      &chained, err);
		if (r == -ENOMEM)
			return error_errno(err, r, N_("cannot read the ledger"));
		if (r < 0)
			return r;
		at = (size_t)(end - bytes) + 1;
	}
	scan->torn_offset = at;
	scan->torn_length = length - at;
	return 0;
}

int ledger_scan_tail(struct ledger_scan *scan)
{
	return scan->torn_length ? PROBLEM(scan, scan->lines + 1,
		N_("the last line is unfinished (power failure?): the next record written here repairs it")) : 0;
}

void ledger_scan_cleanup(struct ledger_scan *scan)
{
	free(scan->problems);
}
