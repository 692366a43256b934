/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_INTERNAL_H
#define SIMULATE_INTERNAL_H

#include <jansson.h>
#include <pthread.h>
#include "simulate/medium.h"
#include "simulate/model.h"

/* What the drive is busy with, or did last; survives a power cut. */
enum model_op_kind {
	OP_NONE = 0,
	OP_BLOCK,                 /* sanitize, block erase */
	OP_CRYPTO,
	OP_OVERWRITE,
	OP_FORMAT,                /* SCSI FORMAT UNIT, NVMe Format */
	OP_FORMAT_CRYPTO,
	OP_SECURITY,              /* ATA SECURITY ERASE UNIT */
	OP_SECURITY_ENHANCED,
	OP_PSID,                  /* TCG revert */
	OP_MMC_SANITIZE,
};

enum model_op_state {
	OP_IDLE = 0,
	OP_RUNNING,
	OP_SUCCEEDED,
	OP_FAILED,
	/* NVMe, a sanitize that was to be verified: erased and readable, then
	 * deallocating. */
	OP_VERIFYING,
	OP_DEALLOCATING,
};

struct model_op {
	int64_t kind, state;
	int64_t started_ms;       /* on the model's clock */
	int64_t permille;         /* as of the last look */
	int64_t zones;            /* what it reaches: bit per haiki_zone */
	int64_t nsid;             /* 0 = every namespace */
	int64_t fill, pattern;
	int64_t passes, invert;
	int64_t unrestricted;     /* AUSE / FAILURE MODE was 1 */
	int64_t no_dealloc;       /* NVMe NDAS */
	int64_t verify, canceled; /* NVMe EMVS; the power failed before its end */
	int64_t failed_in;        /* NVMe: model_op_state that a failure hit */
	int64_t cdw10, cdw11;     /* as the host sent them */
	int64_t stuck_sectors;    /* it could not write so many */
	int64_t finished;         /* how many ever finished well */
};

/* Everything a drive remembers; each field is in the table of state.c. */
struct model_state {
	struct model_op op;
	int64_t failed_kind;      /* an old failure still unresolved */

	/* ATA Security, ACS-4 4.18. */
	char user_password[33], master_password[33];
	int64_t password_set, level_max, locked, frozen, attempts;
	int64_t erase_prepared;

	/* Hidden areas: the highest LBA now and after the next power-on. */
	int64_t max_lba, max_lba_stored;
	int64_t factory_max_lba, dco_max_lba;
	int64_t max_changed;      /* since power-on */
	int64_t max_read_before;  /* READ NATIVE MAX came just before */
	int64_t amac_frozen, dco_frozen;

	int64_t sanitize_frozen, antifrozen;
	int64_t completed;        /* "completed without error" bit */
	int64_t status_unread;    /* ACS-4 SD4: succeeded, not yet asked */
	int64_t reallocated;
	int64_t unit_attention;   /* ASC << 8 | ASCQ to be reported */
	int64_t write_protected, firmware_pending;
	int64_t descriptor_sense, write_cache, smart_enabled;
	int64_t psid_reverted;

	/* Faults that happened. */
	int64_t power_lost, vanished;
	int64_t commands, writes, ios, identifies;
	int64_t sectors_written;  /* by the host */
	int64_t erase_begun;      /* for hangs */
	int64_t attached;         /* NVMe: bit per other namespace */
	int64_t clock_ms;         /* virtual time */
};

/* How many sectors the volatile write cache holds. */
#define MODEL_CACHE_SECTORS 512

struct model {
	pthread_mutex_t lock;
	struct model_config config;
	struct model_state state;
	struct medium *medium;
	char *medium_path, *state_path;   /* NULL: in memory */
	char *hurry_path;         /* while it's there nothing takes time */
	int lock_fd;              /* -1: a copy */
	bool virtual_time;
	/* What the medium held before the unflushed writes: a ring. */
	size_t undo_count, undo_next;
	uint64_t undo_physical[MODEL_CACHE_SECTORS];
	uint8_t *undo_data;
	uint64_t moved;           /* bytes written or read since power-on */
	/* Above config.temperature, in thousandths, at that time. */
	int64_t heat, heat_ms;
	struct model_tcg *tcg;    /* session state, lost with the power */
	/* A memory card's erase sequence, and what its next status tells. */
	uint64_t erase_first, erase_last;
	unsigned erase_step;
	uint32_t card_errors;
};

