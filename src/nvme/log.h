/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NVME_LOG_H
#define NVME_LOG_H

#include <haiki/drive.h>

#define NVM_SANITIZE_LOG_SIZE 512
#define NVM_SMART_LOG_SIZE 512
#define NVM_FIRMWARE_LOG_SIZE 512

enum nvm_sanitize_state {
	NVM_SANITIZE_UNKNOWN = 0,/* reserved value, or the page is blank */
	NVM_SANITIZE_NEVER,
	NVM_SANITIZE_SUCCEEDED,
	NVM_SANITIZE_RUNNING,
	NVM_SANITIZE_FAILED,
	NVM_SANITIZE_SUCCEEDED_DEALLOCATED,  /* NDAS asked, yet deallocated */
};

/* SSI 3:0, Sanitize State (TP4152); 0 also where it's not reported. */
enum nvm_sanitize_ssi {
	NVM_SSI_IDLE = 0,
	NVM_SSI_RESTRICTED_PROCESSING,
	NVM_SSI_RESTRICTED_FAILURE,
	NVM_SSI_UNRESTRICTED_PROCESSING,
	NVM_SSI_UNRESTRICTED_FAILURE,
	NVM_SSI_MEDIA_VERIFICATION,
	NVM_SSI_POST_VERIFICATION,
};

#define NVM_SECONDS_UNKNOWN 0xFFFFFFFFu

/* Sanitize Status log page, 81h (Base 2.0c figure 288). */
struct nvm_sanitize_log {
	bool blank;               /* every byte is the same: says nothing */
	enum nvm_sanitize_state state;
	bool erased;              /* GDE: nothing written since the success */
	uint16_t progress;        /* SPROG, of 65,536; FFFFh unless running */
	uint16_t sstat;
	unsigned passes;          /* of an overwrite, completed */
	uint32_t cdw10;           /* SCDW10: of the command that started it */
	bool verification_canceled;       /* SSTAT b9 MVCNCLD */
	enum nvm_sanitize_ssi ssi;
	uint8_t ssi_failed;       /* SSI 7:4: the state it failed in */
	/* Seconds; NVM_SECONDS_UNKNOWN = not reported. */
	uint32_t overwrite_seconds, block_seconds, crypto_seconds;
	uint32_t overwrite_nd_seconds, block_nd_seconds, crypto_nd_seconds;
};

void nvm_sanitize_log_decode(const uint8_t data[NVM_SANITIZE_LOG_SIZE],
			      struct nvm_sanitize_log *ret_log);

/* SMART / Health Information log page, 02h (figure 207). */
struct nvm_smart {
	bool usable;
	uint8_t critical_warning; /* b3: media is read only */
	int temperature;          /* degrees Celsius */
	uint8_t spare, spare_threshold, percent_used;
	/* Low 64 bits of 128-bit counters. */
	uint64_t power_cycles, power_on_hours, media_errors;
};

void nvm_smart_decode(const uint8_t data[NVM_SMART_LOG_SIZE],
		       struct nvm_smart *ret_smart);

/* Firmware Slot log page, 03h: active slot, and the one that waits for the
 * next reset (0 = none). */
void nvm_firmware_decode(const uint8_t data[NVM_FIRMWARE_LOG_SIZE], unsigned *ret_active,
			  unsigned *ret_next);

#endif
