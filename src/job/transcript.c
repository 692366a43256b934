/* SPDX-License-Identifier: Apache-2.0 */
#include "job/transcript.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"

/* What a drive tells of itself fits; longer answers are told by length. */
#define DATA_SHOWN 4096

struct transcript {
	FILE *file;
	char *name;
	int error;
};

/* Power may have failed in the middle of a line: what follows is another. */
static int end_torn_line(FILE *file)
{
	if (fseek(file, -1, SEEK_END) < 0)
		return errno == EINVAL ? 0 : -1;      /* it's empty */
	if (getc(file) == '\n')
		return 0;
	return fseek(file, 0, SEEK_END) < 0 || putc('\n', file) == EOF ? -1 : 0;
}

int transcript_open(const char *file, struct transcript **ret_transcript,
		    struct haiki_error *err)
{
	struct transcript *transcript = calloc(1, sizeof(*transcript));

	if (transcript)
		transcript->name = strdup(file);
	if (!transcript || !transcript->name) {
		free(transcript);
		return error_errno(err, -ENOMEM, N_("cannot write %s"), file);
	}
	transcript->file = fopen(file, "a+e");
	if (!transcript->file || end_torn_line(transcript->file) < 0) {
		int code = -errno;

		transcript_close(transcript);
		return error_errno(err, code, N_("cannot write %s"), file);
	}
	*ret_transcript = transcript;
	return 0;
}

static void set_text(json_t *line, const char *key, const char *text)
{
	if (text)
		json_object_set_new(line, key, json_string(text));
}

static void set_number(json_t *line, const char *key, uint64_t value)
{
	json_object_set_new(line, key, json_integer((json_int_t)value));
}

static void set_hex(json_t *line, const char *key, const void *bytes,
		    size_t length)
{
	char *text = malloc(2 * length + 1);

	if (!text)
		return;
	hex_encode(bytes, length, text);
	set_text(line, key, text);
	free(text);
}

static void set_data(json_t *line, const void *data, size_t length,
		     enum transport_direction direction, bool secret,
		     int result)
{
	if (direction == TRANSPORT_NO_DATA)
		return;
	set_number(line, "data_length", length);
	set_text(line, "direction", direction == TRANSPORT_FROM_DEVICE ?
		 "from-device" : "to-device");
	if (secret)
		set_text(line, "data", "not recorded: holds a secret");
	else if (data && length <= DATA_SHOWN &&
		 (direction == TRANSPORT_TO_DEVICE || result == 0))
		set_hex(line, "data", data, length);
}

static void add_ata(json_t *line, const struct ata_command *c, int result)
{
	json_t *sent = json_object(), *got = json_object();

	set_text(line, "name", c->name);
	set_number(sent, "command", c->command);
	set_number(sent, "features", c->features);
	set_number(sent, "count", c->count);
	set_number(sent, "lba", c->lba);
	set_number(sent, "device", c->device);
	set_number(sent, "protocol", c->protocol);
	json_object_set_new(sent, "extended", json_boolean(c->extended));
	json_object_set_new(line, "registers", sent);
	set_data(line, c->data, c->length, c->direction, c->secret, result);
	if (result != 0 || !c->returned) {
		json_decref(got);
		json_object_set_new(line, "returned", json_null());
		return;
	}
	set_number(got, "status", c->ret_status);
	set_number(got, "error", c->ret_error);
	set_number(got, "count", c->ret_count);
	set_number(got, "lba", c->ret_lba);
	set_number(got, "device", c->ret_device);
	json_object_set_new(got, "full", json_boolean(c->count_full));
	json_object_set_new(line, "returned", got);
}

static void add_scsi(json_t *line, const struct scsi_command *c, int result)
{
	set_text(line, "name", c->name);
	if (c->cdb_length <= sizeof(c->cdb))
		set_hex(line, "cdb", c->cdb, c->cdb_length);
	set_data(line, c->data, c->length, c->direction, c->secret, result);
	if (result != 0)
		return;
	set_number(line, "status", c->status);
	if (c->sense_length && c->sense_length <= sizeof(c->sense))
		set_hex(line, "sense", c->sense, c->sense_length);
}

static void add_nvme(json_t *line, const struct nvme_command *c, int result)
{
	json_t *words = json_array();
	const uint32_t cdw[] = { c->cdw10, c->cdw11, c->cdw12, c->cdw13,
				 c->cdw14, c->cdw15 };

	set_text(line, "name", c->name);
	set_number(line, "opcode", c->opcode);
	set_number(line, "nsid", c->nsid);
	for (size_t i = 0; i < ARRAY_SIZE(cdw); i++)
		json_array_append_new(words, json_integer(cdw[i]));
	json_object_set_new(line, "cdw10_15", words);
	set_data(line, c->data, c->length, c->direction, c->secret, result);
	if (result != 0)
		return;
	set_number(line, "status", c->status);
	set_number(line, "result_dword", c->result);
}

static void add_mmc(json_t *line, const struct mmc_command *c, int result)
{
	set_text(line, "name", c->name);
	set_number(line, "command", c->opcode);
	set_number(line, "argument", c->argument);
	set_data(line, c->data, c->length, c->direction, false, result);
	if (result != 0 || !c->returned)
		json_object_set_new(line, "response", json_null());
	else
		set_number(line, "response", c->response);
}

void transcript_observe(void *opaque, const struct transport_event *event)
{
	struct transcript *transcript = opaque;
	CLEANUP(json) json_t *line = json_object();
	CLEANUP(free) char *text = NULL;

	set_number(line, "started_us", event->started_us);
	set_number(line, "finished_us", event->finished_us);
	set_text(line, "set", event->set);
	set_text(line, "note", event->note);
	json_object_set_new(line, "result", json_integer(event->result));
	if (event->ata)
		add_ata(line, event->ata, event->result);
	if (event->scsi)
		add_scsi(line, event->scsi, event->result);
	if (event->nvme)
		add_nvme(line, event->nvme, event->result);
	if (event->mmc)
		add_mmc(line, event->mmc, event->result);
	text = json_dumps(line, JSON_COMPACT | JSON_SORT_KEYS);
	errno = 0;
	if (!text)
		transcript->error = -ENOMEM;
	else if (fprintf(transcript->file, "%s\n", text) < 0 &&
		 !transcript->error)
		transcript->error = errno ? -errno : -EIO;
}

int transcript_sync(struct transcript *transcript, struct haiki_error *err)
{
	if (!transcript->error &&
	    (fflush(transcript->file) != 0 ||
	     fsync(fileno(transcript->file)) != 0))
		transcript->error = -errno;
	if (transcript->error)
		return error_errno(err, transcript->error,
				   N_("cannot write %s"), transcript->name);
	return 0;
}

void transcript_close(struct transcript *transcript)
{
	if (!transcript)
		return;
	if (transcript->file)
		fclose(transcript->file);
	free(transcript->name);
	free(transcript);
}
