/* SPDX-License-Identifier: Apache-2.0 */
#include "scsi/command.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <scsi/sg_lib.h>

#include "base/bytes.h"
#include "base/cleanup.h"

/* Names that sg3_utils gives to what was built: the second opinion. */
static void assert_named(const struct scsi_command *c, const char *name)
{
	char text[96];

	sg_get_opcode_sa_name(c->cdb[0], c->cdb_length > 1 ? c->cdb[1] & 31 : 0,
			      0, sizeof(text), text);
	assert_non_null(strstr(text, name));
}

static void builds_commands_sg3_utils_knows(void **state)
{
	uint8_t data[512];
	struct scsi_command c;

	(void)state;
	scsi_test_unit_ready(&c);
	assert_named(&c, "Test Unit Ready");
	assert_int_equal(c.cdb_length, 6);
	scsi_request_sense(&c, true, data, 252);
	assert_named(&c, "Request Sense");
	assert_int_equal(c.cdb[1], 1);
	assert_int_equal(c.cdb[4], 252);
	scsi_inquiry(&c, data, 96);
	assert_named(&c, "Inquiry");
	scsi_inquiry_vpd(&c, 0x89, data, 512);
	assert_int_equal(c.cdb[1], 1);
	assert_int_equal(c.cdb[2], 0x89);
	assert_int_equal(get_be16(c.cdb + 3), 512);
	scsi_read_capacity10(&c, data);
	assert_named(&c, "Read capacity(10)");
	scsi_read_capacity16(&c, data);
	assert_named(&c, "Read capacity(16)");
	assert_int_equal(get_be32(c.cdb + 10), 32);
	scsi_report_opcode(&c, 0x48, 2, data, 64);
	assert_named(&c, "Report supported operation codes");
	assert_int_equal(c.cdb[2], 2);
	assert_int_equal(c.cdb[3], 0x48);
	assert_int_equal(get_be16(c.cdb + 4), 2);
	scsi_report_opcode(&c, 0x04, -1, data, 64);
	assert_int_equal(c.cdb[2], 1);
	scsi_log_sense(&c, 0x0D, 0, data, 252);
	assert_named(&c, "Log sense");
	assert_int_equal(c.cdb[2], 0x4D);
	scsi_security_in(&c, 1, 1, data, 512);
	assert_named(&c, "Security protocol in");
	assert_int_equal(c.cdb[1], 1);
	assert_int_equal(get_be16(c.cdb + 2), 1);
	assert_int_equal(get_be32(c.cdb + 6), 512);
	scsi_security_out(&c, 1, 0x07FE, data, 512);
	assert_named(&c, "Security protocol out");
	assert_true(c.secret);
}

static void builds_sanitize(void **state)
{
	uint8_t list[SCSI_OVERWRITE_SIZE];
	struct scsi_command c;

	(void)state;
	scsi_sanitize(&c, SCSI_SANITIZE_BLOCK, true);
	assert_named(&c, "Sanitize, block erase");
	assert_int_equal(c.cdb_length, 10);
	assert_int_equal(c.cdb[1], 0xA2);   /* IMMED, AUSE */
	assert_int_equal(get_be16(c.cdb + 7), 0);
	scsi_sanitize(&c, SCSI_SANITIZE_CRYPTO, true);
	assert_named(&c, "Sanitize, cryptographic erase");
	scsi_sanitize(&c, SCSI_SANITIZE_EXIT_FAILURE, true);
	assert_named(&c, "Sanitize, exit failure mode");
	assert_int_equal(c.cdb[1], 0x1F);
	scsi_sanitize_overwrite(&c, list, 0x01020304, 3, true, true);
	assert_named(&c, "Sanitize, overwrite");
	assert_int_equal(get_be16(c.cdb + 7), 8);
	assert_int_equal(c.direction, TRANSPORT_TO_DEVICE);
	assert_int_equal(list[0], 0x83);
	assert_int_equal(get_be16(list + 2), 4);
	assert_int_equal(get_be32(list + 4), 0x01020304);
	scsi_sanitize_overwrite(&c, list, 0, 1, false, true);
	assert_int_equal(list[0], 0x01);
}

static void builds_format_with_the_protection_it_has(void **state)
{
	/* SBC-4 table 39: FMTPINFO and PROTECTION FIELD USAGE by type. */
	static const uint8_t cdb1[] = { 0x10, 0x90, 0xD0, 0xD0 };
	static const uint8_t usage[] = { 0, 0, 0, 1 };
	uint8_t list[SCSI_FORMAT_LIST_SIZE];
	struct scsi_command c;

	(void)state;
	for (uint8_t type = 0; type < 4; type++) {
		struct scsi_capacity capacity = { .protection_type = type };

		scsi_format_unit(&c, list, &capacity, true);
		assert_int_equal(c.cdb[0], 0x04);
		assert_int_equal(c.cdb[1], cdb1[type]);
		assert_int_equal(list[0], usage[type]);
		assert_int_equal(list[1], 0x02);   /* IMMED */
	}
}

