/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRANSPORT_TRANSPORT_H
#define TRANSPORT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <haiki/drive.h>
#include <haiki/error.h>

/*
 * How one talks to one drive. The same table is served by Linux (SG_IO, NVMe
 * ioctls, block I/O) and by the practice drives (src/simulate). All calls
 * block. Lengths are bytes; LBAs are logical blocks; time-outs milliseconds
 * (0 = the transport's default of 30 s).
 */

enum transport_direction {
	TRANSPORT_NO_DATA = 0,
	TRANSPORT_FROM_DEVICE,
	TRANSPORT_TO_DEVICE,
};

enum ata_protocol {
	ATA_NON_DATA = 3,         /* SAT-4 table 138 */
	ATA_PIO_IN = 4,
	ATA_PIO_OUT = 5,
	ATA_DMA = 6,
};

/* One ATA command (ACS-4 clause 7) and the registers it came back with. */
struct ata_command {
	const char *name;         /* for the transcript: "SECURITY ERASE UNIT" */
	enum ata_protocol protocol;
	bool extended;            /* 48-bit command */
	uint16_t features, count;
	uint64_t lba;
	uint8_t device, command;
	void *data;               /* borrowed */
	size_t length;
	enum transport_direction direction;
	bool secret;              /* data holds a password: not transcribed */
	uint32_t timeout_ms;

	/* Outputs. Without `returned` the registers below mean nothing: the
	 * bridge didn't pass them, and the outcome is unknown. */
	bool returned;            /* an ATA Status Return descriptor came */
	bool count_full;          /* ... with COUNT(15:8), LBA(47:24) */
	uint8_t ret_status, ret_error, ret_device;
	uint16_t ret_count;
	uint64_t ret_lba;
};

/* One SCSI command (SAM-5). `status` and `sense` are outputs. */
struct scsi_command {
	const char *name;
	uint8_t cdb[32];
	size_t cdb_length;
	void *data;
	size_t length;
	enum transport_direction direction;
	bool secret;
	uint32_t timeout_ms;

	uint8_t status;           /* SAM-5 status; 00h good, 02h check */
	uint8_t sense[252];
	size_t sense_length;
	size_t residual;          /* bytes not transferred */
};

/* One NVMe admin command (NVMe Base). `status` and `result` are outputs. */
struct nvme_command {
	const char *name;
	uint8_t opcode;
	uint32_t nsid;
	uint32_t cdw10, cdw11, cdw12, cdw13, cdw14, cdw15;
	void *data;
	size_t length;
	enum transport_direction direction;
	bool secret;
	uint32_t timeout_ms;

	uint16_t status;          /* SCT(10:8) SC(7:0); 0 = success */
	bool do_not_retry;
	uint32_t result;          /* completion queue dword 0 */
};

/*
 * One command of a memory card (JESD84-B51 6.10; SD Physical Layer 4.7).
 * `response` is an output, valid only with `returned`: what the kernel carries
 * out itself (Sanitize) comes back without one.
 */
struct mmc_command {
	const char *name;
	uint8_t opcode;           /* command index */
	uint32_t argument;
	bool busy;                /* R1b: ends when the card is busy no more */
	void *data;               /* whole blocks of 512 bytes */
	size_t length;
	enum transport_direction direction;
	uint32_t timeout_ms;

	bool returned;
	uint32_t response;        /* R1: card status */
};

struct transport;

