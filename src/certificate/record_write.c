/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "certificate/attempt.h"
#include "certificate/build.h"
#include "certificate/origin.h"
#include "certificate/pdf/face.h"
#include "certificate/schema.h"
#include "ledger/ledger.h"

static bool is_blank(const char *text)
{
	static const char *const blanks[] = { " ", "\xc2\xa0", "\u3000" };
	bool blank = true;

	while (*text && blank) {
		blank = false;
		for (size_t i = 0; i < ARRAY_SIZE(blanks); i++)
			if (!strncmp(text, blanks[i], strlen(blanks[i]))) {
				text += strlen(blanks[i]);
				blank = true;
			}
	}
	return blank;
}

/* A character that no font has would leave the record without its PDF. That
 * no font is there at all is told elsewhere. */
static int check_glyphs(const char *what, const char *text,
			struct haiki_error *err)
{
	CLEANUP(faces) struct faces *faces = faces_new();
	struct haiki_error why = { 0 };
	struct glyph glyph;
	int n = 1;

	for (; faces && *text && n > 0; text += n > 0 ? n : 0) {
		n = faces_glyph(faces, FACE_REGULAR, text, &glyph, &why);
		if (n > 0)
			n = faces_glyph(faces, FACE_BOLD, text, &glyph, &why);
	}
	if (n != -EILSEQ)
		return 0;
	error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL, N_("%s: %s"), what,
		  why.text);
	error_localize(err, N_("%s: %s"), what, why.local);
	return -EINVAL;
}

int record_check_text(const char *what, const char *text,
		      struct haiki_error *err)
{
	CLEANUP(json) json_t *scratch = json_object();
	struct build b = { .err = err };

	build_words(&b, scratch, what, text);
	if (b.result < 0 || !*text)
		return b.result;
	if (is_blank(text))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("%s holds nothing but blanks: write it out, or leave it away"),
				 what);
	return check_glyphs(what, json_string_value(json_object_get(scratch,
								what)), err);
}

/* --- the drive ------------------------------------------------------------- */

static void build_drive(struct build *b, json_t *record,
			const struct haiki_drive *d)
{
	static const char silent[] = "the drive does not tell";
	json_t *o = build_object(b, record, "drive");

	build_object(b, o, "unknown");
	build_known(b, o, "path", d->path, "not a device of this machine");
	build_known(b, o, "model", d->model, silent);
	build_text(b, o, "serial", d->serial);
	build_known(b, o, "serial_source", d->serial_source, "not noted");
	build_boolean(b, o, "serial_is_substitute", d->serial_is_substitute);
	build_known(b, o, "wwn", d->wwn, silent);
	build_known(b, o, "firmware", d->firmware, silent);
	build_decimal(b, o, "size_bytes", d->size_bytes);
	if (d->logical_block && d->size_bytes >= d->logical_block)
		build_decimal(b, o, "last_lba",
			      d->size_bytes / d->logical_block - 1);
	else
		build_unknown(b, o, "last_lba", "the size is unknown");
	build_integer(b, o, "logical_block", d->logical_block);
	build_integer(b, o, "physical_block", d->physical_block);
	build_text(b, o, "bus", haiki_bus_name(d->bus));
	build_text(b, o, "kind", haiki_kind_name(d->kind));
	build_boolean(b, o, "removable", d->removable);
	build_known(b, o, "driver", d->driver, "not noted");
	build_answer(b, o, "encrypts_all", d->encrypts_all);
	if (d->bus == HAIKI_BUS_NVME)
		build_integer(b, o, "namespaces", d->namespaces);
	else
		build_null(b, o, "namespaces");
	build_text(b, o, "contents", d->contents);
}

static bool was_read(const struct haiki_drive *after)
{
	return after->serial[0] != '\0';
}

static void build_drive_after(struct build *b, json_t *record,
			      const struct haiki_drive *after)
{
	json_t *o;

	if (!was_read(after)) {
		build_null(b, record, "drive_after");
		return;
	}
	o = build_object(b, record, "drive_after");
	build_text(b, o, "serial", after->serial);
	build_decimal(b, o, "size_bytes", after->size_bytes);
}

static void build_hidden(struct build *b, json_t *parent, const char *key,
			 const struct haiki_hidden *hidden)
{
	json_t *o = build_object(b, parent, key);

	build_object(b, o, "unknown");
	build_value(b, o, "hpa_sectors", &hidden->hpa_sectors, 0, INT64_C(1) << 52);
	build_value(b, o, "dco_sectors", &hidden->dco_sectors, 0, INT64_C(1) << 52);
	build_value(b, o, "amac_sectors", &hidden->amac_sectors, 0,
		    INT64_C(1) << 52);
}

