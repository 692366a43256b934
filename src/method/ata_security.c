/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SECURITY ERASE UNIT, normal and enhanced (ACS-4 4.18, 7.33 ... 7.38). It
 * needs a user password; journal key "password" tells where it stands:
 *   "setting"  synced before SET PASSWORD: from now on it may be set
 *   "erasing"  set, and ERASE UNIT is about to be sent
 *   "cleared"  read from the drive: no password is set
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ata/command.h"
#include "base/error.h"
#include "method/common.h"
#include "method/methods.h"
#include "method/pace.h"
#include "method/password.h"
#include "method/task.h"

#define KEY "password"
#define ERASE_TRIES 2

/* Without an estimate: what the slowest drive of its size may need. */
#define SLOWEST_BYTES_PER_SECOND UINT64_C(40000000)

struct security_state {
	struct transport *t;
	bool enhanced;
	uint8_t block[ATA_SECTOR];
	uint32_t timeout_ms;
	struct ata_command prepare, erase;
	struct task task;
	struct pace pace;
};

static bool is_enhanced(enum haiki_method id)
{
	return id == HAIKI_ATA_SECURITY_ERASE_ENHANCED;
}

static bool refused_over_usb(const struct method_run *run)
{
	return bus_is(run, HAIKI_BUS_USB) &&
	       !(run->options && run->options->allow_usb_security);
}

static const char *given_password(const struct method_run *run)
{
	return run->options ? run->options->unlock_password : NULL;
}

static int64_t estimate(const struct ata_identify *id, bool enhanced)
{
	const struct ata_erase_time *time = enhanced ? &id->erase_enhanced :
						       &id->erase_normal;

	return time->known ? (int64_t)time->minutes * 60 : -1;
}

static void word128(const struct ata_identify *id, char *ret_text, size_t size)
{
	const struct haiki_security *s = &id->security;

	if (s->supported == HAIKI_UNKNOWN)
		snprintf(ret_text, size, "security status unknown: %s",
			 s->reason);
	else
		snprintf(ret_text, size,
			 "security: %ssupported, %senabled, %slocked, %sfrozen%s",
			 s->supported == HAIKI_YES ? "" : "not ",
			 s->enabled == HAIKI_YES ? "" : "not ",
			 s->locked == HAIKI_YES ? "" : "not ",
			 s->frozen == HAIKI_YES ? "" : "not ",
			 s->count_expired == HAIKI_YES ?
			 ", password attempts used up" : "");
}

/* --- probe ------------------------------------------------------------------*/

static void probe_state(struct method_run *run, const struct ata_identify *id,
			enum haiki_method method,
			struct haiki_method_support *ret_support)
{
	const struct haiki_security *s = &id->security;
	int64_t seconds = estimate(id, is_enhanced(method));

	if (s->supported == HAIKI_UNKNOWN)
		support_set(ret_support, method, HAIKI_SUPPORT_UNKNOWN, -1,
			    "%s", s->reason);
	else if (s->supported == HAIKI_NO)
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "the drive has no Security feature set");
	else if (is_enhanced(method) && s->enhanced != HAIKI_YES)
		support_set(ret_support, method, HAIKI_SUPPORT_UNSUPPORTED, -1,
			    "the drive has no enhanced erase");
	else if (s->frozen != HAIKI_NO)
		support_set(ret_support, method, HAIKI_SUPPORT_FROZEN, seconds,
			    "frozen by the firmware: suspend and resume (--thaw), or unplug and replug the drive while running");
	else if (s->count_expired != HAIKI_NO)
		support_set(ret_support, method, HAIKI_SUPPORT_LOCKED, seconds,
			    "password attempts used up: power the drive off and on");
	else if (refused_over_usb(run))
		support_set(ret_support, method, HAIKI_SUPPORT_LOCKED, seconds,
			    "a password over USB can lock the drive for good: connect it by SATA, or --allow-usb-security");
	else if (s->locked != HAIKI_NO && !given_password(run))
		support_set(ret_support, method, HAIKI_SUPPORT_LOCKED, seconds,
			    "locked by a password: give it with --unlock-file, or \"haiki resume\" if haiki set it");
	else
		support_set(ret_support, method, HAIKI_SUPPORTED, seconds,
			    "%s", "");
}

