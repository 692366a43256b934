/* SPDX-License-Identifier: Apache-2.0 */
#include "mmc/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define GIB (UINT64_C(1) << 30)

static void asks(void **state)
{
	uint8_t data[MMC_EXTCSD_SIZE];
	struct mmc_command c;

	(void)state;
	mmc_send_extcsd(&c, data);
	assert_int_equal(c.opcode, 8);
	assert_int_equal(c.argument, 0);
	assert_int_equal(c.direction, TRANSPORT_FROM_DEVICE);
	assert_int_equal(c.length, 512);
	assert_false(c.busy);
	mmc_send_status(&c);
	assert_int_equal(c.opcode, 13);
	assert_int_equal(c.argument, 0x00010000);
	assert_int_equal(c.direction, TRANSPORT_NO_DATA);
}

static void erases_a_range(void **state)
{
	static const struct {
		enum mmc_erase_type type;
		uint64_t bytes;
		uint8_t first, last;
		uint32_t from, to, how;
	} cases[] = {
		{ MMC_ERASE_PLAIN, 64 * GIB, 35, 36, 0x1000, 0x1FFF, 0 },
		{ MMC_ERASE_SECURE, 64 * GIB, 35, 36, 0x1000, 0x1FFF,
		  0x80000000 },
		{ MMC_ERASE_SD, 32 * GIB, 32, 33, 0x1000, 0x1FFF, 0 },
		/* Up to 2 GiB a card counts bytes. */
		{ MMC_ERASE_PLAIN, 2 * GIB, 35, 36, 0x200000, 0x3FFE00, 0 },
		{ MMC_ERASE_SD, 2 * GIB, 32, 33, 0x200000, 0x3FFE00, 0 },
		{ MMC_ERASE_SD, 2 * GIB + 512, 32, 33, 0x1000, 0x1FFF, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mmc_command c[MMC_ERASE_COMMANDS];

		mmc_erase_range(c, cases[i].type, cases[i].bytes, 0x1000,
				0x1FFF, 9000);
		assert_int_equal(c[0].opcode, cases[i].first);
		assert_int_equal(c[0].argument, cases[i].from);
		assert_int_equal(c[1].opcode, cases[i].last);
		assert_int_equal(c[1].argument, cases[i].to);
		assert_int_equal(c[2].opcode, 38);
		assert_int_equal(c[2].argument, cases[i].how);
		assert_false(c[0].busy || c[1].busy);
		assert_true(c[2].busy);
		assert_int_equal(c[2].timeout_ms, 9000);
	}
}

static void starts_a_sanitize(void **state)
{
	struct mmc_command c;

	(void)state;
	mmc_start_sanitize(&c, 5);
	assert_int_equal(c.opcode, 6);
	/* Access 11b write byte, index 165, value 1, command set 1. */
	assert_int_equal(c.argument, 0x03A50101);
	assert_true(c.busy);
	assert_int_equal(c.timeout_ms, 5);
	mmc_switch_cache(&c, false);
	assert_int_equal(c.argument, 0x03210001);
	mmc_switch_cache(&c, true);
	assert_int_equal(c.argument, 0x03210101);
	assert_true(c.busy);
}

static void reads_the_card_status(void **state)
{
	static const struct {
		uint32_t status;
		bool failed, ready;
		const char *text;
	} cases[] = {
		{ 0x00000900, false, true, "status 00000900h" },
		{ 0x00000800, false, false, "status 00000800h" },
		{ 0x00000E00, false, false, "status 00000E00h" },  /* busy */
		{ 0x00000940, false, true, "status 00000940h" },   /* event */
		{ 0x00008900, true, true,
		  "status 00008900h (write protected blocks were skipped)" },
		{ 0x00000980, true, true,
		  "status 00000980h (the switch was refused)" },
		{ 0x10000900, true, true,
		  "status 10000900h (erase commands out of sequence)" },
		{ 0x02000900, true, true,
		  "status 02000900h (locked by a password)" },
		{ 0x80008900, true, true,
		  "status 80008900h (address out of range)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[96];

		assert_int_equal(mmc_status_failed(cases[i].status),
				 cases[i].failed);
		assert_int_equal(mmc_status_ready(cases[i].status),
				 cases[i].ready);
		mmc_status_describe(cases[i].status, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks),
		cmocka_unit_test(erases_a_range),
		cmocka_unit_test(starts_a_sanitize),
		cmocka_unit_test(reads_the_card_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
