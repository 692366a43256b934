/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCSI_COMMAND_H
#define SCSI_COMMAND_H

#include "scsi/sense.h"

/*
 * Builders: each sets the whole of *command for one SCSI command. `data` is
 * borrowed and must live as long as the command.
 */
void scsi_test_unit_ready(struct scsi_command *command);   /* SPC-5 6.47 */
/* Descriptor format asked for if `descriptor`; SPC-5 6.39. */
void scsi_request_sense(struct scsi_command *command, bool descriptor,
			void *data, uint8_t length);
void scsi_inquiry(struct scsi_command *command, void *data, uint16_t length);
void scsi_inquiry_vpd(struct scsi_command *command, uint8_t page, void *data,
		      uint16_t length);
void scsi_read_capacity10(struct scsi_command *command, uint8_t data[8]);
void scsi_read_capacity16(struct scsi_command *command, uint8_t data[32]);
/* One command: opcode, and its service action if `service_action` >= 0. */
void scsi_report_opcode(struct scsi_command *command, uint8_t opcode,
			int service_action, void *data, uint32_t length);
void scsi_log_sense(struct scsi_command *command, uint8_t page,
		    uint8_t subpage, void *data, uint16_t length);
/* The caching mode page, 08h (SBC-4 6.5.6), its current values; MODE SENSE(10)
 * without block descriptors. */
void scsi_sense_caching(struct scsi_command *command, void *data,
			uint16_t length);
/* MODE SELECT(10) of a list from scsi_caching_encode(); not saved. */
void scsi_select_caching(struct scsi_command *command, void *list,
			 uint16_t length);
/* SECURITY PROTOCOL IN/OUT (SPC-5 6.40, 6.41), length in bytes. */
void scsi_security_in(struct scsi_command *command, uint8_t protocol,
		      uint16_t specific, void *data, uint32_t length);
void scsi_security_out(struct scsi_command *command, uint8_t protocol,
		       uint16_t specific, void *data, uint32_t length);

/* SANITIZE (SBC-4 5.30) 48h. */
enum scsi_sanitize_action {
	SCSI_SANITIZE_OVERWRITE = 0x01,
	SCSI_SANITIZE_BLOCK = 0x02,
	SCSI_SANITIZE_CRYPTO = 0x03,
	SCSI_SANITIZE_EXIT_FAILURE = 0x1F,
};

#define SCSI_OPCODE_FORMAT_UNIT 0x04
#define SCSI_OPCODE_SANITIZE    0x48

/* Block, crypto or exit failure mode. AUSE is set, so that a failure can be
 * left; `immediate` returns at once. */
void scsi_sanitize(struct scsi_command *command,
		   enum scsi_sanitize_action action, bool immediate);

/* The overwrite's parameter list: 4 bytes and the pattern. */
#define SCSI_OVERWRITE_SIZE 8
/* `count` 1 ... 31 overwrites of a 4-byte pattern; `invert` between them. */
void scsi_sanitize_overwrite(struct scsi_command *command,
			     uint8_t list[SCSI_OVERWRITE_SIZE],
			     uint32_t pattern, unsigned count, bool invert,
			     bool immediate);

/* Takes AUSE back: a drive whose last failure can't be left takes no sanitize
 * with it. */
void scsi_sanitize_restrict(struct scsi_command *command);

/* FORMAT UNIT (SBC-4 5.4) with a short parameter list header: keeps the
 * protection type that READ CAPACITY(16) told, default pattern. */
#define SCSI_FORMAT_LIST_SIZE 4
struct scsi_capacity;
void scsi_format_unit(struct scsi_command *command,
		      uint8_t list[SCSI_FORMAT_LIST_SIZE],
		      const struct scsi_capacity *capacity, bool immediate);

/* --- answers ------------------------------------------------------------ */

struct scsi_inquiry {
	uint8_t device_type;      /* 00h direct access block, 14h zoned */
	bool removable;
	char vendor[9], product[17], revision[5];   /* trimmed */
};

/* 0 or -EPROTO. */
int scsi_inquiry_decode(const uint8_t *data, size_t length,
			struct scsi_inquiry *ret_inquiry);

/* VPD page 80h: the unit serial number, trimmed; -EPROTO, -ENOSPC. */
int scsi_vpd_serial_decode(const uint8_t *data, size_t length,
			   char *ret_serial, size_t size);
/* VPD page 83h: the logical unit's NAA, EUI-64 (lower-case hex) with the
 * longest designator preferred; -ENOENT if it has none, -EPROTO. */
int scsi_vpd_wwn_decode(const uint8_t *data, size_t length, char *ret_wwn,
			size_t size);
/* VPD page B1h: 0001h non-rotating, 0401h ... FFFEh rpm, 0 not told. */
int scsi_vpd_rotation_decode(const uint8_t *data, size_t length,
			     uint16_t *ret_rotation);
/* VPD page 89h (SAT-4 12.4.2): bytes 60 ... 571 are IDENTIFY DEVICE data. */
int scsi_vpd_ata_decode(const uint8_t *data, size_t length,
			uint8_t ret_identify[512], bool *ret_packet);
/* VPD page 00h: whether `page` is in the list. */
int scsi_vpd_has_page(const uint8_t *data, size_t length, uint8_t page,
		      bool *ret_has);

struct scsi_capacity {
	uint64_t last_lba;
	uint32_t logical_block, physical_block;
	bool protection;          /* PROT_EN */
	uint8_t protection_type;  /* P_TYPE + 1 with PROT_EN, else 0 */
	bool provisioned;         /* LBPME */
	bool reads_zero;          /* LBPRZ */
};

int scsi_capacity10_decode(const uint8_t *data, size_t length,
			   struct scsi_capacity *ret_capacity);
int scsi_capacity16_decode(const uint8_t *data, size_t length,
			   struct scsi_capacity *ret_capacity);

/* WCE of what MODE SENSE(10) returned for page 08h; -EPROTO. */
int scsi_caching_decode(const uint8_t *data, size_t length, bool *ret_enabled);
/* The parameter list that differs from `data` in WCE only; `ret_list` has room
 * for `length`. Its length, or -EPROTO. */
int scsi_caching_encode(const uint8_t *data, size_t length, bool enabled,
			uint8_t *ret_list);

/* One command's support: SUPPORT 1 -> no, 3 and 5 -> yes, else unknown. */
enum haiki_answer scsi_report_opcode_decode(const uint8_t *data,
					    size_t length);

#endif
