/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <haiki/evidence.h>

#include "base/cleanup.h"

static const struct haiki_value zero = { .known = true };

/* An HDD on SATA, nothing hidden, overwritten and proven by samples. */
static struct haiki_evidence clean_overwrite(void)
{
	return (struct haiki_evidence) {
		.kind = HAIKI_KIND_HDD,
		.bus = HAIKI_BUS_ATA,
		.hidden = { zero, zero, zero },
		.reallocated = zero,
		.pending = zero,
		.attempt = {
			.method = HAIKI_OVERWRITE,
			.outcome = HAIKI_OUTCOME_SUCCEEDED,
			.passes_planned = 1,
			.passes_completed = 1,
			.flushed = true,
			.verification = {
				.plan = HAIKI_PLAN_STANDARD,
				.expectation = HAIKI_EXPECT_PATTERN,
				.completed = true,
				.ends_read = true,
				.block_bytes = 4096,
				.population = 100000,
				.samples = 10000,
				.markers_planted = 1000,
			},
		},
	};
}

static struct haiki_evidence clean(enum haiki_method method,
				   enum haiki_kind kind, enum haiki_bus bus)
{
	struct haiki_evidence e = clean_overwrite();

	e.kind = kind;
	e.bus = bus;
	e.attempt.method = method;
	if (method != HAIKI_OVERWRITE) {
		e.attempt.passes_planned = e.attempt.passes_completed = 0;
		e.attempt.flushed = false;
		e.attempt.verification.expectation = HAIKI_EXPECT_CHANGED;
	}
	return e;
}

static const struct haiki_claim *zone(const struct haiki_claims *claims,
				      enum haiki_zone z)
{
	assert_int_equal(claims->zone[z].zone, z);
	return &claims->zone[z];
}

static void is(const struct haiki_evidence *e, enum haiki_zone z,
	       enum haiki_zone_state state, enum haiki_basis basis,
	       const char *why)
{
	struct haiki_claims claims;
	const struct haiki_claim *c;

	haiki_claims_compute(e, &claims);
	c = zone(&claims, z);
	if (c->state != state || c->basis != basis || !strstr(c->why, why))
		fail_msg("%s: %s on %s (%s), expected %s on %s (%s)",
			 haiki_zone_name(z), haiki_zone_state_name(c->state),
			 haiki_basis_name(c->basis), c->why,
			 haiki_zone_state_name(state), haiki_basis_name(basis),
			 why);
	if (state != HAIKI_ZONE_COVERED &&
	    state != HAIKI_ZONE_REPORTED)
		assert_int_equal(c->treatment, HAIKI_TREATMENT_NONE);
}

static void a_clean_overwrite_of_an_hdd_leaves_nothing(void **state)
{
	struct haiki_evidence e = clean_overwrite();
	struct haiki_claims claims;

	(void)state;
	haiki_claims_compute(&e, &claims);
	assert_int_equal(claims.method, HAIKI_OVERWRITE);
	assert_int_equal(claims.kind, HAIKI_KIND_HDD);
	assert_int_equal(zone(&claims, HAIKI_ZONE_HOST)->treatment,
			 HAIKI_TREATMENT_OVERWRITE);
	is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_COVERED, HAIKI_BASIS_SAMPLED,
	   "10000 of 100000");
	is(&e, HAIKI_ZONE_HPA, HAIKI_ZONE_ABSENT, HAIKI_BASIS_MEASURED, "HPA");
	is(&e, HAIKI_ZONE_DCO, HAIKI_ZONE_ABSENT, HAIKI_BASIS_MEASURED, "DCO");
	is(&e, HAIKI_ZONE_AMAC, HAIKI_ZONE_ABSENT, HAIKI_BASIS_MEASURED,
	   "AMAC");
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_ABSENT, HAIKI_BASIS_MEASURED,
	   "no reallocated");
	is(&e, HAIKI_ZONE_SPARE, HAIKI_ZONE_ABSENT, HAIKI_BASIS_MEASURED,
	   "rotating");
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_ABSENT, HAIKI_BASIS_MEASURED,
	   "not an NVMe");
}

