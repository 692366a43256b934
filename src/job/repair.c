/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/job.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/time.h"
#include "device/guard.h"
#include "job/repair.h"
#include "method/method.h"
#include "method/pace.h"

/* Practice drives have less to do. */
#define POLL_PRACTICE_MS 50
/* In a row: a reset of the bus is over by then. */
#define POLL_ERRORS_MAX 5

/* Without a journal there is nothing to remember and nothing to ask. */
static int put_nothing(void *opaque, const char *key, const char *value,
		       struct haiki_error *err)
{
	(void)opaque;
	(void)key;
	(void)value;
	(void)err;
	return 0;
}

static const char *get_nothing(void *opaque, const char *key)
{
	(void)opaque;
	(void)key;
	return NULL;
}

static const struct method_journal no_journal = {
	put_nothing, get_nothing, NULL };

/* The format, or any of the drive's sanitizes: they share how they leave a bad
 * state. */
static const struct method *own_erase_of(const struct haiki_drive *drive)
{
	bool format = drive->sanitize == HAIKI_SANITIZE_FORMATTING ||
		drive->sanitize == HAIKI_SANITIZE_UNFORMATTED;

	for (size_t i = 0; i < drive->methods_count; i++) {
		const struct method *method =
			method_find(drive->methods[i].method);

		if (method && method->look &&
		    (method->id == HAIKI_SCSI_FORMAT) == format &&
		    drive->methods[i].support != HAIKI_SUPPORT_UNSUPPORTED)
			return method;
	}
	return NULL;
}

/* Whatever runs on the drive, until it ends. */
static int wait_out(const struct repair *repair, const struct method *method,
		    struct method_run *run, struct haiki_error *err)
{
	struct haiki_error before = { 0 };
	struct method_progress progress;
	uint64_t changed_ms = time_monotonic_ms();
	struct pace pace;
	int r;

	pace_begin(&pace, run, -1);
	for (;;) {
		if (!pace_due(&pace, &progress))
			continue;
		r = method->recover(run, err);
		if (r != -EBUSY)
			return r;
		if (repair->stopped(repair->opaque))
			return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINTR,
				N_("stopped on request while the drive was sanitizing or formatting itself: nothing was done to it"));
		repair->waiting(repair->opaque, err);
		/* The drive's words tell how far it is. */
		if (strcmp(before.text, err->text))
			changed_ms = time_monotonic_ms();
		else if (time_monotonic_ms() - changed_ms >= pace.stall_ms)
			return r;
		before = *err;
	}
}

static int poll_format(const struct repair *repair, const struct method *method,
		       struct method_run *run, struct haiki_error *err)
{
	struct method_progress progress = { .outcome = HAIKI_OUTCOME_RUNNING };
	struct haiki_error before = { 0 }, what;
	unsigned errors = 0;

	for (;;) {
		int r = method->poll(run, &progress, err);

		if (r < 0 && r != -ENODEV && ++errors < POLL_ERRORS_MAX) {
			time_sleep_ms(repair->poll_ms ? repair->poll_ms : 1000);
			continue;
		}
		if (r < 0 || progress.outcome == HAIKI_OUTCOME_SUCCEEDED)
			return r;
		errors = 0;
		if (progress.outcome != HAIKI_OUTCOME_RUNNING)
			return error_set(err, HAIKI_DOMAIN_SCSI, -EIO,
				N_("the drive, whose format had broken off, could not be formatted again either (%s): destroy it"),
				progress.detail);
		if (repair->stopped(repair->opaque))
			return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINTR,
				N_("stopped on request while the drive formats itself again: keep it powered, then begin again"));
		error_set(&what, HAIKI_DOMAIN_SCSI, -EBUSY,
			  N_("a format of the drive had broken off; it is formatted again (%s): keep it powered"),
			  progress.detail);
		if (strcmp(before.text, what.text))
			repair->waiting(repair->opaque, &what);
		before = what;
	}
}

static int format_again(const struct repair *repair,
			const struct method *method, struct method_run *run,
			struct haiki_error *err)
{
	int r = method->start(run, err);

	if (r == 0)
		r = poll_format(repair, method, run, err);
	method->finish(run);
	return r;
}

int repair_unfinished(const struct repair *repair, bool *ret_formatted,
		      struct haiki_error *err)
{
	const struct method *method = own_erase_of(repair->drive);
	struct method_options options = {
		.slice_ms = 250,
		.poll_ms = repair->poll_ms,
		.stall_ms = repair->stall_ms,
	};
	struct method_run run = {
		.t = repair->t, .token = repair->token, .drive = repair->drive,
		.options = &options, .journal = &no_journal,
	};
	struct haiki_error what = { 0 };
	int r;

	*ret_formatted = false;
	if (!method)
		return 0;
	r = wait_out(repair, method, &run, &what);
	/* What failed may have been the question. */
	if (r == -EIO && method->id == HAIKI_SCSI_FORMAT &&
	    repair->may_format &&
	    method->look(&run) == HAIKI_SANITIZE_UNFORMATTED) {
		*ret_formatted = true;
		r = format_again(repair, method, &run, &what);
	}
	if (r < 0 && err)
		*err = what;
	return r;
}

