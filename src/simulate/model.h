/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_MODEL_H
#define SIMULATE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <haiki/error.h>
#include <haiki/evidence.h>

/*
 * A drive made of software: answers ATA taskfiles, SCSI CDBs and NVMe
 * submission entries as the standards say, or, with faults, as real hardware
 * does. It knows no transport: the practice drives' transport, the SCSI server
 * for virtual machines and the NVMe/TCP target all call the same functions.
 *
 * Behind the commands lies a medium that can be looked at apart from them
 * (model_scan()): every sector begins its life with a marker, so "erased" is
 * counted, not believed.
 *
 * All functions may be called from several threads.
 */

enum model_kind {
	MODEL_ATA_HDD = 0,
	MODEL_ATA_SSD,
	MODEL_SAS_HDD,
	MODEL_SAS_SSD,
	MODEL_NVME,
	MODEL_USB_STICK,          /* plain SCSI, nothing behind it */
	MODEL_EMMC,
	MODEL_SD_CARD,
};

/* Bits of what a drive's sanitize can do. */
#define MODEL_SANITIZE_BLOCK     1u
#define MODEL_SANITIZE_CRYPTO    2u
#define MODEL_SANITIZE_OVERWRITE 4u

/* Bits of what NVMe Format's secure erase settings can do. */
#define MODEL_FORMAT_USER   1u
#define MODEL_FORMAT_CRYPTO 2u

enum model_security {
	MODEL_SECURITY_ENHANCED = 0,
	MODEL_SECURITY_NORMAL,    /* no enhanced erase */
	MODEL_SECURITY_NONE,
};

/* What stands between the host and an ATA drive. */
enum model_bridge {
	MODEL_BRIDGE_NONE = 0,
	MODEL_BRIDGE_SAT,         /* USB, ATA PASS-THROUGH (16) and (12) */
	MODEL_BRIDGE_SAT12,       /* USB, ATA PASS-THROUGH (12) only */
	MODEL_BRIDGE_DUMB,        /* USB, no pass-through at all */
	MODEL_BRIDGE_RAID,        /* a RAID controller's volume */
};

/* How the deallocation ends that follows media verification. */
enum model_deallocates {
	MODEL_DEALLOCATES_WELL = 0,
	MODEL_DEALLOCATES_FAILS,
	MODEL_DEALLOCATES_NEVER,
};

/* What an erase command really does, whatever it reports. */
enum model_erases {
	MODEL_ERASES_AS_SPECIFIED = 0,
	MODEL_ERASES_NOTHING,
	MODEL_ERASES_HOST_ONLY,
	MODEL_ERASES_HALF,
	MODEL_ERASES_ALL_BUT_SPARE,
};

/* How the highest LBA can be lowered. */
enum model_max_address {
	MODEL_MAX_NONE = 0,
	MODEL_MAX_HPA,            /* Host Protected Area, and DCO */
	MODEL_MAX_AMAC,           /* Accessible Max Address (ACS-3 and later) */
};

enum model_hangs {
	MODEL_HANGS_NEVER = 0,
	MODEL_HANGS_ON_ERASE,     /* erase commands never answer */
	MODEL_HANGS_AFTER_ERASE,  /* nothing answers once an erase began */
	MODEL_HANGS_ALWAYS,       /* no command answers; I/O neither */
};

enum model_sanitize_log {
	MODEL_LOG_TRUE = 0,
	MODEL_LOG_STALE,          /* as it was before: never updated */
	MODEL_LOG_ZERO,
	MODEL_LOG_FFFF,           /* SPROG FFFFh, SSTAT 0 */
};

/* Relative to the command at which the power fails. */
enum model_cut {
	MODEL_CUT_MIDDLE = 0,     /* half done; atomic commands are done */
	MODEL_CUT_BEFORE,         /* the drive never saw it */
	MODEL_CUT_AFTER,          /* done, the answer never came */
};

struct model_range {
	uint64_t lba, count;
};

#define MODEL_MAX_RANGES 8
#define MODEL_MAX_NAMESPACES 8
#define MODEL_MAX_USES 8

struct model_ranges {
	size_t count;
	struct model_range range[MODEL_MAX_RANGES];
};

struct model_faults {
	/* States in the way. */
	bool frozen;              /* by the firmware at each power-on */
	bool frozen_always;       /* and again after each resume */
	bool count_expired;       /* password attempts used up */
	bool sanitize_frozen;     /* SANITIZE FREEZE LOCK at each power-on */
	bool sanitize_running;    /* someone else's, at first power-on */
	bool sanitize_failed;     /* found in failure mode */
	bool sanitize_restricted; /* that only another sanitize ends */
	bool write_protected;     /* NVMe namespace 1 / SCSI medium */
	bool firmware_pending;    /* NVMe: activation needs a reset */

