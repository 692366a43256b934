/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/evidence.h>

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "proof/bound.h"

#define BUS(name) (1u << HAIKI_BUS_##name)
#define ATA_BUSES (BUS(ATA) | BUS(SCSI) | BUS(USB) | BUS(OTHER))
#define SCSI_BUSES (BUS(SCSI) | BUS(ATA) | BUS(USB) | BUS(VIRTIO) | BUS(OTHER))
#define ANY_BUS (~0u)

/*
 * What the standards say that a method reaches, beyond the addresses that the
 * host can read:
 *
 * ACS-4 4.18 and SBC-4 4.11, sanitize: user data areas, areas not currently
 * allocated (physical sectors that have become inaccessible among them) and
 * caches. NVMe Base, sanitize: everything of the NVM subsystem that can hold
 * user data, unallocated and deallocated areas too.
 * ACS SECURITY ERASE UNIT, enhanced: all previously written user data,
 * sectors no longer in use due to reallocation included. On flash this was
 * measured to fail (Wei et al., FAST 2011), so it is believed of rotating
 * drives only. Normal: LBA 0 to the native maximum, no more.
 * SBC-4 FORMAT UNIT, NVMe Format SES=1: the addressable blocks.
 * A destroyed media key makes unreadable whatever was encrypted by it,
 * wherever it lies; NVMe Format has a key a namespace.
 *
 * JESD84-B51: erase takes the addresses away, and what stood there stays until
 * the card needs the room; sanitize erases "the unmapped host address space",
 * old versions with it. Blocks that were retired it doesn't name: those are
 * erased only by a card whose registers say that it does so by itself.
 *
 * No standard says that a method reaches past a limit of the address space
 * that is still set (HPA, DCO, AMAC): such a zone is never covered, it has to
 * be opened, and erased as part of the host's zone.
 */
struct reach {
	enum haiki_treatment treatment;
	unsigned buses;           /* where the command exists at all */
	bool is_ata;              /* a drive that obeyed it speaks ATA */
	bool retired;             /* replaced sectors, on any kind of drive */
	bool retired_hdd;         /* ... on a rotating drive only */
	bool retired_if_told;     /* ... where the drive says that it erases
				   * what it retires */
	bool spare;               /* over-provisioned and stale pages */
	bool by_namespace;        /* retired, spare: if all were reached */
};

