/* SPDX-License-Identifier: Apache-2.0 */
#include "method/scripted.h"

#define guard_check scripted_guard_check
#include "method/nvme_sanitize.c"

#define BLOCK &method_nvme_sanitize_block
#define CRYPTO &method_nvme_sanitize_crypto
#define OVERWRITE &method_nvme_sanitize_overwrite

static uint8_t all[NVM_IDENTIFY_SIZE], inhibited[NVM_IDENTIFY_SIZE],
	verifying[NVM_IDENTIFY_SIZE], none[NVM_IDENTIFY_SIZE],
	blank[NVM_IDENTIFY_SIZE], zeroing[NVM_IDENTIFY_SIZE],
	silent[NVM_IDENTIFY_SIZE];

static void controller(uint8_t *data, uint32_t sanicap)
{
	memset(data, 0, NVM_IDENTIFY_SIZE);
	memcpy(data + 4, "S1", 2);
	put_le32(data + 328, sanicap);
}

static int setup(void **state)
{
	(void)state;
	controller(all, 7);
	controller(inhibited, 7 | 1u << 29);
	controller(verifying, 7 | 1u << 3);
	controller(none, 0);
	put_le64(silent, 1000);
	put_le64(zeroing, 1000);
	zeroing[33] = 1;                        /* DLFEAT: zeros */
	return 0;
}

/* Log page 81h. A dozen is more than any list needs. */
struct log { uint8_t bytes[NVM_SANITIZE_LOG_SIZE]; };

static const uint8_t *sanitize_log(uint16_t sprog, uint16_t sstat,
				   uint32_t cdw10, uint8_t ssi)
{
	static struct log logs[256];
	static size_t used;
	uint8_t *data = logs[used].bytes;

	used = (used + 1) % ARRAY_SIZE(logs);
	memset(data, 0, NVM_SANITIZE_LOG_SIZE);
	put_le16(data, sprog);
	put_le16(data + 2, sstat);
	put_le32(data + 4, cdw10);
	put_le32(data + 8, 1600);               /* overwrite, 16 passes */
	put_le32(data + 12, 300);               /* block */
	put_le32(data + 16, 0xFFFFFFFF);        /* crypto: not told */
	data[36] = ssi;
	return data;
}

#define AUSE 8u
#define OURS (2u | AUSE)

#define LOG(sprog, sstat, dw) { .kind = STEP_NVME, .opcode = 0x02, \
	.cdw10 = 0x007F8081, .data = sanitize_log(sprog, sstat, dw, 0), \
	.length = NVM_SANITIZE_LOG_SIZE }
#define LOG_SSI(sprog, sstat, dw, ssi) { .kind = STEP_NVME, \
	.opcode = 0x02, .data = sanitize_log(sprog, sstat, dw, ssi), \
	.length = NVM_SANITIZE_LOG_SIZE }
#define NEVER LOG(0xFFFF, 0x0100, 0)
#define RUNNING(n) LOG(n, 2, OURS)
#define DONE LOG(0xFFFF, 0x0101, OURS)
#define FAILED LOG(0xFFFF, 3, OURS)
#define IDENTIFY_CONTROLLER(bytes) { .kind = STEP_NVME, .opcode = 0x06, \
	.cdw10 = 1, .data = bytes, .length = NVM_IDENTIFY_SIZE }
#define IDENTIFY_NAMESPACE(bytes) { .kind = STEP_NVME, .opcode = 0x06, \
	.data = bytes, .length = NVM_IDENTIFY_SIZE }
#define SANITIZE(dw) .kind = STEP_NVME, .opcode = 0x84, .cdw10 = dw
#define ENDED KEEP("operation", "ended")
#define BEGIN(before) GUARD, IDENTIFY_CONTROLLER(all), before, \
	IDENTIFY_NAMESPACE(silent), KEEP("expect", "changed"), \
	KEEP("log-before", NULL), KEEP("cdw10", "0000000a"), KEEP("operation", "starting"), \
	{ SANITIZE(OURS) }, KEEP("operation", "started")

