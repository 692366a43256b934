/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sanitize Device feature set: BLOCK ERASE EXT, CRYPTO SCRAMBLE EXT, OVERWRITE
 * EXT (ACS-4 4.17, 7.36). The drive runs it by itself, also over power cycles,
 * and tells by SANITIZE STATUS EXT how far it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ata/command.h"
#include "base/error.h"
#include "method/common.h"
#include "method/methods.h"
#include "method/pace.h"
#include "method/sanitize.h"

#define PASSES 1
#define PATTERN 0

struct sanitize_state {
	struct pace pace;
	bool accepted;            /* the drive took our command ... */
	bool seen_running;        /* ... or was seen running it */
	bool restricted;          /* only a sanitize ends the last failure */
};

static enum haiki_answer can(const struct ata_identify *id,
			     enum haiki_method method)
{
	switch (method) {
	case HAIKI_ATA_SANITIZE_BLOCK:
		return id->sanitize_block;
	case HAIKI_ATA_SANITIZE_CRYPTO:
		return id->sanitize_crypto;
	default:
		return id->sanitize_overwrite;
	}
}

static int ask(struct method_run *run, bool clear_failed,
	       struct ata_sanitize_result *ret_result,
	       struct ata_command *ret_command, struct haiki_error *err)
{
	int r;

	ata_sanitize_status(ret_command, clear_failed);
	r = transport_ata(run->t, ret_command, err);
	if (r < 0)
		return r;
	ata_sanitize_decode(ret_command, ret_result);
	return 0;
}

/*
 * Whether this status can be worked with. Nothing but zeros is what bridges
 * and RAID controllers make up; a drive on a port of its own may idle so.
 */
static bool readable(const struct method_run *run,
		     const struct ata_sanitize_result *status)
{
	return status->state != ATA_SANITIZE_UNKNOWN ||
	       (status->blank && bus_is(run, HAIKI_BUS_ATA));
}

/* --- probe ------------------------------------------------------------------*/

static void probe_status(struct method_run *run, enum haiki_method method,
			 struct haiki_method_support *ret_support)
{
	struct ata_sanitize_result status;
	struct haiki_error error = { 0 };
	struct ata_command command;
	int r = ask(run, false, &status, &command, &error);

	if (r < 0)
		support_set(ret_support, method, HAIKI_SUPPORT_UNKNOWN, -1,
			    "its sanitize status can't be read: %.110s",
			    error.text);
	else if (status.frozen)
		support_set(ret_support, method, HAIKI_SUPPORT_FROZEN, -1,
			    "sanitize is frozen until the next power cycle: power the drive off and on");
	else if (!readable(run, &status))
		support_set(ret_support, method, HAIKI_SUPPORT_UNKNOWN, -1,
			    "its sanitize status can't be read: %.110s",
			    status.detail);
	else
		support_set(ret_support, method, HAIKI_SUPPORTED, -1, "%s", "");
}

static void probe(struct method_run *run, enum haiki_method method,
		  struct haiki_method_support *ret_support)
{
	struct ata_identify id;

	if (!support_ata(run, method, &id, ret_support))
		return;
	if (can(&id, method) == HAIKI_UNKNOWN)
		support_set(ret_support, method, HAIKI_SUPPORT_UNKNOWN, -1,
			    "word 59 of the identify data is not valid");
	else if (can(&id, method) == HAIKI_NO)
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "%s", id.sanitize == HAIKI_YES ?
			    "the drive can sanitize, but not this way" :
			    "the drive has no Sanitize Device feature set");
	else
		probe_status(run, method, ret_support);
}

/* --- start ------------------------------------------------------------------*/

static void build(struct ata_command *c, enum haiki_method method)
{
	switch (method) {
	case HAIKI_ATA_SANITIZE_BLOCK:
		ata_sanitize_block(c);
		break;
	case HAIKI_ATA_SANITIZE_CRYPTO:
		ata_sanitize_crypto(c);
		break;
	default:
		ata_sanitize_overwrite(c, PATTERN, PASSES, false);
		break;
	}
}

/* What must be read afterwards; ACS-4 leaves it open after a block erase, so
 * only a drive that declares zeros for trimmed blocks is held to one value. */
