/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/jcs.h"
#include "certificate/fixture.h"
#include "certificate/schema.h"
#include "proof/plan.h"

static json_t *json_of(const struct record *record)
{
	struct haiki_error err = { 0 };
	json_t *json = NULL;
	int r = record_to_json(record, &json, &err);

	if (r < 0)
		print_error("%s\n", err.text);
	assert_int_equal(r, 0);
	return json;
}

static const char *text_at(const json_t *json, const char *a, const char *b)
{
	return json_string_value(json_object_get(json_object_get(json, a), b));
}

static void assert_value(const struct haiki_value *a,
			 const struct haiki_value *b)
{
	assert_int_equal(a->known, b->known);
	assert_int_equal(a->value, b->value);
}

static void assert_attempt(const struct haiki_attempt *a,
			   const struct haiki_attempt *b)
{
	assert_int_equal(a->method, b->method);
	assert_int_equal(a->outcome, b->outcome);
	assert_int_equal(a->adopted, b->adopted);
	assert_int_equal(a->passes_planned, b->passes_planned);
	assert_int_equal(a->passes_completed, b->passes_completed);
	assert_int_equal(a->write_errors, b->write_errors);
	assert_int_equal(a->flushed, b->flushed);
	assert_int_equal(a->all_namespaces, b->all_namespaces);
	assert_memory_equal(a->verification.seed, b->verification.seed, 32);
	assert_int_equal(a->verification.plan, b->verification.plan);
	assert_int_equal(a->verification.expectation,
			 b->verification.expectation);
	assert_int_equal(a->verification.completed, b->verification.completed);
	assert_int_equal(a->verification.ends_read, b->verification.ends_read);
	assert_int_equal(a->verification.block_bytes,
			 b->verification.block_bytes);
	assert_int_equal(a->verification.population,
			 b->verification.population);
	assert_int_equal(a->verification.samples, b->verification.samples);
	assert_int_equal(a->verification.mismatches,
			 b->verification.mismatches);
	assert_int_equal(a->verification.read_errors,
			 b->verification.read_errors);
	assert_int_equal(a->verification.markers_tried,
			 b->verification.markers_tried);
	assert_int_equal(a->verification.markers_planted,
			 b->verification.markers_planted);
	assert_int_equal(a->verification.markers_left,
			 b->verification.markers_left);
	assert_int_equal(a->verification.markers_unread,
			 b->verification.markers_unread);
}

static void assert_evidence(const struct haiki_evidence *a,
			    const struct haiki_evidence *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->bus, b->bus);
	assert_value(&a->hidden.hpa_sectors, &b->hidden.hpa_sectors);
	assert_value(&a->hidden.dco_sectors, &b->hidden.dco_sectors);
	assert_value(&a->hidden.amac_sectors, &b->hidden.amac_sectors);
	assert_value(&a->reallocated, &b->reallocated);
	assert_value(&a->pending, &b->pending);
	assert_int_equal(a->namespaces_other, b->namespaces_other);
	assert_int_equal(a->encryption_vouched, b->encryption_vouched);
	assert_int_equal(a->identity_changed, b->identity_changed);
	assert_attempt(&a->attempt, &b->attempt);
}

/* The evidence of every story comes back whole, through the bytes of a file. */
static void evidence_survives(void **state)
{
	(void)state;
	for (enum fixture_story s = 0; s < FIXTURE_STORIES; s++) {
		struct fixture f;
		CLEANUP(json) json_t *json = NULL, *again = NULL;
		CLEANUP(free) char *text = NULL;
		struct haiki_evidence evidence;
		struct haiki_situation situation;
		struct haiki_claims claims;
		size_t length = 0;

		fixture_fill(&f, s, "kimitsu3");
		json = json_of(&f.record);
		assert_int_equal(jcs_write(json, &text, &length, NULL), 0);
		assert_int_equal(json_parse("x", text, length, length, &again,
					    NULL), 0);
		assert_int_equal(schema_check(&record_schema, again, NULL), 0);
		assert_int_equal(record_evidence(again, &evidence, &situation,
						 NULL), 0);
		assert_evidence(&evidence, &f.record.evidence);
		assert_int_equal(situation.medium, HAIKI_MEDIUM_FIXED);
		assert_string_equal(situation.purpose, "lease-return");
		haiki_claims_compute(&evidence, &claims);
		for (size_t z = 0; z < HAIKI_ZONE_COUNT; z++)
			assert_int_equal(claims.zone[z].state,
					 f.record.claims.zone[z].state);
		fixture_free(&f);
	}
}

