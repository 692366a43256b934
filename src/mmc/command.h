/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MMC_COMMAND_H
#define MMC_COMMAND_H

#include "mmc/extcsd.h"
#include "transport/transport.h"

/* The address that the Linux kernel gives to the one eMMC of a bus. */
#define MMC_RELATIVE_ADDRESS 1

/*
 * Builders: each sets the whole of *command. `data` is borrowed and must live
 * as long as the command. Times in milliseconds.
 */

/* SEND_EXT_CSD, CMD8 of an eMMC (JESD84-B51 6.10.4). */
void mmc_send_extcsd(struct mmc_command *command,
		     uint8_t data[MMC_EXTCSD_SIZE]);
/* SEND_STATUS, CMD13: the answer is the card status. eMMC only. */
void mmc_send_status(struct mmc_command *command);

enum mmc_erase_type {
	MMC_ERASE_PLAIN = 0,      /* JESD84-B51 6.6.9 */
	MMC_ERASE_SECURE,         /* 6.6.13: also copies of these blocks */
	MMC_ERASE_SD,             /* SD Physical Layer 4.3.5 */
};

#define MMC_ERASE_COMMANDS 3

/*
 * First, last, erase: must reach the card one right after the other. `first`
 * and `last` are sectors of 512 bytes; cards of up to 2 GiB are told bytes.
 */
void mmc_erase_range(struct mmc_command commands[MMC_ERASE_COMMANDS],
		     enum mmc_erase_type type, uint64_t card_bytes,
		     uint32_t first, uint32_t last, uint32_t timeout_ms);

/* SWITCH of SANITIZE_START [165] (6.6.11): what no address is mapped to is
 * erased, and the card is busy until that is done. */
void mmc_start_sanitize(struct mmc_command *command, uint32_t timeout_ms);

/* SWITCH of CACHE_CTRL [33]: off writes out what is in it. */
void mmc_switch_cache(struct mmc_command *command, bool on);

/* Whether a card status (6.13) tells of anything that went wrong, a range
 * skipped because it's write protected among that. */
bool mmc_status_failed(uint32_t status);
/* True if the card is ready for data, in the transfer state. */
bool mmc_status_ready(uint32_t status);
/* "status 00008900h (write protected blocks were skipped)". */
void mmc_status_describe(uint32_t status, char *ret_text, size_t size);

#endif
