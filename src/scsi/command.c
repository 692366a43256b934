/* SPDX-License-Identifier: Apache-2.0 */
#include "scsi/command.h"

#include <string.h>

#include "base/bytes.h"

static uint8_t *build(struct scsi_command *c, const char *name,
		      uint8_t opcode, size_t cdb_length)
{
	memset(c, 0, sizeof(*c));
	c->name = name;
	c->cdb[0] = opcode;
	c->cdb_length = cdb_length;
	return c->cdb;
}

static void receive(struct scsi_command *c, void *data, size_t length)
{
	c->direction = TRANSPORT_FROM_DEVICE;
	c->data = data;
	c->length = length;
}

static void send(struct scsi_command *c, void *data, size_t length)
{
	c->direction = TRANSPORT_TO_DEVICE;
	c->data = data;
	c->length = length;
}

void scsi_test_unit_ready(struct scsi_command *command)
{
	build(command, "TEST UNIT READY", 0x00, 6);
}

void scsi_request_sense(struct scsi_command *command, bool descriptor,
			void *data, uint8_t length)
{
	uint8_t *cdb = build(command, "REQUEST SENSE", 0x03, 6);

	cdb[1] = descriptor;
	cdb[4] = length;
	receive(command, data, length);
}

void scsi_inquiry(struct scsi_command *command, void *data, uint16_t length)
{
	uint8_t *cdb = build(command, "INQUIRY", 0x12, 6);

	put_be16(cdb + 3, length);
	receive(command, data, length);
}

void scsi_inquiry_vpd(struct scsi_command *command, uint8_t page, void *data,
		      uint16_t length)
{
	uint8_t *cdb = build(command, "INQUIRY VPD", 0x12, 6);

	cdb[1] = 1;
	cdb[2] = page;
	put_be16(cdb + 3, length);
	receive(command, data, length);
}

void scsi_read_capacity10(struct scsi_command *command, uint8_t data[8])
{
	build(command, "READ CAPACITY(10)", 0x25, 10);
	receive(command, data, 8);
}

void scsi_read_capacity16(struct scsi_command *command, uint8_t data[32])
{
	uint8_t *cdb = build(command, "READ CAPACITY(16)", 0x9E, 16);

	cdb[1] = 0x10;
	put_be32(cdb + 10, 32);
	receive(command, data, 32);
}

void scsi_report_opcode(struct scsi_command *command, uint8_t opcode,
			int service_action, void *data, uint32_t length)
{
	uint8_t *cdb = build(command, "REPORT SUPPORTED OPERATION CODES",
			     0xA3, 12);

	cdb[1] = 0x0C;
	cdb[2] = service_action >= 0 ? 2 : 1;
	cdb[3] = opcode;
	if (service_action >= 0)
		put_be16(cdb + 4, (uint16_t)service_action);
	put_be32(cdb + 6, length);
	receive(command, data, length);
}

void scsi_log_sense(struct scsi_command *command, uint8_t page,
		    uint8_t subpage, void *data, uint16_t length)
{
	uint8_t *cdb = build(command, "LOG SENSE", 0x4D, 10);

	cdb[2] = (uint8_t)(0x40 | (page & 0x3F));   /* cumulative values */
	cdb[3] = subpage;
	put_be16(cdb + 7, length);
	receive(command, data, length);
}

void scsi_sense_caching(struct scsi_command *command, void *data,
			uint16_t length)
{
	uint8_t *cdb = build(command, "MODE SENSE(10): caching", 0x5A, 10);

	cdb[1] = 0x08;            /* DBD */
	cdb[2] = 0x08;            /* PC 0: current values */
	put_be16(cdb + 7, length);
	receive(command, data, length);
}

void scsi_select_caching(struct scsi_command *command, void *list,
			 uint16_t length)
{
	uint8_t *cdb = build(command, "MODE SELECT(10): caching", 0x55, 10);

	cdb[1] = 0x10;            /* PF; SP 0: not over power cycles */
	put_be16(cdb + 7, length);
	send(command, list, length);
}

