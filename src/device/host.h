/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEVICE_HOST_H
#define DEVICE_HOST_H

#include <haiki/drive.h>
#include "transport/transport.h"

/*
 * Opens one drive of the host by its path, as transport_open_linux does, or
 * the practice drive of that path. Freed with transport_close().
 */
int host_open(struct haiki_host *host, const char *path, bool writable,
	      struct transport **ret_transport, struct haiki_error *err);

/* The practice drives that the host was made with, to do to them what a person
 * does to real ones (unplug, suspend); NULL if it's the machine. Borrowed. */
struct simulate_set *host_practice_set(struct haiki_host *host);

/*
 * Fills *drive from an open transport: describe(), then identity, capacity,
 * hidden areas, security, health, and every method's probe. Sends only
 * commands that change nothing. What can't be read is left unknown with its
 * reason; that is no error. -ENODEV if the drive is gone.
 */
int device_probe(struct transport *t, struct haiki_drive *drive,
		 struct haiki_error *err);

/*
 * Only what tells one drive from another (serial, wwn, model, size), and who
 * uses it now. -ETIMEDOUT if the drive doesn't answer, -ENODEV if it's gone:
 * what the kernel remembers of it doesn't count.
 */
int device_identify(struct transport *t, struct haiki_drive *drive,
		    struct haiki_error *err);

/*
 * Asks an open drive, without looking at the system around it, whether it is
 * still `known`: *ret_drive is `known` with the identity that it tells now
 * (empty where it doesn't any more) and its present size. -ENODEV if it's
 * gone.
 */
int device_ask_again(struct transport *t, const struct haiki_drive *known,
		     struct haiki_drive *ret_drive, struct haiki_error *err);

#endif
