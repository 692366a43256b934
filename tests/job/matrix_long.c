/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kind of drive x fault x class, through the whole job, and then a look at the
 * medium itself: whatever a drive says, no zone that the record claims may
 * still hold a marker. The verdicts are printed as a matrix.
 */
#include "workshop.h"

#include <jansson.h>

static const struct {
	const char *name, *json;
} kinds[] = {
	{ "ata-hdd", "\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[\"overwrite\"]" },
	{ "ata-hdd+hpa", "\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[],\"hpa_sectors\":512" },
	{ "ata-hdd+dco", "\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[],\"hpa_sectors\":256,\"dco_sectors\":256" },
	{ "ata-hdd+amac", "\"kind\":\"ata-hdd\",\"size_mib\":2,\"max_address\":\"amac\",\"amac_sectors\":512" },
	{ "ata-hdd old", "\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[],\"security\":\"none\"" },
	{ "ata-hdd worn", "\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[],\"security\":\"none\",\"remapped\":8" },
	{ "ata-ssd", "\"kind\":\"ata-ssd\",\"size_mib\":2,\"sanitize\":[\"block\",\"crypto\"],\"encrypts\":true" },
	{ "ata-ssd old", "\"kind\":\"ata-ssd\",\"size_mib\":2,\"sanitize\":[]" },
	{ "sas-hdd", "\"kind\":\"sas-hdd\",\"size_mib\":2" },
	{ "sas-ssd", "\"kind\":\"sas-ssd\",\"size_mib\":2,\"sanitize\":[\"block\"]" },
	{ "nvme", "\"kind\":\"nvme\",\"size_mib\":2,\"sanitize\":[\"block\",\"crypto\"],\"encrypts\":true" },
	{ "nvme verifies", "\"kind\":\"nvme\",\"size_mib\":2,\"sanitize\":[\"block\"],\"media_verification\":true" },
	{ "nvme 2 ns", "\"kind\":\"nvme\",\"size_mib\":2,\"sanitize\":[\"block\"],\"namespaces\":[{\"sectors\":512}]" },
	{ "nvme format", "\"kind\":\"nvme\",\"size_mib\":2,\"sanitize\":[],\"format\":[\"crypto\",\"user\"],\"encrypts\":true" },
	{ "usb-stick", "\"kind\":\"usb-stick\",\"size_mib\":2" },
	{ "emmc", "\"kind\":\"emmc\",\"size_mib\":2,\"erases_retired\":true,\"remapped\":4" },
	{ "emmc boot used", "\"kind\":\"emmc\",\"size_mib\":2,\"boot_data_sectors\":9,\"remapped\":4" },
	{ "sd-card", "\"kind\":\"sd-card\",\"size_mib\":2" },
	{ "usb sat hdd", "\"kind\":\"ata-hdd\",\"size_mib\":2,\"bridge\":\"sat12\"" },
};

/*
 * Lies that no host can see, and that are not ours then: this drive has no
 * mode pages to turn its cache off by, serves reads from it and confirms every
 * flush. Its word is what the standards rest on. They are printed.
 */
static const struct {
	const char *kind, *fault;
} undetectable[] = {
	{ "usb-stick", "drops cache" },
};