static void full_basis_needs_every_block(void **state)
{
	struct haiki_evidence e = clean_overwrite();

	(void)state;
	e.attempt.verification.plan = HAIKI_PLAN_FULL;
	is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_COVERED, HAIKI_BASIS_SAMPLED, "");
	e.attempt.verification.samples = e.attempt.verification.population;
	is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_COVERED, HAIKI_BASIS_FULL, "");
	e.attempt.verification.samples = 7;
	e.attempt.verification.population = 0;
	is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_COVERED, HAIKI_BASIS_SAMPLED, "");
}

/* Every block may be read, and yet one in each place is all that can be told
 * from what stood there before. */
static void all_read_is_not_all_compared(void **state)
{
	static const struct {
		enum haiki_expectation expectation;
		enum haiki_basis basis;
		const char *why;
	} cases[] = {
		{ HAIKI_EXPECT_PATTERN, HAIKI_BASIS_FULL,
		  "100000 of 100000 blocks were read back, all" },
		{ HAIKI_EXPECT_UNIFORM, HAIKI_BASIS_FULL,
		  "100000 of 100000 blocks were read back, all" },
		{ HAIKI_EXPECT_NOISE, HAIKI_BASIS_SAMPLED,
		  "one in each of 2000 places" },
		{ HAIKI_EXPECT_CHANGED, HAIKI_BASIS_SAMPLED,
		  "one in each of 2000 places" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct haiki_evidence e = clean(HAIKI_NVME_SANITIZE_BLOCK,
						HAIKI_KIND_SSD,
						HAIKI_BUS_NVME);
		struct haiki_verification *v = &e.attempt.verification;

		v->plan = HAIKI_PLAN_FULL;
		v->expectation = cases[i].expectation;
		v->samples = v->population;
		is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_COVERED, cases[i].basis,
		   cases[i].why);
		/* Without a plan that makes sense, no number is made up. */
		v->population = 1;
		v->samples = 1;
		is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_COVERED, cases[i].basis,
		   "1 of 1 blocks");
	}
}

/* Each spoils the clean overwrite in one way; the host's zone is lost. */
static void identity(struct haiki_evidence *e) { e->identity_changed = true; }
static void no_method(struct haiki_evidence *e)
{
	e->attempt.method = HAIKI_METHOD_NONE;
}
static void wild_method(struct haiki_evidence *e)
{
	e->attempt.method = (enum haiki_method)77;
}
static void wild_bus(struct haiki_evidence *e) { e->bus = (enum haiki_bus)40; }
static void unknown_end(struct haiki_evidence *e)
{
	e->attempt.outcome = HAIKI_OUTCOME_UNKNOWN;
}
static void running(struct haiki_evidence *e)
{
	e->attempt.outcome = HAIKI_OUTCOME_RUNNING;
}
static void failed(struct haiki_evidence *e)
{
	e->attempt.outcome = HAIKI_OUTCOME_FAILED;
}
static void interrupted(struct haiki_evidence *e)
{
	e->attempt.outcome = HAIKI_OUTCOME_INTERRUPTED;
}
static void stalled(struct haiki_evidence *e)
{
	e->attempt.outcome = HAIKI_OUTCOME_STALLED;
}
static void wild_outcome(struct haiki_evidence *e)
{
	e->attempt.outcome = (enum haiki_outcome)99;
}
static void adopted(struct haiki_evidence *e) { e->attempt.adopted = true; }
static void write_error(struct haiki_evidence *e)
{
	e->attempt.write_errors = 1;
}
static void pass_missing(struct haiki_evidence *e)
{
	e->attempt.passes_planned = 3;
	e->attempt.passes_completed = 2;
}
static void pass_too_many(struct haiki_evidence *e)
{
	e->attempt.passes_completed = 2;
}
static void no_pass(struct haiki_evidence *e)
{
	e->attempt.passes_planned = e->attempt.passes_completed = 0;
}
static void not_flushed(struct haiki_evidence *e)
{
	e->attempt.flushed = false;
}
static void no_plan(struct haiki_evidence *e)
{
	e->attempt.verification.plan = HAIKI_PLAN_NONE;
}
static void wild_plan(struct haiki_evidence *e)
{
	e->attempt.verification.plan = (enum haiki_plan)9;
}
static void no_sample(struct haiki_evidence *e)
{
	e->attempt.verification.samples = 0;
}
static void no_expectation(struct haiki_evidence *e)
{
	e->attempt.verification.expectation = HAIKI_EXPECT_NONE;
}
static void wrong_expectation(struct haiki_evidence *e)
{
	e->attempt.verification.expectation = HAIKI_EXPECT_CHANGED;
}
static void wild_expectation(struct haiki_evidence *e)
{
	e->attempt.verification.expectation = (enum haiki_expectation)12;
}
static void marker_left(struct haiki_evidence *e)
{
	e->attempt.verification.markers_left = 1;
}
static void mismatch(struct haiki_evidence *e)
{
	e->attempt.verification.mismatches = 1;
}
static void read_error(struct haiki_evidence *e)
{
	e->attempt.verification.read_errors = 1;
}
static void marker_unread(struct haiki_evidence *e)
{
	e->attempt.verification.markers_unread = 1;
}
static void incomplete(struct haiki_evidence *e)
{
	e->attempt.verification.completed = false;
}
static void ends_unread(struct haiki_evidence *e)
{
	e->attempt.verification.ends_read = false;
}