static void build_security(struct build *b, json_t *record, const char *key,
			   const struct haiki_security *security)
{
	json_t *o = build_object(b, record, key);

	build_answer(b, o, "supported", security->supported);
	build_answer(b, o, "enabled", security->enabled);
	build_answer(b, o, "locked", security->locked);
	build_answer(b, o, "frozen", security->frozen);
	build_answer(b, o, "enhanced", security->enhanced);
}

static void build_health(struct build *b, json_t *record, const char *key,
			 const struct haiki_health *health)
{
	json_t *o = build_object(b, record, key);

	build_object(b, o, "unknown");
	build_value(b, o, "power_on_hours", &health->power_on_hours, 0,
		    INT64_C(1) << 52);
	build_value(b, o, "reallocated", &health->reallocated, 0, INT64_C(1) << 52);
	build_value(b, o, "pending", &health->pending, 0, INT64_C(1) << 52);
	build_value(b, o, "temperature", &health->temperature, -273, 1000);
	build_value(b, o, "percent_used", &health->percent_used, 0, 255);
}

static void build_drives(struct build *b, json_t *record,
			 const struct record *r)
{
	build_drive(b, record, &r->before);
	build_drive_after(b, record, &r->after);
	build_hidden(b, record, "hidden_before", &r->before.hidden);
	build_hidden(b, record, "hidden_after", &r->after.hidden);
	build_security(b, record, "security_before", &r->before.security);
	build_security(b, record, "security_after", &r->after.security);
	build_health(b, record, "health", &r->before.health);
	build_health(b, record, "health_after", &r->after.health);
}

/* --- what was done --------------------------------------------------------- */

/* The attempt that counts; an empty one if nothing was tried. */
static struct record_attempt last_attempt(const struct record *r)
{
	if (r->attempts_count)
		return r->attempts[r->attempts_count - 1];
	return (struct record_attempt){ .evidence = r->evidence.attempt };
}

static void build_method(struct build *b, json_t *record,
			 const struct record *r)
{
	const struct record_attempt last = last_attempt(r);
	const struct haiki_verdict *v = &r->verdict;
	json_t *o = build_object(b, record, "method");

	build_text(b, o, "id", haiki_method_name(r->evidence.attempt.method));
	build_text(b, o, "letter", v->letter);
	build_text(b, o, "level", haiki_level_name(v->level));
	build_text(b, o, "measure", v->letter ? v->measure : NULL);
	build_text(b, o, "measure_en", v->letter ? v->measure_en : NULL);
	build_text(b, o, "measure_article",
		   v->letter ? v->measure_article : NULL);
	attempt_build_commands(b, o, &last);
	attempt_build_passes(b, o, &last);
}

static void build_attempts(struct build *b, json_t *record,
			   const struct record *r)
{
	json_t *array = build_array(b, record, "attempts");
	size_t first = 0;

	/* The ones that count least go, should there ever be so many. */
	if (r->attempts_count > RECORD_MAX_ATTEMPTS)
		first = r->attempts_count - RECORD_MAX_ATTEMPTS;
	for (size_t i = first; i < r->attempts_count; i++)
		attempt_build(b, array, i + 1, &r->attempts[i],
			      r->before.logical_block);
}

static void build_not_covered(struct build *b, json_t *verification,
			      const struct record *r)
{
	json_t *array = build_array(b, verification, "not_covered");

	for (size_t i = 0; i < HAIKI_ZONE_COUNT; i++) {
		const struct haiki_claim *c = &r->claims.zone[i];
		json_t *o;

		if (c->state == HAIKI_ZONE_COVERED ||
		    c->state == HAIKI_ZONE_ABSENT)
			continue;
		o = build_element(b, array);
		build_text(b, o, "zone", haiki_zone_name(c->zone));
		build_text(b, o, "state", haiki_zone_state_name(c->state));
		build_text(b, o, "why", c->why[0] ? c->why : "not known");
	}
}

static void build_verification(struct build *b, json_t *record,
			       const struct record *r)
{
	const struct record_attempt last = last_attempt(r);
	json_t *o = build_object(b, record, "verification");

	attempt_build_verification(b, o, &last, r->before.logical_block);
	build_not_covered(b, o, r);
}

/* --- what it is worth ------------------------------------------------------ */