static const struct {
	const char *name, *json;
} faults[] = {
	{ "none", "" },
	{ "lies: nothing", "\"erases\":\"nothing\"" },
	{ "lies: host only", "\"erases\":\"host-only\"" },
	{ "lies: half", "\"erases\":\"half\"" },
	{ "lies: not spare", "\"erases\":\"all-but-spare\"" },
	{ "fails half-way", "\"fails_at\":500" },
	{ "stuck", "\"stuck_at\":300" },
	{ "hangs on erase", "\"hangs\":\"on-erase\"" },
	{ "hangs after", "\"hangs\":\"after-erase\"" },
	{ "frozen", "\"frozen\":true" },
	{ "sanitize frozen", "\"sanitize_frozen\":true" },
	{ "sanitize running", "\"sanitize_running\":true" },
	{ "sanitize failed", "\"sanitize_failed\":true" },
	{ "... restricted", "\"sanitize_failed\":true,\"sanitize_restricted\":true" },
	{ "not deallocated", "\"deallocates\":\"fails\"" },
	{ "deallocates ever", "\"deallocates\":\"never\"" },
	{ "count expired", "\"count_expired\":true" },
	{ "keeps password", "\"keeps_password\":true" },
	{ "write protected", "\"write_protected\":true" },
	{ "firmware pending", "\"firmware_pending\":true" },
	{ "log stale", "\"sanitize_log\":\"stale\"" },
	{ "log zero", "\"sanitize_log\":\"zero\"" },
	{ "log ffff", "\"sanitize_log\":\"ffff\"" },
	{ "unreadable", "\"unreadable\":[[100,8]]" },
	{ "unwritable", "\"unwritable\":[[100,8]]" },
	{ "ignores writes", "\"ignores_writes\":[[0,4096]]" },
	{ "drops cache", "\"drops_cache\":true" },
	{ "remaps on write", "\"unwritable\":[[100,8]],\"remaps_on_write\":true" },
	{ "bad checksum", "\"bad_checksum\":true" },
	{ "zero registers", "\"zero_registers\":true" },
	{ "no registers", "\"no_registers\":true" },
	{ "zero count", "\"zero_count\":true" },
	{ "fixed sense", "\"fixed_sense\":true" },
	{ "error but runs", "\"error_but_runs\":true" },
	{ "no smart", "\"no_smart\":true" },
	{ "dco needs cycle", "\"dco_needs_cycle\":true" },
	{ "vanishes", "\"vanishes_at\":40" },
	{ "serial changes", "\"serial_changes_to\":\"OTHER\",\"serial_changes_after\":30" },
	{ "shrinks", "\"shrinks_by\":1024,\"shrinks_after\":30" },
};

static const char *const classes[] = { "kimitsu1", "kimitsu3" };

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))
#define FAULTS (sizeof(faults) / sizeof(faults[0]))
#define CLASSES (sizeof(classes) / sizeof(classes[0]))

/* One letter a verdict: C conforming, d duty, N nonconforming, I interrupted,
 * r refused, s surroundings; of run_one() also - fault unknown to this kind,
 * U a record that is untrue and couldn't know. */
static char letter(const struct haiki_job_target *target)
{
	switch (target->ending) {
	case HAIKI_ENDING_REFUSED:
		return 'r';
	case HAIKI_ENDING_INTERRUPTED:
		return 'I';
	case HAIKI_ENDING_SURROUNDINGS:
		return 's';
	case HAIKI_ENDING_RECORDED:
		break;
	}
	switch (target->result) {
	case HAIKI_CONFORMING:
		return 'C';
	case HAIKI_DUTY:
		return 'd';
	default:
		return 'N';
	}
}

static json_t *load(const char *path)
{
	json_t *json = json_load_file(path, 0, NULL);

	assert_non_null(json);
	return json;
}

static bool is_undetectable(size_t kind, size_t fault)
{
	for (size_t i = 0; i < sizeof(undetectable) / sizeof(undetectable[0]);
	     i++)
		if (!strcmp(undetectable[i].kind, kinds[kind].name) &&
		    !strcmp(undetectable[i].fault, faults[fault].name))
			return true;
	return false;
}

/* What the record claims against what is on the medium. */
static unsigned lies_in(const char *what, const char *path,
			const struct model_zone_count *zones)
{
	json_t *json = load(path), *claims = json_object_get(json, "claims");
	unsigned lies = 0;
	json_t *claim;
	size_t i;

	assert_int_equal(json_array_size(claims), HAIKI_ZONE_COUNT);
	json_array_foreach(claims, i, claim) {
		const char *zone = json_string_value(json_object_get(claim, "zone"));
		const char *state = json_string_value(json_object_get(claim, "state"));
		unsigned z = 0;

		while (strcmp(haiki_zone_name((enum haiki_zone)z), zone))
			z++;
		if (strcmp(state, "covered") && strcmp(state, "absent"))
			continue;
		if (!zones[z].markers)
			continue;
		lies++;
		print_message("# %s: claims %s %s, but %llu of %llu sectors there hold old data\n",
			      what, zone, state,
			      (unsigned long long)zones[z].markers,
			      (unsigned long long)zones[z].sectors);
	}
	json_decref(json);
	return lies;
}

