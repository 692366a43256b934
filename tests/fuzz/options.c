/* SPDX-License-Identifier: Apache-2.0 */
/* A command line (arguments separated by NUL or newline), and the same bytes
 * as a configuration file. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "command/options.h"
#include "file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct option_spec specs[] = {
	{ "json", OPTION_FLAG, NULL, "", false },
	{ "dry-run", OPTION_FLAG, NULL, "", true },
	{ "policy", OPTION_VALUE, "ID", "", true },
	{ "out", OPTION_VALUE, "DIR", "", true },
	{ "confirm", OPTION_LIST, "SERIAL", "", false },
	{ 0 },
};

static void use(const struct options *options)
{
	const char *const *list;
	size_t count = options_list(options, "confirm", &list);

	for (size_t i = 0; i < count; i++)
		if (!list[i])
			abort();
	count = options_arguments(options, &list);
	for (size_t i = 0; i < count; i++)
		if (!list[i])
			abort();
	options_flag(options, "json");
	options_value(options, "policy");
}

/* Settings of another command are passed over. */
static bool known(const char *name)
{
	return strncmp(name, "key", 3) == 0;
}

static void read_configuration(struct options *options, const uint8_t *data,
			       size_t size)
{
	char path[64];
	CLEANUP(fd) int fd = fuzz_file(data, size, path);
	struct haiki_error err = { 0 };

	if (options_read_config(options, path, known, &err) < 0 &&
	    !err.text[0])
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP(free) char *text = malloc(size + 1);
	char *argv[65] = { (char *)"erase" };
	struct haiki_error err = { 0 };
	struct options *options;
	int argc = 1;

	if (!text)
		return 0;
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	for (size_t i = 0, start = 0; i <= size && argc < 64; i++) {
		if (i < size && text[i] != '\n' && text[i] != '\0')
			continue;
		text[i] = '\0';
		argv[argc++] = text + start;
		start = i + 1;
	}
	if (options_parse(specs, argc, argv, &options, &err) < 0) {
		if (!err.text[0])
			abort();
		argc = 1;
		if (options_parse(specs, argc, argv, &options, &err) < 0)
			abort();
	}
	use(options);
	read_configuration(options, data, size);
	use(options);
	options_free(options);
	return 0;
}
