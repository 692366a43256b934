/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_DRIVE_H
#define HAIKI_DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <haiki/error.h>
#include <haiki/method.h>

enum haiki_bus {
	HAIKI_BUS_OTHER = 0,
	HAIKI_BUS_ATA,
	HAIKI_BUS_SCSI,
	HAIKI_BUS_NVME,
	HAIKI_BUS_USB,
	HAIKI_BUS_MMC,
	HAIKI_BUS_VIRTIO,
};

/* What the medium is. Anything not proven is unknown, and earns less. */
enum haiki_kind {
	HAIKI_KIND_UNKNOWN = 0,
	HAIKI_KIND_HDD,
	HAIKI_KIND_SSD,
	HAIKI_KIND_USB_FLASH,
	HAIKI_KIND_MMC,
};

/* A yes/no that may not be known. */
enum haiki_answer {
	HAIKI_UNKNOWN = 0,
	HAIKI_NO,
	HAIKI_YES,
};

/* A number that may not be known; then `reason` says why, in English. */
struct haiki_value {
	bool known;
	int64_t value;
	char reason[96];
};

/* Why a drive is in use. `what` names it: "mounted on /srv", "swap" ... */
struct haiki_use {
	char what[256];           /* English, for the record */
	char local[384];          /* the operator's language, or "" */
};

#define HAIKI_MAX_USES 16

/* Sectors (logical blocks) that the host can't see. 0 = proven none. */
struct haiki_hidden {
	struct haiki_value hpa_sectors;   /* Host Protected Area (ACS-3) */
	struct haiki_value dco_sectors;   /* Device Configuration Overlay */
	struct haiki_value amac_sectors;  /* Accessible Max Address (ACS-4) */
};

/* The ATA Security feature set, IDENTIFY DEVICE word 128 (ACS-4 7.12.7). */
struct haiki_security {
	enum haiki_answer supported, enabled, locked, frozen, enhanced;
	enum haiki_answer count_expired;
	char reason[96];                  /* why unknown */
};

/*
 * What became of a sanitize or a SCSI format that was begun earlier; survives
 * power cycles. While it's neither unknown nor idle reads and writes fail, and
 * a SCSI drive tells no size (SBC-4 4.11.3, 4.33).
 */
enum haiki_sanitize {
	HAIKI_SANITIZE_UNKNOWN = 0,       /* or the drive has no such erase */
	HAIKI_SANITIZE_IDLE,
	HAIKI_SANITIZE_RUNNING,
	HAIKI_SANITIZE_FAILED,    /* until that state is left */
	HAIKI_SANITIZE_FORMATTING,        /* a format is running */
	HAIKI_SANITIZE_UNFORMATTED,       /* one broke off: until the next */
};

/* A namespace beside the one that a drive stands for. */
struct haiki_namespace {
	uint32_t nsid;
	uint64_t size_bytes;              /* 0 unknown */
	/* To the controller that was asked: where not (an inactive namespace),
	 * this system doesn't see it. */
	enum haiki_answer attached;
	enum haiki_answer write_protected;
};

#define HAIKI_MAX_NAMESPACES 16

struct haiki_health {
	struct haiki_value power_on_hours;
	struct haiki_value reallocated;   /* sectors; NVMe: unknown */
	struct haiki_value pending;       /* sectors; NVMe: unknown */
	struct haiki_value temperature;   /* degrees Celsius */
	struct haiki_value percent_used;  /* NVMe, SCSI SSD: endurance used */
};

/*
 * One drive, as it was found at one moment. Plain data: copy it freely, there
 * is nothing to free. Strings are UTF-8, trimmed, without control characters;
 * empty = the drive or the bridge doesn't tell.
 */