static const struct reach reaches[HAIKI_METHOD_COUNT] = {
	[HAIKI_ATA_SECURITY_ERASE_ENHANCED] = {
		HAIKI_TREATMENT_SECURITY_ERASE, ATA_BUSES,
		.is_ata = true, .retired_hdd = true },
	[HAIKI_ATA_SECURITY_ERASE] = {
		HAIKI_TREATMENT_SECURITY_ERASE, ATA_BUSES, .is_ata = true },
	[HAIKI_ATA_SANITIZE_BLOCK] = {
		HAIKI_TREATMENT_BLOCK_ERASE, ATA_BUSES,
		.is_ata = true, .retired = true, .spare = true },
	[HAIKI_ATA_SANITIZE_CRYPTO] = {
		HAIKI_TREATMENT_CRYPTO_ERASE, ATA_BUSES,
		.is_ata = true, .retired = true, .spare = true },
	[HAIKI_ATA_SANITIZE_OVERWRITE] = {
		HAIKI_TREATMENT_OVERWRITE, ATA_BUSES,
		.is_ata = true, .retired = true, .spare = true },
	[HAIKI_SCSI_SANITIZE_BLOCK] = {
		HAIKI_TREATMENT_BLOCK_ERASE, SCSI_BUSES,
		.retired = true, .spare = true },
	[HAIKI_SCSI_SANITIZE_CRYPTO] = {
		HAIKI_TREATMENT_CRYPTO_ERASE, SCSI_BUSES,
		.retired = true, .spare = true },
	[HAIKI_SCSI_SANITIZE_OVERWRITE] = {
		HAIKI_TREATMENT_OVERWRITE, SCSI_BUSES,
		.retired = true, .spare = true },
	[HAIKI_SCSI_FORMAT] = { HAIKI_TREATMENT_FORMAT, SCSI_BUSES },
	[HAIKI_NVME_SANITIZE_BLOCK] = {
		HAIKI_TREATMENT_BLOCK_ERASE, BUS(NVME),
		.retired = true, .spare = true },
	[HAIKI_NVME_SANITIZE_CRYPTO] = {
		HAIKI_TREATMENT_CRYPTO_ERASE, BUS(NVME),
		.retired = true, .spare = true },
	[HAIKI_NVME_SANITIZE_OVERWRITE] = {
		HAIKI_TREATMENT_OVERWRITE, BUS(NVME),
		.retired = true, .spare = true },
	[HAIKI_NVME_FORMAT_CRYPTO] = {
		HAIKI_TREATMENT_CRYPTO_ERASE, BUS(NVME),
		.retired = true, .spare = true, .by_namespace = true },
	[HAIKI_NVME_FORMAT_USER] = { HAIKI_TREATMENT_FORMAT, BUS(NVME) },
	[HAIKI_OPAL_PSID_REVERT] = {
		HAIKI_TREATMENT_CRYPTO_ERASE,
		BUS(ATA) | BUS(SCSI) | BUS(NVME) | BUS(USB) | BUS(OTHER),
		.retired = true, .spare = true },
	[HAIKI_MMC_SANITIZE] = {
		HAIKI_TREATMENT_BLOCK_ERASE, BUS(MMC),
		.retired_if_told = true, .spare = true },
	[HAIKI_MMC_ERASE] = { HAIKI_TREATMENT_BLOCK_ERASE, BUS(MMC) },
	[HAIKI_OVERWRITE] = { HAIKI_TREATMENT_OVERWRITE, ANY_BUS },
};

static const struct reach *reach_of(const struct haiki_attempt *attempt)
{
	return (unsigned)attempt->method < HAIKI_METHOD_COUNT ?
		&reaches[attempt->method] : &reaches[HAIKI_METHOD_NONE];
}

static void __attribute__((format(printf, 5, 6)))
claim(struct haiki_claim *c, enum haiki_zone_state state,
      enum haiki_treatment treatment, enum haiki_basis basis,
      const char *why, ...)
{
	va_list args;

	c->state = state;
	c->treatment = treatment;
	c->basis = basis;
	va_start(args, why);
	vsnprintf(c->why, sizeof(c->why), why, args);
	va_end(args);
}

static void __attribute__((format(printf, 3, 4)))
not_claimed(struct haiki_claim *c, enum haiki_zone_state state,
	    const char *why, ...)
{
	va_list args;

	c->state = state;
	va_start(args, why);
	vsnprintf(c->why, sizeof(c->why), why, args);
	va_end(args);
}

static bool known(const struct haiki_value *value)
{
	return value->known && value->value >= 0;
}

static bool known_zero(const struct haiki_value *value)
{
	return value->known && value->value == 0;
}

static bool known_some(const struct haiki_value *value)
{
	return value->known && value->value > 0;
}

static const char *reason(const struct haiki_value *value)
{
	return value->reason[0] ? value->reason : "not told";
}

static bool is_flash(enum haiki_kind kind)
{
	return kind == HAIKI_KIND_SSD || kind == HAIKI_KIND_USB_FLASH ||
		kind == HAIKI_KIND_MMC;
}

/* --- the host's zone: did it work, and was that seen? ---------------------- */

static bool __attribute__((format(printf, 2, 3)))
refuse(struct haiki_claim *c, const char *why, ...)
{
	va_list args;

	c->state = HAIKI_ZONE_NOT_COVERED;
	va_start(args, why);
	vsnprintf(c->why, sizeof(c->why), why, args);
	va_end(args);
	return false;
}

static bool attempt_succeeded(const struct haiki_evidence *e,
			      struct haiki_claim *c)
{
	const struct haiki_attempt *a = &e->attempt;
	const struct reach *reach = reach_of(a);

