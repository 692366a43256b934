/* SPDX-License-Identifier: Apache-2.0 */
/* Every method against the modelled drives: what it leaves on the medium, and
 * what it says of drives with faults. */
#include "method/pairs.h"
#include "method/password.h"
#include "overwrite/engine.h"

static void leaves_nothing_where_it_reaches(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		const struct method *m = method_find(pairs[i].method);
		struct haiki_method_support support;
		struct haiki_error err = { 0 };
		struct method_progress p;
		struct bench b;

		bench_begin(&b, pairs[i].json);
		prepare_options(&b);
		b.run.attempt.method = pairs[i].method;
		m->probe(&b.run, &support);
		if (support.support != HAIKI_SUPPORTED)
			fail_msg("%s: %s", haiki_method_name(m->id),
				 support.reason);
		assert_true(bench_markers(&b, HAIKI_ZONE_HOST) > 0);
		if (bench_erase(&b, m, &p, &err) < 0)
			fail_msg("%s: %s", haiki_method_name(m->id), err.text);
		if (p.outcome != HAIKI_OUTCOME_SUCCEEDED)
			fail_msg("%s: %s", haiki_method_name(m->id), p.detail);
		assert_false(b.run.attempt.adopted);
		assert_int_equal(b.run.attempt.passes_completed,
				 b.run.attempt.passes_planned);
		check_clean(&b, pairs[i].zones);
		assert_int_not_equal(m->expectation(&b.run),
				     HAIKI_EXPECT_NONE);
		m->finish(&b.run);
		assert_int_equal(m->recover(&b.run, &err), 0);
		bench_end(&b);
	}
}

/* --- faults ------------------------------------------------------------- */

#define FAULT(json) ",\"faults\":{" json "}"

