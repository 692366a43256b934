/* SPDX-License-Identifier: Apache-2.0 */
/* A drive that becomes far slower than it was, and as quick again. */
#include "workshop.h"

#include <jansson.h>

struct seen {
	unsigned slow, messages;
	bool usual;
};

static void sink(void *opaque, const struct haiki_event *event)
{
	struct seen *seen = opaque;

	if (event->kind == HAIKI_EVENT_ERROR)
		seen->messages += strstr(event->message, "become slow") != NULL;
	if (event->kind != HAIKI_EVENT_PROGRESS)
		return;
	seen->slow += event->slow;
	seen->usual |= event->slow && event->usual_bytes_per_second >
		4 * event->bytes_per_second;
}

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

static void erase(const char *faults, struct seen *seen, unsigned *ret_told,
		  unsigned *ret_summed)
{
	struct haiki_drive *drive = NULL;
	struct haiki_host *host = NULL;
	struct haiki_job_target target;
	struct workshop w;
	char json[300];

	snprintf(json, sizeof(json),
		 "\"kind\":\"ata-hdd\",\"size_mib\":72,\"sanitize\":[],\"security\":\"none\",\"faults\":{%s}",
		 faults);
	workshop_open(&w, json, "kimitsu3");
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	target = (struct haiki_job_target){
		.drive = drive,
		.confirmed_serial = drive->serial,
	};
	w.options.method = HAIKI_OVERWRITE;
	w.options.passes = "zero";
	w.options.verify = HAIKI_PLAN_QUICK;
	memset(seen, 0, sizeof(*seen));
	assert_int_equal(haiki_erase(host, &w.options, &target, 1, 0, NULL,
				     sink, seen, NULL), 0);
	/* Slow or not, it is as good as any. */
	assert_int_equal(target.ending, HAIKI_ENDING_RECORDED);
	assert_int_equal(target.result, HAIKI_CONFORMING);
	*ret_told = recorded(target.certificate, "writing has become slow");
	*ret_summed = recorded(target.certificate, "far slower at writing");
	free(drive);
	haiki_host_free(host);
	workshop_close(&w);
}

static void a_collapse_is_told_and_recorded(void **state)
{
	unsigned told, summed;
	struct seen seen;

	(void)state;
	erase("\"slow_mib_s\":32,\"slumps_at_mib\":64,\"slumps_for_mib\":4,\"slumps_to_mib_s\":1",
	      &seen, &told, &summed);
	assert_true(seen.slow >= 1);
	assert_true(seen.usual);
	assert_int_equal(seen.messages, 1);
	assert_int_equal(told, 1);
	assert_int_equal(summed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_collapse_is_told_and_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
