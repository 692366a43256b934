/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include "base/cleanup.h"
#include "base/error.h"
#include "scsi/sense.h"
#include "simulate/simulated.h"

/* A practice drive behind the transport's table; every answer is the model's,
 * through the path a real one would take. */

struct simulated {
	struct set_drive *drive;
	struct model *model;
	char path[80];
	bool writable;
};

static enum model_direction direction(enum transport_direction d)
{
	switch (d) {
	case TRANSPORT_FROM_DEVICE:
		return MODEL_DATA_IN;
	case TRANSPORT_TO_DEVICE:
		return MODEL_DATA_OUT;
	default:
		return MODEL_NO_DATA;
	}
}

static int failed(const struct simulated *s, int rc, const char *what,
		  struct haiki_error *err)
{
	switch (rc) {
	case -ENODEV:
		return error_set(err, HAIKI_DOMAIN_SYSTEM, rc,
				 N_("The practice drive %s is gone."), s->path);
	case -ETIMEDOUT:
		return error_set(err, HAIKI_DOMAIN_SYSTEM, rc,
				 N_("The practice drive %s never answered %s."),
				 s->path, what);
	default:
		return error_errno(err, rc,
				   N_("The practice drive %s: %s failed"),
				   s->path, what);
	}
}

static bool is_ata(const struct model_config *c)
{
	return c->kind == MODEL_ATA_HDD || c->kind == MODEL_ATA_SSD;
}

/* --- commands ----------------------------------------------------------- */

static int run_scsi(struct simulated *s, struct scsi_command *command)
{
	struct model_scsi c = {
		.cdb_length = command->cdb_length,
		.data = command->data,
		.length = command->length,
		.direction = direction(command->direction),
	};
	int rc;

	memcpy(c.cdb, command->cdb, sizeof(c.cdb));
	rc = model_scsi(s->model, &c);
	if (rc < 0)
		return rc;
	command->status = c.ret_status;
	memset(command->sense, 0, sizeof(command->sense));
	memcpy(command->sense, c.ret_sense, sizeof(c.ret_sense));
	command->sense_length = c.ret_sense_length;
	command->residual = c.direction == MODEL_DATA_IN ?
			    command->length - c.ret_length : 0;
	return 0;
}

/* ATA commands reach real drives through SAT, by the kernel's translation or
 * a bridge's; so they do here, and come back as much or as little. */
static int run_sat(struct simulated *s, struct ata_command *command,
		   int (*encode)(const struct ata_command *ata,
				 struct scsi_command *scsi))
{
	struct scsi_command scsi;
	struct scsi_sense sense;
	int rc = encode(command, &scsi);

	if (rc < 0)
		return rc;
	if (command->direction == TRANSPORT_FROM_DEVICE)
		memset(command->data, 0, command->length);
	rc = run_scsi(s, &scsi);
	if (rc < 0)
		return rc;
	sat_decode(&scsi, command);
	if (command->returned)
		return 0;
	switch (scsi_command_result(&scsi, &sense)) {
	case SCSI_RESULT_GOOD:
		return 0;
	case SCSI_RESULT_UNSUPPORTED:
		return -EOPNOTSUPP;
	default:
		return -EIO;
	}
}

static int simulated_ata(struct transport *t, struct ata_command *command,
			 struct haiki_error *err)
{
	struct simulated *s = t->state;
	int rc = -EOPNOTSUPP;

	command->returned = command->count_full = false;
	if (is_ata(model_config(s->model)))
		rc = run_sat(s, command, sat_encode16);
	if (rc == -EOPNOTSUPP && is_ata(model_config(s->model)))
		rc = run_sat(s, command, sat_encode12);
	if (rc == -EOPNOTSUPP)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, rc,
				 N_("The practice drive %s takes no such ATA "
				 "commands."), s->path);
	return rc < 0 ? failed(s, rc, command->name, err) : 0;
}

static int simulated_scsi(struct transport *t, struct scsi_command *command,
			  struct haiki_error *err)
{
	struct simulated *s = t->state;
	int rc = run_scsi(s, command);

	if (rc == -EOPNOTSUPP)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, rc,
				 N_("The practice drive %s takes no SCSI "
				 "commands."), s->path);
	return rc < 0 ? failed(s, rc, command->name, err) : 0;
}

static int simulated_nvme(struct transport *t, struct nvme_command *command,
			  struct haiki_error *err)
{
	struct simulated *s = t->state;
	struct model_nvme c = {
		.opcode = command->opcode,
		.nsid = command->nsid,
		.cdw10 = command->cdw10, .cdw11 = command->cdw11,
		.cdw12 = command->cdw12, .cdw13 = command->cdw13,
		.cdw14 = command->cdw14, .cdw15 = command->cdw15,
		.data = command->data,
		.length = command->length,
		.direction = direction(command->direction),
	};
	int rc = model_nvme(s->model, &c);

