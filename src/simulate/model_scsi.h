/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_MODEL_SCSI_H
#define SIMULATE_MODEL_SCSI_H

#include "simulate/internal.h"

/* Sense key, additional sense code and qualifier in one: 0xKKAAQQ. */
#define SENSE_NONE               0x000000
#define SENSE_ATA_INFORMATION    0x01001D   /* pass-through registers */
#define SENSE_FORMATTING         0x020404
#define SENSE_SANITIZING         0x02041B
#define SENSE_READ_ERROR         0x031100
#define SENSE_WRITE_ERROR        0x030C00
#define SENSE_FORMAT_FAILED      0x033101
#define SENSE_SANITIZE_FAILED    0x033103
#define SENSE_LIST_LENGTH        0x051A00
#define SENSE_INVALID_OPCODE     0x052000
#define SENSE_LBA_OUT_OF_RANGE   0x052100
#define SENSE_INVALID_FIELD      0x052400
#define SENSE_INVALID_PARAMETER  0x052600
#define SENSE_WRITE_PROTECTED    0x072700
#define SENSE_SECURITY_LOCKED    0x072002   /* access denied, no rights */
#define SENSE_ABORTED            0x0B0000

typedef int model_scsi_function(struct model *m, struct model_scsi *c);

model_scsi_function model_scsi_inquiry, model_scsi_mode_sense,
	model_scsi_mode_select, model_scsi_log_sense, model_scsi_sanitize,
	model_scsi_format, model_scsi_defects;

/* Both return 0: the drive has answered. */
int model_scsi_good(struct model_scsi *c);
int model_scsi_check(struct model *m, struct model_scsi *c, unsigned sense);
/* CHECK CONDITION with the progress of the erase in it. */
int model_scsi_check_progress(struct model *m, struct model_scsi *c,
			      unsigned sense);

/* As much of `data` as the allocation length and the buffer take. */
int model_scsi_data_in(struct model_scsi *c, const void *data, size_t length,
		 size_t allocation);

/* Fills the sense data alone; true = descriptor format. */
void model_scsi_sense(struct model_scsi *c, bool descriptor, unsigned sense);
void model_scsi_sense_progress(struct model_scsi *c, bool descriptor,
			 uint32_t progress);

#endif
