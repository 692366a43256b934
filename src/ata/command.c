/* SPDX-License-Identifier: Apache-2.0 */
#include "ata/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

#define DEVICE_LBA 0x40           /* DEVICE b6 */
#define SMART_LBA  0xC24F00u      /* LBA(23:8) of every SMART command */

static void non_data(struct ata_command *c, const char *name, uint8_t opcode)
{
	memset(c, 0, sizeof(*c));
	c->name = name;
	c->command = opcode;
	c->protocol = ATA_NON_DATA;
	c->direction = TRANSPORT_NO_DATA;
}

static void pio(struct ata_command *c, const char *name, uint8_t opcode,
		enum transport_direction direction, void *data, size_t length)
{
	non_data(c, name, opcode);
	c->protocol = direction == TRANSPORT_FROM_DEVICE ? ATA_PIO_IN :
							   ATA_PIO_OUT;
	c->direction = direction;
	c->data = data;
	c->length = length;
}

void ata_identify_device(struct ata_command *command, uint8_t data[ATA_SECTOR])
{
	pio(command, "IDENTIFY DEVICE", 0xEC, TRANSPORT_FROM_DEVICE, data,
	    ATA_SECTOR);
	/* Count means nothing to the drive; bridges take the length here. */
	command->count = 1;
}

void ata_identify_packet_device(struct ata_command *command,
				uint8_t data[ATA_SECTOR])
{
	pio(command, "IDENTIFY PACKET DEVICE", 0xA1, TRANSPORT_FROM_DEVICE,
	    data, ATA_SECTOR);
	command->count = 1;
}

void ata_check_power_mode(struct ata_command *command)
{
	non_data(command, "CHECK POWER MODE", 0xE5);
}

void ata_flush_cache(struct ata_command *command, bool extended)
{
	if (extended)
		non_data(command, "FLUSH CACHE EXT", 0xEA);
	else
		non_data(command, "FLUSH CACHE", 0xE7);
	command->extended = extended;
}

void ata_set_write_cache(struct ata_command *command, bool on)
{
	non_data(command, on ? "SET FEATURES: write cache on" :
			       "SET FEATURES: write cache off", 0xEF);
	command->features = on ? 0x02 : 0x82;
}

void ata_read_log(struct ata_command *command, uint8_t address, uint16_t page,
		  uint16_t sectors, void *data)
{
	pio(command, "READ LOG EXT", 0x2F, TRANSPORT_FROM_DEVICE, data,
	    (size_t)sectors * ATA_SECTOR);
	command->extended = true;
	command->count = sectors;
	command->lba = (uint64_t)(page >> 8) << 32 |
		       (uint64_t)(page & 0xFF) << 8 | address;
}

void ata_smart_read_data(struct ata_command *command, uint8_t data[ATA_SECTOR])
{
	pio(command, "SMART READ DATA", 0xB0, TRANSPORT_FROM_DEVICE, data,
	    ATA_SECTOR);
	command->features = 0xD0;
	command->count = 1;
	command->lba = SMART_LBA;
}

void ata_smart_return_status(struct ata_command *command)
{
	non_data(command, "SMART RETURN STATUS", 0xB0);
	command->features = 0xDA;
	command->lba = SMART_LBA;
}

void ata_read_native_max(struct ata_command *command, bool extended)
{
	if (extended)
		non_data(command, "READ NATIVE MAX ADDRESS EXT", 0x27);
	else
		non_data(command, "READ NATIVE MAX ADDRESS", 0xF8);
	command->extended = extended;
	command->device = DEVICE_LBA;
}

void ata_set_max(struct ata_command *command, bool extended, uint64_t lba,
		 bool keep)
{
	if (extended)
		non_data(command, "SET MAX ADDRESS EXT", 0x37);
	else
		non_data(command, "SET MAX ADDRESS", 0xF9);
	command->extended = extended;
	command->device = DEVICE_LBA;
	if (!extended)
		command->device |= (uint8_t)(lba >> 24 & 15);
	command->lba = lba;
	command->count = keep;
}

void ata_get_native_max(struct ata_command *command)
{
	non_data(command, "GET NATIVE MAX ADDRESS EXT", 0x78);
	command->extended = true;
	command->device = DEVICE_LBA;
}