void scsi_security_in(struct scsi_command *command, uint8_t protocol,
		      uint16_t specific, void *data, uint32_t length)
{
	uint8_t *cdb = build(command, "SECURITY PROTOCOL IN", 0xA2, 12);

	cdb[1] = protocol;
	put_be16(cdb + 2, specific);
	put_be32(cdb + 6, length);
	receive(command, data, length);
}

void scsi_security_out(struct scsi_command *command, uint8_t protocol,
		       uint16_t specific, void *data, uint32_t length)
{
	uint8_t *cdb = build(command, "SECURITY PROTOCOL OUT", 0xB5, 12);

	cdb[1] = protocol;
	put_be16(cdb + 2, specific);
	put_be32(cdb + 6, length);
	send(command, data, length);
	command->secret = true;
}

#define SANITIZE_IMMEDIATE 0x80
#define SANITIZE_AUSE      0x20   /* allow unrestricted sanitize exit */

static const char *sanitize_name(enum scsi_sanitize_action action)
{
	switch (action) {
	case SCSI_SANITIZE_OVERWRITE:
		return "SANITIZE OVERWRITE";
	case SCSI_SANITIZE_BLOCK:
		return "SANITIZE BLOCK ERASE";
	case SCSI_SANITIZE_CRYPTO:
		return "SANITIZE CRYPTOGRAPHIC ERASE";
	case SCSI_SANITIZE_EXIT_FAILURE:
		return "SANITIZE EXIT FAILURE MODE";
	}
	return "SANITIZE";
}

void scsi_sanitize(struct scsi_command *command,
		   enum scsi_sanitize_action action, bool immediate)
{
	uint8_t *cdb = build(command, sanitize_name(action),
			     SCSI_OPCODE_SANITIZE, 10);

	cdb[1] = (uint8_t)action;
	/* Both bits are reserved in EXIT FAILURE MODE. */
	if (action == SCSI_SANITIZE_EXIT_FAILURE)
		return;
	cdb[1] |= SANITIZE_AUSE | (immediate ? SANITIZE_IMMEDIATE : 0);
}

void scsi_sanitize_overwrite(struct scsi_command *command,
			     uint8_t list[SCSI_OVERWRITE_SIZE],
			     uint32_t pattern, unsigned count, bool invert,
			     bool immediate)
{
	scsi_sanitize(command, SCSI_SANITIZE_OVERWRITE, immediate);
	put_be16(command->cdb + 7, SCSI_OVERWRITE_SIZE);
	list[0] = (uint8_t)((invert ? 0x80 : 0) | (count & 31));
	list[1] = 0;
	put_be16(list + 2, 4);
	put_be32(list + 4, pattern);
	send(command, list, SCSI_OVERWRITE_SIZE);
}

void scsi_sanitize_restrict(struct scsi_command *command)
{
	command->cdb[1] &= (uint8_t)~SANITIZE_AUSE;
}

void scsi_format_unit(struct scsi_command *command,
		      uint8_t list[SCSI_FORMAT_LIST_SIZE],
		      const struct scsi_capacity *capacity, bool immediate)
{
	/* FMTPINFO and PROTECTION FIELD USAGE of types 0 ... 3 (SBC-4 table
	 * 39). */
	static const uint8_t fmtpinfo[] = { 0, 2, 3, 3 };
	uint8_t *cdb = build(command, "FORMAT UNIT", SCSI_OPCODE_FORMAT_UNIT,
			     6);
	unsigned type = capacity->protection_type & 3;

	cdb[1] = (uint8_t)(fmtpinfo[type] << 6 | 0x10);   /* FMTDATA */
	memset(list, 0, SCSI_FORMAT_LIST_SIZE);
	list[0] = type == 3;
	list[1] = immediate ? 0x02 : 0;
	send(command, list, SCSI_FORMAT_LIST_SIZE);
}
