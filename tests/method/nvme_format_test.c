/* SPDX-License-Identifier: Apache-2.0 */
#include "method/scripted.h"

#define guard_check scripted_guard_check
#include "method/nvme_format.c"

#define CRYPTO &method_nvme_format_crypto
#define USER &method_nvme_format_user

static uint8_t controller[NVM_IDENTIFY_SIZE], erases_all[NVM_IDENTIFY_SIZE],
	no_crypto[NVM_IDENTIFY_SIZE], no_format[NVM_IDENTIFY_SIZE],
	ns[NVM_IDENTIFY_SIZE], zeroing[NVM_IDENTIFY_SIZE],
	protected[NVM_IDENTIFY_SIZE];

static int setup(void **state)
{
	(void)state;
	controller[4] = 'S';
	controller[256] = 2;                    /* OACS: Format */
	controller[524] = 4;                    /* FNA: crypto erase */
	memcpy(erases_all, controller, NVM_IDENTIFY_SIZE);
	erases_all[524] = 6;
	memcpy(no_crypto, controller, NVM_IDENTIFY_SIZE);
	no_crypto[524] = 0;
	memcpy(no_format, controller, NVM_IDENTIFY_SIZE);
	no_format[256] = 0;
	put_le64(ns, 1000);
	ns[25] = 3;                             /* NLBAF */
	ns[26] = 0x11;                          /* FLBAS: 1, extended LBA */
	ns[27] = 0x0F;                          /* MC: what it could do */
	ns[28] = 0x1F;                          /* DPC: what it could do */
	ns[29] = 0x0A;                          /* DPS: type 2, first bytes */
	memcpy(zeroing, ns, NVM_IDENTIFY_SIZE);
	zeroing[33] = 1;
	memcpy(protected, ns, NVM_IDENTIFY_SIZE);
	protected[99] = 1;
	return 0;
}

#define CTRL(bytes) { .kind = STEP_NVME, .opcode = 0x06, .cdw10 = 1, \
		      .data = bytes, .length = NVM_IDENTIFY_SIZE }
#define NAMESPACE(bytes) { .kind = STEP_NVME, .opcode = 0x06, .data = bytes, \
			   .length = NVM_IDENTIFY_SIZE }
/* PIL 8, PI 7:5 = 2, MSET 4, LBAF 1: as the namespace is, not as it could
 * be; SES 11:9. */
#define FORMAT(ses) .kind = STEP_NVME, .opcode = 0x80, \
		    .cdw10 = (ses) << 9 | 1 << 8 | 2 << 5 | 1 << 4 | 1
#define RESCAN { .kind = STEP_RESCAN }