	if (e->identity_changed)
		return refuse(c, "the drive is not the one that it began with");
	if (reach->treatment == HAIKI_TREATMENT_NONE)
		return refuse(c, "nothing was done");
	if ((unsigned)e->bus > HAIKI_BUS_VIRTIO ||
	    !(reach->buses & 1u << e->bus))
		return refuse(c, "%s does not exist on this bus",
			      haiki_method_name(a->method));
	if (a->outcome != HAIKI_OUTCOME_SUCCEEDED)
		return refuse(c, "%s ended as: %s",
			      haiki_method_name(a->method),
			      haiki_outcome_name(a->outcome));
	if (a->adopted)
		return refuse(c, "it was already running when it was found: not started by this record");
	if (reach->treatment == HAIKI_TREATMENT_CRYPTO_ERASE &&
	    !e->encryption_vouched)
		return refuse(c, "nobody vouches that the data was stored encrypted");
	if (a->write_errors > 0)
		return refuse(c, "%" PRIu64 " sectors could not be written",
			      a->write_errors);
	if (a->passes_completed != a->passes_planned)
		return refuse(c, "%" PRIu32 " of %" PRIu32 " passes were completed",
			      a->passes_completed, a->passes_planned);
	if (a->method != HAIKI_OVERWRITE)
		return true;
	if (a->passes_planned == 0)
		return refuse(c, "no pass was written");
	if (!a->flushed)
		return refuse(c, "the drive did not confirm that its cache was written out");
	return true;
}

/*
 * What an erase leaves is also what a drive shows that did nothing: noise
 * where the data was encrypted, zeros where it was blank, or where it drops
 * what it is given and answers every read with zeros, also those of a pass of
 * zeros. Only markers that were there before and are gone tell them apart.
 */
static bool was_verified(const struct haiki_evidence *e,
			 struct haiki_claim *c)
{
	const struct haiki_verification *v = &e->attempt.verification;

	if (v->plan <= HAIKI_PLAN_NONE || v->plan > HAIKI_PLAN_FULL ||
	    v->samples == 0)
		return refuse(c, "nothing was read back");
	if (v->expectation <= HAIKI_EXPECT_NONE ||
	    v->expectation > HAIKI_EXPECT_CHANGED ||
	    (e->attempt.method == HAIKI_OVERWRITE &&
	     v->expectation != HAIKI_EXPECT_PATTERN))
		return refuse(c, "what was read back was not compared with what must be there");
	if (v->markers_left > 0)
		return refuse(c, "%" PRIu64 " of %" PRIu64 " markers are still there",
			      v->markers_left, v->markers_planted);
	if (v->mismatches > 0)
		return refuse(c, "%" PRIu64 " of %" PRIu64 " blocks read back are not as they must be",
			      v->mismatches, v->samples);
	if (v->read_errors > 0)
		return refuse(c, "%" PRIu64 " blocks could not be read back",
			      v->read_errors);
	if (v->markers_unread > 0)
		return refuse(c, "%" PRIu64 " markers could not be looked for",
			      v->markers_unread);
	if (!v->completed)
		return refuse(c, "the read-back was not completed");
	if (!v->ends_read)
		return refuse(c, "the first and the last block were not read back");
	if (v->markers_planted == 0)
		return refuse(c, "no marker was planted, so nothing shows that the drive did anything");
	return true;
}

static bool claim_host(const struct haiki_evidence *e, struct haiki_claim *c)
{
	const struct haiki_verification *v = &e->attempt.verification;
	enum haiki_treatment treatment = reach_of(&e->attempt)->treatment;
	bool full = v->plan == HAIKI_PLAN_FULL && v->population > 0 &&
		v->samples >= v->population;

	if (!attempt_succeeded(e, c) || !was_verified(e, c))
		return false;
	if (proof_judges_every_block(v->expectation))
		claim(c, HAIKI_ZONE_COVERED, treatment,
		      full ? HAIKI_BASIS_FULL : HAIKI_BASIS_SAMPLED,
		      "%" PRIu64 " of %" PRIu64 " blocks were read back, all as they must be",
		      v->samples, v->population);
	else
		claim(c, HAIKI_ZONE_COVERED, treatment, HAIKI_BASIS_SAMPLED,
		      "%" PRIu64 " of %" PRIu64 " blocks were read back; of them, one in each of %" PRIu64 " places was compared with what stood there before",
		      v->samples, v->population, proof_draws(v));
	return true;
}