struct transport_ops {
	const char *name;         /* "linux", "simulated", "recorded" */
	/*
	 * Each returns 0 when the command was delivered and answered (also
	 * with an error status: look at the outputs), -EOPNOTSUPP when this
	 * transport can't carry such commands to this drive, -ETIMEDOUT,
	 * -ENODEV when the drive is gone, or another -errno. -EAGAIN from
	 * ata: a unit attention came instead, send it again.
	 */
	int (*ata)(struct transport *t, struct ata_command *command,
		   struct haiki_error *err);
	int (*scsi)(struct transport *t, struct scsi_command *command,
		    struct haiki_error *err);
	int (*nvme)(struct transport *t, struct nvme_command *command,
		    struct haiki_error *err);
	/* `count` commands as one: nobody else's come in between, and after
	 * one that failed on the way the others aren't sent. A card status
	 * that tells of an error is no failure. */
	int (*mmc)(struct transport *t, struct mmc_command *commands,
		   size_t count, struct haiki_error *err);
	/* eMMC: reads boot partition 1 or 2; as read(), and -EOPNOTSUPP where
	 * it can't be reached. */
	int (*read_boot)(struct transport *t, unsigned partition,
			 uint64_t offset, void *buf, size_t length,
			 struct haiki_error *err);
	/* All `length` bytes at byte `offset`, or an error (-EIO, -ENODEV).
	 * Both are multiples of the logical block; buf aligned to 4096. Reads
	 * bypass every cache of the host. */
	int (*read)(struct transport *t, uint64_t offset, void *buf,
		    size_t length, struct haiki_error *err);
	int (*write)(struct transport *t, uint64_t offset, const void *buf,
		     size_t length, struct haiki_error *err);
	int (*flush)(struct transport *t, struct haiki_error *err);
	/* As the system knows it; 0 of a SCSI drive that couldn't tell it when
	 * it was asked last (SBC-4: sanitizing, not formatted): rescan(). */
	int (*size)(struct transport *t, uint64_t *ret_bytes,
		    struct haiki_error *err);
	/* What can be told about the drive without sending commands to it:
	 * path, name, bus, uses, contents, size, model ... */
	int (*describe)(struct transport *t, struct haiki_drive *drive,
			struct haiki_error *err);
	/* Makes the system look at the drive's size and partitions anew. */
	int (*rescan)(struct transport *t, struct haiki_error *err);
	/* An O_DIRECT descriptor for asynchronous I/O, or -1: use read/write.
	 * Borrowed: it belongs to the transport. */
	int (*fd)(struct transport *t);
	/* Frees t->state; transport_close() frees *t itself, by free(). */
	void (*close)(struct transport *t);
};

/* Sees every command after it was answered; for the transcript. */
struct transport_event {
	const char *set;          /* "ata", "scsi", "nvme", "mmc", "block",
				   * "note" */
	const struct ata_command *ata;
	const struct scsi_command *scsi;
	const struct nvme_command *nvme;
	const struct mmc_command *mmc;
	const char *note;         /* set "block" and "note": what was done */
	int result;               /* what the transport returned */
	uint64_t started_us, finished_us;   /* CLOCK_REALTIME */
};

typedef void transport_observer(void *opaque,
				const struct transport_event *event);

struct transport {
	const struct transport_ops *ops;
	void *state;              /* the implementation's */
	bool writable;            /* opened O_EXCL for erasing */
	transport_observer *observer;
	void *observer_opaque;
};

/*
 * Linux: opens the block device `path` (and its NVMe controller or SCSI
 * generic node as needed). `writable` opens O_RDWR|O_EXCL|O_DIRECT and keeps
 * flock(LOCK_EX) for as long as it's open: -EBUSY if anything else uses it.
 */
int transport_open_linux(const char *path, bool writable,
			 struct transport **ret_transport,
			 struct haiki_error *err);
void transport_close(struct transport *t);   /* NULL-safe */

/*
 * The calls everyone uses: the table's, plus the transcript. A unit attention
 * (SAM-5 5.14: the command was not executed) is answered by sending the
 * command again, a few times; each try is in the transcript. A missing entry
 * of the table is -EOPNOTSUPP (rescan: 0).
 */
int transport_ata(struct transport *t, struct ata_command *command,
		  struct haiki_error *err);
int transport_scsi(struct transport *t, struct scsi_command *command,
		   struct haiki_error *err);
int transport_nvme(struct transport *t, struct nvme_command *command,
		   struct haiki_error *err);
int transport_mmc(struct transport *t, struct mmc_command *commands,
		  size_t count, struct haiki_error *err);
int transport_read_boot(struct transport *t, unsigned partition,
			uint64_t offset, void *buf, size_t length,
			struct haiki_error *err);
int transport_read(struct transport *t, uint64_t offset, void *buf,
		   size_t length, struct haiki_error *err);
int transport_write(struct transport *t, uint64_t offset, const void *buf,
		    size_t length, struct haiki_error *err);
int transport_flush(struct transport *t, struct haiki_error *err);
int transport_size(struct transport *t, uint64_t *ret_bytes,
		   struct haiki_error *err);
int transport_rescan(struct transport *t, struct haiki_error *err);
int transport_fd(struct transport *t);
/* Puts a line of ours into the transcript ("pass 1 of 3: random ..."). */
void transport_note(struct transport *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
