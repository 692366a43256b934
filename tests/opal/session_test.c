/* SPDX-License-Identifier: Apache-2.0 */
#include "opal/session.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"

/*
 * Tokens by TCG Storage Core 2.01 (3.2.2, 5.2.3.1) and Opal SSC; the UIDs as
 * Linux has them in block/sed-opal.c: OPAL_SMUID_UID, OPAL_STARTSESSION,
 * OPAL_ADMINSP_UID, OPAL_PSID_UID, OPAL_REVERT.
 */
static void starts_a_session_as_psid(void **state)
{
	static const uint8_t tokens[] = {
		0xF8,
		0xA8, 0, 0, 0, 0, 0, 0, 0, 0xFF,
		0xA8, 0, 0, 0, 0, 0, 0, 0xFF, 0x02,
		0xF0,
		0x81, 0x41,
		0xA8, 0x00, 0x00, 0x02, 0x05, 0x00, 0x00, 0x00, 0x01,
		0x01,
		0xF2, 0x00, 0xA4, 'P', 'S', 'I', 'D', 0xF3,
		0xF2, 0x03, 0xA8, 0x00, 0x00, 0x00, 0x09, 0x00, 0x01, 0xFF,
		0x01, 0xF3,
		0xF1, 0xF9, 0xF0, 0, 0, 0, 0xF1 };
	uint8_t packet[OPAL_PACKET_SIZE];
	size_t length = sizeof(tokens), padded = (length + 3) / 4 * 4;

	(void)state;
	assert_int_equal(opal_start_session_encode(0x07FE, "PSID", packet), 0);
	assert_memory_equal(packet + 56, tokens, length);
	for (size_t i = 56 + length; i < sizeof(packet); i++)
		assert_int_equal(packet[i], 0);
	assert_int_equal(get_be16(packet + 4), 0x07FE);
	assert_int_equal(get_be32(packet + 16), 36 + padded);
	assert_int_equal(get_be32(packet + 20), 0);     /* no session yet */
	assert_int_equal(get_be32(packet + 24), 0);
	assert_int_equal(get_be32(packet + 40), 12 + padded);
	assert_int_equal(get_be32(packet + 52), length);
}

static void takes_a_psid_of_32_characters(void **state)
{
	static const char psid[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
	uint8_t packet[OPAL_PACKET_SIZE];

	(void)state;
	assert_int_equal(opal_start_session_encode(1, psid, packet), 0);
	/* A medium atom. */
	assert_int_equal(packet[56 + 34], 0xD0);
	assert_int_equal(packet[56 + 35], 32);
	assert_memory_equal(packet + 56 + 36, psid, 32);
	assert_int_equal(opal_start_session_encode(1, "", packet), -EINVAL);
	assert_int_equal(opal_start_session_encode(1, NULL, packet), -EINVAL);
	assert_int_equal(opal_start_session_encode(1,
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456", packet), -EINVAL);
}

static void reverts_the_admin_sp(void **state)
{
	static const uint8_t tokens[] = {
		0xF8,
		0xA8, 0x00, 0x00, 0x02, 0x05, 0x00, 0x00, 0x00, 0x01,
		0xA8, 0x00, 0x00, 0x00, 0x06, 0x00, 0x00, 0x02, 0x02,
		0xF0, 0xF1, 0xF9, 0xF0, 0, 0, 0, 0xF1 };
	uint8_t packet[OPAL_PACKET_SIZE];

	(void)state;
	opal_revert_encode(0x07FE, 0x1001, packet);
	assert_memory_equal(packet + 56, tokens, sizeof(tokens));
	assert_int_equal(get_be32(packet + 20), 0x1001);
	assert_int_equal(get_be32(packet + 24), OPAL_HOST_SESSION);
}

static size_t wrap(uint8_t *packet, const uint8_t *tokens, size_t length)
{
	memset(packet, 0, 512);
	put_be32(packet + 16, (uint32_t)(36 + length));
	put_be32(packet + 40, (uint32_t)(12 + length));
	put_be32(packet + 52, (uint32_t)length);
	memcpy(packet + 56, tokens, length);
	return 56 + length;
}

static const uint8_t sync_session[] = {
	0xF8, 0xA8, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xA8, 0, 0, 0, 0, 0, 0, 0xFF,
	0x03, 0xF0, 0x81, 0x41, 0x82, 0x10, 0x01, 0xF1, 0xF9, 0xF0, 0, 0, 0,
	0xF1 };

static void reads_sync_session(void **state)
{
	struct opal_response r;
	uint8_t packet[512];
	size_t length = wrap(packet, sync_session, sizeof(sync_session));

	(void)state;
	opal_response_decode(packet, 512, &r);
	assert_true(r.usable);
	assert_false(r.pending);
	assert_int_equal(r.status, OPAL_STATUS_SUCCESS);
	assert_true(r.synced);
	assert_int_equal(r.host_session, 0x41);
	assert_int_equal(r.tper_session, 0x1001);
	/* Cut off anywhere: not usable. */
	for (size_t cut = 0; cut < length; cut++) {
		opal_response_decode(packet, cut, &r);
		assert_false(r.usable);
		assert_false(r.synced);
	}
}

static void reads_status(void **state)
{
	static const uint8_t success[] = { 0xF0, 0xF1, 0xF9, 0xF0, 0, 0, 0,
					   0xF1 };
	static const uint8_t refused[] = { 0xF0, 0xF1, 0xF9, 0xF0, 1, 0, 0,
					   0xF1 };
	static const uint8_t locked[] = { 0xF0, 0xF1, 0xF9, 0xF0, 0x12, 0, 0,
					  0xF1 };
	static const uint8_t without[] = { 0xF0, 0xF1 };
	struct opal_response r;
	uint8_t packet[512];

	(void)state;
	wrap(packet, success, sizeof(success));
	opal_response_decode(packet, 512, &r);
	assert_true(r.usable);
	assert_int_equal(r.status, 0);
	assert_false(r.synced);
	wrap(packet, refused, sizeof(refused));
	opal_response_decode(packet, 512, &r);
	assert_true(r.usable);
	assert_int_equal(r.status, OPAL_STATUS_NOT_AUTHORIZED);
	assert_non_null(strstr(opal_status_name(r.status), "PSID"));
	wrap(packet, locked, sizeof(locked));
	opal_response_decode(packet, 512, &r);
	assert_int_equal(r.status, OPAL_STATUS_LOCKED_OUT);
	wrap(packet, without, sizeof(without));
	opal_response_decode(packet, 512, &r);
	assert_false(r.usable);
}

static void waits_for_an_answer(void **state)
{
	uint8_t packet[512] = { 0 };
	struct opal_response r;

	(void)state;
	opal_response_decode(packet, sizeof(packet), &r);
	assert_false(r.pending);
	assert_false(r.usable);
	put_be32(packet + 8, 1);                /* OutstandingData */
	opal_response_decode(packet, sizeof(packet), &r);
	assert_true(r.pending);
	assert_false(r.usable);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_a_session_as_psid),
		cmocka_unit_test(takes_a_psid_of_32_characters),
		cmocka_unit_test(reverts_the_admin_sp),
		cmocka_unit_test(reads_sync_session),
		cmocka_unit_test(reads_status),
		cmocka_unit_test(waits_for_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
