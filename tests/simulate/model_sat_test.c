/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/lab.h"

/* ATA PASS-THROUGH: SAT-4 12.2; and what bridges make of it. */

#define SSD "\"kind\":\"ata-ssd\",\"size_mib\":1,\"sanitize\":[\"block\"]"

#define PASS16(protocol, flags, feature, count, lba24, lba0, lba8, lba16, \
	       command) \
	LAB_CDB(0x85, (protocol) << 1 | 1, flags, 0, feature, 0, count, \
		lba24, lba0, 0, lba8, 0, lba16, 0x40, command, 0)
#define STATUS PASS16(3, 0x20, 0, 0, 0, 0, 0, 0, 0xB4)
#define ERASE PASS16(3, 0x20, 0x12, 0x10, 0x42, 0x72, 0x45, 0x6B, 0xB4)

static void test_identify(void **state)
{
	struct model *m = lab_new(SSD);
	uint8_t data[600];

	(void)state;
	assert_int_equal(lab_scsi(m, LAB_CDB(0x85, 4 << 1, 0x0E, 0, 0, 0, 1, 0,
					     0, 0, 0, 0, 0, 0, 0xEC, 0),
				  MODEL_DATA_IN, data, 512, NULL), 0);
	assert_memory_equal(data + 20, "AL-B 1", 6);
	assert_int_equal(lab_scsi(m, LAB_CDB(0xA1, 4 << 1, 0x0E, 0, 1, 0, 0, 0,
					     0, 0xEC, 0, 0),
				  MODEL_DATA_IN, data, 512, NULL), 0);
	assert_memory_equal(data + 20, "AL-B 1", 6);
	/* The same in VPD page 89h. */
	assert_int_equal(lab_scsi(m, LAB_CDB(0x12, 1, 0x89, 2, 0x58, 0),
				  MODEL_DATA_IN, data, 600, NULL), 0);
	assert_int_equal(get_be16(data + 2), 568);
	assert_int_equal(data[56], 0xEC);
	assert_memory_equal(data + 60 + 20, "AL-B 1", 6);
	model_free(m);
}

/* CK_COND: the registers come back in an ATA Status Return descriptor. */
static void test_descriptor(void **state)
{
	struct model *m = lab_new(SSD);
	struct model_scsi c;

	(void)state;
	assert_int_equal(lab_scsi(m, ERASE, MODEL_NO_DATA, NULL, 0, &c),
			 0x01001D);
	assert_int_equal(c.ret_sense[7], 14);
	assert_int_equal(c.ret_sense[8], 0x09);
	assert_int_equal(c.ret_sense[9], 12);
	assert_int_equal(c.ret_sense[10], 1);
	assert_int_equal(c.ret_sense[12], 0x40);      /* COUNT(15:8) */
	assert_int_equal(c.ret_sense[21], 0x50);
	model_advance(m, 1000);
	assert_int_equal(lab_scsi(m, STATUS, MODEL_NO_DATA, NULL, 0, &c),
			 0x01001D);
	assert_int_equal(c.ret_sense[12], 0x80);
	assert_int_equal(c.ret_sense[15], 0xFF);      /* LBA(7:0) */
	assert_int_equal(c.ret_sense[17], 0xFF);
	assert_int_equal(lab_all_markers(m), 0);
	model_free(m);
}

/* An ATA error is a check condition whether or not it was asked for. */
static void test_error(void **state)
{
	struct model *m = lab_new(SSD);
	struct model_scsi c;

	(void)state;
	assert_int_equal(lab_scsi(m, PASS16(3, 0, 0x12, 0, 0, 0, 0, 0, 0xB4),
				  MODEL_NO_DATA, NULL, 0, &c), 0x0B0000);
	assert_int_equal(c.ret_sense[8], 0x09);
	assert_int_equal(c.ret_sense[11], 0x04);
	assert_int_equal(c.ret_sense[21], 0x51);
	model_free(m);
}

