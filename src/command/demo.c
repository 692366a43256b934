/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <haiki/job.h>
#include <haiki/verify.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "command/command.h"
#include "command/run_jobs.h"
#include "ui/ui.h"

#define PASSPHRASE "practice only"

/* The places of one demonstration. */
struct demo {
	const char *directory;
	char practice[PATH_MAX], out[PATH_MAX], keys[PATH_MAX];
	char key[PATH_MAX], cert[PATH_MAX], ca[PATH_MAX];
};

static int name_places(struct demo *demo)
{
	const struct {
		char *name;
		const char *rest;
	} places[] = {
		{ demo->practice, "practice.json" },
		{ demo->out, "certificates" },
		{ demo->keys, "keys" },
		{ demo->key, "keys/operator.key" },
		{ demo->cert, "keys/operator.crt" },
		{ demo->ca, "keys/ca.crt" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (snprintf(places[i].name, PATH_MAX, "%s/%s",
			     demo->directory, places[i].rest) >= PATH_MAX)
			return -1;
	return 0;
}

static void heading(const char *text)
{
	printf("\n== %s\n", text);
	fflush(stdout);
}

static int passphrase(void *opaque, const char *what, char *buf, size_t size)
{
	(void)opaque;
	(void)what;
	return snprintf(buf, size, "%s", PASSPHRASE);
}

static int set_up(const struct demo *demo, struct haiki_error *err)
{
	const char *set = haiki_practice_set();
	struct haiki_keygen keygen = {
		.name = "練習 太郎",
		.organisation = "練習",
		.directory = demo->keys,
		.ca = true,
		.passphrase = PASSPHRASE,
	};
	int r = file_make_directory(demo->directory, err);

	if (r == 0)
		r = file_write(demo->practice, set, strlen(set), 0644, true,
			       err);
	if (r == 0)
		r = file_make_directory(demo->out, err);
	if (r == 0)
		r = haiki_keygen(&keygen, err);
	return r;
}

static void show_drives(const struct haiki_drive *drives, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		printf("  ");
		ui_pad(stdout, drives[i].path, 22);
		ui_pad(stdout, drives[i].model, 30);
		printf(" %s\n", ui_capacity(drives[i].size_bytes));
	}
}

static int check(const struct demo *demo,
		 const struct haiki_job_target *targets, size_t count)
{
	struct haiki_verify_options options = { .ca_file = demo->ca };
	int code = EXIT_CONFORMING;

	for (size_t i = 0; i < count; i++) {
		CLEANUP(free) struct haiki_report *report =
			calloc(1, sizeof(*report));
		struct haiki_error err = { 0 };
		char text[400];

		if (!report || !targets[i].certificate[0] ||
		    haiki_verify(targets[i].certificate, &options, report,
				 &err) < 0) {
			code = EXIT_NOT_ACCEPTED;
			printf("  ");
			ui_pad(stdout, targets[i].drive->path, 22);
			puts(_("no record"));
			continue;
		}
		printf("  ");
		ui_pad(stdout, targets[i].drive->path, 22);
		snprintf(text, sizeof(text), "%s, %s, %s", report->genuine ?
			 _("genuine") : _("NOT genuine"), report->training ?
			 _("a training record") : _("NOT marked as training"),
			 report->sufficient ? _("good enough for the class") :
			 _("NOT good enough: destroy the drive"));
		ui_wrap(stdout, text, 24);
		if (!report->genuine || !report->training)
			code = EXIT_NOT_ACCEPTED;
	}
	return code;
}

static int erase(struct haiki_host *host, const struct demo *demo,
		 struct haiki_job_options *options,
		 const struct haiki_drive *drives, size_t count)
{
	CLEANUP(free) struct haiki_job_target *targets =
		calloc(count, sizeof(*targets));
	int code;

	if (!targets)
		return command_failf(EXIT_SURROUNDINGS, N_("out of memory"));
	heading(_("The practice drives"));
	show_drives(drives, count);
	for (size_t i = 0; i < count; i++)
		targets[i] = (struct haiki_job_target){
			.drive = &drives[i],
			.confirmed_serial = drives[i].serial,
		};
	heading(_("Erase, prove, certify (fukuoka, kimitsu2)"));
	code = run_jobs(host, options, targets, count, 0, PROGRESS_LINES);
	if (code == EXIT_SURROUNDINGS || code == EXIT_INTERRUPTED)
		return code;
	heading(_("The auditor: haiki verify"));
	code = check(demo, targets, count);
	heading(_("Everything is here"));
	printf("  %s\n", demo->directory);
	return code;
}

static int run_on(struct demo *demo)
{
	CLEANUP(free) struct haiki_drive *drives = NULL;
	struct haiki_job_options options = {
		.policy_name = "fukuoka",
		.verify = HAIKI_PLAN_STANDARD,
		.out = demo->out,
		.signer_role = "operator",
		.key_file = demo->key,
		.cert_file = demo->cert,
		.operator_name = "練習 太郎",
		.encrypted_by = "練習 花子",
		.purpose = "lease-return",
		.language = ui_language_asked(),
	};
	struct haiki_policy *policy = NULL;
	struct haiki_signer *signer = NULL;
	struct haiki_host *host = NULL;
	struct haiki_error err = { 0 };
	size_t count;
	int code;

	if (set_up(demo, &err) < 0 ||
	    haiki_policy_load("fukuoka", &policy, &err) < 0 ||
	    haiki_policy_find_class(policy, "kimitsu2", &options.cls, &err) < 0 ||
	    haiki_signer_load(demo->key, demo->cert, passphrase, NULL, &signer,
			      &err) < 0 ||
	    haiki_host_new(demo->practice, &host, &err) < 0 ||
	    haiki_host_list(host, NULL, 0, &drives, &count, &err) < 0) {
		code = command_fail(EXIT_SURROUNDINGS, &err);
	} else {
		options.policy = policy;
		options.signer = signer;
		code = erase(host, demo, &options, drives, count);
	}
	haiki_host_free(host);
	haiki_signer_free(signer);
	haiki_policy_free(policy);
	return code;
}

static int run(const struct options *options)
{
	const char *const *arguments;
	size_t count = options_arguments(options, &arguments);
	struct demo demo = { .directory = count ? arguments[0] : "haiki-demo" };

	if (count > 1)
		return command_failf(EXIT_REFUSED,
				     N_("give one directory at most"));
	if (name_places(&demo) < 0)
		return command_failf(EXIT_REFUSED, N_("the name is too long"));
	if (access(demo.practice, F_OK) == 0)
		return command_failf(EXIT_REFUSED,
			N_("%s holds a demonstration already: remove it or name another directory"),
			demo.directory);
	return run_on(&demo);
}

static const struct option_spec specs[] = { { 0 } };

const struct command command_demo = {
	.name = "demo",
	.usage = N_("[DIR]"),
	.summary = N_("the main job on practice drives, start to verified record"),
	.description = N_("Makes DIR (default haiki-demo) with practice drives, keys and certificates. No drive of this machine is opened. One of the practice drives lies: it must be found out."),
	.options = specs,
	.run = run,
};