static void reads_inquiry(void **state)
{
	uint8_t data[36] = "\x00\x80\x06\x02\x1f\0\0\0SEAGATE ST600MP0036     N001";
	struct scsi_inquiry inquiry;

	(void)state;
	assert_int_equal(scsi_inquiry_decode(data, 36, &inquiry), 0);
	assert_string_equal(inquiry.vendor, "SEAGATE");
	assert_string_equal(inquiry.product, "ST600MP0036");
	assert_string_equal(inquiry.revision, "N001");
	assert_true(inquiry.removable);
	assert_int_equal(scsi_inquiry_decode(data, 35, &inquiry), -EPROTO);
	data[0] = 0x7F;
	assert_int_equal(scsi_inquiry_decode(data, 36, &inquiry), -EPROTO);
}

static void reads_vpd_serial_and_wwn(void **state)
{
	static const uint8_t serial[] = "\x00\x80\x00\x0a  ZA12D4D1 ";
	static const uint8_t wwn[] = {
		0, 0x83, 0, 36,
		0x02, 0x01, 0, 4, 'A', 'B', 'C', 'D',     /* T10 vendor id */
		0x01, 0x93, 0, 8, 5, 0, 0, 0, 0, 0, 0, 1, /* the port's NAA */
		0x01, 0x03, 0, 8, 0x50, 0x00, 0xC5, 0, 1, 2, 3, 4 };
	char text[64];

	(void)state;
	assert_int_equal(scsi_vpd_serial_decode(serial, 14, text, 64), 0);
	assert_string_equal(text, "ZA12D4D1");
	assert_int_equal(scsi_vpd_serial_decode(serial, 14, text, 5), -ENOSPC);
	/* A drive that answers with standard inquiry data. */
	assert_int_equal(scsi_vpd_serial_decode(wwn, 40, text, 64), -EPROTO);
	assert_int_equal(scsi_vpd_wwn_decode(wwn, sizeof(wwn), text, 64), 0);
	assert_string_equal(text, "5000c50001020304");
	assert_int_equal(scsi_vpd_wwn_decode(wwn, 24, text, 64), -ENOENT);
	assert_int_equal(scsi_vpd_wwn_decode(wwn, sizeof(wwn), text, 16),
			 -ENOSPC);
}

static void reads_vpd_rotation_and_pages(void **state)
{
	static const uint8_t b1[] = { 0, 0xB1, 0, 60, 0x00, 0x01, 0, 0 };
	static const uint8_t list[] = { 0, 0, 0, 3, 0x00, 0x80, 0x83 };
	uint16_t rotation = 0;
	bool has = false;

	(void)state;
	assert_int_equal(scsi_vpd_rotation_decode(b1, 8, &rotation), 0);
	assert_int_equal(rotation, 1);
	assert_int_equal(scsi_vpd_rotation_decode(list, 7, &rotation),
			 -EPROTO);
	assert_int_equal(scsi_vpd_has_page(list, 7, 0x83, &has), 0);
	assert_true(has);
	assert_int_equal(scsi_vpd_has_page(list, 7, 0x89, &has), 0);
	assert_false(has);
}

static void reads_the_ata_information_page(void **state)
{
	uint8_t data[572] = { 0, 0x89, 0x02, 0x38 }, identify[512] = { 0 };
	bool packet = true;

	(void)state;
	data[56] = 0xEC;
	data[60] = 0x40;
	data[571] = 0x99;
	assert_int_equal(scsi_vpd_ata_decode(data, 572, identify, &packet), 0);
	assert_false(packet);
	assert_int_equal(identify[0], 0x40);
	assert_int_equal(identify[511], 0x99);
	assert_int_equal(scsi_vpd_ata_decode(data, 571, identify, &packet),
			 -EPROTO);
	data[56] = 0;
	assert_int_equal(scsi_vpd_ata_decode(data, 572, identify, &packet),
			 -EPROTO);
}