static void says_what_happened(void **state)
{
	struct fixture f;
	CLEANUP(json) json_t *json = NULL;
	const json_t *pass, *zone;

	(void)state;
	fixture_fill(&f, FIXTURE_OVERWRITE, "kimitsu3");
	json = json_of(&f.record);
	assert_string_equal(text_at(json, "method", "id"), "overwrite");
	assert_string_equal(text_at(json, "method", "letter"), "オ");
	assert_string_equal(text_at(json, "drive", "size_bytes"), "67108864");
	assert_string_equal(text_at(json, "drive", "last_lba"), "131071");
	assert_true(json_is_null(json_object_get(json_object_get(json, "drive"),
						 "model")));
	assert_non_null(text_at(json_object_get(json, "drive"), "unknown",
				"model"));
	pass = json_array_get(json_object_get(json_object_get(json, "method"),
					      "passes"), 0);
	assert_string_equal(json_string_value(json_object_get(pass, "key")),
			    "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a");
	pass = json_array_get(json_object_get(json_object_get(json, "method"),
					      "passes"), 1);
	assert_string_equal(json_string_value(json_object_get(pass,
							      "pattern")), "00");
	assert_true(json_is_null(json_object_get(pass, "key")));
	zone = json_array_get(json_object_get(
		json_object_get(json, "verification"), "not_covered"), 0);
	assert_string_equal(json_string_value(json_object_get(zone, "zone")),
			    "hpa");
	assert_string_equal(json_string_value(json_object_get(json, "result")),
			    "conforming");
	assert_string_equal(json_string_value(json_object_get(json,
		"certificate_id")), "0123456789ab-000001");
	fixture_free(&f);
}

static void words_of_people_must_be_clean(void **state)
{
	static const char *const bad[] = { "a\nb", "\xff", "a\x1b[2J",
		"\xe2\x80\xae", "\xc2\x85" };
	struct fixture f;
	json_t *json = NULL;
	char long_name[4096];

	(void)state;
	fixture_fill(&f, FIXTURE_OVERWRITE, "kimitsu3");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		f.record.operator_name = bad[i];
		assert_int_equal(record_to_json(&f.record, &json, NULL),
				 -EINVAL);
		assert_int_equal(record_check_text("operator", bad[i], NULL),
				 -EINVAL);
	}
	memset(long_name, 'a', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	f.record.operator_name = long_name;
	assert_int_equal(record_to_json(&f.record, &json, NULL), -EINVAL);
	assert_null(json);
	/* か + combining dakuten becomes が. */
	f.record.operator_name = "\xe3\x81\x8b\xe3\x82\x99";
	json = json_of(&f.record);
	assert_string_equal(json_string_value(json_object_get(json,
		"operator")), "\xe3\x81\x8c");
	json_decref(json);
	fixture_free(&f);
}

static void words_of_devices_are_made_fit(void **state)
{
	struct fixture f;
	CLEANUP(json) json_t *json = NULL;

	(void)state;
	fixture_fill(&f, FIXTURE_FAILURE, "kimitsu3");
	snprintf(f.record.before.model, sizeof(f.record.before.model),
		 "WD\x01\xff X");
	f.record.before.health.temperature = known(-99999);
	memset(f.errors[0].error.text, 'x', sizeof(f.errors[0].error.text) - 1);
	json = json_of(&f.record);
	assert_string_equal(text_at(json, "drive", "model"),
			    "WD\xef\xbf\xbd\xef\xbf\xbd X");
	assert_non_null(text_at(json_object_get(json, "health"), "unknown",
				"temperature"));
	fixture_free(&f);
}

