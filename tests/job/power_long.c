/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power fails at every command of every method, before it, in its middle and
 * after it; the next boot resumes. In the end the drive must be unlocked and
 * erased, the record true, and nothing left to resume.
 */
#include "workshop.h"

#include <jansson.h>

#define MAX_BOOTS 6
#define MAX_POINTS 400
#define PSID "LABPSID0123456789"

static const struct {
	const char *name, *json;
	char result;              /* at the end: C conforming, N not */
	enum haiki_method method; /* NONE: the best */
} kinds[] = {
	{ "security erase", "\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[],\"hpa_sectors\":256", 'C', HAIKI_METHOD_NONE },
	{ "ata sanitize block", "\"kind\":\"ata-ssd\",\"size_mib\":2,\"sanitize\":[\"block\"],\"security\":\"none\"", 'C', HAIKI_METHOD_NONE },
	{ "ata sanitize crypto", "\"kind\":\"ata-ssd\",\"size_mib\":2,\"sanitize\":[\"crypto\"],\"security\":\"none\",\"encrypts\":true", 'C', HAIKI_METHOD_NONE },
	{ "ata sanitize overwrite", "\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[\"overwrite\"],\"security\":\"none\"", 'C', HAIKI_METHOD_NONE },
	{ "scsi sanitize", "\"kind\":\"sas-ssd\",\"size_mib\":2,\"sanitize\":[\"block\"]", 'C', HAIKI_METHOD_NONE },
	/* Still at it when the machine is on again, and without a size. */
	{ "scsi sanitize, slow", "\"kind\":\"sas-ssd\",\"size_mib\":2,\"sanitize\":[\"block\"],\"erase_ms\":120", 'C', HAIKI_METHOD_NONE },
	{ "scsi format", "\"kind\":\"sas-hdd\",\"size_mib\":2,\"sanitize\":[],\"erase_ms\":40", 'N', HAIKI_SCSI_FORMAT },
	{ "opal psid revert", "\"kind\":\"ata-ssd\",\"size_mib\":2,\"sanitize\":[],\"security\":\"none\",\"opal\":true,\"encrypts\":true,\"psid\":\"" PSID "\"", 'C', HAIKI_OPAL_PSID_REVERT },
	{ "nvme sanitize block", "\"kind\":\"nvme\",\"size_mib\":2,\"sanitize\":[\"block\"],\"format\":[]", 'C', HAIKI_METHOD_NONE },
	{ "nvme sanitize verified", "\"kind\":\"nvme\",\"size_mib\":2,\"sanitize\":[\"block\"],\"format\":[],\"media_verification\":true", 'C', HAIKI_METHOD_NONE },
	{ "nvme sanitize crypto", "\"kind\":\"nvme\",\"size_mib\":2,\"sanitize\":[\"crypto\"],\"format\":[],\"encrypts\":true", 'C', HAIKI_METHOD_NONE },
	{ "nvme format crypto", "\"kind\":\"nvme\",\"size_mib\":2,\"sanitize\":[],\"format\":[\"crypto\"],\"encrypts\":true", 'C', HAIKI_METHOD_NONE },
	{ "mmc sanitize", "\"kind\":\"emmc\",\"size_mib\":2,\"erases_retired\":true", 'C', HAIKI_METHOD_NONE },
	{ "overwrite", "\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[],\"security\":\"none\"", 'C', HAIKI_METHOD_NONE },
};

static const char *const moments[] = { "before", "middle", "after" };

static unsigned points, repaired;

/* Takes the fault out of the practice file: the power is good from now on. */
static void mend(struct workshop *w)
{
	json_t *json = json_load_file(w->set, 0, NULL), *drive;

	assert_non_null(json);
	drive = json_array_get(json_object_get(json, "drives"), 0);
	json_object_del(drive, "faults");
	assert_int_equal(json_dump_file(json, w->set, JSON_COMPACT), 0);
	json_decref(json);
}

static void check_claims(const char *what, const char *path,
			 struct haiki_host *host)
{
	struct model_zone_count zones[HAIKI_ZONE_COUNT];
	json_t *json = json_load_file(path, 0, NULL), *claim;
	size_t i;

