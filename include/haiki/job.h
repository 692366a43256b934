/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HAIKI_JOB_H
#define HAIKI_JOB_H

#include <haiki/drive.h>
#include <haiki/key.h>
#include <haiki/policy.h>
#include <haiki/proof.h>
#include <haiki/timestamp.h>

/* What the operator did about the machine's clock before the start. */
enum haiki_clock {
	HAIKI_CLOCK_UNASKED = 0,
	HAIKI_CLOCK_CONFIRMED,            /* found right */
	HAIKI_CLOCK_SET,                  /* put right */
};

/*
 * What is to be done, the same for every drive of one run. Pointers are
 * borrowed for as long as the call lasts; a string may be NULL = not given.
 */
struct haiki_job_options {
	const struct haiki_policy *policy;
	const char *policy_name;          /* id or file it was loaded from */
	const struct haiki_class *cls;
	enum haiki_medium medium;         /* ANY: told from the drive */
	enum haiki_method method;         /* NONE: chosen for class and drive */
	const char *passes;               /* schedule of `overwrite`, or NULL */
	enum haiki_plan verify;           /* NONE: standard */
	const char *out;                  /* directory for records */
	const char *mirror;               /* a second one (mirror.h), or NULL */
	struct haiki_signer *signer;      /* NULL only for haiki_job_plan() */
	const char *signer_role;          /* "operator" or "stick" */
	const char *key_file, *cert_file; /* where the signer came from */
	struct haiki_tsa tsa;             /* stamps the signatures; url and ask
					   * NULL: none does */
	bool allow_usb_security;
	const char *psid;
	const char *unlock_password;

	enum haiki_clock clock;
	const char *language;             /* of the PDF: "ja" (NULL), "en";
					   * "" = none is made */
	/* How often a drive is asked, and how long without progress counts as
	 * stalled, in milliseconds; 0 = once a second, by its estimate. */
	uint64_t poll_ms, stall_ms;

	const char *operator_name, *witness, *approved_by, *approval_no,
		   *approval_date, *purpose, *asset, *department, *location,
		   *contractor, *contract_no, *encrypted_by;
};

/* One method that would be tried, in its order. */
struct haiki_plan_step {
	enum haiki_method method;
	int64_t seconds;                  /* -1 unknown */
	bool accepted;                    /* by the class, if all goes well */
	const char *letter;               /* the policy's; NULL none */
	enum haiki_level level;
	char why[256];                    /* English */
	char why_local[512];
};

/* What would be done to one drive, and what it would be worth. */
struct haiki_job_plan {
	size_t steps_count;
	struct haiki_plan_step steps[HAIKI_METHOD_COUNT];
	enum haiki_medium medium;
	struct haiki_verdict verdict;     /* if the first step goes well */
	/* Why an erase would be refused; empty if it wouldn't. */
	char refused[512], refused_local[1024];
};

/*
 * Chooses for class and drive. Pure: no I/O. Accepted methods first, strongest
 * level first, then the shortest. A drive that is in use, read-only, the
 * system's, or a RAID volume is refused.
 */
void haiki_job_plan(const struct haiki_drive *drive,
		    const struct haiki_job_options *options,
		    struct haiki_job_plan *ret_plan);

/*
 * What `options` alone forbid, whatever the drive: no operator, a permission
 * or witness that the class wants named before the start. 0 or -EPERM.
 */
int haiki_job_check(const struct haiki_job_options *options,
		    struct haiki_error *err);

enum haiki_event_kind {
	HAIKI_EVENT_PHASE = 0,
	HAIKI_EVENT_PROGRESS,
	HAIKI_EVENT_ERROR,
	HAIKI_EVENT_DONE,
};

/* How one drive's run ended, for exit codes. */
enum haiki_ending {
	HAIKI_ENDING_REFUSED = 0,   /* nothing was touched */
	HAIKI_ENDING_RECORDED,      /* a record was written: see `result` */
	HAIKI_ENDING_INTERRUPTED,   /* resume can go on */
	HAIKI_ENDING_SURROUNDINGS,  /* no record could be written */
};

/* Told to the caller while jobs run, never from two threads at once. */
struct haiki_event {
	enum haiki_event_kind kind;
	size_t index;                     /* of the drive in the call */
	const struct haiki_drive *drive;
	const char *phase;                /* prepare mark erase verify certify */
	enum haiki_method method;
	uint32_t pass, passes;            /* 0 if there are none */
	unsigned permille;                /* of the phase */
	uint64_t bytes, bytes_total;      /* 0 where they mean nothing */
	double bytes_per_second;          /* 0 unknown */
	int64_t seconds_left;             /* -1 unknown */
	bool temperature_known;           /* PROGRESS: the drive tells */
	int temperature;                  /* degrees Celsius */
	bool too_hot;                     /* above its limit */
	bool cooling;                     /* paused until it's cooler */
	bool slow;                        /* far slower than it was */
	double usual_bytes_per_second;    /* PROGRESS: what held so far; 0 unknown */
	/* Operator's language, or NULL. PROGRESS: what to mind meanwhile, as
	 * long as it holds. */
	const char *message;
	enum haiki_ending ending;         /* DONE */
	enum haiki_result result;         /* DONE */
	const char *certificate;          /* DONE: the .json file, or NULL */
	/* DONE: the last read-back, or NULL if there was none; borrowed for
	 * the call, as are the first of the places that it found. */
	const struct haiki_verification *verification;
	const struct proof_finding *findings;
	size_t findings_count;
	bool touched;                     /* DONE: was anything written to it? */
};

