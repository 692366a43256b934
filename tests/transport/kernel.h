/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_TRANSPORT_KERNEL_H
#define TESTS_TRANSPORT_KERNEL_H

#include <errno.h>
#include <libnvme.h>
#include <linux/fs.h>
#include <linux/major.h>
#include <linux/mmc/ioctl.h>
#include <scsi/sg.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * The kernel's place is taken by the test program's own ioctl(), also for the
 * libraries: what it is to answer stands in `kernel`.
 */
static struct {
	/* What to answer, the last again and again. */
	struct {
		int error;        /* errno; 0 = it works */
		unsigned host, driver, status;
		uint8_t sense[64];
		size_t sense_length;
		int residual;
		uint8_t fill;     /* of data that is read */
		int nvme;         /* what the ioctl returns */
		uint32_t result;  /* NVMe; MMC: the last command's response */
	} answer[8];
	size_t answers, calls, flushes;
	/* What was asked last. */
	uint8_t cdb[16];
	size_t cdb_length;
	unsigned timeout;
	int direction;
	struct nvme_passthru_cmd nvme;
	struct mmc_ioc_cmd mmc[8];
	size_t mmc_count;
} kernel;

static int answer_sg(sg_io_hdr_t *io, size_t i)
{
	memcpy(kernel.cdb, io->cmdp, io->cmd_len);
	kernel.cdb_length = io->cmd_len;
	kernel.timeout = io->timeout;
	kernel.direction = io->dxfer_direction;
	io->host_status = (unsigned short)kernel.answer[i].host;
	io->driver_status = (unsigned short)kernel.answer[i].driver;
	io->status = (unsigned char)kernel.answer[i].status;
	io->sb_len_wr = (unsigned char)kernel.answer[i].sense_length;
	memcpy(io->sbp, kernel.answer[i].sense, kernel.answer[i].sense_length);
	io->resid = kernel.answer[i].residual;
	if (io->dxfer_direction == SG_DXFER_FROM_DEV && kernel.answer[i].fill)
		memset(io->dxferp, kernel.answer[i].fill, io->dxfer_len);
	return 0;
}

static int answer_mmc(struct mmc_ioc_cmd *commands, size_t count, size_t i)
{
	memcpy(kernel.mmc, commands, count * sizeof(*commands));
	kernel.mmc_count = count;
	for (size_t k = 0; k < count; k++) {
		if (commands[k].data_ptr && kernel.answer[i].fill)
			memset((void *)(uintptr_t)commands[k].data_ptr,
			       kernel.answer[i].fill,
			       commands[k].blksz * commands[k].blocks);
		commands[k].response[0] = k + 1 < count ? 0x900 :
					  kernel.answer[i].result;
	}
	return 0;
}

int ioctl(int fd, unsigned long request, ...)
{
	size_t i = kernel.calls < kernel.answers ? kernel.calls :
		   kernel.answers - 1;
	va_list args;
	void *arg;

	(void)fd;
	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (request == BLKFLSBUF) {
		kernel.flushes++;
		return 0;
	}
	kernel.calls++;
	if (kernel.answer[i].error) {
		errno = kernel.answer[i].error;
		return -1;
	}
	if (request == SG_IO)
		return answer_sg(arg, i);
	if (request == NVME_IOCTL_ADMIN_CMD) {
		memcpy(&kernel.nvme, arg, sizeof(kernel.nvme));
		((struct nvme_passthru_cmd *)arg)->result =
			kernel.answer[i].result;
		return kernel.answer[i].nvme;
	}
	if (request == MMC_IOC_CMD)
		return answer_mmc(arg, 1, i);
	if (request == MMC_IOC_MULTI_CMD)
		return answer_mmc(((struct mmc_ioc_multi_cmd *)arg)->cmds,
			((struct mmc_ioc_multi_cmd *)arg)->num_of_cmds, i);
	errno = ENOTTY;
	return -1;
}

static void put_sense(size_t i, const void *sense, size_t length)
{
	kernel.answer[i].status = 0x02;
	memcpy(kernel.answer[i].sense, sense, length);
	kernel.answer[i].sense_length = length;
}

#define SENSE(i, ...) do { \
	static const uint8_t bytes_[] = { __VA_ARGS__ }; \
	put_sense(i, bytes_, sizeof(bytes_)); \
} while (0)

#define ATTENTION 0x70, 0, 6, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x29, 0, 0, 0, 0, 0
#define INVALID_OPCODE 0x72, 5, 0x20, 0, 0, 0, 0, 0
#define INVALID_FIELD 0x72, 5, 0x24, 0, 0, 0, 0, 0

/* Registers: status 50h, error 0, count 1234h, LBA 0000A1B2C3D4h, extended. */
#define ATA_RETURN 0x72, 1, 0, 0x1d, 0, 0, 0, 14, 9, 12, 1, 0x00, 0x12, 0x34, \
	0xa1, 0xd4, 0x00, 0xc3, 0x00, 0xb2, 0x40, 0x50

#endif
