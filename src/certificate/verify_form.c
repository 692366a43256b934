/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/verifier.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "base/jcs.h"
#include "base/text.h"
#include "certificate/schema.h"

char *beside(const char *file, const char *suffix)
{
	size_t length = strlen(file);
	char *name = NULL;

	if (length > 5 && !strcmp(file + length - 5, ".json"))
		length -= 5;
	else if (is_paper(file))
		length -= 4;
	return asprintf(&name, "%.*s%s", (int)length, file, suffix) < 0 ?
		NULL : name;
}

const char *record_text(const json_t *json, const char *a, const char *b)
{
	json = json_object_get(json, a);
	return json_string_value(b ? json_object_get(json, b) : json);
}

void inquiry_cleanup(struct inquiry *q)
{
	cms_cleanup(&q->cms);
	json_decref(q->json);
	free(q->bytes);
	free(q->paper);
	free(q->p7s);
}

static void copy(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
	text_mend(to);
}

/* The policy's own words, or their translation. */
static const char *words_of(const json_t *json, const char *key)
{
	const char *en = record_text(json, key, "name_en");

	return en && strcmp(error_language(), "ja") ? en :
		record_text(json, key, "name");
}

/* The few words by which a report is recognised, if they are there. */
static void identify(struct inquiry *q)
{
	struct haiki_report *r = q->report;

	copy(r->record_type, sizeof(r->record_type),
	     record_text(q->json, "record_type", NULL));
	copy(r->certificate_id, sizeof(r->certificate_id),
	     record_text(q->json, "certificate_id", NULL));
	copy(r->refers_to, sizeof(r->refers_to),
	     record_text(q->json, "refers_to", "certificate_id"));
	copy(r->serial, sizeof(r->serial),
	     record_text(q->json, "drive", "serial"));
	copy(r->policy, sizeof(r->policy),
	     record_text(q->json, "policy", "id"));
	copy(r->class_id, sizeof(r->class_id),
	     record_text(q->json, "class", "id"));
	copy(r->policy_name, sizeof(r->policy_name),
	     words_of(q->json, "policy"));
	copy(r->class_name, sizeof(r->class_name), words_of(q->json, "class"));
	copy(r->model, sizeof(r->model), record_text(q->json, "drive", "model"));
	copy(r->asset, sizeof(r->asset), record_text(q->json, "asset", NULL));
	copy(r->operator_name, sizeof(r->operator_name),
	     record_text(q->json, "operator", NULL));
	copy(r->method, sizeof(r->method), record_text(q->json, "method", "id"));
	copy(r->letter, sizeof(r->letter),
	     record_text(q->json, "method", "letter"));
	copy(r->finished_at, sizeof(r->finished_at),
	     record_text(q->json, "finished_at", NULL));
	r->serial_is_substitute = json_is_true(json_object_get(
		json_object_get(q->json, "drive"), "serial_is_substitute"));
}

static const struct schema *schema_of(const char *record_type)
{
	if (!strcmp(record_type, "erasure"))
		return &record_schema;
	if (!strcmp(record_type, "ledger-head"))
		return &head_schema;
	return is_followup(record_type) ? &followup_schema : NULL;
}

static bool fits_schema(struct inquiry *q)
{
	const struct schema *schema = schema_of(q->report->record_type);
	struct haiki_error err = { 0 };

	if (!schema) {
		report_problem(q->report, "not-a-record",
			       N_("this is not a record of haiki"));
		return false;
	}
	q->report->readable = true;
	if (schema_check(schema, q->json, &err) == 0)
		return true;
	report_problem(q->report, "schema-violated",
		       N_("the record does not have the shape of a record: %s"),
		       err.local);
	return false;
}

int inquiry_read(struct inquiry *q, bool *ret_fit, struct haiki_error *err)
{
	struct haiki_error why = { 0 };
	bool canonical;
	int r = is_paper(q->file) ? inquiry_open_paper(q, &why) :
		file_load(q->file, RECORD_MAX_BYTES, &q->bytes, &q->length,
			  &why);

	*ret_fit = false;
	/* No record is so large, or a pipe, or another PDF: it says so
	 * itself. */
	if (r == -EFBIG || r == -EINVAL || r == -EBADMSG) {
		report_problem(q->report, "not-a-record", "%s", why.local);
		return 0;
	}
	if (r < 0) {
		if (err)
			*err = why;
		return r;
	}
	hash_bytes(q->bytes, q->length, q->sha256);
	copy(q->report->sha256, sizeof(q->report->sha256), q->sha256);
	if (jcs_parse(q->file, q->bytes, q->length, RECORD_MAX_BYTES, &q->json,
		      &canonical, &why) < 0) {
		report_problem(q->report, "not-a-record", "%s", why.local);
		return 0;
	}
	identify(q);
	if (!fits_schema(q))
		return 0;
	if (!canonical)
		report_problem(q->report, "form-not-canonical",
			       N_("the record is not in canonical form (RFC 8785): it was written again by something else"));
	*ret_fit = true;
	return 0;
}
