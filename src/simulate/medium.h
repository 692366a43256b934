/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_MEDIUM_H
#define SIMULATE_MEDIUM_H

#include "simulate/model.h"

/*
 * The physical medium: every place in which the drive can hold data, one after
 * another, in units of its logical block:
 *
 *   main       what the LBAs up to the factory's maximum are mapped to: host
 *              LBAs, then AMAC or HPA area, then DCO area
 *   retired    sectors replaced by spares, in the order of their failure
 *   pool       flash only: pages that hold old versions of LBAs
 *   others     NVMe: namespaces 2, 3 ...
 */
struct medium;

#define MEDIUM_MARKER "haiki:old-data:1"   /* 16 bytes, then zone, LBA, id */
#define MEDIUM_MARKER_LENGTH 40
#define MEDIUM_MAX_EXTENTS (HAIKI_ZONE_COUNT + MODEL_MAX_NAMESPACES)

/* A run of physical sectors that began life as one zone. */
struct medium_extent {
	enum haiki_zone zone;
	uint32_t nsid;            /* NVMe, else 1 */
	uint64_t start, count;    /* physical sectors */
};

/* What survives any death of the process; lies in the file's first page. */
struct medium_header {
	char magic[16];
	uint8_t drive_id[8];
	uint64_t total, block, filled;
	uint64_t retired_used;    /* sectors of "retired" in use */
	uint64_t pool_used;       /* pages of the pool in use */
	uint64_t op_cursor;       /* physical sectors the erase has passed */
	uint64_t noise;           /* how much noise was ever made */
	uint64_t healed_count;    /* bad sectors that a write has healed */
	uint64_t healed[256];
};

enum medium_fill {
	MEDIUM_ZEROS = 0,
	MEDIUM_ONES,
	MEDIUM_PATTERN,           /* four bytes, repeated */
	MEDIUM_NOISE,
};

int medium_new(const struct model_config *config, const char *path,
	       bool owner, struct medium **ret_medium,
	       struct haiki_error *err);
void medium_free(struct medium *medium);

struct medium_header *medium_header(struct medium *medium);
const struct medium_extent *medium_extents(const struct medium *medium,
					   size_t *ret_count);
uint64_t medium_total(const struct medium *medium);
uint64_t medium_main(const struct medium *medium);   /* sectors of "main" */
/* First physical sector of a namespace and its size; 0, or -ENOENT. */
int medium_namespace(const struct medium *medium, uint32_t nsid,
		     uint64_t *ret_start, uint64_t *ret_count);

void *medium_sector(struct medium *medium, uint64_t physical);

/* Overwrites one sector as a flash drive does: the old version goes to the
 * pool as long as there's room. On other drives simply overwrites. */
void medium_write(struct medium *medium, uint64_t physical, const void *data);
/* The same with zeros: TRIM, deallocate. */
void medium_trim(struct medium *medium, uint64_t physical);
/* Retires a sector of "main" with its content; a fresh one takes its place.
 * False when there are no spares left. */
bool medium_retire(struct medium *medium, uint64_t physical);

/* Really gone: fills [from, to) of the physical sectors, but only those whose
 * extent is of a zone in `zones` (a bit each). */
void medium_erase(struct medium *medium, uint64_t from, uint64_t to,
		  unsigned zones, enum medium_fill fill, uint32_t pattern);

void medium_scan(const struct medium *medium,
		 struct model_zone_count ret_zones[HAIKI_ZONE_COUNT]);

#endif
