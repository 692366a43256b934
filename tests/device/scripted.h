/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DEVICE_SCRIPTED_H
#define TESTS_DEVICE_SCRIPTED_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "transport/transport.h"

/*
 * A transport whose answers stand in a list: by ATA command and feature, SCSI
 * opcode and page, NVMe opcode and CNS or log. What isn't in it isn't carried.
 */
struct answer {
	unsigned command, selector;
	const void *data;
	size_t length;
	int result;               /* of the transport */
	/* ATA registers; returned unless `silent`. */
	bool silent, partial;
	uint8_t status, error, device;
	uint16_t count;
	uint64_t lba;
	/* SCSI: status and sense; NVMe: status. */
	uint16_t bad;
	const uint8_t *sense;
	size_t sense_length;
};

/* Data in answer to a command. */
#define TELLS(number, which, bytes, count) { \
	.command = number, .selector = which, .data = bytes, .length = count }

struct scripted {
	struct haiki_drive described;
	const struct answer *ata, *scsi, *nvme;   /* end with command 0 */
	const uint8_t *noise;     /* in place of data, if there is any */
	const uint8_t *extcsd;    /* an eMMC's; NULL: no MMC commands */
	const uint8_t *boot[2];   /* of its boot partitions, repeated */
	size_t boot_size;
	int boot_result;
	size_t commands;          /* sent so far */
	size_t gone_after;        /* 0 = never */
	size_t describes;
	uint64_t size;
};

static inline const struct answer *
scripted_find(struct scripted *s, const struct answer *list, unsigned command,
	      unsigned selector)
{
	if (s->gone_after && s->commands >= s->gone_after)
		return NULL;
	s->commands++;
	for (; list && list->command; list++)
		if (list->command == command && list->selector == selector)
			return list;
	return NULL;
}

static inline int scripted_missing(const struct scripted *s)
{
	return s->gone_after && s->commands >= s->gone_after ? -ENODEV :
							       -EOPNOTSUPP;
}

static inline void scripted_data(void *to, size_t size,
				 const struct answer *answer)
{
	size_t n = answer->length < size ? answer->length : size;

	if (n)
		memcpy(to, answer->data, n);
}

static inline int scripted_ata(struct transport *t, struct ata_command *c,
			       struct haiki_error *err)
{
	struct scripted *s = t->state;
	const struct answer *a = scripted_find(s, s->ata, c->command,
					       c->features);

	(void)err;
	c->returned = false;
	if (!a)
		return scripted_missing(s);
	if (a->result < 0)
		return a->result;
	if (c->direction == TRANSPORT_FROM_DEVICE)
		scripted_data(c->data, c->length, a);
	c->returned = !a->silent;
	c->count_full = !a->partial;
	c->ret_status = a->status ? a->status : 0x50;
	c->ret_error = a->error;
	c->ret_count = a->count;
	c->ret_lba = a->lba;
	c->ret_device = a->device;
	return 0;
}

static inline int scripted_scsi(struct transport *t, struct scsi_command *c,
				struct haiki_error *err)
{
	struct scripted *s = t->state;
	unsigned selector = c->cdb[0] == 0x12 && c->cdb[1] & 1 ?
			    0x100u | c->cdb[2] :
			    c->cdb[0] == 0x4D ? c->cdb[2] & 0x3Fu : 0;
	const struct answer *a = scripted_find(s, s->scsi, c->cdb[0],
					       selector);
	static const uint8_t invalid[] = {
		0x72, 0x05, 0x24, 0x00, 0, 0, 0, 0,
	};

	(void)err;
	c->residual = 0;
	c->status = 0;
	c->sense_length = 0;
	if (!s->scsi)
		return scripted_missing(s);
	if (!a) {
		if (scripted_missing(s) == -ENODEV)
			return -ENODEV;
		c->status = 0x02;
		c->sense_length = sizeof(invalid);
		memcpy(c->sense, invalid, sizeof(invalid));
		return 0;
	}
	if (a->result < 0)
		return a->result;
	c->status = (uint8_t)a->bad;
	if (a->sense) {
		memcpy(c->sense, a->sense, a->sense_length);
		c->sense_length = a->sense_length;
	}
	if (c->direction == TRANSPORT_FROM_DEVICE) {
		scripted_data(c->data, c->length, a);
		if (a->length < c->length)
			c->residual = c->length - a->length;
	}
	return 0;
}

