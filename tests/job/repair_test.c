/* SPDX-License-Identifier: Apache-2.0 */
/* What an earlier sanitize has left, with a job and without one. */
#include "workshop.h"

#include <errno.h>
#include <jansson.h>

static json_t *record_of(const struct haiki_job_target *target)
{
	json_t *json = json_load_file(target->certificate, 0, NULL);

	if (!json)
		fail_msg("no record: %s", target->error.text);
	return json;
}

/* An error that the record has, beginning so. */
static bool tells(const json_t *record, const char *begins)
{
	const json_t *error;
	size_t i;

	json_array_foreach(json_object_get(record, "errors"), i, error)
		if (!strncmp(json_string_value(json_object_get(error, "text")),
			     begins, strlen(begins)))
			return true;
	return false;
}

#define SSD "\"kind\":\"ata-ssd\",\"size_mib\":2,\"security\":\"none\"," \
	    "\"sanitize\":[\"block\"]"
#define HDD "\"kind\":\"ata-hdd\",\"size_mib\":2,\"security\":\"none\"," \
	    "\"sanitize\":[\"overwrite\"]"
#define HDD_OF(password) "\"kind\":\"ata-hdd\",\"size_mib\":2," \
			 "\"password\":\"" password "\""
#define SAS "\"kind\":\"sas-ssd\",\"size_mib\":2,\"sanitize\":[\"block\"]"
#define NVME "\"kind\":\"nvme\",\"size_mib\":2,\"format\":[]," \
	     "\"sanitize\":[\"crypto\"],\"encrypts\":true"
#define RUNS ",\"erase_ms\":400,\"faults\":{\"sanitize_running\":true}"
#define FAILED ",\"faults\":{\"sanitize_failed\":true}"
#define SAS_HDD "\"kind\":\"sas-hdd\",\"size_mib\":2,\"sanitize\":[]"
#define STAYS ",\"faults\":{\"sanitize_failed\":true," \
	      "\"sanitize_restricted\":true}"