	if (rc == -EOPNOTSUPP)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, rc,
				 N_("The practice drive %s takes no NVMe "
				 "commands."), s->path);
	if (rc < 0)
		return failed(s, rc, command->name, err);
	command->status = c.ret_status;
	command->do_not_retry = c.ret_dnr;
	command->result = c.ret_result;
	return 0;
}

static int simulated_mmc(struct transport *t, struct mmc_command *commands,
			 size_t count, struct haiki_error *err)
{
	struct simulated *s = t->state;

	for (size_t i = 0; i < count; i++) {
		struct mmc_command *command = &commands[i];
		struct model_mmc c = {
			.opcode = command->opcode,
			.argument = command->argument,
			.data = command->data,
			.length = command->length,
			.direction = direction(command->direction),
		};
		int rc = model_mmc(s->model, &c);

		if (rc == -EOPNOTSUPP)
			return error_set(err, HAIKI_DOMAIN_SYSTEM, rc,
					 N_("The practice drive %s takes no "
					 "such MMC commands."), s->path);
		if (rc < 0)
			return failed(s, rc, command->name, err);
		command->returned = true;
		command->response = c.ret_status;
	}
	return 0;
}

static int simulated_read_boot(struct transport *t, unsigned partition,
			       uint64_t offset, void *buf, size_t length,
			       struct haiki_error *err)
{
	struct simulated *s = t->state;
	int rc = model_read_boot(s->model, partition, offset / 512, buf,
				 length / 512);

	return rc < 0 ? failed(s, rc, "reading a boot partition", err) : 0;
}

/* --- block I/O ---------------------------------------------------------- */

static int whole_blocks(struct simulated *s, uint64_t offset, size_t length,
			struct haiki_error *err)
{
	uint32_t block = model_config(s->model)->logical_block;

	if (offset % block || length % block)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("The practice drive %s has blocks of %u "
				 "bytes."), s->path, block);
	return 0;
}

static int simulated_read(struct transport *t, uint64_t offset, void *buf,
			  size_t length, struct haiki_error *err)
{
	struct simulated *s = t->state;
	uint32_t block = model_config(s->model)->logical_block;
	int rc = whole_blocks(s, offset, length, err);

	if (rc < 0)
		return rc;
	rc = model_read(s->model, offset / block, buf, length / block);
	return rc < 0 ? failed(s, rc, "reading", err) : 0;
}

static int simulated_write(struct transport *t, uint64_t offset,
			   const void *buf, size_t length,
			   struct haiki_error *err)
{
	struct simulated *s = t->state;
	uint32_t block = model_config(s->model)->logical_block;
	int rc = whole_blocks(s, offset, length, err);

	if (rc == 0 && !s->writable)
		return failed(s, -EBADF, "writing", err);
	if (rc < 0)
		return rc;
	rc = model_write(s->model, offset / block, buf, length / block);
	return rc < 0 ? failed(s, rc, "writing", err) : 0;
}

static int simulated_flush(struct transport *t, struct haiki_error *err)
{
	struct simulated *s = t->state;
	int rc = model_flush(s->model);

	return rc < 0 ? failed(s, rc, "flushing", err) : 0;
}

static int simulated_size(struct transport *t, uint64_t *ret_bytes,
			  struct haiki_error *err)
{
	struct simulated *s = t->state;
	uint64_t sectors;
	int rc = model_capacity(s->model, &sectors);

	if (rc < 0)
		return failed(s, rc, "telling its size", err);
	*ret_bytes = s->drive && simulate_set_sizeless(s->drive) ? 0 :
		sectors * model_config(s->model)->logical_block;
	return 0;
}

/* --- what the kernel would know ----------------------------------------- */

static enum haiki_bus bus_of(const struct model_config *c)
{
	switch (c->kind) {
	case MODEL_NVME:
		return HAIKI_BUS_NVME;
	case MODEL_USB_STICK:
		return HAIKI_BUS_USB;
	case MODEL_EMMC:
	case MODEL_SD_CARD:
		return HAIKI_BUS_MMC;
	case MODEL_SAS_HDD:
	case MODEL_SAS_SSD:
		return HAIKI_BUS_SCSI;
	default:
		break;
	}
	if (c->bridge == MODEL_BRIDGE_NONE)
		return HAIKI_BUS_ATA;
	return c->bridge == MODEL_BRIDGE_RAID ? HAIKI_BUS_SCSI : HAIKI_BUS_USB;
}

