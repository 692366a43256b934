/* SPDX-License-Identifier: Apache-2.0 */
/* Drives that get hot while they are written to, and cool down when left. */
#include "workshop.h"

#include <jansson.h>

#define SELF "\"temperature\":35,\"erase_ms\":600000,\"faults\":{\"heats_to\":95}"
#define HOT "\"sanitize\":[],\"temperature\":35,\"faults\":{\"heats_to\":95,\"slow_mib_s\":16}"

struct seen {
	const struct workshop *hurry;     /* once it was too hot */
	bool cooling, warm, too_hot;
	int highest;
};

static void sink(void *opaque, const struct haiki_event *event)
{
	struct seen *seen = opaque;

	if (event->kind != HAIKI_EVENT_PROGRESS)
		return;
	if (event->temperature_known && event->temperature > seen->highest)
		seen->highest = event->temperature;
	seen->warm |= event->temperature_known;
	seen->cooling |= event->cooling;
	seen->too_hot |= event->too_hot;
	if (seen->hurry && event->too_hot)
		workshop_hurry(seen->hurry, "W1");
}

static void erase_by(struct workshop *w, enum haiki_method method,
		     const char *journal, struct seen *seen,
		     struct haiki_job_target *target)
{
	struct haiki_drive *drive = NULL;
	struct haiki_host *host = NULL;

	memset(seen, 0, sizeof(*seen));
	seen->hurry = method == HAIKI_OVERWRITE ? NULL : w;
	assert_int_equal(workshop_boot(w, &host, &drive), 0);
	*target = (struct haiki_job_target){
		.drive = drive,
		.confirmed_serial = drive->serial,
		.journal = journal,
	};
	w->options.method = method;
	assert_int_equal(haiki_erase(host, &w->options, target, 1, 0, NULL,
				     sink, seen, NULL), 0);
	free(drive);
	haiki_host_free(host);
}

static void erase(struct workshop *w, const char *journal, struct seen *seen,
		  struct haiki_job_target *target)
{
	erase_by(w, HAIKI_OVERWRITE, journal, seen, target);
}

/* How often a text stands in the record's errors. */
static unsigned recorded(const char *path, const char *text)
{
	json_t *json = json_load_file(path, 0, NULL), *error;
	unsigned count = 0;
	size_t i;

	assert_non_null(json);
	json_array_foreach(json_object_get(json, "errors"), i, error)
		count += strstr(json_string_value(json_object_get(error,
						  "text")), text) != NULL;
	json_decref(json);
	return count;
}

static unsigned lines_with(const char *record, const char *text)
{
	char path[4200], line[65536];
	unsigned count = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%.*s.transcript.jsonl",
		 (int)(strlen(record) - strlen(".json")), record);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		count += strstr(line, text) != NULL;
	fclose(f);
	return count;
}

static void paused(const char *kind, int limit)
{
	struct haiki_job_target target;
	struct workshop w;
	struct seen seen;
	char json[300], words[64];

	snprintf(json, sizeof(json), "\"kind\":\"%s\",\"size_mib\":4," HOT,
		 kind);
	workshop_open(&w, json, "kimitsu3");
	erase(&w, NULL, &seen, &target);
	if (target.ending != HAIKI_ENDING_RECORDED ||
	    target.result != HAIKI_CONFORMING)
		fail_msg("%s: %s", kind, target.error.text);
	assert_true(seen.cooling);
	assert_true(seen.highest > limit);
	snprintf(words, sizeof(words), "above its limit of %d ", limit);
	assert_int_equal(recorded(target.certificate, words), 1);
	assert_int_equal(recorded(target.certificate, "the work paused"), 1);
	/* As often on as off. */
	assert_true(lines_with(target.certificate, "C: paused") >= 1);
	assert_int_equal(lines_with(target.certificate, "C: paused"),
			 lines_with(target.certificate, "C: going on"));
	workshop_close(&w);
}

static void a_hot_drive_is_left_to_cool(void **state)
{
	(void)state;
	paused("ata-hdd", 60);    /* tells none: what is usual */
	paused("nvme", 70);       /* WCTEMP */
	paused("sas-hdd", 70);    /* reference temperature */
}

