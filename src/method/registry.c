/* SPDX-License-Identifier: Apache-2.0 */
#include "method/methods.h"

#include "base/cleanup.h"

static const struct method *const methods[] = {
	&method_ata_security_erase_enhanced,
	&method_ata_security_erase,
	&method_ata_sanitize_block,
	&method_ata_sanitize_crypto,
	&method_ata_sanitize_overwrite,
	&method_scsi_sanitize_block,
	&method_scsi_sanitize_crypto,
	&method_scsi_sanitize_overwrite,
	&method_scsi_format,
	&method_nvme_sanitize_block,
	&method_nvme_sanitize_crypto,
	&method_nvme_sanitize_overwrite,
	&method_nvme_format_crypto,
	&method_nvme_format_user,
	&method_opal_psid_revert,
	&method_mmc_sanitize,
	&method_mmc_erase,
	&method_overwrite,
};

const struct method *method_find(enum haiki_method id)
{
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
		if (methods[i]->id == id)
			return methods[i];
	return NULL;
}