static void test_nonsense(void **state)
{
	struct model *m = lab_new(SSD);
	uint8_t data[512];

	(void)state;
	/* Data without a length; a length without data; the wrong way. */
	assert_int_equal(lab_scsi(m, PASS16(4, 0x0C, 0, 1, 0, 0, 0, 0, 0xEC),
				  MODEL_DATA_IN, data, 512, NULL), 0x052400);
	assert_int_equal(lab_scsi(m, PASS16(3, 0x0E, 0, 1, 0, 0, 0, 0, 0xEC),
				  MODEL_DATA_IN, data, 512, NULL), 0x052400);
	assert_int_equal(lab_scsi(m, PASS16(5, 0x0E, 0, 1, 0, 0, 0, 0, 0xEC),
				  MODEL_DATA_IN, data, 512, NULL), 0x052400);
	assert_int_equal(lab_scsi(m, PASS16(4, 0x0E, 0, 2, 0, 0, 0, 0, 0xEC),
				  MODEL_DATA_IN, data, 512, NULL), 0x052400);
	model_free(m);
}

/* Fixed format says only that something was in the upper half of COUNT. */
static void test_fixed_sense(void **state)
{
	struct model *m = lab_new(SSD ",\"faults\":{\"fixed_sense\":true}");
	struct model_scsi c;

	(void)state;
	assert_int_equal(lab_scsi(m, ERASE, MODEL_NO_DATA, NULL, 0, &c),
			 0x01001D);
	assert_int_equal(c.ret_sense[0], 0x70);
	assert_int_equal(c.ret_sense[4], 0x50);
	assert_int_equal(c.ret_sense[6], 0);
	assert_int_equal(c.ret_sense[8] & 0xC0, 0xC0);
	model_free(m);
}

static void test_registers_lost(void **state)
{
	struct model *none = lab_new(SSD ",\"faults\":"
				     "{\"no_registers\":true}");
	struct model *zero = lab_new(SSD ",\"faults\":"
				     "{\"zero_registers\":true}");
	struct model *count = lab_new(SSD ",\"faults\":{\"zero_count\":true}");
	static const uint8_t zeros[12];
	struct model_scsi c;

	(void)state;
	assert_int_equal(lab_scsi(none, ERASE, MODEL_NO_DATA, NULL, 0, &c), 0);
	assert_int_equal(lab_scsi(zero, ERASE, MODEL_NO_DATA, NULL, 0, &c),
			 0x01001D);
	assert_int_equal(c.ret_sense[8], 0x09);
	assert_memory_equal(c.ret_sense + 10, zeros, 12);
	assert_int_equal(lab_scsi(count, ERASE, MODEL_NO_DATA, NULL, 0, &c),
			 0x01001D);
	assert_int_equal(c.ret_sense[12], 0);
	assert_int_equal(c.ret_sense[21], 0x50);
	model_free(none);
	model_free(zero);
	model_free(count);
}

static void test_bridges(void **state)
{
	struct model *old = lab_new(SSD ",\"bridge\":\"sat12\"");
	struct model *dumb = lab_new(SSD ",\"bridge\":\"dumb\"");
	struct model *raid = lab_new(SSD ",\"bridge\":\"raid\"");
	uint8_t data[600];

	(void)state;
	assert_int_equal(lab_scsi(old, STATUS, MODEL_NO_DATA, NULL, 0, NULL),
			 0x052000);
	assert_int_equal(lab_scsi(old, LAB_CDB(0xA1, 8, 0x0E, 0, 1, 0, 0, 0, 0,
					       0xEC, 0, 0), MODEL_DATA_IN,
				  data, 512, NULL), 0);
	/* No 48-bit command comes through it: no sanitize. */
	assert_int_equal(lab_scsi(old, LAB_CDB(0xA1, 6, 0x20, 0x12, 0, 0x72,
					       0x45, 0x6B, 0x42, 0xB4, 0, 0),
				  MODEL_NO_DATA, NULL, 0, NULL), 0x0B0000);
	assert_int_equal(lab_scsi(dumb, LAB_CDB(0xA1, 8, 0x0E, 0, 1, 0, 0, 0,
						0, 0xEC, 0, 0), MODEL_DATA_IN,
				  data, 512, NULL), 0x052000);
	assert_int_equal(lab_scsi(raid, LAB_CDB(0x12, 1, 0x89, 2, 0x58, 0),
				  MODEL_DATA_IN, data, 600, NULL), 0x052400);
	model_free(old);
	model_free(dumb);
	model_free(raid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identify),
		cmocka_unit_test(test_descriptor),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_fixed_sense),
		cmocka_unit_test(test_registers_lost),
		cmocka_unit_test(test_bridges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
