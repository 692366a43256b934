/* SPDX-License-Identifier: Apache-2.0 */
#include "ata/command.h"

#include <errno.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>
#include <linux/hdreg.h>

#include "base/bytes.h"
#include "base/cleanup.h"

/* The opcodes as the kernel's linux/hdreg.h has them. */
static void builds_the_opcodes_of_hdreg(void **state)
{
	uint8_t data[ATA_SECTOR];
	struct ata_command c;

	(void)state;
	ata_identify_device(&c, data);
	assert_int_equal(c.command, WIN_IDENTIFY);
	assert_int_equal(c.protocol, ATA_PIO_IN);
	assert_int_equal(c.length, 512);
	assert_ptr_equal(c.data, data);
	ata_identify_packet_device(&c, data);
	assert_int_equal(c.command, WIN_PIDENTIFY);
	ata_check_power_mode(&c);
	assert_int_equal(c.command, WIN_CHECKPOWERMODE1);
	ata_flush_cache(&c, false);
	assert_int_equal(c.command, WIN_FLUSH_CACHE);
	assert_false(c.extended);
	ata_flush_cache(&c, true);
	assert_int_equal(c.command, WIN_FLUSH_CACHE_EXT);
	assert_true(c.extended);
	ata_smart_read_data(&c, data);
	assert_int_equal(c.command, WIN_SMART);
	assert_int_equal(c.features, SMART_READ_VALUES);
	assert_int_equal(c.lba, SMART_HCYL_PASS << 16 | SMART_LCYL_PASS << 8);
	ata_smart_return_status(&c);
	assert_int_equal(c.features, SMART_STATUS);
	assert_int_equal(c.protocol, ATA_NON_DATA);
	ata_security_set_password(&c, data);
	assert_int_equal(c.command, WIN_SECURITY_SET_PASS);
	assert_int_equal(c.protocol, ATA_PIO_OUT);
	assert_true(c.secret);
	ata_security_unlock(&c, data);
	assert_int_equal(c.command, WIN_SECURITY_UNLOCK);
	assert_true(c.secret);
	ata_security_erase_prepare(&c);
	assert_int_equal(c.command, WIN_SECURITY_ERASE_PREPARE);
	assert_int_equal(c.protocol, ATA_NON_DATA);
	ata_security_erase_unit(&c, data, 12345);
	assert_int_equal(c.command, WIN_SECURITY_ERASE_UNIT);
	assert_int_equal(c.timeout_ms, 12345);
	assert_true(c.secret);
	ata_security_freeze_lock(&c);
	assert_int_equal(c.command, WIN_SECURITY_FREEZE_LOCK);
	ata_security_disable_password(&c, data);
	assert_int_equal(c.command, WIN_SECURITY_DISABLE);
	assert_true(c.secret);
}

static void builds_hidden_area_commands(void **state)
{
	uint8_t data[ATA_SECTOR];
	struct ata_command c;

	(void)state;
	ata_read_native_max(&c, false);
	assert_int_equal(c.command, WIN_READ_NATIVE_MAX);
	assert_int_equal(c.device & 0x40, 0x40);
	ata_read_native_max(&c, true);
	assert_int_equal(c.command, WIN_READ_NATIVE_MAX_EXT);
	assert_true(c.extended);
	ata_set_max(&c, false, 0x0ABCDEF, true);
	assert_int_equal(c.command, WIN_SET_MAX);
	assert_int_equal(c.features, 0);
	assert_int_equal(c.count, 1);
	/* LBA(27:24) of a 28-bit command lies in DEVICE(3:0). */
	ata_set_max(&c, false, 0xABCDEF1, false);
	assert_int_equal(c.device, 0x4A);
	assert_int_equal(c.count, 0);
	ata_set_max(&c, true, 0x123456789ABC, true);
	assert_int_equal(c.command, WIN_SET_MAX_EXT);
	assert_int_equal(c.device, 0x40);
	assert_int_equal(c.lba, 0x123456789ABC);
	ata_get_native_max(&c);
	assert_int_equal(c.command, 0x78);
	assert_int_equal(c.features, 0);
	assert_true(c.extended);
	ata_set_accessible_max(&c, 99);
	assert_int_equal(c.command, 0x78);
	assert_int_equal(c.features, 1);
	assert_int_equal(c.lba, 99);
	ata_dco_identify(&c, data);
	assert_int_equal(c.command, 0xB1);
	assert_int_equal(c.features, 0xC2);
	assert_int_equal(c.protocol, ATA_PIO_IN);
	ata_dco_restore(&c);
	assert_int_equal(c.features, 0xC0);
	ata_dco_freeze(&c);
	assert_int_equal(c.features, 0xC1);
}

