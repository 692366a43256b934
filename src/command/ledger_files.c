/* SPDX-License-Identifier: Apache-2.0 */
#include "command/ledger_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/error.h"

#define DEPTH_MAX 32

void ledger_files_cleanup(struct ledger_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->files[i]);
	free(files->files);
	memset(files, 0, sizeof(*files));
}

int ledger_unreadable(int r, const struct haiki_error *err)
{
	return command_fail(r == -ENOENT ? EXIT_REFUSED : EXIT_SURROUNDINGS,
			    err);
}

char *ledger_chain_name(const char *directory, const char *stick_id)
{
	char *name = NULL;

	return asprintf(&name, "%s/chain-%s.jsonl", directory, stick_id) < 0 ?
		NULL : name;
}

static int no_memory(struct haiki_error *err)
{
	return error_errno(err, -ENOMEM, N_("cannot read the ledger"));
}

static int add(struct ledger_files *files, const char *file,
	       struct haiki_error *err)
{
	char **more = reallocarray(files->files, files->count + 1,
				   sizeof(*more));

	if (!more)
		return no_memory(err);
	files->files = more;
	more[files->count] = strdup(file);
	if (!more[files->count])
		return no_memory(err);
	files->count++;
	return 0;
}

/* ledger.jsonl, or a stick's in the folder of a register. */
static bool is_ledger(const char *name)
{
	size_t length = strlen(name);

	return !strcmp(name, "ledger.jsonl") ||
		(length == strlen("chain-.jsonl") + 32 &&
		 !strncmp(name, "chain-", 6) &&
		 !strcmp(name + length - 6, ".jsonl"));
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int add_folder(struct ledger_files *files, const char *folder,
		      bool deep, unsigned depth, struct haiki_error *err);

static int add_entry(struct ledger_files *files, const char *folder,
		     const char *name, bool deep, unsigned depth,
		     struct haiki_error *err)
{
	CLEANUP(free) char *path = NULL;
	struct stat st;

	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		path = NULL;
		return no_memory(err);
	}
	if (is_ledger(name))
		return add(files, path, err);
	/* Links to folders could lead in circles. */
	if (deep && lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return add_folder(files, path, deep, depth + 1, err);
	return 0;
}

static int add_folder(struct ledger_files *files, const char *folder,
		      bool deep, unsigned depth, struct haiki_error *err)
{
	struct dirent **entries = NULL;
	int count, r = 0;

	if (depth > DEPTH_MAX)
		return error_set(err, HAIKI_DOMAIN_USAGE, -ELOOP,
				 N_("%s: folders are nested too deeply"),
				 folder);
	count = scandir(folder, &entries, visible, by_name);
	if (count < 0)
		return error_errno(err, -errno, N_("cannot read %s"), folder);
	for (int i = 0; i < count; i++) {
		if (r == 0)
			r = add_entry(files, folder, entries[i]->d_name, deep,
				      depth, err);
		free(entries[i]);
	}
	free(entries);
	return r;
}

static int add_argument(struct ledger_files *files, const char *argument,
			bool deep, struct haiki_error *err)
{
	size_t before = files->count;
	struct stat st;
	int r;

	if (stat(argument, &st) < 0)
		return error_errno(err, -errno, N_("cannot open %s"), argument);
	if (!S_ISDIR(st.st_mode))
		return add(files, argument, err);
	r = add_folder(files, argument, deep, 0, err);
	if (r == 0 && files->count == before)
		return error_set(err, HAIKI_DOMAIN_USAGE, -ENOENT,
				 N_("%s has no ledger"), argument);
	return r;
}

int ledger_files_find(struct ledger_files *files,
		      const struct options *options,
		      const char *const *arguments, size_t count, bool deep,
		      struct haiki_error *err)
{
	const char *given = options_value(options, "ledger");
	int r = 0;

	if (!given)
		given = options_value(options, "out");
	if (!count)
		return add_argument(files, given ? given : ".", deep, err);
	for (size_t i = 0; r == 0 && i < count; i++)
		r = add_argument(files, arguments[i], deep, err);
	return r;
}
