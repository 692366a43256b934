/* SPDX-License-Identifier: Apache-2.0 */
#include "mmc/extcsd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/file.h"

#define AARU "tests/data/extcsd/aaru-emmc-5.1-61G.bin"
#define TITRON "tests/data/extcsd/titron-emmc-5.1-62G.bin"

static void read_card(const char *file, uint8_t data[MMC_EXTCSD_SIZE])
{
	CLEANUP(free) char *bytes = NULL;
	size_t length;

	assert_int_equal(file_read(file, 4096, &bytes, &length, NULL), 0);
	assert_int_equal(length, MMC_EXTCSD_SIZE);
	memcpy(data, bytes, length);
}

static void reads_real_cards(void **state)
{
	uint8_t data[MMC_EXTCSD_SIZE];
	struct mmc_extcsd e;

	(void)state;
	read_card(AARU, data);
	mmc_extcsd_decode(data, &e);
	assert_true(e.usable);
	assert_int_equal(e.revision, 8);
	assert_int_equal(e.sectors, 120832000);
	assert_int_equal(e.secure_features, 85);
	assert_true(e.secure_erase && e.trim && e.sanitize);
	assert_false(e.erases_retired);
	assert_int_equal(e.erased_byte, 0);
	assert_int_equal(e.boot_bytes, 32 * 128 * 1024);
	assert_true(e.rpmb);
	assert_int_equal(e.gp_partitions, 0);
	assert_int_equal(e.erase_group_ms, 5 * 300);
	assert_int_equal(e.secure_group_ms, 5 * 300 * 27);
	assert_int_equal(e.erase_group_bytes, 512 * 1024);
	assert_int_equal(e.removal_type, 0);
	assert_int_equal(e.end_of_life, 1);
	assert_int_equal(e.life_time, 1);
	assert_true(e.cache && e.cache_on);
	assert_string_equal(e.firmware, "1b01000000000000");

	read_card(TITRON, data);
	mmc_extcsd_decode(data, &e);
	assert_true(e.usable);
	assert_true(e.sanitize);
	assert_false(e.erases_retired);
	assert_int_equal(e.boot_bytes, 64 * 128 * 1024);
	assert_int_equal(e.erase_group_bytes, 4 * 1024 * 1024);
	assert_int_equal(e.removal_type, 3);
}

static void needs_both_words_for_retired_blocks(void **state)
{
	uint8_t data[MMC_EXTCSD_SIZE];
	struct mmc_extcsd e;

	(void)state;
	read_card(AARU, data);
	data[134] = 1;
	mmc_extcsd_decode(data, &e);
	assert_true(e.erases_retired);
	data[231] &= (uint8_t)~(1u << 2);
	mmc_extcsd_decode(data, &e);
	assert_false(e.erases_retired);
}

static void believes_in_sanitize_only_where_there_is_one(void **state)
{
	uint8_t data[MMC_EXTCSD_SIZE];
	struct mmc_extcsd e;

	(void)state;
	read_card(AARU, data);
	data[192] = 5;                    /* 4.41: the bit is reserved */
	mmc_extcsd_decode(data, &e);
	assert_true(e.usable);
	assert_false(e.sanitize);
	data[192] = 6;
	mmc_extcsd_decode(data, &e);
	assert_true(e.sanitize);
	data[231] = 0x15;
	mmc_extcsd_decode(data, &e);
	assert_false(e.sanitize);
	assert_true(e.secure_erase);
}

static void counts_partitions(void **state)
{
	uint8_t data[MMC_EXTCSD_SIZE];
	struct mmc_extcsd e;

	(void)state;
	read_card(AARU, data);
	data[143] = 1;
	data[154] = 1;                    /* the highest byte of the last */
	mmc_extcsd_decode(data, &e);
	assert_int_equal(e.gp_partitions, 2);
	data[181] = 1;
	data[269] = 0x0B;
	data[267] = 9;
	mmc_extcsd_decode(data, &e);
	assert_int_equal(e.erased_byte, 0xFF);
	assert_int_equal(e.life_time, 0x0B);
	assert_int_equal(e.end_of_life, 0);
	data[268] = 0x40;
	mmc_extcsd_decode(data, &e);
	assert_int_equal(e.life_time, 0);
}

static void knows_nothing_from_nonsense(void **state)
{
	uint8_t data[MMC_EXTCSD_SIZE];
	struct mmc_extcsd e;

	(void)state;
	for (int fill = 0; fill < 256; fill += 85) {
		memset(data, fill, sizeof(data));
		mmc_extcsd_decode(data, &e);
		assert_false(e.usable);
		assert_false(e.sanitize || e.erases_retired || e.rpmb);
	}
	read_card(AARU, data);
	data[194] = 3;                    /* nobody knows that structure */
	mmc_extcsd_decode(data, &e);
	assert_false(e.usable);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_real_cards),
		cmocka_unit_test(needs_both_words_for_retired_blocks),
		cmocka_unit_test(believes_in_sanitize_only_where_there_is_one),
		cmocka_unit_test(counts_partitions),
		cmocka_unit_test(knows_nothing_from_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
