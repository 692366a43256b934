/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/lab.h"

/* SPC-5, SBC-4. */

#define SAS "\"kind\":\"sas-hdd\",\"size_mib\":1,\"remapped\":2"
#define SSD "\"kind\":\"sas-ssd\",\"size_mib\":1,\"spare_sectors\":100"
#define STICK "\"kind\":\"usb-stick\",\"size_mib\":1"

#define RESET 0x062901
#define SANITIZING 0x02041B

/* A new drive tells first that it was powered on. */
static struct model *ready(const char *json)
{
	struct model *m = lab_new(json);

	assert_int_equal(lab_scsi(m, LAB_CDB(0, 0, 0, 0, 0, 0), MODEL_NO_DATA,
				  NULL, 0, NULL), RESET);
	return m;
}

static unsigned test_unit(struct model *m, struct model_scsi *ret)
{
	return lab_scsi(m, LAB_CDB(0, 0, 0, 0, 0, 0), MODEL_NO_DATA, NULL, 0,
			ret);
}

static unsigned in(struct model *m, const uint8_t *cdb, size_t cdb_length,
		   void *data, size_t length)
{
	memset(data, 0, length);
	return lab_scsi(m, cdb, cdb_length, MODEL_DATA_IN, data, length, NULL);
}

static void test_inquiry(void **state)
{
	struct model *m = lab_new(SAS ",\"serial\":\"S1\",\"vendor\":\"ACME\","
				  "\"model\":\"DISK\",\"firmware\":\"F001\","
				  "\"wwn\":\"5000c50000000007\"");
	uint8_t data[255];

	(void)state;
	assert_int_equal(in(m, LAB_CDB(0x12, 0, 0, 0, 96, 0), data, 96), 0);
	assert_int_equal(data[0], 0);
	assert_int_equal(data[4], 91);
	assert_memory_equal(data + 8, "ACME    DISK            F001", 28);
	assert_int_equal(in(m, LAB_CDB(0x12, 1, 0, 0, 64, 0), data, 64), 0);
	assert_int_equal(data[3], 6);
	assert_memory_equal(data + 4, "\x00\x80\x83\xB0\xB1\xB2", 6);
	assert_int_equal(in(m, LAB_CDB(0x12, 1, 0x80, 0, 64, 0), data, 64), 0);
	assert_memory_equal(data + 4 + 18, "S1", 2);
	assert_int_equal(in(m, LAB_CDB(0x12, 1, 0x83, 0, 255, 0), data, 255),
			 0);
	assert_int_equal(data[4], 1);
	assert_int_equal(get_be64(data + 8), 0x5000c50000000007);
	assert_int_equal(in(m, LAB_CDB(0x12, 1, 0xB1, 0, 64, 0), data, 64), 0);
	assert_int_equal(get_be16(data + 4), 7200);
	assert_int_equal(in(m, LAB_CDB(0x12, 1, 0x89, 0, 64, 0), data, 64),
			 0x052400);
	model_free(m);
}

static void test_unit_attention(void **state)
{
	struct model *m = lab_new(SAS);
	uint8_t data[96];

	(void)state;
	/* INQUIRY and REPORT LUNS don't take it away. */
	assert_int_equal(in(m, LAB_CDB(0x12, 0, 0, 0, 96, 0), data, 96), 0);
	assert_int_equal(test_unit(m, NULL), RESET);
	assert_int_equal(test_unit(m, NULL), 0);
	model_power_cycle(m);
	assert_int_equal(in(m, LAB_CDB(0x03, 0, 0, 0, 18, 0), data, 18), 0);
	assert_int_equal(data[2], 6);
	assert_int_equal(data[12], 0x29);
	assert_int_equal(test_unit(m, NULL), 0);
	model_free(m);
}

static void test_capacity_and_io(void **state)
{
	struct model *m = ready(SAS);
	uint8_t data[512], one[512] = { 0x42 };

	(void)state;
	assert_int_equal(in(m, LAB_CDB(0x25, 0, 0, 0, 0, 0, 0, 0, 0, 0), data,
			    8), 0);
	assert_int_equal(get_be32(data), 2047);
	assert_int_equal(get_be32(data + 4), 512);
	assert_int_equal(in(m, LAB_CDB(0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0,
				       0, 0, 32, 0, 0), data, 32), 0);
	assert_int_equal(get_be64(data), 2047);
	assert_int_equal(lab_scsi(m, LAB_CDB(0x8A, 0, 0, 0, 0, 0, 0, 0, 7,
					     0xFF, 0, 0, 0, 1, 0, 0),
				  MODEL_DATA_OUT, one, 512, NULL), 0);
	assert_int_equal(in(m, LAB_CDB(0x28, 0, 0, 0, 7, 0xFF, 0, 0, 1, 0),
			    data, 512), 0);
	assert_int_equal(data[0], 0x42);
	assert_int_equal(in(m, LAB_CDB(0x28, 0, 0, 0, 8, 0, 0, 0, 1, 0), data,
			    512), 0x052100);
	assert_int_equal(in(m, LAB_CDB(0x08, 0, 7, 0xFF, 1, 0), data, 512), 0);
	assert_int_equal(lab_scsi(m, LAB_CDB(0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0),
				  MODEL_NO_DATA, NULL, 0, NULL), 0);
	model_free(m);
}

