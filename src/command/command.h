/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <haiki/error.h>
#include "command/options.h"

/* cli.md's exit codes. */
enum exit_code {
	EXIT_CONFORMING = 0,
	EXIT_NOT_ACCEPTED = 1,
	EXIT_REFUSED = 2,
	EXIT_DUTY = 3,
	EXIT_INTERRUPTED = 4,
	EXIT_SURROUNDINGS = 5,
};

/* With several drives or files the worst counts: 1, 4, 5, 3, 2, 0. */
int exit_code_worse(int a, int b);

/* One command: `haiki NAME ...`. */
struct command {
	const char *name;
	const char *usage;        /* after the name: "DRIVE... [--json]" */
	const char *summary;      /* N_() one line */
	const char *description;  /* N_() a few sentences for --help, or NULL */
	const struct option_spec *options;   /* ends with name == NULL */
	/* Positional arguments are arguments[0..count-1]; returns an exit
	 * code. Global options (--lang, --help) are handled before. */
	int (*run)(const struct options *options);
	/* It sends drives commands that may hang: see supervise.h. */
	bool on_drives;
};

/* All commands, NULL-terminated, in the order of help. */
extern const struct command *const commands[];

/* Finds the command that argv names and runs it; main()'s whole work. */
int command_main(int argc, char **argv);

/* Prints err->local (or err->text) to stderr as "haiki: ...", wrapped at the
 * terminal's width, and returns `code`. */
int command_fail(int code, const struct haiki_error *err);
/* The same for a message of the command's own (format is translated). */
int command_failf(int code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
