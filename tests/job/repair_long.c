/* SPDX-License-Identifier: Apache-2.0 */
/* What an earlier sanitize has left, with a job and without one. */
#include "workshop.h"

#include <errno.h>
#include <jansson.h>

static const struct haiki_repair_options nobody, somebody = {
	.confirmed = true };

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
#define SAS_HDD "\"kind\":\"sas-hdd\",\"size_mib\":2"
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
		r = haiki_repair(host, drive, &nobody, what, sizeof(what), &err);
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
	if (haiki_repair(host, drive, &nobody, what, sizeof(what), &err) < 0)
		fail_msg("%s", err.text);
	free(drive);
	haiki_host_free(host);
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	assert_int_equal(drive->sanitize, HAIKI_SANITIZE_IDLE);
	free(drive);
	haiki_host_free(host);
	workshop_close(&w);
}

/* Begins a format of the only drive and boots anew; `broken`: its power was
 * off meanwhile. */
static void begin_format(struct workshop *w, bool broken,
			 struct haiki_host **host, struct haiki_drive **drive)
{
	uint8_t list[4] = { 0, 0x02 };    /* IMMED */
	struct model_scsi format = {
		.cdb = { 0x04, 0x10 }, .cdb_length = 6, .data = list,
		.length = sizeof(list), .direction = MODEL_DATA_OUT };
	struct simulate_set *set;
	struct model *model;

	assert_int_equal(workshop_boot(w, host, drive), 0);
	set = host_practice_set(*host);
	model = simulate_set_model(set, simulate_set_path(set, 0));
	assert_int_equal(model_own(model, NULL), 0);
	/* The first command after power-on is answered by an attention. */
	for (int i = 0; i < 2; i++)
		assert_int_equal(model_scsi(model, &format), 0);
	assert_int_equal(format.ret_status, 0);
	if (broken)
		model_power_cycle(model);
	free(*drive);
	haiki_host_free(*host);
	assert_int_equal(workshop_boot(w, host, drive), 0);
	assert_int_equal((*drive)->sanitize, broken ?
			 HAIKI_SANITIZE_UNFORMATTED :
			 HAIKI_SANITIZE_FORMATTING);
	/* The kernel knows no size of it; the drive is who it was. */
	assert_int_equal((*drive)->size_bytes, 0);
	assert_string_equal((*drive)->serial, "W1");
	assert_int_equal((*drive)->advice_count, 1);
}

static void check_repaired(struct workshop *w, struct haiki_host *host,
			   struct haiki_drive *drive)
{
	free(drive);
	haiki_host_free(host);
	assert_int_equal(workshop_boot(w, &host, &drive), 0);
	assert_int_equal(drive->sanitize, HAIKI_SANITIZE_IDLE);
	assert_int_equal(drive->size_bytes, 2 << 20);
	free(drive);
	haiki_host_free(host);
}

static void waits_for_a_format(void **state)
{
	struct haiki_error err = { 0 };
	struct haiki_drive *drive;
	struct haiki_host *host;
	struct workshop w;
	char what[256];

	(void)state;
	workshop_open(&w, SAS_HDD ",\"erase_ms\":400", "kimitsu1");
	begin_format(&w, false, &host, &drive);
	if (haiki_repair(host, drive, &nobody, what, sizeof(what),
			 &err) < 0)
		fail_msg("%s", err.text);
	assert_non_null(strstr(what, "a format that was running has ended"));
	check_repaired(&w, host, drive);
	workshop_close(&w);
}

/* Only another format helps, and that nobody may do to a drive that nobody has
 * confirmed. */
static void formats_again_what_was_confirmed(void **state)
{
	struct model_zone_count before[HAIKI_ZONE_COUNT],
		after[HAIKI_ZONE_COUNT];
	struct haiki_error err = { 0 };
	struct haiki_drive *drive;
	struct haiki_host *host;
	struct workshop w;
	char what[256];

	(void)state;
	workshop_open(&w, SAS_HDD ",\"erase_ms\":400", "kimitsu1");
	begin_format(&w, true, &host, &drive);
	workshop_scan(host, before);
	assert_true(before[HAIKI_ZONE_HOST].markers > 0);
	assert_int_equal(haiki_repair(host, drive, &nobody, what,
				      sizeof(what), &err), -EPERM);
	assert_string_equal(what, "");
	assert_non_null(strstr(err.text, "--confirm W1"));
	workshop_scan(host, after);
	assert_int_equal(after[HAIKI_ZONE_HOST].markers,
			 before[HAIKI_ZONE_HOST].markers);
	if (haiki_repair(host, drive, &somebody, what, sizeof(what), &err) < 0)
		fail_msg("%s", err.text);
	assert_non_null(strstr(what, "was formatted again"));
	check_repaired(&w, host, drive);
	workshop_close(&w);
}

