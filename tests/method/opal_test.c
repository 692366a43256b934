/* SPDX-License-Identifier: Apache-2.0 */
#include "method/scripted.h"

#define guard_check scripted_guard_check
#include "method/opal.c"

#define REVERT &method_opal_psid_revert
#define PSID "VUHANDS0MEPRACT1CEPS1DW1TH32CHRS"

static uint8_t reverted[OPAL_PACKET_SIZE], owned[OPAL_PACKET_SIZE],
	unencrypted[OPAL_PACKET_SIZE], pyrite[OPAL_PACKET_SIZE],
	synced[OPAL_PACKET_SIZE], good[OPAL_PACKET_SIZE],
	refused[OPAL_PACKET_SIZE], pending[OPAL_PACKET_SIZE],
	empty[OPAL_PACKET_SIZE], trusted[ATA_SECTOR], untrusted[ATA_SECTOR],
	secure[NVM_IDENTIFY_SIZE];

static void level0(uint8_t *data, uint8_t locking, uint16_t ssc)
{
	put_be32(data, 48 + 16 + 20 - 4);
	put_be16(data + 48, 0x0002);
	data[51] = 12;
	data[52] = locking;
	put_be16(data + 64, ssc);
	data[67] = 16;
	put_be16(data + 68, 0x07FE);
	put_be16(data + 70, 1);
}

static void answer(uint8_t *packet, const uint8_t *tokens, size_t length)
{
	put_be32(packet + 16, (uint32_t)(36 + length));
	put_be32(packet + 40, (uint32_t)(12 + length));
	put_be32(packet + 52, (uint32_t)length);
	memcpy(packet + 56, tokens, length);
}

static int setup(void **state)
{
	static const uint8_t sync_tokens[] = {
		0xF8, 0xA8, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xA8, 0, 0, 0, 0, 0, 0,
		0xFF, 0x03, 0xF0, 0x81, 0x41, 0x82, 0x10, 0x01, 0xF1, 0xF9,
		0xF0, 0, 0, 0, 0xF1 };
	static const uint8_t good_tokens[] = { 0xF0, 0xF1, 0xF9, 0xF0, 0, 0, 0,
					       0xF1 };
	static const uint8_t refused_tokens[] = { 0xF0, 0xF1, 0xF9, 0xF0, 1, 0,
						  0, 0xF1 };
	struct identity want = { 0 };

	(void)state;
	level0(reverted, 0x09, 0x0203);
	level0(owned, 0x0B, 0x0203);
	level0(unencrypted, 0x01, 0x0203);
	level0(pyrite, 0x09, 0x0303);
	answer(synced, sync_tokens, sizeof(sync_tokens));
	answer(good, good_tokens, sizeof(good_tokens));
	answer(refused, refused_tokens, sizeof(refused_tokens));
	put_be32(pending + 8, 1);
	identify_data(&want, untrusted);
	memcpy(trusted, untrusted, ATA_SECTOR);
	put_le16(trusted + 2 * 48, 0x4001);
	ata_checksum_store(trusted);
	secure[4] = 'S';
	secure[256] = 1;
	return 0;
}

static void is_start_session(const uint8_t *data, size_t length)
{
	assert_int_equal(length, OPAL_PACKET_SIZE);
	assert_int_equal(get_be16(data + 4), 0x07FE);
	assert_memory_equal(data + 56 + 36, PSID, 32);
}

static void is_revert(const uint8_t *data, size_t length)
{
	(void)length;
	assert_int_equal(get_be32(data + 20), 0x1001);
	assert_int_equal(data[56 + 18], 0x02);
}

/* Security Receive of ComID 0001h and 07FEh, Security Send. */
#define RECEIVE(comid, bytes) { .kind = STEP_NVME, .opcode = 0x82, \
	.cdw10 = 0x01000000 | (comid) << 8, .data = bytes, \
	.length = OPAL_PACKET_SIZE }