/* --- limits of the address space ------------------------------------------- */

/* Whether the drive is known to have none of ATA's ways of hiding sectors. */
static bool is_not_ata(const struct haiki_evidence *e)
{
	if (reach_of(&e->attempt)->is_ata)
		return false;
	return e->bus == HAIKI_BUS_NVME || e->bus == HAIKI_BUS_SCSI ||
		e->bus == HAIKI_BUS_MMC;
}

static void claim_limit(const struct haiki_evidence *e,
			const struct haiki_value *sectors, const char *name,
			struct haiki_claim *c)
{
	if (known_some(sectors))
		not_claimed(c, HAIKI_ZONE_NOT_COVERED,
			    "%" PRId64 " sectors are hidden by %s",
			    sectors->value, name);
	else if (known_zero(sectors))
		claim(c, HAIKI_ZONE_ABSENT, HAIKI_TREATMENT_NONE,
		      HAIKI_BASIS_MEASURED, "%s hides no sector", name);
	else if (!sectors->known && is_not_ata(e))
		claim(c, HAIKI_ZONE_ABSENT, HAIKI_TREATMENT_NONE,
		      HAIKI_BASIS_MEASURED, "not an ATA drive: it has no %s",
		      name);
	else
		not_claimed(c, HAIKI_ZONE_UNKNOWN,
			    "sectors hidden by %s unknown: %.80s", name,
			    reason(sectors));
}

/* --- what the drive keeps for itself --------------------------------------- */

/* A command for one namespace says nothing about what others left behind. */
static bool reached_every_namespace(const struct haiki_evidence *e)
{
	return e->attempt.all_namespaces == HAIKI_YES ||
		e->namespaces_other == 0;
}

static bool reaches_retired(const struct haiki_evidence *e)
{
	const struct reach *reach = reach_of(&e->attempt);

	if (reach->by_namespace && !reached_every_namespace(e))
		return false;
	return reach->retired ||
		(reach->retired_hdd && e->kind == HAIKI_KIND_HDD) ||
		(reach->retired_if_told && e->erases_retired == HAIKI_YES);
}

static void claim_remapped(const struct haiki_evidence *e, bool erased,
			   struct haiki_claim *c)
{
	const struct haiki_value *realloc = &e->reallocated;
	const struct haiki_value *pending = &e->pending;

	/* Of flash, the counters don't tell what was ever retired. */
	if (e->kind == HAIKI_KIND_HDD && known_zero(realloc) &&
	    known_zero(pending))
		claim(c, HAIKI_ZONE_ABSENT, HAIKI_TREATMENT_NONE,
		      HAIKI_BASIS_MEASURED,
		      "no reallocated and no pending sectors");
	else if (erased && reaches_retired(e))
		claim(c, HAIKI_ZONE_REPORTED, reach_of(&e->attempt)->treatment,
		      HAIKI_BASIS_DEVICE_STATUS,
		      "the drive reports success of a command that reaches replaced sectors");
	else if (known_some(realloc) || known_some(pending))
		not_claimed(c, HAIKI_ZONE_NOT_COVERED,
			    "%" PRId64 " reallocated, %" PRId64 " pending sectors",
			    known(realloc) ? realloc->value : 0,
			    known(pending) ? pending->value : 0);
	else if (erased && reach_of(&e->attempt)->retired_if_told)
		not_claimed(c, HAIKI_ZONE_UNKNOWN,
			    "the standard doesn't say that retired blocks are reached, and the card doesn't erase them by itself");
	else if (is_flash(e->kind))
		not_claimed(c, HAIKI_ZONE_UNKNOWN,
			    "flash does not tell what it has retired");
	else if (!known(realloc))
		not_claimed(c, HAIKI_ZONE_UNKNOWN,
			    "reallocated sectors unknown: %.80s",
			    reason(realloc));
	else if (!known(pending))
		not_claimed(c, HAIKI_ZONE_UNKNOWN,
			    "pending sectors unknown: %.80s", reason(pending));
	else
		not_claimed(c, HAIKI_ZONE_UNKNOWN,
			    "the kind of medium is unknown");
}

