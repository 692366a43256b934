/* SPDX-License-Identifier: Apache-2.0 */
#include "method/write_cache.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "ata/command.h"
#include "base/error.h"
#include "method/common.h"
#include "mmc/command.h"
#include "nvme/command.h"
#include "scsi/command.h"

#define KEY "write-cache"
#define FOUND_ON "on"             /* and may be off now */
#define RESTORED "restored"

/* Turning it off writes out what is in it. */
#define SWITCH_TIMEOUT_MS 60000
/* What hosts commonly ask for; some bridges fail on more. */
#define MODE_SIZE 192

enum cache_state {
	CACHE_UNKNOWN = 0,        /* see `reason` */
	CACHE_ABSENT,
	CACHE_OFF,
	CACHE_ON,
};

/* What the drive says of its cache, and how it is spoken to. */
struct cache {
	enum cache_state state;
	int (*turn)(struct transport *t, const struct cache *cache, bool on,
		    struct haiki_error *err);
	uint8_t mode[MODE_SIZE];  /* SCSI: the page as it is */
	size_t mode_length;
	char reason[160];
};

static void __attribute__((format(printf, 2, 3)))
unknown(struct cache *cache, const char *format, ...)
{
	va_list args;

	cache->state = CACHE_UNKNOWN;
	va_start(args, format);
	vsnprintf(cache->reason, sizeof(cache->reason), format, args);
	va_end(args);
}

/* --- ATA ---------------------------------------------------------------------*/

static int turn_ata(struct transport *t, const struct cache *cache, bool on,
		    struct haiki_error *err)
{
	struct ata_command c;

	(void)cache;
	ata_set_write_cache(&c, on);
	c.timeout_ms = SWITCH_TIMEOUT_MS;
	/* Registers may be missing: IDENTIFY tells afterwards. */
	return transport_ata(t, &c, err);
}

static int look_ata(struct transport *t, struct cache *cache,
		    struct haiki_error *err)
{
	struct ata_identify id;
	int r = identify_ata(t, &id, err);

	if (r < 0)
		return r;
	cache->turn = turn_ata;
	if (id.write_cache == HAIKI_NO)
		cache->state = CACHE_ABSENT;
	else if (id.write_cache == HAIKI_YES &&
		 id.write_cache_enabled == HAIKI_YES)
		cache->state = CACHE_ON;
	else if (id.write_cache == HAIKI_YES &&
		 id.write_cache_enabled == HAIKI_NO)
		cache->state = CACHE_OFF;
	else
		unknown(cache, "the identify data don't tell");
	return 0;
}

/* --- SCSI --------------------------------------------------------------------*/

static int scsi_failed(const struct scsi_command *c, struct haiki_error *err)
{
	struct scsi_sense sense;
	char text[96];

	if (scsi_command_result(c, &sense) == SCSI_RESULT_GOOD)
		return 0;
	scsi_sense_describe(&sense, text, sizeof(text));
	return error_set(err, HAIKI_DOMAIN_SCSI, -EIO, "%s: %s", c->name,
			 text);
}

static int turn_scsi(struct transport *t, const struct cache *cache, bool on,
		     struct haiki_error *err)
{
	uint8_t list[MODE_SIZE];
	struct scsi_command c;
	int r = scsi_caching_encode(cache->mode, cache->mode_length, on, list);

	if (r < 0)
		return error_errno(err, r, "MODE SELECT(10)");
	scsi_select_caching(&c, list, (uint16_t)r);
	c.timeout_ms = SWITCH_TIMEOUT_MS;
	r = transport_scsi(t, &c, err);
	return r < 0 ? r : scsi_failed(&c, err);
}

static void look_scsi(struct transport *t, struct cache *cache)
{
	struct haiki_error error = { 0 };
	struct scsi_command c;
	bool on;
	int r;

	scsi_sense_caching(&c, cache->mode, sizeof(cache->mode));
	r = transport_scsi(t, &c, &error);
	if (r == 0)
		r = scsi_failed(&c, &error);
	if (r < 0)
		return unknown(cache, "%.150s", error.text);
	cache->mode_length = c.residual < c.length ? c.length - c.residual : 0;
	if (scsi_caching_decode(cache->mode, cache->mode_length, &on) < 0)
		return unknown(cache, "the drive has no caching mode page");
	cache->turn = turn_scsi;
	cache->state = on ? CACHE_ON : CACHE_OFF;
}

/* --- NVMe --------------------------------------------------------------------*/

static int nvme_send(struct transport *t, struct nvme_command *c,
		     struct haiki_error *err)
{
	char text[96];
	int r = transport_nvme(t, c, err);

	if (r < 0 || c->status == NVM_SC_SUCCESS)
		return r;
	nvm_status_describe(c->status, text, sizeof(text));
	return error_set(err, HAIKI_DOMAIN_NVME, -EIO, "%s: %s", c->name,
			 text);
}

static int turn_nvme(struct transport *t, const struct cache *cache, bool on,
		     struct haiki_error *err)
{
	struct nvme_command c;

	(void)cache;
	nvm_set_feature(&c, NVM_FEATURE_WRITE_CACHE, on);
	c.timeout_ms = SWITCH_TIMEOUT_MS;
	return nvme_send(t, &c, err);
}

