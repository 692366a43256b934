/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ATA_IDENTIFY_H
#define ATA_IDENTIFY_H

#include <haiki/drive.h>

#define ATA_SECTOR 512

/* The integrity word, 255 (ACS-4 7.13.6.92). */
enum ata_checksum {
	ATA_CHECKSUM_ABSENT = 0,  /* no A5h signature: the drive offers none */
	ATA_CHECKSUM_GOOD,
	ATA_CHECKSUM_BAD,
};

/* Words 89 and 90: how long SECURITY ERASE UNIT takes. */
struct ata_erase_time {
	bool known;
	bool at_least;            /* the field's maximum: it takes longer */
	uint32_t minutes;
};

/*
 * IDENTIFY DEVICE data (ACS-4 7.13). With a bad checksum, data that is no ATA
 * device's or a word whose own validity bits are wrong, every answer drawn
 * from it is HAIKI_UNKNOWN, and every number 0 = unknown.
 */
struct ata_identify {
	enum ata_checksum checksum;
	bool usable;              /* an ATA device's, checksum not bad */
	char reason[96];          /* why it isn't usable, English */

	char serial[21], firmware[9], model[41];  /* trimmed, printable */
	uint64_t wwn;             /* words 108-111; 0 = none told */

	uint64_t sectors;         /* accessible now; 48-bit if supported */
	uint32_t sectors28;       /* words 60-61 */
	uint32_t logical_block, physical_block;   /* bytes; 512 by default */
	enum haiki_answer lba48;
	uint16_t major;           /* word 80; bit 11 ACS-4 ... ; 0 = not told */

	enum haiki_answer trusted;            /* word 48 b0 */
	enum haiki_answer smart;              /* word 82 b0 */
	enum haiki_answer smart_enabled;      /* word 85 b0 */
	/* Words 82 and 85 b5: the volatile write cache. */
	enum haiki_answer write_cache, write_cache_enabled;
	enum haiki_answer general_log;        /* word 84 b5: READ LOG EXT */
	enum haiki_answer hpa, hpa_enabled;   /* words 82, 85 b10 */
	enum haiki_answer dco;                /* word 83 b11 */
	enum haiki_answer amac;               /* word 119 b8 */
	enum haiki_answer flush, flush_ext;   /* word 83 b12, b13 */

	enum haiki_answer sanitize;           /* word 59 b12 */
	enum haiki_answer sanitize_block, sanitize_overwrite, sanitize_crypto;
	enum haiki_answer sanitize_antifreeze;

	struct haiki_security security;       /* words 82, 85, 128 */
	enum haiki_answer security_maximum;   /* word 128 b8: level */
	struct ata_erase_time erase_normal, erase_enhanced;
	uint16_t master_id;                   /* word 92 */

	enum haiki_answer drat, rzat;         /* word 69 b14, b5 */
	enum haiki_answer encrypts_all;       /* word 69 b4 */
	enum haiki_answer trim;               /* word 169 b0 */
	enum haiki_answer rotating;           /* word 217 */
	uint16_t rpm;                         /* 0 = not told or none */
	enum haiki_answer serial_ata;         /* words 76, 222 */
	enum haiki_answer sct;                /* word 206 b0: SCT status */
};

/* Never fails: what can't be known is left unknown. Pure. */
void ata_identify_decode(const uint8_t data[ATA_SECTOR],
			 struct ata_identify *ret_identify);

/* True if the 512 bytes (IDENTIFY, DCO IDENTIFY) sum to 0 modulo 256. */
bool ata_checksum_fits(const uint8_t data[ATA_SECTOR]);
/* Stores signature A5h (byte 510) and the fitting checksum (byte 511). */
void ata_checksum_store(uint8_t data[ATA_SECTOR]);

/*
 * `length` bytes of an ATA string (each word's bytes swapped, space padded)
 * as trimmed text; characters that aren't printable ASCII become '?'.
 * `ret_text` has room for length + 1.
 */
void ata_string_decode(const uint8_t *data, size_t length, char *ret_text);

/* The drive's own temperature in an SCT status response (ACS-4 8.3.2), in
 * degrees Celsius. -EPROTO: no such response, or none told. */
int ata_sct_temperature(const uint8_t data[ATA_SECTOR], int *ret_celsius);

/* DEVICE CONFIGURATION IDENTIFY data (ACS-3 7.9.3). */
struct ata_dco {
	bool usable;              /* known revision, checksum fits */
	uint16_t revision;
	uint64_t max_lba;         /* words 3-6: highest LBA the maker allows */
};

void ata_dco_decode(const uint8_t data[ATA_SECTOR], struct ata_dco *ret_dco);

#endif
