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

/* Any of the drive's sanitizes: they share how they leave a bad state. */
static const struct method *sanitize_of(const struct haiki_drive *drive)
{
	for (size_t i = 0; i < drive->methods_count; i++) {
		const struct method *method =
			method_find(drive->methods[i].method);

		if (method && method->look &&
		    drive->methods[i].support != HAIKI_SUPPORT_UNSUPPORTED)
			return method;
	}
	return NULL;
}

static int stopped(struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_SYSTEM, -EINTR,
			 N_("stopped on request while the drive was sanitizing itself: nothing was done to it"));
}

int repair_sanitize(const struct repair *repair, struct haiki_error *err)
{
	const struct method *method = sanitize_of(repair->drive);
	struct method_options options = {
		.slice_ms = 250,
		.poll_ms = repair->poll_ms,
		.stall_ms = repair->stall_ms,
	};
	struct method_run run = {
		.t = repair->t, .token = repair->token, .drive = repair->drive,
		.options = &options, .journal = &no_journal,
	};
	struct haiki_error what = { 0 }, before = { 0 };
	struct method_progress progress;
	uint64_t changed_ms = time_monotonic_ms();
	struct pace pace;
	int r;

	if (!method)
		return 0;
	pace_begin(&pace, &run, -1);
	for (;;) {
		if (!pace_due(&pace, &progress))
			continue;
		r = method->recover(&run, &what);
		if (r != -EBUSY)
			break;
		if (repair->stopped(repair->opaque))
			return stopped(err);
		repair->waiting(repair->opaque, &what);
		/* The drive's words tell how far it is. */
		if (strcmp(before.text, what.text))
			changed_ms = time_monotonic_ms();
		else if (time_monotonic_ms() - changed_ms >= pace.stall_ms)
			break;
		before = what;
	}
	if (r < 0 && err)
		*err = what;
	return r;
}

static bool is_sanitizing(const struct haiki_drive *drive)
{
	return drive->sanitize == HAIKI_SANITIZE_RUNNING ||
	       drive->sanitize == HAIKI_SANITIZE_FAILED;
}

/* --- without a job ---------------------------------------------------------*/

struct waiter {
	const volatile bool *stop;
	bool waited;
};

static bool asked_to_stop(void *opaque)
{
	const struct waiter *waiter = opaque;

	return waiter->stop && *waiter->stop;
}

static void has_waited(void *opaque, const struct haiki_error *what)
{
	struct waiter *waiter = opaque;

	(void)what;
	waiter->waited = true;
}

static int take_password(struct transport *t, const struct guard_token *token,
			 const struct haiki_drive *drive,
			 struct haiki_error *err)
{
	const struct method *method = method_find(HAIKI_ATA_SECURITY_ERASE);
	struct method_options options = { .slice_ms = 250 };
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
	const struct repair sanitize = {
		.t = t, .token = token, .drive = drive,
		.stopped = asked_to_stop, .waiting = has_waited,
		.opaque = waiter,
	};
	int r = 0, result = 0;

	if (is_sanitizing(drive))
		result = repair_sanitize(&sanitize, err);
	if (drive->security.enabled == HAIKI_YES)
		r = take_password(t, token, drive, result < 0 ? NULL : err);
	return result < 0 ? result : r;
}

static void say(const struct haiki_drive *before,
		const struct haiki_drive *after, bool waited, char *ret_what,
		size_t size)
{
	if (before->security.enabled == HAIKI_YES &&
	    after->security.enabled == HAIKI_NO)
		snprintf(ret_what, size, "%s", error_translate(N_("the password that an interrupted erase had left was removed; the drive is NOT erased")));
	else if (waited)
		snprintf(ret_what, size, "%s", error_translate(N_("a sanitize that was running has ended; it proves nothing by itself, so erase the drive now")));
	else if (before->sanitize == HAIKI_SANITIZE_FAILED &&
		 after->sanitize == HAIKI_SANITIZE_IDLE)
		snprintf(ret_what, size, "%s", error_translate(N_("the drive was brought out of the state that a failed sanitize had left; it is NOT erased")));
}

int haiki_repair(struct haiki_host *host, const struct haiki_drive *drive,
		 const volatile bool *stop, char *ret_what, size_t size,
		 struct haiki_error *err)
{
	CLEANUP(free) struct haiki_drive *after = NULL;
	struct guard_token *token = NULL;
	struct waiter waiter = { stop, false };
	struct transport *t;
	int r;

	ret_what[0] = '\0';
	if (!is_sanitizing(drive) && drive->security.enabled != HAIKI_YES)
		return 0;
	/* Plain block devices have no state that an erase could leave. */
	if (drive->bus == HAIKI_BUS_VIRTIO || drive->size_bytes == 0 ||
	    drive->raid[0] || drive->read_only ||
	    (drive->bus == HAIKI_BUS_OTHER && !drive->simulated))
		return 0;
	after = calloc(1, sizeof(*after));
	if (!after)
		return error_errno(err, -ENOMEM, N_("cannot begin"));
	r = guard_acquire(host, drive, drive->serial, &token, &t, err);
	if (r < 0)
		return r;
	r = repair(t, token, drive, &waiter, err);
	if (r == 0 && device_probe(t, after, err) == 0)
		say(drive, after, waiter.waited, ret_what, size);
	guard_release(token);
	return r;
}
