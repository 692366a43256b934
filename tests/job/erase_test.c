/* SPDX-License-Identifier: Apache-2.0 */
/* A run to which drives are added while others are worked on, and its end. */
#include "workshop.h"

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdatomic.h>
#include <time.h>

#define DRIVES 4
#define PATIENCE_MS 120000

/* Two that end at once; one that erases itself for ever, and one that takes a
 * while to be written, until they are told to hurry. */
static const char set[] = "{\"drives\":["
	"{\"serial\":\"R0\",\"kind\":\"ata-ssd\",\"size_mib\":2,\"erase_ms\":600000,\"sanitize\":[\"block\"],\"security\":\"none\"},"
	"{\"serial\":\"R1\",\"kind\":\"ata-hdd\",\"size_mib\":2,\"erase_ms\":4,\"sanitize\":[],\"security\":\"none\"},"
	"{\"serial\":\"R2\",\"kind\":\"ata-hdd\",\"size_mib\":2,\"erase_ms\":4,\"sanitize\":[],\"security\":\"none\"},"
	"{\"serial\":\"R3\",\"kind\":\"ata-hdd\",\"size_mib\":32,\"erase_ms\":4,\"sanitize\":[],\"security\":\"none\",\"faults\":{\"slow_mib_s\":4}}"
	"]}";

struct shop {
	struct workshop w;
	struct haiki_host *host;
	struct haiki_drive *drives;
	struct haiki_job_target targets[DRIVES];
	struct haiki_run *run;
	/* Told by events. */
	atomic_bool erasing[DRIVES], concluding[DRIVES], done[DRIVES];
	unsigned told;
	long conclusion_ms;       /* how long the record takes at least */
};

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

static void sink(void *opaque, const struct haiki_event *event)
{
	struct shop *shop = opaque;

	assert_true(event->index < DRIVES);
	shop->told++;
	if (event->kind == HAIKI_EVENT_DONE)
		shop->done[event->index] = true;
	if (event->phase && !strcmp(event->phase, "erase"))
		shop->erasing[event->index] = true;
	if (event->phase && !strcmp(event->phase, "certify")) {
		shop->concluding[event->index] = true;
		sleep_ms(shop->conclusion_ms);
	}
}

static void open_shop(struct shop *shop, unsigned jobs)
{
	size_t count;

	memset(shop, 0, sizeof(*shop));
	workshop_open(&shop->w, "\"kind\":\"ata-hdd\"", "kimitsu3");
	shop->w.options.stall_ms = PATIENCE_MS;
	assert_int_equal(file_write(shop->w.set, set, strlen(set), 0600, false,
				    NULL), 0);
	assert_int_equal(haiki_host_new(shop->w.set, &shop->host, NULL), 0);
	assert_int_equal(haiki_host_list(shop->host, NULL, 0, &shop->drives,
					 &count, NULL), 0);
	assert_int_equal(count, DRIVES);
	assert_int_equal(haiki_run_new(shop->host, &shop->w.options, jobs, sink,
				       shop, &shop->run, NULL), 0);
}

static void close_shop(struct shop *shop)
{
	haiki_run_free(shop->run);
	free(shop->drives);
	haiki_host_free(shop->host);
	workshop_close(&shop->w);
}

static size_t add(struct shop *shop, size_t drive)
{
	size_t index;

	shop->targets[drive] = (struct haiki_job_target){
		.drive = &shop->drives[drive],
		.confirmed_serial = shop->drives[drive].serial,
	};
	assert_int_equal(haiki_run_add(shop->run, &shop->targets[drive], &index,
				       NULL), 0);
	return index;
}

static void ends(struct shop *shop)
{
	if (!haiki_run_wait(shop->run, PATIENCE_MS))
		fail_msg("the drives don't end");
}

static void waits_until(const atomic_bool *flag)
{
	for (int i = 0; i < PATIENCE_MS / 5 && !*flag;
	     i++)
		sleep_ms(5);
	assert_true(*flag);
}