static void probe(struct method_run *run, enum haiki_method method,
		  struct haiki_method_support *ret_support)
{
	struct ata_identify id;

	if (support_ata(run, method, &id, ret_support))
		probe_state(run, &id, method, ret_support);
}

/* --- passwords --------------------------------------------------------------*/

static void block_for(const char *password, bool enhanced,
		      uint8_t ret_data[ATA_SECTOR])
{
	struct ata_security_block block = { .enhanced = enhanced };

	memcpy(block.password, password,
	       strnlen(password, ATA_PASSWORD_SIZE));
	ata_security_block_encode(&block, ret_data);
	explicit_bzero(&block, sizeof(block));
}

typedef void password_command(struct ata_command *command,
			      uint8_t data[ATA_SECTOR]);

/* Sends one of SET PASSWORD, UNLOCK, DISABLE PASSWORD. Whether it worked the
 * caller reads from word 128. -EIO: the drive refused it. */
static int send_password(struct method_run *run, password_command *build,
			 const char *password, struct haiki_error *err)
{
	uint8_t data[ATA_SECTOR];
	struct ata_command c;
	char text[96];
	int r;

	block_for(password, false, data);
	build(&c, data);
	r = transport_ata(run->t, &c, err);
	explicit_bzero(data, sizeof(data));
	if (r < 0)
		return r;
	switch (ata_command_result(&c)) {
	case ATA_RESULT_DONE:
	case ATA_RESULT_UNKNOWN:
		return 0;
	default:
		ata_command_describe(&c, text, sizeof(text));
		return error_set(err, HAIKI_DOMAIN_ATA, -EIO,
				 N_("%s was refused (%s)"), c.name, text);
	}
}

static int no_usb(struct method_run *run, struct haiki_error *err)
{
	if (!refused_over_usb(run))
		return 0;
	return error_set(err, HAIKI_DOMAIN_ATA, -EPERM,
			 N_("ATA security over a USB bridge can lock a drive for good: connect it by SATA, or allow it with --allow-usb-security"));
}

/* What no command can get past. */
static int in_the_way(const struct ata_identify *id, struct haiki_error *err)
{
	const struct haiki_security *s = &id->security;

	if (s->supported != HAIKI_YES)
		return error_set(err, HAIKI_DOMAIN_ATA, -EOPNOTSUPP,
				 N_("the drive doesn't tell its security state (%s): use another method"),
				 s->reason[0] ? s->reason : "not supported");
	if (s->frozen != HAIKI_NO)
		return error_set(err, HAIKI_DOMAIN_ATA, -EPERM,
				 N_("the drive's security is frozen: suspend and resume the machine (--thaw), unplug and replug the drive while it runs, or use another machine"));
	if (s->count_expired != HAIKI_NO)
		return error_set(err, HAIKI_DOMAIN_ATA, -EACCES,
				 N_("the drive's password attempts are used up: power it off and on, then run \"haiki resume\""));
	return 0;
}

/* Locked, and this job's password did it: power failed during the erase. */
static bool locked_by_us(const struct method_run *run)
{
	return journal_says(run, KEY, "setting") ||
	       journal_says(run, KEY, "erasing");
}

static int prepare(struct method_run *run, struct haiki_error *err)
{
	struct ata_identify id;
	int r = no_usb(run, err);

	if (r == 0)
		r = identify_ata(run->t, &id, err);
	if (r == 0)
		r = in_the_way(&id, err);
	if (r < 0 || id.security.locked == HAIKI_NO || locked_by_us(run))
		return r;
	if (!given_password(run))
		return error_set(err, HAIKI_DOMAIN_ATA, -EACCES,
				 N_("the drive is locked by a password: give it with --unlock-file, or use a method that needs none"));
	r = send_password(run, ata_security_unlock, given_password(run), err);
	if (r == 0)
		r = identify_ata(run->t, &id, err);
	if (r < 0)
		return r;
	if (id.security.locked != HAIKI_NO)
		return error_set(err, HAIKI_DOMAIN_ATA, -EACCES,
				 N_("the given password does not unlock the drive: check it; few attempts are left"));
	return 0;
}

