/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/linux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/major.h>
#include <linux/mmc/ioctl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "device/sysfs.h"

/* The most commands that belong together. */
#define MAX_COMMANDS 8
#define BLOCK 512

/* struct mmc_ioc_cmd.flags, which no header for programs defines (kernel,
 * include/linux/mmc/core.h). */
#define RSP_PRESENT  (1u << 0)
#define RSP_CRC      (1u << 2)
#define RSP_BUSY     (1u << 3)
#define RSP_OPCODE   (1u << 4)
#define CMD_ADTC     (1u << 5)    /* with data */
#define RSP_SPI_S1   (1u << 7)
#define RSP_SPI_BUSY (1u << 10)
#define RSP_R1  (RSP_PRESENT | RSP_CRC | RSP_OPCODE | RSP_SPI_S1)
#define RSP_R1B (RSP_R1 | RSP_BUSY | RSP_SPI_BUSY)

static void fill(const struct mmc_command *command, struct mmc_ioc_cmd *cmd)
{
	cmd->write_flag = command->direction == TRANSPORT_TO_DEVICE ||
			  command->busy;
	cmd->opcode = command->opcode;
	cmd->arg = command->argument;
	cmd->flags = command->busy ? RSP_R1B : RSP_R1;
	cmd->cmd_timeout_ms = command->timeout_ms ? command->timeout_ms :
			      TRANSPORT_DEFAULT_TIMEOUT_MS;
	if (command->direction == TRANSPORT_NO_DATA)
		return;
	cmd->flags |= CMD_ADTC;
	cmd->blksz = BLOCK;
	cmd->blocks = (unsigned int)(command->length / BLOCK);
	mmc_ioc_cmd_set_data((*cmd), command->data);
}

static int failed(const struct linux_drive *drive,
		  const struct mmc_command *command, int errno_,
		  struct haiki_error *err)
{
	switch (errno_) {
	case ENOTTY:
	case EOPNOTSUPP:
	case EINVAL:
		return error_set(err, HAIKI_DOMAIN_MMC, -EOPNOTSUPP,
				 N_("%s: the kernel doesn't pass %s to it"),
				 drive->path, command->name);
	case ETIMEDOUT:
		return error_set(err, HAIKI_DOMAIN_MMC, -ETIMEDOUT,
				 N_("%s: no answer from the drive to %s in time"),
				 drive->path, command->name);
	default:
		return linux_failed(drive, errno_, command->name, err);
	}
}

/* Sanitize the kernel carries out by itself, and keeps the response. */
static bool is_kept(const struct mmc_ioc_cmd *cmd)
{
	return cmd->response[0] == 0 && cmd->write_flag;
}

int linux_mmc(struct transport *t, struct mmc_command *commands, size_t count,
	      struct haiki_error *err)
{
	struct linux_drive *drive = t->state;
	CLEANUP(free) struct mmc_ioc_multi_cmd *multi = NULL;
	int r;

	if (drive->pass != LINUX_PASS_MMC)
		return error_set(err, HAIKI_DOMAIN_MMC, -EOPNOTSUPP,
				 N_("%s: not a memory card"), drive->path);
	if (count == 0 || count > MAX_COMMANDS)
		return error_set(err, HAIKI_DOMAIN_MMC, -EINVAL,
				 N_("%s: too many commands at once"),
				 drive->path);
	multi = calloc(1, sizeof(*multi) + count * sizeof(multi->cmds[0]));
	if (!multi)
		return error_errno(err, -ENOMEM, N_("cannot ask the drive"));
	multi->num_of_cmds = count;
	for (size_t i = 0; i < count; i++)
		fill(&commands[i], &multi->cmds[i]);
	/* One alone also goes to kernels (before 4.4) without the other. */
	r = count == 1 ? ioctl(drive->fd, MMC_IOC_CMD, &multi->cmds[0]) :
			 ioctl(drive->fd, MMC_IOC_MULTI_CMD, multi);
	if (r < 0)
		return failed(drive, &commands[count - 1], errno, err);
	for (size_t i = 0; i < count; i++) {
		commands[i].response = multi->cmds[i].response[0];
		commands[i].returned = !is_kept(&multi->cmds[i]);
	}
	return 0;
}

/* --- boot partitions ---------------------------------------------------------*/

/* Their nodes stand beside the card's own: /dev/mmcblk0boot0. */
static int open_boot(const struct linux_drive *drive, unsigned partition,
		     struct haiki_error *err)
{
	char path[80];
	int fd;

	snprintf(path, sizeof(path), "/dev/%.60sboot%u",
		 sysfs_name(drive->sys), partition - 1);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		return fd;
	return error_errno(err, errno == ENOENT ? -EOPNOTSUPP : -errno,
			   N_("%s can't be opened"), path);
}

int linux_read_boot(struct transport *t, unsigned partition, uint64_t offset,
		    void *buf, size_t length, struct haiki_error *err)
{
	struct linux_drive *drive = t->state;
	CLEANUP(fd) int fd = open_boot(drive, partition, err);
	uint8_t *to = buf;

	if (fd < 0)
		return fd;
	/* Nobody writes there; but somebody may have, long ago. */
	(void)posix_fadvise(fd, (off_t)offset, (off_t)length,
			    POSIX_FADV_DONTNEED);
	while (length) {
		ssize_t n = pread(fd, to, length, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return linux_failed(drive, n < 0 ? errno : EIO,
					    "read", err);
		to += n;
		offset += (uint64_t)n;
		length -= (size_t)n;
	}
	return 0;
}
