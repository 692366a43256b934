/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ATA_COMMAND_H
#define ATA_COMMAND_H

#include "ata/identify.h"
#include "transport/transport.h"

/*
 * Builders: each sets the whole of *command (also its outputs, to nothing)
 * for one ATA command. `data` is borrowed and must live as long as the
 * command. Clauses are of ACS-4 unless another standard is named.
 *
 * A 28-bit command (not `extended`) carries LBA(27:24) in DEVICE(3:0), and so
 * does its answer; only LBA(23:0) of `lba` and `ret_lba` count then.
 */
#define ATA_MAX_LBA28   0x0FFFFFFFu
#define ATA_STATUS_BSY  0x80
#define ATA_STATUS_DRDY 0x40
#define ATA_STATUS_DF   0x20
#define ATA_STATUS_DRQ  0x08
#define ATA_STATUS_ERR  0x01
#define ATA_ERROR_ABRT  0x04
#define ATA_ERROR_IDNF  0x10

void ata_identify_device(struct ata_command *command,
			 uint8_t data[ATA_SECTOR]);          /* 7.13 ECh */
void ata_identify_packet_device(struct ata_command *command,
				uint8_t data[ATA_SECTOR]);   /* 7.14 A1h */
void ata_check_power_mode(struct ata_command *command);      /* 7.3 E5h */
void ata_flush_cache(struct ata_command *command, bool extended);
/* SET FEATURES EFh 02h and 82h, until the next power-on; 7.43. */
void ata_set_write_cache(struct ata_command *command, bool on);
/* `sectors` 512-byte sectors of log `address` from page `page`; 7.23 2Fh. */
void ata_read_log(struct ata_command *command, uint8_t address, uint16_t page,
		  uint16_t sectors, void *data);

#define ATA_LOG_SCT_STATUS 0xE0   /* 8.3.2 */

/* SMART (7.46) B0h. */
void ata_smart_read_data(struct ata_command *command,
			 uint8_t data[ATA_SECTOR]);          /* D0h */
void ata_smart_return_status(struct ata_command *command);   /* DAh */

/* Hidden areas: HPA (ACS-3 7.27, 7.41), AMAC (7.2), DCO (ACS-3 7.9). */
void ata_read_native_max(struct ata_command *command, bool extended);
/* The next command after READ NATIVE MAX; `lba` is the highest address;
 * `keep` = also over power cycles. */
void ata_set_max(struct ata_command *command, bool extended, uint64_t lba,
		 bool keep);
void ata_get_native_max(struct ata_command *command);        /* 78h/0000h */
void ata_set_accessible_max(struct ata_command *command, uint64_t lba);
void ata_dco_identify(struct ata_command *command, uint8_t data[ATA_SECTOR]);
void ata_dco_restore(struct ata_command *command);
void ata_dco_freeze(struct ata_command *command);

/* Security feature set (4.18; 7.33 ... 7.38). */
#define ATA_PASSWORD_SIZE 32

struct ata_security_block {
	uint8_t password[ATA_PASSWORD_SIZE];
	bool master;              /* word 0 b0: compare with the master's */
	bool enhanced;            /* word 0 b1: ERASE UNIT only */
	bool maximum;             /* word 0 b8: SET PASSWORD only */
	uint16_t master_id;       /* word 17: SET PASSWORD, master only */
};

void ata_security_block_encode(const struct ata_security_block *block,
			       uint8_t ret_data[ATA_SECTOR]);
void ata_security_block_decode(const uint8_t data[ATA_SECTOR],
			       struct ata_security_block *ret_block);

void ata_security_set_password(struct ata_command *command,
			       uint8_t data[ATA_SECTOR]);    /* F1h */
void ata_security_unlock(struct ata_command *command,
			 uint8_t data[ATA_SECTOR]);          /* F2h */
void ata_security_erase_prepare(struct ata_command *command);/* F3h */
void ata_security_erase_unit(struct ata_command *command,
			     uint8_t data[ATA_SECTOR], uint32_t timeout_ms);
void ata_security_freeze_lock(struct ata_command *command);  /* F5h */
void ata_security_disable_password(struct ata_command *command,
				   uint8_t data[ATA_SECTOR]);/* F6h */

/* Sanitize Device feature set (4.17; 7.36) B4h. */
enum ata_sanitize_feature {
	ATA_SANITIZE_STATUS = 0x0000,
	ATA_SANITIZE_CRYPTO = 0x0011,
	ATA_SANITIZE_BLOCK = 0x0012,
	ATA_SANITIZE_OVERWRITE = 0x0014,
	ATA_SANITIZE_FREEZE = 0x0020,
	ATA_SANITIZE_ANTIFREEZE = 0x0040,
};

