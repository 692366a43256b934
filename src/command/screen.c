/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/screen.h"

#include <stdlib.h>

#include "command/job_options.h"
#include "command/mirror.h"
#include "command/signer.h"
#include "ui/ui.h"

extern const struct command command_screen;

/* The folder for records if none is named. */
#define OUT "certificates"
/* Where the live image keeps its facts. */
#define LIVE "/run/haiki"

static int read_setup(const struct options *options,
		      const struct job_options *job,
		      struct screen_setup *ret_setup)
{
	const char *out = options_value(options, "out");
	struct offered people, departments, places;

	people.count = options_list(options, "people", &people.texts);
	departments.count = options_list(options, "departments",
					 &departments.texts);
	places.count = options_list(options, "places", &places.texts);
	*ret_setup = (struct screen_setup){
		.given = &job->job,
		.out = out ? out : OUT,
		.mirror = options_value(options, "mirror"),
		.simulate = options_value(options, "simulate"),
		.key = options_value(options, "key"),
		.cert = options_value(options, "cert"),
		.passphrase_file = options_value(options, "passphrase-file"),
		.live = getenv("HAIKI_LIVE") ? getenv("HAIKI_LIVE") :
			options_flag(options, "live") ? LIVE : NULL,
		.keys = options_value(options, "keys"),
		.people = people,
		.departments = departments,
		.places = places,
		.screen_copy = options_value(options, "screen-copy"),
	};
	if (!ret_setup->key != !ret_setup->cert)
		return command_failf(EXIT_REFUSED,
			N_("--key and --cert belong together: give both"));
	return job_options_count(options, &ret_setup->jobs);
}

static int run(const struct options *options)
{
	struct job_options job = { 0 };
	struct haiki_error err = { 0 };
	struct screen_setup setup;
	const char *const *arguments;
	int code;

	if (options_arguments(options, &arguments))
		return command_failf(EXIT_REFUSED,
			N_("\"%s\" is no command: \"haiki help\" lists them"),
			arguments[0]);
	if (job_options_read(options, JOB_OPTIONS_SCREEN, &job, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	code = read_setup(options, &job, &setup);
	if (code == EXIT_CONFORMING)
		code = screen_run(&setup);
	job_options_free(&job);
	return code;
}

static const struct option_spec specs[] = {
	{ "out", OPTION_VALUE, "DIR",
	  N_("where certificates, ledger and journal go"), true },
	MIRROR_OPTION,
	{ "live", OPTION_FLAG, NULL,
	  N_("this machine serves only for this: its clock may be set, and leaving switches it off"), false },
	{ "screen-copy", OPTION_VALUE, "FILE",
	  N_("the screen's text is written to FILE, too: a serial line for a braille display, or a file"), true },
	{ "people", OPTION_LIST, "NAME,...",
	  N_("names that can be chosen for who erases, stands by or permits"), true },
	{ "departments", OPTION_LIST, "NAME,...",
	  N_("departments that can be chosen"), true },
	{ "places", OPTION_LIST, "NAME,...",
	  N_("places that can be chosen"), true },
	{ "keys", OPTION_VALUE, "DIR",
	  N_("folder of people's keys: NAME.key with NAME.crt"), true },
	JOB_OPTIONS,
	SIGNER_OPTIONS,
	{ "jobs", OPTION_VALUE, "N", N_("at most N drives at a time (default: all)"), true },
	{ 0 },
};

/* Not in the table of commands: it's what runs where none is named. */
const struct command command_screen = {
	.name = "",
	.usage = N_("[--out DIR] [--config FILE] [--simulate FILE] [--live]"),
	.summary = N_("the screen that leads through the whole job"),
	.description = N_("Without a command, on a terminal, haiki leads through the job on the full screen. Options and settings are what its questions begin with."),
	.options = specs,
	.run = run,
};
