/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OPAL_LEVEL0_H
#define OPAL_LEVEL0_H

#include <haiki/drive.h>

#define OPAL_PROTOCOL_TCG      0x01
#define OPAL_COMID_LEVEL0      0x0001
#define OPAL_LEVEL0_SIZE       2048   /* what is asked for */

enum opal_ssc {
	OPAL_SSC_NONE = 0,
	OPAL_SSC_ENTERPRISE,      /* 0100h */
	OPAL_SSC_OPAL1,           /* 0200h */
	OPAL_SSC_OPAL2,           /* 0203h */
	OPAL_SSC_OPALITE,         /* 0301h */
	OPAL_SSC_PYRITE1,         /* 0302h */
	OPAL_SSC_PYRITE2,         /* 0303h */
	OPAL_SSC_RUBY,            /* 0304h */
	OPAL_SSC_KPIO,            /* 0305h */
};

/* Level 0 Discovery (TCG Storage Core 2.01, 3.3.6). */
struct opal_level0 {
	bool usable;              /* the header and every feature fit */
	enum opal_ssc ssc;
	uint16_t comid;           /* base ComID of the SSC; 0 = none */
	uint16_t comids;
	bool tper;                /* 0001h */
	bool tper_sync;
	/* 0002h; unknown without it. */
	enum haiki_answer locking, locking_enabled, locked;
	enum haiki_answer media_encryption;
	enum haiki_answer mbr_enabled, mbr_done;
};

/* `length` bytes as received. Never fails. Pure. */
void opal_level0_decode(const uint8_t *data, size_t length,
			struct opal_level0 *ret_level0);

const char *opal_ssc_name(enum opal_ssc ssc);   /* "Opal 2" ... "none" */

#endif
