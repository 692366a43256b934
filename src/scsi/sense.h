/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCSI_SENSE_H
#define SCSI_SENSE_H

#include "transport/transport.h"

#define SCSI_STATUS_GOOD            0x00
#define SCSI_STATUS_CHECK_CONDITION 0x02
#define SCSI_STATUS_BUSY            0x08
#define SCSI_STATUS_RESERVATION_CONFLICT 0x18
#define SCSI_STATUS_TASK_SET_FULL   0x28

enum scsi_sense_key {
	SCSI_NO_SENSE = 0x0,
	SCSI_RECOVERED_ERROR = 0x1,
	SCSI_NOT_READY = 0x2,
	SCSI_MEDIUM_ERROR = 0x3,
	SCSI_HARDWARE_ERROR = 0x4,
	SCSI_ILLEGAL_REQUEST = 0x5,
	SCSI_UNIT_ATTENTION = 0x6,
	SCSI_DATA_PROTECT = 0x7,
	SCSI_ABORTED_COMMAND = 0xB,
};

/* ASC << 8 | ASCQ (SPC-5 annex F). */
#define SCSI_ASC_ATA_INFORMATION    0x001D  /* ATA pass-through information */
#define SCSI_ASC_SANITIZE_RUNNING   0x041B
#define SCSI_ASC_FORMAT_RUNNING     0x0404
#define SCSI_ASC_INVALID_OPCODE     0x2000
#define SCSI_ASC_INVALID_FIELD      0x2400
#define SCSI_ASC_INVALID_PARAMETER  0x2600
#define SCSI_ASC_WRITE_PROTECTED    0x2700
#define SCSI_ASC_FORMAT_FAILED      0x3101
#define SCSI_ASC_SANITIZE_FAILED    0x3103
#define SCSI_ASC_MEDIUM_NOT_PRESENT 0x3A00

/* Sense data (SPC-5 4.4), descriptor or fixed format. */
struct scsi_sense {
	bool valid;               /* a known response code and enough bytes */
	bool descriptor;          /* 72h/73h; else fixed, 70h/71h */
	bool deferred;            /* of an earlier command */
	uint8_t key;
	uint16_t asc;             /* ASC << 8 | ASCQ */
	bool progress_valid;
	uint16_t progress;        /* of 65,536 */
	bool information_valid;
	uint64_t information;
};

/* Never fails; without `valid` nothing else means anything. Pure. */
void scsi_sense_decode(const uint8_t *sense, size_t length,
		       struct scsi_sense *ret_sense);

/* "sense 3/31/03 (sanitize command failed)" or "no sense data". */
void scsi_sense_describe(const struct scsi_sense *sense, char *ret_text,
			 size_t size);

/* How a command ended. */
enum scsi_result {
	SCSI_RESULT_UNKNOWN = 0,  /* check condition without sense; others */
	SCSI_RESULT_GOOD,
	SCSI_RESULT_RETRY,        /* unit attention, busy: ask again */
	SCSI_RESULT_NOT_READY,    /* e.g. a sanitize or format is running */
	SCSI_RESULT_UNSUPPORTED,  /* invalid opcode, field or parameter */
	SCSI_RESULT_FAILED,
};

enum scsi_result scsi_command_result(const struct scsi_command *command,
				     struct scsi_sense *ret_sense);

/*
 * ATA PASS-THROUGH (SAT-4 12.2): fills scsi->cdb and data from *ata. The
 * 12-byte form can't carry 48-bit commands: -EOPNOTSUPP.
 */
int sat_encode16(const struct ata_command *ata, struct scsi_command *scsi);
int sat_encode12(const struct ata_command *ata, struct scsi_command *scsi);

/*
 * Registers from the sense data that came back (CK_COND): the ATA Status
 * Return descriptor (09h), or fixed format, which lacks COUNT(15:8) and
 * LBA(47:24). Without either, ata->returned is false.
 */
void sat_decode(const struct scsi_command *scsi, struct ata_command *ata);

#endif
