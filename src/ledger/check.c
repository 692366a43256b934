/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ledger.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "ledger/line.h"

#define HASH_TEXT 32     /* digits of the hash that the head's text shows */

void haiki_ledger_head_format(const struct haiki_ledger_head *head,
			      char ret_text[HAIKI_LEDGER_HEAD_TEXT])
{
	snprintf(ret_text, HAIKI_LEDGER_HEAD_TEXT, "%.32s:%" PRIu64 ":%.*s",
		 head->stick_id, head->sequence, HASH_TEXT, head->hash);
}

static bool is_hex(const char *text, size_t length)
{
	return strspn(text, "0123456789abcdef") == length;
}

static bool parse_head(const char *text, struct haiki_ledger_head *head)
{
	const char *number, *hash;
	char *end = NULL;
	size_t digits;

	number = strchr(text, ':');
	hash = number ? strchr(number + 1, ':') : NULL;
	if (!hash || number - text != 32 || !is_hex(text, 32))
		return false;
	if (number[1] < '0' || number[1] > '9' || hash - number > 17)
		return false;
	head->sequence = strtoull(number + 1, &end, 10);
	digits = strlen(hash + 1);
	if (end != hash || !is_hex(hash + 1, digits) ||
	    (digits != HASH_TEXT && digits != 64))
		return false;
	memcpy(head->stick_id, text, 32);
	memcpy(head->hash, hash + 1, digits);
	return true;
}

int haiki_ledger_head_parse(const char *text,
			    struct haiki_ledger_head *ret_head,
			    struct haiki_error *err)
{
	struct haiki_ledger_head head = { 0 };

	if (!parse_head(text, &head))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("\"%s\" is not a ledger's head: give it as 'haiki ledger head' printed it"),
				 text);
	*ret_head = head;
	return 0;
}

struct hash_at {
	uint64_t sequence;
	char hash[65];
};

static int remember_hash(void *opaque, uint64_t line, json_t *json,
			 const char *hash, struct haiki_error *err)
{
	struct hash_at *at = opaque;

	(void)line;
	(void)err;
	if ((uint64_t)json_integer_value(json_object_get(json, "sequence")) ==
	    at->sequence)
		snprintf(at->hash, sizeof(at->hash), "%s", hash);
	return 0;
}

static int compare_with_older(struct ledger_scan *scan,
			      const struct haiki_ledger_head *older,
			      const struct hash_at *at)
{
	if (!older->sequence)
		return 0;
	if (scan->head.stick_id[0] &&
	    strcmp(scan->head.stick_id, older->stick_id))
		return ledger_problem_add(&scan->problems,
					  &scan->problems_count, 1,
					  N_("this is another ledger (%s) than the head given (%s)"),
					  scan->head.stick_id, older->stick_id);
	if (scan->head.sequence < older->sequence)
		return ledger_problem_add(&scan->problems,
					  &scan->problems_count,
					  scan->lines + 1,
					  N_("the ledger ends at number %" PRIu64 ", but once had %" PRIu64 " lines: its end is missing"),
					  scan->head.sequence, older->sequence);
	if (strncmp(at->hash, older->hash, strlen(older->hash)))
		return ledger_problem_add(&scan->problems,
					  &scan->problems_count,
					  older->sequence,
					  N_("number %" PRIu64 " is not what it was when the head given was noted"),
					  older->sequence);
	return 0;
}

static int check_bytes(struct ledger_scan *scan, const char *bytes,
		       size_t length, const struct haiki_ledger_head *older,
		       struct haiki_error *err)
{
	struct hash_at at = { .sequence = older ? older->sequence : 0 };
	int r;

	scan->visit = remember_hash;
	scan->opaque = &at;
	r = ledger_scan_bytes(scan, bytes, length, err);
	if (r < 0)
		return r;
	r = ledger_scan_tail(scan);
	if (r == 0 && older)
		r = compare_with_older(scan, older, &at);
	if (r < 0)
		return error_errno(err, r, N_("cannot read the ledger"));
	return 0;
}

int haiki_ledger_check(const char *file,
		       const struct haiki_ledger_head *older_head,
		       struct haiki_ledger_head *ret_head,
		       struct haiki_ledger_problem **ret_problems,
		       size_t *ret_count, struct haiki_error *err)
{
	CLEANUP(free) char *bytes = NULL;
	CLEANUP(ledger_scan) struct ledger_scan scan = { 0 };
	size_t length = 0;
	int r = ledger_read(file, &bytes, &length, err);

	if (r == 0)
		r = check_bytes(&scan, bytes, length, older_head, err);
	if (r < 0)
		return r;
	*ret_head = scan.head;
	*ret_count = scan.problems_count;
	*ret_problems = TAKE(scan.problems);
	return 0;
}

int haiki_ledger_find(const char *file, const char *certificate_id,
		      uint64_t sequence, const char *previous,
		      const char *record_sha256, bool *ret_found,
		      struct haiki_error *err)
{
	CLEANUP(ledger_index) struct ledger_index *index = NULL;
	struct ledger_place place;
	int r = ledger_index_load(file, &index, err);

	if (r < 0)
		return r;
	*ret_found = sequence && sequence <= ledger_index_sound(index) &&
		ledger_index_line(index, sequence, &place) &&
		!strcmp(place.certificate_id, certificate_id) &&
		!strcmp(place.previous, previous) &&
		!strcmp(place.record_sha256, record_sha256);
	return 0;
}
