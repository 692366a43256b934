/* SPDX-License-Identifier: Apache-2.0 */
#include "nvme/identify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libnvme.h>

#include "base/bytes.h"
#include "base/cleanup.h"

_Static_assert(sizeof(struct nvme_id_ctrl) == NVM_IDENTIFY_SIZE, "size");

/* Filled through libnvme's structure: the second opinion on every offset. */
static void reads_a_controller_as_libnvme_lays_it_out(void **state)
{
	struct nvme_id_ctrl theirs = {
		.vid = htole16(0x144D), .cmic = 0x02, .mdts = 5,
		.cntlid = htole16(7), .ver = htole32(0x00020000),
		.oacs = htole16(NVME_CTRL_OACS_SECURITY |
				NVME_CTRL_OACS_FORMAT |
				NVME_CTRL_OACS_NS_MGMT),
		.lpa = 0x0E, .rpmbs = htole32(0x00040003),
		.sanicap = htole32(NVME_CTRL_SANICAP_CES |
				   NVME_CTRL_SANICAP_OWS | 1u << 3 |
				   NVME_CTRL_SANICAP_NDI | 2u << 30),
		.nn = htole32(32), .oncs = htole16(0x5F),
		.fna = NVME_CTRL_FNA_FMT_ALL_NAMESPACES |
		       NVME_CTRL_FNA_CRYPTO_ERASE,
		.vwc = 7, .mnan = htole32(16),
		.wctemp = htole16(343), .cctemp = htole16(358),
	};
	uint8_t data[NVM_IDENTIFY_SIZE];
	struct nvm_controller c;

	(void)state;
	memcpy(theirs.sn, "  S5RTNC0T104269    ", 20);
	memcpy(theirs.mn, "SAMSUNG MZWLJ7T6HALA-00AU3              ", 40);
	memcpy(theirs.fr, "EPK9\x01R5Q", 8);
	put_le64(theirs.tnvmcap, UINT64_C(7681501126656));
	memcpy(data, &theirs, sizeof(data));
	nvm_controller_decode(data, &c);
	assert_true(c.usable);
	assert_int_equal(c.vid, 0x144D);
	assert_int_equal(c.cntlid, 7);
	assert_string_equal(c.serial, "S5RTNC0T104269");
	assert_string_equal(c.model, "SAMSUNG MZWLJ7T6HALA-00AU3");
	assert_string_equal(c.firmware, "EPK9?R5Q");
	assert_int_equal(c.version, 0x00020000);
	assert_int_equal(c.cmic, 2);
	assert_int_equal(c.warning_celsius, 70);
	assert_int_equal(c.critical_celsius, 85);
	assert_int_equal(c.mdts, 5);
	assert_true(c.security);
	assert_true(c.format);
	assert_false(c.firmware_update);
	assert_true(c.ns_management);
	assert_true(c.format_all);
	assert_false(c.erase_all);
	assert_true(c.format_crypto);
	assert_false(c.no_broadcast);
	assert_int_equal(c.rpmbs, 0x00040003);
	assert_int_equal(c.tnvmcap, INT64_C(7681501126656));
	assert_true(c.sanitize_crypto);
	assert_false(c.sanitize_block);
	assert_true(c.sanitize_overwrite);
	assert_true(c.media_verification);
	assert_true(c.no_deallocate_inhibited);
	assert_int_equal(c.nodmmas, NVM_NODMMAS_YES);
	assert_int_equal(c.nn, 32);
	assert_int_equal(c.mnan, 16);
	assert_int_equal(c.vwc, 7);
	assert_int_equal(c.lpa, 0x0E);
	assert_int_equal(c.oncs, 0x5F);
}

static void knows_nothing_from_a_blank_controller(void **state)
{
	uint8_t data[NVM_IDENTIFY_SIZE] = { 0 };
	struct nvm_controller c;

	(void)state;
	nvm_controller_decode(data, &c);
	assert_false(c.usable);
	memset(data, 0xFF, sizeof(data));
	nvm_controller_decode(data, &c);
	assert_false(c.usable);
	assert_int_equal(c.sanicap, 0);
}

