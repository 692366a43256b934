/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_CERTIFICATE_FIXTURE_H
#define TESTS_CERTIFICATE_FIXTURE_H

#include <haiki/policy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificate/record.h"

/*
 * Plausible records, as the job makes them: what was found and done is set by
 * hand, claims and verdict are computed. A fixture must not be moved once
 * filled: the record points into it.
 */
enum fixture_story {
	FIXTURE_OVERWRITE = 0,    /* loop device, random then zero: オ */
	FIXTURE_BLOCK_ERASE,      /* SATA SSD, sanitize: イ */
	FIXTURE_FAILURE,          /* unwritable sectors, after a failed erase */
	FIXTURE_INTERRUPTED,      /* power failed, the drive never came back */
	FIXTURE_STORIES
};

struct fixture {
	struct haiki_policy *policy;
	struct schedule schedule;
	struct engine_state engine;
	struct pace pace;
	struct bad_range bad[2];
	struct proof_finding findings[2];
	struct record_attempt attempts[2];
	struct record_error errors[1];
	struct record record;
};

static inline struct haiki_value known(int64_t value)
{
	return (struct haiki_value){ .known = true, .value = value };
}

static inline struct haiki_value unknown(const char *reason)
{
	struct haiki_value v = { 0 };

	snprintf(v.reason, sizeof(v.reason), "%s", reason);
	return v;
}

static inline struct timespec fixture_time(long seconds)
{
	/* 2026-11-21T00:30:15Z */
	return (struct timespec){ .tv_sec = 1795221015 + seconds };
}

static inline void fixture_loop(struct haiki_drive *d)
{
	*d = (struct haiki_drive){
		.path = "/dev/loop7", .name = "loop7", .serial = "loop7",
		.serial_is_substitute = true, .serial_source = "kernel-name",
		.size_bytes = 64 << 20, .logical_block = 512,
		.physical_block = 512, .bus = HAIKI_BUS_OTHER,
		.kind = HAIKI_KIND_UNKNOWN, .driver = "loop",
		.contents = "ext4 \"秘密\"",
	};
	d->hidden.hpa_sectors = unknown("not an ATA device");
	d->hidden.dco_sectors = unknown("not an ATA device");
	d->hidden.amac_sectors = unknown("not an ATA device");
}

static inline void fixture_ssd(struct haiki_drive *d)
{
	*d = (struct haiki_drive){
		.path = "/dev/sdb", .name = "sdb", .serial = "S4EVNX0M123456",
		.serial_source = "identify-device",
		.wwn = "5002538e12345678", .model = "Samsung SSD 860 PRO",
		.firmware = "RVM02B6Q", .size_bytes = 256060514304,
		.logical_block = 512, .physical_block = 4096,
		.bus = HAIKI_BUS_ATA, .kind = HAIKI_KIND_SSD, .driver = "ahci",
		.encrypts_all = HAIKI_YES,
	};
	d->hidden.hpa_sectors = known(0);
	d->hidden.dco_sectors = known(0);
	d->hidden.amac_sectors = known(0);
	d->security.supported = HAIKI_YES;
	d->security.frozen = d->security.enabled = HAIKI_NO;
	d->security.locked = HAIKI_NO;
	d->health.power_on_hours = known(12345);
	d->health.reallocated = known(0);
	d->health.temperature = known(31);
}

static inline void fixture_verified(struct haiki_verification *v,
				    const struct haiki_drive *d,
				    enum haiki_expectation expectation)
{
	*v = (struct haiki_verification){
		.plan = HAIKI_PLAN_FULL, .expectation = expectation,
		.completed = true, .ends_read = true,
		.block_bytes = d->logical_block,
		.population = d->size_bytes / d->logical_block,
		.samples = d->size_bytes / d->logical_block,
		.markers_tried = 66, .markers_planted = 64,
	};
	for (size_t i = 0; i < sizeof(v->seed); i++)
		v->seed[i] = (uint8_t)(i * 7 + 1);
}

