/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMULATE_SET_H
#define SIMULATE_SET_H

#include <haiki/drive.h>
#include "simulate/model.h"
#include "transport/transport.h"

/*
 * A set of practice drives, from a file that describes them (haiki-practice
 * JSON; see practice.c). Media and states lie in "FILE.d" beside it, so that a
 * later process finds the same drives; a drive whose power was cut is on
 * again when the set is loaded the next time. Paths are "sim:ID", ID being the
 * drive's "id", or its serial.
 */
struct simulate_set;

/* -EINVAL with place and remedy in *err. Frees with simulate_set_free(). */
int simulate_set_load(const char *file, struct simulate_set **ret_set,
		      struct haiki_error *err);
/* Writes what's unwritten. All transports must be closed before. NULL-safe. */
void simulate_set_free(struct simulate_set *set);

size_t simulate_set_count(const struct simulate_set *set);
/* "sim:ID" of the i-th drive, in the file's order; borrowed. */
const char *simulate_set_path(const struct simulate_set *set, size_t i);

/*
 * Like transport_open_linux(): -ENOENT for a path that isn't in the set,
 * -EBUSY for a second exclusive open, also by another process, -ENODEV for a
 * drive that is gone. The set must outlive the transport.
 */
int simulate_set_open(struct simulate_set *set, const char *path,
		      bool writable, struct transport **ret_transport,
		      struct haiki_error *err);

/*
 * A drive is unplugged for as long as there is a file FILE.d/ID.unplugged; what
 * was held at that moment is gone for good. Looks at these files anew, and
 * pulls out or plugs in what they say; one that is still held is plugged in
 * only when it isn't any more. While there is a file FILE.d/ID.hurry nothing that
 * the drive does takes any time.
 */
void simulate_set_refresh(struct simulate_set *set);
/* Whether the i-th drive is plugged in, and for the how-manieth time. */
bool simulate_set_plugged(struct simulate_set *set, size_t i,
			  uint64_t *ret_sequence);

/* The drive itself, for tests and the scanner; NULL if there is none. */
struct model *simulate_set_model(struct simulate_set *set, const char *path);

/* What a person would do: unplug one drive and plug it in again; suspend and
 * resume the machine. -EBUSY if another process has one of the drives. */
int simulate_set_power_cycle(struct simulate_set *set, const char *path,
			     struct haiki_error *err);
int simulate_set_suspend_resume(struct simulate_set *set,
				struct haiki_error *err);

/* The practice set that `haiki demo` uses: JSON text, NUL-terminated. */
extern const char simulate_default_set[]
	__attribute__((visibility("hidden")));

#endif