static const struct {
	void (*spoil)(struct haiki_evidence *e);
	const char *why;
	bool firmware_too;        /* also of a drive's own command */
} spoilers[] = {
	{ identity, "not the one", true },
	{ no_method, "nothing was done", true },
	{ wild_method, "nothing was done", true },
	{ wild_bus, "bus", true },
	{ unknown_end, "unknown", true },
	{ running, "running", true },
	{ failed, "failed", true },
	{ interrupted, "interrupted", true },
	{ stalled, "stalled", true },
	{ wild_outcome, "unknown", true },
	{ adopted, "already running", true },
	{ write_error, "1 sectors could not be written", true },
	{ pass_missing, "2 of 3 passes", true },
	{ pass_too_many, "2 of ", true },
	{ no_pass, "no pass", false },
	{ not_flushed, "cache", false },
	{ no_plan, "nothing was read back", true },
	{ wild_plan, "nothing was read back", true },
	{ no_sample, "nothing was read back", true },
	{ no_expectation, "not compared", true },
	{ wrong_expectation, "not compared", false },
	{ wild_expectation, "not compared", true },
	{ marker_left, "1 of 1000 markers", true },
	{ mismatch, "1 of 10000 blocks", true },
	{ read_error, "could not be read back", true },
	{ marker_unread, "could not be looked for", true },
	{ incomplete, "not completed", true },
	{ ends_unread, "first and the last", true },
};

static void loses(struct haiki_evidence e,
		  void (*spoil)(struct haiki_evidence *e), const char *why)
{
	struct haiki_claims claims;

	is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_COVERED, HAIKI_BASIS_SAMPLED, "");
	spoil(&e);
	is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_NOT_COVERED, HAIKI_BASIS_NONE, why);
	haiki_claims_compute(&e, &claims);
	assert_int_equal(claims.method, HAIKI_METHOD_NONE);
	for (unsigned z = 0; z < HAIKI_ZONE_COUNT; z++)
		assert_int_not_equal(claims.zone[z].state, HAIKI_ZONE_COVERED);
}

static void one_flaw_covers_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(spoilers); i++) {
		loses(clean_overwrite(), spoilers[i].spoil, spoilers[i].why);
		if (!spoilers[i].firmware_too)
			continue;
		loses(clean(HAIKI_ATA_SANITIZE_BLOCK, HAIKI_KIND_SSD,
			    HAIKI_BUS_ATA), spoilers[i].spoil,
		      spoilers[i].why);
		loses(clean(HAIKI_NVME_FORMAT_USER, HAIKI_KIND_SSD,
			    HAIKI_BUS_NVME), spoilers[i].spoil,
		      spoilers[i].why);
	}
}

static void a_changed_drive_proves_nothing_absent(void **state)
{
	struct haiki_evidence e = clean_overwrite();
	struct haiki_claims claims;

	(void)state;
	e.identity_changed = true;
	haiki_claims_compute(&e, &claims);
	for (unsigned z = 1; z < HAIKI_ZONE_COUNT; z++)
		assert_int_equal(claims.zone[z].state, HAIKI_ZONE_UNKNOWN);
}

/* A drive that did nothing shows noise too, if its data was encrypted, and
 * zeros, if it was blank: no command of its own is believed without markers,
 * whatever it is expected to leave; one that is gone is enough. */
