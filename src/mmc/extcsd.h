/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MMC_EXTCSD_H
#define MMC_EXTCSD_H

#include <haiki/drive.h>

#define MMC_EXTCSD_SIZE 512

/* General purpose partitions that an eMMC can be cut into. */
#define MMC_GP_PARTITIONS 4

/* The Extended CSD register of an eMMC (JESD84-B51 7.4). */
struct mmc_extcsd {
	bool usable;              /* not blank, and of a known structure */
	uint8_t revision;         /* EXT_CSD_REV [192]: 8 = eMMC 5.1 */
	uint64_t sectors;         /* SEC_COUNT [215:212], of 512 bytes; 0 =
				   * not told, as by small cards */
	uint8_t secure_features;  /* SEC_FEATURE_SUPPORT [231]: */
	bool secure_erase;        /* b0 */
	bool trim;                /* b4 */
	bool sanitize;            /* b6 */
	/* b2 and SEC_BAD_BLK_MGMNT [134] b0: blocks are erased when they are
	 * retired. */
	bool erases_retired;
	uint8_t erased_byte;      /* ERASED_MEM_CONT [181]: 00h or FFh */
	uint64_t boot_bytes;      /* of each of the two boot partitions */
	bool rpmb;                /* RPMB_SIZE_MULT [168] */
	unsigned gp_partitions;   /* GP_SIZE_MULT_GP0 ... GP3 [154:143] */
	/* The longest that a host must wait for an erase group, and its size;
	 * 0 = not told (ERASE_TIMEOUT_MULT [223], SEC_ERASE_MULT [230],
	 * HC_ERASE_GRP_SIZE [224]). */
	uint32_t erase_group_ms, secure_group_ms;
	uint64_t erase_group_bytes;
	uint8_t removal_type;     /* SECURE_REMOVAL_TYPE [16] 5:4, configured */
	/* PRE_EOL_INFO [267] and the larger of DEVICE_LIFE_TIME_EST [269:268]
	 * in steps of 10 %; 0 = not told. */
	uint8_t end_of_life, life_time;
	bool cache;               /* CACHE_SIZE [252:249] isn't 0 */
	bool cache_on;            /* CACHE_CTRL [33] b0 */
	char firmware[17];        /* FIRMWARE_VERSION [261:254], hex */
};

/* Pure; never fails: what makes no sense leaves `usable` false. */
void mmc_extcsd_decode(const uint8_t data[MMC_EXTCSD_SIZE],
		       struct mmc_extcsd *ret_extcsd);

#endif