#define LEVEL0(bytes) RECEIVE(0x0001, bytes)
#define ANSWER(bytes) RECEIVE(0x07FE, bytes)
#define SEND(what) { .kind = STEP_NVME, .opcode = 0x81, \
		     .cdw10 = 0x0107FE00, .check = what }
#define BEGIN GUARD, LEVEL0(owned), KEEP("expect", "noise"), \
	KEEP("operation", "starting"), SEND(is_start_session)

static int ends_as(const struct step *steps, enum haiki_outcome outcome)
{
	struct method_progress p;
	struct scripted s;
	int r;

	scripted_begin(&s, steps);
	s.drive.bus = HAIKI_BUS_NVME;
	s.options.psid = PSID;
	assert_int_equal((REVERT)->start(&s.run, NULL), 0);
	r = scripted_follow(&s, REVERT, &p);
	if (r == 0) {
		assert_int_equal(p.outcome, outcome);
		assert_true(p.detail[0]);
		assert_null(strstr(p.detail, PSID));
		assert_int_equal((REVERT)->expectation(&s.run),
				 HAIKI_EXPECT_NOISE);
	}
	scripted_end(&s);
	(REVERT)->finish(&s.run);
	return r;
}

#define ENDS_AS(code, outcome, ...) do { \
		static const struct step steps_[] = { __VA_ARGS__, END }; \
		assert_int_equal(ends_as(steps_, outcome), code); \
	} while (0)

static void reverts(void **state)
{
	(void)state;
	ENDS_AS(0, HAIKI_OUTCOME_SUCCEEDED, BEGIN, ANSWER(synced),
		SEND(is_revert), ANSWER(pending), ANSWER(good),
		LEVEL0(reverted), KEEP("operation", "ended"),
		{ .kind = STEP_RESCAN });
}

static void believes_no_liar(void **state)
{
	(void)state;
	/* Success, and locking is still on. */
	ENDS_AS(0, HAIKI_OUTCOME_UNKNOWN, BEGIN, ANSWER(synced),
		SEND(is_revert), ANSWER(good), LEVEL0(owned));
	/* No answer that could be read; none at all. */
	ENDS_AS(0, HAIKI_OUTCOME_UNKNOWN, BEGIN, ANSWER(synced),
		SEND(is_revert), ANSWER(empty));
	ENDS_AS(0, HAIKI_OUTCOME_UNKNOWN, BEGIN, ANSWER(synced),
		{ .kind = STEP_NVME, .opcode = 0x81, .result = -ETIMEDOUT });
	/* A session that isn't ours. */
	ENDS_AS(0, HAIKI_OUTCOME_UNKNOWN, BEGIN, ANSWER(good));
}

static void tells_failures(void **state)
{
	(void)state;
	ENDS_AS(0, HAIKI_OUTCOME_FAILED, BEGIN, ANSWER(refused));
	ENDS_AS(0, HAIKI_OUTCOME_FAILED, BEGIN, ANSWER(synced),
		SEND(is_revert), ANSWER(refused));
	ENDS_AS(-ENODEV, 0, BEGIN, { .kind = STEP_NVME, .opcode = 0x82,
				     .result = -ENODEV });
}

/* --- the kernel's sed-opal -------------------------------------------------*/

static struct {
	int result, error;        /* of the ioctl */
	unsigned calls;
	struct opal_key key;
} sed;

int ioctl(int fd, unsigned long request, ...)
{
	va_list args;

	assert_int_equal(fd, 77);
	assert_int_equal(request, IOC_OPAL_PSID_REVERT_TPR);
	va_start(args, request);
	sed.key = *va_arg(args, struct opal_key *);
	va_end(args);
	sed.calls++;
	if (!sed.error)
		return sed.result;
	errno = sed.error;
	return -1;
}

#define KERNEL GUARD, LEVEL0(owned), KEEP("expect", "noise"), \
	KEEP("operation", "starting")

