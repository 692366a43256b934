/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_METHOD_PAIRS_H
#define TESTS_METHOD_PAIRS_H

#include "method/bench.h"

/* Small, quick drives of every kind. */
#define HDD "\"kind\":\"ata-hdd\",\"size_mib\":1,\"erase_ms\":4," \
	    "\"remapped\":3,\"sanitize\":[\"overwrite\",\"crypto\",\"block\"]"
#define SSD "\"kind\":\"ata-ssd\",\"size_mib\":1,\"erase_ms\":4," \
	    "\"spare_sectors\":256,\"encrypts\":true," \
	    "\"sanitize\":[\"overwrite\",\"crypto\",\"block\"]"
#define SAS "\"kind\":\"sas-hdd\",\"size_mib\":1,\"erase_ms\":4," \
	    "\"remapped\":3,\"scsi_format\":true,\"encrypts\":true," \
	    "\"sanitize\":[\"overwrite\",\"crypto\",\"block\"]"
#define NVME "\"kind\":\"nvme\",\"size_mib\":1,\"erase_ms\":4," \
	     "\"spare_sectors\":256,\"encrypts\":true," \
	     "\"format\":[\"user\",\"crypto\"]," \
	     "\"sanitize\":[\"overwrite\",\"crypto\",\"block\"]"
#define VERIFY NVME ",\"media_verification\":true"
#define EMMC "\"kind\":\"emmc\",\"size_mib\":1,\"erase_ms\":4," \
	     "\"spare_sectors\":4096,\"secure_erase\":true"
#define SD "\"kind\":\"sd-card\",\"size_mib\":1,\"erase_ms\":4"
#define OPAL ",\"opal\":true,\"psid\":\"PRACTICEPSID\""

/* A drive and a method for it, and which zones it must leave clean. */
static const struct pair {
	const char *json;
	enum haiki_method method;
	unsigned zones;
} pairs[] = {
#define Z(name) (1u << HAIKI_ZONE_##name)
	{ HDD, HAIKI_ATA_SECURITY_ERASE_ENHANCED, Z(HOST) | Z(REMAPPED) },
	{ HDD, HAIKI_ATA_SECURITY_ERASE, Z(HOST) },
	{ HDD, HAIKI_ATA_SANITIZE_OVERWRITE, Z(HOST) | Z(REMAPPED) },
	{ SSD, HAIKI_ATA_SECURITY_ERASE, Z(HOST) },
	{ SSD, HAIKI_ATA_SANITIZE_BLOCK, Z(HOST) | Z(SPARE) },
	{ SSD, HAIKI_ATA_SANITIZE_CRYPTO, Z(HOST) | Z(SPARE) },
	{ SAS, HAIKI_SCSI_SANITIZE_BLOCK, Z(HOST) | Z(REMAPPED) },
	{ SAS, HAIKI_SCSI_SANITIZE_CRYPTO, Z(HOST) | Z(REMAPPED) },
	{ SAS, HAIKI_SCSI_SANITIZE_OVERWRITE, Z(HOST) | Z(REMAPPED) },
	{ SAS, HAIKI_SCSI_FORMAT, Z(HOST) },
	{ NVME, HAIKI_NVME_SANITIZE_BLOCK, Z(HOST) | Z(SPARE) },
	{ NVME, HAIKI_NVME_SANITIZE_CRYPTO, Z(HOST) | Z(SPARE) },
	{ NVME, HAIKI_NVME_SANITIZE_OVERWRITE, Z(HOST) | Z(SPARE) },
	{ VERIFY, HAIKI_NVME_SANITIZE_BLOCK, Z(HOST) | Z(SPARE) },
	{ VERIFY, HAIKI_NVME_SANITIZE_CRYPTO, Z(HOST) | Z(SPARE) },
	{ NVME, HAIKI_NVME_FORMAT_CRYPTO, Z(HOST) | Z(SPARE) },
	{ NVME, HAIKI_NVME_FORMAT_USER, Z(HOST) },
	{ NVME OPAL, HAIKI_OPAL_PSID_REVERT, Z(HOST) | Z(SPARE) },
	{ SSD OPAL, HAIKI_OPAL_PSID_REVERT, Z(HOST) | Z(SPARE) },
	{ EMMC, HAIKI_MMC_SANITIZE, Z(HOST) | Z(SPARE) },
	{ EMMC, HAIKI_MMC_ERASE, Z(HOST) },
	{ SD, HAIKI_MMC_ERASE, Z(HOST) },
	{ SD, HAIKI_OVERWRITE, Z(HOST) },
	{ HDD, HAIKI_OVERWRITE, Z(HOST) },
	{ NVME, HAIKI_OVERWRITE, Z(HOST) },
};

static struct schedule zero;

UNUSED static int setup(void **state)
{
	(void)state;
	return schedule_parse("zero", &zero, NULL);
}

UNUSED static void prepare_options(struct bench *b)
{
	b->options.schedule = &zero;
	b->options.psid = "PRACTICEPSID";
	b->run.attempt.method = HAIKI_METHOD_NONE;
}

UNUSED static void check_clean(struct bench *b, unsigned zones)
{
	for (int z = 0; z < HAIKI_ZONE_COUNT; z++)
		if (zones & 1u << z)
			assert_int_equal(bench_markers(b, (enum haiki_zone)z),
					 0);
}

#endif