static void no_marker_is_no_proof(void **state)
{
	(void)state;
	for (int m = 1; m < HAIKI_METHOD_COUNT; m++)
		for (int x = HAIKI_EXPECT_PATTERN; x <= HAIKI_EXPECT_CHANGED;
		     x++) {
			enum haiki_bus bus = m >= HAIKI_NVME_SANITIZE_BLOCK &&
				m <= HAIKI_NVME_FORMAT_USER ? HAIKI_BUS_NVME :
				m == HAIKI_MMC_SANITIZE ||
				m == HAIKI_MMC_ERASE ? HAIKI_BUS_MMC :
				HAIKI_BUS_ATA;
			struct haiki_evidence e = clean((enum haiki_method)m,
				HAIKI_KIND_SSD, bus);
			struct haiki_verification *v =
				&e.attempt.verification;

			if (m == HAIKI_OVERWRITE && x != HAIKI_EXPECT_PATTERN)
				continue;
			e.encryption_vouched = true;
			v->expectation = (enum haiki_expectation)x;
			v->markers_planted = 1;
			is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_COVERED,
			   HAIKI_BASIS_SAMPLED, "");
			v->markers_planted = 0;
			is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_NOT_COVERED,
			   HAIKI_BASIS_NONE, "no marker");
		}
}

/* One that drops what it is given and answers with zeros looks like one that
 * was overwritten with zeros. */
static void an_overwrite_needs_a_marker(void **state)
{
	struct haiki_evidence e = clean_overwrite();

	(void)state;
	e.attempt.verification.markers_planted = 0;
	is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_NOT_COVERED, HAIKI_BASIS_NONE,
	   "no marker");
}

static void crypto_erase_needs_someone_who_vouches(void **state)
{
	static const struct {
		enum haiki_method method;
		enum haiki_bus bus;
	} crypto[] = {
		{ HAIKI_ATA_SANITIZE_CRYPTO, HAIKI_BUS_ATA },
		{ HAIKI_SCSI_SANITIZE_CRYPTO, HAIKI_BUS_SCSI },
		{ HAIKI_NVME_SANITIZE_CRYPTO, HAIKI_BUS_NVME },
		{ HAIKI_NVME_FORMAT_CRYPTO, HAIKI_BUS_NVME },
		{ HAIKI_OPAL_PSID_REVERT, HAIKI_BUS_ATA },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(crypto); i++) {
		struct haiki_evidence e = clean(crypto[i].method,
						HAIKI_KIND_SSD, crypto[i].bus);

		is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_NOT_COVERED,
		   HAIKI_BASIS_NONE, "nobody vouches");
		is(&e, HAIKI_ZONE_SPARE, HAIKI_ZONE_NOT_COVERED,
		   HAIKI_BASIS_NONE, "");
		e.encryption_vouched = true;
		is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_COVERED,
		   HAIKI_BASIS_SAMPLED, "");
		is(&e, HAIKI_ZONE_SPARE, HAIKI_ZONE_REPORTED,
		   HAIKI_BASIS_DEVICE_STATUS, "");
	}
}

static void limits_are_never_reached_past(void **state)
{
	static const enum haiki_zone zones[] = {
		HAIKI_ZONE_HPA, HAIKI_ZONE_DCO, HAIKI_ZONE_AMAC,
	};

	(void)state;
	for (int m = 1; m < HAIKI_METHOD_COUNT; m++)
		for (size_t z = 0; z < ARRAY_SIZE(zones); z++) {
			struct haiki_evidence e = clean((enum haiki_method)m,
				HAIKI_KIND_HDD, HAIKI_BUS_ATA);
			struct haiki_value *v[] = {
				&e.hidden.hpa_sectors, &e.hidden.dco_sectors,
				&e.hidden.amac_sectors,
			};

			e.encryption_vouched = true;
			v[z]->value = 4096;
			is(&e, zones[z], HAIKI_ZONE_NOT_COVERED,
			   HAIKI_BASIS_NONE, "4096 sectors are hidden");
			v[z]->known = false;
			snprintf(v[z]->reason, sizeof(v[z]->reason),
				 "aborted");
			is(&e, zones[z], HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE,
			   "aborted");
			*v[z] = (struct haiki_value) { true, -1, "" };
			is(&e, zones[z], HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE,
			   "unknown");
		}
}