static void formats(void **state)
{
	static const struct step crypto[] = {
		GUARD, CTRL(controller), NAMESPACE(ns), KEEP("expect", "noise"),
		KEEP("operation", "starting"), { FORMAT(2) },
		KEEP("operation", "ended"), RESCAN, NAMESPACE(ns), END };
	static const struct step user[] = {
		GUARD, CTRL(controller), NAMESPACE(zeroing), NAMESPACE(zeroing),
		KEEP("expect", "uniform"), KEEP("operation", "starting"),
		{ FORMAT(1) }, KEEP("operation", "ended"), RESCAN,
		NAMESPACE(zeroing), END };
	static const struct step unsure[] = {
		GUARD, CTRL(erases_all), NAMESPACE(ns), NAMESPACE(ns),
		KEEP("expect", "changed"), KEEP("operation", "starting"),
		{ FORMAT(1) }, KEEP("operation", "ended"), RESCAN,
		NAMESPACE(ns), END };
	static const struct {
		const struct step *steps;
		const struct method *method;
		uint32_t others;
		enum haiki_answer all;
		enum haiki_expectation expectation;
	} cases[] = {
		{ crypto, CRYPTO, 0, HAIKI_YES, HAIKI_EXPECT_NOISE },
		{ crypto, CRYPTO, 1, HAIKI_NO, HAIKI_EXPECT_NOISE },
		{ crypto, CRYPTO, UINT32_MAX, HAIKI_UNKNOWN,
		  HAIKI_EXPECT_NOISE },
		{ user, USER, 0, HAIKI_YES, HAIKI_EXPECT_UNIFORM },
		/* FNA b1: it hits them all. */
		{ unsure, USER, 3, HAIKI_YES, HAIKI_EXPECT_CHANGED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct method *m = cases[i].method;
		struct method_progress p;
		struct scripted s;

		scripted_begin(&s, cases[i].steps);
		s.drive.namespaces_other = cases[i].others;
		assert_int_equal(m->start(&s.run, NULL), 0);
		assert_int_equal(scripted_follow(&s, m, &p), 0);
		assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
		assert_int_equal(s.run.attempt.all_namespaces, cases[i].all);
		assert_int_equal(m->expectation(&s.run), cases[i].expectation);
		scripted_end(&s);
		m->finish(&s.run);
	}
}

static void tells_failures(void **state)
{
	static const struct {
		uint16_t sc;
		int result;
		enum haiki_outcome outcome;
		const char *word;
	} cases[] = {
		{ 0x10A, 0, HAIKI_OUTCOME_FAILED, "invalid format" },
		{ 0x020, 0, HAIKI_OUTCOME_FAILED, "write protected" },
		{ 0x01D, 0, HAIKI_OUTCOME_FAILED, "sanitize" },
		{ 0x084, 0, HAIKI_OUTCOME_FAILED, "format in progress" },
		{ 0, -ETIMEDOUT, HAIKI_OUTCOME_UNKNOWN, "scripted" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct step steps[] = {
			GUARD, CTRL(controller), NAMESPACE(ns),
			KEEP("expect", "noise"), KEEP("operation", "starting"),
			{ FORMAT(2), .sc = cases[i].sc,
			  .result = cases[i].result }, NAMESPACE(ns), END };
		struct method_progress p;
		struct scripted s;

		scripted_begin(&s, steps);
		assert_int_equal((CRYPTO)->start(&s.run, NULL), 0);
		assert_int_equal(scripted_follow(&s, CRYPTO, &p), 0);
		assert_int_equal(p.outcome, cases[i].outcome);
		assert_non_null(strstr(p.detail, cases[i].word));
		assert_int_equal(s.run.attempt.all_namespaces, HAIKI_UNKNOWN);
		assert_int_equal((CRYPTO)->recover(&s.run, NULL), 0);
		scripted_end(&s);
		(CRYPTO)->finish(&s.run);
	}
}

static void tells_a_drive_that_is_gone(void **state)
{
	static const struct step steps[] = {
		GUARD, CTRL(controller), NAMESPACE(ns), KEEP("expect", "noise"),
		KEEP("operation", "starting"),
		{ FORMAT(2), .result = -ENODEV }, END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, steps);
	assert_int_equal((CRYPTO)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, CRYPTO, &p), -ENODEV);
	(CRYPTO)->finish(&s.run);
}

static void begins_nothing_in_the_way(void **state)
{
	static const struct step guarded[] = {
		{ .kind = STEP_GUARD, .result = -EPERM }, END };
	static const struct step is_protected[] = {
		GUARD, CTRL(controller), NAMESPACE(protected), END };
	static const struct step full[] = {
		GUARD, CTRL(controller), NAMESPACE(ns), KEEP("expect", "noise"),
		{ .kind = STEP_JOURNAL, .key = "operation",
		  .result = -ENOSPC }, END };
	static const struct {
		const struct step *steps;
		int code;
	} cases[] = { { guarded, -EPERM }, { is_protected, -EPERM },
		      { full, -ENOSPC } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct scripted s;

		scripted_begin(&s, cases[i].steps);
		assert_int_equal((CRYPTO)->start(&s.run, NULL), cases[i].code);
		scripted_end(&s);
		(CRYPTO)->finish(&s.run);
	}
}

static void probes(void **state)
{
	static const struct {
		const uint8_t *controller, *ns;
		enum haiki_support crypto, user;
	} cases[] = {
		{ controller, ns, HAIKI_SUPPORTED, HAIKI_SUPPORTED },
		{ no_crypto, ns, HAIKI_SUPPORT_UNSUPPORTED, HAIKI_SUPPORTED },
		{ no_format, ns, HAIKI_SUPPORT_UNSUPPORTED,
		  HAIKI_SUPPORT_UNSUPPORTED },
		{ controller, protected, HAIKI_SUPPORT_LOCKED,
		  HAIKI_SUPPORT_LOCKED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct step steps[] = {
			CTRL(cases[i].controller), NAMESPACE(cases[i].ns),
			END };
		struct haiki_method_support support;
		struct scripted s;

		scripted_begin(&s, steps);
		s.drive.bus = HAIKI_BUS_NVME;
		(CRYPTO)->probe(&s.run, &support);
		assert_int_equal(support.support, cases[i].crypto);
		s.at = steps;
		(USER)->probe(&s.run, &support);
		assert_int_equal(support.support, cases[i].user);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats),
		cmocka_unit_test(tells_failures),
		cmocka_unit_test(tells_a_drive_that_is_gone),
		cmocka_unit_test(begins_nothing_in_the_way),
		cmocka_unit_test(probes),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
