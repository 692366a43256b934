/* SPDX-License-Identifier: Apache-2.0 */
#include "nvme/log.h"

#include <string.h>

#include "base/bytes.h"

static bool uniform(const uint8_t *data, size_t length)
{
	for (size_t i = 1; i < length; i++)
		if (data[i] != data[0])
			return false;
	return true;
}

static enum nvm_sanitize_state state_of(uint16_t sstat)
{
	switch (sstat & 7) {
	case 0:
		return NVM_SANITIZE_NEVER;
	case 1:
		return NVM_SANITIZE_SUCCEEDED;
	case 2:
		return NVM_SANITIZE_RUNNING;
	case 3:
		return NVM_SANITIZE_FAILED;
	case 4:
		return NVM_SANITIZE_SUCCEEDED_DEALLOCATED;
	default:
		return NVM_SANITIZE_UNKNOWN;
	}
}

void nvm_sanitize_log_decode(const uint8_t data[NVM_SANITIZE_LOG_SIZE],
			      struct nvm_sanitize_log *ret_log)
{
	struct nvm_sanitize_log *log = ret_log;

	memset(log, 0, sizeof(*log));
	log->blank = uniform(data, NVM_SANITIZE_LOG_SIZE);
	log->progress = get_le16(data);
	log->sstat = get_le16(data + 2);
	log->cdw10 = get_le32(data + 4);
	log->overwrite_seconds = get_le32(data + 8);
	log->block_seconds = get_le32(data + 12);
	log->crypto_seconds = get_le32(data + 16);
	log->overwrite_nd_seconds = get_le32(data + 20);
	log->block_nd_seconds = get_le32(data + 24);
	log->crypto_nd_seconds = get_le32(data + 28);
	if (log->blank)
		return;
	log->state = state_of(log->sstat);
	log->passes = log->sstat >> 3 & 31;
	log->erased = log->sstat & 1u << 8;
	log->verification_canceled = log->sstat & 1u << 9;
	log->ssi = (enum nvm_sanitize_ssi)(data[36] & 15);
	log->ssi_failed = data[36] >> 4;
}

void nvm_smart_decode(const uint8_t data[NVM_SMART_LOG_SIZE],
		       struct nvm_smart *ret_smart)
{
	struct nvm_smart *s = ret_smart;

	memset(s, 0, sizeof(*s));
	if (uniform(data, NVM_SMART_LOG_SIZE))
		return;
	s->usable = true;
	s->critical_warning = data[0];
	s->temperature = (int)get_le16(data + 1) - 273;
	s->spare = data[3];
	s->spare_threshold = data[4];
	s->percent_used = data[5];
	s->power_cycles = get_le64(data + 112);
	s->power_on_hours = get_le64(data + 128);
	s->media_errors = get_le64(data + 160);
}

void nvm_firmware_decode(const uint8_t data[NVM_FIRMWARE_LOG_SIZE], unsigned *ret_active,
			  unsigned *ret_next)
{
	*ret_active = data[0] & 7;
	*ret_next = data[0] >> 4 & 7;
}
