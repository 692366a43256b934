/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_JOB_OPTIONS_H
#define COMMAND_JOB_OPTIONS_H

#include <haiki/job.h>
#include "command/command.h"

/* The options that erase and plan share; to be put into their tables. */
#define JOB_OPTIONS \
	{ "policy", OPTION_VALUE, "ID|FILE", \
	  N_("whose rules: fukuoka yamaguchi iizuka osaka kawasaki, or a file"), true }, \
	{ "class", OPTION_LIST, "ID", \
	  N_("confidentiality class of the data, id or the policy's own words; of several the highest counts"), true }, \
	{ "medium", OPTION_VALUE, "fixed|portable", \
	  N_("kind of medium, where the policy tells them apart (default: as the drive looks)"), true }, \
	{ "encrypted-by", OPTION_VALUE, "NAME", \
	  N_("who vouches that the data was stored encrypted; without it crypto erase counts for nothing"), true }, \
	{ "method", OPTION_VALUE, "auto|ID", \
	  N_("how to erase (default: auto, chosen for class and drive)"), true }, \
	{ "passes", OPTION_VALUE, "SCHEDULE", \
	  N_("what an overwrite writes: zero random nist-clear dod-3 dod-7 bsi-vsitr gutmann random-zero, or a list such as 0x55,0xaa,random:verify"), true }, \
	{ "verify", OPTION_VALUE, "PLAN", \
	  N_("how much is read back: quick, standard (10 %, the default) or full"), true }, \
	{ "operator", OPTION_VALUE, "NAME", N_("who erases"), true }, \
	{ "witness", OPTION_VALUE, "NAME", N_("who stands by"), true }, \
	{ "approved-by", OPTION_VALUE, "NAME", N_("who permitted the disposal"), true }, \
	{ "approval-no", OPTION_VALUE, "X", N_("number of the permission"), true }, \
	{ "approval-date", OPTION_VALUE, "YYYY-MM-DD", N_("date of the permission"), true }, \
	{ "purpose", OPTION_VALUE, "P", \
	  N_("dispose, lease-return, repair or reuse"), true }, \
	{ "asset", OPTION_VALUE, "X", N_("number in the asset register"), true }, \
	{ "department", OPTION_VALUE, "X", N_("department that owns the data"), true }, \
	{ "location", OPTION_VALUE, "X", N_("where it is done"), true }, \
	{ "contractor", OPTION_VALUE, "X", N_("company that does it"), true }, \
	{ "contract-no", OPTION_VALUE, "X", N_("its contract's number"), true }, \
	{ "allow-usb-security", OPTION_FLAG, NULL, \
	  N_("use ATA security commands even through a USB bridge"), true }, \
	SECRET_OPTIONS, \
	{ "simulate", OPTION_VALUE, "FILE", \
	  N_("practice drives from FILE instead of this machine's"), false }, \
	{ "config", OPTION_VALUE, "FILE", \
	  N_("read defaults from FILE, too (after /etc/haiki/haiki.conf)"), false }

/* What opens a drive, and is never written down. */
#define SECRET_OPTIONS \
	{ "psid", OPTION_VALUE, "PSID", \
	  N_("the PSID printed on a TCG drive's label"), false }, \
	{ "unlock-file", OPTION_VALUE, "FILE", \
	  N_("file with the ATA password that the drive was locked with"), false }

/* Options in a form that the library takes, with what they own. */
struct job_options {
	struct haiki_job_options job;
	struct haiki_policy *policy;
	char *unlock_password;
};

/* Who wants them: what is missing is asked for on a terminal (policy and
 * class; for ERASE also the operator), or left NULL for the screen to ask. */
enum job_options_for {
	JOB_OPTIONS_PLAN = 0,
	JOB_OPTIONS_ERASE,
	JOB_OPTIONS_SCREEN,
};

/*
 * Reads every shared option. -EINVAL and the like with *err filled: exit code
 * 2. Pointers into `options` are kept.
 */
int job_options_read(const struct options *options, enum job_options_for use,
		     struct job_options *ret_options, struct haiki_error *err);
/* --jobs, 0 = not given; an exit code. */
int job_options_count(const struct options *options, unsigned *ret_jobs);

/* The password in --unlock-file, NULL without one; for job_options_forget(),
 * which wipes it first and takes NULL, too. */
int job_options_unlock(const struct options *options, char **ret_password,
		       struct haiki_error *err);
void job_options_forget(char *password);

/* "2026-04-01", and such a day exists. */
bool job_options_is_date(const char *text);
void job_options_free(struct job_options *options);

#endif