static void reads_a_namespace_as_libnvme_lays_it_out(void **state)
{
	struct nvme_id_ns theirs = {
		.nsze = htole64(1000215216), .ncap = htole64(1000215215),
		.nuse = htole64(5), .nsfeat = 0x1A, .nlbaf = 1,
		.flbas = 0x31, .dps = 0x09, .nmic = 1, .dlfeat = 1,
		.nsattr = 1,
	};
	uint8_t data[NVM_IDENTIFY_SIZE];
	struct nvm_namespace ns;

	(void)state;
	theirs.lbaf[1].ms = htole16(8);
	theirs.lbaf[1].ds = 12;
	theirs.lbaf[17].ds = 9;
	memset(theirs.nguid, 0xAB, 16);
	memset(theirs.eui64, 0xCD, 8);
	memcpy(data, &theirs, sizeof(data));
	nvm_namespace_decode(data, &ns);
	assert_true(ns.active);
	assert_int_equal(ns.nsze, 1000215216);
	assert_int_equal(ns.ncap, 1000215215);
	assert_int_equal(ns.nuse, 5);
	/* Two formats: FLBAS 6:5 is no part of the index. */
	assert_int_equal(ns.format_index, 1);
	assert_true(ns.extended_lba);
	assert_int_equal(ns.format.block, 4096);
	assert_int_equal(ns.format.metadata, 8);
	assert_int_equal(ns.protection_type, 1);
	assert_true(ns.protection_first);
	assert_true(ns.shared);
	assert_true(ns.write_protected);
	assert_int_equal(nvm_deallocated_reads(&ns), 1);
	assert_int_equal(ns.nguid[15], 0xAB);
	assert_int_equal(ns.eui64[7], 0xCD);
	data[offsetof(struct nvme_id_ns, nlbaf)] = 63;
	data[offsetof(struct nvme_id_ns, dps)] = 0;
	nvm_namespace_decode(data, &ns);
	assert_int_equal(ns.format_index, 17);
	assert_int_equal(ns.format.block, 512);
	assert_false(ns.protection_first);
}

static void takes_no_mad_block_size(void **state)
{
	uint8_t data[NVM_IDENTIFY_SIZE] = { 1 };
	struct nvm_namespace ns;

	(void)state;
	for (unsigned lbads = 0; lbads < 256; lbads++) {
		data[130] = (uint8_t)lbads;
		nvm_namespace_decode(data, &ns);
		assert_int_equal(ns.format.block,
				 lbads >= 9 && lbads <= 16 ? 1u << lbads : 0);
	}
	memset(data, 0, sizeof(data));
	nvm_namespace_decode(data, &ns);
	assert_false(ns.active);
}

static void reads_lists_only_while_they_ascend(void **state)
{
	uint8_t data[NVM_IDENTIFY_SIZE] = { 0 };
	uint32_t nsids[4];

	(void)state;
	assert_int_equal(nvm_list_decode(data, nsids, 4), 0);
	put_le32(data, 1);
	put_le32(data + 4, 5);
	put_le32(data + 8, 4);
	assert_int_equal(nvm_list_decode(data, nsids, 4), 2);
	assert_int_equal(nsids[1], 5);
	assert_int_equal(nvm_list_decode(data, nsids, 1), 1);
	memset(data, 0xFF, sizeof(data));
	assert_int_equal(nvm_list_decode(data, nsids, 4), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_controller_as_libnvme_lays_it_out),
		cmocka_unit_test(knows_nothing_from_a_blank_controller),
		cmocka_unit_test(reads_a_namespace_as_libnvme_lays_it_out),
		cmocka_unit_test(takes_no_mad_block_size),
		cmocka_unit_test(reads_lists_only_while_they_ascend),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
