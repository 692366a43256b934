/* SPDX-License-Identifier: Apache-2.0 */
/* The write cache off and on again, on scripted and on modelled drives. */
#include "method/scripted.h"
#include "method/bench.h"
#include "method/methods.h"
#include "method/write_cache.h"
#include "nvme/identify.h"

#define W82_CACHE 0x0020

static void identities(uint8_t ret_on[ATA_SECTOR], uint8_t ret_off[ATA_SECTOR])
{
	identify_data(&(struct identity){ .w82 = W82_CACHE, .w85 = W82_CACHE },
		      ret_on);
	identify_data(&(struct identity){ .w82 = W82_CACHE }, ret_off);
}

#define WRITE_CACHE(feature) { .kind = STEP_ATA, .opcode = 0xEF, \
			       .features = feature }

static void ata_off_and_on(void **state)
{
	static uint8_t on[ATA_SECTOR], off[ATA_SECTOR];
	static const struct step steps[] = {
		IDENTIFY(on), KEEP("write-cache", "on"), WRITE_CACHE(0x82),
		IDENTIFY(off),
		/* In a later process that has only the journal. */
		IDENTIFY(off), WRITE_CACHE(0x02), IDENTIFY(on),
		KEEP("write-cache", "restored"), END };
	struct scripted s;

	(void)state;
	identities(on, off);
	scripted_begin(&s, steps);
	assert_true(write_cache_off(&s.run));
	write_cache_restore(&s.run);
	/* Once is enough. */
	write_cache_restore(&s.run);
	scripted_end(&s);
}

/* No registers, or an error in them: what IDENTIFY says afterwards counts. */
static void ata_registers_are_not_believed(void **state)
{
	static uint8_t on[ATA_SECTOR], off[ATA_SECTOR];
	static const struct step silent[] = {
		IDENTIFY(on), KEEP("write-cache", "on"),
		{ .kind = STEP_ATA, .opcode = 0xEF, .features = 0x82,
		  .silent = true },
		IDENTIFY(off), END };
	static const struct step ignored[] = {
		IDENTIFY(on), KEEP("write-cache", "on"), WRITE_CACHE(0x82),
		IDENTIFY(on),
		/* Nothing is to be turned on then. */
		IDENTIFY(on), KEEP("write-cache", "restored"), END };
	struct scripted s;

	(void)state;
	identities(on, off);
	scripted_begin(&s, silent);
	assert_true(write_cache_off(&s.run));
	scripted_end(&s);
	scripted_begin(&s, ignored);
	assert_false(write_cache_off(&s.run));
	write_cache_restore(&s.run);
	scripted_end(&s);
}

static void what_is_off_stays_off(void **state)
{
	static uint8_t on[ATA_SECTOR], off[ATA_SECTOR], none[ATA_SECTOR];
	static const struct step was_off[] = { IDENTIFY(off), END };
	static const struct step absent[] = { IDENTIFY(none), END };
	struct scripted s;

	(void)state;
	identities(on, off);
	identify_data(&(struct identity){ 0 }, none);
	scripted_begin(&s, was_off);
	assert_true(write_cache_off(&s.run));
	write_cache_restore(&s.run);
	scripted_end(&s);
	scripted_begin(&s, absent);
	assert_true(write_cache_off(&s.run));
	write_cache_restore(&s.run);
	scripted_end(&s);
}

/* Without a note of it nobody would turn it on again. */
static void nothing_is_sent_without_a_journal(void **state)
{
	static uint8_t on[ATA_SECTOR], off[ATA_SECTOR];
	static const struct step full[] = {
		IDENTIFY(on),
		{ .kind = STEP_JOURNAL, .key = "write-cache", .value = "on",
		  .result = -ENOSPC }, END };
	static const struct step none[] = { IDENTIFY(on), END };
	struct scripted s;

	(void)state;
	identities(on, off);
	scripted_begin(&s, full);
	assert_false(write_cache_off(&s.run));
	scripted_end(&s);
	scripted_begin(&s, none);
	s.run.journal = NULL;
	assert_false(write_cache_off(&s.run));
	write_cache_restore(&s.run);
	scripted_end(&s);
}

