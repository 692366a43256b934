/* SPDX-License-Identifier: Apache-2.0 */
#include "transport/transport.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/error.h"
#include "scsi/sense.h"

/* A drive says once per reset, power cycle or change that it happened, and
 * hasn't executed the command it says so to. */
#define ATTENTION_RETRIES 4

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000u + (uint64_t)ts.tv_nsec / 1000u;
}

static void observe(struct transport *t, struct transport_event *event,
		    int result, uint64_t started)
{
	if (!t->observer)
		return;
	event->result = result;
	event->started_us = started;
	event->finished_us = now_us();
	t->observer(t->observer_opaque, event);
}

static int not_carried(struct haiki_error *err, const char *set)
{
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -EOPNOTSUPP,
			 N_("%s commands can't be sent to this drive"), set);
}

/* Unit attention for this command (not deferred from another one). */
static bool unit_attention(const struct scsi_command *command)
{
	struct scsi_sense sense;

	scsi_sense_decode(command->sense, command->sense_length, &sense);
	return command->status == SCSI_STATUS_CHECK_CONDITION && sense.valid &&
	       !sense.deferred && sense.key == SCSI_UNIT_ATTENTION;
}

int transport_ata(struct transport *t, struct ata_command *command,
		  struct haiki_error *err)
{
	struct transport_event event = { .set = "ata", .ata = command };
	int r = 0;

	if (!t->ops->ata)
		return not_carried(err, "ATA");
	for (int i = 0; i <= ATTENTION_RETRIES; i++) {
		uint64_t started = now_us();

		r = t->ops->ata(t, command, err);
		observe(t, &event, r, started);
		if (r != -EAGAIN)
			break;
	}
	return r;
}

int transport_scsi(struct transport *t, struct scsi_command *command,
		   struct haiki_error *err)
{
	struct transport_event event = { .set = "scsi", .scsi = command };
	int r = 0;

	if (!t->ops->scsi)
		return not_carried(err, "SCSI");
	for (int i = 0; i <= ATTENTION_RETRIES; i++) {
		uint64_t started = now_us();

		r = t->ops->scsi(t, command, err);
		observe(t, &event, r, started);
		if (r < 0 || !unit_attention(command))
			break;
	}
	return r;
}

int transport_nvme(struct transport *t, struct nvme_command *command,
		   struct haiki_error *err)
{
	struct transport_event event = { .set = "nvme", .nvme = command };
	uint64_t started = now_us();
	int r;

	if (!t->ops->nvme)
		return not_carried(err, "NVMe");
	r = t->ops->nvme(t, command, err);
	observe(t, &event, r, started);
	return r;
}

int transport_mmc(struct transport *t, struct mmc_command *commands,
		  size_t count, struct haiki_error *err)
{
	uint64_t started = now_us();
	int r;

	if (!t->ops->mmc)
		return not_carried(err, "MMC");
	for (size_t i = 0; i < count; i++)
		commands[i].returned = false;
	r = t->ops->mmc(t, commands, count, err);
	for (size_t i = 0; i < count; i++) {
		struct transport_event event = { .set = "mmc",
						 .mmc = &commands[i] };

		observe(t, &event, r, started);
	}
	return r;
}

/* Reads and writes are far too many for a transcript; their failures aren't. */
static void observe_block(struct transport *t, const char *what,
			  uint64_t offset, size_t length, int result,
			  uint64_t started)
{
	struct transport_event event = { .set = "block" };
	char note[96];

	if (!t->observer)
		return;
	if (length)
		snprintf(note, sizeof(note), "%s of %zu bytes at byte %llu",
			 what, length, (unsigned long long)offset);
	else
		snprintf(note, sizeof(note), "%s", what);
	event.note = note;
	observe(t, &event, result, started);
}

int transport_read(struct transport *t, uint64_t offset, void *buf,
		   size_t length, struct haiki_error *err)
{
	uint64_t started = now_us();
	int r = t->ops->read(t, offset, buf, length, err);

	if (r < 0)
		observe_block(t, "read", offset, length, r, started);
	return r;
}

int transport_read_boot(struct transport *t, unsigned partition,
			uint64_t offset, void *buf, size_t length,
			struct haiki_error *err)
{
	if (!t->ops->read_boot)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EOPNOTSUPP,
				 N_("its boot partitions can't be read"));
	return t->ops->read_boot(t, partition, offset, buf, length, err);
}

int transport_write(struct transport *t, uint64_t offset, const void *buf,
		    size_t length, struct haiki_error *err)
{
	uint64_t started = now_us();
	int r;

	if (!t->writable)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EBADF,
				 N_("the drive was opened for reading only"));
	r = t->ops->write(t, offset, buf, length, err);
	if (r < 0)
		observe_block(t, "write", offset, length, r, started);
	return r;
}

int transport_flush(struct transport *t, struct haiki_error *err)
{
	uint64_t started = now_us();
	int r = t->ops->flush(t, err);

	observe_block(t, "flush", 0, 0, r, started);
	return r;
}

int transport_size(struct transport *t, uint64_t *ret_bytes,
		   struct haiki_error *err)
{
	return t->ops->size(t, ret_bytes, err);
}

int transport_rescan(struct transport *t, struct haiki_error *err)
{
	uint64_t started = now_us();
	int r;

	if (!t->ops->rescan)
		return 0;
	r = t->ops->rescan(t, err);
	observe_block(t, "rescan", 0, 0, r, started);
	return r;
}

int transport_fd(struct transport *t)
{
	return t->ops->fd ? t->ops->fd(t) : -1;
}

void transport_note(struct transport *t, const char *format, ...)
{
	struct transport_event event = { .set = "note" };
	char text[512];
	va_list args;

	if (!t->observer)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	event.note = text;
	observe(t, &event, 0, now_us());
}

void transport_close(struct transport *t)
{
	if (!t)
		return;
	if (t->ops->close)
		t->ops->close(t);
	free(t);
}