static char run_one(size_t kind, size_t fault, const char *cls,
		    unsigned *ret_lies)
{
	struct model_zone_count zones[HAIKI_ZONE_COUNT];
	struct haiki_job_target target;
	struct haiki_drive *drive = NULL;
	struct haiki_host *host = NULL;
	struct workshop w;
	char json[2048], what[128];
	char verdict = '-';
	unsigned lies = 0;

	snprintf(json, sizeof(json), "%s,\"faults\":{%s}", kinds[kind].json,
		 faults[fault].json);
	snprintf(what, sizeof(what), "%s / %s / %s", kinds[kind].name,
		 faults[fault].name, cls);
	workshop_open(&w, json, cls);
	if (workshop_boot(&w, &host, &drive) == 0) {
		workshop_erase(&w, host, drive, NULL, &target);
		workshop_scan(host, zones);
		verdict = letter(&target);
		if (target.ending == HAIKI_ENDING_RECORDED)
			lies = lies_in(what, target.certificate, zones);
		if (target.ending == HAIKI_ENDING_SURROUNDINGS)
			print_message("# %s: %s\n", what, target.error.text);
	}
	if (lies && is_undetectable(kind, fault)) {
		print_message("# %s: undetectable: the drive's word alone\n",
			      what);
		verdict = 'U';
	} else {
		*ret_lies += lies;
	}
	free(drive);
	haiki_host_free(host);
	workshop_close(&w);
	return verdict;
}

static void no_record_claims_what_the_medium_denies(void **state)
{
	unsigned lies = 0, runs = 0, surroundings = 0;

	(void)state;
	print_message("#= C conforming  N nonconforming  I interrupted  r refused  - fault not for this kind  U undetectably untrue\n");
	print_message("#= each cell: kimitsu1 kimitsu3\n#= %-17s", "");
	for (size_t k = 0; k < KINDS; k++)
		print_message(" %2zu", k + 1);
	print_message("\n");
	for (size_t f = 0; f < FAULTS; f++) {
		char row[KINDS * 3 + 1];

		for (size_t k = 0; k < KINDS; k++) {
			row[k * 3] = ' ';
			for (size_t c = 0; c < CLASSES; c++) {
				char v = run_one(k, f, classes[c], &lies);

				row[k * 3 + 1 + c] = v;
				runs += v != '-';
				surroundings += v == 's';
			}
		}
		row[KINDS * 3] = '\0';
		print_message("#= %-17s%s\n", faults[f].name, row);
	}
	for (size_t k = 0; k < KINDS; k++)
		print_message("#= %2zu %s\n", k + 1, kinds[k].name);
	print_message("#= %u runs\n", runs);
	assert_int_equal(lies, 0);
	assert_int_equal(surroundings, 0);
	assert_true(runs > KINDS * FAULTS);
}

/* A matrix of failures would pass the test above: what a good drive must
 * reach. */
static void good_drives_are_erased_as_the_class_demands(void **state)
{
	static const char expected[KINDS + 1] = "CCCCCNCNCCCCCCNCNNC";
	unsigned lies = 0;

	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		char v = run_one(k, 0, "kimitsu1", &lies);

		if (v != expected[k])
			fail_msg("%s: %c, not %c", kinds[k].name, v, expected[k]);
	}
	assert_int_equal(lies, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_drives_are_erased_as_the_class_demands),
		cmocka_unit_test(no_record_claims_what_the_medium_denies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