/* --- erase ------------------------------------------------------------------*/

/*
 * In a thread: ERASE PREPARE and at once ERASE UNIT. Another program's command
 * in between makes the drive refuse, so the pair is tried again once.
 */
static int erase(void *opaque, struct haiki_error *err)
{
	struct security_state *s = opaque;
	int r = 0;

	for (int i = 0; i < ERASE_TRIES; i++) {
		ata_security_erase_prepare(&s->prepare);
		memset(&s->erase, 0, sizeof(s->erase));
		r = transport_ata(s->t, &s->prepare, err);
		if (r < 0)
			return r;
		if (ata_command_result(&s->prepare) == ATA_RESULT_ABORTED)
			continue;
		ata_security_erase_unit(&s->erase, s->block, s->timeout_ms);
		r = transport_ata(s->t, &s->erase, err);
		if (r < 0 ||
		    ata_command_result(&s->erase) != ATA_RESULT_ABORTED)
			return r;
	}
	return r;
}

/* 2 x estimate + 60 min; the command blocks. */
static uint32_t erase_timeout(const struct method_run *run,
			      const struct ata_identify *id, bool enhanced)
{
	const struct ata_erase_time *time = enhanced ? &id->erase_enhanced :
						       &id->erase_normal;
	uint64_t seconds = (uint64_t)time->minutes * 60;
	uint64_t ms;

	if (!time->known || time->at_least) {
		uint64_t by_size = run->drive->size_bytes /
				   SLOWEST_BYTES_PER_SECOND;

		if (by_size > seconds)
			seconds = by_size;
	}
	ms = (2 * seconds + 3600) * 1000;
	return ms > INT32_MAX ? INT32_MAX : (uint32_t)ms;
}

static int set_password(struct method_run *run, struct ata_identify *id,
			struct haiki_error *err)
{
	int r = journal_keep(run, KEY, "setting", err);

	if (r < 0)
		return r;
	r = send_password(run, ata_security_set_password, METHOD_ATA_PASSWORD,
			  err);
	if (r < 0)
		return r;
	r = identify_ata(run->t, id, err);
	if (r < 0)
		return r;
	if (id->security.enabled != HAIKI_YES)
		return error_set(err, HAIKI_DOMAIN_ATA, -EIO,
				 N_("the drive accepted a password and doesn't show it: use another method"));
	return 0;
}

static int start(struct method_run *run, bool enhanced,
		 struct haiki_error *err)
{
	struct security_state *s;
	struct ata_identify id;
	int r = guard_check(run->token, run->t, err);

	if (r == 0)
		r = no_usb(run, err);
	if (r == 0)
		r = identify_ata(run->t, &id, err);
	if (r == 0)
		r = in_the_way(&id, err);
	if (r < 0)
		return r;
	word128(&id, run->status_before, sizeof(run->status_before));
	if (id.security.locked != HAIKI_NO && !locked_by_us(run))
		return error_set(err, HAIKI_DOMAIN_ATA, -EACCES,
				 N_("the drive is locked by a password: give it with --unlock-file, or use a method that needs none"));
	r = expectation_keep(run, enhanced ? HAIKI_EXPECT_CHANGED :
					     HAIKI_EXPECT_UNIFORM, err);
	if (r < 0)
		return r;
	s = calloc(1, sizeof(*s));
	if (!s)
		return error_errno(err, -ENOMEM, N_("cannot begin the erase"));
	run->state = s;
	s->t = run->t;
	s->enhanced = enhanced;
	block_for(METHOD_ATA_PASSWORD, enhanced, s->block);
	s->timeout_ms = erase_timeout(run, &id, enhanced);
	pace_begin(&s->pace, run, estimate(&id, enhanced));
	/* Some drives allow nothing but the erase again. */
	if (id.security.locked == HAIKI_NO)
		r = set_password(run, &id, err);
	if (r == 0)
		r = journal_keep(run, KEY, "erasing", err);
	if (r < 0)
		return r;
	return task_start(&s->task, erase, s, err);
}