static void only_a_bus_that_proves_it_is_not_ata(void **state)
{
	static const struct {
		enum haiki_bus bus;
		enum haiki_zone_state state;
	} buses[] = {
		{ HAIKI_BUS_OTHER, HAIKI_ZONE_UNKNOWN },
		{ HAIKI_BUS_ATA, HAIKI_ZONE_UNKNOWN },
		{ HAIKI_BUS_SCSI, HAIKI_ZONE_ABSENT },
		{ HAIKI_BUS_NVME, HAIKI_ZONE_ABSENT },
		{ HAIKI_BUS_USB, HAIKI_ZONE_UNKNOWN },
		{ HAIKI_BUS_MMC, HAIKI_ZONE_ABSENT },
		{ HAIKI_BUS_VIRTIO, HAIKI_ZONE_UNKNOWN },
	};
	struct haiki_evidence e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(buses); i++) {
		e = clean(HAIKI_OVERWRITE, HAIKI_KIND_HDD, buses[i].bus);
		e.hidden.hpa_sectors.known = false;
		is(&e, HAIKI_ZONE_HPA, buses[i].state,
		   buses[i].state == HAIKI_ZONE_ABSENT ?
		   HAIKI_BASIS_MEASURED : HAIKI_BASIS_NONE, "HPA");
	}
	/* An ATA drive behind a SAS controller stays one. */
	e = clean(HAIKI_ATA_SANITIZE_BLOCK, HAIKI_KIND_SSD, HAIKI_BUS_SCSI);
	e.hidden.hpa_sectors.known = false;
	is(&e, HAIKI_ZONE_HPA, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE, "HPA");
	/* A SCSI drive whose capacity was reduced. */
	e = clean(HAIKI_OVERWRITE, HAIKI_KIND_HDD, HAIKI_BUS_SCSI);
	e.hidden.hpa_sectors.value = 8;
	is(&e, HAIKI_ZONE_HPA, HAIKI_ZONE_NOT_COVERED, HAIKI_BASIS_NONE, "8");
}

static void remapped_sectors(void **state)
{
	struct haiki_evidence e = clean_overwrite();

	(void)state;
	e.reallocated.value = 3;
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_NOT_COVERED, HAIKI_BASIS_NONE,
	   "3 reallocated, 0 pending");
	e = clean_overwrite();
	e.pending.value = 1;
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_NOT_COVERED, HAIKI_BASIS_NONE,
	   "0 reallocated, 1 pending");
	e = clean_overwrite();
	e.reallocated.known = false;
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE,
	   "reallocated sectors unknown");
	e = clean_overwrite();
	e.pending.known = false;
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE,
	   "pending sectors unknown");
	e = clean_overwrite();
	e.pending.value = -4;
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE,
	   "pending sectors unknown");

	/* Enhanced security erase reaches them, on what rotates. */
	e = clean(HAIKI_ATA_SECURITY_ERASE_ENHANCED, HAIKI_KIND_HDD,
		  HAIKI_BUS_ATA);
	e.reallocated.value = 3;
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_REPORTED,
	   HAIKI_BASIS_DEVICE_STATUS, "");
	e.kind = HAIKI_KIND_SSD;
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_NOT_COVERED, HAIKI_BASIS_NONE,
	   "3 realloc");
	e.reallocated.value = 0;
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE,
	   "flash");
	is(&e, HAIKI_ZONE_SPARE, HAIKI_ZONE_NOT_COVERED, HAIKI_BASIS_NONE,
	   "");
	e = clean(HAIKI_ATA_SECURITY_ERASE, HAIKI_KIND_HDD, HAIKI_BUS_ATA);
	e.reallocated.value = 3;
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_NOT_COVERED, HAIKI_BASIS_NONE,
	   "");
	/* A sanitize that failed reached nothing. */
	e = clean(HAIKI_ATA_SANITIZE_OVERWRITE, HAIKI_KIND_HDD, HAIKI_BUS_ATA);
	e.reallocated.value = 3;
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_REPORTED,
	   HAIKI_BASIS_DEVICE_STATUS, "");
	e.attempt.outcome = HAIKI_OUTCOME_UNKNOWN;
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_NOT_COVERED, HAIKI_BASIS_NONE,
	   "");
}

