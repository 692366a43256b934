/* SPDX-License-Identifier: Apache-2.0 */
#include "device/guard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

struct guard_token {
	struct transport *t;
	struct haiki_drive drive; /* as it was when the token was made */
};

static int refuse_use(const struct haiki_drive *drive,
		      struct haiki_error *err)
{
	static const char format[] =
		N_("%s is in use (%s): release it first, then try again");
	const struct haiki_use *use = &drive->uses[0];

	error_set(err, HAIKI_DOMAIN_GUARD, -EPERM, format, drive->path,
		  use->what);
	if (use->local[0])
		error_localize(err, format, drive->path, use->local);
	return -EPERM;
}

/* `format` (marked with N_()) names the drive. */
static int refuse(const char *format, const struct haiki_drive *drive,
		  struct haiki_error *err)
{
	return error_set(err, HAIKI_DOMAIN_GUARD, -EPERM, format, drive->path);
}

int guard_free(const struct haiki_drive *drive, struct haiki_error *err)
{
	if (drive->is_system)
		return refuse(N_("%s is the disk that this system runs from: boot from another one to erase it"),
			      drive, err);
	if (drive->own_stick)
		return refuse(N_("%s is a stick of haiki's own, which may hold records: it is never erased. If it has to be, give its file system another name than HAIKI-... on another machine first"),
			      drive, err);
	if (drive->uses_count)
		return refuse_use(drive, err);
	if (drive->raid[0])
		return error_set(err, HAIKI_DOMAIN_GUARD, -EPERM,
				 N_("%s is a volume of a RAID controller (%s), not a drive: delete the volume in the controller's set-up and make its drives visible (HBA or JBOD mode), or take them out"),
				 drive->path, drive->raid);
	if (drive->silent)
		return refuse(N_("%s: the drive doesn't answer: plug its power off and on, then try again"),
			      drive, err);
	if (drive->read_only || drive->write_protected == HAIKI_YES)
		return refuse(N_("%s is write-protected: undo the protection (switch, namespace, controller), then try again"),
			      drive, err);
	/* One that an erase of its own keeps busy tells it afterwards. */
	if (drive->size_bytes == 0 && !haiki_drive_unfinished(drive))
		return refuse(N_("%s reports no capacity: check cable and power, and what \"haiki list\" says of it; if it stays so, destroy the drive"),
			      drive, err);
	return 0;
}

static int check_confirmed(const struct haiki_drive *expected,
			   const char *confirmed_serial,
			   struct haiki_error *err)
{
	if (!expected->serial[0])
		return error_set(err, HAIKI_DOMAIN_GUARD, -EPERM,
				 N_("%s has nothing to be confirmed by: nothing was touched"),
				 expected->path);
	if (!confirmed_serial || strcmp(confirmed_serial, expected->serial))
		return error_set(err, HAIKI_DOMAIN_GUARD, -EPERM,
				 N_("%s was not confirmed by its serial number %s: nothing was touched"),
				 expected->path, expected->serial);
	return 0;
}

static int changed(const struct haiki_drive *expected, const char *what,
		   const char *then, const char *now, struct haiki_error *err)
{
	const char *format =
		N_("%s is not the drive that was looked at before: its %s was \"%s\" and is \"%s\". Look at the drives again (\"haiki list\").");
	int r = error_set(err, HAIKI_DOMAIN_GUARD, -ESTALE, format,
			  expected->path, what, then, now);

	error_localize(err, format, expected->path, error_translate(what), then,
		       now);
	return r;
}

static int check_identity(const struct haiki_drive *expected,
			  const struct haiki_drive *drive,
			  struct haiki_error *err)
{
	if (strcmp(expected->serial, drive->serial) ||
	    expected->serial_is_substitute != drive->serial_is_substitute)
		return changed(expected, N_("serial number"), expected->serial,
			       drive->serial, err);
	/* Only the kernel's memory now, where the drive itself told before. A
	 * drive from a journal doesn't say where its number was read. */
	if (expected->serial_source[0] &&
	    strcmp(expected->serial_source, drive->serial_source))
		return changed(expected, N_("serial number's source"),
			       expected->serial_source, drive->serial_source,
			       err);
	if (strcmp(expected->wwn, drive->wwn))
		return changed(expected, N_("world wide name"), expected->wwn,
			       drive->wwn, err);
	if (strcmp(expected->model, drive->model))
		return changed(expected, N_("model"), expected->model,
			       drive->model, err);
	return 0;
}

