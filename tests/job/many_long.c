/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sixteen drives side by side in one process, one of them hung and one slow:
 * none waits for another. What counts is the order in which they end, not how
 * fast this machine is.
 */
#include "workshop.h"

#include <jansson.h>

#include "base/cleanup.h"
#include "base/time.h"

#define DRIVES 16
#define HUNG 3                    /* early in the list, so that whoever */
#define SLOW 5                    /* waited in its order would be caught */
#define SLOW_SERIAL "M05"

static const char *const good[] = {
	"\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[\"overwrite\"]",
	"\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[]",
	"\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[],\"security\":\"none\"",
	"\"kind\":\"ata-ssd\",\"size_mib\":2,\"sanitize\":[\"block\",\"crypto\"],\"encrypts\":true",
	"\"kind\":\"sas-hdd\",\"size_mib\":2",
	"\"kind\":\"sas-ssd\",\"size_mib\":2,\"sanitize\":[\"block\"]",
	"\"kind\":\"nvme\",\"size_mib\":2,\"sanitize\":[\"block\",\"crypto\"],\"encrypts\":true",
};

static const char hung[] =
	"\"kind\":\"ata-hdd\",\"size_mib\":2,\"sanitize\":[\"overwrite\"],"
	"\"faults\":{\"hangs\":\"after-erase\"}";

/* Every pass and every reading takes a minute, until it is told to hurry. */
static const char slow[] =
	"\"kind\":\"ata-hdd\",\"size_mib\":64,\"sanitize\":[],"
	"\"security\":\"none\",\"faults\":{\"slow_mib_s\":1}";

/* In which order they ended. */
struct order {
	const struct workshop *w;
	uint64_t began_ms;
	size_t count, index[DRIVES];
	uint64_t ms[DRIVES];      /* of the drive with this index */
	bool erased[DRIVES];      /* told any progress of its erase */
};

static void sink(void *opaque, const struct haiki_event *event)
{
	struct order *order = opaque;

	if (event->kind == HAIKI_EVENT_PROGRESS)
		order->erased[event->index] = true;
	if (event->kind != HAIKI_EVENT_DONE)
		return;
	assert_true(order->count < DRIVES);
	order->index[order->count++] = event->index;
	order->ms[event->index] = time_monotonic_ms() - order->began_ms;
	/* All others have ended by now, if none waited for it. */
	if (order->count == DRIVES - 1)
		workshop_hurry(order->w, SLOW_SERIAL);
}

/* A practice file with the first `count` of them in place of the one drive. */
static void write_set(struct workshop *w, size_t count, bool troubled)
{
	CLEANUP(free) char *text = malloc(16384);
	size_t at = 0;

	assert_non_null(text);
	at += (size_t)snprintf(text, 16384, "{\"drives\":[");
	for (size_t i = 0; i < count; i++) {
		const char *json = good[i % (sizeof(good) / sizeof(good[0]))];

		if (troubled && i == HUNG)
			json = hung;
		if (troubled && i == SLOW)
			json = slow;
		at += (size_t)snprintf(text + at, 16384 - at,
				       "%s{\"serial\":\"M%02zu\",\"erase_ms\":4,%s}",
				       i ? "," : "", i, json);
	}
	at += (size_t)snprintf(text + at, 16384 - at, "]}");
	assert_true(at < 16384);
	assert_int_equal(file_write(w->set, text, at, 0600, false, NULL), 0);
}

/* No zone that the record claims may still hold old data. */
static void check_record(struct haiki_host *host,
			 const struct haiki_job_target *target)
{
	struct simulate_set *set = host_practice_set(host);
	json_t *json = json_load_file(target->certificate, 0, NULL), *claim;
	struct model_zone_count zones[HAIKI_ZONE_COUNT];
	size_t i;

	assert_non_null(json);
	assert_int_equal(json_array_size(json_object_get(json, "claims")),
			 HAIKI_ZONE_COUNT);
	model_scan(simulate_set_model(set, target->drive->path), zones);
	json_array_foreach(json_object_get(json, "claims"), i, claim) {
		const char *state = json_string_value(json_object_get(claim,
								      "state"));

		/* Written in the order of enum haiki_zone. */
		if ((!strcmp(state, "covered") || !strcmp(state, "absent")) &&
		    zones[i].markers)
			fail_msg("%s: %s %s, but old data is left",
				 target->drive->serial,
				 haiki_zone_name((enum haiki_zone)i), state);
	}
	json_decref(json);
}

/* All at once; `drives` in the order of their serial numbers. */
static void run(struct workshop *w, size_t count, struct haiki_host **ret_host,
		struct haiki_drive **ret_drives,
		struct haiki_job_target targets[DRIVES], struct order *order)
{
	size_t listed;

	assert_int_equal(haiki_host_new(w->set, ret_host, NULL), 0);
	assert_int_equal(haiki_host_list(*ret_host, NULL, 0, ret_drives,
					 &listed, NULL), 0);
	assert_int_equal(listed, count);
	for (size_t i = 0; i < count; i++) {
		const struct haiki_drive *drive = &(*ret_drives)[i];
		size_t number = strtoul(drive->serial + 1, NULL, 10);

		assert_true(number < count);
		targets[number] = (struct haiki_job_target){
			.drive = drive,
			.confirmed_serial = drive->serial,
		};
	}
	memset(order, 0, sizeof(*order));
	order->w = w;
	order->began_ms = time_monotonic_ms();
	assert_int_equal(haiki_erase(*ret_host, &w->options, targets, count, 0,
				     NULL, sink, order, NULL), 0);
	assert_int_equal(order->count, count);
}

static void none_waits_for_another(void **state)
{
	struct haiki_job_target targets[DRIVES];
	struct haiki_drive *drives = NULL;
	struct haiki_host *host = NULL;
	uint64_t last = 0;
	struct order order;
	struct workshop w;

	(void)state;
	workshop_open(&w, good[0], "kimitsu1");
	write_set(&w, DRIVES, true);
	run(&w, DRIVES, &host, &drives, targets, &order);
	for (size_t i = 0; i < DRIVES; i++) {
		if (targets[i].ending != HAIKI_ENDING_RECORDED)
			fail_msg("M%02zu: no record: %s", i,
				 targets[i].error.text);
		check_record(host, &targets[i]);
		/* The hung one is recorded as what it is, the others too. */
		if ((targets[i].result == HAIKI_CONFORMING) == (i == HUNG))
			fail_msg("M%02zu: %s", i,
				 haiki_result_name(targets[i].result));
		if (i != HUNG && i != SLOW && order.ms[i] > last)
			last = order.ms[i];
	}
	assert_int_equal(order.index[DRIVES - 1], SLOW);
	assert_true(order.erased[SLOW]);
	print_message("# of %d side by side the last good one after %llu ms, the hung %llu ms, the slow %llu ms\n",
		      DRIVES,
		      (unsigned long long)last,
		      (unsigned long long)order.ms[HUNG],
		      (unsigned long long)order.ms[SLOW]);
	free(drives);
	haiki_host_free(host);
	workshop_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_waits_for_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
