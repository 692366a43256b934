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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_those_of_the_tables),
		cmocka_unit_test(words_are_those_of_the_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