static int check_size(const struct haiki_drive *expected,
		      const struct haiki_drive *drive, struct haiki_error *err)
{
	char then[32], now[32];

	if (expected->size_bytes == drive->size_bytes &&
	    expected->logical_block == drive->logical_block)
		return 0;
	snprintf(then, sizeof(then), "%llu/%u",
		 (unsigned long long)expected->size_bytes,
		 expected->logical_block);
	snprintf(now, sizeof(now), "%llu/%u",
		 (unsigned long long)drive->size_bytes, drive->logical_block);
	return changed(expected, N_("size in bytes"), then, now, err);
}

/* All of it, on what the drive and the system say now. */
static int check_all(struct transport *t, const struct haiki_drive *expected,
		     struct haiki_drive *drive, struct haiki_error *err)
{
	int r = device_identify(t, drive, err);

	/* Which asks only who it is. */
	drive->sanitize = expected->sanitize;
	if (r == 0)
		r = check_identity(expected, drive, err);
	if (r == 0)
		r = check_size(expected, drive, err);
	if (r == 0)
		r = guard_free(drive, err);
	return r;
}

int guard_adopt(struct transport *t, const struct haiki_drive *expected,
		const char *confirmed_serial, struct guard_token **ret_token,
		struct haiki_error *err)
{
	struct guard_token *token;
	uint64_t bytes;
	int r;

	if (!t->writable)
		return error_set(err, HAIKI_DOMAIN_GUARD, -EPERM,
				 N_("%s is not open for erasing: nothing was touched"),
				 expected->path);
	r = check_confirmed(expected, confirmed_serial, err);
	if (r < 0)
		return r;
	token = calloc(1, sizeof(*token));
	if (!token)
		return error_errno(err, -ENOMEM, N_("no memory"));
	r = check_all(t, expected, &token->drive, err);
	if (r == 0)
		r = transport_size(t, &bytes, err);
	if (r == 0 && bytes != expected->size_bytes) {
		token->drive.size_bytes = bytes;
		r = check_size(expected, &token->drive, err);
	}
	if (r < 0) {
		free(token);
		return r;
	}
	token->t = t;
	*ret_token = token;
	return 0;
}

/* Refusals keep their words but have one code. */
static int open_refused(int r, struct haiki_error *err)
{
	if (r != -EBUSY && r != -EROFS && r != -EINVAL && r != -ENOTBLK)
		return r;
	if (err) {
		err->domain = HAIKI_DOMAIN_GUARD;
		err->code = -EPERM;
	}
	return -EPERM;
}

/* Looks before it opens for writing: says best what is in the way, and
 * closing a descriptor that can write makes udev look at the drive. */
static int look_first(struct haiki_host *host,
		      const struct haiki_drive *expected,
		      struct haiki_error *err)
{
	struct haiki_drive drive;
	struct transport *t;
	int r = host_open(host, expected->path, false, &t, err);

	if (r < 0)
		return open_refused(r, err);
	r = check_all(t, expected, &drive, err);
	transport_close(t);
	return r;
}

int guard_acquire(struct haiki_host *host, const struct haiki_drive *expected,
		  const char *confirmed_serial, struct guard_token **ret_token,
		  struct transport **ret_transport, struct haiki_error *err)
{
	struct transport *t;
	int r = check_confirmed(expected, confirmed_serial, err);

	if (r < 0)
		return r;
	if (expected->simulated != haiki_host_is_simulated(host))
		return error_set(err, HAIKI_DOMAIN_GUARD, -EPERM,
				 N_("%s is not one of these drives: nothing was touched"),
				 expected->path);
	/* What was in the way before may be gone, but then the operator has
	 * to see the drive as it is now. */
	r = guard_free(expected, err);
	if (r == 0)
		r = look_first(host, expected, err);
	if (r < 0)
		return r;
	r = host_open(host, expected->path, true, &t, err);
	if (r < 0)
		return open_refused(r, err);
	r = guard_adopt(t, expected, confirmed_serial, ret_token, err);
	if (r < 0) {
		transport_close(t);
		return r;
	}
	*ret_transport = t;
	return 0;
}

int guard_check(const struct guard_token *token, struct transport *t,
		struct haiki_error *err)
{
	struct haiki_drive now;
	int r;

	if (!token || token->t != t || !t->writable)
		return error_set(err, HAIKI_DOMAIN_GUARD, -EPERM,
				 N_("there is no permission to change this drive: nothing was touched"));
	r = device_ask_again(t, &token->drive, &now, err);
	return r < 0 ? r : check_identity(&token->drive, &now, err);
}

void guard_release(struct guard_token *token)
{
	if (!token)
		return;
	transport_close(token->t);
	free(token);
}
