/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "certificate/fixture.h"
#include "certificate/schema.h"

/*
 * The files under certs/ are printed from the tables that the program checks
 * with. After a change of the tables: HAIKI_UPDATE_SCHEMA=1 with this program
 * writes them anew.
 */
static void compare(const char *file, const struct schema *schema,
		    const char *title)
{
	CLEANUP(free) char *id = NULL, *text = NULL, *stored = NULL;
	CLEANUP(json) json_t *json = NULL;
	size_t length = 0;
	FILE *f;

	assert_true(asprintf(&id, "https://haiki.invalid/%s", file) > 0);
	json = schema_to_json(schema, id, title);
	assert_non_null(json);
	text = json_dumps(json, JSON_INDENT(2));
	assert_non_null(text);
	if (getenv("HAIKI_UPDATE_SCHEMA")) {
		f = fopen(file, "w");
		assert_non_null(f);
		fprintf(f, "%s\n", text);
		fclose(f);
	}
	assert_int_equal(file_read(file, 1 << 20, &stored, &length, NULL), 0);
	assert_int_equal(length, strlen(text) + 1);
	assert_memory_equal(stored, text, length - 1);
}

static void files_are_those_of_the_tables(void **state)
{
	(void)state;
	compare("certs/certificate.schema.json", &record_schema,
		"haiki: record of the erasure of one drive");
	compare("certs/followup.schema.json", &followup_schema,
		"haiki: record of what became of a drive afterwards");
	compare("certs/ledger-head.schema.json", &head_schema,
		"haiki: signed head of a ledger");
}

/* Words in the tables are those that the library writes and reads. */
static bool lists(const struct schema *members, const char *name,
		  const char *word)
{
	for (; members->type; members++) {
		if (strcmp(members->name, name))
			continue;
		for (const char *const *v = members->values; *v; v++)
			if (!strcmp(*v, word))
				return true;
	}
	return false;
}

static const struct schema *member(const struct schema *members,
				   const char *name)
{
	for (; members->type; members++)
		if (!strcmp(members->name, name))
			return members->members;
	return NULL;
}

static void words_are_those_of_the_library(void **state)
{
	const struct schema *top = record_schema.members;
	const struct schema *drive = member(top, "drive");
	const struct schema *attempt = member(top, "attempts")->members;
	const struct schema *claim = member(top, "claims")->members;
	const struct schema *read = member(top, "verification");

	(void)state;
	for (int i = 0; i <= HAIKI_BUS_VIRTIO; i++)
		assert_true(lists(drive, "bus", haiki_bus_name(i)));
	for (int i = 0; i <= HAIKI_KIND_MMC; i++)
		assert_true(lists(drive, "kind", haiki_kind_name(i)));
	for (int i = 0; i < HAIKI_METHOD_COUNT; i++)
		assert_true(lists(attempt, "id", haiki_method_name(i)));
	for (int i = 0; i <= HAIKI_OUTCOME_STALLED; i++)
		assert_true(lists(attempt, "outcome", haiki_outcome_name(i)));
	for (int i = 0; i < HAIKI_ZONE_COUNT; i++)
		assert_true(lists(claim, "zone", haiki_zone_name(i)));
	for (int i = 0; i <= HAIKI_ZONE_COVERED; i++)
		assert_true(lists(claim, "state", haiki_zone_state_name(i)));
	for (int i = 0; i <= HAIKI_TREATMENT_FORMAT; i++)
		assert_true(lists(claim, "treatment", haiki_treatment_name(i)));
	for (int i = 0; i <= HAIKI_BASIS_FULL; i++)
		assert_true(lists(claim, "basis", haiki_basis_name(i)));
	for (int i = 0; i <= HAIKI_PLAN_FULL; i++)
		assert_true(lists(read, "plan", haiki_plan_name(i)));
	for (int i = 0; i <= HAIKI_EXPECT_CHANGED; i++)
		assert_true(lists(read, "expectation",
				  haiki_expectation_name(i)));
	for (int i = 0; i <= HAIKI_CONFORMING; i++)
		assert_true(lists(top, "result", haiki_result_name(i)));
	for (int i = 0; i <= HAIKI_LEVEL_DESTROY; i++)
		assert_true(lists(member(top, "method"), "level",
				  haiki_level_name(i)));
}