/* --- records that say one thing here and another there -------------------- */

static json_t *at(json_t *json, const char *path)
{
	CLEANUP(free) char *copy = strdup(path);
	char *save = NULL;

	for (char *p = strtok_r(copy, ".", &save); p;
	     p = strtok_r(NULL, ".", &save))
		json = *p >= '0' && *p <= '9' ?
			json_array_get(json, (size_t)strtoul(p, NULL, 10)) :
			json_object_get(json, p);
	return json;
}

static void contradictions_are_found(void **state)
{
	static const struct { const char *object, *key, *value; } cases[] = {
		{ "method", "id", "\"ata-sanitize-crypto\"" },
		{ "method", "commands", "[]" },
		{ "verification", "mismatches", "1" },
		{ "verification", "seed",
		  "\"0000000000000000000000000000000000000000000000000000000000000000\"" },
		{ "attempts.0.verification", "samples", "9007199254740991" },
		{ "attempts.0", "id", "\"overwrite\"" },
		{ "evidence", "kind", "\"hdd\"" },
		{ "evidence", "bus", "\"nvme\"" },
		{ "drive", "kind", "\"hdd\"" },
		{ "drive_after", "serial", "\"OTHER\"" },
		{ "health", "reallocated", "3" },
		{ "health_after", "reallocated", "3" },
		{ "evidence", "pending", "0" },
		{ "evidence", "encryption_vouched", "true" },
		{ "hidden_after", "hpa_sectors", "2048" },
		{ "", "touched", "false" },
	};
	struct fixture f;
	CLEANUP(json) json_t *json = NULL;

	(void)state;
	fixture_fill(&f, FIXTURE_BLOCK_ERASE, "kimitsu1");
	json = json_of(&f.record);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		CLEANUP(json) json_t *copy = json_deep_copy(json);
		struct haiki_evidence evidence;
		struct haiki_situation situation;
		struct haiki_error err = { 0 };

		assert_int_equal(record_evidence(copy, &evidence, &situation,
						 NULL), 0);
		assert_int_equal(json_object_set_new(at(copy, cases[i].object),
			cases[i].key, json_loads(cases[i].value,
						 JSON_DECODE_ANY, NULL)), 0);
		assert_int_equal(record_evidence(copy, &evidence, &situation,
						 &err), -EBADMSG);
		assert_non_null(strstr(err.text, "contradicts itself"));
	}
	fixture_free(&f);
}

/* A sample that is smaller, or larger, than its plan proves something else. */
static void samples_must_be_those_of_the_plan(void **state)
{
	static const enum haiki_plan plans[] = {
		HAIKI_PLAN_QUICK, HAIKI_PLAN_STANDARD, HAIKI_PLAN_FULL,
	};

	(void)state;
	for (size_t i = 0; i < 3 * ARRAY_SIZE(plans); i++) {
		struct fixture f;
		CLEANUP(json) json_t *json = NULL;
		struct haiki_evidence evidence;
		struct haiki_situation situation;
		struct haiki_verification *v;
		int wrong = (int)(i % 3) - 1;

		fixture_fill(&f, FIXTURE_BLOCK_ERASE, "kimitsu1");
		v = &f.attempts[0].evidence.verification;
		v->plan = plans[i / 3];
		assert_int_equal(plan_sample_blocks(v->plan, v->seed,
			f.record.before.size_bytes, 512, &v->samples), 0);
		v->samples += (uint64_t)wrong;
		fixture_judge(&f);
		json = json_of(&f.record);
		assert_int_equal(record_evidence(json, &evidence, &situation,
						 NULL), wrong ? -EBADMSG : 0);
		fixture_free(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(evidence_survives),
		cmocka_unit_test(says_what_happened),
		cmocka_unit_test(words_of_people_must_be_clean),
		cmocka_unit_test(words_of_devices_are_made_fit),
		cmocka_unit_test(contradictions_are_found),
		cmocka_unit_test(samples_must_be_those_of_the_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
