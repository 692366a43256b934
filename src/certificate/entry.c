/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/entry.h"

#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"
#include "certificate/verifier.h"

static void tell_erasure(const json_t *json, struct record_entry *e)
{
	e->line.finished_at = record_text(json, "finished_at", NULL);
	snprintf(e->date, sizeof(e->date), "%.10s", e->line.finished_at);
	e->line.date = e->date;
	e->line.result = record_text(json, "result", NULL);
	e->line.letter = record_text(json, "method", "letter");
	e->line.method = record_text(json, "method", "id");
}

static void tell_followup(const json_t *json, struct record_entry *e)
{
	bool destroyed = !strcmp(e->line.record_type, "destruction");

	e->line.refers_to = record_text(json, "refers_to", "certificate_id");
	e->line.finished_at = record_text(json, "recorded_at", NULL);
	e->line.date = record_text(json, e->line.record_type, "date");
	e->line.result = destroyed ? "destroyed" : "handed-over";
	e->line.method = destroyed ?
		record_text(json, "destruction", "method") : "handover";
}

void record_entry(const json_t *json, const char *file, const char *sha256,
		  struct record_entry *ret_entry)
{
	const char *type = record_text(json, "record_type", NULL);

	*ret_entry = (struct record_entry){ .line = {
		.record_type = type, .file = file, .record_sha256 = sha256,
		.certificate_id = record_text(json, "certificate_id", NULL),
		.serial = record_text(json, "drive", "serial"),
		.model = record_text(json, "drive", "model"),
		.asset = record_text(json, "asset", NULL),
		.policy = record_text(json, "policy", "id"),
		.class_id = record_text(json, "class", "id"),
		.operator_name = record_text(json, "operator", NULL),
		.simulated = json_is_true(json_object_get(json, "simulated")),
	} };
	if (strcmp(type, "erasure"))
		tell_followup(json, ret_entry);
	else
		tell_erasure(json, ret_entry);
}

#define MEMBER(name) { #name, offsetof(struct haiki_ledger_entry, name) }

static const struct {
	const char *name;
	size_t offset;
} members[] = {
	MEMBER(certificate_id), MEMBER(record_sha256), MEMBER(record_type),
	MEMBER(refers_to), MEMBER(serial), MEMBER(model), MEMBER(asset),
	MEMBER(policy), { "class", offsetof(struct haiki_ledger_entry,
					    class_id) },
	MEMBER(result), MEMBER(letter), MEMBER(method), MEMBER(finished_at),
	{ "operator", offsetof(struct haiki_ledger_entry, operator_name) },
	MEMBER(date),
};

static const char *member(const struct haiki_ledger_entry *e, size_t offset)
{
	const char *text;

	memcpy(&text, (const char *)e + offset, sizeof(text));
	return text ? text : "";
}

const char *record_entry_differs(const struct record_entry *entry,
				 const struct haiki_ledger_entry *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (strcmp(member(&entry->line, members[i].offset),
			   member(line, members[i].offset)))
			return members[i].name;
	return entry->line.simulated != line->simulated ? "simulated" : NULL;
}
