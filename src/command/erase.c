/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "command/drive_list.h"
#include "command/job_options.h"
#include "command/ledger_files.h"
#include "command/mirror.h"
#include "command/plan.h"
#include "command/run_jobs.h"
#include "command/signer.h"
#include "command/station.h"
#include "command/targets.h"
#include "ui/confirm.h"
#include "ui/ui.h"

/* Whether an option that may be given several times has that value. */
static bool names(const struct options *options, const char *option,
		  const char *serial)
{
	const char *const *serials;
	size_t count = options_list(options, option, &serials);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(serials[i], serial))
			return true;
	return false;
}

/* By --confirm, or by the list of --assets (NULL: there is none). */
static bool confirmed_in_advance(const struct options *options,
				 struct drive_list *list,
				 const struct haiki_drive *drive)
{
	return names(options, "confirm", drive->serial) ||
	       (drive->serial[0] && drive_list_find(list, drive->serial));
}

/* By --finished, which can't tell which of two drives with one serial number
 * it means. */
static bool is_finished(const struct options *options,
			const struct haiki_drive *drives, size_t count,
			size_t index)
{
	for (size_t i = 0; i < count; i++)
		if (i != index &&
		    !strcmp(drives[i].serial, drives[index].serial))
			return false;
	return drives[index].serial[0] &&
	       names(options, "finished", drives[index].serial);
}

static int check_confirmations(const struct options *options,
			       const struct haiki_drive *drives, size_t count)
{
	const char *const *serials;
	size_t given = options_list(options, "confirm", &serials);

	for (size_t i = 0; i < given; i++) {
		bool found = names(options, "finished", serials[i]);

		for (size_t j = 0; j < count; j++)
			found |= !strcmp(serials[i], drives[j].serial);
		if (!found)
			return command_failf(EXIT_REFUSED,
				N_("--confirm %s is the serial number of none of the drives: nothing was touched. \"haiki list\" shows serial numbers"),
				serials[i]);
	}
	return EXIT_CONFORMING;
}

/*
 * Where serial numbers name the drives, keeps those of this machine that are
 * named. Of the others *ret_left tells how many were left alone; haiki's own
 * sticks and what is finished don't count. Where all that are named are
 * finished, none is kept.
 */
static int keep_named(const struct options *options,
		      struct drive_list *list, struct haiki_drive *drives,
		      size_t *count, size_t *ret_left)
{
	CLEANUP(free) bool *finished = calloc(*count + 1, sizeof(*finished));
	size_t kept = 0, left = 0;
	bool any = false;

	if (!finished)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	for (size_t i = 0; i < *count; i++)
		finished[i] = is_finished(options, drives, *count, i);
	for (size_t i = 0; i < *count; i++) {
		if (confirmed_in_advance(options, list, &drives[i])) {
			any |= finished[i];
			if (!finished[i])
				drives[kept++] = drives[i];
			continue;
		}
		if (!list || finished[i] || drives[i].own_stick)
			continue;
		left++;
		command_failf(EXIT_CONFORMING,
			N_("%s (%s, serial number %s) is not on the list: it is left alone"),
			drives[i].path, drives[i].model, drives[i].serial);
	}
	*count = kept;
	*ret_left = left;
	if (kept || any)
		return EXIT_CONFORMING;
	return command_failf(EXIT_REFUSED,
		N_("none of the drives that are to be erased is here: nothing was touched"));
}

/* A machine may leave only when nothing of it was overlooked. */
static int tell_machine(const struct haiki_host *host, size_t left)
{
	char text[512];
	size_t n;

	for (n = 0; haiki_host_obstacle(host, n, text, sizeof(text)); n++)
		command_failf(EXIT_REFUSED, "%s", text);
	if (!n && !left)
		return EXIT_CONFORMING;
	return command_failf(EXIT_REFUSED,
		N_("this machine is not finished: it has drives that were not looked at or left alone"));
}

/* What who confirmed it in advance may not have seen. */
static void tell_before(const struct haiki_drive *drive,
			const struct haiki_job_plan *plan)
{
	for (size_t i = 0; i < drive->advice_count; i++)
		command_failf(EXIT_CONFORMING, "%s: %s", drive->path,
			      drive->advice[i]);
	if (!plan->verdict.accepted)
		command_failf(EXIT_CONFORMING,
			N_("%s: no method of this drive is enough for the class; what can be erased is erased, and the record will say that the drive must be destroyed"),
			drive->path);
}

