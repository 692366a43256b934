/* SPDX-License-Identifier: Apache-2.0 */
#include "nvme/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libnvme.h>

#include "base/cleanup.h"

static void builds_the_opcodes_of_libnvme(void **state)
{
	struct nvm_sanitize_options crypto = { .action = NVM_SANITIZE_CRYPTO };
	struct nvm_namespace ns = { 0 };
	uint8_t data[4096];
	struct nvme_command c;

	(void)state;
	nvm_identify(&c, NVM_CNS_CONTROLLER, 0, data);
	assert_int_equal(c.opcode, nvme_admin_identify);
	assert_int_equal(c.cdw10, NVME_IDENTIFY_CNS_CTRL);
	nvm_identify(&c, NVM_CNS_ALLOCATED_LIST, 0, data);
	assert_int_equal(c.cdw10, NVME_IDENTIFY_CNS_ALLOCATED_NS_LIST);
	nvm_identify(&c, NVM_CNS_ALLOCATED, 3, data);
	assert_int_equal(c.cdw10, NVME_IDENTIFY_CNS_ALLOCATED_NS);
	assert_int_equal(c.nsid, 3);
	nvm_get_log(&c, NVM_LOG_SANITIZE, data, 512);
	assert_int_equal(c.opcode, nvme_admin_get_log_page);
	assert_int_equal(c.cdw10 & 0xFF, NVME_LOG_LID_SANITIZE);
	assert_int_equal(c.cdw10 >> 16, 127);   /* dwords, 0's based */
	assert_int_equal(c.cdw10 >> 15 & 1, 1); /* RAE */
	assert_int_equal(c.length, 512);
	nvm_sanitize(&c, &crypto);
	assert_int_equal(c.opcode, nvme_admin_sanitize_nvm);
	assert_int_equal(c.nsid, 0);
	nvm_format(&c, 1, &ns, NVM_SES_USER, 5000);
	assert_int_equal(c.opcode, nvme_admin_format_nvm);
	assert_int_equal(c.timeout_ms, 5000);
	nvm_security_receive(&c, 1, 1, data, 2048);
	assert_int_equal(c.opcode, nvme_admin_security_recv);
	assert_int_equal(c.cdw10, 0x01000100);
	assert_int_equal(c.cdw11, 2048);
	nvm_security_send(&c, 1, 0x07FE, data, 2048);
	assert_int_equal(c.opcode, nvme_admin_security_send);
	assert_int_equal(c.cdw10, 0x0107FE00);
	assert_true(c.secret);
}

static void builds_sanitize_dwords(void **state)
{
	static const struct {
		struct nvm_sanitize_options options;
		uint32_t cdw10;
	} cases[] = {
		{ { .action = NVM_SANITIZE_EXIT_FAILURE, .unrestricted = true,
		    .verify = true, .no_deallocate = true }, 0x001 },
		{ { .action = NVM_SANITIZE_BLOCK, .unrestricted = true }, 0x00A },
		{ { .action = NVM_SANITIZE_CRYPTO }, 0x004 },
		{ { .action = NVM_SANITIZE_CRYPTO, .verify = true }, 0x404 },
		{ { .action = NVM_SANITIZE_BLOCK, .no_deallocate = true },
		  0x202 },
		{ { .action = NVM_SANITIZE_OVERWRITE, .passes = 3,
		    .invert = true, .pattern = 7 }, 0x133 },
		{ { .action = NVM_SANITIZE_OVERWRITE, .passes = 16 }, 0x003 },
		/* Overwrite's bits are of no other operation. */
		{ { .action = NVM_SANITIZE_BLOCK, .passes = 3, .invert = true,
		    .pattern = 7 }, 0x002 },
		{ { .action = NVM_SANITIZE_EXIT_VERIFICATION }, 0x005 },
	};
	struct nvme_command c;

	(void)state;
	assert_int_equal(NVM_SANITIZE_BLOCK,
			 NVME_SANITIZE_SANACT_START_BLOCK_ERASE);
	assert_int_equal(NVM_SANITIZE_OVERWRITE,
			 NVME_SANITIZE_SANACT_START_OVERWRITE);
	assert_int_equal(NVM_SANITIZE_CRYPTO,
			 NVME_SANITIZE_SANACT_START_CRYPTO_ERASE);
	assert_int_equal(NVM_SANITIZE_EXIT_FAILURE,
			 NVME_SANITIZE_SANACT_EXIT_FAILURE);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		nvm_sanitize(&c, &cases[i].options);
		assert_int_equal(c.cdw10, cases[i].cdw10);
		assert_int_equal(nvm_sanitize_cdw10(&cases[i].options),
				 c.cdw10);
		assert_int_equal(c.cdw11, cases[i].options.action ==
				 NVM_SANITIZE_OVERWRITE ?
				 cases[i].options.pattern : 0);
	}
}