void ata_set_accessible_max(struct ata_command *command, uint64_t lba)
{
	non_data(command, "SET ACCESSIBLE MAX ADDRESS EXT", 0x78);
	command->extended = true;
	command->features = 0x0001;
	command->device = DEVICE_LBA;
	command->lba = lba;
}

void ata_dco_identify(struct ata_command *command, uint8_t data[ATA_SECTOR])
{
	pio(command, "DEVICE CONFIGURATION IDENTIFY", 0xB1,
	    TRANSPORT_FROM_DEVICE, data, ATA_SECTOR);
	command->features = 0xC2;
	command->count = 1;
}

void ata_dco_restore(struct ata_command *command)
{
	non_data(command, "DEVICE CONFIGURATION RESTORE", 0xB1);
	command->features = 0xC0;
}

void ata_dco_freeze(struct ata_command *command)
{
	non_data(command, "DEVICE CONFIGURATION FREEZE LOCK", 0xB1);
	command->features = 0xC1;
}

void ata_security_block_encode(const struct ata_security_block *block,
			       uint8_t ret_data[ATA_SECTOR])
{
	memset(ret_data, 0, ATA_SECTOR);
	put_le16(ret_data, (uint16_t)((block->master ? 1u : 0u) |
				      (block->enhanced ? 1u << 1 : 0u) |
				      (block->maximum ? 1u << 8 : 0u)));
	memcpy(ret_data + 2, block->password, ATA_PASSWORD_SIZE);
	put_le16(ret_data + 34, block->master_id);
}

void ata_security_block_decode(const uint8_t data[ATA_SECTOR],
			       struct ata_security_block *ret_block)
{
	uint16_t word0 = get_le16(data);

	ret_block->master = word0 & 1;
	ret_block->enhanced = word0 & 1u << 1;
	ret_block->maximum = word0 & 1u << 8;
	memcpy(ret_block->password, data + 2, ATA_PASSWORD_SIZE);
	ret_block->master_id = get_le16(data + 34);
}

static void security(struct ata_command *c, const char *name, uint8_t opcode,
		     uint8_t *data)
{
	pio(c, name, opcode, TRANSPORT_TO_DEVICE, data, ATA_SECTOR);
	c->count = 1;
	c->secret = true;
}

void ata_security_set_password(struct ata_command *command,
			       uint8_t data[ATA_SECTOR])
{
	security(command, "SECURITY SET PASSWORD", 0xF1, data);
}

void ata_security_unlock(struct ata_command *command, uint8_t data[ATA_SECTOR])
{
	security(command, "SECURITY UNLOCK", 0xF2, data);
}

void ata_security_erase_prepare(struct ata_command *command)
{
	non_data(command, "SECURITY ERASE PREPARE", 0xF3);
}

void ata_security_erase_unit(struct ata_command *command,
			     uint8_t data[ATA_SECTOR], uint32_t timeout_ms)
{
	security(command, "SECURITY ERASE UNIT", 0xF4, data);
	command->timeout_ms = timeout_ms;
}

void ata_security_freeze_lock(struct ata_command *command)
{
	non_data(command, "SECURITY FREEZE LOCK", 0xF5);
}

void ata_security_disable_password(struct ata_command *command,
				   uint8_t data[ATA_SECTOR])
{
	security(command, "SECURITY DISABLE PASSWORD", 0xF6, data);
}

static void sanitize(struct ata_command *c, const char *name,
		     enum ata_sanitize_feature feature, uint16_t count,
		     uint64_t lba)
{
	non_data(c, name, 0xB4);
	c->extended = true;
	c->features = (uint16_t)feature;
	c->count = count;
	c->lba = lba;
	c->device = DEVICE_LBA;
}

void ata_sanitize_status(struct ata_command *command, bool clear_failed)
{
	sanitize(command, "SANITIZE STATUS EXT", ATA_SANITIZE_STATUS,
		 clear_failed ? ATA_SANITIZE_CLEAR_FAILED : 0, 0);
}

void ata_sanitize_crypto(struct ata_command *command)
{
	sanitize(command, "CRYPTO SCRAMBLE EXT", ATA_SANITIZE_CRYPTO,
		 ATA_SANITIZE_FAILURE_MODE, ATA_SANITIZE_KEY_CRYPTO);
}

