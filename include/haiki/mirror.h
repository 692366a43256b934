/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_MIRROR_H
#define HAIKI_MIRROR_H

#include <haiki/error.h>

/*
 * A second folder that holds what the folder for records holds: records,
 * signatures, PDFs, transcripts, the ledger and the journals of interrupted
 * jobs; the folder's own key (stick.key) stays where it is. It takes nothing
 * away from the first: a mirror that fails is told of, and that's all.
 */

/*
 * Whether the mirror could be used now: it's there (only the last part of its
 * name is made), another folder than `out`, can be written, has room, and holds
 * no other stick's ledger. 0, or -errno and what to do in *err.
 */
int haiki_mirror_check(const char *out, const char *mirror,
		       struct haiki_error *err);

/*
 * Brings the mirror up to date: whatever is new or has changed in `out` is
 * written, each file whole, and on the medium when this returns 0. A record
 * follows its signature, the ledger follows its records. What the mirror has
 * beyond that stays, except journals of jobs whose record stands; and so does
 * its copy of what never changes, or has become less, in `out`. A file that
 * can't be copied doesn't hold up the others; the first such is in *err.
 */
int haiki_mirror(const char *out, const char *mirror, struct haiki_error *err);

#endif