static const struct fault {
	const char *json;
	enum haiki_method method;
	int code;                 /* of start or poll; 0 = an outcome */
	enum haiki_outcome outcome;
	bool adopted;
} faults[] = {
	/* Drives that say nothing useful: never a success. */
	{ NVME FAULT("\"sanitize_log\":\"zero\""), HAIKI_NVME_SANITIZE_BLOCK,
	  0, HAIKI_OUTCOME_UNKNOWN, false },
	{ NVME FAULT("\"sanitize_log\":\"ffff\""), HAIKI_NVME_SANITIZE_BLOCK,
	  0, HAIKI_OUTCOME_UNKNOWN, false },
	{ NVME FAULT("\"sanitize_log\":\"stale\""), HAIKI_NVME_SANITIZE_BLOCK,
	  0, HAIKI_OUTCOME_UNKNOWN, false },
	{ SSD FAULT("\"zero_registers\":true,\"error_but_runs\":true"),
	  HAIKI_ATA_SANITIZE_BLOCK, -EIO, 0, false },
	{ SSD FAULT("\"no_registers\":true"), HAIKI_ATA_SANITIZE_BLOCK, -EIO,
	  0, false },
	{ SSD FAULT("\"fixed_sense\":true"), HAIKI_ATA_SANITIZE_BLOCK, -EIO,
	  0, false },
	{ HDD FAULT("\"keeps_password\":true"), HAIKI_ATA_SECURITY_ERASE, 0,
	  HAIKI_OUTCOME_UNKNOWN, false },
	{ HDD FAULT("\"no_registers\":true"), HAIKI_ATA_SECURITY_ERASE, 0,
	  HAIKI_OUTCOME_UNKNOWN, false },
	/* An error on the way, and the drive does it all the same. */
	{ SSD FAULT("\"error_but_runs\":true"), HAIKI_ATA_SANITIZE_BLOCK, 0,
	  HAIKI_OUTCOME_SUCCEEDED, false },
	{ SAS FAULT("\"error_but_runs\":true"), HAIKI_SCSI_SANITIZE_BLOCK, 0,
	  HAIKI_OUTCOME_SUCCEEDED, false },
	{ NVME FAULT("\"error_but_runs\":true"), HAIKI_NVME_SANITIZE_BLOCK, 0,
	  HAIKI_OUTCOME_SUCCEEDED, false },
	/* Failures half-way. */
	{ SSD FAULT("\"fails_at\":500"), HAIKI_ATA_SANITIZE_BLOCK, 0,
	  HAIKI_OUTCOME_FAILED, false },
	{ SAS FAULT("\"fails_at\":500"), HAIKI_SCSI_SANITIZE_BLOCK, 0,
	  HAIKI_OUTCOME_FAILED, false },
	{ NVME FAULT("\"fails_at\":500"), HAIKI_NVME_SANITIZE_CRYPTO, 0,
	  HAIKI_OUTCOME_FAILED, false },
	{ NVME FAULT("\"fails_at\":500"), HAIKI_NVME_FORMAT_USER, 0,
	  HAIKI_OUTCOME_FAILED, false },
	{ HDD FAULT("\"fails_at\":500"), HAIKI_ATA_SECURITY_ERASE, 0,
	  HAIKI_OUTCOME_FAILED, false },
	/* Progress that stands still. */
	{ SSD FAULT("\"stuck_at\":10"), HAIKI_ATA_SANITIZE_BLOCK, 0,
	  HAIKI_OUTCOME_STALLED, false },
	{ SAS FAULT("\"stuck_at\":10"), HAIKI_SCSI_SANITIZE_BLOCK, 0,
	  HAIKI_OUTCOME_STALLED, false },
	{ NVME FAULT("\"stuck_at\":10"), HAIKI_NVME_SANITIZE_BLOCK, 0,
	  HAIKI_OUTCOME_STALLED, false },
	/* Found running: waited for, not ours. */
	{ SSD FAULT("\"sanitize_running\":true"), HAIKI_ATA_SANITIZE_BLOCK, 0,
	  HAIKI_OUTCOME_SUCCEEDED, true },
	{ SAS FAULT("\"sanitize_running\":true"), HAIKI_SCSI_SANITIZE_BLOCK, 0,
	  HAIKI_OUTCOME_SUCCEEDED, true },
	{ NVME FAULT("\"sanitize_running\":true"), HAIKI_NVME_SANITIZE_CRYPTO,
	  0, HAIKI_OUTCOME_SUCCEEDED, true },
	/* Found failed: left, and begun anew. */
	{ SSD FAULT("\"sanitize_failed\":true"), HAIKI_ATA_SANITIZE_BLOCK, 0,
	  HAIKI_OUTCOME_SUCCEEDED, false },
	{ SAS FAULT("\"sanitize_failed\":true"), HAIKI_SCSI_SANITIZE_BLOCK, 0,
	  HAIKI_OUTCOME_SUCCEEDED, false },
	{ NVME FAULT("\"sanitize_failed\":true"), HAIKI_NVME_SANITIZE_CRYPTO,
	  0, HAIKI_OUTCOME_SUCCEEDED, false },
	/* ... also where that can't be left but by another. */
	{ SSD FAULT("\"sanitize_failed\":true,\"sanitize_restricted\":true"),
	  HAIKI_ATA_SANITIZE_BLOCK, 0, HAIKI_OUTCOME_SUCCEEDED, false },
	{ SAS FAULT("\"sanitize_failed\":true,\"sanitize_restricted\":true"),
	  HAIKI_SCSI_SANITIZE_BLOCK, 0, HAIKI_OUTCOME_SUCCEEDED, false },
	{ NVME FAULT("\"sanitize_failed\":true,\"sanitize_restricted\":true"),
	  HAIKI_NVME_SANITIZE_CRYPTO, 0, HAIKI_OUTCOME_SUCCEEDED, false },
	/* Erased and verified, and then it doesn't end well. */
	{ VERIFY FAULT("\"deallocates\":\"fails\""),
	  HAIKI_NVME_SANITIZE_BLOCK, -EIO, 0, false },
	{ VERIFY FAULT("\"deallocates\":\"never\""),
	  HAIKI_NVME_SANITIZE_BLOCK, -EIO, 0, false },
	/* States in the way. */
	{ HDD FAULT("\"frozen\":true"), HAIKI_ATA_SECURITY_ERASE_ENHANCED,
	  -EPERM, 0, false },
	{ HDD ",\"password\":\"x\"", HAIKI_ATA_SECURITY_ERASE, -EACCES, 0,
	  false },
	{ HDD ",\"password\":\"x\"" FAULT("\"count_expired\":true"),
	  HAIKI_ATA_SECURITY_ERASE, -EACCES, 0, false },
	{ SSD FAULT("\"sanitize_frozen\":true"), HAIKI_ATA_SANITIZE_BLOCK,
	  -EPERM, 0, false },
	{ NVME FAULT("\"firmware_pending\":true"), HAIKI_NVME_SANITIZE_BLOCK,
	  -EPERM, 0, false },
	{ SSD ",\"bridge\":\"sat\"", HAIKI_ATA_SECURITY_ERASE, -EPERM, 0,
	  false },
	{ SSD ",\"password\":\"x\"", HAIKI_ATA_SANITIZE_BLOCK, 0,
	  HAIKI_OUTCOME_SUCCEEDED, false },
	{ NVME ",\"opal\":true,\"psid\":\"OTHER\"", HAIKI_OPAL_PSID_REVERT, 0,
	  HAIKI_OUTCOME_FAILED, false },
	{ SSD FAULT("\"bad_checksum\":true"), HAIKI_ATA_SANITIZE_BLOCK,
	  -EPROTO, 0, false },
};