/* Asks the person at the terminal. Whoever named the wrong drive and reads the
 * right one's label must not confirm it: all that are here are compared. */
static bool ask(struct haiki_host *host, const struct haiki_drive *drive,
		const struct job_options *job,
		const struct haiki_job_plan *plan)
{
	CLEANUP(free) struct haiki_drive *all = NULL;
	const char *tail = confirm_tail(drive);
	struct haiki_error err = { 0 };
	size_t count = 0;

	if (haiki_host_list(host, NULL, 0, &all, &count, &err) < 0) {
		command_fail(EXIT_REFUSED, &err);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		tail = confirm_tail_beside(tail, drive, &all[i]);
	return ui_confirm(drive, tail, &job->job, plan);
}

/* Keeps the drives that may be erased; refuses all if one may not. */
static int choose(const struct options *options, struct drive_list *list,
		  const struct job_options *job, struct haiki_host *host,
		  const struct haiki_drive *drives, size_t count,
		  struct haiki_job_target *targets, size_t *ret_targets)
{
	int code = check_confirmations(options, drives, count);
	size_t n = 0;

	if (code != EXIT_CONFORMING)
		return code;
	for (size_t i = 0; i < count; i++) {
		const struct haiki_drive *d = &drives[i];
		struct haiki_error err = { 0 };
		struct haiki_job_plan plan;

		haiki_job_plan(d, &job->job, &plan);
		if (target_check(drives, count, i, &plan, &err) < 0)
			return command_fail(EXIT_REFUSED, &err);
		if (!confirmed_in_advance(options, list, d)) {
			if (!ui_interactive())
				return command_failf(EXIT_REFUSED,
					N_("%s is not confirmed: give --confirm %s if this is the drive to be erased. Nothing was touched"),
					d->path, d->serial);
			if (!ask(host, d, job, &plan)) {
				command_failf(EXIT_REFUSED,
					N_("%s is left alone"), d->path);
				code = exit_code_worse(code, EXIT_REFUSED);
				continue;
			}
		} else {
			tell_before(d, &plan);
		}
		targets[n++] = (struct haiki_job_target){
			.drive = d,
			.confirmed_serial = d->serial,
		};
	}
	*ret_targets = n;
	return code;
}

static int cannot_begin(const struct haiki_error *err)
{
	if (err->domain == HAIKI_DOMAIN_USAGE)
		return command_fail(EXIT_REFUSED, err);
	command_fail(EXIT_SURROUNDINGS, err);
	return command_failf(EXIT_SURROUNDINGS, N_("no drive was touched"));
}

/* On the list each drive has an asset number of its own. */
static void give_assets(struct drive_list *list,
			const struct haiki_job_options *job,
			struct haiki_job_target *targets, size_t count,
			struct haiki_job_options *own)
{
	for (size_t i = 0; i < count; i++) {
		const struct drive_entry *entry =
			drive_list_find(list, targets[i].drive->serial);

		own[i] = *job;
		if (entry && entry->asset[0])
			own[i].asset = entry->asset;
		targets[i].options = &own[i];
	}
}

/* On a practice drive a key that nobody accepts is only told of. */
static int check_signer(const struct options *options,
			const struct job_options *job,
			const struct haiki_signer *signer)
{
	struct haiki_error err = { 0 };

	if (!job->job.key_file || haiki_signer_check(signer, &err) == 0)
		return EXIT_CONFORMING;
	if (!options_value(options, "simulate"))
		return cannot_begin(&err);
	command_fail(EXIT_CONFORMING, &err);
	return EXIT_CONFORMING;
}

/* Keys and room before anything is touched. */
static int make_ready(const struct options *options, struct job_options *job,
		      struct haiki_signer **ret_signer)
{
	struct haiki_error err = { 0 };

	if (file_make_directory(job->job.out, &err) < 0 ||
	    command_signer(options, job->job.out, &job->job, ret_signer,
			   &err) < 0)
		return cannot_begin(&err);
	command_mirror(options, job->job.out, &job->job);
	return check_signer(options, job, *ret_signer);
}

/* What the session leaves behind: the ledger's new head. */
static void tell_head(const struct haiki_job_options *job,
		      const struct haiki_job_target *targets, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (targets[i].ending != HAIKI_ENDING_RECORDED)
			continue;
		ledger_show_head(stdout, job->out);
		return;
	}
}

