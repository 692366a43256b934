/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "command/supervise.h"
#include "ui/ui.h"

extern const struct command command_help, command_version, command_screen;

static const struct option_spec no_options[] = { { 0 } };

int exit_code_worse(int a, int b)
{
	static const int order[] = {
		EXIT_NOT_ACCEPTED, EXIT_INTERRUPTED, EXIT_SURROUNDINGS,
		EXIT_DUTY, EXIT_REFUSED, EXIT_CONFORMING,
	};

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return EXIT_SURROUNDINGS;
}

int command_fail(int code, const struct haiki_error *err)
{
	char text[sizeof(err->local) + 16];

	fflush(stdout);
	snprintf(text, sizeof(text), "haiki: %s",
		 err->local[0] ? err->local : err->text);
	ui_wrap(stderr, ui_safe(text), 7);
	return code;
}

int command_failf(int code, const char *format, ...)
{
	struct haiki_error err = { 0 };
	va_list args;

	va_start(args, format);
	vsnprintf(err.local, sizeof(err.local), dgettext("haiki", format),
		  args);
	va_end(args);
	return command_fail(code, &err);
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static void print_overview(FILE *f)
{
	ui_wrap(f, _("haiki erases storage before it leaves the building, proves that it did, and certifies it."), 0);
	fprintf(f, "\n%s haiki %s\n", _("Usage:"), _("COMMAND [OPTION...]"));
	fprintf(f, "%*s haiki %s\n\n", ui_width(_("Usage:")), "",
		_(command_screen.usage));
	for (size_t i = 0; commands[i]; i++) {
		fprintf(f, "  ");
		ui_pad(f, commands[i]->name, 10);
		ui_wrap(f, _(commands[i]->summary), 12);
	}
	fputc('\n', f);
	ui_wrap(f, _("\"haiki help COMMAND\" tells more about one. Every command takes --lang ja or --lang en."), 0);
}

static void print_help(const struct command *command)
{
	const struct option_spec *spec = command->options ?
		command->options : no_options;
	char usage[320];

	snprintf(usage, sizeof(usage), "%s haiki %s%s%s", _("Usage:"),
		 command->name, *command->name ? " " : "",
		 *command->usage ? _(command->usage) : "");
	ui_wrap(stdout, usage, 4);
	putchar('\n');
	ui_wrap(stdout, _(command->summary), 0);
	if (command->description) {
		putchar('\n');
		ui_wrap(stdout, _(command->description), 0);
	}
	printf("\n%s\n", _("Options:"));
	for (; spec->name; spec++) {
		char left[64];

		snprintf(left, sizeof(left), "  --%s%s%s", spec->name,
			 spec->argument ? " " : "",
			 spec->argument ? spec->argument : "");
		if (ui_width(left) > 25)
			printf("%s\n%26s", left, "");
		else
			ui_pad(stdout, left, 26);
		ui_wrap(stdout, _(spec->help), 26);
	}
	ui_pad(stdout, "  --lang ja|en", 26);
	ui_wrap(stdout, _("language of messages"), 26);
	ui_pad(stdout, "  --help", 26);
	ui_wrap(stdout, _("this text"), 26);
}

/* For bash completion: what may stand next, a word a line. */
static int print_words(const struct command *command)
{
	const struct option_spec *spec = command ? command->options : NULL;

	for (size_t i = 0; !command && commands[i]; i++)
		puts(commands[i]->name);
	for (; spec && spec->name; spec++)
		printf("--%s\n", spec->name);
	if (command)
		puts("--lang\n--help");
	return EXIT_CONFORMING;
}

static int run_help(const struct options *options)
{
	const char *const *arguments;
	size_t count = options_arguments(options, &arguments);
	const struct command *command;

	if (count == 0 && options_flag(options, "words"))
		return print_words(NULL);
	if (count == 0) {
		print_overview(stdout);
		return EXIT_CONFORMING;
	}
	command = find(arguments[0]);
	if (!command)
		return command_failf(EXIT_REFUSED,
			N_("there is no command \"%s\": \"haiki help\" lists them"),
			arguments[0]);
	if (options_flag(options, "words"))
		return print_words(command);
	print_help(command);
	return EXIT_CONFORMING;
}

static const struct option_spec help_options[] = {
	{ "words", OPTION_FLAG, NULL, N_("only the words that may follow, for bash completion"), false },
	{ 0 },
};

const struct command command_help = {
	.name = "help",
	.usage = N_("[COMMAND]"),
	.summary = N_("what the commands do"),
	.options = help_options,
	.run = run_help,
};

static int run_version(const struct options *options)
{
	(void)options;
	puts("haiki " HAIKI_VERSION);
	return EXIT_CONFORMING;
}

const struct command command_version = {
	.name = "version",
	.usage = "",
	.summary = N_("the version of this program"),
	.options = no_options,
	.run = run_version,
};

/* Takes --lang and --help out of argv; both may stand anywhere. */
static int global_options(int *argc, char **argv, const char **ret_lang,
			  bool *ret_help)
{
	int kept = 1;

	for (int i = 1; i < *argc; i++) {
		if (!strcmp(argv[i], "--")) {
			while (i < *argc)
				argv[kept++] = argv[i++];
			break;
		}
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			*ret_help = true;
		} else if (!strncmp(argv[i], "--lang=", 7)) {
			*ret_lang = argv[i] + 7;
		} else if (!strcmp(argv[i], "--lang")) {
			if (i + 1 == *argc)
				return -1;
			*ret_lang = argv[++i];
		} else {
			argv[kept++] = argv[i];
		}
	}
	*argc = kept;
	return *ret_lang && strcmp(*ret_lang, "ja") && strcmp(*ret_lang, "en") ?
		-1 : 0;
}

