/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_METHOD_SCRIPTED_H
#define TESTS_METHOD_SCRIPTED_H

/*
 * A drive that is a list: every command and every line for the journal must
 * come in just this order, and is answered as written here. What isn't
 * expected fails the test, and so does what is left over.
 *
 * The method under test is included as its source, with the guard replaced:
 *	#define guard_check scripted_guard_check
 *	#include "method/ata_security.c"
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "ata/command.h"
#include "base/bytes.h"
#include "base/cleanup.h"
#include "method/method.h"
#include "nvme/log.h"
#include "scsi/sense.h"

#define UNUSED __attribute__((unused))

enum step_kind { STEP_END = 0, STEP_GUARD, STEP_JOURNAL, STEP_ATA, STEP_SCSI,
		 STEP_NVME, STEP_MMC, STEP_RESCAN };

struct step {
	enum step_kind kind;
	/* What must come. */
	uint8_t opcode;           /* ATA command, CDB byte 0, NVMe opcode */
	uint16_t features;        /* ATA; SCSI: service action, 0 = any */
	uint16_t count;           /* ATA: 0 = any */
	uint64_t lba;             /* ATA: 0 = any */
	uint32_t cdw10;           /* NVMe: 0 = any; MMC: argument */
	const char *key, *value;  /* journal; value NULL = any */
	void (*check)(const uint8_t *data, size_t length);  /* data out */
	/* How it's answered. */
	int result;               /* the transport's, the journal's */
	bool silent;              /* ATA: no registers come back; MMC: no
				   * response */
	bool low_only;            /* ATA: COUNT(15:8) is missing */
	uint8_t status, error;    /* ATA: status 0 = 50h; SCSI: status */
	uint16_t ret_count;
	uint64_t ret_lba;
	uint8_t key_code;         /* SCSI: sense, fixed format ... */
	uint16_t asc;
	uint16_t progress;
	bool sense_data;          /* ... as REQUEST SENSE's data */
	uint16_t sc;              /* NVMe status */
	uint32_t dword0;          /* NVMe; MMC: card status */
	const uint8_t *data;      /* data in */
	size_t length;
};

struct scripted {
	struct transport transport;
	struct haiki_drive drive;
	struct method_options options;
	struct method_journal journal;
	struct method_run run;
	const struct step *at;
	struct { char key[32], value[128]; } entries[8];
	size_t entries_count;
};

/* Where the list is; the table of operations has no room for more. */
static inline struct scripted *scripted_of(struct transport *t)
{
	return t->state;
}

/* As every transport does. */
static inline int scripted_result(const struct step *step,
				  struct haiki_error *err)
{
	if (step->result < 0 && err)
		snprintf(err->text, sizeof(err->text), "scripted error %d",
			 step->result);
	return step->result;
}

static inline const struct step *next_step(struct scripted *s,
					   enum step_kind kind,
					   const char *what)
{
	const struct step *step = s->at;

	if (step->kind != kind) {
		print_error("not expected now: %s\n", what);
		fail();
	}
	s->at++;
	return step;
}

UNUSED static int scripted_ata(struct transport *t, struct ata_command *c,
			       struct haiki_error *err)
{
	const struct step *s = next_step(scripted_of(t), STEP_ATA, c->name);

	if (c->command != s->opcode || c->features != s->features ||
	    (s->count && c->count != s->count) ||
	    (s->lba && c->lba != s->lba)) {
		print_error("came %s %02Xh/%04Xh, expected %02Xh/%04Xh\n",
			    c->name, c->command, c->features, s->opcode,
			    s->features);
		fail();
	}
	if (s->check)
		s->check(c->data, c->length);
	if (s->data)
		memcpy(c->data, s->data, s->length);
	c->returned = !s->silent && !s->result;
	c->count_full = c->returned && !s->low_only;
	c->ret_status = s->status ? s->status : 0x50;
	c->ret_error = s->error;
	c->ret_device = 0x40;
	c->ret_count = s->ret_count;
	c->ret_lba = s->ret_lba;
	return scripted_result(s, err);
}

static inline void fixed_sense(uint8_t *sense, const struct step *s)
{
	memset(sense, 0, 18);
	sense[0] = 0x70;
	sense[2] = s->key_code;
	sense[7] = 10;
	put_be16(sense + 12, s->asc);
	if (s->progress) {
		sense[15] = 0x80;
		put_be16(sense + 16, s->progress);
	}
}

