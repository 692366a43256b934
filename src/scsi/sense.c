/* SPDX-License-Identifier: Apache-2.0 */
#include "scsi/sense.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"

/* Finds descriptor `type` (SPC-5 4.4.2) of at least `least` bytes in all. */
static const uint8_t *find_descriptor(const uint8_t *sense, size_t length,
				      uint8_t type, size_t least)
{
	size_t end, at = 8;

	if (length < 8)
		return NULL;
	end = 8 + (size_t)sense[7];
	if (end > length)
		end = length;
	while (at + 2 <= end) {
		size_t size = 2 + (size_t)sense[at + 1];

		if (sense[at] == type && size >= least && at + least <= end)
			return sense + at;
		at += size;
	}
	return NULL;
}

static void decode_descriptor(const uint8_t *sense, size_t length,
			      struct scsi_sense *s)
{
	const uint8_t *d;

	s->key = sense[1] & 15;
	s->asc = get_be16(sense + 2);
	d = find_descriptor(sense, length, 0x00, 12);
	if (d && d[2] & 0x80) {
		s->information_valid = true;
		s->information = get_be64(d + 4);
	}
	/* Sense key specific, or another progress indication descriptor. */
	d = find_descriptor(sense, length, 0x02, 8);
	if (d && d[4] & 0x80) {
		s->progress_valid = true;
		s->progress = get_be16(d + 5);
		return;
	}
	d = find_descriptor(sense, length, 0x0A, 8);
	if (d) {
		s->progress_valid = true;
		s->progress = get_be16(d + 6);
	}
}

static void decode_fixed(const uint8_t *sense, size_t length,
			 struct scsi_sense *s)
{
	/* Additional sense length counts from byte 8. */
	size_t end = length > 7 ? 8 + (size_t)sense[7] : length;

	if (end > length)
		end = length;
	s->key = sense[2] & 15;
	if (end > 13)
		s->asc = get_be16(sense + 12);
	if (sense[0] & 0x80 && end > 6) {
		s->information_valid = true;
		s->information = get_be32(sense + 3);
	}
	if (end > 17 && sense[15] & 0x80) {
		s->progress_valid = true;
		s->progress = get_be16(sense + 16);
	}
}

/* The sense key specific bytes hold progress only with these keys. */
static bool progress_key(uint8_t key)
{
	return key == SCSI_NO_SENSE || key == SCSI_NOT_READY;
}

void scsi_sense_decode(const uint8_t *sense, size_t length,
		       struct scsi_sense *ret_sense)
{
	uint8_t code;

	memset(ret_sense, 0, sizeof(*ret_sense));
	if (length < 8)
		return;
	code = sense[0] & 0x7F;
	if (code < 0x70 || code > 0x73)
		return;
	ret_sense->valid = true;
	ret_sense->deferred = code & 1;
	ret_sense->descriptor = code >= 0x72;
	if (ret_sense->descriptor)
		decode_descriptor(sense, length, ret_sense);
	else
		decode_fixed(sense, length, ret_sense);
	if (!progress_key(ret_sense->key))
		ret_sense->progress_valid = false;
}

static const struct {
	uint16_t asc;
	const char *text;
} asc_names[] = {
	{ SCSI_ASC_ATA_INFORMATION, "ATA pass-through information available" },
	{ SCSI_ASC_FORMAT_RUNNING, "format in progress" },
	{ SCSI_ASC_SANITIZE_RUNNING, "sanitize in progress" },
	{ SCSI_ASC_INVALID_OPCODE, "invalid command operation code" },
	{ SCSI_ASC_INVALID_FIELD, "invalid field in CDB" },
	{ SCSI_ASC_INVALID_PARAMETER, "invalid field in parameter list" },
	{ SCSI_ASC_WRITE_PROTECTED, "write protected" },
	{ 0x2900, "power on, reset or bus device reset occurred" },
	{ 0x2901, "power on occurred" },
	{ SCSI_ASC_FORMAT_FAILED, "format command failed" },
	{ SCSI_ASC_SANITIZE_FAILED, "sanitize command failed" },
	{ SCSI_ASC_MEDIUM_NOT_PRESENT, "medium not present" },
	{ 0x7471, "logical unit access not authorized" },
};

void scsi_sense_describe(const struct scsi_sense *sense, char *ret_text,
			 size_t size)
{
	const char *name = NULL;

	if (!sense->valid) {
		snprintf(ret_text, size, "no sense data");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(asc_names); i++)
		if (asc_names[i].asc == sense->asc)
			name = asc_names[i].text;
	snprintf(ret_text, size, "sense %X/%02X/%02X%s%s%s", sense->key,
		 sense->asc >> 8, sense->asc & 0xFF, name ? " (" : "",
		 name ? name : "", name ? ")" : "");
}

static enum scsi_result result_of_key(const struct scsi_sense *s)
{
	switch (s->key) {
	case SCSI_NO_SENSE:
	case SCSI_RECOVERED_ERROR:
		return SCSI_RESULT_GOOD;
	case SCSI_UNIT_ATTENTION:
		return SCSI_RESULT_RETRY;
	case SCSI_NOT_READY:
		return SCSI_RESULT_NOT_READY;
	case SCSI_ILLEGAL_REQUEST:
		return SCSI_RESULT_UNSUPPORTED;
	default:
		return SCSI_RESULT_FAILED;
	}
}

enum scsi_result scsi_command_result(const struct scsi_command *command,
				     struct scsi_sense *ret_sense)
{
	scsi_sense_decode(command->sense, command->sense_length, ret_sense);
	switch (command->status) {
	case SCSI_STATUS_GOOD:
		return SCSI_RESULT_GOOD;
	case SCSI_STATUS_BUSY:
	case SCSI_STATUS_TASK_SET_FULL:
		return SCSI_RESULT_RETRY;
	case SCSI_STATUS_CHECK_CONDITION:
		/* A deferred error says nothing of this command. */
		if (!ret_sense->valid || ret_sense->deferred)
			return SCSI_RESULT_UNKNOWN;
		return result_of_key(ret_sense);
	case SCSI_STATUS_RESERVATION_CONFLICT:
		return SCSI_RESULT_FAILED;
	default:
		return SCSI_RESULT_UNKNOWN;
	}
}