static void look_nvme(struct transport *t, struct cache *cache)
{
	uint8_t data[NVM_IDENTIFY_SIZE] = { 0 };
	struct haiki_error error = { 0 };
	struct nvm_controller id;
	struct nvme_command c;

	nvm_identify(&c, NVM_CNS_CONTROLLER, 0, data);
	if (nvme_send(t, &c, &error) < 0)
		return unknown(cache, "%.150s", error.text);
	nvm_controller_decode(data, &id);
	if (!id.usable)
		return unknown(cache, "the identify data are blank");
	if (!(id.vwc & 1)) {
		cache->state = CACHE_ABSENT;
		return;
	}
	nvm_get_feature(&c, NVM_FEATURE_WRITE_CACHE);
	if (nvme_send(t, &c, &error) < 0)
		return unknown(cache, "%.150s", error.text);
	cache->turn = turn_nvme;
	cache->state = c.result & 1 ? CACHE_ON : CACHE_OFF;
}

/* --- eMMC --------------------------------------------------------------------*/

static int turn_mmc(struct transport *t, const struct cache *cache, bool on,
		    struct haiki_error *err)
{
	struct mmc_command c;

	(void)cache;
	mmc_switch_cache(&c, on);
	c.timeout_ms = SWITCH_TIMEOUT_MS;
	/* The register tells afterwards. */
	return transport_mmc(t, &c, 1, err);
}

static void look_mmc(struct transport *t, struct cache *cache)
{
	uint8_t data[MMC_EXTCSD_SIZE] __attribute__((aligned(8))) = { 0 };
	struct haiki_error error = { 0 };
	struct mmc_extcsd e;
	struct mmc_command c;

	mmc_send_extcsd(&c, data);
	if (transport_mmc(t, &c, 1, &error) < 0)
		return unknown(cache, "%.150s", error.text);
	mmc_extcsd_decode(data, &e);
	if (!e.usable)
		return unknown(cache, "the Extended CSD register makes no sense");
	cache->turn = turn_mmc;
	cache->state = !e.cache ? CACHE_ABSENT : e.cache_on ? CACHE_ON :
							      CACHE_OFF;
}

/* --- any ---------------------------------------------------------------------*/

static bool takes_commands(const struct method_run *run)
{
	return !bus_is(run, HAIKI_BUS_VIRTIO) &&
	       !(bus_is(run, HAIKI_BUS_MMC) && run->drive->sd_card);
}

static void look(struct method_run *run, struct cache *cache)
{
	struct haiki_error error = { 0 };

	*cache = (struct cache){ 0 };
	if (!takes_commands(run))
		return unknown(cache, "it takes no commands");
	if (bus_is(run, HAIKI_BUS_NVME))
		return look_nvme(run->t, cache);
	if (bus_is(run, HAIKI_BUS_MMC))
		return look_mmc(run->t, cache);
	if (look_ata(run->t, cache, &error) == 0)
		return;
	/* An ATA drive's answer is not to be had otherwise. */
	if (bus_is(run, HAIKI_BUS_ATA))
		return unknown(cache, "%.150s", error.text);
	look_scsi(run->t, cache);
}

/* Asks for it and looks again: only what the drive then says of itself counts,
 * and stays in *cache. */
static void turn(struct method_run *run, struct cache *cache, bool on)
{
	struct haiki_error error = { 0 };

	if (cache->turn(run->t, cache, on, &error) < 0)
		transport_note(run->t, "write cache: %s", error.text);
	look(run, cache);
}

bool write_cache_off(struct method_run *run)
{
	struct haiki_error error = { 0 };
	struct cache cache;

	look(run, &cache);
	if (cache.state == CACHE_ON) {
		if (journal_keep(run, KEY, FOUND_ON, &error) < 0) {
			transport_note(run->t, "write cache: left on: %s",
				       error.text);
			return false;
		}
		turn(run, &cache, false);
	}
	switch (cache.state) {
	case CACHE_ABSENT:
		transport_note(run->t, "write cache: the drive has none");
		return true;
	case CACHE_OFF:
		transport_note(run->t, "write cache: off");
		return true;
	case CACHE_ON:
		transport_note(run->t, "write cache: the drive keeps it on; that it is written out is the drive's word alone");
		return false;
	case CACHE_UNKNOWN:
		break;
	}
	transport_note(run->t, "write cache: not to be told (%s); that it is written out is the drive's word alone",
		       cache.reason);
	return false;
}

void write_cache_restore(struct method_run *run)
{
	struct haiki_error error = { 0 };
	struct cache cache;

	if (!journal_says(run, KEY, FOUND_ON))
		return;
	look(run, &cache);
	if (cache.state == CACHE_OFF)
		turn(run, &cache, true);
	if (cache.state != CACHE_ON) {
		transport_note(run->t, "write cache: could not be turned on again%s%s; the drive may do so itself when its power comes back",
			       cache.reason[0] ? ": " : "", cache.reason);
		return;
	}
	transport_note(run->t, "write cache: on again, as it was found");
	if (journal_tell(run, KEY, RESTORED, &error) < 0)
		transport_note(run->t, "write cache: %s", error.text);
}