static void spare_area_of_flash(void **state)
{
	static const enum haiki_kind flash[] = {
		HAIKI_KIND_SSD, HAIKI_KIND_USB_FLASH, HAIKI_KIND_MMC,
	};
	struct haiki_evidence e;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(flash); i++) {
		e = clean(HAIKI_OVERWRITE, flash[i], HAIKI_BUS_ATA);
		e.attempt.passes_planned = e.attempt.passes_completed = 35;
		is(&e, HAIKI_ZONE_SPARE, HAIKI_ZONE_NOT_COVERED,
		   HAIKI_BASIS_NONE, "spare");
		e = clean(HAIKI_ATA_SANITIZE_BLOCK, flash[i], HAIKI_BUS_ATA);
		is(&e, HAIKI_ZONE_SPARE, HAIKI_ZONE_REPORTED,
		   HAIKI_BASIS_DEVICE_STATUS, "");
		is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_REPORTED,
		   HAIKI_BASIS_DEVICE_STATUS, "");
	}
	e = clean(HAIKI_OVERWRITE, HAIKI_KIND_UNKNOWN, HAIKI_BUS_ATA);
	is(&e, HAIKI_ZONE_SPARE, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE, "kind");
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE,
	   "kind");
	e = clean(HAIKI_NVME_FORMAT_USER, HAIKI_KIND_SSD, HAIKI_BUS_NVME);
	is(&e, HAIKI_ZONE_SPARE, HAIKI_ZONE_NOT_COVERED, HAIKI_BASIS_NONE, "");
}

static void other_namespaces(void **state)
{
	struct haiki_evidence e = clean(HAIKI_NVME_SANITIZE_BLOCK,
					HAIKI_KIND_SSD, HAIKI_BUS_NVME);

	(void)state;
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_ABSENT, HAIKI_BASIS_MEASURED,
	   "no other");
	e.namespaces_other = 2;
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_NOT_COVERED,
	   HAIKI_BASIS_NONE, "2 other");
	e.attempt.all_namespaces = HAIKI_NO;
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_NOT_COVERED,
	   HAIKI_BASIS_NONE, "2 other");
	e.attempt.all_namespaces = HAIKI_YES;
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_REPORTED,
	   HAIKI_BASIS_DEVICE_STATUS, "");
	e.attempt.outcome = HAIKI_OUTCOME_FAILED;
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_NOT_COVERED,
	   HAIKI_BASIS_NONE, "2 other");
	e.attempt.outcome = HAIKI_OUTCOME_SUCCEEDED;
	e.namespaces_other = UINT32_MAX;
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_REPORTED,
	   HAIKI_BASIS_DEVICE_STATUS, "");
	e.attempt.all_namespaces = HAIKI_UNKNOWN;
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE,
	   "unknown");

	/* A key of one namespace says nothing about what others left. */
	e = clean(HAIKI_NVME_FORMAT_CRYPTO, HAIKI_KIND_SSD, HAIKI_BUS_NVME);
	e.encryption_vouched = true;
	e.namespaces_other = 1;
	is(&e, HAIKI_ZONE_SPARE, HAIKI_ZONE_NOT_COVERED, HAIKI_BASIS_NONE, "");
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE, "");
	e.attempt.all_namespaces = HAIKI_YES;
	is(&e, HAIKI_ZONE_SPARE, HAIKI_ZONE_REPORTED,
	   HAIKI_BASIS_DEVICE_STATUS, "");

	/* Another set of heads, whatever the drive says of this one. */
	e = clean(HAIKI_SCSI_SANITIZE_OVERWRITE, HAIKI_KIND_HDD,
		  HAIKI_BUS_SCSI);
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_ABSENT, HAIKI_BASIS_MEASURED,
	   "");
	e.namespaces_other = 1;
	e.attempt.all_namespaces = HAIKI_YES;
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_NOT_COVERED,
	   HAIKI_BASIS_NONE, "1 other logical unit");

	/* Behind a bridge there may be an NVMe drive. */
	e = clean(HAIKI_OVERWRITE, HAIKI_KIND_SSD, HAIKI_BUS_USB);
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_ABSENT, HAIKI_BASIS_MEASURED,
	   "");
	e.hidden = (struct haiki_hidden) { 0 };
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE,
	   "behind");
	e.bus = HAIKI_BUS_VIRTIO;
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE,
	   "behind");
}