static bool reaches_spare(const struct haiki_evidence *e)
{
	const struct reach *reach = reach_of(&e->attempt);

	return reach->spare &&
		(!reach->by_namespace || reached_every_namespace(e));
}

static void claim_spare(const struct haiki_evidence *e, bool erased,
			struct haiki_claim *c)
{
	if (e->kind == HAIKI_KIND_HDD)
		claim(c, HAIKI_ZONE_ABSENT, HAIKI_TREATMENT_NONE,
		      HAIKI_BASIS_MEASURED,
		      "a rotating drive: it writes sectors in place");
	else if (erased && reaches_spare(e))
		claim(c, HAIKI_ZONE_REPORTED, reach_of(&e->attempt)->treatment,
		      HAIKI_BASIS_DEVICE_STATUS,
		      "the drive reports success of a command that reaches its spare area");
	else if (is_flash(e->kind))
		not_claimed(c, HAIKI_ZONE_NOT_COVERED,
			    "the spare area of flash was not reached");
	else
		not_claimed(c, HAIKI_ZONE_UNKNOWN,
			    "the kind of medium is unknown: it may have a spare area");
}

/* --- other namespaces ------------------------------------------------------ */

/* Behind a bridge there may be an NVMe drive, unless it answered as ATA. */
static bool has_no_namespaces(const struct haiki_evidence *e)
{
	return e->bus == HAIKI_BUS_ATA || e->bus == HAIKI_BUS_SCSI ||
		e->kind == HAIKI_KIND_HDD ||
		reach_of(&e->attempt)->is_ata ||
		known(&e->hidden.hpa_sectors) ||
		known(&e->hidden.dco_sectors) ||
		known(&e->hidden.amac_sectors);
}

/* An eMMC's boot partitions, and those for general purposes. */
static void claim_partitions(const struct haiki_evidence *e,
			     struct haiki_claim *c)
{
	if (e->namespaces_other == 0)
		claim(c, HAIKI_ZONE_ABSENT, HAIKI_TREATMENT_NONE,
		      HAIKI_BASIS_MEASURED,
		      "no other hardware partition holds data");
	else if (e->namespaces_other == UINT32_MAX)
		not_claimed(c, HAIKI_ZONE_UNKNOWN,
			    "what the other hardware partitions hold is unknown");
	else
		not_claimed(c, HAIKI_ZONE_NOT_COVERED,
			    "%" PRIu32 " other hardware partitions (boot, general purpose) hold data",
			    e->namespaces_other);
}

/* Of a SCSI drive that has several: each is erased by itself, and sanitized. */
static void claim_units(const struct haiki_evidence *e, struct haiki_claim *c)
{
	if (e->namespaces_other == UINT32_MAX)
		not_claimed(c, HAIKI_ZONE_UNKNOWN,
			    "the number of other logical units is unknown");
	else
		not_claimed(c, HAIKI_ZONE_NOT_COVERED,
			    "%" PRIu32 " other logical units of the drive were not reached",
			    e->namespaces_other);
}

