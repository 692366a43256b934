/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/lab.h"

/* TCG Storage Core 2.01; Opal SSC 2.01; through NVMe's Security commands. */

#define DRIVE "\"kind\":\"nvme\",\"size_mib\":1,\"spare_sectors\":100," \
	      "\"opal\":true,\"psid\":\"ABCD1234\""

static uint16_t security(struct model *m, bool in, uint16_t comid, void *data,
			 size_t length)
{
	struct model_nvme c = {
		.opcode = in ? 0x82 : 0x81,
		.cdw10 = 1u << 24 | (uint32_t)comid << 8,
		.cdw11 = (uint32_t)length, .data = data, .length = length,
		.direction = in ? MODEL_DATA_IN : MODEL_DATA_OUT,
	};

	assert_int_equal(model_nvme(m, &c), 0);
	return c.ret_status;
}

/* Level 0 Discovery: the feature descriptor `code`, or NULL. */
static const uint8_t *feature(struct model *m, uint16_t code, uint8_t *data)
{
	size_t end;

	assert_int_equal(security(m, true, 1, data, 512), 0);
	end = get_be32(data) + 4;
	for (size_t at = 48; at + 4 <= end; at += 4u + data[at + 3])
		if (get_be16(data + at) == code)
			return data + at;
	return NULL;
}

static void test_discovery(void **state)
{
	struct model *enc = lab_new(DRIVE ",\"encrypts\":true");
	struct model *plain = lab_new(DRIVE);
	struct model *none = lab_new("\"kind\":\"nvme\",\"size_mib\":1");
	uint8_t data[512];

	(void)state;
	assert_int_equal(feature(enc, 2, data)[4], 0x09);
	assert_int_equal(get_be16(feature(enc, 0x0203, data) + 4), 0x07FE);
	assert_int_equal(feature(plain, 2, data)[4], 0x01);
	assert_int_equal(security(none, true, 1, data, 512), 0x01);
	model_free(enc);
	model_free(plain);
	model_free(none);
}

static void send(struct model *m, uint32_t tsn, uint32_t hsn,
		 const uint8_t *payload, size_t length)
{
	uint8_t packet[512] = { 0 };

	put_be16(packet + 4, 0x07FE);
	put_be32(packet + 16, 512 - 20);
	put_be32(packet + 20, tsn);
	put_be32(packet + 24, hsn);
	put_be32(packet + 40, 512 - 44);
	put_be32(packet + 52, (uint32_t)length);
	memcpy(packet + 56, payload, length);
	assert_int_equal(security(m, false, 0x07FE, packet, 512), 0);
}

/* The status of the method's answer; its payload in ret. */
static uint8_t receive(struct model *m, uint8_t *ret, size_t *ret_length)
{
	uint8_t data[512];

	assert_int_equal(security(m, true, 0x07FE, data, 512), 0);
	*ret_length = get_be32(data + 52);
	assert_in_range(*ret_length, 1, 400);
	memcpy(ret, data + 56, *ret_length);
	if (*ret_length < 6)
		return 0xFF;
	assert_int_equal(ret[*ret_length - 6], 0xF9);
	return ret[*ret_length - 4];
}

static uint8_t start_session(struct model *m, const char *psid)
{
	static const uint8_t head[] = {
		0xF8, 0xA8, 0, 0, 0, 0, 0, 0, 0, 0xFF,
		0xA8, 0, 0, 0, 0, 0, 0, 0xFF, 0x02, 0xF0, 0x05,
		0xA8, 0, 0, 2, 5, 0, 0, 0, 1, 0x01, 0xF2, 0x00,
	};
	static const uint8_t tail[] = {
		0xF3, 0xF2, 0x03, 0xA8, 0, 0, 0, 9, 0, 1, 0xFF, 1, 0xF3,
		0xF1, 0xF9, 0xF0, 0, 0, 0, 0xF1,
	};
	uint8_t payload[128], reply[512], status;
	size_t at = sizeof(head), length = strlen(psid);

	memcpy(payload, head, at);
	payload[at++] = (uint8_t)(0xA0 | length);
	memcpy(payload + at, psid, length);
	at += length;
	memcpy(payload + at, tail, sizeof(tail));
	send(m, 0, 0, payload, at + sizeof(tail));
	status = receive(m, reply, &length);
	if (status == 0) {
		assert_int_equal(reply[18], 0x03);    /* SyncSession */
		assert_int_equal(get_be32(reply + 21), 5);
		assert_int_equal(get_be32(reply + 26), 0x1000);
	}
	return status;
}