static int erase_drives(const struct options *options,
			struct drive_list *list, struct job_options *job,
			struct haiki_host *host,
			const struct haiki_drive *drives, size_t count)
{
	CLEANUP(free) struct haiki_job_target *targets =
		calloc(count, sizeof(*targets));
	CLEANUP(free) struct haiki_job_options *own =
		calloc(count, sizeof(*own));
	struct haiki_signer *signer = NULL;
	enum progress_mode mode;
	size_t chosen = 0;
	unsigned jobs;
	int code, ready;

	if (!targets || !own)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	code = job_options_count(options, &jobs);
	if (code == EXIT_CONFORMING)
		code = run_jobs_mode(options, &mode);
	if (code == EXIT_CONFORMING)
		code = choose(options, list, job, host, drives, count, targets,
			      &chosen);
	if (chosen == 0)
		return code == EXIT_CONFORMING ? EXIT_REFUSED : code;
	ready = make_ready(options, job, &signer);
	if (ready != EXIT_CONFORMING)
		return ready;
	if (list)
		give_assets(list, &job->job, targets, chosen, own);
	code = exit_code_worse(code, run_jobs(host, &job->job, targets, chosen,
					      jobs, mode));
	haiki_signer_free(signer);
	if (mode == PROGRESS_BAR || mode == PROGRESS_LINES)
		tell_head(&job->job, targets, chosen);
	return code;
}

