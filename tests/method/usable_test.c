/* SPDX-License-Identifier: Apache-2.0 */
#include "method/method.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"

static void lets_options_unlock(void **state)
{
	static const struct method_options none = { 0 },
		password = { .unlock_password = "x" }, psid = { .psid = "P" },
		usb = { .allow_usb_security = true },
		both = { .unlock_password = "x", .allow_usb_security = true },
		empty = { .psid = "" };
	static const struct {
		enum haiki_method method;
		enum haiki_support support;
		enum haiki_bus bus;
		enum haiki_answer locked, frozen, expired;
		const struct method_options *options;
		bool usable;
	} cases[] = {
#define S HAIKI_ATA_SECURITY_ERASE_ENHANCED
#define L HAIKI_SUPPORT_LOCKED
#define ATA HAIKI_BUS_ATA
#define USB HAIKI_BUS_USB
#define N HAIKI_NO
#define Y HAIKI_YES
#define U HAIKI_UNKNOWN
		{ S, HAIKI_SUPPORTED, ATA, N, N, N, &none, true },
		{ S, HAIKI_SUPPORT_FROZEN, ATA, N, Y, N, &both, false },
		{ S, HAIKI_SUPPORT_UNSUPPORTED, ATA, N, N, N, &both, false },
		{ S, HAIKI_SUPPORT_UNKNOWN, ATA, U, U, U, &both, false },
		{ S, L, ATA, Y, N, N, &none, false },
		{ S, L, ATA, Y, N, N, &password, true },
		{ HAIKI_ATA_SECURITY_ERASE, L, ATA, Y, N, N, &password, true },
		{ S, L, ATA, Y, Y, N, &password, false },
		{ S, L, ATA, Y, N, Y, &password, false },
		{ S, L, ATA, Y, U, N, &password, false },
		{ S, L, USB, N, N, N, &none, false },
		{ S, L, USB, N, N, N, &password, false },
		{ S, L, USB, N, N, N, &usb, true },
		{ S, L, USB, Y, N, N, &usb, false },
		{ S, L, USB, Y, N, N, &both, true },
		{ HAIKI_OPAL_PSID_REVERT, L, ATA, N, N, N, &both, false },
		{ HAIKI_OPAL_PSID_REVERT, L, ATA, N, N, N, &empty, false },
		{ HAIKI_OPAL_PSID_REVERT, L, ATA, N, N, N, &psid, true },
		{ HAIKI_NVME_FORMAT_USER, L, ATA, N, N, N, &both, false },
		{ HAIKI_OVERWRITE, L, ATA, N, N, N, &both, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct haiki_drive drive = {
			.bus = cases[i].bus,
			.security = { .locked = cases[i].locked,
				      .frozen = cases[i].frozen,
				      .count_expired = cases[i].expired },
		};
		struct haiki_method_support support = {
			.method = cases[i].method,
			.support = cases[i].support,
		};

		if (method_usable(&drive, &support, cases[i].options) !=
		    cases[i].usable)
			fail_msg("case %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lets_options_unlock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