static void keeps_the_format_in_use(void **state)
{
	struct nvm_namespace ns = { .format_index = 0x12, .extended_lba = true,
				    .protection_type = 3,
				    .protection_first = true };
	struct nvme_command c;

	(void)state;
	nvm_format(&c, 1, &ns, NVM_SES_CRYPTO, 0);
	/* LBAFU 13:12, SES 11:9, PIL 8, PI 7:5, MSET 4, LBAFL 3:0. */
	assert_int_equal(c.cdw10, 1 << 12 | NVME_FORMAT_SES_CRYPTO_ERASE << 9 |
				  1 << 8 | 3 << 5 | 1 << 4 | 2);
	ns = (struct nvm_namespace){ .format_index = 1 };
	nvm_format(&c, NVM_NSID_ALL, &ns, NVM_SES_USER, 0);
	assert_int_equal(c.cdw10, NVME_FORMAT_SES_USER_DATA_ERASE << 9 | 1);
	assert_int_equal(c.nsid, 0xFFFFFFFF);
}

static void knows_libnvmes_status_codes(void **state)
{
	char text[96];

	(void)state;
	assert_int_equal(NVM_SC_SANITIZE_FAILED, NVME_SC_SANITIZE_FAILED);
	assert_int_equal(NVM_SC_SANITIZE_IN_PROGRESS,
			 NVME_SC_SANITIZE_IN_PROGRESS);
	assert_int_equal(NVM_SC_NS_WRITE_PROTECTED,
			 NVME_SC_NS_WRITE_PROTECTED);
	assert_int_equal(NVM_SC_FORMAT_IN_PROGRESS,
			 NVME_SC_FORMAT_IN_PROGRESS);
	assert_int_equal(NVM_SC_INVALID_FORMAT,
			 1 << 8 | NVME_SC_INVALID_FORMAT);
	assert_int_equal(NVM_SC_FW_NEEDS_RESET,
			 1 << 8 | NVME_SC_FW_NEEDS_CONV_RESET);
	assert_int_equal(NVM_SC_FW_NEEDS_SUBSYSTEM_RESET,
			 1 << 8 | NVME_SC_FW_NEEDS_SUBSYS_RESET);
	assert_int_equal(NVM_SC_FW_NEEDS_CONTROLLER_RESET,
			 1 << 8 | NVME_SC_FW_NEEDS_RESET);
	assert_int_equal(NVM_SC_SANITIZE_PMR,
			 1 << 8 | NVME_SC_PMR_SAN_PROHIBITED);
	nvm_status_describe(0x01D, text, sizeof(text));
	assert_string_equal(text, "status 1Dh type 0 (sanitize in progress)");
	nvm_status_describe(0x2FE, text, sizeof(text));
	assert_string_equal(text, "status FEh type 2");
	assert_non_null(nvm_status_advice(0x123));
	assert_null(nvm_status_advice(0x002));
}

static void turns_the_write_cache(void **state)
{
	struct nvme_command c;

	(void)state;
	nvm_get_feature(&c, NVM_FEATURE_WRITE_CACHE);
	assert_int_equal(c.opcode, nvme_admin_get_features);
	assert_int_equal(c.cdw10, NVME_FEAT_FID_VOLATILE_WC);
	nvm_set_feature(&c, NVM_FEATURE_WRITE_CACHE, 1);
	assert_int_equal(c.opcode, nvme_admin_set_features);
	assert_int_equal(c.cdw10, NVME_FEAT_FID_VOLATILE_WC);
	assert_int_equal(c.cdw11, 1);
	assert_int_equal(c.nsid, 0);
	assert_null(c.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builds_the_opcodes_of_libnvme),
		cmocka_unit_test(builds_sanitize_dwords),
		cmocka_unit_test(keeps_the_format_in_use),
		cmocka_unit_test(knows_libnvmes_status_codes),
		cmocka_unit_test(turns_the_write_cache),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
