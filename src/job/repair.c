/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/job.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "device/guard.h"
#include "method/method.h"

/* One of each family: they share how they leave a bad state. */
static const enum haiki_method families[] = {
	HAIKI_ATA_SECURITY_ERASE,
	HAIKI_ATA_SANITIZE_BLOCK,
	HAIKI_SCSI_SANITIZE_BLOCK,
	HAIKI_NVME_SANITIZE_BLOCK,
};

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

static bool needs_repair(const struct haiki_drive *drive,
			 const struct haiki_method_support *support)
{
	if (support->method == HAIKI_ATA_SECURITY_ERASE)
		return drive->security.enabled == HAIKI_YES;
	/* What a sanitize leaves shows as something else than a plain yes or
	 * no: recover() looks at the drive's own status. */
	return support->support != HAIKI_SUPPORT_UNSUPPORTED;
}

/* A sanitize that is still running is waited for, a second at a time. */
static int recover(const struct method *method, struct method_run *run,
		   const volatile bool *stop, bool *ret_waited,
		   struct haiki_error *err)
{
	for (;;) {
		const struct timespec second = { .tv_sec = 1 };
		int r = method->recover(run, err);

		if (r != -EBUSY || (stop && *stop))
			return r;
		*ret_waited = true;
		nanosleep(&second, NULL);
	}
}

static int repair(struct transport *t, const struct guard_token *token,
		  const struct haiki_drive *drive, const volatile bool *stop,
		  char *ret_what, size_t size, struct haiki_error *err)
{
	struct method_options options = { .slice_ms = 250 };
	struct method_journal journal = { put_nothing, get_nothing, NULL };
	CLEANUP(free) struct haiki_drive *after = calloc(1, sizeof(*after));
	bool waited = false;
	int result = 0;

	if (!after)
		return error_errno(err, -ENOMEM, N_("cannot begin"));
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		const struct method *method = method_find(families[i]);
		struct haiki_method_support support = { 0 };
		struct method_run run = {
			.t = t, .token = token, .drive = drive,
			.options = &options, .journal = &journal,
		};
		int r;

		if (!method)
			continue;
		method->probe(&run, &support);
		support.method = families[i];
		if (!needs_repair(drive, &support))
			continue;
		r = recover(method, &run, stop, &waited, err);
		method->finish(&run);
		if (r < 0)
			result = r;
	}
	if (result == 0 && device_probe(t, after, err) == 0 &&
	    drive->security.enabled == HAIKI_YES &&
	    after->security.enabled == HAIKI_NO)
		snprintf(ret_what, size, "%s", error_translate(N_("the password that an interrupted erase had left was removed; the drive is NOT erased")));
	else if (result == 0 && waited)
		snprintf(ret_what, size, "%s", error_translate(N_("a sanitize that was running has ended; it proves nothing by itself, so erase the drive now")));
	return result;
}

int haiki_repair(struct haiki_host *host, const struct haiki_drive *drive,
		 const volatile bool *stop, char *ret_what, size_t size,
		 struct haiki_error *err)
{
	struct guard_token *token = NULL;
	struct transport *t;
	int r;

	ret_what[0] = '\0';
	/* Plain block devices have no state that an erase could leave. */
	if (drive->bus == HAIKI_BUS_VIRTIO || drive->size_bytes == 0 ||
	    drive->raid[0] || drive->read_only ||
	    (drive->bus == HAIKI_BUS_OTHER && !drive->simulated))
		return 0;
	r = guard_acquire(host, drive, drive->serial, &token, &t, err);
	if (r < 0)
		return r;
	r = repair(t, token, drive, stop, ret_what, size, err);
	guard_release(token);
	return r;
}
