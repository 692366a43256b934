/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_METHOD_H
#define HAIKI_METHOD_H

#include <stdbool.h>
#include <stdint.h>

/* The ways a drive can be erased. Names: haiki_method_name(). */
enum haiki_method {
	HAIKI_METHOD_NONE = 0,
	HAIKI_ATA_SECURITY_ERASE_ENHANCED,  /* ACS-4 7.38, F4h word 0 bit 1 */
	HAIKI_ATA_SECURITY_ERASE,           /* ACS-4 7.38 */
	HAIKI_ATA_SANITIZE_BLOCK,           /* ACS-4 7.36.2, B4h/0012h */
	HAIKI_ATA_SANITIZE_CRYPTO,          /* ACS-4 7.36.3, B4h/0011h */
	HAIKI_ATA_SANITIZE_OVERWRITE,       /* ACS-4 7.36.5, B4h/0014h */
	HAIKI_SCSI_SANITIZE_BLOCK,          /* SBC-4 5.30, 48h/02h */
	HAIKI_SCSI_SANITIZE_CRYPTO,         /* SBC-4 5.30, 48h/03h */
	HAIKI_SCSI_SANITIZE_OVERWRITE,      /* SBC-4 5.30, 48h/01h */
	HAIKI_SCSI_FORMAT,                  /* SBC-4 5.4, 04h */
	HAIKI_NVME_SANITIZE_BLOCK,          /* NVMe Base 5.24, SANACT 010b */
	HAIKI_NVME_SANITIZE_CRYPTO,         /* NVMe Base 5.24, SANACT 100b */
	HAIKI_NVME_SANITIZE_OVERWRITE,      /* NVMe Base 5.24, SANACT 011b */
	HAIKI_NVME_FORMAT_CRYPTO,           /* NVMe Base 5.14, SES 010b */
	HAIKI_NVME_FORMAT_USER,             /* NVMe Base 5.14, SES 001b */
	HAIKI_OPAL_PSID_REVERT,             /* TCG Opal, PSID feature set */
	HAIKI_MMC_SANITIZE,                 /* JESD84-B51 6.6.9 and 6.6.11 */
	HAIKI_MMC_ERASE,                    /* JESD84-B51 6.6.9; SD 4.3.5 */
	HAIKI_OVERWRITE,                    /* host writes over every LBA */
	HAIKI_METHOD_COUNT
};

/* Whether a method can be used now. Unknown is never "supported". */
enum haiki_support {
	HAIKI_SUPPORT_UNKNOWN = 0,
	HAIKI_SUPPORT_UNSUPPORTED,
	HAIKI_SUPPORT_FROZEN,
	HAIKI_SUPPORT_LOCKED,
	HAIKI_SUPPORTED,
};

struct haiki_method_support {
	enum haiki_method method;
	enum haiki_support support;
	int64_t seconds;          /* the drive's or our estimate; -1 unknown */
	char reason[160];         /* why not, English; empty if supported */
};

/* How an attempt ended. Unknown is never success. */
enum haiki_outcome {
	HAIKI_OUTCOME_UNKNOWN = 0,
	HAIKI_OUTCOME_RUNNING,
	HAIKI_OUTCOME_SUCCEEDED,
	HAIKI_OUTCOME_FAILED,
	HAIKI_OUTCOME_INTERRUPTED,
	HAIKI_OUTCOME_STALLED,
};

/*
 * The id of a method as the command line and the certificate write it, e.g.
 * "ata-sanitize-block"; a static string, "none" for anything out of range.
 */
const char *haiki_method_name(enum haiki_method method);

/* The method of that id, or HAIKI_METHOD_NONE. `name` must not be NULL. */
enum haiki_method haiki_method_from_name(const char *name);

/* "supported", "unsupported", "frozen", "locked" or "unknown"; static. */
const char *haiki_support_name(enum haiki_support support);

/* "unknown", "running", "succeeded", "failed", "interrupted", "stalled". */
const char *haiki_outcome_name(enum haiki_outcome outcome);

/* The outcome of that name; HAIKI_OUTCOME_UNKNOWN for any other text. */
enum haiki_outcome haiki_outcome_from_name(const char *name);

#endif
