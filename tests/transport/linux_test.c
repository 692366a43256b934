/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>

#include "transport/kernel.h"

#include "ata/command.h"
#include "base/cleanup.h"
#include "mmc/command.h"
#include "scratch.h"
#include "scsi/command.h"
#include "transport/linux.h"

static struct linux_drive drive;
static struct transport transport;
static size_t events;

static void observer(void *opaque, const struct transport_event *event)
{
	(void)opaque;
	(void)event;
	events++;
}

static struct transport *rig(enum linux_pass pass)
{
	static const struct transport_ops ops = {
		.name = "linux",
		.ata = linux_ata,
		.scsi = linux_scsi,
		.nvme = linux_nvme,
		.mmc = linux_mmc,
	};

	memset(&kernel, 0, sizeof(kernel));
	kernel.answers = 1;
	memset(&drive, 0, sizeof(drive));
	drive.fd = -1;
	drive.pass = pass;
	snprintf(drive.path, sizeof(drive.path), "/dev/sdx");
	memset(&transport, 0, sizeof(transport));
	transport.ops = &ops;
	transport.state = &drive;
	transport.observer = observer;
	events = 0;
	return &transport;
}

/* --- SCSI -------------------------------------------------------------------- */

static void test_scsi_good(void **state)
{
	struct transport *t = rig(LINUX_PASS_SCSI);
	struct scsi_command c;
	uint8_t data[96] = { 0 };

	(void)state;
	kernel.answer[0].fill = 0x5A;
	kernel.answer[0].residual = 60;
	scsi_inquiry(&c, data, sizeof(data));
	c.timeout_ms = 0;
	assert_int_equal(transport_scsi(t, &c, NULL), 0);
	assert_int_equal(c.status, 0);
	assert_int_equal(c.residual, 60);
	assert_int_equal(c.sense_length, 0);
	assert_int_equal(data[0], 0x5A);
	assert_int_equal(kernel.cdb[0], 0x12);
	assert_int_equal(kernel.cdb_length, 6);
	assert_int_equal(kernel.direction, SG_DXFER_FROM_DEV);
	assert_int_equal(kernel.timeout, 30000);
	assert_int_equal(events, 1);
	c.timeout_ms = 1234;
	assert_int_equal(transport_scsi(t, &c, NULL), 0);
	assert_int_equal(kernel.timeout, 1234);
	scsi_test_unit_ready(&c);
	assert_int_equal(transport_scsi(t, &c, NULL), 0);
	assert_int_equal(kernel.direction, SG_DXFER_NONE);
}

static void test_scsi_sense(void **state)
{
	struct transport *t = rig(LINUX_PASS_SCSI);
	struct scsi_command c;

	(void)state;
	SENSE(0, 0x72, 3, 0x31, 3, 0, 0, 0, 0);
	kernel.answer[0].driver = 0x08;             /* "sense is valid" */
	scsi_test_unit_ready(&c);
	assert_int_equal(transport_scsi(t, &c, NULL), 0);
	assert_int_equal(c.status, 2);
	assert_int_equal(c.sense_length, 8);
	assert_int_equal(c.sense[2], 0x31);
	/* What was there before doesn't shine through. */
	memset(&kernel.answer[0], 0, sizeof(kernel.answer[0]));
	assert_int_equal(transport_scsi(t, &c, NULL), 0);
	assert_int_equal(c.sense_length, 0);
	assert_int_equal(c.sense[2], 0);
}

