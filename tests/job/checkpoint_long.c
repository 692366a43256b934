/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power fails late in a pass: what is written a second time after that is
 * counted on the drive. It must be no more than was written in ten seconds.
 */
#include "workshop.h"

#include <jansson.h>
#include <sys/wait.h>

#define SIZE_MIB 28
#define MIB_S 2                   /* one pass takes 14 seconds */
#define MIB (1 << 20)

static int64_t number(struct haiki_host *host, const char *name)
{
	struct simulate_set *set = host_practice_set(host);
	struct model *model =
		simulate_set_model(set, simulate_set_path(set, 0));
	json_t *json = model_state_json(model);
	int64_t value = json_integer_value(json_object_get(json, name));

	json_decref(json);
	return value;
}

/* What the drive had counted when its erase began. */
struct begun {
	struct haiki_host *host;
	int64_t writes, sectors;
	int told;                 /* where to write `sectors`; -1: nowhere */
};

static void sink(void *opaque, const struct haiki_event *event)
{
	struct begun *begun = opaque;

	if (event->kind != HAIKI_EVENT_PHASE || strcmp(event->phase, "erase"))
		return;
	begun->writes = number(begun->host, "writes");
	begun->sectors = number(begun->host, "sectors_written");
	if (begun->told >= 0 &&
	    write(begun->told, &begun->sectors, sizeof(begun->sectors)) < 0)
		abort();
}

static void erase(struct workshop *w, struct haiki_host *host,
		  const struct haiki_drive *drive, const char *journal,
		  struct begun *begun, struct haiki_job_target *target)
{
	*target = (struct haiki_job_target){
		.drive = drive,
		.confirmed_serial = drive->serial,
		.journal = journal,
	};
	begun->host = host;
	w->options.passes = "random";
	w->options.verify = HAIKI_PLAN_FULL;
	assert_int_equal(haiki_erase(host, &w->options, target, 1, 0, NULL,
				     sink, begun, NULL), 0);
}

static void put_set(const struct workshop *w, const char *faults)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "{\"drives\":[{\"serial\":\"W1\",\"kind\":\"ata-hdd\","
		 "\"sanitize\":[],\"security\":\"none\",\"size_mib\":%d,"
		 "\"faults\":{%s}}]}", SIZE_MIB, faults);
	assert_int_equal(file_write(w->set, text, strlen(text), 0600, false,
				    NULL), 0);
}

/* The number of the write at which so many permille of the pass are written;
 * found out on a fast drive. */
static int64_t write_at(int permille)
{
	struct begun begun = { .told = -1 };
	struct haiki_job_target target;
	struct haiki_drive *drive;
	struct haiki_host *host;
	struct workshop w;
	int64_t writes;

	workshop_open(&w, "\"kind\":\"ata-hdd\"", "kimitsu3");
	put_set(&w, "");
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	erase(&w, host, drive, NULL, &begun, &target);
	assert_int_equal(target.result, HAIKI_CONFORMING);
	writes = number(host, "writes") - begun.writes;
	free(drive);
	haiki_host_free(host);
	workshop_close(&w);
	return begun.writes + writes * permille / 1000;
}

/* A process that ends with the power; what the drive had counted before. */
static int64_t erase_until_cut(struct workshop *w)
{
	struct haiki_job_target target;
	struct begun begun = { 0 };
	struct haiki_drive *drive;
	struct haiki_host *host;
	int64_t sectors = -1;
	int ends[2], status;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		begun.told = ends[1];
		if (workshop_boot(w, &host, &drive) == 0)
			erase(w, host, drive, NULL, &begun, &target);
		_exit(1);
	}
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(read(ends[0], &sectors, sizeof(sectors)),
			 sizeof(sectors));
	close(ends[0]);
	return sectors;
}

static void a_power_cut_costs_seconds(void **state)
{
	struct model_zone_count zones[HAIKI_ZONE_COUNT];
	struct begun begun = { .told = -1 };
	struct haiki_unfinished *jobs;
	struct haiki_job_target target;
	struct haiki_drive *drive;
	struct haiki_host *host;
	int64_t marks, before, all, again;
	struct workshop w;
	char faults[200];
	size_t count;

	(void)state;
	workshop_open(&w, "\"kind\":\"ata-hdd\"", "kimitsu3");
	snprintf(faults, sizeof(faults),
		 "\"slow_mib_s\":%d,\"power_cut_at_write\":%lld,\"power_cut_machine\":true",
		 MIB_S, (long long)write_at(870));
	put_set(&w, faults);
	marks = erase_until_cut(&w);
	put_set(&w, "\"slow_mib_s\":32");
	assert_int_equal(workshop_boot(&w, &host, &drive), 0);
	before = (number(host, "sectors_written") - marks) * 512;
	/* Otherwise nothing would be shown. */
	assert_true(before > 11 * MIB_S * MIB);
	assert_int_equal(haiki_unfinished_list(w.out, &jobs, &count, NULL), 0);
	assert_int_equal(count, 1);
	erase(&w, host, drive, jobs[0].journal, &begun, &target);
	assert_int_equal(target.ending, HAIKI_ENDING_RECORDED);
	assert_int_equal(target.result, HAIKI_CONFORMING);
	all = (number(host, "sectors_written") - marks) * 512;
	again = all - (int64_t)SIZE_MIB * MIB;
	print_message("# %.1f MiB were written before the power failed, %.1f MiB of them again: %.1f s\n",
		      (double)before / MIB, (double)again / MIB,
		      (double)again / MIB / MIB_S);
	assert_true(again >= 0);
	assert_true(again <= 10 * MIB_S * MIB);
	workshop_scan(host, zones);
	assert_int_equal(zones[HAIKI_ZONE_HOST].markers, 0);
	free(jobs);
	free(drive);
	haiki_host_free(host);
	workshop_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_power_cut_costs_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