	/* Erases that go wrong. */
	enum model_erases erases;
	int64_t fails_at;         /* permille of an erase; 0 = never */
	int64_t stuck_at;         /* permille where progress stands; 0 = no */
	enum model_hangs hangs;
	enum model_sanitize_log sanitize_log;
	bool keeps_password;      /* erase leaves the password set */
	enum model_deallocates deallocates;

	/* Power and presence; counted from 1, 0 = never. */
	int64_t power_cut_at;     /* n-th state-changing command */
	int64_t power_cut_at_write;
	enum model_cut power_cut_when;
	bool power_cut_machine;   /* takes this process with it: SIGKILL */
	int64_t vanishes_at;      /* n-th block read or write */

	/* Media. */
	struct model_ranges unreadable, unwritable, ignores_writes;
	bool remaps_on_write;     /* unreadable sectors heal when written */
	bool drops_cache;         /* says flushed, loses it with the power */
	bool cache_stays;         /* ATA: its write cache can't be turned off */
	int64_t slow_mib_s;       /* 0 = as fast as it goes */
	/* Slower from that many MiB written or read since power-on, for so
	 * many MiB. */
	int64_t slumps_at_mib, slumps_for_mib, slumps_to_mib_s;
	int64_t heats_to;         /* degrees Celsius, by writing, reading, erasing;
				   * 0 = it stays as it is */

	/* Bad answers. */
	bool bad_checksum;        /* IDENTIFY DEVICE */
	bool zero_registers;      /* ATA registers come back as zeros */
	bool no_registers;        /* no ATA Status Return descriptor */
	bool zero_count;          /* COUNT is lost on non-data commands */
	bool fixed_sense;         /* fixed-format sense only */
	bool error_but_runs;      /* SANITIZE is answered with an error */
	bool no_smart;            /* SMART commands abort */
	bool dco_needs_cycle;     /* DCO RESTORE aborts after SET MAX */
	bool locked_bars_sanitize;
	char serial_changes_to[64];
	int64_t serial_changes_after;  /* identifications; 0 = 1 */
	int64_t shrinks_by;       /* sectors, */
	int64_t shrinks_after;    /* after that many commands; 0 = 1 */
};

/* What a practice file says about one drive. Plain data. */
struct model_config {
	enum model_kind kind;
	char id[64];              /* "sim:" ID is its path */
	char serial[64], model[48], firmware[16], vendor[16];
	uint64_t wwn;             /* NAA, or NVMe EUI-64; 0 = none */
	uint64_t sectors;         /* logical blocks the host sees at first */
	uint32_t logical_block, physical_block;
	uint64_t hpa_sectors, dco_sectors, amac_sectors;
	enum model_max_address max_address;
	uint32_t remapped;        /* retired sectors with old data in them */
	uint32_t pending;         /* unreadable sectors beginning at LBA 1000 */
	uint64_t spare_sectors;   /* flash: pages the host can't address */
	uint32_t power_on_hours, temperature, percent_used;
	unsigned sanitize;        /* MODEL_SANITIZE_* */
	/* NVMe: can show its media between a sanitize and its deallocation. */
	bool media_verification;
	bool antifreeze;
	unsigned format;          /* NVMe: MODEL_FORMAT_* */
	bool format_all;          /* FNA bits 0, 1: hits every namespace */
	bool scsi_format;         /* FORMAT UNIT */
	enum model_security security;
	char password[33], master_password[33];
	bool password_max;        /* security level maximum */
	bool encrypts;            /* all user data, word 69 bit 4 */
	bool opal, opal_locked;   /* locked: until a PSID revert */
	char psid[33];
	enum model_bridge bridge;
	bool write_cache;
	/* eMMC: a boot partition's sectors with data in them; whether blocks
	 * are erased when they are retired; secure erase. */
	uint32_t boot_data_sectors;
	bool erases_retired, secure_erase;
	size_t namespaces_count;  /* NVMe: others, from NSID 2 */
	struct {
		uint64_t sectors;
		bool attached;
	} namespaces[MODEL_MAX_NAMESPACES];
	int64_t erase_ms;         /* how long an erase takes */
	int64_t estimate_ms;      /* what the drive says; 0 = says nothing */
	char contents[200];
	size_t uses_count;
	char uses[MODEL_MAX_USES][128];
	bool is_system, read_only, removable;
	struct model_faults faults;
};

struct model;

/*
 * `directory` NULL: a drive in memory, of which nothing remains. Else its
 * medium and state are in directory/ID.medium and ID.state, made at first
 * use; `owner` holds them alone (-EBUSY) and changes them, others get a copy
 * of their own as it stands. Ends with model_free().
 */
