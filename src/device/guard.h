/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_GUARD_H
#define DEVICE_GUARD_H

#include "device/host.h"

/*
 * Permission to destroy what is on one drive. Only guard_acquire() makes one;
 * every call that changes a medium takes it (guard_check()).
 */
struct guard_token;

/*
 * What forbids to erase the drive, whatever anyone has confirmed, by what was
 * found when it was listed: -EPERM (HAIKI_DOMAIN_GUARD) or 0.
 */
int guard_free(const struct haiki_drive *drive, struct haiki_error *err);

/*
 * Opens the drive exclusively and looks again, immediately before the first
 * destructive step. Refuses with -EPERM (HAIKI_DOMAIN_GUARD; the text says
 * what to do), touching nothing, unless
 *  - serial, WWN, model and size are those of `expected` (-ESTALE if not),
 *  - `confirmed_serial` equals the serial, byte for byte,
 *  - nothing uses it: mounts, swap, holders, O_EXCL; not the system disk;
 *    not read-only; not a partition; not a RAID controller's volume.
 * *ret_transport is open for writing and belongs to the token.
 */
int guard_acquire(struct haiki_host *host, const struct haiki_drive *expected,
		  const char *confirmed_serial, struct guard_token **ret_token,
		  struct transport **ret_transport, struct haiki_error *err);

/*
 * guard_acquire()'s checks on a transport that is open for writing already.
 * On success *ret_token owns `t`; on failure it's still the caller's.
 */
int guard_adopt(struct transport *t, const struct haiki_drive *expected,
		const char *confirmed_serial, struct guard_token **ret_token,
		struct haiki_error *err);

/*
 * To be called by every destructive function first: 0 if `token` belongs to
 * `t` and the drive behind it still has its identity (serial, WWN and model:
 * the size may have changed, as hidden areas are opened), else -EPERM or
 * -ESTALE; -ENODEV if it's gone.
 */
int guard_check(const struct guard_token *token, struct transport *t,
		struct haiki_error *err);

/* Closes the transport and frees the token; NULL-safe. */
void guard_release(struct guard_token *token);

#endif