/* --- poll -------------------------------------------------------------------*/

/* The drive says it's done: proven by the password being gone. */
static int look_after(struct method_run *run, struct security_state *s,
		      struct method_progress *ret_progress,
		      struct haiki_error *err)
{
	struct ata_identify id;
	int r = identify_ata(run->t, &id, err);

	if (r < 0)
		return r;
	word128(&id, run->status_after, sizeof(run->status_after));
	if (id.security.enabled != HAIKI_NO ||
	    id.security.locked != HAIKI_NO) {
		pace_ended(&s->pace, HAIKI_OUTCOME_UNKNOWN,
			   "the drive reported success and kept the password: not believed",
			   ret_progress);
		return 0;
	}
	r = journal_keep(run, KEY, "cleared", err);
	if (r < 0)
		return r;
	pace_ended(&s->pace, HAIKI_OUTCOME_SUCCEEDED,
		   "done, and the password is gone", ret_progress);
	return 0;
}

static void say_registers(const struct ata_command *command, const char *what,
			  char *ret_text, size_t size)
{
	char registers[96];

	ata_command_describe(command, registers, sizeof(registers));
	snprintf(ret_text, size, "%s: %s", what, registers);
}

static int judge(struct method_run *run, struct security_state *s,
		 struct method_progress *ret_progress, struct haiki_error *err)
{
	char text[160];

	if (s->task.result < 0) {
		if (err)
			*err = s->task.error;
		if (s->task.result == -ENODEV)
			return -ENODEV;
		snprintf(text, sizeof(text), "%.150s", s->task.error.text);
		pace_ended(&s->pace, HAIKI_OUTCOME_UNKNOWN, text, ret_progress);
		return 0;
	}
	if (!s->erase.name) {
		say_registers(&s->prepare, "SECURITY ERASE PREPARE was refused",
			      text, sizeof(text));
		pace_ended(&s->pace, HAIKI_OUTCOME_FAILED, text, ret_progress);
		return 0;
	}
	switch (ata_command_result(&s->erase)) {
	case ATA_RESULT_DONE:
		return look_after(run, s, ret_progress, err);
	case ATA_RESULT_ABORTED:
	case ATA_RESULT_ERROR:
		say_registers(&s->erase, "SECURITY ERASE UNIT failed", text,
			      sizeof(text));
		pace_ended(&s->pace, HAIKI_OUTCOME_FAILED, text, ret_progress);
		return 0;
	default:
		say_registers(&s->erase,
			      "SECURITY ERASE UNIT ended without a status",
			      text, sizeof(text));
		pace_ended(&s->pace, HAIKI_OUTCOME_UNKNOWN, text, ret_progress);
		return 0;
	}
}

static int poll(struct method_run *run, struct method_progress *ret_progress,
		struct haiki_error *err)
{
	struct security_state *s = run->state;

	if (!s || !s->task.started)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINVAL,
				 N_("no erase was begun"));
	if (s->pace.last.outcome != HAIKI_OUTCOME_RUNNING) {
		*ret_progress = s->pace.last;
		return 0;
	}
	if (!task_done(&s->task, s->pace.slice_ms)) {
		pace_blocking(&s->pace, "erasing", ret_progress);
		return 0;
	}
	return judge(run, s, ret_progress, err);
}

/* --- recover ----------------------------------------------------------------*/

static int try_unlock(struct method_run *run, struct ata_identify *id,
		      const char *password)
{
	int r;

	if (!password || id->security.locked != HAIKI_YES)
		return 0;
	/* A refusal shows in word 128, too. */
	r = send_password(run, ata_security_unlock, password, NULL);
	if (r == -ENODEV)
		return r;
	r = identify_ata(run->t, id, NULL);
	return r == -ENODEV ? r : 0;
}