/* Nobody can stop it: the operator is warned while there's time. */
static void warned(const char *kind, enum haiki_method method, int limit)
{
	struct haiki_job_target target;
	struct workshop w;
	struct seen seen;
	char json[300], words[64];

	snprintf(json, sizeof(json), "\"kind\":\"%s\",\"size_mib\":1," SELF,
		 kind);
	workshop_open(&w, json, "kimitsu3");
	erase_by(&w, method, NULL, &seen, &target);
	if (target.ending != HAIKI_ENDING_RECORDED ||
	    target.result != HAIKI_CONFORMING)
		fail_msg("%s: %s", kind, target.error.text);
	if (!seen.too_hot || seen.highest != 95)
		fail_msg("%s: seen %d C", kind, seen.highest);
	snprintf(words, sizeof(words), "limit of %d °C, and erases itself",
		 limit);
	assert_int_equal(recorded(target.certificate, words), 1);
	assert_int_equal(recorded(target.certificate, "while it erased itself"),
			 1);
	assert_true(lines_with(target.certificate, "at most 95 C") >= 1);
	workshop_close(&w);
}

static void a_drive_that_erases_itself_is_watched(void **state)
{
	(void)state;
	/* SMART data aren't to be had then; the SCT status is. */
	warned("ata-hdd\",\"sanitize\":[\"overwrite\"],\"security\":\"none",
	       HAIKI_ATA_SANITIZE_OVERWRITE, 60);
	warned("nvme\",\"sanitize\":[\"block\"],\"note\":\"", HAIKI_NVME_SANITIZE_BLOCK, 70);
}

static void a_cool_drive_is_not_paused(void **state)
{
	struct haiki_job_target target;
	struct workshop w;
	struct seen seen;

	(void)state;
	workshop_open(&w, "\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[],\"temperature\":60",
		      "kimitsu3");
	erase(&w, NULL, &seen, &target);
	assert_int_equal(target.result, HAIKI_CONFORMING);
	assert_true(seen.warm);
	assert_int_equal(seen.highest, 60);
	assert_false(seen.cooling);
	assert_int_equal(recorded(target.certificate, "hot"), 0);
	workshop_close(&w);
}

static void a_drive_that_tells_nothing_is_not_paused(void **state)
{
	struct haiki_job_target target;
	struct workshop w;
	struct seen seen;

	(void)state;
	workshop_open(&w, "\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[],\"temperature\":90,\"faults\":{\"no_smart\":true}",
		      "kimitsu3");
	erase(&w, NULL, &seen, &target);
	assert_int_equal(target.result, HAIKI_CONFORMING);
	assert_false(seen.warm);
	assert_false(seen.cooling);
	workshop_close(&w);
}

/* Its surroundings are too hot: somebody has to do something. */
static void a_drive_that_stays_hot_waits_for_resume(void **state)
{
	static const char cool[] = "{\"drives\":[{\"serial\":\"W1\",\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[],\"temperature\":40}]}";
	struct haiki_unfinished *jobs;
	struct haiki_job_target target;
	struct workshop w;
	struct seen seen;
	size_t count;

	(void)state;
	workshop_open(&w, "\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[],\"temperature\":75",
		      "kimitsu3");
	erase(&w, NULL, &seen, &target);
	assert_int_equal(target.ending, HAIKI_ENDING_INTERRUPTED);
	assert_non_null(strstr(target.error.text, "stays 75"));
	assert_int_equal(file_write(w.set, cool, strlen(cool), 0600, false,
				    NULL), 0);
	assert_int_equal(haiki_unfinished_list(w.out, &jobs, &count, NULL), 0);
	assert_int_equal(count, 1);
	erase(&w, jobs[0].journal, &seen, &target);
	assert_int_equal(target.result, HAIKI_CONFORMING);
	free(jobs);
	workshop_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hot_drive_is_left_to_cool),
		cmocka_unit_test(a_drive_that_erases_itself_is_watched),
		cmocka_unit_test(a_cool_drive_is_not_paused),
		cmocka_unit_test(a_drive_that_tells_nothing_is_not_paused),
		cmocka_unit_test(a_drive_that_stays_hot_waits_for_resume),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