UNUSED static int scripted_scsi(struct transport *t, struct scsi_command *c,
				struct haiki_error *err)
{
	const struct step *s = next_step(scripted_of(t), STEP_SCSI, c->name);

	if (c->cdb[0] != s->opcode ||
	    (s->features && (c->cdb[1] & 31) != s->features)) {
		print_error("came %s, expected %02Xh/%02Xh\n", c->name,
			    s->opcode, s->features);
		fail();
	}
	if (s->check)
		s->check(c->data, c->length);
	c->status = s->status;
	c->sense_length = 0;
	if (s->sense_data) {
		fixed_sense(c->data, s);
		c->residual = c->length - 18;
	} else if (s->status == 0x02) {
		fixed_sense(c->sense, s);
		c->sense_length = 18;
	}
	if (s->data) {
		memcpy(c->data, s->data, s->length);
		c->residual = c->length - s->length;
	}
	return scripted_result(s, err);
}

UNUSED static int scripted_nvme(struct transport *t, struct nvme_command *c,
				struct haiki_error *err)
{
	const struct step *s = next_step(scripted_of(t), STEP_NVME, c->name);

	if (c->opcode != s->opcode || (s->cdw10 && c->cdw10 != s->cdw10)) {
		print_error("came %s cdw10 %08Xh, expected %02Xh %08Xh\n",
			    c->name, c->cdw10, s->opcode, s->cdw10);
		fail();
	}
	if (s->check)
		s->check(c->data, c->length);
	if (s->data)
		memcpy(c->data, s->data, s->length);
	c->status = s->sc;
	c->result = s->dword0;
	return scripted_result(s, err);
}

/* A step a command; what fails on the way fails all of them. */
UNUSED static int scripted_mmc(struct transport *t, struct mmc_command *c,
			       size_t count, struct haiki_error *err)
{
	for (size_t i = 0; i < count; i++, c++) {
		const struct step *s = next_step(scripted_of(t), STEP_MMC,
						 c->name);

		if (c->opcode != s->opcode || c->argument != s->cdw10) {
			print_error("came %s %08Xh, expected CMD%u %08Xh\n",
				    c->name, c->argument, s->opcode, s->cdw10);
			fail();
		}
		if (s->data)
			memcpy(c->data, s->data, s->length);
		c->returned = !s->silent && !s->result;
		c->response = s->dword0 ? s->dword0 : 0x900;
		if (s->result)
			return scripted_result(s, err);
	}
	return 0;
}

UNUSED static int scripted_rescan(struct transport *t, struct haiki_error *err)
{
	(void)err;
	return next_step(scripted_of(t), STEP_RESCAN, "rescan")->result;
}

UNUSED static int scripted_size(struct transport *t, uint64_t *ret_bytes,
				struct haiki_error *err)
{
	(void)err;
	*ret_bytes = scripted_of(t)->drive.size_bytes;
	return 0;
}

/* What the drive is open as; -1: no kernel stands between. */
static int scripted_descriptor = -1;

UNUSED static int scripted_fd(struct transport *t)
{
	(void)t;
	return scripted_descriptor;
}

static inline int scripted_put(void *opaque, const char *key,
			       const char *value, struct haiki_error *err)
{
	struct scripted *s = opaque;
	const struct step *step = next_step(s, STEP_JOURNAL, key);
	size_t i = 0;

	assert_string_equal(key, step->key);
	if (step->value)
		assert_string_equal(value, step->value);
	if (step->result)
		return scripted_result(step, err);
	while (i < s->entries_count && strcmp(s->entries[i].key, key))
		i++;
	assert_true(i < sizeof(s->entries) / sizeof(s->entries[0]));
	snprintf(s->entries[i].key, sizeof(s->entries[i].key), "%s", key);
	snprintf(s->entries[i].value, sizeof(s->entries[i].value), "%s", value);
	if (i == s->entries_count)
		s->entries_count++;
	return 0;
}

static inline const char *scripted_get(void *opaque, const char *key)
{
	struct scripted *s = opaque;

	for (size_t i = 0; i < s->entries_count; i++)
		if (!strcmp(s->entries[i].key, key))
			return s->entries[i].value;
	return NULL;
}

/* What the method's guard_check() becomes. */
UNUSED static int scripted_guard_check(const struct guard_token *token,
				       struct transport *t,
				       struct haiki_error *err)
{
	const struct step *s = next_step(scripted_of(t), STEP_GUARD, "guard");

	assert_non_null(token);
	return scripted_result(s, err);
}