static int try_disable(struct method_run *run, struct ata_identify *id,
		       const char *password)
{
	int r;

	if (!password || id->security.enabled != HAIKI_YES)
		return 0;
	r = send_password(run, ata_security_disable_password, password, NULL);
	if (r == -ENODEV)
		return r;
	r = identify_ata(run->t, id, NULL);
	return r == -ENODEV ? r : 0;
}

/* With the documented password first, once; then the given one. */
static int remove_password(struct method_run *run, struct ata_identify *id,
			   struct haiki_error *err)
{
	int r = try_unlock(run, id, METHOD_ATA_PASSWORD);

	if (r == 0)
		r = try_unlock(run, id, given_password(run));
	if (r == 0 && id->security.locked != HAIKI_YES)
		r = try_disable(run, id, METHOD_ATA_PASSWORD);
	if (r == 0 && id->security.locked != HAIKI_YES)
		r = try_disable(run, id, given_password(run));
	if (r < 0)
		return error_set(err, HAIKI_DOMAIN_SYSTEM, r,
				 N_("the drive is gone: connect it again and run \"haiki resume\""));
	if (id->security.locked == HAIKI_YES)
		return error_set(err, HAIKI_DOMAIN_ATA, -EACCES,
				 N_("the drive is locked by a password that haiki did not set: give it with --unlock-file"));
	if (id->security.enabled != HAIKI_NO)
		return error_set(err, HAIKI_DOMAIN_ATA, -EACCES,
				 N_("the drive has a password set that haiki did not set, and is not locked now: give it with --unlock-file before it loses power"));
	return 0;
}

static int recover(struct method_run *run, struct haiki_error *err)
{
	struct security_state *s = run->state;
	struct ata_identify id;
	int r;

	if (s && s->task.started && !task_done(&s->task, 0))
		return error_set(err, HAIKI_DOMAIN_ATA, -EBUSY,
				 N_("the drive is still erasing: wait until it ends"));
	r = identify_ata(run->t, &id, err);
	if (r < 0)
		return r;
	if (id.security.supported == HAIKI_UNKNOWN)
		return in_the_way(&id, err);
	if (id.security.enabled != HAIKI_NO) {
		r = in_the_way(&id, err);
		if (r == 0)
			r = remove_password(run, &id, err);
		if (r < 0)
			return r;
	}
	return journal_tell(run, KEY, "cleared", err);
}

static void finish(struct method_run *run)
{
	struct security_state *s = run->state;

	if (!s)
		return;
	task_join(&s->task);
	explicit_bzero(s->block, sizeof(s->block));
	free(s);
	run->state = NULL;
}

/* --- the two methods --------------------------------------------------------*/

static void probe_normal(struct method_run *run,
			 struct haiki_method_support *ret_support)
{
	probe(run, HAIKI_ATA_SECURITY_ERASE, ret_support);
}

static void probe_enhanced(struct method_run *run,
			   struct haiki_method_support *ret_support)
{
	probe(run, HAIKI_ATA_SECURITY_ERASE_ENHANCED, ret_support);
}

static int start_normal(struct method_run *run, struct haiki_error *err)
{
	return start(run, false, err);
}

static int start_enhanced(struct method_run *run, struct haiki_error *err)
{
	return start(run, true, err);
}

const struct method method_ata_security_erase = {
	.id = HAIKI_ATA_SECURITY_ERASE,
	.blocking = true,
	.probe = probe_normal,
	.prepare = prepare,
	.start = start_normal,
	.poll = poll,
	.recover = recover,
	.finish = finish,
	.expectation = expectation_kept,
};

const struct method method_ata_security_erase_enhanced = {
	.id = HAIKI_ATA_SECURITY_ERASE_ENHANCED,
	.blocking = true,
	.probe = probe_enhanced,
	.prepare = prepare,
	.start = start_enhanced,
	.poll = poll,
	.recover = recover,
	.finish = finish,
	.expectation = expectation_kept,
};