static void ends_as(const struct step *steps, enum haiki_outcome outcome)
{
	struct method_progress p;
	struct scripted s;

	scripted_begin(&s, steps);
	s.drive.bus = HAIKI_BUS_NVME;
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, BLOCK, &p), 0);
	assert_int_equal(p.outcome, outcome);
	assert_true(p.detail[0]);
	assert_int_equal(s.run.attempt.all_namespaces,
			 outcome == HAIKI_OUTCOME_SUCCEEDED ? HAIKI_YES :
							      HAIKI_UNKNOWN);
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
}

#define ENDS_AS(outcome, ...) do { \
		const struct step steps_[] = { __VA_ARGS__, END }; \
		ends_as(steps_, outcome); \
	} while (0)

static void follows_a_block_erase(void **state)
{
	(void)state;
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, BEGIN(NEVER), RUNNING(0),
		RUNNING(0x8000), DONE, ENDED);
	/* So quick that nobody saw it: the log has changed all the same. */
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, BEGIN(NEVER), DONE, ENDED);
	/* The same command before, and blocks written since (GDE). */
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, BEGIN(LOG(0xFFFF, 1, OURS)), DONE,
		ENDED);
	/* No-deallocate was asked for in vain: erased all the same. */
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, BEGIN(NEVER),
		LOG(0xFFFF, 0x0104, OURS), ENDED);
	ENDS_AS(HAIKI_OUTCOME_FAILED, BEGIN(NEVER), RUNNING(7), FAILED);
}

#define FIVE(x) x, x, x, x, x

static void believes_no_liar(void **state)
{
	const struct step zeros = { .kind = STEP_NVME, .opcode = 0x02,
				    .data = blank,
				    .length = NVM_SANITIZE_LOG_SIZE };

	(void)state;
	/* All zeros; unchanged; never sanitized; SPROG at its end alone; a
	 * status that is reserved; somebody else's command. */
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN(zeros), FIVE(zeros));
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN(DONE), FIVE(DONE));
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, GUARD, IDENTIFY_CONTROLLER(all),
		FAILED, { SANITIZE(1) }, IDENTIFY_NAMESPACE(silent),
		KEEP("expect", "changed"), KEEP("log-before", NULL), KEEP("cdw10", "0000000a"),
		KEEP("operation", "starting"), { SANITIZE(OURS) },
		KEEP("operation", "started"), FIVE(FAILED));
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN(NEVER), FIVE(NEVER));
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN(NEVER),
		FIVE(LOG(0xFFFF, 0, OURS)));
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN(NEVER),
		FIVE(LOG(0xFFFF, 7, OURS)));
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN(NEVER),
		FIVE(LOG(0xFFFF, 0x0101, 4)));
	ENDS_AS(HAIKI_OUTCOME_UNKNOWN, BEGIN(NEVER), FIVE(LOG(5, 2, 4)));
	/* SPROG at its end while it runs is no end. */
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, BEGIN(NEVER), RUNNING(0xFFFF),
		RUNNING(0xFFFF), DONE, ENDED);
}