/* Fields that state.c writes and reads. */
struct model_field {
	const char *name;
	size_t offset;
	size_t text;              /* size of a string, 0 for a number */
};

int model_state_load(struct model *m, struct haiki_error *err);
int model_state_save(struct model *m);

#define MODEL_ALL_ZONES ((1u << HAIKI_ZONE_COUNT) - 1)

static inline bool model_is_ata(const struct model *m)
{
	return m->config.kind == MODEL_ATA_HDD ||
	       m->config.kind == MODEL_ATA_SSD;
}

static inline bool model_is_card(const struct model *m)
{
	return m->config.kind == MODEL_EMMC ||
	       m->config.kind == MODEL_SD_CARD;
}

/* Not at its end, whether well or not. */
static inline bool model_op_busy(const struct model *m)
{
	return m->state.op.state == OP_RUNNING ||
	       m->state.op.state == OP_VERIFYING ||
	       m->state.op.state == OP_DEALLOCATING;
}

static inline bool model_is_flash(const struct model *m)
{
	return m->config.kind != MODEL_ATA_HDD &&
	       m->config.kind != MODEL_SAS_HDD;
}

/* --- core.c: what all command sets share; the lock is held -------------- */

int64_t model_now(struct model *m);
void model_sleep(struct model *m, int64_t ms);
/* Brings a running operation up to the present. */
void model_tick(struct model *m);
/* 0, or -ENODEV, -ETIMEDOUT: before any command. */
int model_alive(struct model *m);
/*
 * Around a command that changes the drive: begin counts it and cuts the power
 * before it if told to (-ENODEV); end cuts it after and saves the state.
 * `middle` true in between when the power fails during the effect.
 */
int model_change_begin(struct model *m, bool erase, bool *ret_middle);
int model_change_end(struct model *m, bool middle);
void model_power_fails(struct model *m);
/* The same without taking the machine with it, whatever the faults say. */
void model_power_off(struct model *m);

/* Starts an erase that model_tick() carries on; fills op from `kind`. */
void model_op_start(struct model *m, enum model_op_kind kind, int64_t zones,
		    enum medium_fill fill, uint32_t pattern);
/* Runs an erase to its end, sleeping; halfway if the power fails. */
void model_op_block(struct model *m, bool middle);
/* Media verification is over, by a command or because the power failed. */
void model_op_deallocate(struct model *m);
/* 0 ... 65535, as SANITIZE shows it. */
uint32_t model_op_progress(const struct model *m);

/* Puts the state of the power-on into place; `cold`: firmware freezes. */
void model_power_on(struct model *m, bool cold);
/* What a factory-new drive with this configuration begins with. */
void model_state_init(struct model *m);

/* Block I/O on namespace `nsid`, under the lock; -errno as model_read(). */
int model_io_read(struct model *m, uint32_t nsid, uint64_t lba, void *buf,
		  size_t sectors);
int model_io_write(struct model *m, uint32_t nsid, uint64_t lba,
		   const void *buf, size_t sectors);
int model_io_trim(struct model *m, uint32_t nsid, uint64_t lba,
		  uint64_t sectors);
int model_io_flush(struct model *m);
/* Holds what it holds, and no spare has taken its place. */
bool model_is_unwritable(struct model *m, uint64_t lba);
/* Sectors that can neither be read nor were replaced yet. */
uint64_t model_pending(struct model *m);
/* Sectors of a namespace that the host sees; 0 if it's not there. */
uint64_t model_io_capacity(struct model *m, uint32_t nsid);

/* Degrees Celsius now. */
int64_t model_temperature(struct model *m);
/* It has written or read so many bytes. */
/* Lets so much time pass, or less as soon as the drive hurries. */
void model_wait(struct model *m, int64_t ms);
bool model_hurries(const struct model *m);
void model_warm(struct model *m, uint64_t bytes);

/* The serial to be told this time; counts the question. */
const char *model_serial(struct model *m, bool ask);

/* --- the command sets, under the lock ----------------------------------- */

int model_ata_execute(struct model *m, struct model_ata *c);
void model_ata_identify(struct model *m, uint8_t data[512]);

int model_scsi_execute(struct model *m, struct model_scsi *c);
int model_sat_execute(struct model *m, struct model_scsi *c);
int model_nvme_execute(struct model *m, struct model_nvme *c);
int model_mmc_execute(struct model *m, struct model_mmc *c);

#endif