static void build_evidence(struct build *b, json_t *record,
			   const struct record *r)
{
	const struct haiki_evidence *e = &r->evidence;
	json_t *o = build_object(b, record, "evidence");

	build_object(b, o, "unknown");
	build_text(b, o, "kind", haiki_kind_name(e->kind));
	build_text(b, o, "bus", haiki_bus_name(e->bus));
	build_hidden(b, o, "hidden", &e->hidden);
	build_value(b, o, "reallocated", &e->reallocated, 0, INT64_C(1) << 52);
	build_value(b, o, "pending", &e->pending, 0, INT64_C(1) << 52);
	if (e->namespaces_other == UINT32_MAX)
		build_unknown(b, o, "namespaces_other",
			      "the drive did not tell");
	else
		build_integer(b, o, "namespaces_other", e->namespaces_other);
	build_answer(b, o, "erases_retired", e->erases_retired);
	build_answer(b, o, "rpmb", e->rpmb);
	build_boolean(b, o, "encryption_vouched", e->encryption_vouched);
	build_boolean(b, o, "identity_changed", e->identity_changed);
}

static void build_claims(struct build *b, json_t *record,
			 const struct record *r)
{
	json_t *array = build_array(b, record, "claims");

	for (size_t i = 0; i < HAIKI_ZONE_COUNT; i++) {
		const struct haiki_claim *c = &r->claims.zone[i];
		json_t *o = build_element(b, array);

		build_text(b, o, "zone", haiki_zone_name(c->zone));
		build_text(b, o, "state", haiki_zone_state_name(c->state));
		build_text(b, o, "treatment",
			   haiki_treatment_name(c->treatment));
		build_text(b, o, "basis", haiki_basis_name(c->basis));
		build_text(b, o, "why", c->why);
	}
}

static void build_verdict(struct build *b, json_t *record,
			  const struct record *r)
{
	const struct haiki_verdict *v = &r->verdict;
	json_t *o = build_object(b, record, "verdict"), *duties;

	build_boolean(b, o, "accepted", v->accepted);
	build_text(b, o, "why", v->accepted ? NULL : v->why);
	build_text(b, record, "result", haiki_result_name(v->result));
	duties = build_array(b, record, "duties");
	for (size_t i = 0; i < v->duties_count; i++) {
		const struct haiki_duty *d = &v->duties[i];

		o = build_element(b, duties);
		build_text(b, o, "id", d->id);
		build_text(b, o, "text", d->text);
		build_text(b, o, "text_en", d->text_en);
		build_text(b, o, "article", d->article);
		build_text(b, o, "state", d->state == HAIKI_DUTY_FULFILLED ?
			   "fulfilled" : "outstanding");
	}
}

/* --- the circumstances ----------------------------------------------------- */

static void build_situation(struct build *b, json_t *record,
			    const struct record *r)
{
	static const char *const media[] = {
		[HAIKI_MEDIUM_ANY] = "any", [HAIKI_MEDIUM_FIXED] = "fixed",
		[HAIKI_MEDIUM_PORTABLE] = "portable",
	};
	json_t *o = build_object(b, record, "situation");

	build_words(b, o, "purpose", r->purpose);
	build_text(b, o, "medium", media[r->situation.medium]);
	build_words(b, o, "contractor", r->contractor);
	build_words(b, o, "contract_no", r->contract_no);
	build_words(b, o, "encrypted_by", r->encrypted_by);
	o = build_object(b, record, "place");
	build_words(b, o, "organisation", r->organisation);
	build_words(b, o, "department", r->department);
	build_words(b, o, "location", r->location);
	build_words(b, record, "asset", r->asset);
	build_words(b, record, "operator", r->operator_name);
	build_words(b, record, "witness", r->witness);
	if (!r->approved_by || !*r->approved_by) {
		build_null(b, record, "approval");
		return;
	}
	o = build_object(b, record, "approval");
	build_words(b, o, "by", r->approved_by);
	build_words(b, o, "number", r->approval_no);
	build_words(b, o, "date", r->approval_date);
}

static void build_times(struct build *b, json_t *record,
			const struct record *r)
{
	size_t room = ARRAY_SIZE(r->interrupted_at);
	size_t listed = r->interruptions < room ? r->interruptions : room;
	json_t *array = build_array(b, record, "interruptions");

	build_time(b, record, "started_at", &r->started_at);
	build_time(b, record, "finished_at", &r->finished_at);
	for (size_t i = 0; i < listed; i++) {
		json_t *o = build_element(b, array);

		build_time(b, o, "interrupted_at", &r->interrupted_at[i]);
		build_time(b, o, "resumed_at", &r->resumed_at[i]);
	}
	build_integer(b, record, "interruptions_omitted",
		      r->interruptions - listed);
	build_boolean(b, record, "touched", !r->not_started);
}