static void reads_capacity(void **state)
{
	uint8_t data[32] = { 0, 0, 0, 0, 0x74, 0x70, 0x6D, 0xAF, 0, 0, 2, 0,
			     0x03, 0x03, 0xC0, 0 };
	struct scsi_capacity c;

	(void)state;
	assert_int_equal(scsi_capacity16_decode(data, 32, &c), 0);
	assert_int_equal(c.last_lba, 0x74706DAF);
	assert_int_equal(c.logical_block, 512);
	assert_int_equal(c.physical_block, 4096);
	assert_true(c.protection);
	assert_int_equal(c.protection_type, 2);
	assert_true(c.provisioned);
	assert_true(c.reads_zero);
	data[10] = 0;
	assert_int_equal(scsi_capacity16_decode(data, 32, &c), -EPROTO);
	assert_int_equal(scsi_capacity10_decode(data + 4, 8, &c), -EPROTO);
	put_be32(data, 0xFFFFFFFF);
	put_be32(data + 4, 512);
	assert_int_equal(scsi_capacity10_decode(data, 8, &c), -EOVERFLOW);
	put_be32(data, 1000);
	assert_int_equal(scsi_capacity10_decode(data, 8, &c), 0);
	assert_int_equal(c.last_lba, 1000);
}

static void reads_opcode_support(void **state)
{
	static const enum haiki_answer want[8] = {
		HAIKI_UNKNOWN, HAIKI_NO, HAIKI_UNKNOWN, HAIKI_YES,
		HAIKI_UNKNOWN, HAIKI_YES, HAIKI_UNKNOWN, HAIKI_UNKNOWN };

	(void)state;
	for (uint8_t i = 0; i < 8; i++) {
		uint8_t data[4] = { 0, i, 0, 10 };

		assert_int_equal(scsi_report_opcode_decode(data, 4), want[i]);
		assert_int_equal(scsi_report_opcode_decode(data, 3),
				 HAIKI_UNKNOWN);
	}
}

static void changes_only_the_write_cache_bit(void **state)
{
	/* With a block descriptor, PS and RCD set, and a page behind it. */
	uint8_t data[64] = { 0, 38, 0, 0x90, 0, 0, 0, 8, [16] = 0x88, 18, 0x05,
			     0xA0, 0xFF, [36] = 0x0A, 2 };
	uint8_t list[64];
	struct scsi_command c;
	bool on = false;

	(void)state;
	scsi_sense_caching(&c, data, 192);
	assert_named(&c, "Mode sense(10)");
	assert_int_equal(c.cdb[1], 0x08);
	assert_int_equal(c.cdb[2], 0x08);
	assert_int_equal(get_be16(c.cdb + 7), 192);
	scsi_select_caching(&c, list, 28);
	assert_named(&c, "Mode select(10)");
	assert_int_equal(c.cdb[1], 0x10);
	assert_int_equal(get_be16(c.cdb + 7), 28);
	assert_int_equal(c.direction, TRANSPORT_TO_DEVICE);

	assert_int_equal(scsi_caching_decode(data, 40, &on), 0);
	assert_true(on);
	memset(list, 0xEE, sizeof(list));
	assert_int_equal(scsi_caching_encode(data, 40, false, list), 28);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(list[i], 0);
	assert_int_equal(list[8], 0x08);
	assert_int_equal(list[10], 0x01);
	assert_memory_equal(list + 11, data + 19, 17);
	assert_int_equal(list[28], 0xEE);
	data[18] = 0x01;
	assert_int_equal(scsi_caching_decode(data, 40, &on), 0);
	assert_false(on);
	assert_int_equal(scsi_caching_encode(data, 40, true, list), 28);
	assert_int_equal(list[10], 0x05);

	/* Cut short, of another page, a subpage, or longer than told. */
	for (size_t length = 0; length < 36; length++)
		assert_int_equal(scsi_caching_decode(data, length, &on),
				 -EPROTO);
	data[16] = 0x0A;
	assert_int_equal(scsi_caching_decode(data, 40, &on), -EPROTO);
	data[16] = 0x48;
	assert_int_equal(scsi_caching_decode(data, 40, &on), -EPROTO);
	data[16] = 0x08;
	data[7] = 200;
	assert_int_equal(scsi_caching_decode(data, 40, &on), -EPROTO);
	data[7] = 8;
	data[1] = 30;
	assert_int_equal(scsi_caching_encode(data, 40, true, list), -EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds_commands_sg3_utils_knows),
		cmocka_unit_test(builds_sanitize),
		cmocka_unit_test(builds_format_with_the_protection_it_has),
		cmocka_unit_test(reads_inquiry),
		cmocka_unit_test(reads_vpd_serial_and_wwn),
		cmocka_unit_test(reads_vpd_rotation_and_pages),
		cmocka_unit_test(reads_the_ata_information_page),
		cmocka_unit_test(reads_capacity),
		cmocka_unit_test(reads_opcode_support),
		cmocka_unit_test(changes_only_the_write_cache_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