/* Waited for or left first; then the drive's own erase is proven as usual. */
static void erases_a_drive_that_was_sanitizing(void **state)
{
	static const struct {
		const char *drive, *note;
		size_t attempts;
	} cases[] = {
		{ SSD RUNS, "a sanitize that was begun before", 1 },
		{ SAS RUNS, "a sanitize that was begun before", 1 },
		{ NVME RUNS, "a sanitize that was begun before", 1 },
		{ SSD FAILED, "an earlier sanitize had failed", 1 },
		{ HDD FAILED, "an earlier sanitize had failed", 1 },
		{ SAS FAILED, "an earlier sanitize had failed", 1 },
		{ NVME FAILED, "an earlier sanitize had failed", 1 },
		/* Only a sanitize ends it, and before that one no marker can
		 * be written: it takes a second one. */
		{ SSD STAYS, "the drive stays in its failed", 2 },
		{ HDD STAYS, "the drive stays in its failed", 2 },
		{ SAS STAYS, "the drive doesn't come back", 2 },
		{ NVME STAYS, "the drive refused Sanitize", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct haiki_job_target target;
		struct haiki_drive *drive;
		struct haiki_host *host;
		struct haiki_job_plan plan;
		struct workshop w;
		json_t *record;

		workshop_open(&w, cases[i].drive, "kimitsu1");
		assert_int_equal(workshop_boot(&w, &host, &drive), 0);
		assert_int_equal(drive->sanitize,
				 strstr(cases[i].drive, "failed") ?
				 HAIKI_SANITIZE_FAILED :
				 HAIKI_SANITIZE_RUNNING);
		assert_true(drive->advice_count > 0);
		haiki_job_plan(drive, &w.options, &plan);
		assert_true(plan.steps[0].accepted);
		workshop_erase(&w, host, drive, NULL, &target);
		record = record_of(&target);
		if (target.result != HAIKI_CONFORMING)
			fail_msg("%s: %s", cases[i].drive,
				 haiki_result_name(target.result));
		assert_int_equal(json_array_size(json_object_get(record,
			"attempts")), cases[i].attempts);
		if (!tells(record, cases[i].note))
			fail_msg("%s: nothing on the record", cases[i].drive);
		json_decref(record);
		free(drive);
		haiki_host_free(host);
		workshop_close(&w);
	}
}

/* One that doesn't get on is not waited for without end. */
static void gives_up_on_a_sanitize_that_sticks(void **state)
{
	struct haiki_job_target target;
	struct haiki_drive *drive;
	struct haiki_host *host;
	struct workshop w;
	json_t *record;

	(void)state;
	workshop_open(&w, SSD ",\"faults\":{\"sanitize_running\":true,"
		      "\"stuck_at\":300}", "kimitsu1");
	w.options.stall_ms = 100;
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	workshop_erase(&w, host, drive, NULL, &target);
	assert_int_equal(target.result, HAIKI_NONCONFORMING);
	record = record_of(&target);
	assert_true(tells(record, "the drive is sanitizing itself"));
	json_decref(record);
	free(drive);
	haiki_host_free(host);
	workshop_close(&w);
}

/* `haiki resume` without a job. */
static void repairs_without_a_job(void **state)
{
	static const struct {
		const char *drive, *says;
		int code;
	} cases[] = {
		{ SSD, "", 0 }, { HDD, "", 0 }, { SAS, "", 0 }, { NVME, "", 0 },
		{ SSD RUNS, "a sanitize that was running has ended", 0 },
		{ HDD FAILED, "the drive was brought out", 0 },
		{ SSD FAILED, "the drive was brought out", 0 },
		{ SAS FAILED, "the drive was brought out", 0 },
		{ NVME FAILED, "the drive was brought out", 0 },
		{ SSD STAYS, "", -EIO },
		{ NVME STAYS, "", -EPERM },
		{ HDD_OF("haiki"), "the password that an interrupted", 0 },
		{ HDD_OF("secret"), "", -EACCES },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct haiki_error err = { 0 };
		struct haiki_drive *drive;
		struct haiki_host *host;
		struct workshop w;
		char what[256];
		int r;

		workshop_open(&w, cases[i].drive, "kimitsu1");
		assert_int_equal(workshop_boot(&w, &host, &drive), 0);
		r = haiki_repair(host, drive, false, NULL, what, sizeof(what), &err);
		if (r != cases[i].code || strncmp(what, cases[i].says,
						  strlen(cases[i].says)) ||
		    !what[0] != !cases[i].says[0])
			fail_msg("%s: %d, %s%s", cases[i].drive, r, what,
				 err.text);
		free(drive);
		if (cases[i].code == 0) {
			haiki_host_free(host);
			assert_int_equal(workshop_boot(&w, &host, &drive), 0);
			assert_int_equal(drive->sanitize, HAIKI_SANITIZE_IDLE);
			free(drive);
		}
		haiki_host_free(host);
		workshop_close(&w);
	}
}

/* Killed while it read what the drive kept readable for that. */
static void leaves_no_drive_in_media_verification(void **state)
{
	struct haiki_error err = { 0 };
	struct haiki_drive *drive;
	struct haiki_host *host;
	struct model_nvme sanitize = {
		.opcode = 0x84, .cdw10 = 2 | 1 << 3 | 1 << 10 };
	struct simulate_set *set;
	struct workshop w;
	char what[256];

	(void)state;
	workshop_open(&w, "\"kind\":\"nvme\",\"size_mib\":2,\"sanitize\":"
		      "[\"block\"],\"media_verification\":true", "kimitsu1");
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	set = host_practice_set(host);
	assert_int_equal(model_own(simulate_set_model(set,
		simulate_set_path(set, 0)), NULL), 0);
	assert_int_equal(model_nvme(simulate_set_model(set,
		simulate_set_path(set, 0)), &sanitize), 0);
	assert_int_equal(sanitize.ret_status, 0);
	free(drive);
	haiki_host_free(host);
	usleep(20000);

	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	assert_int_equal(drive->sanitize, HAIKI_SANITIZE_RUNNING);
	if (haiki_repair(host, drive, false, NULL, what, sizeof(what), &err) < 0)
		fail_msg("%s", err.text);
	free(drive);
	haiki_host_free(host);
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	assert_int_equal(drive->sanitize, HAIKI_SANITIZE_IDLE);
	free(drive);
	haiki_host_free(host);
	workshop_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(erases_a_drive_that_was_sanitizing),
		cmocka_unit_test(gives_up_on_a_sanitize_that_sticks),
		cmocka_unit_test(repairs_without_a_job),
		cmocka_unit_test(leaves_no_drive_in_media_verification),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
