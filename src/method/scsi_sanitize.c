/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SANITIZE, block erase, cryptographic erase and overwrite (SBC-4 4.11, 5.30),
 * with IMMED: the drive goes on by itself and answers REQUEST SENSE.
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

#define PASSES 1
#define PATTERN 0

/* Validating the command may take a while; the erase itself doesn't count. */
#define COMMAND_TIMEOUT_MS 120000

struct sanitize_state {
	struct scsi_operation operation;
	bool restricted;          /* only a sanitize ends the last failure */
};

static enum scsi_sanitize_action action_of(enum haiki_method method)
{
	switch (method) {
	case HAIKI_SCSI_SANITIZE_BLOCK:
		return SCSI_SANITIZE_BLOCK;
	case HAIKI_SCSI_SANITIZE_CRYPTO:
		return SCSI_SANITIZE_CRYPTO;
	default:
		return SCSI_SANITIZE_OVERWRITE;
	}
}

static void probe(struct method_run *run, enum haiki_method method,
		  struct haiki_method_support *ret_support)
{
	if (support_scsi(run, method, SCSI_OPCODE_SANITIZE,
		       (int)action_of(method), ret_support))
		support_set(ret_support, method, HAIKI_SUPPORTED, -1, "%s", "");
}

/* --- start ------------------------------------------------------------------*/

/* SBC-4 4.11.3: after a block erase, blocks read as vendors like, unless the
 * drive declares zeros for unmapped ones. */
static enum haiki_expectation expectation_of(struct method_run *run,
					     enum haiki_method method)
{
	struct scsi_capacity capacity;
	uint8_t data[32] = { 0 };
	struct scsi_command c;
	struct scsi_sense sense;

	if (method == HAIKI_SCSI_SANITIZE_OVERWRITE)
		return HAIKI_EXPECT_PATTERN;
	if (method == HAIKI_SCSI_SANITIZE_CRYPTO)
		return HAIKI_EXPECT_NOISE;
	scsi_read_capacity16(&c, data);
	if (transport_scsi(run->t, &c, NULL) < 0 ||
	    scsi_command_result(&c, &sense) != SCSI_RESULT_GOOD ||
	    scsi_capacity16_decode(data, sizeof(data), &capacity) < 0)
		return HAIKI_EXPECT_CHANGED;
	return capacity.provisioned && capacity.reads_zero ?
	       HAIKI_EXPECT_UNIFORM : HAIKI_EXPECT_CHANGED;
}

static void build(struct scsi_command *c, enum haiki_method method,
		  uint8_t list[SCSI_OVERWRITE_SIZE])
{
	if (method == HAIKI_SCSI_SANITIZE_OVERWRITE)
		scsi_sanitize_overwrite(c, list, PATTERN, PASSES, false, true);
	else
		scsi_sanitize(c, action_of(method), true);
	c->timeout_ms = COMMAND_TIMEOUT_MS;
}

static int refuse(const struct scsi_command *c, const struct scsi_sense *sense,
		  struct haiki_error *err)
{
	char text[96];

	scsi_sense_describe(sense, text, sizeof(text));
	error_set(err, HAIKI_DOMAIN_SCSI, -EIO,
		  N_("the drive refused %s (status %02Xh, %s): use another method"),
		  c->name, c->status, text);
	error_raw(err, c->sense, c->sense_length);
	return -EIO;
}

/* A controller's error isn't always the drive's: look whether it runs. */
static int send_command(struct method_run *run, struct sanitize_state *s,
			enum haiki_method method, struct haiki_error *err)
{
	uint8_t list[SCSI_OVERWRITE_SIZE];
	struct scsi_watch watch;
	struct scsi_command c;
	struct scsi_sense sense = { 0 };
	int sent, r;

	build(&c, method, list);
	if (s->restricted)
		scsi_sanitize_restrict(&c);
	sent = transport_scsi(run->t, &c, err);
	if (sent == -ENODEV)
		return sent;
	if (sent == 0 && scsi_command_result(&c, &sense) == SCSI_RESULT_GOOD) {
		s->operation.accepted = true;
		return 0;
	}
	r = scsi_watch(run->t, &watch, sent < 0 ? NULL : err);
	if (r < 0)
		return sent < 0 ? sent : r;
	s->operation.seen_running = watch.state == SCSI_BACKGROUND_SANITIZE;
	if (s->operation.seen_running)
		return 0;
	return sent < 0 ? sent : refuse(&c, &sense, err);
}

static int leave_failure(struct method_run *run, bool *ret_restricted,
			 struct haiki_error *err)
{
	struct scsi_command c;
	struct scsi_sense sense;
	int r;