#define SYSTEM_CONFIG "/etc/haiki/haiki.conf"

static bool is_setting_of(const struct command *command, const char *name)
{
	const struct option_spec *spec = command->options;

	for (; spec && spec->name; spec++)
		if (spec->configurable && !strcmp(spec->name, name))
			return true;
	return false;
}

static bool known_setting(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (is_setting_of(commands[i], name))
			return true;
	return is_setting_of(&command_screen, name);
}

/* Commands that take --config also read the machine's own settings. */
static int read_configs(struct options *options, struct haiki_error *err)
{
	const char *file;
	int r = 0;

	if (!options_has(options, "config"))
		return 0;
	if (access(SYSTEM_CONFIG, F_OK) == 0)
		r = options_read_config(options, SYSTEM_CONFIG, known_setting,
					err);
	file = options_value(options, "config");
	if (r == 0 && file)
		r = options_read_config(options, file, known_setting, err);
	return r;
}

struct call {
	const struct command *command;
	int argc;
	char **argv;
};

static int run_here(void *opaque)
{
	const struct call *call = opaque;
	const struct command *command = call->command;
	struct options *options = NULL;
	struct haiki_error err = { 0 };
	int code;

	if (options_parse(command->options ? command->options : no_options,
			  call->argc, call->argv, &options, &err) < 0)
		return command_fail(EXIT_REFUSED, &err);
	code = read_configs(options, &err) < 0 ?
		command_fail(EXIT_REFUSED, &err) : command->run(options);
	options_free(options);
	/* A result that could not be written is no result. */
	if (fflush(stdout) != 0 || ferror(stdout))
		return exit_code_worse(code, command_failf(EXIT_SURROUNDINGS,
			N_("the output could not be written")));
	return code;
}

static int run(const struct command *command, int argc, char **argv)
{
	struct call call = { command, argc, argv };

	return command->on_drives ? supervise(run_here, &call) :
		run_here(&call);
}

/* No command: the screen leads through the work, where there is one. */
static int run_screen(int argc, char **argv, bool help)
{
	if (help) {
		print_help(&command_screen);
		return EXIT_CONFORMING;
	}
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return run(&command_screen, argc, argv);
	if (argc < 2)
		print_overview(stderr);
	else
		command_failf(EXIT_REFUSED,
			N_("options without a command are for the screen, which needs a terminal: give a command, \"haiki help\" lists them"));
	return EXIT_REFUSED;
}

int command_main(int argc, char **argv)
{
	const struct command *command;
	const char *lang = NULL;
	bool help = false;

	if (global_options(&argc, argv, &lang, &help) < 0) {
		ui_set_language(NULL);
		return command_failf(EXIT_REFUSED,
				     N_("--lang must be ja or en"));
	}
	ui_set_language(lang);
	if (argc >= 2 && !strcmp(argv[1], "--version"))
		return run_version(NULL);
	if (help && argc < 2) {
		print_overview(stdout);
		return EXIT_CONFORMING;
	}
	if (argc < 2 || !strncmp(argv[1], "--", 2))
		return run_screen(argc, argv, help);
	command = find(argv[1]);
	if (!command)
		return command_failf(EXIT_REFUSED,
			N_("there is no command \"%s\": \"haiki help\" lists them"),
			argv[1]);
	if (help) {
		print_help(command);
		return EXIT_CONFORMING;
	}
	return run(command, argc - 1, argv + 1);
}
