/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_ERROR_H
#define HAIKI_ERROR_H

#include <stddef.h>
#include <stdint.h>

/* Where a failure was noticed; tells how `raw` is to be read. */
enum haiki_domain {
	HAIKI_DOMAIN_NONE = 0,
	HAIKI_DOMAIN_SYSTEM,      /* the operating system: `code` is -errno */
	HAIKI_DOMAIN_USAGE,       /* what the user asked for */
	HAIKI_DOMAIN_GUARD,       /* the guard refused: nothing was touched */
	HAIKI_DOMAIN_ATA,         /* raw: error, status, count(2), lba(6) */
	HAIKI_DOMAIN_SCSI,        /* raw: sense data as received (SPC) */
	HAIKI_DOMAIN_NVME,        /* raw: status field, 2 bytes, big-endian */
	HAIKI_DOMAIN_POLICY,
	HAIKI_DOMAIN_CERTIFICATE,
	HAIKI_DOMAIN_LEDGER,
	HAIKI_DOMAIN_MMC,         /* raw: card status, 4 bytes, big-endian */
};

/*
 * What went wrong, for a program (domain, code, raw) and for people (text in
 * English, which also goes on the record; local in the operator's language).
 * A caller passes one zeroed or reused struct, or NULL where it doesn't care.
 * Functions that fail return `code`, which is always a negative errno value.
 */
struct haiki_error {
	enum haiki_domain domain;
	int code;
	uint8_t raw[64];
	size_t raw_length;        /* bytes of raw in use */
	char text[512];
	char local[1024];
};

#endif