static enum haiki_expectation expectation_of(enum haiki_method method,
					     const struct ata_identify *id)
{
	switch (method) {
	case HAIKI_ATA_SANITIZE_OVERWRITE:
		return HAIKI_EXPECT_PATTERN;
	case HAIKI_ATA_SANITIZE_CRYPTO:
		return HAIKI_EXPECT_NOISE;
	default:
		return id->rzat == HAIKI_YES ? HAIKI_EXPECT_UNIFORM :
					       HAIKI_EXPECT_CHANGED;
	}
}

static int refuse(const struct ata_sanitize_result *status,
		  struct haiki_error *err)
{
	if (status->frozen)
		return error_set(err, HAIKI_DOMAIN_ATA, -EPERM,
				 N_("the drive's sanitize commands are frozen: power it off and on, then start again"));
	return error_set(err, HAIKI_DOMAIN_ATA, -EIO,
			 N_("the drive refused to sanitize (%s): use another method"),
			 status->detail);
}

/* A failed one is left if the drive lets us; if not, a new one may be begun
 * all the same. */
static int leave_failure(struct method_run *run,
			 struct ata_sanitize_result *status,
			 struct haiki_error *err)
{
	struct ata_command c;

	if (status->state != ATA_SANITIZE_FAILED)
		return 0;
	return ask(run, true, status, &c, err);
}

/* The command itself; a controller's error isn't always the drive's. */
static int send_command(struct method_run *run, struct sanitize_state *s,
			enum haiki_method method, struct haiki_error *err)
{
	struct ata_sanitize_result answer, status;
	struct ata_command c, asked;
	int r;

	build(&c, method);
	if (s->restricted)
		ata_sanitize_restrict(&c);
	r = transport_ata(run->t, &c, err);
	if (r == -ENODEV)
		return r;
	ata_sanitize_decode(&c, &answer);
	s->seen_running = r == 0 && answer.state == ATA_SANITIZE_RUNNING;
	s->accepted = r == 0 && (s->seen_running ||
				 answer.state == ATA_SANITIZE_SUCCEEDED);
	if (s->accepted)
		return 0;
	r = ask(run, false, &status, &asked, err);
	if (r < 0)
		return r;
	s->seen_running = status.state == ATA_SANITIZE_RUNNING;
	if (s->seen_running)
		return 0;
	/* Answered without an error and without a status: poll tells. */
	if (ata_command_result(&c) == ATA_RESULT_DONE)
		return 0;
	return refuse(&answer, err);
}

static int begin(struct method_run *run, struct sanitize_state *s,
		 enum haiki_method method, const struct ata_identify *id,
		 struct haiki_error *err)
{
	int r = expectation_keep(run, expectation_of(method, id), err);

	if (r == 0)
		r = operation_keep(run, "starting", err);
	if (r == 0)
		r = send_command(run, s, method, err);
	if (r == 0)
		r = operation_keep(run, "started", err);
	return r;
}

static int adopt(struct method_run *run, struct sanitize_state *s,
		 struct haiki_error *err)
{
	s->seen_running = true;
	if (operation_is_ours(run))
		return 0;
	run->attempt.adopted = true;
	return operation_keep(run, "adopted", err);
}

static int start(struct method_run *run, enum haiki_method method,
		 struct haiki_error *err)
{
	struct ata_sanitize_result status;
	struct sanitize_state *s;
	struct ata_identify id;
	struct ata_command c;
	int r = guard_check(run->token, run->t, err);

	if (r == 0)
		r = identify_ata(run->t, &id, err);
	if (r == 0)
		r = ask(run, false, &status, &c, err);
	if (r < 0)
		return r;
	ata_command_describe(&c, run->status_before,
			     sizeof(run->status_before));
	if (status.frozen || !readable(run, &status))
		return refuse(&status, err);
	s = calloc(1, sizeof(*s));
	if (!s)
		return error_errno(err, -ENOMEM, N_("cannot begin the erase"));
	run->state = s;
	run->attempt.adopted = false;
	if (method == HAIKI_ATA_SANITIZE_OVERWRITE)
		run->attempt.passes_planned = PASSES;
	pace_begin(&s->pace, run, -1);
	if (status.state == ATA_SANITIZE_RUNNING)
		return adopt(run, s, err);
	r = leave_failure(run, &status, err);
	if (r < 0)
		return r;
	s->restricted = status.state == ATA_SANITIZE_FAILED;
	return begin(run, s, method, &id, err);
}