/* Features and keys as hdparm 9.65 has them; the keys spell words. */
static void builds_sanitize_commands(void **state)
{
	struct ata_command c;

	(void)state;
	ata_sanitize_status(&c, false);
	assert_int_equal(c.command, 0xB4);
	assert_int_equal(c.features, 0x0000);
	assert_int_equal(c.count, 0);
	assert_int_equal(c.lba, 0);
	assert_true(c.extended);
	assert_int_equal(c.protocol, ATA_NON_DATA);
	ata_sanitize_status(&c, true);
	assert_int_equal(c.count, 1);
	ata_sanitize_crypto(&c);
	assert_int_equal(c.features, 0x0011);
	assert_int_equal(c.lba, 'C' << 24 | 'r' << 16 | 'y' << 8 | 'p');
	assert_int_equal(c.count, 0x10);
	ata_sanitize_block(&c);
	assert_int_equal(c.features, 0x0012);
	assert_int_equal(c.lba, 'B' << 24 | 'k' << 16 | 'E' << 8 | 'r');
	assert_int_equal(c.count, 0x10);
	ata_sanitize_overwrite(&c, 0xDEADBEEF, 3, true);
	assert_int_equal(c.features, 0x0014);
	assert_int_equal(c.lba, UINT64_C(0x4F57DEADBEEF));
	assert_int_equal(c.count, 0x93);
	ata_sanitize_overwrite(&c, 0, 1, false);
	assert_int_equal(c.lba, UINT64_C(0x4F5700000000));
	assert_int_equal(c.count, 0x11);
	ata_sanitize_freeze(&c);
	assert_int_equal(c.features, 0x0020);
	assert_int_equal(c.lba, 'F' << 24 | 'r' << 16 | 'L' << 8 | 'k');
	ata_sanitize_antifreeze(&c);
	assert_int_equal(c.features, 0x0040);
	assert_int_equal(c.lba, 'A' << 24 | 'n' << 16 | 't' << 8 | 'i');
}

static void builds_trusted_and_log_commands(void **state)
{
	uint8_t data[2048];
	struct ata_command c;

	(void)state;
	ata_trusted_receive(&c, 0x01, 0x0001, data, sizeof(data));
	assert_int_equal(c.command, 0x5C);
	assert_int_equal(c.features, 0x01);
	assert_int_equal(c.count, 4);
	assert_int_equal(c.lba, 0x000100);
	assert_int_equal(c.protocol, ATA_PIO_IN);
	assert_false(c.extended);
	ata_trusted_send(&c, 0x01, 0x07FE, data, 2048);
	assert_int_equal(c.command, 0x5E);
	assert_int_equal(c.lba, 0x07FE00);
	assert_int_equal(c.protocol, ATA_PIO_OUT);
	assert_true(c.secret);
	ata_read_log(&c, 0x04, 0x0305, 1, data);
	assert_int_equal(c.command, 0x2F);
	assert_int_equal(c.lba, UINT64_C(0x0300000504));
	assert_int_equal(c.length, 512);
}

static void encodes_security_blocks(void **state)
{
	struct ata_security_block block = { .enhanced = true }, back;
	uint8_t data[ATA_SECTOR];

	(void)state;
	memcpy(block.password, "haiki", 5);
	ata_security_block_encode(&block, data);
	assert_int_equal(data[0], 0x02);
	assert_int_equal(data[1], 0x00);
	assert_memory_equal(data + 2, "haiki\0\0", 7);
	for (size_t i = 7; i < ATA_SECTOR; i++)
		assert_int_equal(data[i], 0);
	block = (struct ata_security_block){ .master = true, .maximum = true,
					     .master_id = 0xFFFE };
	memset(block.password, 'x', ATA_PASSWORD_SIZE);
	ata_security_block_encode(&block, data);
	assert_int_equal(data[0], 0x01);
	assert_int_equal(data[1], 0x01);
	assert_int_equal(data[33], 'x');
	assert_int_equal(data[34], 0xFE);
	assert_int_equal(data[35], 0xFF);
	ata_security_block_decode(data, &back);
	assert_true(back.master);
	assert_true(back.maximum);
	assert_false(back.enhanced);
	assert_int_equal(back.master_id, 0xFFFE);
	assert_memory_equal(back.password, block.password, ATA_PASSWORD_SIZE);
}

