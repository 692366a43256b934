/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ata/command.h"
#include "base/cleanup.h"
#include "scsi/sense.h"

/* "sg_sat_identify -vvv --ck_cond" (sg3_utils 1.46) prints this CDB, and
 * "hdparm --verbose -I" (9.65) the same but for CK_COND and DEVICE. */
static void encodes_identify_as_others_do(void **state)
{
	static const uint8_t cdb16[16] = { 0x85, 0x08, 0x2E, 0, 0, 0, 1, 0, 0,
					   0, 0, 0, 0, 0, 0xEC, 0 };
	static const uint8_t cdb12[12] = { 0xA1, 0x08, 0x2E, 0, 1, 0, 0, 0, 0,
					   0xEC, 0, 0 };
	uint8_t data[512];
	struct scsi_command scsi;
	struct ata_command ata;

	(void)state;
	ata_identify_device(&ata, data);
	assert_int_equal(sat_encode16(&ata, &scsi), 0);
	assert_int_equal(scsi.cdb_length, 16);
	assert_memory_equal(scsi.cdb, cdb16, 16);
	assert_int_equal(scsi.direction, TRANSPORT_FROM_DEVICE);
	assert_ptr_equal(scsi.data, data);
	assert_int_equal(scsi.length, 512);
	assert_int_equal(sat_encode12(&ata, &scsi), 0);
	assert_int_equal(scsi.cdb_length, 12);
	assert_memory_equal(scsi.cdb, cdb12, 12);
}

static void encodes_48_bit_commands(void **state)
{
	/* OVERWRITE EXT, pattern 12345678h, one pass: LBA 4F5712345678h in
	 * the order 31:24, 7:0, 39:32, 15:8, 47:40, 23:16. */
	static const uint8_t want[16] = { 0x85, 0x07, 0x20, 0x00, 0x14, 0x00,
					  0x11, 0x12, 0x78, 0x57, 0x56, 0x4F,
					  0x34, 0x40, 0xB4, 0 };
	struct scsi_command scsi;
	struct ata_command ata;

	(void)state;
	ata_sanitize_overwrite(&ata, 0x12345678, 1, false);
	assert_int_equal(sat_encode16(&ata, &scsi), 0);
	assert_memory_equal(scsi.cdb, want, 16);
	assert_int_equal(sat_encode12(&ata, &scsi), -EOPNOTSUPP);
}

static void encodes_data_out(void **state)
{
	uint8_t data[512] = { 0 };
	struct scsi_command scsi;
	struct ata_command ata;

	(void)state;
	ata_security_erase_unit(&ata, data, 777);
	assert_int_equal(sat_encode16(&ata, &scsi), 0);
	assert_int_equal(scsi.cdb[1], 5 << 1);
	assert_int_equal(scsi.cdb[2], 0x26);   /* CK_COND, blocks, COUNT */
	assert_int_equal(scsi.cdb[6], 1);
	assert_int_equal(scsi.cdb[14], 0xF4);
	assert_int_equal(scsi.timeout_ms, 777);
	assert_true(scsi.secret);
	assert_int_equal(scsi.direction, TRANSPORT_TO_DEVICE);
	assert_int_equal(sat_encode12(&ata, &scsi), 0);
	assert_int_equal(scsi.cdb[9], 0xF4);
}

static struct scsi_command check(const uint8_t *sense, size_t length)
{
	struct scsi_command c = { .status = 0x02, .sense_length = length };

	memcpy(c.sense, sense, length);
	return c;
}