static void test_scsi_failures(void **state)
{
	static const struct {
		int error;
		unsigned host, driver;
		int result;
	} cases[] = {
		{ ENOTTY, 0, 0, -EOPNOTSUPP },
		{ ENODEV, 0, 0, -ENODEV },
		{ ENXIO, 0, 0, -ENODEV },
		{ EPERM, 0, 0, -EPERM },
		{ EIO, 0, 0, -EIO },
		{ EINVAL, 0, 0, -EINVAL },
		{ 0, 0x03, 0, -ETIMEDOUT },
		{ 0, 0x00, 0x06, -ETIMEDOUT },
		{ 0, 0x01, 0, -ENODEV },
		{ 0, 0x07, 0, -EIO },
		{ 0, 0x0e, 0, -EIO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct transport *t = rig(LINUX_PASS_SCSI);
		struct haiki_error err = { 0 };
		struct scsi_command c;

		kernel.answer[0].error = cases[i].error;
		kernel.answer[0].host = cases[i].host;
		kernel.answer[0].driver = cases[i].driver;
		scsi_test_unit_ready(&c);
		assert_int_equal(transport_scsi(t, &c, &err),
				 cases[i].result);
		assert_int_equal(err.code, cases[i].result);
		assert_non_null(strstr(err.text, "/dev/sdx"));
	}
}

/* Nothing is sent to what is no SCSI device: device-mapper, for one, would
 * pass it on to another. */
static void test_not_passed(void **state)
{
	struct transport *t = rig(LINUX_PASS_NONE);
	struct scsi_command scsi;
	struct ata_command ata;
	struct nvme_command nvme = { .name = "IDENTIFY" };
	uint8_t data[512];

	(void)state;
	scsi_test_unit_ready(&scsi);
	ata_identify_device(&ata, data);
	assert_int_equal(transport_scsi(t, &scsi, NULL), -EOPNOTSUPP);
	assert_int_equal(transport_ata(t, &ata, NULL), -EOPNOTSUPP);
	assert_int_equal(transport_nvme(t, &nvme, NULL), -EOPNOTSUPP);
	assert_int_equal(kernel.calls, 0);
	/* A plain USB stick takes SCSI commands and is spared ATA's. */
	t = rig(LINUX_PASS_SCSI);
	drive.sat = LINUX_SAT_NONE;
	assert_int_equal(transport_ata(t, &ata, NULL), -EOPNOTSUPP);
	assert_int_equal(kernel.calls, 0);
	assert_int_equal(transport_scsi(t, &scsi, NULL), 0);
	t = rig(LINUX_PASS_NVME);
	assert_int_equal(transport_scsi(t, &scsi, NULL), -EOPNOTSUPP);
	assert_int_equal(kernel.calls, 0);
}

static void test_attention(void **state)
{
	struct transport *t = rig(LINUX_PASS_SCSI);
	struct scsi_command c;

	(void)state;
	/* Reset, then changed capacity, then the answer. */
	SENSE(0, ATTENTION);
	SENSE(1, 0x72, 6, 0x2a, 9, 0, 0, 0, 0);
	kernel.answers = 3;
	scsi_test_unit_ready(&c);
	assert_int_equal(transport_scsi(t, &c, NULL), 0);
	assert_int_equal(c.status, 0);
	assert_int_equal(kernel.calls, 3);
	/* Each of them is in the transcript. */
	assert_int_equal(events, 3);

	/* For ever: given up, and shown as it is. */
	t = rig(LINUX_PASS_SCSI);
	SENSE(0, ATTENTION);
	assert_int_equal(transport_scsi(t, &c, NULL), 0);
	assert_int_equal(c.status, 2);
	assert_int_equal(kernel.calls, 5);

	/* Of an earlier command: this one isn't sent again. */
	t = rig(LINUX_PASS_SCSI);
	SENSE(0, 0x71, 0, 6, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x29, 0, 0, 0, 0, 0);
	assert_int_equal(transport_scsi(t, &c, NULL), 0);
	assert_int_equal(kernel.calls, 1);
}

/* --- ATA --------------------------------------------------------------------- */

static void test_ata_identify(void **state)
{
	struct transport *t = rig(LINUX_PASS_SCSI);
	struct ata_command c;
	uint8_t data[512];

	(void)state;
	SENSE(0, ATA_RETURN);
	kernel.answer[0].fill = 0x77;
	ata_identify_device(&c, data);
	assert_int_equal(transport_ata(t, &c, NULL), 0);
	assert_true(c.returned);
	assert_true(c.count_full);
	assert_int_equal(c.ret_status, 0x50);
	assert_int_equal(c.ret_count, 0x1234);
	assert_true(c.ret_lba == 0xa1b2c3d4);
	assert_int_equal(data[511], 0x77);
	assert_int_equal(kernel.cdb[0], 0x85);
	assert_int_equal(kernel.cdb[1], ATA_PIO_IN << 1);
	assert_int_equal(kernel.cdb[2] & 0x20, 0x20);       /* CK_COND */
	assert_int_equal(kernel.cdb[14], 0xEC);
	assert_int_equal(drive.sat, LINUX_SAT_16);
}

static void test_ata_short_form(void **state)
{
	struct transport *t = rig(LINUX_PASS_SCSI);
	struct ata_command c;
	uint8_t data[512];

	(void)state;
	/* The bridge knows only the short form, and no CK_COND. */
	SENSE(0, INVALID_OPCODE);
	kernel.answers = 2;
	ata_identify_device(&c, data);
	assert_int_equal(transport_ata(t, &c, NULL), 0);
	assert_false(c.returned);
	assert_int_equal(kernel.cdb[0], 0xA1);
	assert_int_equal(kernel.cdb_length, 12);
	assert_int_equal(kernel.cdb[9], 0xEC);
	assert_int_equal(drive.sat, LINUX_SAT_12);
	/* It's remembered ... */
	assert_int_equal(transport_ata(t, &c, NULL), 0);
	assert_int_equal(kernel.calls, 3);
	/* ... and carries no 48-bit command. */
	ata_read_native_max(&c, true);
	assert_int_equal(transport_ata(t, &c, NULL), -EOPNOTSUPP);
	assert_int_equal(kernel.calls, 3);
	assert_false(c.returned);

	/* It calls the long form good, and says nothing. */
	t = rig(LINUX_PASS_SCSI);
	kernel.answers = 2;
	kernel.answer[1].fill = 0x77;
	ata_identify_device(&c, data);
	assert_int_equal(transport_ata(t, &c, NULL), 0);
	assert_int_equal(kernel.cdb[0], 0xA1);
	assert_int_equal(data[0], 0x77);
	assert_int_equal(drive.sat, LINUX_SAT_12);
	/* Both of them: there is nothing behind it. */
	t = rig(LINUX_PASS_SCSI);
	ata_identify_device(&c, data);
	assert_int_equal(transport_ata(t, &c, NULL), 0);
	assert_int_equal(kernel.calls, 2);
	assert_int_equal(data[0], 0);
	assert_int_equal(drive.sat, LINUX_SAT_UNTRIED);

	/* A SAS drive knows neither. */
	t = rig(LINUX_PASS_SCSI);
	SENSE(0, INVALID_OPCODE);
	ata_identify_device(&c, data);
	assert_int_equal(transport_ata(t, &c, NULL), -EOPNOTSUPP);
	assert_int_equal(kernel.calls, 2);
}

static void test_ata_failures(void **state)
{
	struct transport *t = rig(LINUX_PASS_SCSI);
	struct haiki_error err = { 0 };
	struct ata_command c;
	uint8_t data[512];

	(void)state;
	/* Aborted by the drive: it answered, its registers say so. */
	SENSE(0, 0x72, 0x0b, 0, 0, 0, 0, 0, 14, 9, 12, 0, 0x04, 0, 0, 0, 0, 0,
	      0, 0, 0, 0x40, 0x51);
	ata_smart_read_data(&c, data);
	assert_int_equal(transport_ata(t, &c, &err), 0);
	assert_true(c.returned);
	assert_int_equal(c.ret_status, 0x51);
	assert_int_equal(c.ret_error, 0x04);

	/* An error without registers: nobody knows what happened. */
	t = rig(LINUX_PASS_SCSI);
	SENSE(0, 0x72, 4, 0x44, 0, 0, 0, 0, 0);
	assert_int_equal(transport_ata(t, &c, &err), -EIO);
	assert_false(c.returned);
	assert_int_equal(err.raw_length, 8);

	/* This command isn't known; others are. */
	t = rig(LINUX_PASS_SCSI);
	drive.sat = LINUX_SAT_16;
	SENSE(0, INVALID_FIELD);
	assert_int_equal(transport_ata(t, &c, &err), -EOPNOTSUPP);
	assert_int_equal(kernel.calls, 1);

	/* Good, and no registers: the outcome is unknown, which is for the
	 * caller to see. */
	t = rig(LINUX_PASS_SCSI);
	memset(data, 0xEE, sizeof(data));
	assert_int_equal(transport_ata(t, &c, &err), 0);
	assert_false(c.returned);
	assert_int_equal(data[100], 0);             /* not the old bytes */

	/* Fixed format: half of it is missing, and it says so. */
	t = rig(LINUX_PASS_SCSI);
	SENSE(0, 0x70, 0, 1, 0x00, 0x50, 0x40, 0x34, 10, 0, 0xd4, 0xc3, 0xb2,
	      0, 0x1d, 0, 0, 0, 0);
	ata_sanitize_status(&c, false);
	assert_int_equal(transport_ata(t, &c, &err), 0);
	assert_false(c.count_full);

	t = rig(LINUX_PASS_SCSI);
	kernel.answer[0].error = ENODEV;
	assert_int_equal(transport_ata(t, &c, &err), -ENODEV);
}

static void test_ata_attention(void **state)
{
	struct transport *t = rig(LINUX_PASS_SCSI);
	struct ata_command c;
	uint8_t data[512];

	(void)state;
	SENSE(0, ATTENTION);
	SENSE(1, ATA_RETURN);
	kernel.answers = 2;
	ata_identify_device(&c, data);
	assert_int_equal(transport_ata(t, &c, NULL), 0);
	assert_true(c.returned);
	assert_int_equal(kernel.calls, 2);
	assert_int_equal(events, 2);
}

/* --- NVMe -------------------------------------------------------------------- */

static void test_nvme(void **state)
{
	struct transport *t = rig(LINUX_PASS_NVME);
	struct nvme_command c = {
		.name = "SANITIZE",
		.opcode = 0x84,
		.nsid = 0,
		.cdw10 = 2, .cdw11 = 3, .cdw12 = 4, .cdw13 = 5, .cdw14 = 6,
		.cdw15 = 7,
	};
	uint8_t data[4096];

	(void)state;
	kernel.answer[0].result = 0xABCD;
	assert_int_equal(transport_nvme(t, &c, NULL), 0);
	assert_int_equal(c.status, 0);
	assert_int_equal(c.result, 0xABCD);
	assert_int_equal(kernel.nvme.opcode, 0x84);
	assert_int_equal(kernel.nvme.cdw10, 2);
	assert_int_equal(kernel.nvme.cdw15, 7);
	assert_int_equal(kernel.nvme.timeout_ms, 30000);
	assert_int_equal(events, 1);
	c.data = data;
	c.length = sizeof(data);
	c.nsid = 9;
	c.timeout_ms = 77;
	assert_int_equal(transport_nvme(t, &c, NULL), 0);
	assert_true(kernel.nvme.addr == (uintptr_t)data);
	assert_int_equal(kernel.nvme.data_len, 4096);
	assert_int_equal(kernel.nvme.nsid, 9);
	assert_int_equal(kernel.nvme.timeout_ms, 77);
}

static void test_nvme_failures(void **state)
{
	static const struct {
		int nvme, error;
		int result;
		unsigned status;
		bool dnr;
	} cases[] = {
		{ 0x4002, 0, 0, 0x002, true },
		{ 0x001D, 0, 0, 0x01D, false },
		{ 0x610B, 0, 0, 0x10B, true },
		{ 0x0370, 0, -ETIMEDOUT, 0, false },
		{ 0x4371, 0, -ETIMEDOUT, 0, false },
		{ 0, ENOTTY, -EOPNOTSUPP, 0, false },
		{ 0, ENODEV, -ENODEV, 0, false },
		{ 0, EACCES, -EACCES, 0, false },
		{ 0, EINTR, -EINTR, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct transport *t = rig(LINUX_PASS_NVME);
		struct nvme_command c = { .name = "X", .opcode = 6 };

		kernel.answer[0].nvme = cases[i].nvme;
		kernel.answer[0].error = cases[i].error;
		assert_int_equal(transport_nvme(t, &c, NULL),
				 cases[i].result);
		assert_int_equal(c.status, cases[i].status);
		assert_int_equal(c.do_not_retry, cases[i].dnr);
	}
}

/* --- what needs no device ----------------------------------------------------- */

static void test_missing_entries(void **state)
{
	static const struct transport_ops none = { .name = "none" };
	struct transport t = { .ops = &none };
	struct ata_command ata = { .name = "A" };
	struct scsi_command scsi = { .name = "S" };
	struct nvme_command nvme = { .name = "N" };

	(void)state;
	assert_int_equal(transport_ata(&t, &ata, NULL), -EOPNOTSUPP);
	assert_int_equal(transport_scsi(&t, &scsi, NULL), -EOPNOTSUPP);
	assert_int_equal(transport_nvme(&t, &nvme, NULL), -EOPNOTSUPP);
	assert_int_equal(transport_rescan(&t, NULL), 0);
	assert_int_equal(transport_fd(&t), -1);
	/* Opened for reading: a write doesn't even reach the table. */
	assert_int_equal(transport_write(&t, 0, "x", 1, NULL), -EBADF);
	transport_close(NULL);
}

static void test_open(void **state)
{
	SCRATCH(dir);
	IN(file, dir, "file");
	IN(missing, dir, "missing");
	struct transport *t = NULL;
	struct haiki_error err = { 0 };
	char long_path[400];

	(void)state;
	put_file(file, "x", 1);
	assert_int_equal(transport_open_linux(missing, false, &t, &err),
			 -ENOENT);
	assert_int_equal(transport_open_linux(file, false, &t, &err),
			 -ENOTBLK);
	assert_int_equal(transport_open_linux("/dev/null", true, &t, &err),
			 -ENOTBLK);
	assert_int_equal(err.domain, HAIKI_DOMAIN_USAGE);
	memset(long_path, 'a', sizeof(long_path));
	long_path[sizeof(long_path) - 1] = '\0';
	assert_int_equal(transport_open_linux(long_path, false, &t, &err),
			 -ENAMETOOLONG);
	assert_null(t);
}

/* --- memory cards -------------------------------------------------------------- */

static void test_mmc_reads_a_register(void **state)
{
	struct transport *t = rig(LINUX_PASS_MMC);
	uint8_t data[MMC_EXTCSD_SIZE] = { 0 };
	struct mmc_command c;

	(void)state;
	kernel.answer[0].fill = 0x42;
	kernel.answer[0].result = 0x900;
	mmc_send_extcsd(&c, data);
	assert_int_equal(transport_mmc(t, &c, 1, NULL), 0);
	assert_int_equal(kernel.mmc_count, 1);
	assert_int_equal(kernel.mmc[0].opcode, 8);
	assert_int_equal(kernel.mmc[0].write_flag, 0);
	/* Response 1, with data; and its like on an SPI bus. */
	assert_int_equal(kernel.mmc[0].flags, 0xB5);
	assert_int_equal(kernel.mmc[0].blksz, 512);
	assert_int_equal(kernel.mmc[0].blocks, 1);
	assert_int_equal(data[511], 0x42);
	assert_true(c.returned);
	assert_int_equal(c.response, 0x900);
	assert_int_equal(events, 1);
}

static void test_mmc_keeps_an_erase_together(void **state)
{
	struct transport *t = rig(LINUX_PASS_MMC);
	struct mmc_command c[MMC_ERASE_COMMANDS + 1];

	(void)state;
	kernel.answer[0].result = 0x8900;
	mmc_erase_range(c, MMC_ERASE_PLAIN, UINT64_C(8) << 30, 16, 31, 7000);
	mmc_send_status(&c[3]);
	assert_int_equal(transport_mmc(t, c, 4, NULL), 0);
	/* One call of the kernel, in this order. */
	assert_int_equal(kernel.calls, 1);
	assert_int_equal(kernel.mmc_count, 4);
	assert_int_equal(kernel.mmc[0].opcode, 35);
	assert_int_equal(kernel.mmc[1].arg, 31);
	assert_int_equal(kernel.mmc[2].opcode, 38);
	/* Response 1b: busy until it's done. */
	assert_int_equal(kernel.mmc[2].flags, 0x49D);
	assert_int_equal(kernel.mmc[2].cmd_timeout_ms, 7000);
	assert_int_equal(kernel.mmc[3].opcode, 13);
	assert_int_equal(c[2].response, 0x900);
	assert_int_equal(c[3].response, 0x8900);
	assert_int_equal(events, 4);
}

/* The kernel carries a Sanitize out by itself and keeps the card's answer. */
static void test_mmc_sanitize_has_no_response(void **state)
{
	struct transport *t = rig(LINUX_PASS_MMC);
	struct mmc_command c;

	(void)state;
	mmc_start_sanitize(&c, 900000);
	assert_int_equal(transport_mmc(t, &c, 1, NULL), 0);
	assert_int_equal(kernel.mmc[0].cmd_timeout_ms, 900000);
	assert_false(c.returned);
}

static void test_mmc_failures(void **state)
{
	static const struct {
		int error, result;
	} cases[] = {
		{ ENOTTY, -EOPNOTSUPP }, { EOPNOTSUPP, -EOPNOTSUPP },
		{ EINVAL, -EOPNOTSUPP }, { ETIMEDOUT, -ETIMEDOUT },
		{ ENODEV, -ENODEV }, { ENOMEDIUM, -ENODEV },
		{ EPERM, -EPERM }, { EILSEQ, -EILSEQ }, { EIO, -EIO },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct transport *t = rig(LINUX_PASS_MMC);
		struct haiki_error err = { 0 };
		struct mmc_command c;

		kernel.answer[0].error = cases[i].error;
		mmc_send_status(&c);
		assert_int_equal(transport_mmc(t, &c, 1, &err),
				 cases[i].result);
		assert_true(err.text[0]);
		assert_false(c.returned);
	}
	for (int pass = 0; pass < LINUX_PASS_MMC; pass++) {
		struct transport *t = rig((enum linux_pass)pass);
		struct mmc_command c;

		mmc_send_status(&c);
		assert_int_equal(transport_mmc(t, &c, 1, NULL), -EOPNOTSUPP);
		assert_int_equal(kernel.calls, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scsi_good),
		cmocka_unit_test(test_scsi_sense),
		cmocka_unit_test(test_scsi_failures),
		cmocka_unit_test(test_not_passed),
		cmocka_unit_test(test_attention),
		cmocka_unit_test(test_ata_identify),
		cmocka_unit_test(test_ata_short_form),
		cmocka_unit_test(test_ata_failures),
		cmocka_unit_test(test_ata_attention),
		cmocka_unit_test(test_nvme),
		cmocka_unit_test(test_nvme_failures),
		cmocka_unit_test(test_mmc_reads_a_register),
		cmocka_unit_test(test_mmc_keeps_an_erase_together),
		cmocka_unit_test(test_mmc_sanitize_has_no_response),
		cmocka_unit_test(test_mmc_failures),
		cmocka_unit_test(test_missing_entries),
		cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
