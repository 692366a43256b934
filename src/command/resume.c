/* SPDX-License-Identifier: Apache-2.0 */
#include <haiki/mirror.h>
#include <haiki/record.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "command/attend.h"
#include "command/command.h"
#include "command/job_options.h"
#include "command/mirror.h"
#include "command/revival.h"
#include "command/run_jobs.h"
#include "command/signer.h"
#include "ui/ui.h"

static void password_cleanup(char **password)
{
	job_options_forget(*password);
}

static int load_signer(const struct options *options, const char *out,
		       const struct haiki_unfinished *u, struct revival *ret,
		       struct haiki_error *err)
{
	const char *file = options_value(options, "passphrase-file");

	if (options_value(options, "key") || !revival_has_key(u))
		return command_signer(options, out, &ret->options,
				      &ret->signer, err);
	ret->options.key_file = u->key;
	ret->options.cert_file = u->cert;
	ret->options.signer_role = "operator";
	if (command_tsa(options, &ret->options.tsa, err) < 0)
		return -EINVAL;
	return haiki_signer_load(u->key, u->cert, command_passphrase,
				 (void *)file, &ret->signer, err);
}

static bool has_same_key(const struct options *options,
			 const struct haiki_unfinished *a,
			 const struct haiki_unfinished *b)
{
	if (options_value(options, "key"))
		return true;
	if (!revival_has_key(a) || !revival_has_key(b))
		return revival_has_key(a) == revival_has_key(b);
	return !strcmp(a->key, b->key) && !strcmp(a->cert, b->cert);
}

/* Of an earlier job, so that a passphrase is asked for once; or NULL. */
static const struct revival *with_same_key(const struct options *options,
					   const struct haiki_unfinished *jobs,
					   const struct revival *revivals,
					   size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (revivals[i].options.signer &&
		    has_same_key(options, &jobs[i], &jobs[number]))
			return &revivals[i];
	return NULL;
}

static void borrow_signer(const struct revival *from, struct revival *to)
{
	to->options.signer = from->options.signer;
	to->options.signer_role = from->options.signer_role;
	to->options.key_file = from->options.key_file;
	to->options.cert_file = from->options.cert_file;
	to->options.tsa = from->options.tsa;
}

/* `like`: whose signer it may borrow, or NULL. */
static int revive(const struct options *options, const char *unlock,
		  const char *out, const struct haiki_unfinished *u,
		  const struct revival *like, struct revival *ret,
		  struct haiki_error *err)
{
	int r = revival_prepare(u, out, ret, err);

	ret->options.mirror = options_value(options, "mirror");
	ret->options.psid = options_value(options, "psid");
	ret->options.unlock_password = unlock;
	if (r == 0 && like) {
		borrow_signer(like, ret);
		return 0;
	}
	if (r == 0)
		r = load_signer(options, out, u, ret, err);
	if (r < 0)
		return r;
	/* The drive is not left as it is for that. */
	if (ret->options.key_file && haiki_signer_check(ret->signer, err) < 0)
		command_fail(EXIT_CONFORMING, err);
	ret->options.signer = ret->signer;
	return 0;
}

static int run_revivals(struct haiki_host *host, const struct options *options,
			const struct haiki_unfinished *jobs,
			struct revival *revivals, size_t count)
{
	CLEANUP(free) struct haiki_job_target *targets =
		calloc(count, sizeof(*targets));
	enum progress_mode mode;
	size_t n = 0;
	int code = run_jobs_mode(options, &mode);

	if (!targets)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	if (code != EXIT_CONFORMING)
		return code;
	for (size_t i = 0; i < count; i++) {
		if (!revivals[i].drive)
			continue;
		targets[n++] = (struct haiki_job_target){
			.drive = revivals[i].drive,
			.confirmed_serial = jobs[i].drive.serial,
			.journal = jobs[i].journal,
			.options = &revivals[i].options,
		};
	}
	return n ? run_jobs(host, NULL, targets, n, 0, mode) : EXIT_CONFORMING;
}