void ata_sanitize_block(struct ata_command *command)
{
	sanitize(command, "BLOCK ERASE EXT", ATA_SANITIZE_BLOCK,
		 ATA_SANITIZE_FAILURE_MODE, ATA_SANITIZE_KEY_BLOCK);
}

void ata_sanitize_overwrite(struct ata_command *command, uint32_t pattern,
			    unsigned passes, bool invert)
{
	sanitize(command, "OVERWRITE EXT", ATA_SANITIZE_OVERWRITE,
		 (uint16_t)(ATA_SANITIZE_FAILURE_MODE | (passes & 15) |
			    (invert ? 1u << 7 : 0u)),
		 (uint64_t)ATA_SANITIZE_KEY_OVERWRITE << 32 | pattern);
}

void ata_sanitize_restrict(struct ata_command *command)
{
	command->count &= (uint16_t)~ATA_SANITIZE_FAILURE_MODE;
}

void ata_sanitize_freeze(struct ata_command *command)
{
	sanitize(command, "SANITIZE FREEZE LOCK EXT", ATA_SANITIZE_FREEZE, 0,
		 ATA_SANITIZE_KEY_FREEZE);
}

void ata_sanitize_antifreeze(struct ata_command *command)
{
	sanitize(command, "SANITIZE ANTIFREEZE LOCK EXT",
		 ATA_SANITIZE_ANTIFREEZE, 0, ATA_SANITIZE_KEY_ANTIFREEZE);
}

static void trusted(struct ata_command *c, uint8_t protocol, uint16_t specific,
		    size_t length)
{
	size_t sectors = length / ATA_SECTOR;

	c->features = protocol;
	c->count = (uint16_t)(sectors & 0xFF);
	c->lba = (uint64_t)specific << 8 | (sectors >> 8 & 0xFF);
	c->device = DEVICE_LBA;
	c->secret = true;
}

void ata_trusted_receive(struct ata_command *command, uint8_t protocol,
			 uint16_t specific, void *data, size_t length)
{
	pio(command, "TRUSTED RECEIVE", 0x5C, TRANSPORT_FROM_DEVICE, data,
	    length);
	trusted(command, protocol, specific, length);
	command->secret = false;
}

void ata_trusted_send(struct ata_command *command, uint8_t protocol,
		      uint16_t specific, void *data, size_t length)
{
	pio(command, "TRUSTED SEND", 0x5E, TRANSPORT_TO_DEVICE, data, length);
	trusted(command, protocol, specific, length);
}

static bool all_zero(const struct ata_command *c)
{
	return !c->ret_status && !c->ret_error && !c->ret_device &&
	       !c->ret_count && !c->ret_lba;
}

enum ata_result ata_command_result(const struct ata_command *command)
{
	uint8_t status = command->ret_status;

	if (!command->returned || all_zero(command) || status == 0xFF)
		return ATA_RESULT_UNKNOWN;
	if (status & ATA_STATUS_BSY)
		return ATA_RESULT_BUSY;
	if (status & ATA_STATUS_ERR)
		return command->ret_error & ATA_ERROR_ABRT ?
		       ATA_RESULT_ABORTED : ATA_RESULT_ERROR;
	if (status & ATA_STATUS_DF)
		return ATA_RESULT_ERROR;
	if (!(status & ATA_STATUS_DRDY) || status & ATA_STATUS_DRQ)
		return ATA_RESULT_UNKNOWN;
	return ATA_RESULT_DONE;
}

void ata_command_describe(const struct ata_command *command, char *ret_text,
			  size_t size)
{
	if (!command->returned) {
		snprintf(ret_text, size, "no registers were returned");
		return;
	}
	snprintf(ret_text, size,
		 "status %02Xh error %02Xh count %04Xh%s lba %012llXh",
		 command->ret_status, command->ret_error, command->ret_count,
		 command->count_full ? "" : " (low byte only)",
		 (unsigned long long)command->ret_lba);
}