/* --- poll -------------------------------------------------------------------*/

static int succeeded(struct method_run *run, struct sanitize_state *s,
		     const char *detail, struct method_progress *ret_progress,
		     struct haiki_error *err)
{
	int r;

	/* A success from before: the drive never showed that it took ours. */
	if (!s->accepted && !s->seen_running) {
		pace_unknown(&s->pace,
			     "only an earlier success is shown: nothing proves that this sanitize ran",
			     ret_progress);
		return 0;
	}
	r = operation_keep(run, "ended", err);
	if (r < 0)
		return r;
	run->attempt.passes_completed = run->attempt.passes_planned;
	pace_ended(&s->pace, HAIKI_OUTCOME_SUCCEEDED, detail, ret_progress);
	return 0;
}

static int judge(struct method_run *run, struct sanitize_state *s,
		 const struct ata_sanitize_result *status,
		 struct method_progress *ret_progress, struct haiki_error *err)
{
	switch (status->state) {
	case ATA_SANITIZE_RUNNING:
		s->seen_running = true;
		pace_running(&s->pace, status->progress, status->detail,
			     ret_progress);
		return 0;
	case ATA_SANITIZE_SUCCEEDED:
		return succeeded(run, s, status->detail, ret_progress, err);
	case ATA_SANITIZE_FAILED:
		pace_ended(&s->pace, HAIKI_OUTCOME_FAILED, status->detail,
			   ret_progress);
		return 0;
	default:
		pace_unknown(&s->pace, status->detail, ret_progress);
		return 0;
	}
}

static int poll(struct method_run *run, struct method_progress *ret_progress,
		struct haiki_error *err)
{
	struct sanitize_state *s = run->state;
	struct ata_sanitize_result status;
	struct ata_command c;
	int r;

	if (!s)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("no erase was begun"));
	if (!pace_due(&s->pace, ret_progress))
		return 0;
	r = ask(run, false, &status, &c, err);
	if (r < 0)
		return r;
	ata_command_describe(&c, run->status_after, sizeof(run->status_after));
	return judge(run, s, &status, ret_progress, err);
}

/* --- recover ----------------------------------------------------------------*/

static int recover(struct method_run *run, struct haiki_error *err)
{
	struct ata_sanitize_result status;
	struct ata_command c;
	int r = ask(run, false, &status, &c, err);

	if (r == 0)
		r = leave_failure(run, &status, err);
	if (r < 0)
		return r;
	switch (status.state) {
	case ATA_SANITIZE_RUNNING:
		return error_set(err, HAIKI_DOMAIN_ATA, -EBUSY,
				 N_("the drive is sanitizing itself (%s): keep it powered, then run \"haiki resume\""),
				 status.detail);
	case ATA_SANITIZE_FAILED:
		return error_set(err, HAIKI_DOMAIN_ATA, -EIO,
				 N_("the drive stays in its failed sanitize state: only another sanitize that succeeds brings it back; else destroy it"));
	default:
		return 0;
	}
}

static enum haiki_sanitize look(struct method_run *run)
{
	struct ata_sanitize_result status;
	struct ata_command c;

	if (ask(run, false, &status, &c, NULL) < 0)
		return HAIKI_SANITIZE_UNKNOWN;
	switch (status.state) {
	case ATA_SANITIZE_RUNNING:
		return HAIKI_SANITIZE_RUNNING;
	case ATA_SANITIZE_FAILED:
		return HAIKI_SANITIZE_FAILED;
	default:
		return readable(run, &status) ? HAIKI_SANITIZE_IDLE :
						HAIKI_SANITIZE_UNKNOWN;
	}
}

static void finish(struct method_run *run)
{
	free(run->state);
	run->state = NULL;
}

/* --- the three methods ------------------------------------------------------*/

METHOD_VARIANT(method_ata_sanitize_block, HAIKI_ATA_SANITIZE_BLOCK,
	       .look = look, .expected = expected_zeros);
METHOD_VARIANT(method_ata_sanitize_crypto, HAIKI_ATA_SANITIZE_CRYPTO,
	       .look = look, .expected = expected_zeros);
METHOD_VARIANT(method_ata_sanitize_overwrite, HAIKI_ATA_SANITIZE_OVERWRITE,
	       .look = look, .expected = expected_zeros);
