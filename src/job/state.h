/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOB_STATE_H
#define JOB_STATE_H

#include <haiki/job.h>
#include <limits.h>
#include <time.h>
#include "certificate/name.h"
#include "certificate/record.h"
#include "device/guard.h"
#include "job/job.h"
#include "job/journal.h"
#include "job/transcript.h"
#include "method/method.h"
#include "overwrite/engine.h"
#include "proof/proof.h"

#define JOB_MAX_ATTEMPTS 24
#define JOB_MAX_ERRORS 64
#define JOB_MAX_INTERRUPTIONS 8
#define JOB_SPEEDS 3

/* Journal keys: secrets that were given and aren't kept. */
#define JOB_GAVE_PSID   "psid-given"
#define JOB_GAVE_UNLOCK "unlock-given"

/* Where a job stands. What follows a power cut depends on it. */
enum job_phase {
	JOB_PREPARE = 0,          /* nothing was written yet */
	JOB_OPEN_HIDDEN,          /* hidden areas are being opened */
	JOB_MARK,                 /* unlocked, markers are being written */
	JOB_ERASE,                /* the method was begun */
	JOB_VERIFY,               /* the method ended, its effect is read back */
	JOB_CERTIFY,              /* all is decided, the record is to be written */
};

/* One attempt; plain data, so that the journal can keep it. */
struct job_attempt {
	struct haiki_attempt evidence;
	struct timespec started_at, finished_at;
	char detail[320];
	char status_before[256], status_after[256];
	struct engine_state engine;
	bool has_engine;
	struct pace pace;
	double usual_speed[JOB_SPEEDS];   /* bytes/s; enum speed_of */
};

/* An attempt's lists, kept beside it. */
struct job_findings {
	struct bad_range *bad_ranges;
	size_t bad_ranges_count;
	struct proof_finding *findings;
	size_t findings_count;
};

/* What is known about the whole job; plain data. */
struct job_facts {
	struct haiki_drive before;        /* as it was before anything */
	struct timespec started_at;
	struct timespec interrupted_at[JOB_MAX_INTERRUPTIONS],
			resumed_at[JOB_MAX_INTERRUPTIONS];
	size_t interruptions;
	enum haiki_medium medium;
	enum job_phase phase;
	size_t step;                      /* of the plan */
	size_t steps_count;
	enum haiki_method steps[HAIKI_METHOD_COUNT];
	size_t attempts_count;            /* the last may be under way */
	struct haiki_hidden hidden;       /* after opening, before erasing */
	bool touched;                     /* something was sent that changes */
	bool identity_changed;
	/* When the last markers were written; 0: none were. */
	uint64_t marked_bytes;
	uint32_t marked_block;
};

struct job {
	struct job_context *context;
	const struct haiki_job_options *options;
	struct haiki_job_target *target;
	size_t index;

	struct job_facts facts;
	struct job_attempt attempts[JOB_MAX_ATTEMPTS];
	struct job_findings findings[JOB_MAX_ATTEMPTS];
	struct record_error errors[JOB_MAX_ERRORS];
	size_t errors_count;
	struct schedule schedule;
	struct haiki_drive after;
	struct haiki_evidence evidence;
	struct haiki_claims claims;
	struct haiki_verdict verdict;
	bool hangs;                       /* a read never returned */
	bool planned;                     /* seen, free, and fit for erasing */
	struct haiki_error no_paper;      /* why the record has no PDF yet */
	struct haiki_error no_stamp;      /* ... no time stamp that was wanted */
	struct haiki_error no_mirror;     /* why the mirror lacks something */

	char basename[RECORD_NAME_SIZE];
	char journal_file[PATH_MAX], transcript_file[PATH_MAX];
	struct journal *journal;
	struct transcript *transcript;
	struct guard_token *token;
	struct transport *t;
};

/* File names, journal and transcript of a new job. */
int job_begin(struct job *job, struct haiki_error *err);
/* The same of an interrupted one, from target->journal. */
int job_reload(struct job *job, struct haiki_error *err);
/* Facts and attempts are on the disk when it returns. */
int job_save(struct job *job, struct haiki_error *err);
/* The current attempt's lists, saved once they're final. */
int job_save_findings(struct job *job, size_t attempt, struct haiki_error *err);
void job_free(struct job *job);   /* closes everything; not the struct */

/* The kernel's name for this boot; false if it doesn't tell. */
#define JOB_BOOT_ID_SIZE 64
bool job_boot_id(char ret_id[JOB_BOOT_ID_SIZE]);

/* Brings the mirror up to date, if there is one. That it could not be is told
 * at the end: the job goes on. */
void job_mirror(struct job *job);

/* Remembers an error for the record. */
void job_note(struct job *job, const struct haiki_error *error);
/* Tells the listener; `message` may be NULL. */
void job_tell_phase(struct job *job, const char *phase, const char *message);
void job_tell_progress(struct job *job, struct haiki_event *event);
/* How soon it is to be left. */
enum haiki_stop job_stop(const struct job *job);

/*
 * One attempt by the plan's current step, from markers to read-back; goes on
 * from facts.phase. 0: ended, with the outcome in the attempt; -EINTR:
 * stopped; -ENODEV: the drive is gone; another -errno: our surroundings.
 */
int attempt_run(struct job *job, struct haiki_error *err);

/* Computes evidence, claims and verdict from all that was seen. */
void conclude_judge(struct job *job);
/* Writes the record; fills the target's results. */
int conclude_certify(struct job *job, struct haiki_error *err);
/* What is left to do once the record stands. */
int conclude_recorded(struct job *job, struct haiki_error *err);

/* The target's results, by what the job returned; and tells them. */
void ending_settle(struct job *job, int r);

#endif