static int erase_named(const struct options *options,
		       struct drive_list *list, struct job_options *job,
		       struct haiki_host *host, const char *const *paths,
		       size_t count)
{
	CLEANUP(free) struct haiki_drive *drives = NULL;
	bool by_serial = count == 0;
	struct haiki_error err = { 0 };
	size_t left = 0;
	int code = EXIT_CONFORMING;

	if (options_flag(options, "thaw"))
		code = run_jobs_thaw(host, paths, count);
	if (code != EXIT_CONFORMING)
		return code;
	if (haiki_host_list(host, paths, count, &drives, &count, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	if (by_serial)
		code = keep_named(options, list, drives, &count, &left);
	if (code != EXIT_CONFORMING)
		return code;
	if (options_flag(options, "dry-run"))
		return plan_show(drives, count, &job->job, false);
	code = count ? erase_drives(options, list, job, host, drives, count) :
		check_confirmations(options, drives, count);
	return by_serial && list ?
		exit_code_worse(code, tell_machine(host, left)) : code;
}

/* What is wrong with the list. A station leaves alone what contradicts itself;
 * else nothing is begun before it's put right. */
static int read_list(const struct options *options,
		     struct drive_list **ret_list)
{
	const char *file = options_value(options, "assets"), *problem;
	struct drive_entry *entries;
	struct haiki_error err = { 0 };
	bool doubtful = false;
	size_t count;

	if (!file)
		return EXIT_CONFORMING;
	if (drive_list_read(file, ret_list, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	for (size_t i = 0; (problem = drive_list_problem(*ret_list, i)); i++)
		command_failf(EXIT_CONFORMING, "%s", problem);
	entries = drive_list_entries(*ret_list, &count);
	for (size_t i = 0; i < count; i++)
		doubtful |= entries[i].doubtful;
	if (doubtful && !options_flag(options, "station"))
		return command_failf(EXIT_REFUSED,
			N_("%s contradicts itself: nothing was touched"), file);
	return EXIT_CONFORMING;
}

static int read_seconds(const struct options *options, uint64_t *ret_ms)
{
	const char *text = options_value(options, "station-idle");
	unsigned long seconds;
	char *end;

	*ret_ms = 0;
	if (!text)
		return EXIT_CONFORMING;
	seconds = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || !seconds ||
	    seconds > 1000000)
		return command_failf(EXIT_REFUSED,
			N_("--station-idle %s is no number of seconds from 1 to 1000000"),
			text);
	*ret_ms = (uint64_t)seconds * 1000;
	return EXIT_CONFORMING;
}

static int run_station(const struct options *options, struct drive_list *list,
		       struct job_options *job, struct haiki_host *host)
{
	struct station_order order = {
		.options = options, .host = host, .job = job, .list = list };
	struct haiki_signer *signer = NULL;
	int code = job_options_count(options, &order.jobs);

	if (code == EXIT_CONFORMING)
		code = read_seconds(options, &order.idle_ms);
	if (code == EXIT_CONFORMING)
		code = run_jobs_mode(options, &order.mode);
	if (code == EXIT_CONFORMING)
		code = make_ready(options, job, &signer);
	if (code != EXIT_CONFORMING)
		return code;
	code = station_run(&order);
	haiki_signer_free(signer);
	return code;
}

/* What doesn't go together, or is missing. */
static int check_usage(const struct options *options)
{
	bool station = options_flag(options, "station");
	bool dry_run = options_flag(options, "dry-run");
	const char *const *paths, *const *serials;
	size_t count = options_arguments(options, &paths);

	if (!station && options_value(options, "station-idle"))
		return command_failf(EXIT_REFUSED,
			N_("--station-idle belongs to --station"));
	if (!station && count == 0 && !options_value(options, "assets") &&
	    options_list(options, "confirm", &serials) == 0)
		return command_failf(EXIT_REFUSED,
			N_("which drive? \"haiki list\" shows them"));
	if (station && count)
		return command_failf(EXIT_REFUSED,
			N_("a station takes the drives that are plugged in: name none, but list them by --assets or --confirm"));
	if (station && (dry_run || options_flag(options, "thaw")))
		return command_failf(EXIT_REFUSED,
			N_("--thaw and --dry-run don't go with --station"));
	if ((station || count) && options_list(options, "finished", &serials))
		return command_failf(EXIT_REFUSED,
			N_("--finished goes with neither --station nor named drives"));
	if (!options_value(options, "out") && !dry_run)
		return command_failf(EXIT_REFUSED,
			N_("where do the certificates go? Give --out DIR"));
	return EXIT_CONFORMING;
}

static int run(const struct options *options)
{
	struct drive_list *list = NULL;
	struct job_options job = { 0 };
	struct haiki_host *host = NULL;
	struct haiki_error err = { 0 };
	const char *const *paths;
	size_t count = options_arguments(options, &paths);
	int code = check_usage(options);

	if (code != EXIT_CONFORMING)
		return code;
	if (job_options_read(options, JOB_OPTIONS_ERASE, &job, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	job.job.out = options_value(options, "out");
	if ((!options_flag(options, "dry-run") &&
	     haiki_job_check(&job.job, &err) < 0) ||
	    haiki_host_new(options_value(options, "simulate"), &host, &err) < 0)
		code = command_fail(EXIT_REFUSED, &err);
	else
		code = read_list(options, &list);
	if (code == EXIT_CONFORMING)
		code = options_flag(options, "station") ?
			run_station(options, list, &job, host) :
			erase_named(options, list, &job, host, paths, count);
	drive_list_free(list);
	haiki_host_free(host);
	job_options_free(&job);
	return code;
}

static const struct option_spec specs[] = {
	JOB_OPTIONS,
	SIGNER_OPTIONS,
	{ "out", OPTION_VALUE, "DIR",
	  N_("where certificates, ledger and journal go"), true },
	MIRROR_OPTION,
	{ "confirm", OPTION_LIST, "SERIAL",
	  N_("the serial number of a drive to be erased; once for each drive"), false },
	{ "assets", OPTION_VALUE, "FILE",
	  N_("CSV list of serial and asset numbers: the drives on it are confirmed; without DRIVE, those of this machine that are on it are erased"), false },
	{ "finished", OPTION_LIST, "SERIAL",
	  N_("this drive is erased already: though named, it is left as it is"), false },
	{ "station", OPTION_FLAG, NULL,
	  N_("stay, and erase drives that are plugged in"), false },
	{ "station-idle", OPTION_VALUE, "SECONDS",
	  N_("end the station when nothing happened for so long"), false },
	{ "progress", OPTION_VALUE, "bar|json|none", N_("how progress is shown"), true },
	{ "jobs", OPTION_VALUE, "N", N_("at most N drives at a time (default: all)"), true },
	{ "thaw", OPTION_FLAG, NULL,
	  N_("suspend and resume this machine first, which thaws frozen drives"), false },
	{ "dry-run", OPTION_FLAG, NULL, N_("only show the plan"), false },
	{ 0 },
};

const struct command command_erase = {
	.name = "erase",
	.usage = N_("[DRIVE...|--station] --policy P --class C --operator NAME --out DIR"),
	.summary = N_("erase drives as the class demands, prove it, certify it"),
	.description = N_("Without a terminal every drive must be confirmed by its serial number (--confirm). With one, what is missing is asked for."),
	.options = specs,
	.run = run,
	.on_drives = true,
};