int model_new(const struct model_config *config, const char *directory,
	      bool owner, struct model **ret_model, struct haiki_error *err);
void model_free(struct model *m);         /* NULL-safe; power stays on */

/* Turns a copy into the owned thing itself. -EBUSY if another has it. */
int model_own(struct model *m, struct haiki_error *err);
/* Gives it back: written to disk, a copy from now on. */
void model_disown(struct model *m);

const struct model_config *model_config(const struct model *m);

/* Off and on again: unsaved cache is lost, locks and freezes as at boot. */
void model_power_cycle(struct model *m);
/* Pulled out: its power is gone until model_power_cycle(). */
void model_unplug(struct model *m);
/* Suspend to RAM and resume: a power cycle without the firmware's freezing. */
void model_suspend_resume(struct model *m);
/* True after a power cut or when it vanished: nothing answers any more. */
bool model_gone(struct model *m);

/* Time stands still but for model_advance(); nothing sleeps. For tests. */
void model_virtual_time(struct model *m);
void model_advance(struct model *m, int64_t ms);

/* --- commands ----------------------------------------------------------- */

/*
 * Each returns 0 when the drive answered, whatever it said; -ETIMEDOUT when it
 * never will, -ENODEV when it's gone.
 */

enum model_direction {
	MODEL_NO_DATA = 0,
	MODEL_DATA_IN,            /* from the drive */
	MODEL_DATA_OUT,
};

struct model_ata {
	bool extended;            /* the 48-bit registers were written */
	uint16_t features, count;
	uint64_t lba;
	uint8_t device, command;
	void *data;
	size_t length;
	enum model_direction direction;

	uint8_t ret_status, ret_error, ret_device;
	uint16_t ret_count;
	uint64_t ret_lba;
	size_t ret_length;        /* bytes transferred */
};

/* ATA kinds only; -EOPNOTSUPP else. */
int model_ata(struct model *m, struct model_ata *command);

struct model_scsi {
	uint8_t cdb[32];
	size_t cdb_length;
	void *data;
	size_t length;            /* of the buffer; what fits is transferred */
	enum model_direction direction;

	uint8_t ret_status;       /* SAM-5 */
	uint8_t ret_sense[64];
	size_t ret_sense_length;
	size_t ret_length;        /* bytes transferred */
};

/* Every kind but NVMe; an ATA drive answers as a SAT layer does. */
int model_scsi(struct model *m, struct model_scsi *command);

struct model_nvme {
	bool io;                  /* from an I/O queue, else admin */
	uint8_t opcode;
	uint32_t nsid;
	uint32_t cdw10, cdw11, cdw12, cdw13, cdw14, cdw15;
	void *data;
	size_t length;
	enum model_direction direction;

	uint16_t ret_status;      /* SCT(10:8) SC(7:0) */
	bool ret_dnr;
	uint32_t ret_result;
	size_t ret_length;
};

int model_nvme(struct model *m, struct model_nvme *command);

struct model_mmc {
	uint8_t opcode;
	uint32_t argument;
	void *data;
	size_t length;
	enum model_direction direction;

	uint32_t ret_status;      /* R1: card status */
};

/* eMMC and SD cards; as the kernel passes commands to them. */
int model_mmc(struct model *m, struct model_mmc *command);

/*
 * As the kernel's block layer would: whole logical blocks of the device (NVMe:
 * namespace 1), or -EIO (medium error, locked, sanitizing), -ENOSPC beyond the
 * end, -EROFS, -ENODEV, -ETIMEDOUT.
 */
int model_read(struct model *m, uint64_t lba, void *buf, size_t sectors);
int model_write(struct model *m, uint64_t lba, const void *buf,
		size_t sectors);
int model_flush(struct model *m);
/* eMMC: boot partition 1 or 2. */
int model_read_boot(struct model *m, unsigned partition, uint64_t lba,
		    void *buf, size_t sectors);
/* Logical blocks that the host sees now. */
int model_capacity(struct model *m, uint64_t *ret_sectors);
/* Whether READ CAPACITY would tell that now: not on a SCSI drive that
 * sanitizes or formats itself, or has failed at it. */
bool model_tells_capacity(struct model *m);

/* --- looking at the medium ---------------------------------------------- */

struct model_zone_count {
	uint64_t sectors;         /* in the zone as it was made */
	uint64_t markers;         /* of them, those still with their marker */
};

/* Counts what is left of the old data. Needs no working drive. */
void model_scan(struct model *m,
		struct model_zone_count ret_zones[HAIKI_ZONE_COUNT]);

/* The state as the state file has it; caller json_decref()s. */
struct json_t *model_state_json(struct model *m);

#endif
