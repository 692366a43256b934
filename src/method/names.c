/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/method.h>

#include <string.h>

#include "base/cleanup.h"

static const char *const method_names[HAIKI_METHOD_COUNT] = {
	[HAIKI_METHOD_NONE] = "none",
	[HAIKI_ATA_SECURITY_ERASE_ENHANCED] = "ata-security-erase-enhanced",
	[HAIKI_ATA_SECURITY_ERASE] = "ata-security-erase",
	[HAIKI_ATA_SANITIZE_BLOCK] = "ata-sanitize-block",
	[HAIKI_ATA_SANITIZE_CRYPTO] = "ata-sanitize-crypto",
	[HAIKI_ATA_SANITIZE_OVERWRITE] = "ata-sanitize-overwrite",
	[HAIKI_SCSI_SANITIZE_BLOCK] = "scsi-sanitize-block",
	[HAIKI_SCSI_SANITIZE_CRYPTO] = "scsi-sanitize-crypto",
	[HAIKI_SCSI_SANITIZE_OVERWRITE] = "scsi-sanitize-overwrite",
	[HAIKI_SCSI_FORMAT] = "scsi-format",
	[HAIKI_NVME_SANITIZE_BLOCK] = "nvme-sanitize-block",
	[HAIKI_NVME_SANITIZE_CRYPTO] = "nvme-sanitize-crypto",
	[HAIKI_NVME_SANITIZE_OVERWRITE] = "nvme-sanitize-overwrite",
	[HAIKI_NVME_FORMAT_CRYPTO] = "nvme-format-crypto",
	[HAIKI_NVME_FORMAT_USER] = "nvme-format-user",
	[HAIKI_OPAL_PSID_REVERT] = "opal-psid-revert",
	[HAIKI_MMC_SANITIZE] = "mmc-sanitize",
	[HAIKI_MMC_ERASE] = "mmc-erase",
	[HAIKI_OVERWRITE] = "overwrite",
};

static const char *const support_names[] = {
	[HAIKI_SUPPORT_UNKNOWN] = "unknown",
	[HAIKI_SUPPORT_UNSUPPORTED] = "unsupported",
	[HAIKI_SUPPORT_FROZEN] = "frozen",
	[HAIKI_SUPPORT_LOCKED] = "locked",
	[HAIKI_SUPPORTED] = "supported",
};

static const char *const outcome_names[] = {
	[HAIKI_OUTCOME_UNKNOWN] = "unknown",
	[HAIKI_OUTCOME_RUNNING] = "running",
	[HAIKI_OUTCOME_SUCCEEDED] = "succeeded",
	[HAIKI_OUTCOME_FAILED] = "failed",
	[HAIKI_OUTCOME_INTERRUPTED] = "interrupted",
	[HAIKI_OUTCOME_STALLED] = "stalled",
};

static const char *name_of(const char *const *names, size_t count, size_t value)
{
	return value < count ? names[value] : names[0];
}

static size_t value_of(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return i;
	return 0;
}

const char *haiki_method_name(enum haiki_method method)
{
	return name_of(method_names, ARRAY_SIZE(method_names), (size_t)method);
}

enum haiki_method haiki_method_from_name(const char *name)
{
	return (enum haiki_method)value_of(method_names,
					   ARRAY_SIZE(method_names), name);
}

const char *haiki_support_name(enum haiki_support support)
{
	return name_of(support_names, ARRAY_SIZE(support_names),
		       (size_t)support);
}

const char *haiki_outcome_name(enum haiki_outcome outcome)
{
	return name_of(outcome_names, ARRAY_SIZE(outcome_names),
		       (size_t)outcome);
}

enum haiki_outcome haiki_outcome_from_name(const char *name)
{
	return (enum haiki_outcome)value_of(outcome_names,
					    ARRAY_SIZE(outcome_names), name);
}