static void describe_usb(const struct model_config *c,
			 struct haiki_drive *drive)
{
	if (bus_of(c) != HAIKI_BUS_USB || !c->serial[0])
		return;
	/* From the USB device's descriptors, where udev finds it. */
	(void)snprintf(drive->serial, sizeof(drive->serial), "%s", c->serial);
	(void)snprintf(drive->serial_source, sizeof(drive->serial_source),
		       "usb");
}

/* The kernel reads a card's registers when it comes; no command tells them
 * again. */
static void describe_card(const struct model_config *c,
			  struct haiki_drive *drive)
{
	if (bus_of(c) != HAIKI_BUS_MMC)
		return;
	drive->kind = HAIKI_KIND_MMC;
	drive->sd_card = c->kind == MODEL_SD_CARD;
	if (!c->serial[0])
		return;
	(void)snprintf(drive->serial, sizeof(drive->serial), "%s", c->serial);
	(void)snprintf(drive->serial_source, sizeof(drive->serial_source),
		       "sysfs");
}

static int simulated_describe(struct transport *t, struct haiki_drive *drive,
			      struct haiki_error *err)
{
	struct simulated *s = t->state;
	const struct model_config *c = model_config(s->model);
	uint64_t bytes;
	int rc = simulated_size(t, &bytes, err);

	/* The system remembers what it was. */
	if (rc == -ETIMEDOUT)
		bytes = c->sectors * c->logical_block;
	else if (rc < 0)
		return rc;
	(void)snprintf(drive->path, sizeof(drive->path), "%s", s->path);
	(void)snprintf(drive->name, sizeof(drive->name), "%s", c->id);
	(void)snprintf(drive->model, sizeof(drive->model), "%s", c->model);
	(void)snprintf(drive->firmware, sizeof(drive->firmware), "%s",
		       c->firmware);
	describe_usb(c, drive);
	describe_card(c, drive);
	drive->size_bytes = bytes;
	drive->logical_block = c->logical_block;
	drive->physical_block = c->physical_block;
	drive->bus = bus_of(c);
	drive->nsid = c->kind == MODEL_NVME ? 1 : 0;
	drive->removable = c->removable || c->kind == MODEL_USB_STICK;
	/* SCSI's WP bit and a card's register the kernel looks at itself. */
	drive->read_only = c->read_only ||
		(c->faults.write_protected && c->kind != MODEL_NVME);
	drive->is_system = c->is_system;
	drive->simulated = true;
	(void)snprintf(drive->driver, sizeof(drive->driver), "practice");
	if (c->bridge == MODEL_BRIDGE_RAID)
		(void)snprintf(drive->raid, sizeof(drive->raid),
			       "volume of a RAID controller");
	(void)snprintf(drive->contents, sizeof(drive->contents), "%s",
		       c->contents);
	drive->uses_count = c->uses_count;
	for (size_t i = 0; i < c->uses_count; i++)
		(void)snprintf(drive->uses[i].what,
			       sizeof(drive->uses[i].what), "%s", c->uses[i]);
	return 0;
}

static int simulated_rescan(struct transport *t, struct haiki_error *err)
{
	struct simulated *s = t->state;

	(void)err;
	if (s->drive)
		simulate_set_rescan(s->drive);
	return 0;
}

static int simulated_fd(struct transport *t)
{
	(void)t;
	return -1;
}

static void simulated_close(struct transport *t)
{
	struct simulated *s = t->state;

	if (s->drive)
		simulate_set_closed(s->drive, s->writable);
	free(s);
}

static const struct transport_ops simulated_ops = {
	.name = "simulated",
	.ata = simulated_ata,
	.scsi = simulated_scsi,
	.nvme = simulated_nvme,
	.mmc = simulated_mmc,
	.read_boot = simulated_read_boot,
	.read = simulated_read,
	.write = simulated_write,
	.flush = simulated_flush,
	.size = simulated_size,
	.describe = simulated_describe,
	.rescan = simulated_rescan,
	.fd = simulated_fd,
	.close = simulated_close,
};

int simulate_transport_new(struct set_drive *drive, struct model *m,
			   const char *path, bool writable,
			   struct transport **ret_transport,
			   struct haiki_error *err)
{
	CLEANUP(free) struct transport *t = calloc(1, sizeof(*t));
	CLEANUP(free) struct simulated *s = calloc(1, sizeof(*s));

	if (!t || !s)
		return error_errno(err, -ENOMEM, N_("No memory"));
	s->drive = drive;
	s->model = m;
	(void)snprintf(s->path, sizeof(s->path), "%s", path);
	s->writable = writable;
	t->ops = &simulated_ops;
	t->state = TAKE(s);
	t->writable = writable;
	*ret_transport = TAKE(t);
	return 0;
}
