/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NVME_COMMAND_H
#define NVME_COMMAND_H

#include "nvme/identify.h"
#include "transport/transport.h"

#define NVM_NSID_ALL 0xFFFFFFFFu

/* Identify's CNS values (Base 2.0c figure 273). */
#define NVM_CNS_NAMESPACE        0x00
#define NVM_CNS_CONTROLLER       0x01
#define NVM_CNS_ACTIVE_LIST      0x02
#define NVM_CNS_ALLOCATED_LIST   0x10
#define NVM_CNS_ALLOCATED        0x11
#define NVM_CNS_CONTROLLER_LIST  0x13  /* every controller of the subsystem */

#define NVM_LOG_SMART    0x02
#define NVM_LOG_FIRMWARE 0x03
#define NVM_LOG_SANITIZE 0x81

/* SCT << 8 | SC (Base 2.0c figures 94 ... 100). */
#define NVM_SC_SUCCESS             0x000
#define NVM_SC_INVALID_OPCODE      0x001
#define NVM_SC_INVALID_FIELD       0x002
#define NVM_SC_INTERNAL            0x006
#define NVM_SC_INVALID_NAMESPACE   0x00B
#define NVM_SC_FORMAT_IN_PROGRESS  0x084
#define NVM_SC_SANITIZE_FAILED     0x01C
#define NVM_SC_SANITIZE_IN_PROGRESS 0x01D
#define NVM_SC_NS_WRITE_PROTECTED  0x020
#define NVM_SC_INVALID_FORMAT      0x10A
#define NVM_SC_FW_NEEDS_RESET      0x10B
#define NVM_SC_FW_NEEDS_SUBSYSTEM_RESET 0x110
#define NVM_SC_FW_NEEDS_CONTROLLER_RESET 0x111
#define NVM_SC_SANITIZE_PMR        0x123  /* prohibited while PMR enabled */

/*
 * The prefix is nvm_ throughout: libnvme has taken nvme_ names for its own.
 * Builders: each sets the whole of *command for one admin command. `data` is
 * borrowed and must live as long as the command.
 */
void nvm_identify(struct nvme_command *command, uint8_t cns, uint32_t nsid,
		   uint8_t data[NVM_IDENTIFY_SIZE]);
/* `length` a multiple of 4; asynchronous events are kept (RAE). */
void nvm_get_log(struct nvme_command *command, uint8_t page, void *data,
		  uint32_t length);

enum nvm_sanitize_action {
	NVM_SANITIZE_EXIT_FAILURE = 1,
	NVM_SANITIZE_BLOCK = 2,
	NVM_SANITIZE_OVERWRITE = 3,
	NVM_SANITIZE_CRYPTO = 4,
	NVM_SANITIZE_EXIT_VERIFICATION = 5,
};

struct nvm_sanitize_options {
	enum nvm_sanitize_action action;
	bool unrestricted;        /* AUSE: a failure can be left */
	unsigned passes;          /* overwrite: 1 ... 16 */
	bool invert;              /* overwrite: OIPBP */
	uint32_t pattern;         /* overwrite */
	bool no_deallocate;       /* NDAS */
	bool verify;              /* EMVS: enter media verification state */
};

#define NVM_SANITIZE_EMVS (1u << 10)     /* in CDW10 and SCDW10 */

/* Sanitize (5.24 of 2.0c), opcode 84h, NSID 0. */
void nvm_sanitize(struct nvme_command *command,
		   const struct nvm_sanitize_options *options);
/* CDW10 as nvm_sanitize() sends it and the log's SCDW10 must repeat it. */
uint32_t nvm_sanitize_cdw10(const struct nvm_sanitize_options *options);

enum nvm_erase_setting {
	NVM_SES_USER = 1,
	NVM_SES_CRYPTO = 2,
};

/*
 * Format NVM (5.14), opcode 80h. Keeps the namespace's LBA format, metadata
 * setting and protection information as `ns` tells. There's no way to ask for
 * SES 0, which erases nothing.
 */
void nvm_format(struct nvme_command *command, uint32_t nsid,
		 const struct nvm_namespace *ns, enum nvm_erase_setting ses,
		 uint32_t timeout_ms);

#define NVM_FEATURE_WRITE_CACHE 0x06

/* Get Features 0Ah (current value) and Set Features 09h (not saved: until the
 * next reset) of the controller; the value is dword 0 and CDW11. */
void nvm_get_feature(struct nvme_command *command, uint8_t feature);
void nvm_set_feature(struct nvme_command *command, uint8_t feature,
		     uint32_t value);

/* Security Receive 82h, Send 81h (5.25, 5.26), length in bytes. */
void nvm_security_receive(struct nvme_command *command, uint8_t protocol,
			   uint16_t specific, void *data, uint32_t length);
void nvm_security_send(struct nvme_command *command, uint8_t protocol,
			uint16_t specific, void *data, uint32_t length);

/* "status 1Ch (sanitize failed)"; for details and errors. */
void nvm_status_describe(uint16_t status, char *ret_text, size_t size);
/* What the operator can do about it, a full English sentence, or NULL. */
const char *nvm_status_advice(uint16_t status);

#endif