static inline int scripted_nvme(struct transport *t, struct nvme_command *c,
				struct haiki_error *err)
{
	struct scripted *s = t->state;
	const struct answer *a = scripted_find(s, s->nvme, c->opcode,
					       c->cdw10 & 0xFF);

	(void)err;
	c->status = 0;
	if (!s->nvme)
		return scripted_missing(s);
	if (!a) {
		if (scripted_missing(s) == -ENODEV)
			return -ENODEV;
		c->status = 0x002;
		return 0;
	}
	if (a->result < 0)
		return a->result;
	c->status = a->bad;
	if (c->direction == TRANSPORT_FROM_DEVICE)
		scripted_data(c->data, c->length, a);
	return 0;
}

static inline int scripted_mmc(struct transport *t, struct mmc_command *c,
			       size_t count, struct haiki_error *err)
{
	struct scripted *s = t->state;

	(void)err;
	if (!s->extcsd || (s->gone_after && s->commands >= s->gone_after))
		return scripted_missing(s);
	s->commands++;
	if (count != 1 || c->opcode != 8)
		abort();
	memcpy(c->data, s->extcsd, 512);
	c->returned = true;
	c->response = 0x900;
	return 0;
}

static inline int scripted_boot(struct transport *t, unsigned partition,
				uint64_t offset, void *buf, size_t length,
				struct haiki_error *err)
{
	struct scripted *s = t->state;
	uint8_t *to = buf;

	(void)err;
	if (s->boot_result < 0)
		return s->boot_result;
	for (size_t i = 0; i < length; i++)
		to[i] = s->boot[partition - 1][(offset + i) % s->boot_size];
	return 0;
}

static inline int scripted_size(struct transport *t, uint64_t *ret_bytes,
				struct haiki_error *err)
{
	struct scripted *s = t->state;

	if (s->gone_after && s->commands >= s->gone_after)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -ENODEV, "gone");
	*ret_bytes = s->size ? s->size : s->described.size_bytes;
	return 0;
}

static inline int scripted_describe(struct transport *t,
				    struct haiki_drive *drive,
				    struct haiki_error *err)
{
	struct scripted *s = t->state;

	(void)err;
	s->describes++;
	*drive = s->described;
	return 0;
}

static inline int scripted_io(struct transport *t, uint64_t offset, void *buf,
			      size_t length, struct haiki_error *err)
{
	(void)t;
	(void)offset;
	(void)err;
	memset(buf, 0, length);
	return 0;
}

static inline int scripted_flush(struct transport *t, struct haiki_error *err)
{
	(void)t;
	(void)err;
	return 0;
}

/* Answers to nothing may change a medium: a write is a failed test. */
static inline int scripted_write(struct transport *t, uint64_t offset,
				 const void *buf, size_t length,
				 struct haiki_error *err)
{
	(void)t;
	(void)offset;
	(void)buf;
	(void)length;
	(void)err;
	abort();
}

static const struct transport_ops scripted_ops = {
	.name = "recorded",
	.ata = scripted_ata,
	.scsi = scripted_scsi,
	.nvme = scripted_nvme,
	.mmc = scripted_mmc,
	.read_boot = scripted_boot,
	.read = scripted_io,
	.write = scripted_write,
	.flush = scripted_flush,
	.size = scripted_size,
	.describe = scripted_describe,
};

static inline void scripted_init(struct scripted *s, struct transport *t,
				 enum haiki_bus bus, uint64_t size_bytes)
{
	memset(s, 0, sizeof(*s));
	memset(t, 0, sizeof(*t));
	t->ops = &scripted_ops;
	t->state = s;
	snprintf(s->described.path, sizeof(s->described.path), "/dev/sdx");
	snprintf(s->described.name, sizeof(s->described.name), "sdx");
	s->described.bus = bus;
	s->described.size_bytes = size_bytes;
	s->described.logical_block = 512;
	s->described.physical_block = 512;
}

#endif
