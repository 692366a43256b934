/* SPDX-License-Identifier: Apache-2.0 */
#include "nvme/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libnvme.h>

#include "base/bytes.h"
#include "base/cleanup.h"

static void reads_the_sanitize_log_as_libnvme_lays_it_out(void **state)
{
	struct nvme_sanitize_log_page theirs = {
		.sprog = htole16(0x1234),
		.sstat = htole16(NVME_SANITIZE_SSTAT_STATUS_IN_PROGESS |
				 5 << NVME_SANITIZE_SSTAT_COMPLETED_PASSES_SHIFT),
		.scdw10 = htole32(0x133), .eto = htole32(100),
		.etbe = htole32(200), .etce = htole32(300),
		.etond = htole32(400), .etbend = htole32(500),
		.etcend = htole32(0xFFFFFFFF),
	};
	uint8_t data[NVM_SANITIZE_LOG_SIZE];
	struct nvm_sanitize_log log;

	(void)state;
	memcpy(data, &theirs, sizeof(data));
	nvm_sanitize_log_decode(data, &log);
	assert_false(log.blank);
	assert_int_equal(log.state, NVM_SANITIZE_RUNNING);
	assert_int_equal(log.progress, 0x1234);
	assert_int_equal(log.passes, 5);
	assert_false(log.erased);
	assert_int_equal(log.cdw10, 0x133);
	assert_int_equal(log.overwrite_seconds, 100);
	assert_int_equal(log.block_seconds, 200);
	assert_int_equal(log.crypto_seconds, 300);
	assert_int_equal(log.overwrite_nd_seconds, 400);
	assert_int_equal(log.block_nd_seconds, 500);
	assert_int_equal(log.crypto_nd_seconds, NVM_SECONDS_UNKNOWN);
	assert_int_equal(log.ssi, NVM_SSI_IDLE);
	data[36] = 0x35;
	nvm_sanitize_log_decode(data, &log);
	assert_int_equal(log.ssi, NVM_SSI_MEDIA_VERIFICATION);
	assert_int_equal(log.ssi_failed, 3);
}

static void judges_every_status(void **state)
{
	static const enum nvm_sanitize_state want[8] = {
		NVM_SANITIZE_NEVER, NVM_SANITIZE_SUCCEEDED,
		NVM_SANITIZE_RUNNING, NVM_SANITIZE_FAILED,
		NVM_SANITIZE_SUCCEEDED_DEALLOCATED, NVM_SANITIZE_UNKNOWN,
		NVM_SANITIZE_UNKNOWN, NVM_SANITIZE_UNKNOWN };

	(void)state;
	for (uint16_t i = 0; i < 8; i++) {
		uint8_t data[NVM_SANITIZE_LOG_SIZE] = { 0xFF, 0xFF };
		struct nvm_sanitize_log log;

		put_le16(data + 2, (uint16_t)(i | 1u << 8));
		nvm_sanitize_log_decode(data, &log);
		assert_int_equal(log.state, want[i]);
		assert_true(log.erased);
	}
}

static void knows_nothing_from_a_blank_log(void **state)
{
	uint8_t data[NVM_SANITIZE_LOG_SIZE] = { 0 };
	struct nvm_sanitize_log log;

	(void)state;
	nvm_sanitize_log_decode(data, &log);
	assert_true(log.blank);
	assert_int_equal(log.state, NVM_SANITIZE_UNKNOWN);
	memset(data, 0x01, sizeof(data));
	nvm_sanitize_log_decode(data, &log);
	assert_true(log.blank);
	assert_int_equal(log.state, NVM_SANITIZE_UNKNOWN);
}

static void reads_smart_as_libnvme_lays_it_out(void **state)
{
	struct nvme_smart_log theirs = {
		.critical_warning = 8, .avail_spare = 100,
		.spare_thresh = 10, .percent_used = 3,
	};
	uint8_t data[NVM_SMART_LOG_SIZE];
	struct nvm_smart smart;

	(void)state;
	put_le16(theirs.temperature, 310);
	put_le64(theirs.power_cycles, 11);
	put_le64(theirs.power_on_hours, 22222);
	put_le64(theirs.media_errors, 33);
	memcpy(data, &theirs, sizeof(data));
	nvm_smart_decode(data, &smart);
	assert_true(smart.usable);
	assert_int_equal(smart.critical_warning, 8);
	assert_int_equal(smart.temperature, 37);
	assert_int_equal(smart.spare, 100);
	assert_int_equal(smart.spare_threshold, 10);
	assert_int_equal(smart.percent_used, 3);
	assert_int_equal(smart.power_cycles, 11);
	assert_int_equal(smart.power_on_hours, 22222);
	assert_int_equal(smart.media_errors, 33);
	memset(data, 0, sizeof(data));
	nvm_smart_decode(data, &smart);
	assert_false(smart.usable);
}

static void reads_firmware_slots(void **state)
{
	uint8_t data[512] = { 0x21 };
	unsigned active, next;

	(void)state;
	nvm_firmware_decode(data, &active, &next);
	assert_int_equal(active, 1);
	assert_int_equal(next, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_sanitize_log_as_libnvme_lays_it_out),
		cmocka_unit_test(judges_every_status),
		cmocka_unit_test(knows_nothing_from_a_blank_log),
		cmocka_unit_test(reads_smart_as_libnvme_lays_it_out),
		cmocka_unit_test(reads_firmware_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
