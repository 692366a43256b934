/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FORMAT UNIT (SBC-4 5.4) with IMMED. It reaches what the host can address;
 * a drive whose format was cut off can't be used until it's formatted again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "method/common.h"
#include "method/methods.h"
#include "method/pace.h"
#include "method/sanitize.h"
#include "method/scsi_watch.h"

#define COMMAND_TIMEOUT_MS 120000

/* Journal: the type of protection information as it was before the format,
 * "0" ... "3"; one that broke off leaves a drive that can't tell it. */
#define KEY_PROTECTION "protection"

static void probe(struct method_run *run,
		  struct haiki_method_support *ret_support)
{
	if (support_scsi(run, HAIKI_SCSI_FORMAT, SCSI_OPCODE_FORMAT_UNIT, -1,
		       ret_support))
		support_set(ret_support, HAIKI_SCSI_FORMAT, HAIKI_SUPPORTED,
			    -1, "%s", "");
}

static int keep_protection(struct method_run *run, unsigned type,
			   struct haiki_error *err)
{
	const char text[] = { (char)('0' + type % 4), '\0' };

	return journal_keep(run, KEY_PROTECTION, text, err);
}

static uint8_t kept_protection(const struct method_run *run)
{
	const char *text = journal_find(run, KEY_PROTECTION);

	return text && text[0] >= '0' && text[0] <= '3' ?
	       (uint8_t)(text[0] - '0') : 0;
}

/* The protection type in use is kept. */
static int ask_capacity(struct method_run *run,
			struct scsi_capacity *ret_capacity,
			struct haiki_error *err)
{
	uint8_t data[32] = { 0 };
	struct scsi_command c;
	struct scsi_sense sense;
	int r;

	memset(ret_capacity, 0, sizeof(*ret_capacity));
	scsi_read_capacity16(&c, data);
	r = transport_scsi(run->t, &c, err);
	if (r < 0)
		return r;
	if (scsi_command_result(&c, &sense) == SCSI_RESULT_GOOD &&
	    scsi_capacity16_decode(data, sizeof(data), ret_capacity) == 0)
		return keep_protection(run, ret_capacity->protection_type,
				       err);
	ret_capacity->protection_type = kept_protection(run);
	return 0;
}

static int send_command(struct method_run *run, struct scsi_operation *s,
			struct haiki_error *err)
{
	uint8_t list[SCSI_FORMAT_LIST_SIZE];
	struct scsi_capacity capacity;
	struct scsi_watch watch;
	struct scsi_command c;
	struct scsi_sense sense = { 0 };
	char text[96];
	int r = ask_capacity(run, &capacity, err);

	if (r < 0)
		return r;
	scsi_format_unit(&c, list, &capacity, true);
	c.timeout_ms = COMMAND_TIMEOUT_MS;
	r = transport_scsi(run->t, &c, err);
	if (r < 0)
		return r;
	if (scsi_command_result(&c, &sense) == SCSI_RESULT_GOOD) {
		s->accepted = true;
		return 0;
	}
	r = scsi_watch(run->t, &watch, err);
	if (r < 0)
		return r;
	s->seen_running = watch.state == SCSI_BACKGROUND_FORMAT;
	if (s->seen_running)
		return 0;
	scsi_sense_describe(&sense, text, sizeof(text));
	error_set(err, HAIKI_DOMAIN_SCSI, -EIO,
		  N_("the drive refused %s (status %02Xh, %s): use another method"),
		  c.name, c.status, text);
	error_raw(err, c.sense, c.sense_length);
	return -EIO;
}

static int start(struct method_run *run, struct haiki_error *err)
{
	struct scsi_watch watch;
	struct scsi_operation *s;
	int r = guard_check(run->token, run->t, err);

	if (r == 0)
		r = scsi_watch(run->t, &watch, err);
	if (r < 0)
		return r;
	snprintf(run->status_before, sizeof(run->status_before), "%s",
		 watch.detail);
	if (watch.state == SCSI_BACKGROUND_SANITIZE)
		return error_set(err, HAIKI_DOMAIN_SCSI, -EBUSY,
				 N_("the drive is sanitizing itself (%s): keep it powered, then run \"haiki resume\""),
				 watch.detail);
	s = calloc(1, sizeof(*s));
	if (!s)
		return error_errno(err, -ENOMEM, N_("cannot begin the erase"));
	run->state = s;
	*s = (struct scsi_operation){
		.runs = SCSI_BACKGROUND_FORMAT,
		.failed = SCSI_BACKGROUND_FORMAT_FAILED,
		.unseen = "nothing shows that the format ran",
	};
	run->attempt.adopted = false;
	pace_begin(&s->pace, run, -1);
	if (watch.state == SCSI_BACKGROUND_FORMAT) {
		s->seen_running = true;
		if (operation_is_ours(run))
			return 0;
		run->attempt.adopted = true;
		return operation_keep(run, "adopted", err);
	}
	/* What blocks hold after a format is the vendor's choice. */
	r = expectation_keep(run, HAIKI_EXPECT_CHANGED, err);
	if (r == 0)
		r = operation_keep(run, "starting", err);
	if (r == 0)
		r = send_command(run, s, err);
	if (r == 0)
		r = operation_keep(run, "started", err);
	return r;
}

static int poll(struct method_run *run, struct method_progress *ret_progress,
		struct haiki_error *err)
{
	return scsi_operation_poll(run, run->state, ret_progress, err);
}

static int recover(struct method_run *run, struct haiki_error *err)
{
	struct scsi_watch watch;
	int r = scsi_watch(run->t, &watch, err);

	if (r < 0)
		return r;
	switch (watch.state) {
	case SCSI_BACKGROUND_NONE:
		return scsi_tell_size(run, err);
	case SCSI_BACKGROUND_FORMAT:
	case SCSI_BACKGROUND_SANITIZE:
		return error_set(err, HAIKI_DOMAIN_SCSI, -EBUSY,
				 N_("the drive is still at work (%s): keep it powered, then run \"haiki resume\""),
				 watch.detail);
	default:
		return error_set(err, HAIKI_DOMAIN_SCSI, -EIO,
				 N_("the drive can't be used until it is formatted again (%s): run the format again, or destroy it"),
				 watch.detail);
	}
}

static void finish(struct method_run *run)
{
	free(run->state);
	run->state = NULL;
}

const struct method method_scsi_format = {
	.id = HAIKI_SCSI_FORMAT,
	.probe = probe,
	.prepare = prepare_nothing,
	.start = start,
	.poll = poll,
	.recover = recover,
	.look = scsi_look,
	.finish = finish,
	.expectation = expectation_kept,
};
