/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_LINUX_H
#define TRANSPORT_LINUX_H

#include "device/survey.h"
#include "transport/transport.h"

#define TRANSPORT_DEFAULT_TIMEOUT_MS 30000

/* Which of the kernel's pass-through interfaces the block device has. */
enum linux_pass {
	LINUX_PASS_NONE = 0,      /* loop, dm, virtio ... */
	LINUX_PASS_SCSI,          /* SG_IO */
	LINUX_PASS_NVME,          /* NVMe admin commands */
	LINUX_PASS_MMC,           /* MMC_IOC_CMD */
};

/* Which ATA PASS-THROUGH the drive or its bridge knows. */
enum linux_sat {
	LINUX_SAT_UNTRIED = 0,
	LINUX_SAT_16,
	LINUX_SAT_12,
	LINUX_SAT_NONE,
};

struct linux_drive {
	int fd;
	bool direct;              /* opened O_DIRECT */
	char path[256];
	char sys[512];            /* its directory in sysfs; "" if none */
	enum linux_pass pass;
	enum linux_sat sat;
	const struct survey *survey;   /* borrowed; NULL: made when needed */
};

/*
 * transport_open_linux with what is known of the machine already, which must
 * live as long as the transport (or NULL).
 */
int linux_open(const char *path, bool writable, const struct survey *survey,
	       struct transport **ret_transport, struct haiki_error *err);

/* Whether `path` is a whole block device, without opening it: 0, -ENOENT,
 * -ENOTBLK, -EINVAL for a partition. */
int linux_check(const char *path, struct haiki_error *err);

int linux_ata(struct transport *t, struct ata_command *command,
	      struct haiki_error *err);
int linux_scsi(struct transport *t, struct scsi_command *command,
	       struct haiki_error *err);
int linux_nvme(struct transport *t, struct nvme_command *command,
	       struct haiki_error *err);
int linux_mmc(struct transport *t, struct mmc_command *commands, size_t count,
	      struct haiki_error *err);
int linux_read_boot(struct transport *t, unsigned partition, uint64_t offset,
		    void *buf, size_t length, struct haiki_error *err);
/* True once the kernel has given the drive up. */
bool linux_gone(const struct linux_drive *drive);

/* For a failed system call: -ENODEV if the drive is gone, else -errno_. */
int linux_failed(const struct linux_drive *drive, int errno_,
		 const char *what, struct haiki_error *err);

#endif
