/* SPDX-License-Identifier: Apache-2.0 */
/* Identify data and log pages. */
#include <stdlib.h>
#include <string.h>

#include "nvme/command.h"
#include "nvme/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t page[NVM_IDENTIFY_SIZE] = { 0 };
	struct nvm_controller controller;
	struct nvm_namespace ns;
	struct nvm_sanitize_log log;
	struct nvm_smart smart;
	struct nvme_command command;
	uint32_t nsids[1024];
	unsigned active, next;

	if (size)
		memcpy(page, data, size < sizeof(page) ? size : sizeof(page));
	nvm_controller_decode(page, &controller);
	if (strlen(controller.serial) > 20 || strlen(controller.model) > 40)
		abort();
	nvm_namespace_decode(page, &ns);
	nvm_format(&command, 1, &ns, NVM_SES_USER, 0);
	if ((command.cdw10 >> 9 & 7) != 1)
		abort();   /* SES 0 erases nothing */
	if (nvm_list_decode(page, nsids, 1024) > 1024)
		abort();
	nvm_sanitize_log_decode(page, &log);
	if (log.blank && log.state != NVM_SANITIZE_UNKNOWN)
		abort();
	nvm_smart_decode(page, &smart);
	nvm_firmware_decode(page, &active, &next);
	return 0;
}