static void tells_the_truth_of_faulty_drives(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		const struct method *m = method_find(faults[i].method);
		struct haiki_error err = { 0 };
		struct method_progress p;
		struct bench b;
		int r;

		bench_begin(&b, faults[i].json);
		prepare_options(&b);
		b.options.stall_ms = 100;
		r = bench_erase(&b, m, &p, &err);
		if (r != faults[i].code || (!r && p.outcome !=
					    faults[i].outcome))
			fail_msg("%s with %s: %d %s, %s (%s)",
				 haiki_method_name(m->id), faults[i].json, r,
				 err.text, haiki_outcome_name(p.outcome),
				 p.detail);
		if (r < 0)
			assert_true(err.text[0]);
		assert_int_equal(b.run.attempt.adopted, faults[i].adopted);
		m->finish(&b.run);
		bench_end(&b);
	}
}

/* After a failure the drive is usable again. */
static void leaves_no_drive_worse(void **state)
{
	static const struct {
		const char *json;
		enum haiki_method method;
	} cases[] = {
		{ SSD FAULT("\"fails_at\":500"), HAIKI_ATA_SANITIZE_BLOCK },
		{ SAS FAULT("\"fails_at\":500"), HAIKI_SCSI_SANITIZE_BLOCK },
		{ NVME FAULT("\"fails_at\":500"), HAIKI_NVME_SANITIZE_BLOCK },
		{ HDD FAULT("\"fails_at\":500"), HAIKI_ATA_SECURITY_ERASE },
		{ HDD FAULT("\"keeps_password\":true"),
		  HAIKI_ATA_SECURITY_ERASE_ENHANCED },
	};
	static uint8_t buf[4096] __attribute__((aligned(4096)));

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct method *m = method_find(cases[i].method);
		struct haiki_error err = { 0 };
		struct method_progress p;
		struct bench b;

		bench_begin(&b, cases[i].json);
		assert_int_equal(bench_erase(&b, m, &p, &err), 0);
		assert_int_not_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
		if (m->recover(&b.run, &err) < 0)
			fail_msg("%s: %s", haiki_method_name(m->id), err.text);
		assert_int_equal(transport_write(b.t, 0, buf, sizeof(buf),
						 &err), 0);
		if (b.drive.bus == HAIKI_BUS_ATA) {
			assert_int_equal(bench_security(&b)->enabled, HAIKI_NO);
			assert_int_equal(bench_security(&b)->locked, HAIKI_NO);
		}
		m->finish(&b.run);
		bench_end(&b);
	}
}