static void test_medium_errors(void **state)
{
	struct model *m = ready(SAS ",\"faults\":{\"unreadable\":[[5,1]],"
				"\"unwritable\":[[9,1]]}");
	uint8_t data[512];

	(void)state;
	assert_int_equal(in(m, LAB_CDB(0x28, 0, 0, 0, 0, 5, 0, 0, 1, 0), data,
			    512), 0x031100);
	assert_int_equal(lab_scsi(m, LAB_CDB(0x2A, 0, 0, 0, 0, 9, 0, 0, 1, 0),
				  MODEL_DATA_OUT, data, 512, NULL), 0x030C00);
	model_free(m);
}

static void test_report_opcodes(void **state)
{
	struct model *m = ready(SAS);
	uint8_t data[512];

	(void)state;
	assert_int_equal(in(m, LAB_CDB(0xA3, 0x0C, 2, 0x48, 0, 1, 0, 0, 0, 64,
				       0, 0), data, 64), 0);
	assert_int_equal(data[1] & 7, 3);
	assert_int_equal(get_be16(data + 2), 10);
	assert_int_equal(in(m, LAB_CDB(0xA3, 0x0C, 2, 0x48, 0, 2, 0, 0, 0, 64,
				       0, 0), data, 64), 0);
	assert_int_equal(data[1] & 7, 1);
	assert_int_equal(in(m, LAB_CDB(0xA3, 0x0C, 1, 0x04, 0, 0, 0, 0, 0, 64,
				       0, 0), data, 64), 0);
	assert_int_equal(data[1] & 7, 3);
	assert_int_equal(in(m, LAB_CDB(0xA3, 0x0C, 0, 0, 0, 0, 0, 0, 2, 0, 0,
				       0), data, 512), 0);
	assert_int_equal(get_be32(data) % 8, 0);
	assert_true(get_be32(data) > 80);
	model_free(m);
}

/* SANITIZE, IMMED: SBC-4 5.30 and 4.11. */
static void test_sanitize(void **state)
{
	struct model *m = ready(SAS);
	uint8_t list[8] = { 1, 0, 0, 4, 0xCA, 0xFE, 0xBA, 0xBE }, data[512];
	struct model_scsi c;

	(void)state;
	assert_int_equal(lab_scsi(m, LAB_CDB(0x48, 0x81, 0, 0, 0, 0, 0, 0, 8,
					     0), MODEL_DATA_OUT, list, 8,
				  NULL), 0);
	model_advance(m, 250);
	assert_int_equal(test_unit(m, &c), SANITIZING);
	assert_int_equal(c.ret_sense[15], 0x80);
	assert_in_range(get_be16(c.ret_sense + 16), 16000, 17000);
	assert_int_equal(in(m, LAB_CDB(0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0), data,
			    512), SANITIZING);
	assert_int_equal(in(m, LAB_CDB(0x12, 0, 0, 0, 96, 0), data, 96), 0);
	assert_int_equal(in(m, LAB_CDB(0x03, 1, 0, 0, 252, 0), data, 252), 0);
	assert_int_equal(data[0], 0x72);
	assert_int_equal(data[1] << 16 | data[2] << 8 | data[3], SANITIZING);
	assert_int_equal(data[8], 2);
	assert_int_equal(data[12], 0x80);
	assert_in_range(get_be16(data + 13), 16000, 17000);
	model_advance(m, 750);
	assert_int_equal(in(m, LAB_CDB(0x03, 0, 0, 0, 18, 0), data, 18), 0);
	assert_int_equal(data[2], 0);
	assert_int_equal(test_unit(m, NULL), 0);
	assert_int_equal(model_read(m, 3, data, 1), 0);
	assert_int_equal(get_be32(data), 0xCAFEBABE);
	assert_int_equal(lab_all_markers(m), 0);
	model_free(m);
}

static void test_sanitize_reach(void **state)
{
	(void)state;
	for (uint8_t action = 2; action <= 3; action++) {
		struct model *m = ready(SSD);

		assert_int_equal(lab_scsi(m, LAB_CDB(0x48, action, 0, 0, 0, 0,
						     0, 0, 0, 0),
					  MODEL_NO_DATA, NULL, 0, NULL), 0);
		assert_int_equal(lab_all_markers(m), 0);
		model_free(m);
	}
}