struct haiki_drive {
	char path[256];           /* /dev/sda */
	char name[64];            /* kernel's name: sda */
	uint32_t major, minor;    /* 0, 0 for a practice drive */
	char serial[256];
	bool serial_is_substitute;/* kernel name or port path, not the drive's */
	char serial_source[32];   /* "identify-device", "vpd-80h", "sysfs" ... */
	char wwn[64];             /* NAA/EUI-64/NGUID, lower-case hex, or "" */
	char model[128];
	char firmware[64];
	uint64_t size_bytes;
	uint32_t logical_block, physical_block;   /* bytes */
	enum haiki_bus bus;
	enum haiki_kind kind;
	bool removable, read_only, simulated;
	bool host_managed;        /* zones that take writes only in order, and
				   * none when full (ZBC, ZAC, NVMe ZNS) */
	uint16_t metadata;        /* bytes beside each block of an NVMe
				   * namespace that who writes blocks doesn't
				   * write: all but plain protection
				   * information (NVM Command Set 5.2) */
	bool silent;              /* it doesn't answer: all that stands here is
				   * what the system remembers of it */
	bool is_system;           /* the machine was booted from it */
	bool own_stick;           /* haiki's: HAIKI-DATA, HAIKI-COPY ... */
	char driver[64];          /* kernel driver or RAID controller's name */
	char raid[128];           /* a RAID volume, not a drive: what; or "" */
	size_t uses_count;        /* 0 = free */
	struct haiki_use uses[HAIKI_MAX_USES];
	char contents[256];       /* partitions and file systems, one line */
	struct haiki_hidden hidden;
	struct haiki_security security;
	enum haiki_sanitize sanitize;
	struct haiki_health health;
	uint32_t nsid;            /* NVMe: this namespace's id; else 0 */
	uint32_t namespaces;      /* NVMe: allocated in the subsystem; else 0 */
	/* NVMe: of these, not this one; eMMC: hardware partitions beside this
	 * one that hold data or may; SCSI: the drive's other logical units.
	 * 0xFFFFFFFF unknown. */
	uint32_t namespaces_other;
	/* NVMe: those of them that could be asked about, the first ones. */
	size_t others_count;
	struct haiki_namespace others[HAIKI_MAX_NAMESPACES];
	/* NVMe: of the subsystem; others may serve other machines. 0: not an
	 * NVMe drive, 0xFFFFFFFF: several, nobody knows how many. */
	uint32_t controllers;
	/* NVMe: new firmware waits for a reset, and until then a sanitize is
	 * refused; unknown too where the drive doesn't tell. */
	enum haiki_answer firmware_pending;
	enum haiki_answer write_protected;        /* NVMe: this namespace */
	bool sd_card;             /* MMC: an SD card, not an eMMC */
	/* NVMe, eMMC: has a replay protected memory block; who doesn't know
	 * its key can't write it, so no erase reaches it. */
	enum haiki_answer rpmb;
	/* eMMC: erases the data of every block that it retires, by itself. */
	enum haiki_answer erases_retired;
	enum haiki_answer encrypts_all;   /* IDENTIFY word 69 b4, TCG, SANICAP */
	size_t methods_count;
	struct haiki_method_support methods[HAIKI_METHOD_COUNT];
	size_t advice_count;      /* what stands in the way and what to do */
	char advice[12][768];     /* translated for the operator */
};

/*
 * The machine whose drives we see, or a set of practice drives in its place.
 */
struct haiki_host;

/*
 * `simulate_file`: NULL for this machine's drives; else the practice drives
 * that the file describes (nothing of this machine is then ever opened).
 * 0, or -errno with *err filled. The caller frees with haiki_host_free().
 */
int haiki_host_new(const char *simulate_file, struct haiki_host **ret_host,
		   struct haiki_error *err);
void haiki_host_free(struct haiki_host *host);

/*
 * A set of practice drives to begin with: JSON text to be written to a file
 * that haiki_host_new() then takes. Static. One of them lies.
 */
const char *haiki_practice_set(void);

/* Where this host's programs leave practice drives' media; NULL if real. */
bool haiki_host_is_simulated(const struct haiki_host *host);

/*
 * The drives, sorted by name: every whole disk of the machine, or those of
 * `paths` (`count` > 0: any block device; a path that is none is an error,
 * -ENOTBLK, -ENOENT ...). Read-only commands are sent; nothing is changed.
 * A drive that can't be opened is listed with its unknowns. The array is the
 * caller's, freed with free().
 */
int haiki_host_list(struct haiki_host *host, const char *const *paths,
		    size_t count, struct haiki_drive **ret_drives,
		    size_t *ret_count, struct haiki_error *err);

/* How long haiki_host_list() waits for a drive that doesn't answer, from when
 * it was first asked: a minute, unless this says otherwise. One that hasn't
 * answered by then is listed as `silent`. Practice drives are waited for. */
void haiki_host_patience(struct haiki_host *host, unsigned seconds);

/*
 * What of the machine keeps drives from being seen (a RAID mode that hides
 * them, a controller without a driver), a translated sentence for each number
 * from 0 on; false when there are no more.
 */
bool haiki_host_obstacle(const struct haiki_host *host, size_t number,
			 char *ret_text, size_t size);

/*
 * Suspends the machine to RAM and wakes it by its clock some seconds later:
 * most drives come back with their security feature set no longer frozen
 * (ACS-4 7.12.7 bit 3). -EOPNOTSUPP where the machine can't; *err says what
 * else to try. List the drives again afterwards.
 */
int haiki_host_thaw(struct haiki_host *host, struct haiki_error *err);

const char *haiki_bus_name(enum haiki_bus bus);    /* cli.md's words */
const char *haiki_kind_name(enum haiki_kind kind);
enum haiki_bus haiki_bus_from_name(const char *name);
enum haiki_kind haiki_kind_from_name(const char *name);

/* Whether an erase of its own runs on it, or has broken off: then it can be
 * neither read nor written, and may tell no size. */
bool haiki_drive_unfinished(const struct haiki_drive *drive);

/* The entry for `method`, or NULL when the drive wasn't asked about it. */
const struct haiki_method_support *
haiki_drive_method(const struct haiki_drive *drive, enum haiki_method method);

#endif
