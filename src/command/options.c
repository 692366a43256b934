/* SPDX-License-Identifier: Apache-2.0 */
#include "command/options.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/file.h"

#define CONFIG_MAX_BYTES ((size_t)1 << 20)

struct value {
	const struct option_spec *spec;
	bool from_config;
	size_t count;
	const char **texts;       /* each allocated */
};

struct options {
	const struct option_spec *specs;
	size_t count;
	struct value *values;     /* one for each spec */
	size_t arguments_count;
	const char **arguments;   /* each allocated */
};

static int add_text(const char ***texts, size_t *count, const char *text)
{
	const char **more = realloc(*texts, (*count + 1) * sizeof(*more));
	char *copy;

	if (!more)
		return -ENOMEM;
	*texts = more;
	copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	more[(*count)++] = copy;
	return 0;
}

static void free_texts(const char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((char *)texts[i]);
	free(texts);
}

void options_free(struct options *options)
{
	if (!options)
		return;
	for (size_t i = 0; i < options->count; i++)
		free_texts(options->values[i].texts, options->values[i].count);
	free_texts(options->arguments, options->arguments_count);
	free(options->values);
	free(options);
}

static void options_cleanup(struct options **options)
{
	options_free(*options);
}

static struct value *find(const struct options *options, const char *name,
			  size_t length)
{
	for (size_t i = 0; i < options->count; i++)
		if (strlen(options->specs[i].name) == length &&
		    !memcmp(options->specs[i].name, name, length))
			return &options->values[i];
	return NULL;
}

static int no_memory(struct haiki_error *err)
{
	return error_errno(err, -ENOMEM, N_("cannot read the options"));
}

/* Stores one option; `text` is NULL where none was given. */
static int store(struct value *value, const char *text,
		 struct haiki_error *err)
{
	const char *name = value->spec->name;

	if (value->spec->kind == OPTION_FLAG && text)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("--%s takes no value: leave out \"=%s\""),
				 name, text);
	if (value->spec->kind != OPTION_FLAG && !text)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("--%s needs a value: --%s %s"), name, name,
				 value->spec->argument);
	if (value->spec->kind == OPTION_VALUE && value->count)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("--%s was given twice: give it once"), name);
	if (add_text(&value->texts, &value->count, text ? text : "yes") < 0)
		return no_memory(err);
	return 0;
}

static int parse_option(struct options *options, int argc, char **argv,
			int *index, struct haiki_error *err)
{
	const char *name = argv[*index] + 2;
	const char *equals = strchr(name, '=');
	const char *text = equals ? equals + 1 : NULL;
	struct value *value = find(options, name, equals ?
				   (size_t)(equals - name) : strlen(name));

	if (!value)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("unknown option %s: see \"haiki help %s\""),
				 argv[*index], argv[0]);
	if (!text && value->spec->kind != OPTION_FLAG && *index + 1 < argc)
		text = argv[++*index];
	return store(value, text, err);
}

int options_parse(const struct option_spec *specs, int argc, char **argv,
		  struct options **ret_options, struct haiki_error *err)
{
	CLEANUP(options) struct options *options = calloc(1, sizeof(*options));
	bool only_arguments = false;

	if (!options)
		return no_memory(err);
	options->specs = specs;
	while (specs[options->count].name)
		options->count++;
	options->values = calloc(options->count + 1, sizeof(struct value));
	if (!options->values)
		return no_memory(err);
	for (size_t i = 0; i < options->count; i++)
		options->values[i].spec = &specs[i];
	for (int i = 1; i < argc; i++) {
		int r;

		if (!only_arguments && !strcmp(argv[i], "--")) {
			only_arguments = true;
			continue;
		}
		if (!only_arguments && !strncmp(argv[i], "--", 2)) {
			r = parse_option(options, argc, argv, &i, err);
			if (r < 0)
				return r;
			continue;
		}
		if (!only_arguments && argv[i][0] == '-' && argv[i][1])
			return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
					 N_("unknown option %s: see \"haiki help %s\""),
					 argv[i], argv[0]);
		if (add_text(&options->arguments, &options->arguments_count,
			     argv[i]) < 0)
			return no_memory(err);
	}
	*ret_options = TAKE(options);
	return 0;
}

struct config {
	struct options *options;
	const char *file;
	bool (*known)(const char *name);
	struct haiki_error *err;
	int result;
};

static int config_line(void *opaque, const char *section, const char *name,
		       const char *text)
{
	struct config *config = opaque;
	struct value *value = find(config->options, name, strlen(name));

	if (!*section && (!value || !value->spec->configurable) &&
	    config->known && config->known(name))
		return 1;   /* for another command */
	if (*section || !value || !value->spec->configurable) {
		config->result = error_set(config->err, HAIKI_DOMAIN_USAGE,
			-EINVAL,
			N_("%s: \"%s\" is no setting: see haiki(8) for those that may stand there"),
			config->file, name);
		return 0;
	}
	if (value->count && !value->from_config)
		return 1;   /* the command line wins */
	if (value->spec->kind == OPTION_FLAG) {
		if (strcmp(text, "yes") && strcmp(text, "no")) {
			config->result = error_set(config->err,
				HAIKI_DOMAIN_USAGE, -EINVAL,
				N_("%s: \"%s\" must be yes or no"),
				config->file, name);
			return 0;
		}
		if (!strcmp(text, "no"))
			return 1;
		text = NULL;
	} else if (value->count && value->spec->kind == OPTION_VALUE) {
		/* A later file (--config) replaces an earlier one. */
		free_texts(value->texts, value->count);
		value->texts = NULL;
		value->count = 0;
	}
	value->from_config = true;
	config->result = store(value, text, config->err);
	return config->result == 0;
}

int options_read_config(struct options *options, const char *file,
			bool (*known)(const char *name),
			struct haiki_error *err)
{
	CLEANUP(free) char *text = NULL;
	struct config config = { options, file, known, err, 0 };
	size_t length;
	int line, r = file_read(file, CONFIG_MAX_BYTES, &text, &length, err);

	if (r < 0)
		return r;
	if (strlen(text) != length)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("%s is no text file"), file);
	line = ini_parse_string(text, config_line, &config);
	if (config.result < 0)
		return config.result;
	if (line != 0)
		return error_set(err, HAIKI_DOMAIN_USAGE, -EINVAL,
				 N_("%s, line %d: expected \"name = value\""),
				 file, line);
	return 0;
}

static const struct value *must_find(const struct options *options,
				     const char *name)
{
	const struct value *value = find(options, name, strlen(name));

	if (!value)
		abort();   /* a command asks for an option it didn't declare */
	return value;
}

bool options_has(const struct options *options, const char *name)
{
	return find(options, name, strlen(name)) != NULL;
}

bool options_flag(const struct options *options, const char *name)
{
	return must_find(options, name)->count > 0;
}

const char *options_value(const struct options *options, const char *name)
{
	const struct value *value = must_find(options, name);

	return value->count ? value->texts[value->count - 1] : NULL;
}

size_t options_list(const struct options *options, const char *name,
		    const char *const **ret_values)
{
	const struct value *value = must_find(options, name);

	*ret_values = value->texts;
	return value->count;
}

size_t options_arguments(const struct options *options,
			 const char *const **ret_arguments)
{
	*ret_arguments = options->arguments;
	return options->arguments_count;
}