static void drives_join_others(void **state)
{
	struct shop shop;

	(void)state;
	open_shop(&shop, 0);
	assert_true(haiki_run_wait(shop.run, 0));      /* none yet */
	assert_int_equal(add(&shop, 0), 0);
	assert_false(haiki_run_wait(shop.run, 20));
	assert_int_equal(add(&shop, 1), 1);
	waits_until(&shop.done[1]);
	while (!haiki_run_ended(shop.run, 1))
		sleep_ms(5);
	/* The later one didn't wait for the earlier. */
	assert_true(haiki_run_ended(shop.run, 1));
	assert_false(haiki_run_ended(shop.run, 0));
	assert_int_equal(shop.targets[1].ending, HAIKI_ENDING_RECORDED);
	assert_int_equal(shop.targets[1].result, HAIKI_CONFORMING);
	assert_int_equal(add(&shop, 2), 2);
	workshop_hurry(&shop.w, "R0");
	ends(&shop);
	for (size_t i = 0; i < 3; i++) {
		assert_true(haiki_run_ended(shop.run, i));
		assert_true(shop.done[i]);
		assert_int_equal(shop.targets[i].result, HAIKI_CONFORMING);
	}
	close_shop(&shop);
}

static void one_at_a_time(void **state)
{
	struct shop shop;

	(void)state;
	open_shop(&shop, 1);
	add(&shop, 0);
	waits_until(&shop.erasing[0]);
	add(&shop, 1);
	sleep_ms(100);
	/* It waits for its turn, and a stop comes before that. */
	assert_false(haiki_run_ended(shop.run, 1));
	haiki_run_stop(shop.run, HAIKI_STOP_SAFELY);
	haiki_run_stop(shop.run, HAIKI_GO_ON);        /* too late */
	workshop_hurry(&shop.w, "R0");
	ends(&shop);
	assert_int_equal(shop.targets[1].ending, HAIKI_ENDING_REFUSED);
	assert_false(shop.targets[1].touched);
	assert_int_equal(shop.targets[1].error.code, -EINTR);
	assert_true(shop.done[1]);
	close_shop(&shop);
}

/* What follows a stop: how the drive ended, and that resume finishes it. */
static void stopped(enum haiki_stop stop, size_t drive, bool waits)
{
	struct haiki_unfinished *jobs;
	struct shop shop;
	size_t count;

	open_shop(&shop, 0);
	shop.w.options.passes = "zero,random";
	add(&shop, drive);
	waits_until(&shop.erasing[0]);
	haiki_run_stop(shop.run, stop);
	if (waits) {
		assert_false(haiki_run_wait(shop.run, 300));
		workshop_hurry(&shop.w, shop.drives[drive].serial);
	}
	ends(&shop);
	assert_true(shop.targets[drive].touched);
	/* So small a drive may be read back before it's seen to be stopped. */
	if (waits && shop.targets[drive].ending == HAIKI_ENDING_RECORDED) {
		assert_int_equal(shop.targets[drive].result, HAIKI_CONFORMING);
		close_shop(&shop);
		return;
	}
	assert_int_equal(shop.targets[drive].ending,
			 HAIKI_ENDING_INTERRUPTED);
	assert_int_equal(haiki_unfinished_list(shop.w.out, &jobs, &count, NULL),
			 0);
	assert_int_equal(count, 1);
	workshop_hurry(&shop.w, shop.drives[drive].serial);
	workshop_erase(&shop.w, shop.host, &shop.drives[drive],
		       jobs[0].journal, &shop.targets[drive]);
	assert_int_equal(shop.targets[drive].ending, HAIKI_ENDING_RECORDED);
	assert_int_equal(shop.targets[drive].result, HAIKI_CONFORMING);
	free(jobs);
	close_shop(&shop);
}

static void a_safe_stop_waits_for_the_drive(void **state)
{
	(void)state;
	stopped(HAIKI_STOP_SAFELY, 0, true);
}