static inline void scripted_begin(struct scripted *s, const struct step *steps)
{
	static const struct transport_ops ops = {
		.name = "scripted",
		.ata = scripted_ata,
		.scsi = scripted_scsi,
		.nvme = scripted_nvme,
		.mmc = scripted_mmc,
		.rescan = scripted_rescan,
		.size = scripted_size,
		.fd = scripted_fd,
	};

	memset(s, 0, sizeof(*s));
	s->transport.ops = &ops;
	s->transport.state = s;
	s->transport.writable = true;
	s->drive.bus = HAIKI_BUS_ATA;
	s->drive.size_bytes = 1 << 30;
	s->drive.logical_block = 512;
	s->drive.nsid = 1;
	s->options.slice_ms = 20;
	s->options.poll_ms = 1;
	s->options.stall_ms = 600000;
	s->journal = (struct method_journal){ scripted_put, scripted_get, s };
	s->run.t = &s->transport;
	s->run.token = (const struct guard_token *)s;
	s->run.drive = &s->drive;
	s->run.options = &s->options;
	s->run.journal = &s->journal;
	s->at = steps;
}

/* The same drive and journal in a new process, with another list. */
UNUSED static void scripted_again(struct scripted *s, const struct step *steps)
{
	s->run.state = NULL;
	memset(&s->run.attempt, 0, sizeof(s->run.attempt));
	s->at = steps;
}

static inline void scripted_end(struct scripted *s)
{
	if (s->at->kind != STEP_END)
		print_error("left over: kind %d opcode %02Xh key %s\n",
			    s->at->kind, s->at->opcode,
			    s->at->key ? s->at->key : "");
	assert_int_equal(s->at->kind, STEP_END);
}

/* Polls until it's no longer running. */
UNUSED static int scripted_follow(struct scripted *s,
				  const struct method *method,
				  struct method_progress *ret_progress)
{
	struct haiki_error error = { 0 };
	int r;

	do {
		memset(ret_progress, 0, sizeof(*ret_progress));
		r = method->poll(&s->run, ret_progress, &error);
	} while (r == 0 && ret_progress->outcome == HAIKI_OUTCOME_RUNNING);
	return r;
}

/* --- answers of an ATA drive ----------------------------------------------- */

struct identity {
	uint16_t w59, w69, w83, w86, w89, w90, w119, w128;
	uint64_t sectors;
	uint16_t w82, w85;        /* added to what all have */
};

/* IDENTIFY DEVICE data with a fitting checksum. */
UNUSED static void identify_data(const struct identity *want,
				 uint8_t ret_data[ATA_SECTOR])
{
	uint16_t security = want->w128 & 1 ? 1u << 1 : 0;
	uint16_t enabled = want->w128 & 2 ? 1u << 1 : 0;
	uint64_t sectors = want->sectors ? want->sectors : 2097152;

	memset(ret_data, 0, ATA_SECTOR);
	put_le16(ret_data, 0x0040);
	memcpy(ret_data + 20, "ESTS1-                ", 20);
	memcpy(ret_data + 54, "eTtsD irev                              ", 40);
	put_le16(ret_data + 2 * 59, want->w59);
	put_le32(ret_data + 2 * 60, 0x0FFFFFFF);
	put_le16(ret_data + 2 * 69, want->w69);
	put_le16(ret_data + 2 * 82, (uint16_t)(0x0401 | security |
						 want->w82));
	put_le16(ret_data + 2 * 83, want->w83 ? want->w83 : 0x4400);
	put_le16(ret_data + 2 * 84, 0x4000);
	put_le16(ret_data + 2 * 85, (uint16_t)(0x0401 | enabled |
						 want->w85));
	put_le16(ret_data + 2 * 86, want->w86);
	put_le16(ret_data + 2 * 87, 0x4000);
	put_le16(ret_data + 2 * 89, want->w89);
	put_le16(ret_data + 2 * 90, want->w90);
	put_le64(ret_data + 2 * 100, sectors);
	put_le16(ret_data + 2 * 119, want->w119);
	put_le16(ret_data + 2 * 128, want->w128);
	ata_checksum_store(ret_data);
}

#define GUARD { .kind = STEP_GUARD }
#define KEEP(k, v) { .kind = STEP_JOURNAL, .key = k, .value = v }
#define IDENTIFY(bytes) { .kind = STEP_ATA, .opcode = 0xEC, .data = bytes, \
			  .length = ATA_SECTOR }
#define END { .kind = STEP_END }

#endif
