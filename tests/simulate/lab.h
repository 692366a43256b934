/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SIMULATE_LAB_H
#define TESTS_SIMULATE_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "simulate/model.h"
#include "simulate/practice.h"

/* A drive in memory whose time only moves when told to; `json` is what stands
 * between the braces of one drive in a practice file, without its serial. */
static inline struct model *lab_new(const char *json)
{
	struct model_config *configs = NULL;
	struct haiki_error err = { 0 };
	struct model *m = NULL;
	char text[2048];
	size_t count;

	snprintf(text, sizeof(text), "{\"drives\":[{%s%s}]}", json,
		 strstr(json, "\"serial\"") ? "" : ",\"serial\":\"LAB-1\"");
	if (practice_parse("lab", text, strlen(text), &configs, &count,
			   &err) < 0)
		fail_msg("%s", err.text);
	if (model_new(configs, NULL, true, &m, &err) < 0)
		fail_msg("%s", err.text);
	model_virtual_time(m);
	free(configs);
	return m;
}

static inline uint64_t lab_markers(struct model *m, enum haiki_zone zone)
{
	struct model_zone_count zones[HAIKI_ZONE_COUNT];

	model_scan(m, zones);
	return zones[zone].markers;
}

static inline uint64_t lab_all_markers(struct model *m)
{
	struct model_zone_count zones[HAIKI_ZONE_COUNT];
	uint64_t sum = 0;

	model_scan(m, zones);
	for (int z = 0; z < HAIKI_ZONE_COUNT; z++)
		sum += zones[z].markers;
	return sum;
}

/* --- ATA ------------------------------------------------------------------ */

/* A non-data command; true if it ended without error. */
static inline bool lab_ata(struct model *m, uint8_t command, uint16_t features,
			   uint16_t count, uint64_t lba, bool extended,
			   struct model_ata *ret)
{
	struct model_ata c = {
		.extended = extended, .features = features, .count = count,
		.lba = lba, .device = 0x40, .command = command,
	};

	assert_int_equal(model_ata(m, &c), 0);
	if (ret)
		*ret = c;
	if (!(c.ret_status & 1))
		assert_int_equal(c.ret_status, 0x50);
	return !(c.ret_status & 1);
}

static inline bool lab_ata_in(struct model *m, uint8_t command,
			      uint16_t features, uint16_t count, uint64_t lba,
			      bool extended, uint8_t *data, size_t length)
{
	struct model_ata c = {
		.extended = extended, .features = features, .count = count,
		.lba = lba, .device = 0x40, .command = command,
		.data = data, .length = length, .direction = MODEL_DATA_IN,
	};

	assert_int_equal(model_ata(m, &c), 0);
	return !(c.ret_status & 1);
}

static inline bool lab_ata_out(struct model *m, uint8_t command,
			       uint16_t features, uint16_t count, uint64_t lba,
			       bool extended, const void *data, size_t length)
{
	struct model_ata c = {
		.extended = extended, .features = features, .count = count,
		.lba = lba, .device = 0x40, .command = command,
		.length = length, .direction = MODEL_DATA_OUT,
	};
	uint8_t copy[4096];

	assert_true(length <= sizeof(copy));
	memcpy(copy, data, length);
	c.data = copy;
	assert_int_equal(model_ata(m, &c), 0);
	return !(c.ret_status & 1);
}

/* Word `w` of IDENTIFY DEVICE. */
static inline uint16_t lab_identify(struct model *m, int w)
{
	uint8_t data[512];

	assert_true(lab_ata_in(m, 0xEC, 0, 1, 0, false, data, 512));
	return get_le16(data + 2 * w);
}

/* One of the Security feature set's commands with its 512-byte block. */
static inline bool lab_security(struct model *m, uint8_t command,
				uint16_t control, const char *password)
{
	uint8_t block[512] = { 0 };

	put_le16(block, control);
	memcpy(block + 2, password, strlen(password));
	return lab_ata_out(m, command, 0, 1, 0, false, block, 512);
}

/* --- SCSI ----------------------------------------------------------------- */

/* Returns sense as 0xKKAAQQ, 0 for good status; data both ways in `data`. */
static inline unsigned lab_scsi(struct model *m, const uint8_t *cdb,
				size_t cdb_length,
				enum model_direction direction, void *data,
				size_t length, struct model_scsi *ret)
{
	struct model_scsi c = {
		.cdb_length = cdb_length, .data = data, .length = length,
		.direction = direction,
	};
	const uint8_t *s = c.ret_sense;

	memcpy(c.cdb, cdb, cdb_length);
	assert_int_equal(model_scsi(m, &c), 0);
	if (ret)
		*ret = c;
	if (c.ret_status == 0)
		return 0;
	assert_int_equal(c.ret_status, 2);
	if (s[0] == 0x72)
		return (unsigned)(s[1] << 16 | s[2] << 8 | s[3]);
	assert_int_equal(s[0], 0x70);
	return (unsigned)(s[2] << 16 | s[12] << 8 | s[13]);
}

#define LAB_CDB(...) (const uint8_t[]){ __VA_ARGS__ }, \
	sizeof((const uint8_t[]){ __VA_ARGS__ })

/* --- NVMe ----------------------------------------------------------------- */

static inline uint16_t lab_nvme(struct model *m, uint8_t opcode, uint32_t nsid,
				uint32_t cdw10, uint32_t cdw11, void *data,
				size_t length)
{
	struct model_nvme c = {
		.opcode = opcode, .nsid = nsid, .cdw10 = cdw10,
		.cdw11 = cdw11, .data = data, .length = length,
		.direction = length ? MODEL_DATA_IN : MODEL_NO_DATA,
	};

	assert_int_equal(model_nvme(m, &c), 0);
	return c.ret_status;
}

#endif