/* --- without a job ---------------------------------------------------------*/

struct waiter {
	const struct haiki_repair_options *with;
	bool waited, formatted;
};

static bool asked_to_stop(void *opaque)
{
	const struct waiter *waiter = opaque;

	return waiter->with->stop && *waiter->with->stop;
}

static void has_waited(void *opaque, const struct haiki_error *what)
{
	struct waiter *waiter = opaque;

	(void)what;
	waiter->waited = true;
}

int repair_password(struct transport *t, const struct guard_token *token,
		    const struct haiki_drive *drive, const char *known,
		    struct haiki_error *err)
{
	const struct method *method = method_find(HAIKI_ATA_SECURITY_ERASE);
	struct method_options options = {
		.slice_ms = 250, .unlock_password = known };
	struct method_run run = {
		.t = t, .token = token, .drive = drive,
		.options = &options, .journal = &no_journal,
	};
	int r = method->recover(&run, err);

	method->finish(&run);
	return r;
}

static int repair(struct transport *t, const struct guard_token *token,
		  const struct haiki_drive *drive, struct waiter *waiter,
		  struct haiki_error *err)
{
	const struct repair unfinished = {
		.t = t, .token = token, .drive = drive,
		.may_format = waiter->with->confirmed,
		.poll_ms = drive->simulated ? POLL_PRACTICE_MS : 0,
		.stopped = asked_to_stop, .waiting = has_waited,
		.opaque = waiter,
	};
	int r = 0, result = 0;

	if (haiki_drive_unfinished(drive))
		result = repair_unfinished(&unfinished, &waiter->formatted,
					   err);
	if (drive->security.enabled == HAIKI_YES)
		r = repair_password(t, token, drive, waiter->with->confirmed ?
				    waiter->with->unlock_password : NULL,
				    result < 0 ? NULL : err);
	return result < 0 ? result : r;
}

/* NULL: nothing has changed. */
static const char *words_for(const struct haiki_drive *before,
			     const struct haiki_drive *after,
			     const struct waiter *waiter)
{
	if (before->security.enabled == HAIKI_YES &&
	    after->security.enabled == HAIKI_NO)
		return N_("the password that an interrupted erase had left was removed; the drive is NOT erased");
	if (waiter->formatted)
		return N_("the drive, whose format had broken off, was formatted again; that proves nothing by itself, so erase the drive now");
	if (waiter->waited && before->sanitize == HAIKI_SANITIZE_FORMATTING)
		return N_("a format that was running has ended; it proves nothing by itself, so erase the drive now");
	if (waiter->waited)
		return N_("a sanitize that was running has ended; it proves nothing by itself, so erase the drive now");
	if (before->sanitize == HAIKI_SANITIZE_FAILED &&
	    after->sanitize == HAIKI_SANITIZE_IDLE)
		return N_("the drive was brought out of the state that a failed sanitize had left; it is NOT erased");
	return NULL;
}

/* What can only be said, since nobody has confirmed the drive. */
static int not_formatted(const struct haiki_drive *drive,
			 struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_GUARD, -EPERM,
		N_("%s (%s): a format of it broke off, so it can be neither read nor written. \"haiki erase\" formats it again, erases and certifies it; \"haiki resume --confirm %s\" only formats it again"),
		drive->path, drive->serial, drive->serial);
}

int haiki_repair(struct haiki_host *host, const struct haiki_drive *drive,
		 const struct haiki_repair_options *with, char *ret_what,
		 size_t size, struct haiki_error *err)
{
	CLEANUP(free) struct haiki_drive *after = NULL;
	struct guard_token *token = NULL;
	struct waiter waiter = { .with = with };
	const char *words = NULL;
	struct transport *t;
	int r;

	ret_what[0] = '\0';
	if (!haiki_drive_unfinished(drive) &&
	    drive->security.enabled != HAIKI_YES)
		return 0;
	/* Plain block devices have no state that an erase could leave. */
	if (drive->bus == HAIKI_BUS_VIRTIO || drive->raid[0] ||
	    drive->read_only ||
	    (drive->bus == HAIKI_BUS_OTHER && !drive->simulated))
		return 0;
	if (drive->sanitize == HAIKI_SANITIZE_UNFORMATTED &&
	    !with->confirmed)
		return not_formatted(drive, err);
	after = calloc(1, sizeof(*after));
	if (!after)
		return error_errno(err, -ENOMEM, N_("cannot begin"));
	r = guard_acquire(host, drive, drive->serial, &token, &t, err);
	if (r < 0)
		return r;
	r = repair(t, token, drive, &waiter, err);
	if (r == 0 && device_probe(t, after, err) == 0)
		words = words_for(drive, after, &waiter);
	if (words)
		snprintf(ret_what, size, "%s", error_translate(words));
	guard_release(token);
	return r;
}
