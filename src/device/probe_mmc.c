/* SPDX-License-Identifier: Apache-2.0 */
#include "device/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "mmc/command.h"

#define BOOT_PARTITIONS 2
#define PIECE (256u << 10)
#define OTHERS_UNKNOWN 0xFFFFFFFFu

static int read_extcsd(struct transport *t, struct mmc_extcsd *ret_extcsd)
{
	uint8_t data[MMC_EXTCSD_SIZE] __attribute__((aligned(8))) = { 0 };
	struct mmc_command command;
	int r;

	mmc_send_extcsd(&command, data);
	r = transport_mmc(t, &command, 1, NULL);
	if (r == 0)
		mmc_extcsd_decode(data, ret_extcsd);
	return r;
}

static bool is_blank(const uint8_t *bytes, size_t length)
{
	return (bytes[0] == 0x00 || bytes[0] == 0xFF) &&
	       !memcmp(bytes, bytes + 1, length - 1);
}

/* 1 if anything stands in it, 0 if it's blank, -errno. */
static int holds_data(struct transport *t, unsigned partition, uint64_t size)
{
	CLEANUP(free) uint8_t *bytes = aligned_alloc(4096, PIECE);

	if (!bytes)
		return -ENOMEM;
	for (uint64_t at = 0; at < size; at += PIECE) {
		size_t n = size - at < PIECE ? (size_t)(size - at) : PIECE;
		int r = transport_read_boot(t, partition, at, bytes, n, NULL);

		if (r < 0)
			return r;
		if (!is_blank(bytes, n))
			return 1;
	}
	return 0;
}

/* The partitions that no command for the user area reaches: those for general
 * purposes count as they stand, the boot partitions if anything is in them. */
static int count_others(struct transport *t, const struct mmc_extcsd *e,
			uint32_t *ret_others)
{
	uint32_t others = e->gp_partitions;

	for (unsigned i = 1; e->boot_bytes && i <= BOOT_PARTITIONS; i++) {
		int r = holds_data(t, i, e->boot_bytes);

		if (r == -ENODEV)
			return r;
		if (r < 0) {
			*ret_others = OTHERS_UNKNOWN;
			return 0;
		}
		others += (uint32_t)r;
	}
	*ret_others = others;
	return 0;
}

static void health(const struct mmc_extcsd *e, struct haiki_health *health)
{
	health_unknown(health, N_("a memory card doesn't tell"));
	/* In steps of 10 %; 0Bh: past all that it was made for. */
	if (e->life_time)
		value_set(&health->percent_used, e->life_time * 10);
}

/* An SD card has no register of this kind, nor other partitions. */
static int probe_sd(struct haiki_drive *drive)
{
	drive->rpmb = HAIKI_NO;
	drive->namespaces_other = 0;
	hidden_unknown(&drive->hidden, N_("a memory card doesn't tell"));
	security_absent(&drive->security);
	health_unknown(&drive->health, N_("a memory card doesn't tell"));
	return 0;
}

int device_probe_mmc(struct transport *t, struct haiki_drive *drive,
	      enum probe_depth depth)
{
	struct mmc_extcsd e = { 0 };
	int r;

	/* What tells one card from another is its CID, which the kernel read
	 * when the card came and no command repeats. */
	if (drive->bus != HAIKI_BUS_MMC)
		return -EOPNOTSUPP;
	if (drive->sd_card)
		return probe_sd(drive);
	r = read_extcsd(t, &e);
	if (r < 0 || !e.usable)
		return r == -ENODEV || r == -ETIMEDOUT ? r : -EOPNOTSUPP;
	if (depth == PROBE_IDENTITY)
		return 0;
	drive->kind = HAIKI_KIND_MMC;
	drive->rpmb = e.rpmb ? HAIKI_YES : HAIKI_NO;
	drive->erases_retired = e.erases_retired ? HAIKI_YES : HAIKI_NO;
	hidden_unknown(&drive->hidden, N_("a memory card doesn't tell"));
	security_absent(&drive->security);
	health(&e, &drive->health);
	return count_others(t, &e, &drive->namespaces_other);
}
