/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/line.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"
#include "base/schema.h"
#include "ledger/ledger.h"

static const char *const record_types[] = { "erasure", "destruction", "handover",
	NULL };

static const struct schema members[] = {
	SCHEMA("asset", TEXT, .nullable = true),
	SCHEMA("certificate_id", TEXT),
	SCHEMA("class", TEXT),
	SCHEMA("date", TEXT, .format = FORMAT_DATE),
	SCHEMA("file", TEXT),
	SCHEMA("finished_at", TEXT, .format = FORMAT_TIME),
	SCHEMA("letter", TEXT, .nullable = true),
	SCHEMA("line_sha256", TEXT, .format = FORMAT_HEX64),
	SCHEMA("method", TEXT),
	SCHEMA("model", TEXT, .nullable = true),
	SCHEMA("operator", TEXT, .nullable = true),
	SCHEMA("policy", TEXT),
	SCHEMA("previous", TEXT, .format = FORMAT_HEX64),
	SCHEMA("record_sha256", TEXT, .format = FORMAT_HEX64),
	SCHEMA("record_type", TEXT, .values = record_types),
	SCHEMA("refers_to", TEXT, .nullable = true),
	SCHEMA("result", TEXT, .format = FORMAT_WORD),
	SCHEMA("sequence", INTEGER, .minimum = 1),
	SCHEMA("serial", TEXT),
	SCHEMA("simulated", BOOLEAN),
	SCHEMA("stick_id", TEXT, .format = FORMAT_HEX32),
	SCHEMA("version", INTEGER, .minimum = 1, .maximum = 1),
	SCHEMA_LAST
};

static const struct schema line_schema =
	SCHEMA("line", OBJECT, .members = members);

static json_t *entry_to_json(const struct haiki_ledger_entry *e,
			     const struct haiki_ledger_head *head)
{
	return json_pack("{s:s?, s:s, s:s, s:s, s:s, s:s, s:s?, s:s, s:s?, s:s?,"
			 " s:s, s:s, s:s, s:s, s:s?, s:s, s:I, s:s, s:b, s:s,"
			 " s:i}",
			 "asset", e->asset,
			 "certificate_id", e->certificate_id,
			 "class", e->class_id,
			 "date", e->date,
			 "file", e->file,
			 "finished_at", e->finished_at,
			 "letter", e->letter,
			 "method", e->method,
			 "model", e->model,
			 "operator", e->operator_name,
			 "policy", e->policy,
			 "previous", head->hash,
			 "record_sha256", e->record_sha256,
			 "record_type", e->record_type,
			 "refers_to", e->refers_to,
			 "result", e->result,
			 "sequence", (json_int_t)(head->sequence + 1),
			 "serial", e->serial,
			 "simulated", e->simulated,
			 "stick_id", head->stick_id,
			 "version", 1);
}

int ledger_line_format(const struct haiki_ledger_entry *entry,
		       const struct haiki_ledger_head *head, char **ret_line,
		       size_t *ret_length, struct haiki_error *err)
{
	CLEANUP(json) json_t *json = entry_to_json(entry, head);
	CLEANUP(free) char *text = NULL;
	size_t length = 0;
	char hash[65];
	int r;

	if (!json)
		return error_set(err, HAIKI_DOMAIN_LEDGER, -EINVAL,
				 N_("the ledger's line cannot be written: something is missing or is not UTF-8"));
	r = jcs_write(json, &text, &length, err);
	if (r < 0)
		return r;
	hash_bytes(text, length, hash);
	if (json_object_set_new(json, "line_sha256", json_string(hash)) < 0)
		return error_errno(err, -ENOMEM, N_("cannot write JSON"));
	r = schema_check(&line_schema, json, err);
	if (r < 0)
		return r;
	return jcs_write(json, ret_line, ret_length, err);
}

/*
 * The hash of a line without its own hash. In canonical form a quotation mark
 * behind a comma begins a name, and the schema has this name once.
 */
static void hash_line(const char *line, size_t length, char ret_hash[65])
{
	static const char key[] = ",\"line_sha256\":\"";
	const size_t own = sizeof(key) - 1 + 64 + 1;
	const char *at = memmem(line, length, key, sizeof(key) - 1);
	CLEANUP(free) char *rest = at ? malloc(length) : NULL;
	size_t before = rest ? (size_t)(at - line) : 0;

	ret_hash[0] = '\0';
	if (!rest || length - before < own)
		return;
	memcpy(rest, line, before);
	memcpy(rest + before, at + own, length - before - own);
	hash_bytes(rest, length - own, ret_hash);
}

static int check_form(const json_t *json, bool canonical, const char *line,
		      size_t length, struct haiki_error *err)
{
	char hash[65];
	int r = schema_check(&line_schema, json, err);

	if (r < 0)
		return r;
	if (!canonical)
		return error_set(err, HAIKI_DOMAIN_LEDGER, -EBADMSG,
				 N_("the line is not in canonical form"));
	hash_line(line, length, hash);
	if (strcmp(hash, json_string_value(json_object_get(json,
							   "line_sha256"))))
		return error_set(err, HAIKI_DOMAIN_LEDGER, -EBADMSG,
				 N_("the line does not fit its own hash"));
	return 0;
}

int ledger_line_parse(const char *line, size_t length, json_t **ret_json,
		      struct haiki_error *err)
{
	CLEANUP(json) json_t *json = NULL;
	bool canonical;
	int r = jcs_parse("ledger", line, length, 65536, &json, &canonical,
			  err);

	if (r == 0)
		r = check_form(json, canonical, line, length, err);
	if (r == 0)
		*ret_json = TAKE(json);
	return r;
}

void ledger_record_id(const struct haiki_ledger_head *before,
		      char ret_id[LEDGER_ID_SIZE])
{
	snprintf(ret_id, LEDGER_ID_SIZE, "%.12s-%06" PRIu64, before->stick_id,
		 before->sequence + 1);
}

static const char *text_of(const json_t *json, const char *key)
{
	return json_string_value(json_object_get(json, key));
}

void ledger_line_read(const json_t *json, struct haiki_ledger_head *ret_place,
		      struct haiki_ledger_entry *ret_entry)
{
	*ret_entry = (struct haiki_ledger_entry){
		.record_type = text_of(json, "record_type"),
		.refers_to = text_of(json, "refers_to"),
		.certificate_id = text_of(json, "certificate_id"),
		.file = text_of(json, "file"),
		.record_sha256 = text_of(json, "record_sha256"),
		.serial = text_of(json, "serial"),
		.model = text_of(json, "model"),
		.asset = text_of(json, "asset"),
		.policy = text_of(json, "policy"),
		.class_id = text_of(json, "class"),
		.result = text_of(json, "result"),
		.letter = text_of(json, "letter"),
		.method = text_of(json, "method"),
		.finished_at = text_of(json, "finished_at"),
		.operator_name = text_of(json, "operator"),
		.date = text_of(json, "date"),
		.simulated = json_is_true(json_object_get(json, "simulated")),
	};
	snprintf(ret_place->stick_id, sizeof(ret_place->stick_id), "%s",
		 text_of(json, "stick_id"));
	snprintf(ret_place->hash, sizeof(ret_place->hash), "%s",
		 text_of(json, "previous"));
	ret_place->sequence = (uint64_t)json_integer_value(
		json_object_get(json, "sequence")) - 1;
}
