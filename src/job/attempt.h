/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JOB_ATTEMPT_H
#define JOB_ATTEMPT_H

#include "job/heat.h"
#include "job/speed.h"
#include "job/state.h"
#include "method/method.h"

#define SLICE_MS 250

/* One attempt while it runs. */
struct attempt {
	struct job *job;
	size_t number;
	struct job_attempt *data;
	const struct method *method;
	struct method_run run;
	struct method_options options;
	struct method_journal journal;
	struct proof *proof;
	uint64_t told_ms;
	uint64_t began_ms, began_bytes;
	struct job_heat heat;
	struct job_speed speed;
	struct rate reading;
	bool paused;              /* the method was told so */
};

/* Phase and what the method has told are on the disk when it returns. */
int attempt_save(struct attempt *a, enum job_phase phase,
		 struct haiki_error *err);
/* Not oftener than twice a second. */
bool attempt_time_to_tell(struct attempt *a);
/* What is too hot gets no more to do: ->paused. `alone`: as heat_look(). */
int attempt_heed_heat(struct attempt *a, bool alone, struct haiki_error *err);
/* The proof of markers that are to be gone: made and written, or read from the
 * journal. */
int attempt_mark(struct attempt *a, struct haiki_error *err);
int attempt_get_proof(struct attempt *a, struct haiki_error *err);
/* Reads back; -EINTR: stopped. Whether the drive hangs, proof_hangs() tells. */
int attempt_verify(struct attempt *a, struct haiki_error *err);
/* What doesn't answer is asked nothing more. */
void attempt_tell_hanging(struct attempt *a);
/* What was found, for the record. */
int attempt_keep_findings(struct attempt *a, struct haiki_error *err);

#endif
