/* SPDX-License-Identifier: Apache-2.0 */
#include "mmc/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

/* Command indices (JESD84-B51 tables 49 ff., SD table 4-21 ff.). */
enum {
	SWITCH = 6,
	SEND_EXT_CSD = 8,
	SEND_STATUS = 13,
	ERASE_WR_BLK_START = 32,
	ERASE_WR_BLK_END = 33,
	ERASE_GROUP_START = 35,
	ERASE_GROUP_END = 36,
	ERASE = 38,
};

#define ARGUMENT_SECURE 0x80000000u

/* SWITCH: access 3 (write byte), index, value, command set. */
#define SWITCH_WRITE_BYTE 3u
#define CACHE_CTRL 33u
#define SANITIZE_START 165u
#define SWITCH_NORMAL 1u

/* Above, addresses are sectors (JESD84-B51 5.1; SD high capacity). */
#define BYTE_ADDRESSED (UINT64_C(2) << 30)

static void build(struct mmc_command *c, const char *name, uint8_t opcode,
		  uint32_t argument)
{
	memset(c, 0, sizeof(*c));
	c->name = name;
	c->opcode = opcode;
	c->argument = argument;
}

void mmc_send_extcsd(struct mmc_command *command,
		     uint8_t data[MMC_EXTCSD_SIZE])
{
	build(command, "SEND_EXT_CSD (CMD8)", SEND_EXT_CSD, 0);
	command->direction = TRANSPORT_FROM_DEVICE;
	command->data = data;
	command->length = MMC_EXTCSD_SIZE;
}

void mmc_send_status(struct mmc_command *command)
{
	build(command, "SEND_STATUS (CMD13)", SEND_STATUS,
	      MMC_RELATIVE_ADDRESS << 16);
}

void mmc_erase_range(struct mmc_command commands[MMC_ERASE_COMMANDS],
		     enum mmc_erase_type type, uint64_t card_bytes,
		     uint32_t first, uint32_t last, uint32_t timeout_ms)
{
	uint32_t unit = card_bytes > BYTE_ADDRESSED ? 1 : 512;
	bool sd = type == MMC_ERASE_SD;

	build(&commands[0], sd ? "ERASE_WR_BLK_START (CMD32)" :
				 "ERASE_GROUP_START (CMD35)",
	      sd ? ERASE_WR_BLK_START : ERASE_GROUP_START, first * unit);
	build(&commands[1], sd ? "ERASE_WR_BLK_END (CMD33)" :
				 "ERASE_GROUP_END (CMD36)",
	      sd ? ERASE_WR_BLK_END : ERASE_GROUP_END, last * unit);
	build(&commands[2], type == MMC_ERASE_SECURE ?
	      "ERASE (CMD38), secure" : "ERASE (CMD38)", ERASE,
	      type == MMC_ERASE_SECURE ? ARGUMENT_SECURE : 0);
	commands[2].busy = true;
	commands[2].timeout_ms = timeout_ms;
}

static void write_byte(struct mmc_command *c, const char *name,
		       uint32_t index, uint32_t value, uint32_t timeout_ms)
{
	build(c, name, SWITCH, SWITCH_WRITE_BYTE << 24 | index << 16 |
	      value << 8 | SWITCH_NORMAL);
	c->busy = true;
	c->timeout_ms = timeout_ms;
}

void mmc_start_sanitize(struct mmc_command *command, uint32_t timeout_ms)
{
	write_byte(command, "SWITCH (CMD6): SANITIZE_START", SANITIZE_START, 1,
		   timeout_ms);
}

void mmc_switch_cache(struct mmc_command *command, bool on)
{
	write_byte(command, on ? "SWITCH (CMD6): CACHE_CTRL on" :
		   "SWITCH (CMD6): CACHE_CTRL off", CACHE_CTRL, on, 0);
}

/* --- card status ------------------------------------------------------------*/

static const struct {
	unsigned bit;
	const char *text;
} status_errors[] = {
	{ 31, "address out of range" },
	{ 30, "address misaligned" },
	{ 29, "block length not allowed" },
	{ 28, "erase commands out of sequence" },
	{ 27, "erase groups not allowed" },
	{ 26, "write protected" },
	{ 25, "locked by a password" },
	{ 24, "unlocking failed" },
	{ 23, "command damaged on the way" },
	{ 22, "command not allowed" },
	{ 21, "data beyond correction" },
	{ 20, "error of the card's controller" },
	{ 19, "error" },
	{ 16, "registers were overwritten" },
	{ 15, "write protected blocks were skipped" },
	{ 13, "the erase sequence was cut off" },
	{ 7, "the switch was refused" },
};

#define STATE_TRANSFER 4u

bool mmc_status_failed(uint32_t status)
{
	for (size_t i = 0; i < ARRAY_SIZE(status_errors); i++)
		if (status & 1u << status_errors[i].bit)
			return true;
	return false;
}

bool mmc_status_ready(uint32_t status)
{
	return (status >> 9 & 15) == STATE_TRANSFER && status & 1u << 8;
}

void mmc_status_describe(uint32_t status, char *ret_text, size_t size)
{
	const char *text = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(status_errors) && !text; i++)
		if (status & 1u << status_errors[i].bit)
			text = status_errors[i].text;
	snprintf(ret_text, size, "status %08" PRIX32 "h%s%s%s", status,
		 text ? " (" : "", text ? text : "", text ? ")" : "");
}
