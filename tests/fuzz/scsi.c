/* SPDX-License-Identifier: Apache-2.0 */
/* Sense data, ATA registers in it, INQUIRY and VPD pages, capacities. */
#include <stdlib.h>
#include <string.h>

#include "ata/command.h"
#include "scsi/command.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_sense(const uint8_t *data, size_t size)
{
	struct scsi_command scsi = { .status = 0x02 };
	struct ata_command ata;
	struct scsi_sense sense;
	char text[80];

	scsi.sense_length = size < sizeof(scsi.sense) ? size :
							sizeof(scsi.sense);
	if (size)
		memcpy(scsi.sense, data, scsi.sense_length);
	if (scsi_command_result(&scsi, &sense) == SCSI_RESULT_GOOD &&
	    !sense.valid)
		abort();
	scsi_sense_describe(&sense, text, sizeof(text));
	ata_sanitize_status(&ata, false);
	sat_decode(&scsi, &ata);
	if (ata.count_full && (!ata.returned || !sense.descriptor))
		abort();
}

static void check_pages(const uint8_t *data, size_t size)
{
	struct scsi_inquiry inquiry;
	struct scsi_capacity capacity;
	uint8_t identify[512];
	uint16_t rotation;
	char text[32];
	bool yes;

	scsi_inquiry_decode(data, size, &inquiry);
	scsi_vpd_serial_decode(data, size, text, sizeof(text));
	scsi_vpd_wwn_decode(data, size, text, sizeof(text));
	scsi_vpd_rotation_decode(data, size, &rotation);
	scsi_vpd_ata_decode(data, size, identify, &yes);
	scsi_vpd_has_page(data, size, 0x89, &yes);
	scsi_capacity10_decode(data, size, &capacity);
	if (!scsi_capacity16_decode(data, size, &capacity) &&
	    (capacity.logical_block < 512 ||
	     capacity.physical_block < capacity.logical_block))
		abort();
	scsi_report_opcode_decode(data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_sense(data, size);
	check_pages(data, size);
	return 0;
}
