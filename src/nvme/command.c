/* SPDX-License-Identifier: Apache-2.0 */
#include "nvme/command.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

static void build(struct nvme_command *c, const char *name, uint8_t opcode,
		  uint32_t nsid)
{
	memset(c, 0, sizeof(*c));
	c->name = name;
	c->opcode = opcode;
	c->nsid = nsid;
}

static void transfer(struct nvme_command *c,
		     enum transport_direction direction, void *data,
		     size_t length)
{
	c->direction = direction;
	c->data = data;
	c->length = length;
}

void nvm_identify(struct nvme_command *command, uint8_t cns, uint32_t nsid,
		   uint8_t data[NVM_IDENTIFY_SIZE])
{
	build(command, cns == NVM_CNS_CONTROLLER ? "Identify Controller" :
						    "Identify", 0x06, nsid);
	command->cdw10 = cns;
	transfer(command, TRANSPORT_FROM_DEVICE, data, NVM_IDENTIFY_SIZE);
}

static const char *log_name(uint8_t page)
{
	switch (page) {
	case NVM_LOG_SMART:
		return "Get Log Page SMART";
	case NVM_LOG_FIRMWARE:
		return "Get Log Page Firmware Slot";
	case NVM_LOG_SANITIZE:
		return "Get Log Page Sanitize Status";
	default:
		return "Get Log Page";
	}
}

void nvm_get_log(struct nvme_command *command, uint8_t page, void *data,
		  uint32_t length)
{
	uint32_t dwords = length / 4 - 1;   /* 0's based */

	build(command, log_name(page), 0x02, NVM_NSID_ALL);
	command->cdw10 = page | 1u << 15 | (dwords & 0xFFFF) << 16;
	command->cdw11 = dwords >> 16;
	transfer(command, TRANSPORT_FROM_DEVICE, data, length);
}

void nvm_get_feature(struct nvme_command *command, uint8_t feature)
{
	build(command, "Get Features", 0x0A, 0);
	command->cdw10 = feature;
}

void nvm_set_feature(struct nvme_command *command, uint8_t feature,
		     uint32_t value)
{
	build(command, "Set Features", 0x09, 0);
	command->cdw10 = feature;
	command->cdw11 = value;
}

uint32_t nvm_sanitize_cdw10(const struct nvm_sanitize_options *options)
{
	uint32_t dw = (uint32_t)options->action & 7;

	/* The other bits are of no meaning when an operation only ends. */
	if (options->action == NVM_SANITIZE_EXIT_FAILURE ||
	    options->action == NVM_SANITIZE_EXIT_VERIFICATION)
		return dw;
	dw |= options->unrestricted ? 1u << 3 : 0;
	if (options->action == NVM_SANITIZE_OVERWRITE) {
		dw |= (options->passes & 15) << 4;   /* 0 means 16 */
		dw |= options->invert ? 1u << 8 : 0;
	}
	dw |= options->no_deallocate ? 1u << 9 : 0;
	dw |= options->verify ? NVM_SANITIZE_EMVS : 0;
	return dw;
}

static const char *sanitize_name(enum nvm_sanitize_action action)
{
	switch (action) {
	case NVM_SANITIZE_EXIT_FAILURE:
		return "Sanitize: exit failure mode";
	case NVM_SANITIZE_BLOCK:
		return "Sanitize: block erase";
	case NVM_SANITIZE_OVERWRITE:
		return "Sanitize: overwrite";
	case NVM_SANITIZE_CRYPTO:
		return "Sanitize: crypto erase";
	case NVM_SANITIZE_EXIT_VERIFICATION:
		return "Sanitize: exit media verification";
	}
	return "Sanitize";
}

void nvm_sanitize(struct nvme_command *command,
		   const struct nvm_sanitize_options *options)
{
	build(command, sanitize_name(options->action), 0x84, 0);
	command->cdw10 = nvm_sanitize_cdw10(options);
	if (options->action == NVM_SANITIZE_OVERWRITE)
		command->cdw11 = options->pattern;
}

