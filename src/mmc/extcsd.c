/* SPDX-License-Identifier: Apache-2.0 */
#include "mmc/extcsd.h"

#include <string.h>

#include "base/bytes.h"

/* Bytes of the register, by the names of JESD84-B51 table 81. */
enum {
	SECURE_REMOVAL_TYPE = 16,
	CACHE_CTRL = 33,
	SEC_BAD_BLK_MGMNT = 134,
	GP_SIZE_MULT = 143,
	RPMB_SIZE_MULT = 168,
	ERASED_MEM_CONT = 181,
	EXT_CSD_REV = 192,
	EXT_CSD_STRUCTURE = 194,
	SEC_COUNT = 212,
	ERASE_TIMEOUT_MULT = 223,
	HC_ERASE_GRP_SIZE = 224,
	BOOT_SIZE_MULT = 226,
	SEC_ERASE_MULT = 230,
	SEC_FEATURE_SUPPORT = 231,
	CACHE_SIZE = 249,
	FIRMWARE_VERSION = 254,
	PRE_EOL_INFO = 267,
	DEVICE_LIFE_TIME_EST = 268,
};

#define SECURE_ER_EN  (1u << 0)
#define SEC_BD_BLK_EN (1u << 2)
#define SEC_GB_CL_EN  (1u << 4)
#define SEC_SANITIZE  (1u << 6)

#define REVISION_4_5 6            /* the first with Sanitize */

static bool blank(const uint8_t data[MMC_EXTCSD_SIZE])
{
	for (size_t i = 1; i < MMC_EXTCSD_SIZE; i++)
		if (data[i] != data[0])
			return false;
	return true;
}

static unsigned count_partitions(const uint8_t *data)
{
	unsigned count = 0;

	for (unsigned i = 0; i < MMC_GP_PARTITIONS; i++, data += 3)
		count += (data[0] | data[1] | data[2]) != 0;
	return count;
}

static void decode_erase(const uint8_t *data, struct mmc_extcsd *e)
{
	uint8_t features = data[SEC_FEATURE_SUPPORT];

	e->secure_features = features;
	e->secure_erase = features & SECURE_ER_EN;
	e->trim = features & SEC_GB_CL_EN;
	/* Reserved before: a bit there means nothing. */
	e->sanitize = e->revision >= REVISION_4_5 && features & SEC_SANITIZE;
	e->erases_retired = features & SEC_BD_BLK_EN &&
			    data[SEC_BAD_BLK_MGMNT] & 1;
	e->erased_byte = data[ERASED_MEM_CONT] & 1 ? 0xFF : 0x00;
	e->erase_group_bytes = (uint64_t)data[HC_ERASE_GRP_SIZE] << 19;
	e->erase_group_ms = 300u * data[ERASE_TIMEOUT_MULT];
	e->secure_group_ms = e->erase_group_ms * data[SEC_ERASE_MULT];
	e->removal_type = data[SECURE_REMOVAL_TYPE] >> 4 & 3;
}

static void decode_health(const uint8_t *data, struct mmc_extcsd *e)
{
	uint8_t a = data[DEVICE_LIFE_TIME_EST];
	uint8_t b = data[DEVICE_LIFE_TIME_EST + 1];

	e->end_of_life = data[PRE_EOL_INFO] <= 3 ? data[PRE_EOL_INFO] : 0;
	/* 0Bh: past its estimated life time; above: reserved. */
	e->life_time = a > b ? a : b;
	if (e->life_time > 0x0B)
		e->life_time = 0;
}

void mmc_extcsd_decode(const uint8_t data[MMC_EXTCSD_SIZE],
		       struct mmc_extcsd *ret_extcsd)
{
	struct mmc_extcsd e = { .revision = data[EXT_CSD_REV] };

	memset(ret_extcsd, 0, sizeof(*ret_extcsd));
	/* A later structure may have moved anything; the kernel, too, refuses
	 * those above 2. */
	e.sectors = get_le32(data + SEC_COUNT);
	if (blank(data) || data[EXT_CSD_STRUCTURE] > 2)
		return;
	e.usable = true;
	e.boot_bytes = (uint64_t)data[BOOT_SIZE_MULT] << 17;
	e.rpmb = data[RPMB_SIZE_MULT] != 0;
	e.gp_partitions = count_partitions(data + GP_SIZE_MULT);
	e.cache = get_le32(data + CACHE_SIZE) != 0;
	e.cache_on = e.cache && data[CACHE_CTRL] & 1;
	decode_erase(data, &e);
	decode_health(data, &e);
	hex_encode(data + FIRMWARE_VERSION, 8, e.firmware);
	*ret_extcsd = e;
}