/* A mode page with PS and with more than WCE in it. */
static const uint8_t page_on[] = { 0, 26, 0, 0x10, 0, 0, 0, 0,
	0x88, 18, 0x04 | 0x10, 3, 0xFF, 0xFF };
static const uint8_t page_off[] = { 0, 26, 0, 0x10, 0, 0, 0, 0,
	0x88, 18, 0x10, 3, 0xFF, 0xFF };
static uint8_t mode_on[28], mode_off[28];

static void selects(const uint8_t *data, size_t length, uint8_t flags)
{
	static const uint8_t nothing[8];

	assert_int_equal(length, 28);
	assert_memory_equal(data, nothing, 8);
	assert_int_equal(data[8], 0x08);
	assert_int_equal(data[9], 18);
	assert_int_equal(data[10], flags);
	assert_int_equal(data[11], 3);
	assert_int_equal(data[12], 0xFF);
}

static void selects_off(const uint8_t *data, size_t length)
{
	selects(data, length, 0x10);
}

static void selects_on(const uint8_t *data, size_t length)
{
	selects(data, length, 0x14);
}

#define NO_ATA { .kind = STEP_ATA, .opcode = 0xEC, .result = -EOPNOTSUPP }
#define MODE_SENSE(bytes) { .kind = STEP_SCSI, .opcode = 0x5A, \
			    .data = bytes, .length = sizeof(bytes) }

static void scsi_off_and_on(void **state)
{
	static const struct step steps[] = {
		NO_ATA, MODE_SENSE(mode_on), KEEP("write-cache", "on"),
		{ .kind = STEP_SCSI, .opcode = 0x55, .check = selects_off },
		NO_ATA, MODE_SENSE(mode_off),
		NO_ATA, MODE_SENSE(mode_off),
		{ .kind = STEP_SCSI, .opcode = 0x55, .check = selects_on },
		NO_ATA, MODE_SENSE(mode_on),
		KEEP("write-cache", "restored"), END };
	struct scripted s;

	(void)state;
	memcpy(mode_on, page_on, sizeof(page_on));
	memcpy(mode_off, page_off, sizeof(page_off));
	scripted_begin(&s, steps);
	s.drive.bus = HAIKI_BUS_SCSI;
	assert_true(write_cache_off(&s.run));
	write_cache_restore(&s.run);
	scripted_end(&s);
}

static void scsi_refusals_change_nothing(void **state)
{
	static const struct step no_page[] = {
		NO_ATA,
		{ .kind = STEP_SCSI, .opcode = 0x5A, .status = 0x02,
		  .key_code = 5, .asc = 0x2400 }, END };
	static const struct step no_select[] = {
		NO_ATA, MODE_SENSE(mode_on), KEEP("write-cache", "on"),
		{ .kind = STEP_SCSI, .opcode = 0x55, .status = 0x02,
		  .key_code = 5, .asc = 0x2600 },
		NO_ATA, MODE_SENSE(mode_on), END };
	struct scripted s;

	(void)state;
	memcpy(mode_on, page_on, sizeof(page_on));
	scripted_begin(&s, no_page);
	s.drive.bus = HAIKI_BUS_USB;
	assert_false(write_cache_off(&s.run));
	write_cache_restore(&s.run);
	scripted_end(&s);
	scripted_begin(&s, no_select);
	s.drive.bus = HAIKI_BUS_SCSI;
	assert_false(write_cache_off(&s.run));
	scripted_end(&s);
}

#define CONTROLLER(bytes) { .kind = STEP_NVME, .opcode = 0x06, \
			    .cdw10 = 1, .data = bytes, \
			    .length = NVM_IDENTIFY_SIZE }