static void test_bad_sanitize(void **state)
{
	struct model *m = ready(SAS);
	uint8_t none[8] = { 0, 0, 0, 4 }, odd[8] = { 1, 0, 0, 5 };

	(void)state;
	assert_int_equal(lab_scsi(m, LAB_CDB(0x48, 2, 0, 0, 0, 0, 0, 0, 0, 0),
				  MODEL_NO_DATA, NULL, 0, NULL), 0x052400);
	assert_int_equal(lab_scsi(m, LAB_CDB(0x48, 1, 0, 0, 0, 0, 0, 0, 8, 0),
				  MODEL_DATA_OUT, none, 8, NULL), 0x052600);
	assert_int_equal(lab_scsi(m, LAB_CDB(0x48, 1, 0, 0, 0, 0, 0, 0, 8, 0),
				  MODEL_DATA_OUT, odd, 8, NULL), 0x052600);
	assert_int_equal(lab_scsi(m, LAB_CDB(0x48, 1, 0, 0, 0, 0, 0, 0, 0, 0),
				  MODEL_NO_DATA, NULL, 0, NULL), 0x052400);
	assert_int_equal(lab_all_markers(m), 2050);
	model_free(m);
}

static void test_sanitize_failure(void **state)
{
	struct model *m = ready(SSD ",\"faults\":{\"fails_at\":500}");
	uint8_t data[512];

	(void)state;
	assert_int_equal(lab_scsi(m, LAB_CDB(0x48, 0xA2, 0, 0, 0, 0, 0, 0, 0,
					     0), MODEL_NO_DATA, NULL, 0, NULL),
			 0);
	model_advance(m, 1000);
	assert_int_equal(in(m, LAB_CDB(0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0), data,
			    512), 0x033103);
	assert_int_equal(in(m, LAB_CDB(0x03, 0, 0, 0, 18, 0), data, 18), 0);
	assert_int_equal(data[2] << 16 | data[12] << 8 | data[13], 0x033103);
	assert_int_equal(lab_scsi(m, LAB_CDB(0x48, 0x1F, 0, 0, 0, 0, 0, 0, 0,
					     0), MODEL_NO_DATA, NULL, 0, NULL),
			 0);
	assert_int_equal(test_unit(m, NULL), 0);
	/* Without AUSE it can't be left. */
	assert_int_equal(lab_scsi(m, LAB_CDB(0x48, 0x82, 0, 0, 0, 0, 0, 0, 0,
					     0), MODEL_NO_DATA, NULL, 0, NULL),
			 0);
	model_advance(m, 1000);
	assert_int_equal(lab_scsi(m, LAB_CDB(0x48, 0x1F, 0, 0, 0, 0, 0, 0, 0,
					     0), MODEL_NO_DATA, NULL, 0, NULL),
			 0x033103);
	model_free(m);
}

static void test_format(void **state)
{
	struct model *m = ready(SAS);
	uint8_t list[4] = { 0, 2 };
	struct model_scsi c;

	(void)state;
	assert_int_equal(lab_scsi(m, LAB_CDB(0x04, 0x10, 0, 0, 0, 0),
				  MODEL_DATA_OUT, list, 4, NULL), 0);
	model_advance(m, 500);
	assert_int_equal(test_unit(m, &c), 0x020404);
	model_advance(m, 500);
	assert_int_equal(test_unit(m, NULL), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_REMAPPED), 2);
	/* The power fails: unusable until it's done again. */
	assert_int_equal(lab_scsi(m, LAB_CDB(0x04, 0x10, 0, 0, 0, 0),
				  MODEL_DATA_OUT, list, 4, NULL), 0);
	model_power_cycle(m);
	assert_int_equal(test_unit(m, NULL), RESET);
	assert_int_equal(test_unit(m, NULL), 0x033101);
	model_free(m);
}

static void test_modes(void **state)
{
	struct model *m = ready(SAS);
	uint8_t data[64], select[24] = { 0, 0, 0, 0, 0x0A, 0x0A, 0x04 };

	(void)state;
	assert_int_equal(in(m, LAB_CDB(0x1A, 8, 0x08, 0, 64, 0), data, 64), 0);
	assert_int_equal(data[4] & 0x3F, 8);
	assert_int_equal(data[6] & 4, 4);
	assert_int_equal(in(m, LAB_CDB(0x5A, 8, 0x3F, 0, 0, 0, 0, 0, 64, 0),
			    data, 64), 0);
	assert_int_equal(get_be16(data), 8 + 12 + 20 + 12 + 12 - 2);
	/* Descriptor sense, if the host asks for it. */
	assert_int_equal(lab_scsi(m, LAB_CDB(0x15, 0x10, 0, 0, 16, 0),
				  MODEL_DATA_OUT, select, 16, NULL), 0);
	struct model_scsi c;
	assert_int_equal(lab_scsi(m, LAB_CDB(0xFF, 0, 0, 0, 0, 0),
				  MODEL_NO_DATA, NULL, 0, &c), 0x052000);
	assert_int_equal(c.ret_sense[0], 0x72);
	model_free(m);
}