/* Where the kernel has the drive in its care, it has the only session. */
static void lets_the_kernel_revert(void **state)
{
	(void)state;
	scripted_descriptor = 77;
	memset(&sed, 0, sizeof(sed));
	ENDS_AS(0, HAIKI_OUTCOME_SUCCEEDED, KERNEL, LEVEL0(reverted),
		KEEP("operation", "ended"), { .kind = STEP_RESCAN });
	assert_int_equal(sed.calls, 1);
	assert_int_equal(sed.key.key_len, strlen(PSID));
	assert_memory_equal(sed.key.key, PSID, strlen(PSID));
	/* The kernel's word, and locking is still on. */
	ENDS_AS(0, HAIKI_OUTCOME_UNKNOWN, KERNEL, LEVEL0(owned));
	/* What the drive answered, handed on: not authorized, invalid
	 * function. Asked once: a wrong PSID is counted. */
	sed.calls = 0;
	sed.result = 0x01;
	ENDS_AS(0, HAIKI_OUTCOME_FAILED, KERNEL);
	sed.result = 0x11;
	ENDS_AS(0, HAIKI_OUTCOME_FAILED, KERNEL);
	assert_int_equal(sed.calls, 2);
	sed.error = ENODEV;
	ENDS_AS(-ENODEV, 0, KERNEL);
	scripted_descriptor = -1;
}

static void reverts_where_the_kernel_does_not(void **state)
{
	/* Built without, drive not in its care (524), no right, no answer. */
	static const int errors[] = { ENOTTY, 524, EOPNOTSUPP, EACCES, EIO };

	(void)state;
	scripted_descriptor = 77;
	memset(&sed, 0, sizeof(sed));
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		sed.error = errors[i];
		ENDS_AS(0, HAIKI_OUTCOME_SUCCEEDED, BEGIN, ANSWER(synced),
			SEND(is_revert), ANSWER(good), LEVEL0(reverted),
			KEEP("operation", "ended"), { .kind = STEP_RESCAN });
		ENDS_AS(0, HAIKI_OUTCOME_FAILED, BEGIN, ANSWER(refused));
	}
	assert_int_equal(sed.calls, 2 * ARRAY_SIZE(errors));
	scripted_descriptor = -1;
}