static const uint8_t revert[] = {
	0xF8, 0xA8, 0, 0, 2, 5, 0, 0, 0, 1,
	0xA8, 0, 0, 0, 6, 0, 0, 2, 2, 0xF0, 0xF1,
	0xF9, 0xF0, 0, 0, 0, 0xF1,
};

static void test_psid_revert(void **state)
{
	struct model *m = lab_new(DRIVE ",\"encrypts\":true");
	uint8_t reply[512];
	size_t length;

	(void)state;
	assert_int_equal(start_session(m, "ABCD1235"), 1);
	assert_int_equal(start_session(m, ""), 1);
	assert_int_equal(lab_all_markers(m), 2098);
	assert_int_equal(start_session(m, "ABCD1234"), 0);
	send(m, 0x1000, 5, revert, sizeof(revert));
	assert_int_equal(receive(m, reply, &length), 0);
	assert_int_equal(lab_all_markers(m), 0);
	model_free(m);
}

static void test_without_session(void **state)
{
	struct model *m = lab_new(DRIVE ",\"encrypts\":true");
	uint8_t packet[512] = { 0 };

	(void)state;
	put_be32(packet + 52, sizeof(revert));
	memcpy(packet + 56, revert, sizeof(revert));
	assert_int_equal(security(m, false, 0x07FE, packet, 512), 0x02);
	/* Lengths beyond the packet. */
	put_be32(packet + 52, 0xFFFFFFFF);
	assert_int_equal(security(m, false, 0x07FE, packet, 512), 0x02);
	assert_int_equal(lab_all_markers(m), 2098);
	model_free(m);
}

/* Without media encryption a revert changes no data. */
static void test_no_encryption(void **state)
{
	struct model *m = lab_new(DRIVE);
	uint8_t reply[512];
	size_t length;

	(void)state;
	assert_int_equal(start_session(m, "ABCD1234"), 0);
	send(m, 0x1000, 5, revert, sizeof(revert));
	assert_int_equal(receive(m, reply, &length), 0);
	assert_int_equal(lab_all_markers(m), 2098);
	model_free(m);
}

static void test_session_ends(void **state)
{
	struct model *m = lab_new(DRIVE ",\"encrypts\":true");
	const uint8_t end = 0xFA;
	uint8_t reply[512], packet[512] = { 0 };
	size_t length;

	(void)state;
	assert_int_equal(start_session(m, "ABCD1234"), 0);
	send(m, 0x1000, 5, &end, 1);
	(void)receive(m, reply, &length);
	assert_int_equal(length, 1);
	assert_int_equal(reply[0], 0xFA);
	put_be32(packet + 24, 5);
	put_be32(packet + 52, sizeof(revert));
	memcpy(packet + 56, revert, sizeof(revert));
	assert_int_equal(security(m, false, 0x07FE, packet, 512), 0x02);
	/* So does a power cycle. */
	assert_int_equal(start_session(m, "ABCD1234"), 0);
	model_power_cycle(m);
	assert_int_equal(security(m, false, 0x07FE, packet, 512), 0x02);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_discovery),
		cmocka_unit_test(test_psid_revert),
		cmocka_unit_test(test_without_session),
		cmocka_unit_test(test_no_encryption),
		cmocka_unit_test(test_session_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
