/* SPDX-License-Identifier: Apache-2.0 */
/* The Extended CSD register. */
#include <stdlib.h>
#include <string.h>

#include "mmc/command.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t page[MMC_EXTCSD_SIZE] = { 0 };
	struct mmc_extcsd e;
	uint32_t status = 0;
	char text[96];

	if (size)
		memcpy(page, data, size < sizeof(page) ? size : sizeof(page));
	mmc_extcsd_decode(page, &e);
	if (!e.usable && (e.sanitize || e.erases_retired))
		abort();
	if (e.gp_partitions > MMC_GP_PARTITIONS || strlen(e.firmware) > 16)
		abort();
	if (size >= 4)
		memcpy(&status, data, 4);
	mmc_status_describe(status, text, sizeof(text));
	if (strlen(text) < 16)
		abort();
	return 0;
}