static struct ata_command answer(uint8_t status, uint8_t error,
				 uint16_t count, uint64_t lba)
{
	struct ata_command c;

	ata_sanitize_status(&c, false);
	c.returned = c.count_full = true;
	c.ret_status = status;
	c.ret_error = error;
	c.ret_device = 0x40;
	c.ret_count = count;
	c.ret_lba = lba;
	return c;
}

static void judges_registers(void **state)
{
	static const struct {
		uint8_t status, error;
		enum ata_result result;
	} cases[] = {
		{ 0x50, 0x00, ATA_RESULT_DONE },
		{ 0x51, 0x04, ATA_RESULT_ABORTED },
		{ 0x51, 0x10, ATA_RESULT_ERROR },
		{ 0x70, 0x00, ATA_RESULT_ERROR },       /* device fault */
		{ 0x80, 0x00, ATA_RESULT_BUSY },
		{ 0xFF, 0xFF, ATA_RESULT_UNKNOWN },     /* nobody there */
		{ 0x58, 0x00, ATA_RESULT_UNKNOWN },     /* wants data */
		{ 0x00, 0x00, ATA_RESULT_UNKNOWN },
	};
	struct ata_command c = { .returned = true, .count_full = true };

	(void)state;
	assert_int_equal(ata_command_result(&c), ATA_RESULT_UNKNOWN);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		c = answer(cases[i].status, cases[i].error, 0, 0);
		assert_int_equal(ata_command_result(&c), cases[i].result);
		c.returned = false;
		assert_int_equal(ata_command_result(&c), ATA_RESULT_UNKNOWN);
	}
}

static void judges_sanitize_status(void **state)
{
	static const struct {
		uint16_t count;
		uint64_t lba;
		enum ata_sanitize_state state;
		bool frozen;
	} cases[] = {
		{ 0x8000, 0xFFFF, ATA_SANITIZE_SUCCEEDED, false },
		{ 0xA000, 0xFFFF, ATA_SANITIZE_SUCCEEDED, true },
		{ 0x8000, 0x0000, ATA_SANITIZE_SUCCEEDED, false },
		{ 0x4000, 0x8000, ATA_SANITIZE_RUNNING, false },
		/* Both at once: an old success, and a new one running. */
		{ 0xC000, 0x0001, ATA_SANITIZE_RUNNING, false },
		{ 0x0000, 0xFFFF, ATA_SANITIZE_IDLE, false },
		{ 0x2000, 0x0000, ATA_SANITIZE_IDLE, true },
		{ 0x0000, 0x0000, ATA_SANITIZE_UNKNOWN, false },
	};
	struct ata_sanitize_result r;
	struct ata_command c;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		c = answer(0x50, 0, cases[i].count, cases[i].lba);
		ata_sanitize_decode(&c, &r);
		assert_int_equal(r.state, cases[i].state);
		assert_int_equal(r.frozen, cases[i].frozen);
		assert_true(r.detail[0]);
		assert_int_equal(r.blank, !cases[i].count && !cases[i].lba);
	}
	c = answer(0x50, 0, 0x4000, 0x8000);
	ata_sanitize_decode(&c, &r);
	assert_int_equal(r.progress, 0x8000);
}

static void never_takes_missing_registers_for_success(void **state)
{
	struct ata_command c = answer(0x50, 0, 0x8000, 0xFFFF);
	struct ata_sanitize_result r;

	(void)state;
	c.count_full = false;
	ata_sanitize_decode(&c, &r);
	assert_int_equal(r.state, ATA_SANITIZE_UNKNOWN);
	c = answer(0x50, 0, 0x8000, 0xFFFF);
	c.returned = false;
	ata_sanitize_decode(&c, &r);
	assert_int_equal(r.state, ATA_SANITIZE_UNKNOWN);
	c = answer(0, 0, 0, 0);
	c.ret_device = 0;
	ata_sanitize_decode(&c, &r);
	assert_int_equal(r.state, ATA_SANITIZE_UNKNOWN);
	c = answer(0x00, 0, 0x8000, 0xFFFF);
	ata_sanitize_decode(&c, &r);
	assert_int_equal(r.state, ATA_SANITIZE_UNKNOWN);
}