static void claim_namespaces(const struct haiki_evidence *e, bool erased,
			     struct haiki_claim *c)
{
	if (e->bus == HAIKI_BUS_MMC)
		claim_partitions(e, c);
	else if (e->bus == HAIKI_BUS_SCSI && e->namespaces_other)
		claim_units(e, c);
	else if (e->bus != HAIKI_BUS_NVME && has_no_namespaces(e))
		claim(c, HAIKI_ZONE_ABSENT, HAIKI_TREATMENT_NONE,
		      HAIKI_BASIS_MEASURED,
		      "not an NVMe drive: it has no namespaces");
	else if (e->bus != HAIKI_BUS_NVME)
		not_claimed(c, HAIKI_ZONE_UNKNOWN,
			    "what is behind this bus is unknown");
	else if (e->namespaces_other == 0)
		claim(c, HAIKI_ZONE_ABSENT, HAIKI_TREATMENT_NONE,
		      HAIKI_BASIS_MEASURED, "there is no other namespace");
	else if (erased && e->attempt.all_namespaces == HAIKI_YES)
		claim(c, HAIKI_ZONE_REPORTED, reach_of(&e->attempt)->treatment,
		      HAIKI_BASIS_DEVICE_STATUS,
		      "the drive reports success of a command that reaches every namespace");
	else if (e->namespaces_other == UINT32_MAX)
		not_claimed(c, HAIKI_ZONE_UNKNOWN,
			    "the number of other namespaces is unknown");
	else
		not_claimed(c, HAIKI_ZONE_NOT_COVERED,
			    "%" PRIu32 " other namespaces were not reached",
			    e->namespaces_other);
}

/* --- what only its own key can write ---------------------------------------- */

static void claim_rpmb(const struct haiki_evidence *e, struct haiki_claim *c)
{
	bool may_have = e->bus == HAIKI_BUS_NVME || e->bus == HAIKI_BUS_MMC;

	if (may_have && e->rpmb == HAIKI_YES)
		not_claimed(c, HAIKI_ZONE_NOT_COVERED,
			    "the replay protected memory block can be written by its own key only");
	else if (may_have && e->rpmb == HAIKI_UNKNOWN)
		not_claimed(c, HAIKI_ZONE_UNKNOWN,
			    "whether there is a replay protected memory block is unknown");
	else if (may_have || has_no_namespaces(e))
		claim(c, HAIKI_ZONE_ABSENT, HAIKI_TREATMENT_NONE,
		      HAIKI_BASIS_MEASURED,
		      "there is no replay protected memory block");
	else
		not_claimed(c, HAIKI_ZONE_UNKNOWN,
			    "what is behind this bus is unknown");
}

/* Registers of another drive prove nothing about this one. */
static void forget_everything(const char *why, struct haiki_claims *claims)
{
	for (unsigned i = HAIKI_ZONE_HOST + 1; i < HAIKI_ZONE_COUNT; i++)
		not_claimed(&claims->zone[i], HAIKI_ZONE_UNKNOWN, "%s", why);
}

void haiki_claims_compute(const struct haiki_evidence *evidence,
			  struct haiki_claims *ret_claims)
{
	struct haiki_claims claims = { 0 };
	struct haiki_claim *zone = claims.zone;
	bool erased;

	for (unsigned i = 0; i < HAIKI_ZONE_COUNT; i++)
		zone[i].zone = (enum haiki_zone)i;
	claims.kind = evidence->kind;
	claims.encryption_vouched = evidence->encryption_vouched;

	erased = claim_host(evidence, &zone[HAIKI_ZONE_HOST]);
	if (erased)
		claims.method = evidence->attempt.method;
	if (evidence->identity_changed) {
		forget_everything(zone[HAIKI_ZONE_HOST].why, &claims);
	} else {
		claim_limit(evidence, &evidence->hidden.hpa_sectors, "HPA",
			    &zone[HAIKI_ZONE_HPA]);
		claim_limit(evidence, &evidence->hidden.dco_sectors, "DCO",
			    &zone[HAIKI_ZONE_DCO]);
		claim_limit(evidence, &evidence->hidden.amac_sectors, "AMAC",
			    &zone[HAIKI_ZONE_AMAC]);
		claim_remapped(evidence, erased, &zone[HAIKI_ZONE_REMAPPED]);
		claim_spare(evidence, erased, &zone[HAIKI_ZONE_SPARE]);
		claim_namespaces(evidence, erased,
				 &zone[HAIKI_ZONE_NAMESPACES]);
		claim_rpmb(evidence, &zone[HAIKI_ZONE_RPMB]);
	}
	*ret_claims = claims;
}