static bool is_confirmed(const struct options *options,
			 const struct haiki_drive *drive)
{
	const char *const *serials;
	size_t count = options_list(options, "confirm", &serials);

	for (size_t i = 0; i < count; i++)
		if (!strcmp(serials[i], drive->serial))
			return true;
	return false;
}

static int not_sure(const struct haiki_unfinished *job,
		    const struct haiki_drive *drive)
{
	if (job->recorded_since[0])
		return command_failf(EXIT_REFUSED,
			N_("%s (%s) has been erased and recorded since (%s), so it may be in use again: to erase it once more, and end the interrupted job, give --confirm %s"),
			drive->path, drive->serial, job->recorded_since,
			drive->serial);
	return command_failf(EXIT_REFUSED,
		N_("%s tells no serial number of its own and the machine was restarted since, so it may be another drive: if it is the one whose erase was interrupted, give --confirm %s"),
		drive->path, drive->serial);
}

static int resume_jobs(struct haiki_host *host, const struct options *options,
		       const char *unlock, const char *out,
		       const struct haiki_drive *drives,
		       size_t drives_count, const struct haiki_unfinished *jobs,
		       size_t count)
{
	CLEANUP(free) struct revival *revivals = calloc(count ? count : 1,
							sizeof(*revivals));
	int code = EXIT_CONFORMING;

	if (!revivals)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	for (size_t i = 0; i < count; i++) {
		struct haiki_error err = { 0 };
		const struct haiki_drive *drive =
			revival_drive(drives, drives_count, &jobs[i]);

		if (!drive) {
			code = exit_code_worse(code, command_failf(
				EXIT_INTERRUPTED,
				N_("the drive %s (%s), begun %s, is not here: connect it, then run \"haiki resume\" again"),
				jobs[i].drive.serial, jobs[i].drive.model,
				jobs[i].started_at));
			continue;
		}
		if (!revival_is_sure(&jobs[i], drive) &&
		    !is_confirmed(options, drive)) {
			code = exit_code_worse(code,
					       not_sure(&jobs[i], drive));
			continue;
		}
		if (revive(options, unlock, out, &jobs[i],
			   with_same_key(options, jobs, revivals, i),
			   &revivals[i], &err) < 0) {
			command_fail(EXIT_SURROUNDINGS, &err);
			code = exit_code_worse(code, command_failf(
				EXIT_SURROUNDINGS,
				N_("the drive %s (%s), begun %s, was not touched again"),
				jobs[i].drive.serial, jobs[i].drive.model,
				jobs[i].started_at));
			continue;
		}
		revivals[i].drive = drive;
	}
	code = exit_code_worse(code, run_revivals(host, options, jobs,
						  revivals, count));
	for (size_t i = 0; i < count; i++)
		revival_free(&revivals[i]);
	return code;
}

static bool has_job(const struct haiki_drive *drive,
		    const struct haiki_unfinished *jobs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (revival_drive(drive, 1, &jobs[i]))
			return true;
	return false;
}

static int repair(struct haiki_host *host, const struct options *options,
		  const char *unlock, const struct haiki_drive *drives, size_t count,
		  const struct haiki_unfinished *jobs, size_t jobs_count,
		  bool *ret_found)
{
	int code = EXIT_CONFORMING;

	for (size_t i = 0; i < count; i++) {
		const struct haiki_repair_options with = {
			.confirmed = is_confirmed(options, &drives[i]),
			.unlock_password = unlock,
			.stop = attend_stopped(),
		};
		struct haiki_error err = { 0 };
		char what[512] = "", text[1024];

		if (drives[i].uses_count || drives[i].is_system ||
		    has_job(&drives[i], jobs, jobs_count))
			continue;
		if (haiki_repair(host, &drives[i], &with, what, sizeof(what),
				 &err) < 0) {
			code = exit_code_worse(code,
				command_fail(EXIT_NOT_ACCEPTED, &err));
			*ret_found = true;
		}
		if (!what[0])
			continue;
		*ret_found = true;
		snprintf(text, sizeof(text), "%s (%s): %s", drives[i].path,
			 drives[i].serial, what);
		ui_wrap(stdout, ui_safe(text), 4);
	}
	return code;
}