static void chooses_what_the_drive_offers(void **state)
{
	/* NDAS (b9) so that the pattern can be read back; without it the
	 * blocks are deallocated, and read as DLFEAT says. */
	const struct {
		struct step steps[14];
		const struct method *method;
		bool settles;
		enum haiki_expectation expectation;
	} cases[] = {
		{ { GUARD, IDENTIFY_CONTROLLER(all), NEVER,
		    KEEP("expect", "pattern"), KEEP("log-before", NULL), KEEP("cdw10", "0000021b"),
		    KEEP("operation", "starting"), { SANITIZE(0x21B) },
		    KEEP("operation", "started"), END },
		  OVERWRITE, false, HAIKI_EXPECT_PATTERN },
		{ { GUARD, IDENTIFY_CONTROLLER(inhibited), NEVER,
		    IDENTIFY_NAMESPACE(zeroing), KEEP("expect", "uniform"),
		    KEEP("log-before", NULL), KEEP("cdw10", "0000001b"), KEEP("operation", "starting"),
		    { SANITIZE(0x01B) }, KEEP("operation", "started"), END },
		  OVERWRITE, false, HAIKI_EXPECT_UNIFORM },
		{ { GUARD, IDENTIFY_CONTROLLER(all), NEVER,
		    IDENTIFY_NAMESPACE(zeroing), KEEP("expect", "uniform"),
		    KEEP("log-before", NULL), KEEP("cdw10", "0000000a"), KEEP("operation", "starting"),
		    { SANITIZE(OURS) }, KEEP("operation", "started"), END },
		  BLOCK, false, HAIKI_EXPECT_UNIFORM },
		{ { GUARD, IDENTIFY_CONTROLLER(all), NEVER,
		    KEEP("expect", "noise"), KEEP("log-before", NULL), KEEP("cdw10", "0000000c"),
		    KEEP("operation", "starting"), { SANITIZE(4 | AUSE) },
		    KEEP("operation", "started"), END },
		  CRYPTO, false, HAIKI_EXPECT_NOISE },
		/* Media verification (EMVS, b10): only if it'll be ended. */
		{ { GUARD, IDENTIFY_CONTROLLER(verifying), NEVER,
		    KEEP("expect", "changed"), KEEP("log-before", NULL), KEEP("cdw10", "0000040c"),
		    KEEP("operation", "starting"), { SANITIZE(0x40C) },
		    KEEP("operation", "started"), END },
		  CRYPTO, true, HAIKI_EXPECT_CHANGED },
		{ { GUARD, IDENTIFY_CONTROLLER(verifying), NEVER,
		    KEEP("expect", "noise"), KEEP("log-before", NULL), KEEP("cdw10", "0000000c"),
		    KEEP("operation", "starting"), { SANITIZE(4 | AUSE) },
		    KEEP("operation", "started"), END },
		  CRYPTO, false, HAIKI_EXPECT_NOISE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct scripted s;

		scripted_begin(&s, cases[i].steps);
		s.options.settles = cases[i].settles;
		assert_int_equal(cases[i].method->start(&s.run, NULL), 0);
		assert_int_equal(cases[i].method->expectation(&s.run),
				 cases[i].expectation);
		scripted_end(&s);
		cases[i].method->finish(&s.run);
	}
}

static void names_what_is_in_the_way(void **state)
{
	static const struct {
		uint16_t sc;
		const char *word;
	} cases[] = {
		{ 0x10B, "firmware" }, { 0x110, "firmware" },
		{ 0x111, "firmware" }, { 0x020, "write protected" },
		{ 0x123, "persistent memory region" },
		{ 0x01C, "earlier sanitize failed" },
		{ 0x01D, "sanitize is running" },
		{ 0x002, "invalid field" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct step steps[] = {
			GUARD, IDENTIFY_CONTROLLER(all), NEVER,
			IDENTIFY_NAMESPACE(silent), KEEP("expect", "changed"),
			KEEP("log-before", NULL), KEEP("cdw10", "0000000a"),
			KEEP("operation", "starting"),
			{ SANITIZE(OURS), .sc = cases[i].sc }, NEVER, END };
		struct haiki_error error = { 0 };
		struct scripted s;

		scripted_begin(&s, steps);
		assert_true((BLOCK)->start(&s.run, &error) < 0);
		assert_non_null(strstr(error.text, cases[i].word));
		assert_int_equal(error.domain, HAIKI_DOMAIN_NVME);
		assert_int_equal(get_be16(error.raw), cases[i].sc);
		scripted_end(&s);
		(BLOCK)->finish(&s.run);
	}
}

static void looks_at_the_drive_behind_an_error(void **state)
{
	(void)state;
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED,
		GUARD, IDENTIFY_CONTROLLER(all), NEVER,
		IDENTIFY_NAMESPACE(silent), KEEP("expect", "changed"),
		KEEP("log-before", NULL), KEEP("cdw10", "0000000a"), KEEP("operation", "starting"),
		{ SANITIZE(OURS), .result = -ETIMEDOUT }, RUNNING(1),
		KEEP("operation", "started"), RUNNING(2), DONE, ENDED);
}

static void adopts_what_is_running(void **state)
{
	const struct step foreign[] = {
		GUARD, IDENTIFY_CONTROLLER(all), LOG(9, 2, 4),
		KEEP("operation", "adopted"), LOG(10, 2, 4),
		LOG(0xFFFF, 0x0101, 4), ENDED, END };
	const struct step lost[] = {
		GUARD, IDENTIFY_CONTROLLER(all), NEVER,
		IDENTIFY_NAMESPACE(silent), KEEP("expect", "changed"),
		KEEP("log-before", NULL), KEEP("cdw10", "0000000a"), KEEP("operation", "starting"),
		{ SANITIZE(OURS), .result = -ENODEV }, END };
	const struct step ours[] = {
		RUNNING(50), GUARD, IDENTIFY_CONTROLLER(all), RUNNING(51),
		RUNNING(52), DONE, ENDED, END };
	const struct step ended[] = {
		GUARD, IDENTIFY_CONTROLLER(all), DONE, DONE, ENDED, END };
	const struct step lost_after_success[] = {
		GUARD, IDENTIFY_CONTROLLER(all), DONE,
		IDENTIFY_NAMESPACE(silent), KEEP("expect", "changed"),
		KEEP("log-before", NULL), KEEP("cdw10", "0000000a"),
		KEEP("operation", "starting"),
		{ SANITIZE(OURS), .result = -ENODEV }, END };
	const struct step sent_again[] = { BEGIN(DONE), END };
	const struct step another[] = {
		GUARD, IDENTIFY_CONTROLLER(all), LOG(5, 2, 4),
		KEEP("operation", "adopted"), END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, foreign);
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_true(s.run.attempt.adopted);
	assert_int_equal(scripted_follow(&s, BLOCK, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_true(s.run.attempt.adopted);
	scripted_end(&s);
	(BLOCK)->finish(&s.run);

	scripted_begin(&s, lost);
	assert_int_equal((BLOCK)->start(&s.run, NULL), -ENODEV);
	(BLOCK)->finish(&s.run);
	scripted_again(&s, ours);
	assert_int_equal((BLOCK)->recover(&s.run, NULL), -EBUSY);
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_false(s.run.attempt.adopted);
	assert_int_equal(scripted_follow(&s, BLOCK, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	scripted_end(&s);
	(BLOCK)->finish(&s.run);

	/* It ended before anybody asked: the log is ours, and has changed. */
	scripted_begin(&s, lost);
	assert_int_equal((BLOCK)->start(&s.run, NULL), -ENODEV);
	(BLOCK)->finish(&s.run);
	scripted_again(&s, ended);
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, BLOCK, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_false(s.run.attempt.adopted);
	scripted_end(&s);
	(BLOCK)->finish(&s.run);
	/* An older success of the same command is none: sent again. */
	scripted_begin(&s, lost_after_success);
	assert_int_equal((BLOCK)->start(&s.run, NULL), -ENODEV);
	(BLOCK)->finish(&s.run);
	scripted_again(&s, sent_again);
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	scripted_end(&s);
	(BLOCK)->finish(&s.run);

	/* After the power cut another one runs than ours. */
	scripted_begin(&s, lost);
	(void)(BLOCK)->start(&s.run, NULL);
	(BLOCK)->finish(&s.run);
	scripted_again(&s, another);
	assert_int_equal((BLOCK)->start(&s.run, NULL), 0);
	assert_true(s.run.attempt.adopted);
	(BLOCK)->finish(&s.run);
}

static void leaves_a_failure_first(void **state)
{
	(void)state;
	ENDS_AS(HAIKI_OUTCOME_SUCCEEDED, GUARD, IDENTIFY_CONTROLLER(all),
		FAILED, { SANITIZE(1) }, IDENTIFY_NAMESPACE(silent),
		KEEP("expect", "changed"), KEEP("log-before", NULL), KEEP("cdw10", "0000000a"),
		KEEP("operation", "starting"), { SANITIZE(OURS) },
		KEEP("operation", "started"), DONE, ENDED);
}

static int settle_all(struct scripted *s)
{
	struct method_progress p;
	int r;

	do
		r = (CRYPTO)->settle(&s->run, &p, NULL);
	while (r == 0 && p.outcome == HAIKI_OUTCOME_RUNNING);
	assert_true(r < 0 || p.outcome == HAIKI_OUTCOME_SUCCEEDED);
	return r;
}

/* Erased, kept readable, read back, then told to go on. */
static void settles_media_verification(void **state)
{
	const struct step good[] = {
		GUARD, IDENTIFY_CONTROLLER(verifying), NEVER,
		KEEP("expect", "changed"), KEEP("log-before", NULL), KEEP("cdw10", "0000040c"),
		KEEP("operation", "starting"), { SANITIZE(0x40C) },
		KEEP("operation", "started"), LOG_SSI(9, 2, 0x40C, 1),
		LOG_SSI(0xFFFF, 2, 0x40C, 5),
		/* settle() */
		LOG_SSI(0xFFFF, 2, 0x40C, 5), { SANITIZE(5) },
		LOG_SSI(0xFFFF, 2, 0x40C, 6),
		LOG_SSI(0xFFFF, 0x0101, 0x40C, 0), ENDED, END };
	const struct step bad[] = {
		GUARD, IDENTIFY_CONTROLLER(verifying), NEVER,
		KEEP("expect", "changed"), KEEP("log-before", NULL), KEEP("cdw10", "0000040c"),
		KEEP("operation", "starting"), { SANITIZE(0x40C) },
		KEEP("operation", "started"),
		LOG_SSI(0xFFFF, 2, 0x40C, 5),
		LOG_SSI(0xFFFF, 2, 0x40C, 5), { SANITIZE(5) },
		LOG_SSI(0xFFFF, 3, 0x40C, 4), END };
	const struct step forgotten[] = {
		GUARD, IDENTIFY_CONTROLLER(verifying), NEVER,
		KEEP("expect", "changed"), KEEP("log-before", NULL), KEEP("cdw10", "0000040c"),
		KEEP("operation", "starting"), { SANITIZE(0x40C) },
		KEEP("operation", "started"),
		LOG_SSI(0xFFFF, 2, 0x40C, 5),
		{ SANITIZE(5) }, END };
	struct method_progress p;
	struct scripted s;

	(void)state;
	scripted_begin(&s, good);
	s.options.settles = true;
	assert_int_equal((CRYPTO)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, CRYPTO, &p), 0);
	assert_int_equal(p.outcome, HAIKI_OUTCOME_SUCCEEDED);
	assert_int_equal(settle_all(&s), 0);
	scripted_end(&s);
	(CRYPTO)->finish(&s.run);

	scripted_begin(&s, bad);
	s.options.settles = true;
	assert_int_equal((CRYPTO)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, CRYPTO, &p), 0);
	assert_int_equal(settle_all(&s), -EIO);
	scripted_end(&s);
	(CRYPTO)->finish(&s.run);

	/* In a process that has only the journal. */
	scripted_again(&s, (const struct step[]){
		LOG_SSI(0xFFFF, 0x0101, 0x40C, 0), ENDED, END });
	assert_int_equal(settle_all(&s), 0);
	scripted_end(&s);
	scripted_again(&s, (const struct step[]){
		LOG_SSI(0xFFFF, 3, 0x40C, 4), END });
	assert_int_equal(settle_all(&s), -EIO);
	scripted_end(&s);

	/* Whatever happens, it isn't left like that. */
	scripted_begin(&s, forgotten);
	s.options.settles = true;
	assert_int_equal((CRYPTO)->start(&s.run, NULL), 0);
	assert_int_equal(scripted_follow(&s, CRYPTO, &p), 0);
	(CRYPTO)->finish(&s.run);
	scripted_end(&s);
}

static void brings_the_drive_back(void **state)
{
	const struct step idle[] = { NEVER, END };
	const struct step leaves[] = { FAILED, { SANITIZE(1) }, END };
	const struct step stays[] = {
		FAILED, { SANITIZE(1), .sc = 0x01C }, END };
	const struct step running[] = { RUNNING(3), END };
	const struct step verification[] = {
		LOG_SSI(0xFFFF, 2, 0x40C, 5), { SANITIZE(5) }, END };
	const struct {
		const struct step *steps;
		int code;
	} cases[] = { { idle, 0 }, { leaves, 0 }, { stays, -EPERM },
		      { running, -EBUSY }, { verification, -EBUSY } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct scripted s;

		scripted_begin(&s, cases[i].steps);
		s.run.journal = NULL;
		assert_int_equal((BLOCK)->recover(&s.run, NULL),
				 cases[i].code);
		scripted_end(&s);
	}
}

static void probes(void **state)
{
	const struct step refused = { .kind = STEP_NVME, .opcode = 0x02,
				      .sc = 0x109 };
	const struct {
		struct step identify, log;
		enum haiki_bus bus;
		enum haiki_support support;
		int64_t block, crypto, overwrite;
	} cases[] = {
		{ IDENTIFY_CONTROLLER(all), NEVER, HAIKI_BUS_NVME,
		  HAIKI_SUPPORTED, 300, -1, 100 },
		{ IDENTIFY_CONTROLLER(all),
		  { .kind = STEP_NVME, .opcode = 0x02, .data = blank,
		    .length = NVM_SANITIZE_LOG_SIZE }, HAIKI_BUS_NVME,
		  HAIKI_SUPPORTED, -1, -1, -1 },
		{ IDENTIFY_CONTROLLER(all), refused, HAIKI_BUS_NVME,
		  HAIKI_SUPPORT_UNKNOWN, -1, -1, -1 },
		{ IDENTIFY_CONTROLLER(none), END, HAIKI_BUS_NVME,
		  HAIKI_SUPPORT_UNSUPPORTED, -1, -1, -1 },
		{ IDENTIFY_CONTROLLER(blank), END, HAIKI_BUS_NVME,
		  HAIKI_SUPPORT_UNKNOWN, -1, -1, -1 },
		{ END, END, HAIKI_BUS_ATA, HAIKI_SUPPORT_UNSUPPORTED, -1, -1,
		  -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct step steps[] = { cases[i].identify, cases[i].log,
					      END };
		struct haiki_method_support support;
		struct scripted s;

		scripted_begin(&s, steps);
		s.drive.bus = cases[i].bus;
		(BLOCK)->probe(&s.run, &support);
		assert_int_equal(support.support, cases[i].support);
		assert_int_equal(support.seconds, cases[i].block);
		s.at = steps;
		(CRYPTO)->probe(&s.run, &support);
		assert_int_equal(support.support, cases[i].support);
		assert_int_equal(support.seconds, cases[i].crypto);
		s.at = steps;
		(OVERWRITE)->probe(&s.run, &support);
		assert_int_equal(support.seconds, cases[i].overwrite);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_a_block_erase),
		cmocka_unit_test(believes_no_liar),
		cmocka_unit_test(chooses_what_the_drive_offers),
		cmocka_unit_test(names_what_is_in_the_way),
		cmocka_unit_test(looks_at_the_drive_behind_an_error),
		cmocka_unit_test(adopts_what_is_running),
		cmocka_unit_test(leaves_a_failure_first),
		cmocka_unit_test(settles_media_verification),
		cmocka_unit_test(brings_the_drive_back),
		cmocka_unit_test(probes),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