static inline void fixture_overwrite(struct fixture *f)
{
	struct record_attempt *a = &f->attempts[0];

	fixture_loop(&f->record.before);
	schedule_parse("random,zero", &f->schedule, NULL);
	memset(f->engine.key, 0x5a, sizeof(f->engine.key));
	a->evidence.method = HAIKI_OVERWRITE;
	a->evidence.outcome = HAIKI_OUTCOME_SUCCEEDED;
	a->evidence.passes_planned = a->evidence.passes_completed = 2;
	a->evidence.flushed = true;
	a->schedule = &f->schedule;
	a->engine = &f->engine;
	fixture_verified(&a->evidence.verification, &f->record.before,
			 HAIKI_EXPECT_PATTERN);
	f->record.attempts_count = 1;
}

static inline void fixture_block_erase(struct fixture *f)
{
	struct record_attempt *a = &f->attempts[0];

	fixture_ssd(&f->record.before);
	a->evidence.method = HAIKI_ATA_SANITIZE_BLOCK;
	a->evidence.outcome = HAIKI_OUTCOME_SUCCEEDED;
	a->evidence.all_namespaces = HAIKI_UNKNOWN;
	snprintf(a->detail, sizeof(a->detail), "completed without error");
	snprintf(a->status_before, sizeof(a->status_before), "0000000000ffff50");
	snprintf(a->status_after, sizeof(a->status_after), "8000000000ffff50");
	fixture_verified(&a->evidence.verification, &f->record.before,
			 HAIKI_EXPECT_UNIFORM);
	f->record.attempts_count = 1;
}

static inline void fixture_failure(struct fixture *f)
{
	struct record_attempt *a = &f->attempts[1];

	fixture_block_erase(f);
	f->attempts[0].evidence.outcome = HAIKI_OUTCOME_FAILED;
	memset(&f->attempts[0].evidence.verification, 0,
	       sizeof(f->attempts[0].evidence.verification));
	schedule_parse("zero", &f->schedule, NULL);
	f->bad[0] = (struct bad_range){ 1000, 8, 1, -5 };
	f->bad[1] = (struct bad_range){ 500118191, 1, 1, -5 };
	f->findings[0] = (struct proof_finding){
		1000 * 512, 8 * 512, FINDING_UNREADABLE };
	f->findings[1] = (struct proof_finding){
		2000 * 512, 512, FINDING_MISMATCH };
	*a = (struct record_attempt){
		.schedule = &f->schedule, .bad_ranges = f->bad,
		.bad_ranges_count = 2, .findings = f->findings,
		.findings_count = 2, .engine = &f->engine, .pace = &f->pace,
	};
	f->pace.total = f->record.before.size_bytes;
	for (uint32_t i = 0; i < PACE_PARTS; i++)
		f->pace.ms[i] = i == 40 ? 0 : i == 20 ? 9000 : 1000 + 10 * i;
	a->evidence.method = HAIKI_OVERWRITE;
	a->evidence.outcome = HAIKI_OUTCOME_FAILED;
	a->evidence.passes_planned = a->evidence.passes_completed = 1;
	a->evidence.write_errors = 9;
	fixture_verified(&a->evidence.verification, &f->record.before,
			 HAIKI_EXPECT_PATTERN);
	a->evidence.verification.mismatches = 1;
	a->evidence.verification.read_errors = 8;
	f->errors[0].at = fixture_time(30);
	f->errors[0].error = (struct haiki_error){
		.domain = HAIKI_DOMAIN_ATA, .code = -5,
		.raw = { 0x04, 0x51, 0, 0, 0, 0, 0, 0, 0, 0 },
		.raw_length = 10, .text = "SANITIZE DEVICE was aborted",
	};
	f->record.errors = f->errors;
	f->record.errors_count = 1;
	f->record.attempts_count = 2;
}