#define GET(value) { .kind = STEP_NVME, .opcode = 0x0A, .cdw10 = 6, \
		     .dword0 = value }
#define SET { .kind = STEP_NVME, .opcode = 0x09, .cdw10 = 6 }

static void nvme_off_and_on(void **state)
{
	static uint8_t cached[NVM_IDENTIFY_SIZE], plain[NVM_IDENTIFY_SIZE];
	static const struct step steps[] = {
		CONTROLLER(cached), GET(1), KEEP("write-cache", "on"), SET,
		CONTROLLER(cached), GET(0),
		CONTROLLER(cached), GET(0), SET, CONTROLLER(cached), GET(1),
		KEEP("write-cache", "restored"), END };
	static const struct step none[] = { CONTROLLER(plain), END };
	struct scripted s;

	(void)state;
	memcpy(plain + 4, "SERIAL", 6);
	memcpy(cached, plain, sizeof(cached));
	cached[525] = 0x07;
	plain[525] = 0x06;
	scripted_begin(&s, steps);
	s.drive.bus = HAIKI_BUS_NVME;
	assert_true(write_cache_off(&s.run));
	write_cache_restore(&s.run);
	scripted_end(&s);
	scripted_begin(&s, none);
	s.drive.bus = HAIKI_BUS_NVME;
	assert_true(write_cache_off(&s.run));
	scripted_end(&s);
}

#define EXTCSD(bytes) { .kind = STEP_MMC, .opcode = 8, .data = bytes, \
			.length = 512 }
#define CACHE_CTRL(arg) { .kind = STEP_MMC, .opcode = 6, .cdw10 = arg }

static void emmc_off_and_on(void **state)
{
	static uint8_t on[512], off[512], without[512];
	static const struct step steps[] = {
		EXTCSD(on), KEEP("write-cache", "on"), CACHE_CTRL(0x03210001),
		EXTCSD(off), EXTCSD(off), CACHE_CTRL(0x03210101), EXTCSD(on),
		KEEP("write-cache", "restored"), END };
	static const struct step none[] = { EXTCSD(without), END };
	struct scripted s;

	(void)state;
	without[192] = 8;
	without[194] = 2;
	memcpy(off, without, sizeof(off));
	off[250] = 1;
	memcpy(on, off, sizeof(on));
	on[33] = 1;
	scripted_begin(&s, steps);
	s.drive.bus = HAIKI_BUS_MMC;
	assert_true(write_cache_off(&s.run));
	write_cache_restore(&s.run);
	scripted_end(&s);
	scripted_begin(&s, none);
	s.drive.bus = HAIKI_BUS_MMC;
	assert_true(write_cache_off(&s.run));
	scripted_end(&s);
}

static void cards_are_sent_nothing(void **state)
{
	static const struct step steps[] = { END };
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	s.drive.bus = HAIKI_BUS_MMC;
	s.drive.sd_card = true;
	assert_false(write_cache_off(&s.run));
	s.drive.bus = HAIKI_BUS_VIRTIO;
	assert_false(write_cache_off(&s.run));
	scripted_end(&s);
}

/* --- a drive whose cache lies -------------------------------------------------*/

static const char *const liars[] = {
	"\"kind\":\"ata-hdd\",\"size_mib\":1",
	"\"kind\":\"ata-hdd\",\"size_mib\":1,\"bridge\":\"sat12\"",
	"\"kind\":\"sas-hdd\",\"size_mib\":1",
	"\"kind\":\"nvme\",\"size_mib\":1",
	"\"kind\":\"emmc\",\"size_mib\":1",
};

static struct schedule zero;

static int load_schedule(void **state)
{
	(void)state;
	return schedule_parse("zero", &zero, NULL);
}

/* True if the cache that write_cache_off() would find is on. */
static bool is_on(struct bench *b)
{
	struct method_journal none = { 0 };
	const struct method_journal *kept = b->run.journal;
	bool off;

	b->run.journal = &none;   /* it can look, but not turn it off */
	off = write_cache_off(&b->run);
	b->run.journal = kept;
	return !off;
}

