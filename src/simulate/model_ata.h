/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_MODEL_ATA_H
#define SIMULATE_MODEL_ATA_H

#include "simulate/internal.h"

/* ATA command codes, ACS-4 annex A; HPA, DCO: ATA8-ACS. */
enum {
	ATA_C_DATA_SET_MANAGEMENT = 0x06,
	ATA_C_READ_SECTORS = 0x20,
	ATA_C_READ_SECTORS_EXT = 0x24,
	ATA_C_READ_DMA_EXT = 0x25,
	ATA_C_READ_NATIVE_MAX_EXT = 0x27,
	ATA_C_READ_LOG_EXT = 0x2F,
	ATA_C_WRITE_SECTORS = 0x30,
	ATA_C_WRITE_SECTORS_EXT = 0x34,
	ATA_C_WRITE_DMA_EXT = 0x35,
	ATA_C_SET_MAX_EXT = 0x37,
	ATA_C_WRITE_DMA_FUA_EXT = 0x3D,
	ATA_C_VERIFY = 0x40,
	ATA_C_VERIFY_EXT = 0x42,
	ATA_C_READ_LOG_DMA_EXT = 0x47,
	ATA_C_TRUSTED_NON_DATA = 0x5B,
	ATA_C_TRUSTED_RECEIVE = 0x5C,
	ATA_C_TRUSTED_RECEIVE_DMA = 0x5D,
	ATA_C_TRUSTED_SEND = 0x5E,
	ATA_C_TRUSTED_SEND_DMA = 0x5F,
	ATA_C_AMAC = 0x78,
	ATA_C_SMART = 0xB0,
	ATA_C_DCO = 0xB1,
	ATA_C_SANITIZE = 0xB4,
	ATA_C_READ_DMA = 0xC8,
	ATA_C_WRITE_DMA = 0xCA,
	ATA_C_STANDBY_IMMEDIATE = 0xE0,
	ATA_C_IDLE_IMMEDIATE = 0xE1,
	ATA_C_STANDBY = 0xE2,
	ATA_C_IDLE = 0xE3,
	ATA_C_CHECK_POWER = 0xE5,
	ATA_C_FLUSH = 0xE7,
	ATA_C_FLUSH_EXT = 0xEA,
	ATA_C_IDENTIFY = 0xEC,
	ATA_C_SET_FEATURES = 0xEF,
	ATA_C_SET_PASSWORD = 0xF1,
	ATA_C_UNLOCK = 0xF2,
	ATA_C_ERASE_PREPARE = 0xF3,
	ATA_C_ERASE_UNIT = 0xF4,
	ATA_C_FREEZE_LOCK = 0xF5,
	ATA_C_DISABLE_PASSWORD = 0xF6,
	ATA_C_READ_NATIVE_MAX = 0xF8,
	ATA_C_SET_MAX = 0xF9,
};

#define ATA_STATUS_GOOD 0x50     /* DRDY, and bit 4 as drives still set it */
#define ATA_STATUS_ERROR 0x51
#define ATA_ERROR_ABORT 0x04
#define ATA_ERROR_IDNF 0x10
#define ATA_ERROR_UNC 0x40

/* Each: 0 answered (registers filled), or -ENODEV, -ETIMEDOUT. */
typedef int model_ata_function(struct model *m, struct model_ata *c);

model_ata_function model_ata_security, model_ata_sanitize, model_ata_hidden,
	model_ata_smart, model_ata_log;

static inline int model_ata_good(struct model_ata *c)
{
	c->ret_status = ATA_STATUS_GOOD;
	c->ret_error = 0;
	return 0;
}

static inline int model_ata_abort(struct model_ata *c)
{
	c->ret_status = ATA_STATUS_ERROR;
	c->ret_error = ATA_ERROR_ABORT;
	return 0;
}

/* 512 bytes from the drive; aborts if the host doesn't take them. */
int model_ata_data_in(struct model_ata *c, const uint8_t *data, size_t length);
/* At least one 512-byte block from the host? */
bool model_ata_has_data_out(const struct model_ata *c);

/* The last byte makes the sum of all 512 zero. */
void model_ata_checksum(uint8_t data[512]);

/* A sanitize runs, failed, or has succeeded without being asked (SD2-SD4). */
bool model_ata_sanitize_engaged(const struct model *m);

#endif