/* Also what an earlier job could not copy. */
static void copy_all(const struct options *options, const char *out)
{
	const char *mirror = options_value(options, "mirror");
	struct haiki_error err = { 0 };

	if (mirror && haiki_mirror(out, mirror, &err) < 0)
		command_fail(EXIT_CONFORMING, &err);
}

/* Where no folder is, no job can be either: a wrong name must not look like
 * good news. */
static void tell_nothing(const char *out, int *code)
{
	if (access(out, F_OK) == 0)
		ui_wrap(stdout, _("No interrupted job and no drive in need of repair was found."), 0);
	else
		*code = exit_code_worse(*code, command_failf(EXIT_REFUSED,
			N_("%s is not there, so no interrupted job could be found: name the folder of the records with --out DIR"),
			out));
}

static int run(const struct options *options)
{
	CLEANUP(free) struct haiki_drive *drives = NULL;
	CLEANUP(free) struct haiki_unfinished *jobs = NULL;
	CLEANUP(password) char *unlock = NULL;
	const char *out = options_value(options, "out"), *const *arguments;
	struct haiki_host *host = NULL;
	struct haiki_error err = { 0 }, damaged = { 0 };
	size_t count = 0, jobs_count = 0;
	bool found = false;
	int code, settled = EXIT_CONFORMING;

	if (options_arguments(options, &arguments))
		return command_failf(EXIT_REFUSED,
			N_("resume takes no arguments: name the folder of the records with --out DIR"));
	if (!out)
		out = ".";
	if (job_options_unlock(options, &unlock, &err) < 0 ||
	    haiki_host_new(options_value(options, "simulate"), &host, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	/* What is wrong with the ledger is no reason to leave a drive as it is. */
	if (haiki_settle(out, &err) < 0)
		settled = command_fail(EXIT_SURROUNDINGS, &err);
	if (haiki_unfinished_list(out, &jobs, &jobs_count, &damaged) < 0) {
		code = command_fail(EXIT_SURROUNDINGS, &damaged);
	} else if (haiki_host_list(host, NULL, 0, &drives, &count, &err) < 0) {
		code = command_fail(EXIT_SURROUNDINGS, &err);
	} else {
		code = damaged.code ? command_fail(EXIT_SURROUNDINGS,
						   &damaged) : EXIT_CONFORMING;
		attend_catch_signals();
		code = exit_code_worse(code, resume_jobs(host, options, unlock,
			out, drives, count, jobs, jobs_count));
		code = exit_code_worse(code, repair(host, options, unlock, drives,
						    count, jobs, jobs_count,
						    &found));
		if (!found && !jobs_count && !damaged.code)
			tell_nothing(out, &code);
	}
	haiki_host_free(host);
	copy_all(options, out);
	return exit_code_worse(code, settled);
}

static const struct option_spec specs[] = {
	{ "out", OPTION_VALUE, "DIR",
	  N_("where the interrupted jobs' journals are (default: here)"), true },
	MIRROR_OPTION,
	{ "confirm", OPTION_LIST, "SERIAL",
	  N_("this drive is the one: also after a restart, though it tells no serial number of its own; to be unlocked, or formatted once more, without a job"), false },
	SECRET_OPTIONS,
	SIGNER_OPTIONS,
	{ "progress", OPTION_VALUE, "bar|json|none", N_("how progress is shown"), true },
	{ "simulate", OPTION_VALUE, "FILE",
	  N_("practice drives from FILE instead of this machine's"), false },
	{ "config", OPTION_VALUE, "FILE",
	  N_("read defaults from FILE, too (after /etc/haiki/haiki.conf)"), false },
	{ 0 },
};

const struct command command_resume = {
	.name = "resume",
	.usage = N_("[--out DIR]"),
	.summary = N_("go on with interrupted jobs, repair drives left in a bad state"),
	.options = specs,
	.run = run,
	.on_drives = true,
};