static void erases_a_drive_that_is_not_formatted(void **state)
{
	static const struct {
		const char *drive, *note;
		bool broken;
	} cases[] = {
		{ SAS_HDD ",\"sanitize\":[\"overwrite\"]",
		  "an earlier format of the drive had broken off", true },
		{ SAS_HDD ",\"sanitize\":[]",
		  "an earlier format of the drive had broken off", true },
		{ SAS_HDD ",\"sanitize\":[],\"erase_ms\":400",
		  "a format that was begun before this job", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct haiki_job_target target;
		struct haiki_drive *drive;
		struct haiki_host *host;
		struct workshop w;
		json_t *record;

		workshop_open(&w, cases[i].drive, "kimitsu1");
		begin_format(&w, cases[i].broken, &host, &drive);
		workshop_erase(&w, host, drive, NULL, &target);
		if (target.result != HAIKI_CONFORMING)
			fail_msg("%s: %s %s", cases[i].drive,
				 haiki_result_name(target.result),
				 target.error.text);
		record = record_of(&target);
		assert_true(tells(record, cases[i].note));
		assert_string_equal(json_string_value(json_object_get(
			json_object_get(record, "drive"), "size_bytes")),
			"2097152");
		json_decref(record);
		free(drive);
		haiki_host_free(host);
		workshop_close(&w);
	}
}

static void stop_when_erasing(void *opaque, const struct haiki_event *event)
{
	volatile bool *stop = opaque;

	if (event->phase && !strcmp(event->phase, "erase") &&
	    event->kind == HAIKI_EVENT_PROGRESS)
		*stop = true;
}

static void set(struct workshop *w, const char *key, json_t *value)
{
	json_t *json = json_load_file(w->set, 0, NULL);

	assert_non_null(json);
	json_object_set_new(json_array_get(json_object_get(json, "drives"), 0),
			    key, value);
	assert_int_equal(json_dump_file(json, w->set, JSON_COMPACT), 0);
	json_decref(json);
}

static void set_erase_ms(struct workshop *w, int ms)
{
	set(w, "erase_ms", json_integer(ms));
}

static void stop_when_formatting(void *opaque, const struct haiki_event *event)
{
	volatile bool *stop = opaque;

	if (event->message && strstr(event->message, "formatted again"))
		*stop = true;
}

/* Nothing is planned yet then, and no journal begun. */
static void stops_while_a_drive_is_made_usable(void **state)
{
	volatile bool stop = false;
	struct haiki_job_target target;
	struct haiki_drive *drive;
	struct haiki_host *host;
	struct workshop w;

	(void)state;
	workshop_open(&w, SAS_HDD ",\"sanitize\":[]", "kimitsu1");
	begin_format(&w, true, &host, &drive);
	free(drive);
	haiki_host_free(host);
	set_erase_ms(&w, 600000);
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	target = (struct haiki_job_target){
		.drive = drive, .confirmed_serial = drive->serial };
	assert_int_equal(haiki_erase(host, &w.options, &target, 1, 0, &stop,
				     stop_when_formatting, (void *)&stop,
				     NULL), 0);
	assert_true(stop);
	assert_int_equal(target.ending, HAIKI_ENDING_INTERRUPTED);
	assert_string_equal(target.certificate, "");
	free(drive);
	haiki_host_free(host);
	workshop_close(&w);
}

/* Only the program ended: the drive goes on, tells no size meanwhile, and the
 * journal says that it's our own. */
static void goes_on_with_a_format_that_runs(void **state)
{
	volatile bool stop = false;
	struct haiki_unfinished *jobs;
	struct haiki_job_target target;
	struct haiki_drive *drive;
	struct haiki_host *host;
	struct workshop w;
	json_t *record;
	size_t count;

	(void)state;
	workshop_open(&w, SAS_HDD ",\"sanitize\":[],\"erase_ms\":600000",
		      "kimitsu1");
	w.options.method = HAIKI_SCSI_FORMAT;
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	target = (struct haiki_job_target){
		.drive = drive, .confirmed_serial = drive->serial };
	assert_int_equal(haiki_erase(host, &w.options, &target, 1, 0, &stop,
				     stop_when_erasing, (void *)&stop, NULL),
			 0);
	assert_int_equal(target.ending, HAIKI_ENDING_INTERRUPTED);
	free(drive);
	haiki_host_free(host);

	set_erase_ms(&w, 1000);
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	assert_int_equal(haiki_unfinished_list(w.out, &jobs, &count, NULL), 0);
	assert_int_equal(count, 1);
	workshop_erase(&w, host, drive, jobs[0].journal, &target);
	if (target.ending != HAIKI_ENDING_RECORDED)
		fail_msg("%s", target.error.text);
	record = record_of(&target);
	assert_int_equal(json_array_size(json_object_get(record, "attempts")),
			 1);
	assert_true(json_is_true(json_object_get(json_object_get(record,
		"verification"), "completed")));
	json_decref(record);
	free(jobs);
	free(drive);
	haiki_host_free(host);
	workshop_close(&w);
}

/* It takes nothing before the first revert, so nothing shows what that did. */
static void reverts_a_locked_drive_twice(void **state)
{
	static const char *const drives[] = {
		"\"kind\":\"ata-ssd\",\"security\":\"none\"",
		"\"kind\":\"nvme\",\"format\":[]", "\"kind\":\"sas-ssd\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(drives) / sizeof(drives[0]); i++) {
		struct haiki_job_target target;
		struct haiki_drive *drive;
		struct haiki_host *host;
		struct workshop w;
		char json[256];
		json_t *record;

		snprintf(json, sizeof(json), "%s,\"size_mib\":2,"
			 "\"sanitize\":[],\"encrypts\":true,\"opal\":true,"
			 "\"opal_locked\":true,\"psid\":\"LABPSID\"",
			 drives[i]);
		workshop_open(&w, json, "kimitsu1");
		w.options.psid = "LABPSID";
		w.options.method = HAIKI_OPAL_PSID_REVERT;
		assert_int_equal(workshop_boot(&w, &host, &drive), 0);
		workshop_erase(&w, host, drive, NULL, &target);
		if (target.result != HAIKI_CONFORMING)
			fail_msg("%s: %s", drives[i], target.error.text);
		record = record_of(&target);
		assert_int_equal(json_array_size(json_object_get(record,
			"attempts")), 2);
		json_decref(record);
		free(drive);
		haiki_host_free(host);
		workshop_close(&w);
	}
}

/* However often it were resumed, it would stay so: the record says it, and the
 * job is over. */
static void certifies_what_came_back_with_another_size(void **state)
{
	struct haiki_unfinished *jobs;
	volatile bool stop = false;
	struct haiki_job_target target;
	struct haiki_drive *drive;
	struct haiki_host *host;
	struct workshop w;
	char journal[512];
	json_t *record;
	size_t count;

	(void)state;
	workshop_open(&w, "\"kind\":\"ata-hdd\",\"size_mib\":2,"
		      "\"sanitize\":[\"overwrite\"],\"erase_ms\":600000",
		      "kimitsu1");
	w.options.method = HAIKI_ATA_SANITIZE_OVERWRITE;
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	target = (struct haiki_job_target){
		.drive = drive, .confirmed_serial = drive->serial };
	assert_int_equal(haiki_erase(host, &w.options, &target, 1, 0, &stop,
				     stop_when_erasing, (void *)&stop,
				     NULL), 0);
	assert_int_equal(target.ending, HAIKI_ENDING_INTERRUPTED);
	free(drive);
	haiki_host_free(host);

	set(&w, "faults", json_pack("{s:i,s:i}", "shrinks_by", 1024,
				    "shrinks_after", 1));
	workshop_hurry(&w, "W1");
	assert_int_equal(haiki_unfinished_list(w.out, &jobs, &count, NULL), 0);
	assert_int_equal(count, 1);
	snprintf(journal, sizeof(journal), "%s", jobs[0].journal);
	free(jobs);
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	workshop_erase(&w, host, drive, journal, &target);
	if (target.ending != HAIKI_ENDING_RECORDED)
		fail_msg("%d: %s", target.ending, target.error.text);
	assert_int_equal(target.result, HAIKI_NONCONFORMING);
	record = record_of(&target);
	assert_true(tells(record, "the drive had 2097152 bytes"));
	json_decref(record);
	assert_int_equal(haiki_unfinished_list(w.out, &jobs, &count, NULL), 0);
	assert_int_equal(count, 0);
	free(jobs);
	free(drive);
	haiki_host_free(host);
	workshop_close(&w);
}

/* Nothing brings it back: a record that says so, not a refusal. */
static void certifies_a_drive_that_stays_without_a_size(void **state)
{
	struct haiki_job_target target;
	struct haiki_drive *drive;
	struct haiki_host *host;
	struct workshop w;

	(void)state;
	workshop_open(&w, SAS ",\"faults\":{\"sanitize_failed\":true,"
		      "\"sanitize_restricted\":true,\"fails_at\":500}",
		      "kimitsu1");
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	assert_int_equal(drive->size_bytes, 0);
	assert_int_equal(drive->sanitize, HAIKI_SANITIZE_FAILED);
	workshop_erase(&w, host, drive, NULL, &target);
	if (target.ending != HAIKI_ENDING_RECORDED)
		fail_msg("%s", target.error.text);
	assert_int_equal(target.result, HAIKI_NONCONFORMING);
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
		cmocka_unit_test(waits_for_a_format),
		cmocka_unit_test(formats_again_what_was_confirmed),
		cmocka_unit_test(erases_a_drive_that_is_not_formatted),
		cmocka_unit_test(stops_while_a_drive_is_made_usable),
		cmocka_unit_test(goes_on_with_a_format_that_runs),
		cmocka_unit_test(reverts_a_locked_drive_twice),
		cmocka_unit_test(certifies_what_came_back_with_another_size),
		cmocka_unit_test(certifies_a_drive_that_stays_without_a_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