static void memory_cards(void **state)
{
	struct haiki_evidence e = clean(HAIKI_MMC_SANITIZE, HAIKI_KIND_MMC,
					HAIKI_BUS_MMC);

	(void)state;
	e.hidden = (struct haiki_hidden) { 0 };
	is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_COVERED, HAIKI_BASIS_SAMPLED, "");
	is(&e, HAIKI_ZONE_HPA, HAIKI_ZONE_ABSENT, HAIKI_BASIS_MEASURED, "");
	is(&e, HAIKI_ZONE_SPARE, HAIKI_ZONE_REPORTED,
	   HAIKI_BASIS_DEVICE_STATUS, "spare");
	/* Retired blocks: by the card's registers, never by the command. */
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE,
	   "retired blocks");
	e.erases_retired = HAIKI_NO;
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE,
	   "retired blocks");
	e.erases_retired = HAIKI_YES;
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_REPORTED,
	   HAIKI_BASIS_DEVICE_STATUS, "");
	/* Boot and general purpose partitions. */
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_ABSENT, HAIKI_BASIS_MEASURED,
	   "no other hardware partition");
	e.namespaces_other = 1;
	e.attempt.all_namespaces = HAIKI_YES;
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_NOT_COVERED,
	   HAIKI_BASIS_NONE, "1 other hardware");
	e.namespaces_other = UINT32_MAX;
	is(&e, HAIKI_ZONE_NAMESPACES, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE,
	   "unknown");

	/* An erase alone leaves what it unmapped where it is. */
	e = clean(HAIKI_MMC_ERASE, HAIKI_KIND_MMC, HAIKI_BUS_MMC);
	e.erases_retired = HAIKI_YES;
	is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_COVERED, HAIKI_BASIS_SAMPLED, "");
	is(&e, HAIKI_ZONE_SPARE, HAIKI_ZONE_NOT_COVERED, HAIKI_BASIS_NONE,
	   "not reached");
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE, "");
	/* A failed one says nothing of any zone. */
	e = clean(HAIKI_MMC_SANITIZE, HAIKI_KIND_MMC, HAIKI_BUS_MMC);
	e.erases_retired = HAIKI_YES;
	e.attempt.outcome = HAIKI_OUTCOME_FAILED;
	is(&e, HAIKI_ZONE_SPARE, HAIKI_ZONE_NOT_COVERED, HAIKI_BASIS_NONE, "");
	is(&e, HAIKI_ZONE_REMAPPED, HAIKI_ZONE_UNKNOWN, HAIKI_BASIS_NONE, "");
}

/* Nobody who lacks its key can write it: no method ever claims it. */
static void no_method_reaches_rpmb(void **state)
{
	static const struct {
		enum haiki_bus bus;
		enum haiki_answer rpmb;
		enum haiki_zone_state state;
	} cases[] = {
		{ HAIKI_BUS_NVME, HAIKI_YES, HAIKI_ZONE_NOT_COVERED },
		{ HAIKI_BUS_NVME, HAIKI_NO, HAIKI_ZONE_ABSENT },
		{ HAIKI_BUS_NVME, HAIKI_UNKNOWN, HAIKI_ZONE_UNKNOWN },
		{ HAIKI_BUS_MMC, HAIKI_YES, HAIKI_ZONE_NOT_COVERED },
		{ HAIKI_BUS_MMC, HAIKI_NO, HAIKI_ZONE_ABSENT },
		{ HAIKI_BUS_MMC, HAIKI_UNKNOWN, HAIKI_ZONE_UNKNOWN },
		{ HAIKI_BUS_ATA, HAIKI_UNKNOWN, HAIKI_ZONE_ABSENT },
		{ HAIKI_BUS_SCSI, HAIKI_UNKNOWN, HAIKI_ZONE_ABSENT },
		{ HAIKI_BUS_VIRTIO, HAIKI_UNKNOWN, HAIKI_ZONE_UNKNOWN },
	};

	(void)state;
	for (int m = 1; m < HAIKI_METHOD_COUNT; m++)
		for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
			struct haiki_evidence e = clean((enum haiki_method)m,
				HAIKI_KIND_SSD, cases[i].bus);
			struct haiki_claims claims;

			if (cases[i].bus == HAIKI_BUS_VIRTIO)
				e.hidden = (struct haiki_hidden) { 0 };
			e.encryption_vouched = true;
			e.rpmb = cases[i].rpmb;
			haiki_claims_compute(&e, &claims);
			if (claims.zone[HAIKI_ZONE_RPMB].state ==
			    cases[i].state)
				continue;
			/* What answered as ATA is no NVMe drive. */
			assert_int_equal(cases[i].bus, HAIKI_BUS_VIRTIO);
			assert_true(m <= HAIKI_ATA_SANITIZE_OVERWRITE);
		}
}

