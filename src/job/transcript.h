/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOB_TRANSCRIPT_H
#define JOB_TRANSCRIPT_H

#include "transport/transport.h"

/*
 * Every command that was sent to one drive, a JSON line each: what, when, with
 * which parameters, and the drive's answer in its own bytes. Passwords and
 * user data are never written there.
 */
struct transcript;

/* Opens for appending; made if it isn't there. */
int transcript_open(const char *file, struct transcript **ret_transcript,
		    struct haiki_error *err);
/* A transport_observer; opaque is the transcript. Errors are kept and told by
 * transcript_sync(). */
void transcript_observe(void *opaque, const struct transport_event *event);
/* Everything so far is on the disk, or the first error. */
int transcript_sync(struct transcript *transcript, struct haiki_error *err);
void transcript_close(struct transcript *transcript);   /* NULL-safe */

#endif
