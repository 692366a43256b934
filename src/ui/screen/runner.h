/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_SCREEN_RUNNER_H
#define UI_SCREEN_RUNNER_H

#include <haiki/job.h>

#define RUNNER_FINDINGS 8

/* The latest that is known of one drive of a run. */
struct drive_progress {
	bool begun, done;
	char phase[16];
	enum haiki_method method;
	uint32_t pass, passes;
	unsigned permille;
	uint64_t bytes, bytes_total;
	double bytes_per_second;
	int64_t seconds_left;
	bool temperature_known;
	int temperature;                  /* degrees Celsius */
	bool too_hot, cooling;            /* above its limit; paused for it */
	bool slow;                        /* far slower than it was: */
	double usual_bytes_per_second;
	char message[1024];
	char advice[512];         /* what to mind now */
	enum haiki_ending ending;
	enum haiki_result result;
	bool touched;
	char certificate[4096];
	bool has_verification;
	struct haiki_verification verification;
	struct proof_finding findings[RUNNER_FINDINGS];
	size_t findings_count;
};

/* A run in the background. */
struct runner;

/* Everything is borrowed until the runner is freed; each target has options. */
int runner_start(struct haiki_host *host, struct haiki_job_target *targets,
		 size_t count, unsigned jobs, struct runner **ret_runner,
		 struct haiki_error *err);

/* Becomes readable when something happened; runner_ended() reads it. */
int runner_fd(const struct runner *runner);

/* Copies what is known of a drive. */
void runner_look(struct runner *runner, size_t index,
		 struct drive_progress *ret_progress);

/* True once every drive has ended. */
bool runner_ended(struct runner *runner);

/* Asks all drives to stop where they can go on later. */
void runner_stop(struct runner *runner, enum haiki_stop stop);

/* Waits for the end. NULL-safe. */
void runner_free(struct runner *runner);

#endif