static void decodes_the_return_descriptor(void **state)
{
	static const uint8_t sense[] = {
		0x72, 0x01, 0x00, 0x1D, 0, 0, 0, 14,
		0x09, 0x0C, 0x01, 0x00, 0x80, 0x02, 0x11, 0xFE, 0x22, 0xFF,
		0x33, 0x44, 0x40, 0x50 };
	struct scsi_command scsi = check(sense, sizeof(sense));
	struct ata_command ata;

	(void)state;
	ata_sanitize_status(&ata, false);
	sat_decode(&scsi, &ata);
	assert_true(ata.returned);
	assert_true(ata.count_full);
	assert_int_equal(ata.ret_error, 0x00);
	assert_int_equal(ata.ret_count, 0x8002);
	assert_int_equal(ata.ret_lba, UINT64_C(0x33221144FFFE));
	assert_int_equal(ata.ret_device, 0x40);
	assert_int_equal(ata.ret_status, 0x50);
	/* Without EXTEND a 48-bit command's upper bytes are lost. */
	scsi.sense[10] = 0;
	sat_decode(&scsi, &ata);
	assert_true(ata.returned);
	assert_false(ata.count_full);
	assert_int_equal(ata.ret_count, 0x02);
	assert_int_equal(ata.ret_lba, 0x44FFFE);
	/* ... but a 28-bit command's registers are complete. */
	ata_check_power_mode(&ata);
	sat_decode(&scsi, &ata);
	assert_true(ata.count_full);
}

static void decodes_fixed_format_as_incomplete(void **state)
{
	static const uint8_t sense[18] = {
		0x70, 0, 0x01, 0x04, 0x51, 0x40, 0x02, 10, 0xE0, 0x11, 0x22,
		0x33, 0x00, 0x1D, 0, 0, 0, 0 };
	struct scsi_command scsi = check(sense, sizeof(sense));
	struct ata_sanitize_result result;
	struct ata_command ata;

	(void)state;
	ata_sanitize_status(&ata, false);
	sat_decode(&scsi, &ata);
	assert_true(ata.returned);
	assert_false(ata.count_full);
	assert_int_equal(ata.ret_error, 0x04);
	assert_int_equal(ata.ret_status, 0x51);
	assert_int_equal(ata.ret_device, 0x40);
	assert_int_equal(ata.ret_count, 0x02);
	assert_int_equal(ata.ret_lba, 0x332211);
	/* COUNT(15:8) is missing: whatever it says is not a success. */
	scsi.sense[4] = 0x50;
	scsi.sense[3] = 0;
	sat_decode(&scsi, &ata);
	ata_sanitize_decode(&ata, &result);
	assert_int_equal(result.state, ATA_SANITIZE_UNKNOWN);
	/* The bytes are registers only with this ASC. */
	scsi.sense[13] = 0x00;
	sat_decode(&scsi, &ata);
	assert_false(ata.returned);
}

static void returns_nothing_without_registers(void **state)
{
	/* Descriptor format, but of another kind; cut off; a length that
	 * points behind the end; a deferred error; nothing at all. */
	static const uint8_t other[] = { 0x72, 1, 0, 0x1D, 0, 0, 0, 8, 0x02, 6,
					 0, 0, 0x80, 0, 0, 0 };
	static const uint8_t cut[] = { 0x72, 1, 0, 0x1D, 0, 0, 0, 14, 0x09, 12,
				       1, 0, 0x80, 0, 0, 0, 0 };
	static const uint8_t loop[] = { 0x72, 1, 0, 0x1D, 0, 0, 0, 255, 0x00,
					0xFF };
	static const uint8_t deferred[] = {
		0x73, 0x01, 0x00, 0x1D, 0, 0, 0, 14, 0x09, 0x0C, 0x01, 0x00,
		0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0x50 };
	static const struct {
		const uint8_t *bytes;
		size_t length;
	} cases[] = {
		{ other, sizeof(other) }, { cut, sizeof(cut) },
		{ loop, sizeof(loop) }, { deferred, sizeof(deferred) },
		{ other, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct scsi_command scsi = check(cases[i].bytes,
						 cases[i].length);
		struct ata_command ata;

		ata_sanitize_status(&ata, false);
		ata.returned = true;
		ata.ret_status = 0x50;
		sat_decode(&scsi, &ata);
		assert_false(ata.returned);
		assert_int_equal(ata.ret_status, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_identify_as_others_do),
		cmocka_unit_test(encodes_48_bit_commands),
		cmocka_unit_test(encodes_data_out),
		cmocka_unit_test(decodes_the_return_descriptor),
		cmocka_unit_test(decodes_fixed_format_as_incomplete),
		cmocka_unit_test(returns_nothing_without_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
