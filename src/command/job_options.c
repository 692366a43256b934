/* SPDX-License-Identifier: Apache-2.0 */
#include "command/job_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"
#include "ui/ui.h"

#define MAX_CLASSES 32

void job_options_forget(char *password)
{
	if (password)
		explicit_bzero(password, strlen(password));
	free(password);
}

void job_options_free(struct job_options *options)
{
	haiki_policy_free(options->policy);
	job_options_forget(options->unlock_password);
	memset(options, 0, sizeof(*options));
}

static int bad(struct haiki_error *err, const char *name, const char *value,
	       const char *allowed)
{
	return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			 N_("--%s %s is not known: give one of %s"), name,
			 value, allowed);
}

/* The value of an option, or the answer to a question, or NULL. Answers are
 * kept for the life of the program: a command is run once. */
static const char *value_or_ask(const struct options *options,
				const char *name, const char *question)
{
	const char *value = options_value(options, name);

	if (value || !question || !ui_interactive())
		return value;
	value = ui_ask(question, false);
	return value && *value ? value : NULL;
}

static int read_policy(const struct options *options, enum job_options_for use,
		       struct job_options *ret, struct haiki_error *err)
{
	const char *name = value_or_ask(options, "policy",
		use == JOB_OPTIONS_SCREEN ? NULL :
		_("Policy (fukuoka, yamaguchi, iizuka, osaka, kawasaki, or a file):"));
	int r;

	if (!name && use == JOB_OPTIONS_SCREEN)
		return 0;
	if (!name)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			N_("whose rules? Give --policy fukuoka, yamaguchi, iizuka, osaka, kawasaki, or a file"));
	r = haiki_policy_load(name, &ret->policy, err);
	if (r < 0)
		return r;
	ret->job.policy = ret->policy;
	ret->job.policy_name = name;
	return 0;
}

static void show_classes(const struct haiki_policy *policy)
{
	for (size_t i = 0; i < haiki_policy_class_count(policy); i++) {
		const struct haiki_class *cls = haiki_policy_class(policy, i);

		fprintf(stderr, "  ");
		ui_pad(stderr, cls->id, 12);
		ui_wrap(stderr, !strcmp(ui_language(), "ja") ? cls->name :
			cls->name_en, 14);
	}
}

static int read_class(const struct options *options, enum job_options_for use,
		      struct job_options *ret, struct haiki_error *err)
{
	const struct haiki_class *classes[MAX_CLASSES];
	const char *const *names;
	const char *answer;
	size_t count = options_list(options, "class", &names);

	if (use == JOB_OPTIONS_SCREEN && (count == 0 || !ret->policy))
		return count == 0 ? 0 : error_set(err, HAIKI_DOMAIN_USAGE,
			-EINVAL,
			N_("--class needs --policy: the same word is another class elsewhere"));
	if (count == 0 && ui_interactive()) {
		show_classes(ret->policy);
		answer = ui_ask(_("Class of the data:"), false);
		if (answer && *answer) {
			names = &answer;
			count = 1;
		}
	}
	if (count == 0)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			N_("which confidentiality class? Give --class; \"haiki policy show %s\" lists them"),
			haiki_policy_id(ret->policy));
	if (count > MAX_CLASSES)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("--class was given too often"));
	for (size_t i = 0; i < count; i++) {
		int r = haiki_policy_find_class(ret->policy, names[i],
						&classes[i], err);

		if (r < 0)
			return r;
	}
	ret->job.cls = haiki_policy_highest(classes, count);
	return 0;
}

static int read_words(const struct options *options, struct job_options *ret,
		      struct haiki_error *err)
{
	const char *medium = options_value(options, "medium");
	const char *method = options_value(options, "method");
	const char *verify = options_value(options, "verify");
	const char *purpose = options_value(options, "purpose");

	if (medium && !strcmp(medium, "fixed"))
		ret->job.medium = HAIKI_MEDIUM_FIXED;
	else if (medium && !strcmp(medium, "portable"))
		ret->job.medium = HAIKI_MEDIUM_PORTABLE;
	else if (medium)
		return bad(err, "medium", medium, "fixed portable");
	if (method && strcmp(method, "auto")) {
		ret->job.method = haiki_method_from_name(method);
		if (!ret->job.method)
			return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				N_("there is no method \"%s\": haiki(8) lists them, \"haiki list\" tells which a drive can do"),
				method);
	}
	ret->job.verify = verify ? haiki_plan_from_name(verify) :
		HAIKI_PLAN_STANDARD;
	if (ret->job.verify == HAIKI_PLAN_NONE)
		return bad(err, "verify", verify, "quick standard full");
	if (purpose && strcmp(purpose, "dispose") &&
	    strcmp(purpose, "lease-return") && strcmp(purpose, "repair") &&
	    strcmp(purpose, "reuse"))
		return bad(err, "purpose", purpose,
			   "dispose lease-return repair reuse");
	ret->job.purpose = purpose ? purpose : "dispose";
	return 0;
}

