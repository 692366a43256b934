/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/ledger.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "ledger/line.h"

struct index_line {
	json_t *json;             /* NULL: damaged */
	char hash[65];
};

struct ledger_index {
	struct index_line *lines;
	uint64_t count, room, sound;
	struct haiki_ledger_problem *problems;
	size_t problems_count;
};

void ledger_index_free(struct ledger_index *index)
{
	if (!index)
		return;
	for (uint64_t i = 0; i < index->count; i++)
		json_decref(index->lines[i].json);
	free(index->lines);
	free(index->problems);
	free(index);
}

void ledger_index_cleanup(struct ledger_index **index)
{
	ledger_index_free(*index);
}

static int grow(struct ledger_index *index, uint64_t count)
{
	uint64_t room = index->room ? index->room : 64;
	struct index_line *lines;

	while (room < count)
		room *= 2;
	if (room > index->room) {
		lines = reallocarray(index->lines, room, sizeof(*lines));
		if (!lines)
			return -ENOMEM;
		index->lines = lines;
		index->room = room;
	}
	while (index->count < count)
		index->lines[index->count++] = (struct index_line){ 0 };
	return 0;
}

static int keep_line(void *opaque, uint64_t line, json_t *json,
		     const char *hash, struct haiki_error *err)
{
	struct ledger_index *index = opaque;

	(void)err;
	if (grow(index, line) < 0)
		return -ENOMEM;
	index->lines[line - 1].json = json_incref(json);
	snprintf(index->lines[line - 1].hash, 65, "%s", hash);
	return 0;
}

int ledger_index_load(const char *file, struct ledger_index **ret_index,
		      struct haiki_error *err)
{
	CLEANUP(ledger_index) struct ledger_index *index =
		calloc(1, sizeof(*index));
	CLEANUP(ledger_scan) struct ledger_scan scan = {
		.visit = keep_line, .opaque = index,
	};
	CLEANUP(free) char *bytes = NULL;
	size_t length = 0;
	int r;

	if (!index)
		return error_errno(err, -ENOMEM, N_("cannot read the ledger"));
	r = ledger_read(file, &bytes, &length, err);
	if (r == 0)
		r = ledger_scan_bytes(&scan, bytes, length, err);
	if (r < 0)
		return r;
	if (grow(index, scan.lines) < 0 || ledger_scan_tail(&scan) < 0)
		return error_errno(err, -ENOMEM, N_("cannot read the ledger"));
	index->sound = scan.sound_lines;
	index->problems = TAKE(scan.problems);
	index->problems_count = scan.problems_count;
	*ret_index = TAKE(index);
	return 0;
}

uint64_t ledger_index_lines(const struct ledger_index *index)
{
	return index->count;
}

uint64_t ledger_index_sound(const struct ledger_index *index)
{
	return index->sound;
}

size_t ledger_index_problems(const struct ledger_index *index,
			     const struct haiki_ledger_problem **ret_problems)
{
	*ret_problems = index->problems;
	return index->problems_count;
}

static const char *text_of(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

bool ledger_index_line(const struct ledger_index *index, uint64_t line,
		       struct ledger_place *ret_place)
{
	struct haiki_ledger_head before;
	const json_t *json;

	if (!line || line > index->count)
		return false;
	json = index->lines[line - 1].json;
	if (!json)
		return false;
	*ret_place = (struct ledger_place){
		.certificate_id = text_of(json, "certificate_id"),
		.record_sha256 = text_of(json, "record_sha256"),
		.previous = text_of(json, "previous"),
		.stick_id = text_of(json, "stick_id"),
		.file = text_of(json, "file"),
		.hash = index->lines[line - 1].hash,
		.sequence = (uint64_t)json_integer_value(
			json_object_get(json, "sequence")),
	};
	ledger_line_read(json, &before, &ret_place->entry);
	return true;
}

int haiki_ledger_each(const char *file, haiki_ledger_visit *each, void *opaque,
		      struct haiki_error *err)
{
	CLEANUP(ledger_index) struct ledger_index *index = NULL;
	int r = ledger_index_load(file, &index, err);

	for (uint64_t i = 0; r == 0 && i < index->count; i++) {
		const json_t *json = index->lines[i].json;
		struct haiki_ledger_head place = { 0 };
		struct haiki_ledger_entry entry;

		if (!json)
			continue;
		ledger_line_read(json, &place, &entry);
		r = each(opaque, &place, &entry);
	}
	return r;
}

int ledger_entries(const char *file, json_t **ret_array,
		   struct haiki_error *err)
{
	CLEANUP(ledger_index) struct ledger_index *index = NULL;
	CLEANUP(json) json_t *array = json_array();
	int r = ledger_index_load(file, &index, err);

	if (r < 0)
		return r;
	for (uint64_t i = 0; array && i < index->count; i++)
		if (index->lines[i].json &&
		    json_array_append(array, index->lines[i].json) < 0)
			return error_errno(err, -ENOMEM,
					   N_("cannot read the ledger"));
	if (!array)
		return error_errno(err, -ENOMEM, N_("cannot read the ledger"));
	*ret_array = TAKE(array);
	return 0;
}