static void build_error(struct build *b, json_t *array,
			const struct record_error *e)
{
	static const char *const domains[] = {
		[HAIKI_DOMAIN_NONE] = "none", [HAIKI_DOMAIN_SYSTEM] = "system",
		[HAIKI_DOMAIN_USAGE] = "usage", [HAIKI_DOMAIN_GUARD] = "guard",
		[HAIKI_DOMAIN_ATA] = "ata", [HAIKI_DOMAIN_SCSI] = "scsi",
		[HAIKI_DOMAIN_NVME] = "nvme", [HAIKI_DOMAIN_POLICY] = "policy",
		[HAIKI_DOMAIN_CERTIFICATE] = "certificate",
		[HAIKI_DOMAIN_LEDGER] = "ledger",
		[HAIKI_DOMAIN_MMC] = "mmc",
	};
	json_t *o = build_element(b, array);
	int code = e->error.code;

	build_time(b, o, "at", &e->at);
	build_text(b, o, "domain", domains[e->error.domain]);
	build_signed(b, o, "code", code < -4096 || code > 4096 ? -EIO : code);
	if (e->error.raw_length)
		build_hex(b, o, "raw", e->error.raw, e->error.raw_length);
	else
		build_null(b, o, "raw");
	build_text(b, o, "text", e->error.text[0] ? e->error.text :
		   "no text was given");
}

static void build_errors(struct build *b, json_t *record,
			 const struct record *r)
{
	json_t *array = build_array(b, record, "errors");
	size_t listed = r->errors_count;

	if (listed > RECORD_MAX_ERRORS)
		listed = RECORD_MAX_ERRORS;
	for (size_t i = 0; i < listed; i++)
		build_error(b, array, &r->errors[i]);
	build_integer(b, record, "errors_omitted", r->errors_count - listed);
}

static size_t outstanding(const struct haiki_verdict *verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < verdict->duties_count; i++)
		count += verdict->duties[i].state == HAIKI_DUTY_OUTSTANDING;
	return count;
}

/* Whether the witness's signature would fulfil a duty that is open now. */
static bool witness_is_missed(const struct record *r)
{
	struct haiki_situation signed_too = r->situation;
	struct haiki_verdict verdict;

	signed_too.witness_signed = true;
	haiki_policy_evaluate(r->policy, r->cls, &signed_too, &r->claims,
			      &verdict);
	return outstanding(&verdict) < outstanding(&r->verdict);
}

static void build_signer(struct build *b, json_t *array, const char *role,
			 const char *name, const char *fingerprint,
			 bool required)
{
	json_t *o = build_element(b, array);

	build_text(b, o, "role", role);
	build_words(b, o, "name", name);
	build_text(b, o, "fingerprint", fingerprint);
	build_boolean(b, o, "required", required);
}

/* Whoever signs later is known by name only. */
static void build_signers(struct build *b, json_t *record,
			  const struct record *r)
{
	json_t *array = build_array(b, record, "signers");

	build_signer(b, array, r->operator_role, r->operator_certificate_name,
		     r->operator_fingerprint, true);
	if (r->witness && *r->witness)
		build_signer(b, array, "witness", r->witness, NULL,
			     witness_is_missed(r));
	if (r->approved_by && *r->approved_by)
		build_signer(b, array, "approver", r->approved_by, NULL,
			     false);
}

static void build_ledger(struct build *b, json_t *record,
			 const struct haiki_ledger_head *before)
{
	json_t *o = build_object(b, record, "ledger");

	build_text(b, o, "stick_id", before->stick_id);
	build_integer(b, o, "sequence", before->sequence + 1);
	build_text(b, o, "previous", before->hash);
}

/* --- the whole ------------------------------------------------------------- */

static void build_record(struct build *b, json_t *record,
			 const struct record *r)
{
	char id[LEDGER_ID_SIZE];

	ledger_record_id(&r->ledger, id);
	build_text(b, record, "record_type", "erasure");
	build_integer(b, record, "schema_version", RECORD_SCHEMA_VERSION);
	build_text(b, record, "certificate_id", id);
	origin_build(b, record, r->clock);
	origin_build_policy(b, record, r->policy, r->cls);
	build_situation(b, record, r);
	build_drives(b, record, r);
	build_method(b, record, r);
	build_attempts(b, record, r);
	build_times(b, record, r);
	build_verification(b, record, r);
	build_evidence(b, record, r);
	build_claims(b, record, r);
	build_verdict(b, record, r);
	build_errors(b, record, r);
	build_text(b, record, "transcript_sha256", r->transcript_sha256);
	build_ledger(b, record, &r->ledger);
	build_signers(b, record, r);
	build_boolean(b, record, "simulated", r->before.simulated);
}

int record_to_json(const struct record *record, json_t **ret_json,
		   struct haiki_error *err)
{
	CLEANUP(json) json_t *json = json_object();
	struct build b = { .err = err };
	int r;

	build_record(&b, json, record);
	if (b.result < 0)
		return b.result;
	r = schema_check(&record_schema, json, err);
	if (r == 0)
		*ret_json = TAKE(json);
	return r;
}