bool job_options_is_date(const char *text)
{
	struct tm tm = { 0 };
	const char *end = strptime(text, "%Y-%m-%d", &tm);
	char back[16];

	/* The 30th of February is read, and turns into another day. */
	if (!end || *end || strlen(text) != 10 || timegm(&tm) == (time_t)-1)
		return false;
	return strftime(back, sizeof(back), "%Y-%m-%d", &tm) == 10 &&
		!strcmp(back, text);
}

static int read_texts(const struct options *options, enum job_options_for use,
		      struct job_options *ret, struct haiki_error *err)
{
	struct haiki_job_options *job = &ret->job;

	job->passes = options_value(options, "passes");
	job->operator_name = value_or_ask(options, "operator",
		use == JOB_OPTIONS_ERASE ?
		_("Who erases (name for the certificate):") : NULL);
	job->witness = options_value(options, "witness");
	job->approved_by = options_value(options, "approved-by");
	job->approval_no = options_value(options, "approval-no");
	job->approval_date = options_value(options, "approval-date");
	job->asset = options_value(options, "asset");
	job->department = options_value(options, "department");
	job->location = options_value(options, "location");
	job->contractor = options_value(options, "contractor");
	job->contract_no = options_value(options, "contract-no");
	job->encrypted_by = options_value(options, "encrypted-by");
	job->allow_usb_security = options_flag(options, "allow-usb-security");
	job->psid = options_value(options, "psid");
	/* Officials read Japanese, whatever the terminal can show. */
	job->language = ui_language_asked() ? ui_language_asked() : "ja";
	if (job->approval_date && !job_options_is_date(job->approval_date))
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			N_("--approval-date %s is no date: write it as 2026-04-01"),
			job->approval_date);
	if (job->encrypted_by && !*job->encrypted_by)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			N_("--encrypted-by needs a name: somebody has to vouch for it"));
	return 0;
}

int job_options_unlock(const struct options *options, char **ret_password,
		       struct haiki_error *err)
{
	const char *file = options_value(options, "unlock-file");
	char *password;
	size_t length;
	int r;

	if (!file) {
		*ret_password = NULL;
		return 0;
	}
	r = file_read(file, 64, &password, &length, err);
	if (r < 0)
		return r;
	while (length && (password[length - 1] == '\n' ||
			  password[length - 1] == '\r'))
		password[--length] = '\0';
	/* ACS-4 7.45: a password is 32 bytes. */
	if (length == 0 || length > 32) {
		job_options_forget(password);
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
			N_("%s must hold one ATA password of 1 to 32 bytes"),
			file);
	}
	*ret_password = password;
	return 0;
}

int job_options_read(const struct options *options, enum job_options_for use,
		     struct job_options *ret_options, struct haiki_error *err)
{
	struct job_options read = { 0 };
	int r = read_words(options, &read, err);

	if (r == 0)
		r = read_policy(options, use, &read, err);
	if (r == 0)
		r = read_class(options, use, &read, err);
	if (r == 0)
		r = read_texts(options, use, &read, err);
	if (r == 0)
		r = job_options_unlock(options, &read.unlock_password, err);
	read.job.unlock_password = read.unlock_password;
	if (r < 0) {
		job_options_free(&read);
		return r;
	}
	*ret_options = read;
	return 0;
}

int job_options_count(const struct options *options, unsigned *ret_jobs)
{
	const char *text = options_value(options, "jobs");
	char *end;
	unsigned long n;

	*ret_jobs = 0;
	if (!text)
		return EXIT_CONFORMING;
	n = strtoul(text, &end, 10);
	if (!*text || *end || n == 0 || n > 1024)
		return command_failf(EXIT_REFUSED,
			N_("--jobs %s is no number from 1 to 1024"), text);
	*ret_jobs = (unsigned)n;
	return EXIT_CONFORMING;
}
