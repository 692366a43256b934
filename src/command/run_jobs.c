/* SPDX-License-Identifier: Apache-2.0 */
#include "command/run_jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "command/attend.h"
#include "command/supervise.h"
#include "ui/ui.h"

/* A drive that has said it is done needs a moment to end. */
#define SETTLE_MS 10
#define WAIT_MS 250

int run_jobs_mode(const struct options *options, enum progress_mode *ret_mode)
{
	const char *text = options_value(options, "progress");

	if (!text)
		*ret_mode = isatty(STDERR_FILENO) ? PROGRESS_BAR :
			PROGRESS_LINES;
	else if (!strcmp(text, "bar"))
		*ret_mode = PROGRESS_BAR;
	else if (!strcmp(text, "json"))
		*ret_mode = PROGRESS_JSON;
	else if (!strcmp(text, "none"))
		*ret_mode = PROGRESS_NONE;
	else
		return command_failf(EXIT_REFUSED,
			N_("--progress %s is not known: give one of bar json none"),
			text);
	return EXIT_CONFORMING;
}

int run_jobs_code(const struct haiki_job_target *target)
{
	switch (target->ending) {
	case HAIKI_ENDING_REFUSED:
		return EXIT_REFUSED;
	case HAIKI_ENDING_INTERRUPTED:
		return EXIT_INTERRUPTED;
	case HAIKI_ENDING_SURROUNDINGS:
		return EXIT_SURROUNDINGS;
	case HAIKI_ENDING_RECORDED:
		break;
	}
	switch (target->result) {
	case HAIKI_CONFORMING:
		return EXIT_CONFORMING;
	case HAIKI_DUTY:
		return EXIT_DUTY;
	default:
		return EXIT_NOT_ACCEPTED;
	}
}

/* For those who could not read how it ended. */
static void tell_touched(const struct haiki_job_target *targets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		command_failf(EXIT_SURROUNDINGS, targets[i].touched ?
			N_("%s (%s) was touched") : N_("%s (%s) was not touched"),
			targets[i].drive->path, targets[i].drive->serial);
}

/* Nothing of this drive was begun. */
static void not_begun(struct haiki_job_target *target,
		      const struct haiki_error *why)
{
	target->ending = HAIKI_ENDING_SURROUNDINGS;
	target->result = HAIKI_INTERRUPTED;
	target->error = *why;
	command_fail(EXIT_SURROUNDINGS, why);
}

static int code_of_all(const struct haiki_job_target *targets, size_t count)
{
	int code = EXIT_CONFORMING;

	for (size_t i = 0; i < count; i++)
		code = exit_code_worse(code, run_jobs_code(&targets[i]));
	return code;
}

static int attend(struct attendant *a, struct haiki_job_target *targets,
		  size_t count)
{
	struct haiki_error err = { 0 };

	for (size_t i = 0; i < count; i++)
		if (haiki_run_add(a->run, &targets[i], NULL, &err) < 0)
			not_begun(&targets[i], &err);
	while (!haiki_run_wait(a->run, SETTLE_MS)) {
		attend_wait(a, -1, WAIT_MS);
		if (!a->leave)
			continue;
		/* Threads that a drive holds still use all of this. */
		haiki_run_abandon(a->run);
		attend_end(a);
		supervise_leave(code_of_all(targets, count));
	}
	return code_of_all(targets, count);
}

static int check_all(const struct haiki_job_options *options,
		     const struct haiki_job_target *targets, size_t count)
{
	struct haiki_error err = { 0 };

	for (size_t i = 0; i < count; i++)
		if (haiki_job_check(targets[i].options ? targets[i].options :
				    options, &err) < 0)
			return command_fail(EXIT_REFUSED, &err);
	return EXIT_CONFORMING;
}

int run_jobs(struct haiki_host *host, const struct haiki_job_options *options,
	     struct haiki_job_target *targets, size_t count, unsigned jobs,
	     enum progress_mode mode)
{
	int code = check_all(options, targets, count);
	struct haiki_error err = { 0 };
	struct progress *progress;
	struct attendant a;

	if (code != EXIT_CONFORMING)
		return code;
	progress = progress_new(mode, count);
	if (!progress)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	attend_begin(&a, progress, false);
	if (haiki_run_new(host, options, jobs, attend_event, &a, &a.run,
			  &err) < 0)
		code = command_fail(EXIT_SURROUNDINGS, &err);
	else
		code = attend(&a, targets, count);
	haiki_run_free(a.run);
	attend_end(&a);
	progress_free(progress);
	if (ferror(stdout))
		tell_touched(targets, count);
	return code;
}

static bool is_frozen(const struct haiki_drive *drive)
{
	for (size_t i = 0; i < drive->methods_count; i++)
		if (drive->methods[i].support == HAIKI_SUPPORT_FROZEN)
			return true;
	return drive->security.frozen == HAIKI_YES;
}

int run_jobs_thaw(struct haiki_host *host, const char *const *paths,
		  size_t count)
{
	CLEANUP(free) struct haiki_drive *drives = NULL;
	struct haiki_error err = { 0 };
	bool frozen = false;

	if (haiki_host_list(host, paths, count, &drives, &count, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	for (size_t i = 0; i < count; i++)
		frozen |= is_frozen(&drives[i]);
	if (!frozen)
		return EXIT_CONFORMING;
	command_failf(EXIT_CONFORMING,
		N_("a drive is frozen: the machine is put to sleep now and wakes up by itself"));
	/* Not thawed is no reason to stop: other methods may do. */
	if (haiki_host_thaw(host, &err) < 0)
		command_fail(EXIT_CONFORMING, &err);
	return EXIT_CONFORMING;
}
