/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_EVIDENCE_H
#define HAIKI_EVIDENCE_H

#include <haiki/drive.h>
#include <haiki/method.h>

/* The parts of a medium that can hold data. */
enum haiki_zone {
	HAIKI_ZONE_HOST = 0,      /* LBAs that the host can address */
	HAIKI_ZONE_HPA,
	HAIKI_ZONE_DCO,
	HAIKI_ZONE_AMAC,
	HAIKI_ZONE_REMAPPED,      /* sectors replaced by spares */
	HAIKI_ZONE_SPARE,         /* flash: over-provisioned, stale pages */
	HAIKI_ZONE_NAMESPACES,    /* NVMe: every other namespace; eMMC: boot
				   * and general purpose partitions */
	HAIKI_ZONE_RPMB,          /* replay protected memory block */
	HAIKI_ZONE_COUNT
};

enum haiki_zone_state {
	HAIKI_ZONE_UNKNOWN = 0,   /* may exist, may hold data */
	HAIKI_ZONE_NOT_COVERED,   /* exists and was not reached */
	HAIKI_ZONE_REPORTED,      /* treated, on the drive's word alone: nobody
				   * can read it back */
	HAIKI_ZONE_ABSENT,        /* proven not to exist on this drive */
	HAIKI_ZONE_COVERED,       /* treated, and read back */
};

/* What was done to a zone. */
enum haiki_treatment {
	HAIKI_TREATMENT_NONE = 0,
	HAIKI_TREATMENT_OVERWRITE,
	HAIKI_TREATMENT_SECURITY_ERASE,
	HAIKI_TREATMENT_BLOCK_ERASE,
	HAIKI_TREATMENT_CRYPTO_ERASE,
	HAIKI_TREATMENT_FORMAT,
};

/* On what a claim rests. */
enum haiki_basis {
	HAIKI_BASIS_NONE = 0,
	HAIKI_BASIS_DEVICE_STATUS,   /* only the drive's word */
	HAIKI_BASIS_MEASURED,        /* absence read from the drive's registers */
	HAIKI_BASIS_SAMPLED,         /* read back in samples */
	HAIKI_BASIS_FULL,            /* read back completely */
};

struct haiki_claim {
	enum haiki_zone zone;
	enum haiki_zone_state state;
	enum haiki_treatment treatment;
	enum haiki_basis basis;
	char why[160];            /* English, e.g. "3 reallocated sectors" */
};

/* All zones, always; indexed by enum haiki_zone. */
struct haiki_claims {
	struct haiki_claim zone[HAIKI_ZONE_COUNT];
	enum haiki_method method; /* whose claims they are; NONE: none earned */
	enum haiki_kind kind;
	bool encryption_vouched;  /* someone named says data was encrypted */
};

enum haiki_plan {
	HAIKI_PLAN_NONE = 0,
	HAIKI_PLAN_QUICK,
	HAIKI_PLAN_STANDARD,
	HAIKI_PLAN_FULL,
};

enum haiki_expectation {
	HAIKI_EXPECT_NONE = 0,
	HAIKI_EXPECT_PATTERN,     /* exactly what the last pass wrote */
	HAIKI_EXPECT_UNIFORM,     /* one byte value: zeros or ones */
	HAIKI_EXPECT_NOISE,       /* after a crypto erase */
	HAIKI_EXPECT_CHANGED,     /* anything but what was there before */
};

/* What the read-back showed. Counts are of sample blocks. */
struct haiki_verification {
	enum haiki_plan plan;
	enum haiki_expectation expectation;
	bool completed;           /* every planned sample was tried */
	bool ends_read;           /* first and last LBA were read */
	uint8_t seed[32];         /* the sampling plan's */
	uint64_t block_bytes;     /* bytes of one sample block */
	uint64_t population;      /* blocks the host can address */
	uint64_t samples;         /* blocks read and compared */
	uint64_t mismatches;
	uint64_t read_errors;     /* never counted as matches */
	uint64_t markers_planted, markers_left, markers_unread;
	uint64_t markers_tried;   /* written; planted are those that stuck */
};

/* One thing that was tried. */
struct haiki_attempt {
	enum haiki_method method;
	enum haiki_outcome outcome;
	bool adopted;             /* found running: never counts as ours */
	uint32_t passes_planned, passes_completed;
	uint64_t write_errors;    /* sectors that could not be written */
	bool flushed;             /* the drive confirmed its cache empty */
	enum haiki_answer all_namespaces;  /* did it reach all of them? */
	struct haiki_verification verification;
};

/*
 * Everything that claims are computed from. It's on the certificate, so that
 * anyone can compute them again.
 */
struct haiki_evidence {
	enum haiki_kind kind;
	enum haiki_bus bus;
	struct haiki_hidden hidden;          /* as left at the erase */
	struct haiki_value reallocated;      /* the larger of before and after */
	struct haiki_value pending;          /* the larger of before and after */
	uint32_t namespaces_other;           /* 0xFFFFFFFF unknown */
	enum haiki_answer erases_retired;    /* eMMC: see struct haiki_drive */
	enum haiki_answer rpmb;              /* NVMe, eMMC: has one */
	bool encryption_vouched;
	bool identity_changed;               /* not the drive it began with */
	struct haiki_attempt attempt;        /* the last one */
};

/*
 * Computes what the evidence earns (src/proof/claims.c). Pure: no I/O, can't
 * fail. Fail closed: an attempt that didn't succeed, wasn't verified without
 * mismatch, read error or surviving marker, or anything unknown, covers
 * nothing; a zone is absent only where a register proves it.
 */
void haiki_claims_compute(const struct haiki_evidence *evidence,
			  struct haiki_claims *ret_claims);

const char *haiki_zone_name(enum haiki_zone zone);
const char *haiki_zone_state_name(enum haiki_zone_state state);
const char *haiki_treatment_name(enum haiki_treatment treatment);
const char *haiki_basis_name(enum haiki_basis basis);
const char *haiki_plan_name(enum haiki_plan plan);
const char *haiki_expectation_name(enum haiki_expectation expectation);
/* Each *_from_name gives the first value (none/unknown) for other text. */
enum haiki_plan haiki_plan_from_name(const char *name);
enum haiki_expectation haiki_expectation_from_name(const char *name);

#endif
