/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every call of libnvme is in this folder: its next major version renames
 * them. Its header must come before any linux/nvme_ioctl.h.
 */
#include <libnvme.h>

#include "transport/linux.h"

#include <errno.h>

#include "base/error.h"

#define STATUS_MASK 0x07ff        /* SCT(10:8) SC(7:0) */
#define STATUS_DNR  0x4000

/* Path related status: the host's own, not the controller's (3xxh). */
#define HOST_PATH_ERROR  0x370
#define HOST_ABORTED     0x371

int linux_nvme(struct transport *t, struct nvme_command *command,
	       struct haiki_error *err)
{
	struct linux_drive *drive = t->state;
	struct nvme_passthru_cmd cmd = {
		.opcode = command->opcode,
		.nsid = command->nsid,
		.addr = (__u64)(uintptr_t)command->data,
		.data_len = (__u32)command->length,
		.cdw10 = command->cdw10,
		.cdw11 = command->cdw11,
		.cdw12 = command->cdw12,
		.cdw13 = command->cdw13,
		.cdw14 = command->cdw14,
		.cdw15 = command->cdw15,
		.timeout_ms = command->timeout_ms ? command->timeout_ms :
			      TRANSPORT_DEFAULT_TIMEOUT_MS,
	};
	__u32 result = 0;
	int status;

	command->status = 0;
	command->result = 0;
	command->do_not_retry = false;
	if (drive->pass != LINUX_PASS_NVME)
		return error_set(err, HAIKI_DOMAIN_NVME, -EOPNOTSUPP,
				 N_("%s: not an NVMe drive"), drive->path);
	status = nvme_submit_admin_passthru(drive->fd, &cmd, &result);
	if (status < 0) {
		if (errno == ENOTTY)
			return error_set(err, HAIKI_DOMAIN_NVME, -EOPNOTSUPP,
					 N_("%s: the kernel passes no NVMe commands to it"),
					 drive->path);
		return linux_failed(drive, errno, command->name, err);
	}
	if ((status & STATUS_MASK) == HOST_PATH_ERROR ||
	    (status & STATUS_MASK) == HOST_ABORTED)
		return linux_failed(drive, ETIMEDOUT, command->name, err);
	command->status = (uint16_t)(status & STATUS_MASK);
	command->do_not_retry = status & STATUS_DNR;
	command->result = result;
	return 0;
}
