/* SPDX-License-Identifier: Apache-2.0 */
#ifndef METHOD_METHOD_H
#define METHOD_METHOD_H

#include <haiki/evidence.h>
#include "device/guard.h"
#include "overwrite/schedule.h"
#include "transport/transport.h"

/*
 * One erase method; one file each in src/method. A method knows the drive and
 * its transport, never a policy. The job calls, in this order:
 * probe, estimate, prepare, start, poll until it isn't running, finish; and
 * recover whenever prepare or start was called and the end isn't clean, also
 * in a later process that has only the journal.
 */

/* A few strings that must survive a power cut; see job/journal.h. */
struct method_journal {
	/* Stores key=value, written and synced to disk before it returns. */
	int (*put)(void *opaque, const char *key, const char *value,
		   struct haiki_error *err);
	/* The value or NULL; owned by the journal. */
	const char *(*get)(void *opaque, const char *key);
	void *opaque;
};

struct method_options {
	const struct schedule *schedule;   /* overwrite only */
	bool allow_usb_security;
	const char *psid;                  /* opal-psid-revert; borrowed */
	const char *unlock_password;       /* known ATA password or NULL */
	uint64_t slice_ms;                 /* longest a poll may work; 250 */
	uint64_t poll_ms;                  /* the drive is asked no oftener;
					    * 0 = 1000 */
	bool settles;                      /* the caller calls settle() */
	uint64_t stall_ms;                 /* without progress for so long it
					    * is stalled; 0 = by estimate */
};

struct method_run {
	struct transport *t;
	const struct guard_token *token;   /* NULL while only probing */
	const struct haiki_drive *drive;   /* as probed before */
	const struct method_options *options;
	const struct method_journal *journal;
	void *state;                       /* the method's own */
	bool silent;                       /* answers nothing: ask it nothing */
	struct haiki_attempt attempt;      /* filled as it goes */
	/* The drive's own registers or log, for the record: what it said
	 * before the command and at the end, e.g. "word 128 = 0021h" or the
	 * sanitize log's bytes in hex. Empty if it has none. */
	char status_before[256], status_after[256];
};

struct method_progress {
	enum haiki_outcome outcome;
	uint64_t done, total;              /* bytes, or 0 if not told */
	unsigned permille;                 /* 0 ... 1000 */
	int64_t seconds_left;              /* -1 unknown */
	double bytes_per_second;           /* 0 unknown */
	uint32_t pass, passes;             /* 1-based; 0 if it has none */
	bool reading;                      /* back what the pass has written */
	char detail[160];                  /* English: status bytes in words */
	/* What the operator has to know or do meanwhile, in his language; NULL
	 * if all goes as expected. Static. */
	const char *advice;
};

struct method {
	enum haiki_method id;
	/* One command that lasts as long as the erase and can't be stopped:
	 * between start and the end the transport is the method's alone, and
	 * finish() waits for it. */
	bool blocking;
	/* Fills support, seconds and reason; read-only; a drive or bus that
	 * this method isn't for is HAIKI_SUPPORT_UNSUPPORTED. */
	void (*probe)(struct method_run *run,
		      struct haiki_method_support *ret_support);
	/* Everything needed before the point of no return. */
	int (*prepare)(struct method_run *run, struct haiki_error *err);
	/* Checks the token, journals, and begins. What is found running is
	 * waited for instead: attempt.adopted, unless the journal says that
	 * this very job had begun it. */
	int (*start)(struct method_run *run, struct haiki_error *err);
	/* May block for options->slice_ms. An error return means that the
	 * state couldn't be asked: the caller treats it as unknown. */
	int (*poll)(struct method_run *run, struct method_progress *ret_progress,
		    struct haiki_error *err);
	/* While paused the host sends the drive nothing more (it is too hot
	 * ...). NULL: the drive works by itself. Between start and finish. */
	void (*pause)(struct method_run *run, bool paused);
	/* Brings the drive back to a usable state: password removed, failed
	 * sanitize left. 0 = clean now; -EBUSY: an erase is still running.
	 * Works without run->state, journal entries or the journal itself. */
	int (*recover)(struct method_run *run, struct haiki_error *err);
	/* Frees run->state; NULL-safe; after success or failure. */
	void (*finish)(struct method_run *run);
	/* What a read-back must find afterwards. */
	enum haiki_expectation (*expectation)(const struct method_run *run);
	/* PATTERN only: fills buf with what byte `offset` on must hold. */
	int (*expected)(const struct method_run *run, uint64_t offset,
			void *buf, size_t length);
	/* NULL for most. Called like poll() after the read-back, before
	 * finish(), until it no longer tells RUNNING: ends what was kept for
	 * the read-back (NVMe media verification state) and looks once more.
	 * An error: the attempt did not succeed after all. Works with the
	 * journal alone. */
	int (*settle)(struct method_run *run,
		      struct method_progress *ret_progress,
		      struct haiki_error *err);
	/* Sanitize only, else NULL: what the drive says of an earlier one. */
	enum haiki_sanitize (*look)(struct method_run *run);
};

/*
 * Whether a method that was probed without options may be tried with these:
 * it's supported as it stands, or locked and waits only for what they give: a
 * known password, the PSID, the permission for passwords over USB. Pure.
 */
bool method_usable(const struct haiki_drive *drive,
		   const struct haiki_method_support *support,
		   const struct method_options *options);

/* The implementation of a method; NULL for NONE or one not built. */
const struct method *method_find(enum haiki_method id);

#endif