static void a_stop_now_leaves_the_drive_to_itself(void **state)
{
	(void)state;
	stopped(HAIKI_STOP_NOW, 0, false);
}

static void writing_stops_at_once(void **state)
{
	(void)state;
	stopped(HAIKI_STOP_SAFELY, 3, false);
}

static void what_the_options_forbid_is_not_begun(void **state)
{
	struct haiki_job_target target = { 0 };
	struct haiki_error err = { 0 };
	struct shop shop;

	(void)state;
	open_shop(&shop, 0);
	shop.w.options.operator_name = NULL;
	target.drive = &shop.drives[1];
	target.confirmed_serial = shop.drives[1].serial;
	assert_int_equal(haiki_run_add(shop.run, &target, NULL, &err), -EPERM);
	assert_true(haiki_run_wait(shop.run, 0));
	close_shop(&shop);
}

static size_t records_of(const struct shop *shop, const char *serial)
{
	char pattern[PATH_MAX];
	glob_t found;
	size_t count;

	snprintf(pattern, sizeof(pattern), "%s/%s-*Z.json", shop->w.out, serial);
	count = glob(pattern, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
	globfree(&found);
	return count;
}

/* One has ended, one is in the middle of a command that doesn't return yet. */
static void what_does_not_return_is_given_up(void **state)
{
	struct haiki_unfinished *jobs;
	struct haiki_job_target before;
	struct shop shop;
	unsigned told;
	size_t count;

	(void)state;
	open_shop(&shop, 0);
	add(&shop, 1);
	ends(&shop);
	add(&shop, 0);
	waits_until(&shop.erasing[1]);
	before = shop.targets[0];
	haiki_run_abandon(shop.run);
	assert_false(haiki_run_ended(shop.run, 1));
	assert_true(shop.done[1]);
	assert_int_equal(shop.targets[0].ending, HAIKI_ENDING_INTERRUPTED);
	assert_int_equal(shop.targets[0].result, HAIKI_INTERRUPTED);
	assert_int_equal(shop.targets[0].error.code, -ETIMEDOUT);
	assert_ptr_equal(shop.targets[0].drive, before.drive);
	assert_int_equal(shop.targets[1].result, HAIKI_CONFORMING);
	told = shop.told;
	workshop_hurry(&shop.w, "R0");
	ends(&shop);
	assert_int_equal(shop.told, told);
	/* The command returned after all: that is for resume to judge. */
	assert_int_equal(haiki_unfinished_list(shop.w.out, &jobs, &count, NULL),
			 0);
	assert_int_equal(count, 1);
	assert_string_equal(jobs[0].drive.serial, "R0");
	assert_int_equal(records_of(&shop, "R0"), 0);
	workshop_erase(&shop.w, shop.host, &shop.drives[0], jobs[0].journal,
		       &shop.targets[0]);
	assert_int_equal(shop.targets[0].result, HAIKI_CONFORMING);
	assert_int_equal(records_of(&shop, "R0"), 1);
	free(jobs);
	close_shop(&shop);
}

static void a_record_that_is_being_written_is_waited_for(void **state)
{
	struct shop shop;

	(void)state;
	open_shop(&shop, 0);
	shop.conclusion_ms = 300;
	add(&shop, 1);
	waits_until(&shop.concluding[0]);
	haiki_run_abandon(shop.run);
	assert_true(haiki_run_ended(shop.run, 0));
	assert_int_equal(shop.targets[1].result, HAIKI_CONFORMING);
	assert_int_equal(records_of(&shop, "R1"), 1);
	close_shop(&shop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(drives_join_others),
		cmocka_unit_test(one_at_a_time),
		cmocka_unit_test(a_safe_stop_waits_for_the_drive),
		cmocka_unit_test(a_stop_now_leaves_the_drive_to_itself),
		cmocka_unit_test(writing_stops_at_once),
		cmocka_unit_test(what_the_options_forbid_is_not_begun),
		cmocka_unit_test(what_does_not_return_is_given_up),
		cmocka_unit_test(a_record_that_is_being_written_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