	scsi_sanitize(&c, SCSI_SANITIZE_EXIT_FAILURE, false);
	c.timeout_ms = COMMAND_TIMEOUT_MS;
	r = transport_scsi(run->t, &c, err);
	*ret_restricted = r < 0 ||
		scsi_command_result(&c, &sense) != SCSI_RESULT_GOOD;
	return r;
}

static int begin(struct method_run *run, struct sanitize_state *s,
		 enum haiki_method method, struct haiki_error *err)
{
	int r = expectation_keep(run, expectation_of(run, method), err);

	if (r == 0)
		r = operation_keep(run, "starting", err);
	if (r == 0)
		r = send_command(run, s, method, err);
	if (r == 0)
		r = operation_keep(run, "started", err);
	return r;
}

static int busy_formatting(const struct scsi_watch *watch,
			   struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_SCSI, -EBUSY,
			 N_("the drive is formatting itself (%s): wait until it ends, then start again"),
			 watch->detail);
}

static int start(struct method_run *run, enum haiki_method method,
		 struct haiki_error *err)
{
	struct scsi_watch watch;
	struct sanitize_state *s;
	int r = guard_check(run->token, run->t, err);

	if (r == 0)
		r = scsi_watch(run->t, &watch, err);
	if (r < 0)
		return r;
	snprintf(run->status_before, sizeof(run->status_before), "%s",
		 watch.detail);
	if (watch.state == SCSI_BACKGROUND_FORMAT)
		return busy_formatting(&watch, err);
	s = calloc(1, sizeof(*s));
	if (!s)
		return error_errno(err, -ENOMEM, N_("cannot begin the erase"));
	run->state = s;
	s->operation = (struct scsi_operation){
		.runs = SCSI_BACKGROUND_SANITIZE,
		.failed = SCSI_BACKGROUND_SANITIZE_FAILED,
		.unseen = "nothing shows that the sanitize ran",
	};
	run->attempt.adopted = false;
	if (method == HAIKI_SCSI_SANITIZE_OVERWRITE)
		run->attempt.passes_planned = PASSES;
	pace_begin(&s->operation.pace, run, -1);
	if (watch.state == SCSI_BACKGROUND_SANITIZE) {
		s->operation.seen_running = true;
		if (operation_is_ours(run))
			return 0;
		run->attempt.adopted = true;
		return operation_keep(run, "adopted", err);
	}
	if (watch.state == SCSI_BACKGROUND_SANITIZE_FAILED) {
		r = leave_failure(run, &s->restricted, err);
		if (r == -ENODEV)
			return r;
	}
	return begin(run, s, method, err);
}

static int poll(struct method_run *run, struct method_progress *ret_progress,
		struct haiki_error *err)
{
	struct sanitize_state *s = run->state;

	return scsi_operation_poll(run, s ? &s->operation : NULL, ret_progress,
				   err);
}

/* --- recover ----------------------------------------------------------------*/

static int recover(struct method_run *run, struct haiki_error *err)
{
	struct scsi_watch watch;
	bool restricted;
	int r = scsi_watch(run->t, &watch, err);

	if (r == 0 && watch.state == SCSI_BACKGROUND_SANITIZE_FAILED) {
		r = leave_failure(run, &restricted, err);
		if (r == 0)
			r = scsi_watch(run->t, &watch, err);
	}
	if (r < 0)
		return r;
	if (watch.state == SCSI_BACKGROUND_SANITIZE)
		return error_set(err, HAIKI_DOMAIN_SCSI, -EBUSY,
				 N_("the drive is sanitizing itself (%s): keep it powered, then run \"haiki resume\""),
				 watch.detail);
	if (watch.state == SCSI_BACKGROUND_FORMAT)
		return busy_formatting(&watch, err);
	if (watch.state == SCSI_BACKGROUND_NONE)
		return scsi_tell_size(run, err);
	return error_set(err, HAIKI_DOMAIN_SCSI, -EIO,
			 N_("the drive doesn't come back (%s): only another sanitize that succeeds helps; else destroy it"),
			 watch.detail);
}

static void finish(struct method_run *run)
{
	free(run->state);
	run->state = NULL;
}

METHOD_VARIANT(method_scsi_sanitize_block, HAIKI_SCSI_SANITIZE_BLOCK,
	       .look = scsi_look, .expected = expected_zeros);
METHOD_VARIANT(method_scsi_sanitize_crypto, HAIKI_SCSI_SANITIZE_CRYPTO,
	       .look = scsi_look, .expected = expected_zeros);
METHOD_VARIANT(method_scsi_sanitize_overwrite, HAIKI_SCSI_SANITIZE_OVERWRITE,
	       .look = scsi_look, .expected = expected_zeros);