static void judges_aborted_sanitize_commands(void **state)
{
	static const struct {
		uint8_t reason;
		enum ata_sanitize_state state;
		bool frozen, antifreeze;
	} cases[] = {
		{ 0, ATA_SANITIZE_UNKNOWN, false, false },
		{ 1, ATA_SANITIZE_FAILED, false, false },
		{ 2, ATA_SANITIZE_UNKNOWN, false, false },
		{ 3, ATA_SANITIZE_UNKNOWN, true, false },
		{ 4, ATA_SANITIZE_UNKNOWN, false, true },
		{ 99, ATA_SANITIZE_UNKNOWN, false, false },
	};
	struct ata_sanitize_result r;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ata_command c = answer(0x51, 0x04, 0x8000,
					      cases[i].reason);

		ata_sanitize_decode(&c, &r);
		assert_int_equal(r.state, cases[i].state);
		assert_int_equal(r.reason, cases[i].reason);
		assert_int_equal(r.frozen, cases[i].frozen);
		assert_int_equal(r.antifreeze, cases[i].antifreeze);
	}
}

static void reads_native_max(void **state)
{
	struct ata_command c = answer(0x50, 0, 0, UINT64_C(0x123456789A));
	uint64_t lba = 7;

	(void)state;
	assert_int_equal(ata_native_max_decode(&c, &lba), 0);
	assert_int_equal(lba, UINT64_C(0x123456789A));
	lba = 7;
	c.count_full = false;
	assert_int_equal(ata_native_max_decode(&c, &lba), -EPROTO);
	c = answer(0x51, 0x04, 0, 5);
	assert_int_equal(ata_native_max_decode(&c, &lba), -EIO);
	c = answer(0x50, 0, 0, 0);
	assert_int_equal(ata_native_max_decode(&c, &lba), -EPROTO);
	assert_int_equal(lba, 7);
	c = answer(0x50, 0, 0, 0x00ABCDEF);
	c.extended = c.count_full = false;
	c.ret_device = 0x4C;
	assert_int_equal(ata_native_max_decode(&c, &lba), 0);
	assert_int_equal(lba, 0xCABCDEF);
}

static void reads_smart_status(void **state)
{
	struct ata_command c = answer(0x50, 0, 0, 0xC24F00);
	bool failing = true;

	(void)state;
	assert_int_equal(ata_smart_status_decode(&c, &failing), 0);
	assert_false(failing);
	c = answer(0x50, 0, 0, 0x2CF400);
	assert_int_equal(ata_smart_status_decode(&c, &failing), 0);
	assert_true(failing);
	c = answer(0x50, 0, 0, 0);
	assert_int_equal(ata_smart_status_decode(&c, &failing), -EPROTO);
	assert_true(failing);
}

static void turns_the_write_cache(void **state)
{
	struct ata_command c;

	(void)state;
	ata_set_write_cache(&c, false);
	assert_int_equal(c.command, 0xEF);
	assert_int_equal(c.features, 0x82);
	assert_int_equal(c.protocol, ATA_NON_DATA);
	assert_false(c.extended);
	ata_set_write_cache(&c, true);
	assert_int_equal(c.command, 0xEF);
	assert_int_equal(c.features, 0x02);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds_the_opcodes_of_hdreg),
		cmocka_unit_test(builds_hidden_area_commands),
		cmocka_unit_test(builds_sanitize_commands),
		cmocka_unit_test(builds_trusted_and_log_commands),
		cmocka_unit_test(encodes_security_blocks),
		cmocka_unit_test(judges_registers),
		cmocka_unit_test(judges_sanitize_status),
		cmocka_unit_test(never_takes_missing_registers_for_success),
		cmocka_unit_test(judges_aborted_sanitize_commands),
		cmocka_unit_test(reads_native_max),
		cmocka_unit_test(reads_smart_status),
		cmocka_unit_test(turns_the_write_cache),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
