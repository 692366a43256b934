/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report_json.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

static void put_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, text[0] ? json_string(text) :
			    json_null());
}

static void put_flag(json_t *object, const char *key, bool flag)
{
	json_object_set_new(object, key, json_boolean(flag));
}

static json_t *findings_json(const struct haiki_finding *findings,
			     size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "id", json_string(findings[i].id));
		json_object_set_new(o, "text", json_string(findings[i].text));
		json_array_append_new(array, o);
	}
	return array;
}

static json_t *signature_json(const struct haiki_signature *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "role", json_string(s->role));
	json_object_set_new(o, "name", json_string(s->name));
	json_object_set_new(o, "fingerprint", json_string(s->fingerprint));
	put_flag(o, "valid", s->valid);
	put_flag(o, "trusted", s->trusted);
	put_flag(o, "named", s->named);
	json_object_set_new(o, "signed_at", json_string(s->signed_at));
	put_flag(o, "revoked", s->revoked);
	put_flag(o, "timestamp_trusted", s->stamp_trusted);
	put_text(o, "timestamp", s->stamped_at);
	put_text(o, "timestamp_by", s->stamped_by);
	return o;
}

static void put_lists(json_t *o, const struct haiki_report *r)
{
	json_t *signers = json_array(), *duties = json_array();

	for (size_t i = 0; i < r->signatures_count; i++)
		json_array_append_new(signers,
				      signature_json(&r->signatures[i]));
	for (size_t i = 0; i < r->duties_count; i++)
		json_array_append_new(duties, json_string(r->duties[i]));
	json_object_set_new(o, "signers", signers);
	json_object_set_new(o, "duties", duties);
	json_object_set_new(o, "problems",
			    findings_json(r->problems, r->problems_count));
	json_object_set_new(o, "notes",
			    findings_json(r->notes, r->notes_count));
}

static void put_words(json_t *o, const struct haiki_report *r)
{
	bool erasure = !strcmp(r->record_type, "erasure");

	put_text(o, "record_type", r->record_type);
	put_text(o, "certificate_id", r->certificate_id);
	put_text(o, "record_sha256", r->sha256);
	put_text(o, "refers_to", r->refers_to);
	put_text(o, "head", r->head);
	put_text(o, "serial", r->serial);
	put_text(o, "policy", r->policy);
	put_text(o, "class", r->class_id);
	put_text(o, "recorded", erasure ? haiki_result_name(r->recorded) : "");
	put_text(o, "recomputed",
		 erasure ? haiki_result_name(r->recomputed) : "");
	put_text(o, "destroyed_on", r->destroyed_on);
	put_text(o, "handed_over_on", r->handed_over_on);
	put_text(o, "handed_over_to", r->handed_over_to);
}

json_t *report_json(const struct haiki_report *r)
{
	CLEANUP(free) char *file = text_sanitize(r->file);
	json_t *o = json_object();

	json_object_set_new(o, "file", json_string(file ? file : ""));
	json_object_set_new(o, "verdict", json_string(
		haiki_standing_name(haiki_report_standing(r))));
	put_flag(o, "genuine", r->genuine);
	put_flag(o, "complete", r->complete);
	put_flag(o, "sufficient", r->sufficient);
	put_flag(o, "training", r->training);
	put_flag(o, "closed", r->closed);
	put_lists(o, r);
	put_words(o, r);
	json_object_set_new(o, "exit_code",
			    json_integer(haiki_report_exit_code(r)));
	return o;
}