/* --- passwords ---------------------------------------------------------- */

/* Without the journal: the documented password is known by heart. */
static void unlocks_without_a_journal(void **state)
{
	const struct method *m = method_find(HAIKI_ATA_SECURITY_ERASE);
	struct haiki_error err = { 0 };
	struct bench b;

	(void)state;
	bench_begin(&b, HDD ",\"password\":\"" METHOD_ATA_PASSWORD "\"");
	assert_int_equal(b.drive.security.locked, HAIKI_YES);
	b.run.journal = NULL;
	if (m->recover(&b.run, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(bench_security(&b)->enabled, HAIKI_NO);
	bench_end(&b);
	/* Somebody else's stays, and costs one attempt of five. */
	bench_begin(&b, HDD ",\"password\":\"other\"");
	assert_int_equal(m->recover(&b.run, &err), -EACCES);
	assert_int_equal(bench_security(&b)->locked, HAIKI_YES);
	assert_int_equal(bench_security(&b)->count_expired, HAIKI_NO);
	b.options.unlock_password = "other";
	if (m->recover(&b.run, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(bench_security(&b)->enabled, HAIKI_NO);
	bench_end(&b);
}

static void erases_a_locked_drive_by_its_known_password(void **state)
{
	const struct method *m = method_find(HAIKI_ATA_SECURITY_ERASE);
	struct haiki_method_support support;
	struct haiki_error err = { 0 };
	struct method_progress p;
	struct bench b;

	(void)state;
	bench_begin(&b, HDD ",\"password\":\"sesame\"");
	m->probe(&b.run, &support);
	assert_int_equal(support.support, HAIKI_SUPPORT_LOCKED);
	b.options.unlock_password = "sesame";
	m->probe(&b.run, &support);
	assert_int_equal(support.support, HAIKI_SUPPORTED);
	if (bench_erase(&b, m, &p, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_int_equal(bench_markers(&b, HAIKI_ZONE_HOST), 0);
	assert_int_equal(bench_security(&b)->enabled, HAIKI_NO);
	m->finish(&b.run);
	bench_end(&b);
}

/* --- overwrite ----------------------------------------------------------- */

static void goes_on_where_the_overwrite_stopped(void **state)
{
	const struct method *m = method_find(HAIKI_OVERWRITE);
	struct schedule random;
	struct haiki_error err = { 0 };
	uint8_t want[4096], got[4096] __attribute__((aligned(4096)));
	struct method_progress p;
	struct bench b;

	(void)state;
	assert_int_equal(schedule_parse("random", &random, NULL), 0);
	bench_begin(&b, "\"kind\":\"ata-hdd\",\"size_mib\":4,"
		    "\"faults\":{\"power_cut_at_write\":3}");
	b.options.schedule = &random;
	assert_int_equal(bench_erase(&b, m, &p, &err), -ENODEV);
	m->finish(&b.run);
	bench_power_cycle(&b);
	b.options.schedule = &random;
	b.run.attempt.method = HAIKI_OVERWRITE;
	if (bench_erase(&b, m, &p, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_true(b.run.attempt.flushed);
	assert_int_equal(b.run.attempt.passes_completed, 1);
	assert_int_equal(bench_markers(&b, HAIKI_ZONE_HOST), 0);
	/* One stream from end to end, also across the cut. */
	for (uint64_t at = 0; at < b.drive.size_bytes; at += sizeof(got)) {
		assert_int_equal(m->expected(&b.run, at, want, sizeof(want)),
				 0);
		assert_int_equal(transport_read(b.t, at, got, sizeof(got),
						&err), 0);
		assert_memory_equal(got, want, sizeof(got));
	}
	m->finish(&b.run);
	/* Once more: the journal says there's nothing left to write. */
	if (bench_erase(&b, m, &p, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_int_equal(m->expected(&b.run, 0, want, sizeof(want)), 0);
	assert_int_equal(transport_read(b.t, 0, got, sizeof(got), &err), 0);
	assert_memory_equal(got, want, sizeof(got));
	m->finish(&b.run);
	bench_end(&b);
}

static void tells_what_an_overwrite_could_not_write(void **state)
{
	const struct method *m = method_find(HAIKI_OVERWRITE);
	struct haiki_error err = { 0 };
	struct method_progress p;
	struct bench b;

	(void)state;
	bench_begin(&b, "\"kind\":\"ata-hdd\",\"size_mib\":2,"
		    "\"faults\":{\"unwritable\":[[100,2],[4095,1]]}");
	b.options.schedule = &zero;
	if (bench_erase(&b, m, &p, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_FAILED);
	assert_int_equal(b.run.attempt.write_errors, 3);
	assert_int_equal(bench_markers(&b, HAIKI_ZONE_HOST), 3);
	m->finish(&b.run);
	bench_end(&b);
}

/* Once, for the record and for whoever waits; from then on it has failed. */
static void says_why_an_overwrite_was_given_up(void **state)
{
	const struct method *m = method_find(HAIKI_OVERWRITE);
	struct haiki_error err = { 0 };
	struct method_progress p;
	struct bench b;

	(void)state;
	bench_begin(&b, "\"kind\":\"ata-hdd\",\"size_mib\":2,"
		    "\"faults\":{\"unwritable\":[[0,4096]]}");
	b.options.schedule = &zero;
	assert_true(bench_erase(&b, m, &p, &err) < 0);
	assert_non_null(strstr(err.text, "could be written"));
	assert_int_equal(m->poll(&b.run, &p, &err), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_FAILED);
	assert_string_equal(p.detail, err.text);
	m->finish(&b.run);
	bench_end(&b);
}

/* Every block of a full zone would fail by itself, for days; and what stands
 * beside the blocks stays. */
static void overwrites_only_what_it_reaches(void **state)
{
	const struct method *m = method_find(HAIKI_OVERWRITE);
	struct haiki_method_support support;
	struct haiki_error err = { 0 };
	struct method_progress p;
	struct bench b;
	uint64_t before;

	(void)state;
	bench_begin(&b, "\"kind\":\"ata-hdd\",\"size_mib\":2");
	b.options.schedule = &zero;
	b.drive.host_managed = true;
	before = bench_markers(&b, HAIKI_ZONE_HOST);
	m->probe(&b.run, &support);
	assert_int_equal(support.support, HAIKI_SUPPORT_UNSUPPORTED);
	assert_int_equal(bench_erase(&b, m, &p, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "destroy it"));
	assert_int_equal(bench_markers(&b, HAIKI_ZONE_HOST), before);
	m->finish(&b.run);
	b.drive.host_managed = false;
	b.drive.metadata = 64;
	m->probe(&b.run, &support);
	assert_int_equal(support.support, HAIKI_SUPPORT_UNSUPPORTED);
	assert_int_equal(bench_erase(&b, m, &p, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "64 bytes"));
	assert_int_equal(bench_markers(&b, HAIKI_ZONE_HOST), before);
	m->finish(&b.run);
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_nothing_where_it_reaches),
		cmocka_unit_test(tells_the_truth_of_faulty_drives),
		cmocka_unit_test(leaves_no_drive_worse),
		cmocka_unit_test(unlocks_without_a_journal),
		cmocka_unit_test(erases_a_locked_drive_by_its_known_password),
		cmocka_unit_test(goes_on_where_the_overwrite_stopped),
		cmocka_unit_test(tells_what_an_overwrite_could_not_write),
		cmocka_unit_test(says_why_an_overwrite_was_given_up),
		cmocka_unit_test(overwrites_only_what_it_reaches),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