int ata_native_max_decode(const struct ata_command *command, uint64_t *ret_lba)
{
	uint64_t lba = command->ret_lba;

	switch (ata_command_result(command)) {
	case ATA_RESULT_DONE:
		break;
	case ATA_RESULT_ABORTED:
	case ATA_RESULT_ERROR:
		return -EIO;
	default:
		return -EPROTO;
	}
	/* LBA(47:24) is missing from fixed-format sense data. */
	if (command->extended && !command->count_full)
		return -EPROTO;
	if (command->extended)
		lba &= (UINT64_C(1) << 48) - 1;
	else
		lba = (lba & 0xFFFFFF) |
		      (uint64_t)(command->ret_device & 15) << 24;
	if (!lba)
		return -EPROTO;
	*ret_lba = lba;
	return 0;
}

static void decode_aborted(const struct ata_command *c,
			   struct ata_sanitize_result *r)
{
	static const char *const reasons[] = {
		[ATA_SANITIZE_REASON_NONE] = "reason not reported",
		[ATA_SANITIZE_REASON_FAILED] = "the sanitize operation failed",
		[ATA_SANITIZE_REASON_INVALID] = "invalid or unsupported command",
		[ATA_SANITIZE_REASON_FROZEN] = "the drive is in the sanitize frozen state",
		[ATA_SANITIZE_REASON_ANTIFREEZE] = "the antifreeze lock is set",
	};
	size_t i = c->ret_lba & 0xFF;

	r->reason = (uint8_t)i;
	r->frozen = i == ATA_SANITIZE_REASON_FROZEN;
	r->antifreeze = i == ATA_SANITIZE_REASON_ANTIFREEZE;
	if (i == ATA_SANITIZE_REASON_FAILED)
		r->state = ATA_SANITIZE_FAILED;
	snprintf(r->detail, sizeof(r->detail), "aborted: %s",
		 i < sizeof(reasons) / sizeof(reasons[0]) ? reasons[i] :
							    "unknown reason");
}

static void decode_count(const struct ata_command *c,
			 struct ata_sanitize_result *r)
{
	bool done = c->ret_count & 1u << 15, running = c->ret_count & 1u << 14;

	r->frozen = c->ret_count & 1u << 13;
	r->antifreeze = c->ret_count & 1u << 12;
	if (running) {
		r->state = ATA_SANITIZE_RUNNING;
		r->progress = (uint16_t)c->ret_lba;
		snprintf(r->detail, sizeof(r->detail), "in progress, %u/65536",
			 (unsigned)r->progress);
	} else if (done) {
		r->state = ATA_SANITIZE_SUCCEEDED;
		snprintf(r->detail, sizeof(r->detail),
			 "the most recent sanitize operation completed without error");
	} else {
		r->state = ATA_SANITIZE_IDLE;
		snprintf(r->detail, sizeof(r->detail),
			 "no sanitize operation is running or is known to have completed");
	}
}

void ata_sanitize_decode(const struct ata_command *command,
			 struct ata_sanitize_result *ret_result)
{
	struct ata_sanitize_result *r = ret_result;

	memset(r, 0, sizeof(*r));
	switch (ata_command_result(command)) {
	case ATA_RESULT_ABORTED:
		decode_aborted(command, r);
		return;
	case ATA_RESULT_DONE:
		break;
	default:
		ata_command_describe(command, r->detail, sizeof(r->detail));
		return;
	}
	if (!command->count_full) {
		snprintf(r->detail, sizeof(r->detail),
			 "COUNT(15:8) was not returned: the bridge hides the sanitize status");
		return;
	}
	/* Status and device alone: what a bridge makes up for "good". A drive
	 * that runs nothing says FFFFh or nothing of progress, with b15. */
	if (!command->ret_count && !command->ret_lba) {
		r->blank = true;
		snprintf(r->detail, sizeof(r->detail),
			 "COUNT and LBA came back as zeros: no sanitize status");
		return;
	}
	decode_count(command, r);
}

int ata_smart_status_decode(const struct ata_command *command,
			    bool *ret_failing)
{
	uint32_t signature = (uint32_t)(command->ret_lba >> 8) & 0xFFFF;

	if (ata_command_result(command) != ATA_RESULT_DONE)
		return -EPROTO;
	if (signature != 0xC24F && signature != 0x2CF4)
		return -EPROTO;
	*ret_failing = signature == 0x2CF4;
	return 0;
}