#define ATA_SANITIZE_KEY_CRYPTO     0x43727970u   /* "Cryp" */
#define ATA_SANITIZE_KEY_BLOCK      0x426B4572u   /* "BkEr" */
#define ATA_SANITIZE_KEY_OVERWRITE  0x4F57u       /* "OW", LBA(47:32) */
#define ATA_SANITIZE_KEY_FREEZE     0x46724C6Bu   /* "FrLk" */
#define ATA_SANITIZE_KEY_ANTIFREEZE 0x416E7469u   /* "Anti" */

#define ATA_SANITIZE_CLEAR_FAILED   0x0001u  /* COUNT of STATUS */
#define ATA_SANITIZE_FAILURE_MODE   0x0010u  /* COUNT of the three: a failure
					      * can be left by STATUS */
void ata_sanitize_status(struct ata_command *command, bool clear_failed);
void ata_sanitize_crypto(struct ata_command *command);
void ata_sanitize_block(struct ata_command *command);
/* `passes` 1 ... 15; `invert` the pattern between passes. */
void ata_sanitize_overwrite(struct ata_command *command, uint32_t pattern,
			    unsigned passes, bool invert);
/* Takes that bit back: a drive whose last failure can't be left takes no
 * sanitize with it. */
void ata_sanitize_restrict(struct ata_command *command);
void ata_sanitize_freeze(struct ata_command *command);
void ata_sanitize_antifreeze(struct ata_command *command);

/* Trusted Computing feature set (7.54, 7.56) 5Ch, 5Eh; whole sectors. */
void ata_trusted_receive(struct ata_command *command, uint8_t protocol,
			 uint16_t specific, void *data, size_t length);
void ata_trusted_send(struct ata_command *command, uint8_t protocol,
		      uint16_t specific, void *data, size_t length);

/* What the registers say of any command. */
enum ata_result {
	ATA_RESULT_UNKNOWN = 0,   /* no registers, or such that make no sense */
	ATA_RESULT_DONE,          /* ready, no error */
	ATA_RESULT_ABORTED,       /* error with ABRT */
	ATA_RESULT_ERROR,         /* another error, or device fault */
	ATA_RESULT_BUSY,
};

/* 0 in every register is what a bridge makes up: unknown. */
enum ata_result ata_command_result(const struct ata_command *command);

/* "status 51h error 04h count 0000h lba 000000000001h", or that there are no
 * registers; for details and records. */
void ata_command_describe(const struct ata_command *command, char *ret_text,
			  size_t size);

/* An address from READ NATIVE MAX or GET NATIVE MAX: 0 and the highest LBA,
 * or -EPROTO when the registers can't be believed, -EIO for an error. */
int ata_native_max_decode(const struct ata_command *command,
			  uint64_t *ret_lba);

enum ata_sanitize_state {
	ATA_SANITIZE_UNKNOWN = 0,
	ATA_SANITIZE_IDLE,        /* none running, none known to have ended */
	ATA_SANITIZE_RUNNING,
	ATA_SANITIZE_SUCCEEDED,   /* the most recent one */
	ATA_SANITIZE_FAILED,
};

/* 7.36.1, table 160 and 161. */
struct ata_sanitize_result {
	enum ata_sanitize_state state;
	bool frozen, antifreeze;
	bool blank;               /* unknown: COUNT and LBA were zeros */
	uint16_t progress;        /* of 65,536; only while running */
	uint8_t reason;           /* LBA(7:0) of an aborted command */
	char detail[128];         /* in words, English */
};

#define ATA_SANITIZE_REASON_NONE       0x00
#define ATA_SANITIZE_REASON_FAILED     0x01
#define ATA_SANITIZE_REASON_INVALID    0x02
#define ATA_SANITIZE_REASON_FROZEN     0x03
#define ATA_SANITIZE_REASON_ANTIFREEZE 0x04

/*
 * Decodes the registers that a SANITIZE DEVICE command returned. Without
 * registers, without COUNT(15:8), or with nothing but zeros: unknown.
 */
void ata_sanitize_decode(const struct ata_command *command,
			 struct ata_sanitize_result *ret_result);

/* SMART RETURN STATUS: 0 and whether a threshold is exceeded; -EPROTO. */
int ata_smart_status_decode(const struct ata_command *command,
			    bool *ret_failing);

#endif