/* --- one mistake at a time ------------------------------------------------- */

/*
 * Every member of a record is taken away, added to and replaced by values of
 * every type. With HAIKI_SCHEMA_CASES=FILE each case is written there with
 * what the table said, for schema_agree_test.sh to compare with another
 * validator.
 */
struct mutation {
	json_t *record;
	FILE *cases;
	size_t valid, invalid;
};

static void judge(struct mutation *m, const char *path, const char *key,
		  json_t *value)
{
	bool valid = schema_check(&record_schema, m->record, NULL) == 0;
	CLEANUP(json) json_t *line = NULL;

	m->valid += valid;
	m->invalid += !valid;
	if (!m->cases)
		return;
	line = json_pack("{s:s, s:s, s:b, s:O*}", "path", path, "key", key,
			 "valid", valid, "value", value);
	json_dumpf(line, m->cases, JSON_COMPACT);
	fputc('\n', m->cases);
}

static void replace_member(struct mutation *m, json_t *object,
			   const char *path, const char *key)
{
	static const char *const values[] = {
		"null", "true", "0", "-1", "1", "9007199254740992", "\"\"",
		"\"x\"", "\"X Y\"", "\"a\\u0007\"", "\"00\"", "[]", "{}",
		"[null]", "\"2026-13-01\"", "\"yes\"", "\"2026-11-21\"",
		"\"2026-11-21T09:30:15+09:00\"",
		"\"2026-11-21T24:00:00+09:00\"", "\"01\"",
		"\"18446744073709551616\"", "{\"x\":\"why\"}",
	};
	json_t *old = json_incref(json_object_get(object, key));

	json_object_del(object, key);
	judge(m, path, key, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		json_t *value = json_loads(values[i], JSON_DECODE_ANY, NULL);

		assert_non_null(value);
		json_object_set_new(object, key, value);
		judge(m, path, key, value);
	}
	json_object_set_new(object, key, old);
}

static void mutate(struct mutation *m, json_t *value, const char *path)
{
	CLEANUP(json) json_t *keys = json_array();
	const char *key;
	json_t *inner;
	char *deeper;
	size_t i;

	json_array_foreach(value, i, inner) {
		assert_true(asprintf(&deeper, "%s/%zu", path, i) > 0);
		mutate(m, inner, deeper);
		free(deeper);
	}
	if (!json_is_object(value))
		return;
	json_object_set_new(value, "surplus", json_null());
	judge(m, path, "surplus", json_object_get(value, "surplus"));
	json_object_del(value, "surplus");
	json_object_foreach(value, key, inner)
		json_array_append_new(keys, json_string(key));
	json_array_foreach(keys, i, inner) {
		key = json_string_value(inner);
		replace_member(m, value, path, key);
		assert_true(asprintf(&deeper, "%s/%s", path, key) > 0);
		mutate(m, json_object_get(value, key), deeper);
		free(deeper);
	}
}

static void mistakes_are_found(void **state)
{
	const char *file = getenv("HAIKI_SCHEMA_CASES");
	struct mutation m = { 0 };
	struct fixture f;

	(void)state;
	fixture_fill(&f, FIXTURE_FAILURE, "kimitsu1");
	f.record.witness = f.record.approved_by = "部長";
	assert_int_equal(record_to_json(&f.record, &m.record, NULL), 0);
	m.cases = file ? fopen(file, "w") : NULL;
	if (m.cases) {
		json_dumpf(m.record, m.cases, JSON_COMPACT);
		fputc('\n', m.cases);
	}
	mutate(&m, m.record, "");
	if (m.cases)
		fclose(m.cases);
	assert_int_equal(schema_check(&record_schema, m.record, NULL), 0);
	assert_true(m.invalid > 3000);
	assert_true(m.valid > 200);
	json_decref(m.record);
	fixture_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_those_of_the_tables),
		cmocka_unit_test(words_are_those_of_the_library),
		cmocka_unit_test(mistakes_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