static inline void fixture_interrupted(struct fixture *f)
{
	fixture_overwrite(f);
	f->attempts[0].evidence.outcome = HAIKI_OUTCOME_INTERRUPTED;
	f->attempts[0].evidence.passes_completed = 1;
	f->attempts[0].evidence.flushed = false;
	memset(&f->attempts[0].evidence.verification, 0,
	       sizeof(f->attempts[0].evidence.verification));
	f->record.interrupted_at[0] = fixture_time(100);
	f->record.interruptions = 1;
}

static inline void fixture_evidence(struct fixture *f)
{
	struct record *r = &f->record;
	struct haiki_evidence *e = &r->evidence;

	e->kind = r->before.kind;
	e->bus = r->before.bus;
	e->hidden = r->before.hidden;
	e->reallocated = r->before.health.reallocated;
	e->pending = r->before.health.pending;
	e->attempt = r->attempts[r->attempts_count - 1].evidence;
	haiki_claims_compute(e, &r->claims);
}

static inline void fixture_persons(struct record *r)
{
	r->operator_name = "山田 太郎";
	r->purpose = "lease-return";
	r->asset = "R7-0123";
	r->department = "総務部 情報政策課";
	r->location = "本庁舎3階";
	r->organisation = "福岡県";
	r->operator_role = "operator";
	r->operator_certificate_name = "山田 太郎";
	r->operator_fingerprint =
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	r->transcript_sha256 =
		"ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";
	snprintf(r->ledger.stick_id, sizeof(r->ledger.stick_id), "%s",
		 "0123456789abcdef0123456789abcdef");
	memset(r->ledger.hash, '0', 64);
}

/* Judges what the record holds now. */
static inline void fixture_judge(struct fixture *f)
{
	struct record *r = &f->record;

	r->situation.medium = HAIKI_MEDIUM_FIXED;
	r->situation.purpose = r->purpose;
	r->situation.approved = r->approved_by != NULL;
	r->situation.witness_named = r->witness != NULL;
	r->situation.contractor = r->contractor != NULL;
	fixture_evidence(f);
	haiki_policy_evaluate(r->policy, r->cls, &r->situation, &r->claims,
			      &r->verdict);
}

static inline void fixture_fill(struct fixture *f, enum fixture_story story,
				const char *class_id)
{
	static void (*const tell[FIXTURE_STORIES])(struct fixture *) = {
		fixture_overwrite, fixture_block_erase, fixture_failure,
		fixture_interrupted,
	};
	struct record *r = &f->record;

	memset(f, 0, sizeof(*f));
	r->attempts = f->attempts;
	if (haiki_policy_load("fukuoka", &f->policy, NULL) < 0 ||
	    haiki_policy_find_class(f->policy, class_id, &r->cls, NULL) < 0)
		abort();
	r->policy = f->policy;
	tell[story](f);
	f->attempts[0].started_at = f->attempts[1].started_at = fixture_time(1);
	f->attempts[0].finished_at = fixture_time(40);
	f->attempts[1].finished_at = fixture_time(90);
	r->started_at = fixture_time(0);
	r->finished_at = fixture_time(120);
	if (story != FIXTURE_INTERRUPTED)
		r->after = r->before;
	fixture_persons(r);
	fixture_judge(f);
	if (story == FIXTURE_INTERRUPTED)
		r->verdict.result = HAIKI_INTERRUPTED;
}

/* Lets it all have happened at another time. */
static inline void fixture_move(struct fixture *f, long start)
{
	struct record *r = &f->record;
	time_t by = start - r->started_at.tv_sec;

	r->started_at.tv_sec += by;
	r->finished_at.tv_sec += by;
	for (size_t i = 0; i < r->attempts_count; i++) {
		f->attempts[i].started_at.tv_sec += by;
		f->attempts[i].finished_at.tv_sec += by;
	}
	for (size_t i = 0; i < r->errors_count; i++)
		f->errors[i].at.tv_sec += by;
	for (size_t i = 0; i < r->interruptions; i++)
		r->interrupted_at[i].tv_sec += by;
}

static inline void fixture_free(struct fixture *f)
{
	haiki_policy_free(f->policy);
}

#endif
