/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METHOD_METHODS_H
#define METHOD_METHODS_H

#include "method/method.h"

/* Every method that is built; method_find() looks here. */
extern const struct method method_ata_security_erase_enhanced;
extern const struct method method_ata_security_erase;
extern const struct method method_ata_sanitize_block;
extern const struct method method_ata_sanitize_crypto;
extern const struct method method_ata_sanitize_overwrite;
extern const struct method method_scsi_sanitize_block;
extern const struct method method_scsi_sanitize_crypto;
extern const struct method method_scsi_sanitize_overwrite;
extern const struct method method_scsi_format;
extern const struct method method_nvme_sanitize_block;
extern const struct method method_nvme_sanitize_crypto;
extern const struct method method_nvme_sanitize_overwrite;
extern const struct method method_nvme_format_crypto;
extern const struct method method_nvme_format_user;
extern const struct method method_opal_psid_revert;
extern const struct method method_mmc_sanitize;
extern const struct method method_mmc_erase;
extern const struct method method_overwrite;

#endif