	assert_non_null(json);
	workshop_scan(host, zones);
	json_array_foreach(json_object_get(json, "claims"), i, claim) {
		const char *state = json_string_value(json_object_get(claim,
								      "state"));

		/* Written in the order of enum haiki_zone. */
		if ((!strcmp(state, "covered") || !strcmp(state, "absent")) &&
		    zones[i].markers)
			fail_msg("%s: %s %s, %llu markers left", what,
				 haiki_zone_name((enum haiki_zone)i), state,
				 (unsigned long long)zones[i].markers);
	}
	json_decref(json);
}

/* The boots after the cut, until nothing is left to do. */
static void recover(struct workshop *w, const char *what, char wanted)
{
	for (int boot = 0; boot < MAX_BOOTS; boot++) {
		struct haiki_unfinished *jobs = NULL;
		struct haiki_drive *drive = NULL;
		struct haiki_host *host = NULL;
		struct haiki_job_target target;
		struct haiki_error err = { 0 };
		size_t count = 0;
		char said[256];

		if (workshop_boot(w, &host, &drive) < 0)
			fail_msg("%s: no drive after the cut", what);
		assert_int_equal(haiki_unfinished_list(w->out, &jobs, &count,
						       &err), 0);
		if (err.code)
			fail_msg("%s: %s", what, err.text);
		if (count) {
			workshop_erase(w, host, drive, jobs[0].journal, &target);
		} else {
			const struct haiki_repair_options nobody = { 0 };

			/* It had not begun, or was just done. */
			if (haiki_repair(host, drive, &nobody, said, sizeof(said),
					 &err) < 0)
				fail_msg("%s: %s", what, err.text);
			workshop_erase(w, host, drive, NULL, &target);
		}
		if (target.ending == HAIKI_ENDING_RECORDED) {
			free(drive);
			haiki_host_free(host);
			if (workshop_boot(w, &host, &drive) < 0)
				fail_msg("%s: no drive at the end", what);
			if (drive->security.enabled == HAIKI_YES)
				fail_msg("%s: a password is left behind", what);
			if ((target.result == HAIKI_CONFORMING) !=
			    (wanted == 'C'))
				fail_msg("%s: %s", what,
					 haiki_result_name(target.result));
			check_claims(what, target.certificate, host);
			free(drive);
			haiki_host_free(host);
			free(jobs);
			repaired++;
			return;
		}
		if (target.ending == HAIKI_ENDING_REFUSED ||
		    target.ending == HAIKI_ENDING_SURROUNDINGS)
			fail_msg("%s: %s", what, target.error.text);
		free(drive);
		haiki_host_free(host);
		free(jobs);
	}
	fail_msg("%s: not done after %d boots", what, MAX_BOOTS);
}

/* False once the cut comes after the end of the job. */
static bool cut_at(size_t kind, const char *at, unsigned n, const char *moment)
{
	struct haiki_job_target target;
	struct haiki_drive *drive = NULL;
	struct haiki_host *host = NULL;
	struct workshop w;
	char json[1024], what[128];

	snprintf(json, sizeof(json),
		 "%s,\"faults\":{\"%s\":%u,\"power_cut_when\":\"%s\"}",
		 kinds[kind].json, at, n, moment);
	snprintf(what, sizeof(what), "%s, %s %u, %s", kinds[kind].name, at, n,
		 moment);
	workshop_open(&w, json, "kimitsu1");
	w.options.method = kinds[kind].method;
	w.options.psid = PSID;
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	workshop_erase(&w, host, drive, NULL, &target);
	free(drive);
	haiki_host_free(host);
	if (target.ending == HAIKI_ENDING_RECORDED &&
	    (target.result == HAIKI_CONFORMING) == (kinds[kind].result == 'C')) {
		workshop_close(&w);
		return false;
	}
	points++;
	mend(&w);
	recover(&w, what, kinds[kind].result);
	workshop_close(&w);
	return true;
}

static void every_command_may_be_the_last(void **state)
{
	(void)state;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		unsigned before = points;

		for (size_t m = 0; m < 3; m++)
			for (unsigned n = 1; n < MAX_POINTS; n++)
				if (!cut_at(k, "power_cut_at", n, moments[m]))
					break;
		/* In the middle of writing markers and passes. */
		for (unsigned n = 1; n < 100000; n += 1 + n / 4)
			if (!cut_at(k, "power_cut_at_write", n, moments[n % 3]))
				break;
		print_message("#= %-24s %3u points\n", kinds[k].name,
			      points - before);
	}
	print_message("#= %u points, %u repaired\n", points, repaired);
	assert_int_equal(points, repaired);
	assert_true(points >= 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_may_be_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