static void test_defects_and_logs(void **state)
{
	struct model *m = ready(SAS);
	struct model *ssd = ready(SSD ",\"percent_used\":17");
	uint8_t data[64];

	(void)state;
	assert_int_equal(in(m, LAB_CDB(0x37, 0, 0x0B, 0, 0, 0, 0, 0, 64, 0),
			    data, 64), 0);
	assert_int_equal(get_be16(data + 2), 2 * 8);
	assert_int_equal(in(m, LAB_CDB(0xB7, 0x0B, 0, 0, 0, 0, 0, 0, 0, 64, 0,
				       0), data, 64), 0);
	assert_int_equal(get_be32(data + 4), 2 * 8);
	assert_int_equal(in(m, LAB_CDB(0x4D, 0, 0x4D, 0, 0, 0, 0, 0, 64, 0),
			    data, 64), 0);
	assert_int_equal(data[9], 35);
	assert_int_equal(in(ssd, LAB_CDB(0x4D, 0, 0x51, 0, 0, 0, 0, 0, 64, 0),
			    data, 64), 0);
	assert_int_equal(data[11], 17);
	model_free(m);
	model_free(ssd);
}

/* A stick knows next to nothing. */
static void test_stick(void **state)
{
	struct model *m = ready(STICK);
	uint8_t data[512];

	(void)state;
	assert_int_equal(in(m, LAB_CDB(0x12, 0, 0, 0, 36, 0), data, 36), 0);
	assert_int_equal(data[1], 0x80);
	assert_int_equal(in(m, LAB_CDB(0x12, 1, 0x80, 0, 36, 0), data, 36),
			 0x052400);
	assert_int_equal(in(m, LAB_CDB(0xA3, 0x0C, 0, 0, 0, 0, 0, 0, 0, 64, 0,
				       0), data, 64), 0x052000);
	assert_int_equal(lab_scsi(m, LAB_CDB(0x48, 2, 0, 0, 0, 0, 0, 0, 0, 0),
				  MODEL_NO_DATA, NULL, 0, NULL), 0x052000);
	assert_int_equal(in(m, LAB_CDB(0x85, 8, 0x0E, 0, 0, 0, 1, 0, 0, 0, 0,
				       0, 0, 0, 0xEC, 0), data, 512), 0x052000);
	assert_int_equal(in(m, LAB_CDB(0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0), data,
			    512), 0);
	model_free(m);
}

/* UNMAP: SBC-4 5.38; gone for the host, not for the drive. */
static void test_unmap(void **state)
{
	struct model *m = ready(SSD);
	uint8_t list[24] = { 0, 22, 0, 16 }, data[512];

	(void)state;
	put_be64(list + 8, 10);
	put_be32(list + 16, 30);
	assert_int_equal(lab_scsi(m, LAB_CDB(0x42, 0, 0, 0, 0, 0, 0, 0, 24, 0),
				  MODEL_DATA_OUT, list, 24, NULL), 0);
	assert_int_equal(model_read(m, 10, data, 1), 0);
	assert_int_equal(data[0], 0);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_HOST), 2018);
	assert_int_equal(lab_markers(m, HAIKI_ZONE_SPARE), 80);
	model_free(m);
}

static void test_write_protected(void **state)
{
	struct model *m = ready(SAS ",\"faults\":{\"write_protected\":true}");
	uint8_t data[512] = { 0 };

	(void)state;
	assert_int_equal(lab_scsi(m, LAB_CDB(0x2A, 0, 0, 0, 0, 9, 0, 0, 1, 0),
				  MODEL_DATA_OUT, data, 512, NULL), 0x072700);
	assert_int_equal(model_write(m, 0, data, 1), -EROFS);
	assert_int_equal(in(m, LAB_CDB(0x1A, 8, 0x3F, 0, 64, 0), data, 64), 0);
	assert_int_equal(data[2] & 0x80, 0x80);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inquiry),
		cmocka_unit_test(test_unit_attention),
		cmocka_unit_test(test_capacity_and_io),
		cmocka_unit_test(test_medium_errors),
		cmocka_unit_test(test_report_opcodes),
		cmocka_unit_test(test_sanitize),
		cmocka_unit_test(test_sanitize_reach),
		cmocka_unit_test(test_bad_sanitize),
		cmocka_unit_test(test_sanitize_failure),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_defects_and_logs),
		cmocka_unit_test(test_stick),
		cmocka_unit_test(test_unmap),
		cmocka_unit_test(test_write_protected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