typedef void haiki_event_sink(void *opaque, const struct haiki_event *event);

/* One drive of a run. */
struct haiki_job_target {
	const struct haiki_drive *drive;  /* as listed and confirmed */
	const char *confirmed_serial;     /* must equal the drive's */
	const char *journal;              /* to be resumed, or NULL */
	const struct haiki_job_options *options;  /* NULL: the run's */

	/* Results. */
	enum haiki_ending ending;
	enum haiki_result result;
	bool touched;
	char certificate[4096];           /* the .json file, or "" */
	struct haiki_error error;         /* why refused or interrupted */
};

/* How soon drives that are being erased are to be left. */
enum haiki_stop {
	HAIKI_GO_ON = 0,
	/* What the host writes or reads stops at once, at a point that is
	 * noted; what a drive does by itself is waited for. */
	HAIKI_STOP_SAFELY,
	/* Also a drive that erases itself is left to that, where it can be:
	 * resume finds it again. An ATA security erase is waited for. */
	HAIKI_STOP_NOW,
};

/*
 * Drives that are erased side by side, each in a thread of its own: guard,
 * journal, hidden areas, markers, methods, proof, record. One drive's trouble
 * never stops another, and more may be added while others run. A run belongs
 * to one thread of the caller's; its events come from others.
 */
struct haiki_run;

/* At most `jobs` drives at a time (0 = no limit). All but `sink` is borrowed
 * until the run is freed. */
int haiki_run_new(struct haiki_host *host,
		  const struct haiki_job_options *options, unsigned jobs,
		  haiki_event_sink *sink, void *opaque,
		  struct haiki_run **ret_run, struct haiki_error *err);

/*
 * Adds a drive; `target` and its drive are borrowed until it has ended.
 * *ret_index (may be NULL) is its number in events, from 0 on in the order of
 * adding. -EPERM: the options forbid it (haiki_job_check()); -EAGAIN: there is
 * no thread to be had. Then nothing was begun, and there won't be an event.
 */
int haiki_run_add(struct haiki_run *run, struct haiki_job_target *target,
		  size_t *ret_index, struct haiki_error *err);

/* Whether it has ended: its results are there, its drive and journal closed. */
bool haiki_run_ended(struct haiki_run *run, size_t index);

/* Waits at most `ms` milliseconds; true if every drive has ended. */
bool haiki_run_wait(struct haiki_run *run, uint64_t ms);

/* From now on; what was asked before stays asked. Drives that wait for their
 * turn are not begun any more. */
void haiki_run_stop(struct haiki_run *run, enum haiki_stop stop);

/*
 * Gives up the drives that haven't ended: they are told as interrupted, and
 * nothing more is told of them. For drives whose command doesn't return and
 * can't be taken back. Their threads still use the run, the host and the
 * targets: free none of them, end the process.
 */
void haiki_run_abandon(struct haiki_run *run);

/* Waits until every drive has ended. NULL-safe. */
void haiki_run_free(struct haiki_run *run);

/*
 * Such a run over `count` drives, until all have ended. *stop (may be NULL)
 * may be set at any time, also by a signal handler, and means HAIKI_STOP_NOW.
 * 0, or -errno if nothing was begun at all.
 */
int haiki_erase(struct haiki_host *host,
		const struct haiki_job_options *options,
		struct haiki_job_target *targets, size_t count, unsigned jobs,
		const volatile bool *stop, haiki_event_sink *sink, void *opaque,
		struct haiki_error *err);

/* A job that was interrupted, as its journal in OUT/journal tells. */
struct haiki_unfinished {
	char journal[4096];               /* file */
	struct haiki_drive drive;         /* as it was */
	char policy[256], class_id[64];   /* policy: id or file */
	char method[64], passes[512], verify[16];
	char key[1024], cert[1024], signer_role[16];
	char started_at[40];
	/* The rest of struct haiki_job_options' strings; "" = not given. */
	char operator_name[256], witness[256], approved_by[256],
	     approval_no[128], approval_date[32], purpose[32], asset[128],
	     department[256], location[256], contractor[256],
	     contract_no[128], encrypted_by[256];
	enum haiki_medium medium;
	bool allow_usb_security;
	bool same_boot;                   /* the machine runs since it began */
	char recorded_since[256];         /* of this drive, by another job: the
					   * record's file; or "" */
};

/* *ret_jobs is the caller's to free(). Unreadable journals are reported in
 * *err by the first of them, and skipped. */
int haiki_unfinished_list(const char *out, struct haiki_unfinished **ret_jobs,
			  size_t *ret_count, struct haiki_error *err);

struct haiki_repair_options {
	bool confirmed;                   /* somebody said that it's this one */
	const char *unlock_password;      /* used only if confirmed; or NULL */
	const volatile bool *stop;        /* NULL: never */
};

/*
 * Brings one drive that isn't a job of ours back from a state that an
 * interrupted erase leaves: our documented ATA password or the given one, a
 * failed sanitize, a sanitize or format that is running (it's waited for until
 * *stop), a format that broke off: only another format helps, so the drive
 * must be confirmed (else -EPERM). *ret_what says what was done, in the operator's
 * language; empty if there was nothing to do.
 */
int haiki_repair(struct haiki_host *host, const struct haiki_drive *drive,
		 const struct haiki_repair_options *with, char *ret_what,
		 size_t size, struct haiki_error *err);

#endif
