/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMMAND_OPTIONS_H
#define COMMAND_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <haiki/error.h>

enum option_kind {
	OPTION_FLAG,              /* --json */
	OPTION_VALUE,             /* --out DIR; given twice is an error */
	OPTION_LIST,              /* --confirm SERIAL, repeatable */
};

struct option_spec {
	const char *name;         /* without dashes */
	enum option_kind kind;
	const char *argument;     /* "DIR"; NULL for a flag */
	const char *help;         /* N_() one line */
	bool configurable;        /* may stand in a configuration file */
};

/* What was given on the command line, over what configuration files say. */
struct options;

/* argv[0] is the command's name. -EINVAL: unknown option, missing argument,
 * repeated value; *err says which and what to do. Caller frees. */
int options_parse(const struct option_spec *specs, int argc, char **argv,
		  struct options **ret_options, struct haiki_error *err);
void options_free(struct options *options);

/* Reads "name = value" lines (libinih); values given on the command line win,
 * a later file over an earlier one. Damaged lines are errors with file and
 * line, and so are names that `known` (may be NULL) doesn't know either: a
 * setting for another command is passed over. */
int options_read_config(struct options *options, const char *file,
			bool (*known)(const char *name),
			struct haiki_error *err);

/* Whether the command has this option at all. */
bool options_has(const struct options *options, const char *name);

bool options_flag(const struct options *options, const char *name);
/* NULL if not given. */
const char *options_value(const struct options *options, const char *name);
size_t options_list(const struct options *options, const char *name,
		    const char *const **ret_values);
size_t options_arguments(const struct options *options,
			 const char *const **ret_arguments);

#endif