static void a_command_of_another_bus_did_not_happen(void **state)
{
	static const struct {
		enum haiki_method method;
		enum haiki_bus bus;
	} wrong[] = {
		{ HAIKI_ATA_SANITIZE_BLOCK, HAIKI_BUS_NVME },
		{ HAIKI_ATA_SECURITY_ERASE, HAIKI_BUS_MMC },
		{ HAIKI_ATA_SECURITY_ERASE_ENHANCED, HAIKI_BUS_VIRTIO },
		{ HAIKI_SCSI_SANITIZE_OVERWRITE, HAIKI_BUS_NVME },
		{ HAIKI_SCSI_FORMAT, HAIKI_BUS_MMC },
		{ HAIKI_NVME_SANITIZE_BLOCK, HAIKI_BUS_ATA },
		{ HAIKI_NVME_FORMAT_USER, HAIKI_BUS_USB },
		{ HAIKI_OPAL_PSID_REVERT, HAIKI_BUS_VIRTIO },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct haiki_evidence e = clean(wrong[i].method,
						HAIKI_KIND_SSD, wrong[i].bus);

		e.encryption_vouched = true;
		is(&e, HAIKI_ZONE_HOST, HAIKI_ZONE_NOT_COVERED,
		   HAIKI_BASIS_NONE, "does not exist on this bus");
	}
}

static void evidence_of_nothing_claims_nothing(void **state)
{
	struct haiki_evidence e = { 0 };
	struct haiki_claims claims;

	(void)state;
	haiki_claims_compute(&e, &claims);
	for (unsigned z = 0; z < HAIKI_ZONE_COUNT; z++) {
		assert_true(claims.zone[z].state <= HAIKI_ZONE_NOT_COVERED);
		assert_true(claims.zone[z].why[0]);
	}
	memset(&e, 0x01, sizeof(e));
	haiki_claims_compute(&e, &claims);
	for (unsigned z = 0; z < HAIKI_ZONE_COUNT; z++)
		assert_true(claims.zone[z].state <= HAIKI_ZONE_NOT_COVERED);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(haiki_zone_name(HAIKI_ZONE_SPARE), "spare");
	assert_string_equal(haiki_zone_name((enum haiki_zone)50), "none");
	assert_string_equal(haiki_zone_state_name(HAIKI_ZONE_COVERED),
			    "covered");
	assert_string_equal(haiki_zone_state_name((enum haiki_zone_state)9),
			    "unknown");
	assert_string_equal(haiki_treatment_name(HAIKI_TREATMENT_BLOCK_ERASE),
			    "block-erase");
	assert_string_equal(haiki_basis_name(HAIKI_BASIS_DEVICE_STATUS),
			    "device-status");
	for (int i = 0; i <= HAIKI_PLAN_FULL; i++)
		assert_int_equal(haiki_plan_from_name(
			haiki_plan_name((enum haiki_plan)i)), i);
	for (int i = 0; i <= HAIKI_EXPECT_CHANGED; i++)
		assert_int_equal(haiki_expectation_from_name(
			haiki_expectation_name((enum haiki_expectation)i)), i);
	assert_int_equal(haiki_plan_from_name("thorough"), HAIKI_PLAN_NONE);
	assert_int_equal(haiki_expectation_from_name(""), HAIKI_EXPECT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_overwrite_of_an_hdd_leaves_nothing),
		cmocka_unit_test(full_basis_needs_every_block),
		cmocka_unit_test(one_flaw_covers_nothing),
		cmocka_unit_test(a_changed_drive_proves_nothing_absent),
		cmocka_unit_test(no_marker_is_no_proof),
		cmocka_unit_test(an_overwrite_needs_a_marker),
		cmocka_unit_test(all_read_is_not_all_compared),
		cmocka_unit_test(crypto_erase_needs_someone_who_vouches),
		cmocka_unit_test(limits_are_never_reached_past),
		cmocka_unit_test(only_a_bus_that_proves_it_is_not_ata),
		cmocka_unit_test(remapped_sectors),
		cmocka_unit_test(spare_area_of_flash),
		cmocka_unit_test(other_namespaces),
		cmocka_unit_test(memory_cards),
		cmocka_unit_test(no_method_reaches_rpmb),
		cmocka_unit_test(a_command_of_another_bus_did_not_happen),
		cmocka_unit_test(evidence_of_nothing_claims_nothing),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