void nvm_format(struct nvme_command *command, uint32_t nsid,
		 const struct nvm_namespace *ns, enum nvm_erase_setting ses,
		 uint32_t timeout_ms)
{
	build(command, ses == NVM_SES_CRYPTO ? "Format NVM: crypto erase" :
						"Format NVM: user data erase",
	      0x80, nsid);
	command->cdw10 = (ns->format_index & 15u) |
			 (ns->extended_lba ? 1u << 4 : 0) |
			 (uint32_t)(ns->protection_type & 7) << 5 |
			 (ns->protection_first ? 1u << 8 : 0) |
			 (uint32_t)ses << 9 |
			 (ns->format_index >> 4 & 3u) << 12;
	command->timeout_ms = timeout_ms;
}

static void security(struct nvme_command *c, uint8_t protocol,
		     uint16_t specific, uint32_t length)
{
	c->cdw10 = (uint32_t)protocol << 24 | (uint32_t)specific << 8;
	c->cdw11 = length;
}

void nvm_security_receive(struct nvme_command *command, uint8_t protocol,
			   uint16_t specific, void *data, uint32_t length)
{
	build(command, "Security Receive", 0x82, 0);
	security(command, protocol, specific, length);
	transfer(command, TRANSPORT_FROM_DEVICE, data, length);
}

void nvm_security_send(struct nvme_command *command, uint8_t protocol,
			uint16_t specific, void *data, uint32_t length)
{
	build(command, "Security Send", 0x81, 0);
	security(command, protocol, specific, length);
	transfer(command, TRANSPORT_TO_DEVICE, data, length);
	command->secret = true;
}

static const struct {
	uint16_t status;
	const char *text, *advice;
} statuses[] = {
	{ NVM_SC_SUCCESS, "success", NULL },
	{ NVM_SC_INVALID_OPCODE, "invalid command opcode", NULL },
	{ NVM_SC_INVALID_FIELD, "invalid field in command", NULL },
	{ NVM_SC_INTERNAL, "internal error", NULL },
	{ NVM_SC_INVALID_NAMESPACE, "invalid namespace or format", NULL },
	{ NVM_SC_SANITIZE_FAILED, "sanitize failed",
	  N_("An earlier sanitize failed: run \"haiki resume\" to leave that state.") },
	{ NVM_SC_SANITIZE_IN_PROGRESS, "sanitize in progress",
	  N_("A sanitize is running: wait until it ends; it survives power cycles.") },
	{ NVM_SC_NS_WRITE_PROTECTED, "namespace is write protected",
	  N_("A namespace is write protected: lift the protection (Set Features, namespace write protection config) or power cycle the drive.") },
	{ NVM_SC_FORMAT_IN_PROGRESS, "format in progress",
	  N_("A format is running: wait until it ends.") },
	{ NVM_SC_INVALID_FORMAT, "invalid format", NULL },
	{ NVM_SC_FW_NEEDS_RESET, "firmware activation requires a reset",
	  N_("New firmware waits for a reset: power cycle the drive, then start again.") },
	{ NVM_SC_FW_NEEDS_SUBSYSTEM_RESET,
	  "firmware activation requires an NVM subsystem reset",
	  N_("New firmware waits for a reset: power cycle the drive, then start again.") },
	{ NVM_SC_FW_NEEDS_CONTROLLER_RESET,
	  "firmware activation requires a controller reset",
	  N_("New firmware waits for a reset: power cycle the drive, then start again.") },
	{ NVM_SC_SANITIZE_PMR,
	  "sanitize prohibited while the persistent memory region is enabled",
	  N_("The drive's persistent memory region is enabled: disable it, then start again.") },
};

void nvm_status_describe(uint16_t status, char *ret_text, size_t size)
{
	const char *name = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
		if (statuses[i].status == (status & 0x7FF))
			name = statuses[i].text;
	snprintf(ret_text, size, "status %02Xh type %u%s%s%s", status & 0xFF,
		 (unsigned)(status >> 8 & 7), name ? " (" : "",
		 name ? name : "", name ? ")" : "");
}

const char *nvm_status_advice(uint16_t status)
{
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
		if (statuses[i].status == (status & 0x7FF))
			return statuses[i].advice;
	return NULL;
}