static void a_lying_cache_is_overwritten(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(liars); i++) {
		struct haiki_error err = { 0 };
		struct method_progress p;
		struct bench b;
		char json[256];

		snprintf(json, sizeof(json),
			 "%s,\"faults\":{\"drops_cache\":true}", liars[i]);
		bench_begin(&b, json);
		b.options.schedule = &zero;
		assert_true(is_on(&b));
		assert_int_equal(bench_erase(&b, &method_overwrite, &p, &err), 0);
		assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
		assert_false(is_on(&b));
		method_overwrite.finish(&b.run);
		assert_true(is_on(&b));
		bench_power_cycle(&b);
		assert_int_equal(bench_markers(&b, HAIKI_ZONE_HOST), 0);
		bench_end(&b);
	}
}

/* The power comes back with the cache on: the next process turns it off anew,
 * and on at its end. */
static void a_resumed_overwrite_turns_it_off_again(void **state)
{
	struct haiki_error err = { 0 };
	struct method_progress p;
	struct bench b;

	(void)state;
	bench_begin(&b, "\"kind\":\"ata-hdd\",\"size_mib\":1,"
			"\"faults\":{\"drops_cache\":true}");
	b.options.schedule = &zero;
	assert_int_equal(method_overwrite.start(&b.run, &err), 0);
	assert_false(is_on(&b));
	model_power_cycle(b.model);
	assert_true(is_on(&b));
	method_overwrite.finish(&b.run);
	bench_power_cycle(&b);
	b.options.schedule = &zero;
	assert_int_equal(bench_erase(&b, &method_overwrite, &p, &err), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_false(is_on(&b));
	method_overwrite.finish(&b.run);
	assert_true(is_on(&b));
	bench_power_cycle(&b);
	assert_int_equal(bench_markers(&b, HAIKI_ZONE_HOST), 0);
	bench_end(&b);
}

/* Killed while the drive kept its power: the cache is found off, and the
 * journal alone knows that it was on. */
static void the_journal_knows_that_it_was_on(void **state)
{
	struct haiki_error err = { 0 };
	struct bench b;
	void *killed, *again;

	(void)state;
	bench_begin(&b, "\"kind\":\"sas-hdd\",\"size_mib\":1");
	b.options.schedule = &zero;
	assert_int_equal(method_overwrite.start(&b.run, &err), 0);
	killed = TAKE(b.run.state);
	assert_int_equal(method_overwrite.start(&b.run, &err), 0);
	assert_false(is_on(&b));
	method_overwrite.finish(&b.run);
	assert_true(is_on(&b));

	assert_int_equal(method_overwrite.start(&b.run, &err), 0);
	again = TAKE(b.run.state);
	assert_false(is_on(&b));
	assert_int_equal(method_overwrite.recover(&b.run, &err), 0);
	assert_true(is_on(&b));
	b.run.state = again;
	method_overwrite.finish(&b.run);
	b.run.state = killed;
	method_overwrite.finish(&b.run);
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ata_off_and_on),
		cmocka_unit_test(ata_registers_are_not_believed),
		cmocka_unit_test(what_is_off_stays_off),
		cmocka_unit_test(nothing_is_sent_without_a_journal),
		cmocka_unit_test(scsi_off_and_on),
		cmocka_unit_test(scsi_refusals_change_nothing),
		cmocka_unit_test(nvme_off_and_on),
		cmocka_unit_test(emmc_off_and_on),
		cmocka_unit_test(cards_are_sent_nothing),
		cmocka_unit_test(a_lying_cache_is_overwritten),
		cmocka_unit_test(a_resumed_overwrite_turns_it_off_again),
		cmocka_unit_test(the_journal_knows_that_it_was_on),
	};

	return cmocka_run_group_tests(tests, load_schedule, NULL);
}