static void begins_nothing_that_would_erase_nothing(void **state)
{
	static const struct step guarded[] = {
		{ .kind = STEP_GUARD, .result = -EPERM }, END };
	static const struct step plain[] = {
		GUARD, LEVEL0(unencrypted), END };
	static const struct step other[] = { GUARD, LEVEL0(pyrite), END };
	static const struct step usual[] = { GUARD, LEVEL0(owned), END };
	static const struct {
		const struct step *steps;
		const char *psid;
		int code;
	} cases[] = {
		{ guarded, PSID, -EPERM }, { plain, PSID, -EOPNOTSUPP },
		{ other, PSID, -EOPNOTSUPP }, { usual, NULL, -EINVAL },
		{ usual, "", -EINVAL }, { usual, PSID "X", -EINVAL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct scripted s;

		scripted_begin(&s, cases[i].steps);
		s.drive.bus = HAIKI_BUS_NVME;
		s.options.psid = cases[i].psid;
		assert_int_equal((REVERT)->start(&s.run, NULL),
				 cases[i].code);
		scripted_end(&s);
		(REVERT)->finish(&s.run);
	}
}

static void speaks_ata_and_scsi_too(void **state)
{
	static const struct step ata[] = {
		GUARD,
		{ .kind = STEP_ATA, .opcode = 0x5C, .features = 1,
		  .lba = 0x000100, .count = 4, .data = owned,
		  .length = OPAL_PACKET_SIZE },
		KEEP("expect", "noise"), KEEP("operation", "starting"),
		{ .kind = STEP_ATA, .opcode = 0x5E, .features = 1,
		  .lba = 0x07FE00, .count = 4, .check = is_start_session },
		{ .kind = STEP_ATA, .opcode = 0x5C, .features = 1,
		  .lba = 0x07FE00, .data = refused,
		  .length = OPAL_PACKET_SIZE }, END };
	static const struct step scsi[] = {
		GUARD,
		{ .kind = STEP_SCSI, .opcode = 0xA2, .data = owned,
		  .length = OPAL_PACKET_SIZE },
		KEEP("expect", "noise"), KEEP("operation", "starting"),
		{ .kind = STEP_SCSI, .opcode = 0xB5,
		  .check = is_start_session },
		{ .kind = STEP_SCSI, .opcode = 0xA2, .data = refused,
		  .length = OPAL_PACKET_SIZE }, END };
	static const struct {
		const struct step *steps;
		enum haiki_bus bus;
	} cases[] = { { ata, HAIKI_BUS_ATA }, { scsi, HAIKI_BUS_SCSI } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct method_progress p;
		struct scripted s;

		scripted_begin(&s, cases[i].steps);
		s.drive.bus = cases[i].bus;
		s.options.psid = PSID;
		assert_int_equal((REVERT)->start(&s.run, NULL), 0);
		assert_int_equal(scripted_follow(&s, REVERT, &p), 0);
		assert_int_equal(p.outcome, HAIKI_OUTCOME_FAILED);
		scripted_end(&s);
		(REVERT)->finish(&s.run);
	}
}

static void probes(void **state)
{
	static const struct {
		const uint8_t *level0;
		const char *psid;
		enum haiki_support support;
	} cases[] = {
		{ reverted, PSID, HAIKI_SUPPORTED },
		{ owned, PSID, HAIKI_SUPPORTED },
		{ owned, NULL, HAIKI_SUPPORT_LOCKED },
		{ unencrypted, PSID, HAIKI_SUPPORT_UNSUPPORTED },
		{ pyrite, PSID, HAIKI_SUPPORT_UNSUPPORTED },
		{ empty, PSID, HAIKI_SUPPORT_UNSUPPORTED },
	};
	static const struct step kernel_refuses[] = {
		IDENTIFY(trusted),
		{ .kind = STEP_ATA, .opcode = 0x5C, .features = 1,
		  .result = -EIO }, END };
	static const struct step never_had_it[] = { IDENTIFY(untrusted), END };
	struct haiki_method_support support;
	struct scripted s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct step steps[] = {
			{ .kind = STEP_NVME, .opcode = 0x06, .data = secure,
			  .length = NVM_IDENTIFY_SIZE },
			LEVEL0(cases[i].level0), END };

		scripted_begin(&s, steps);
		s.drive.bus = HAIKI_BUS_NVME;
		s.options.psid = cases[i].psid;
		(REVERT)->probe(&s.run, &support);
		assert_int_equal(support.support, cases[i].support);
		scripted_end(&s);
	}
	scripted_begin(&s, kernel_refuses);
	(REVERT)->probe(&s.run, &support);
	assert_int_equal(support.support, HAIKI_SUPPORT_UNKNOWN);
	assert_non_null(strstr(support.reason, "libata.allow_tpm=1"));
	scripted_end(&s);
	scripted_begin(&s, never_had_it);
	(REVERT)->probe(&s.run, &support);
	assert_int_equal(support.support, HAIKI_SUPPORT_UNSUPPORTED);
	scripted_end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reverts),
		cmocka_unit_test(believes_no_liar),
		cmocka_unit_test(tells_failures),
		cmocka_unit_test(lets_the_kernel_revert),
		cmocka_unit_test(reverts_where_the_kernel_does_not),
		cmocka_unit_test(begins_nothing_that_would_erase_nothing),
		cmocka_unit_test(speaks_ata_and_scsi_too),
		cmocka_unit_test(probes),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
