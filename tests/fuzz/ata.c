/* SPDX-License-Identifier: Apache-2.0 */
/* IDENTIFY DEVICE, DCO IDENTIFY and register decoders. */
#include <stdlib.h>
#include <string.h>

#include "ata/command.h"
#include "base/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_identity(const uint8_t sector[ATA_SECTOR])
{
	struct ata_identify id;
	struct ata_dco dco;

	ata_identify_decode(sector, &id);
	if (strlen(id.serial) > 20 || strlen(id.model) > 40 ||
	    strlen(id.firmware) > 8)
		abort();
	if (!id.usable && (id.sanitize != HAIKI_UNKNOWN ||
			   id.security.supported != HAIKI_UNKNOWN))
		abort();
	ata_dco_decode(sector, &dco);
	if (dco.usable && !dco.max_lba)
		abort();
}

static void check_registers(const uint8_t *data)
{
	struct ata_sanitize_result result;
	struct ata_command c;
	uint64_t lba;
	bool failing;

	ata_sanitize_status(&c, false);
	c.returned = data[0] & 1;
	c.count_full = data[0] & 2;
	c.extended = data[0] & 4;
	c.ret_status = data[1];
	c.ret_error = data[2];
	c.ret_device = data[3];
	c.ret_count = get_le16(data + 4);
	c.ret_lba = get_le64(data + 6) & 0xFFFFFFFFFFFF;
	ata_sanitize_decode(&c, &result);
	if (result.state == ATA_SANITIZE_SUCCEEDED &&
	    (!c.returned || !c.count_full || !(c.ret_count & 0x8000) ||
	     c.ret_status & 0x81))
		abort();
	ata_native_max_decode(&c, &lba);
	ata_smart_status_decode(&c, &failing);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t sector[ATA_SECTOR] = { 0 };

	memcpy(sector, data, size < ATA_SECTOR ? size : ATA_SECTOR);
	check_identity(sector);
	ata_checksum_store(sector);
	check_identity(sector);
	check_registers(sector);
	return 0;
}
