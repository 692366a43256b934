/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen/names.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"

#define KEY ".key"
#define CERT ".crt"

void names_free(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
	*names = (struct names){ 0 };
}

static int find(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->items[i], name))
			return (int)i;
	return -1;
}

static int add_one(struct names *names, const char *name)
{
	char **more;
	char *copy;

	if (!*name || !text_is_clean(name, strlen(name)) ||
	    find(names, name) >= 0)
		return 0;
	more = realloc(names->items, (names->count + 1) * sizeof(*more));
	if (!more)
		return -ENOMEM;
	names->items = more;
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	names->items[names->count++] = copy;
	return 0;
}

/* Bytes of a separator at the beginning of the text, 0 if there's none. */
static size_t separator(const char *text)
{
	static const char *const separators[] = { ",", "、", "，", "､" };

	for (size_t i = 0; i < ARRAY_SIZE(separators); i++)
		if (!strncmp(text, separators[i], strlen(separators[i])))
			return strlen(separators[i]);
	return 0;
}

int names_add(struct names *names, const char *text)
{
	int r = 0;

	while (r == 0 && *text) {
		CLEANUP(free) char *name = NULL;
		size_t length = 0;

		text += strspn(text, " ");
		while (text[length] && !separator(text + length))
			length++;
		name = strndup(text, length);
		if (!name)
			return -ENOMEM;
		text += length;
		text += separator(text);
		while (length && name[length - 1] == ' ')
			name[--length] = '\0';
		r = add_one(names, name);
	}
	return r;
}

const char *names_next(const struct names *names, const char *now, int step)
{
	int at = find(names, now), count = (int)names->count;

	if (!count)
		return NULL;
	if (at < 0)
		return names->items[step > 0 ? 0 : count - 1];
	return names->items[(at + step + count) % count];
}

bool keys_cert_of(const char *key, char *ret_cert, size_t size)
{
	size_t length = strlen(key);

	if (length < strlen(KEY) || strcmp(key + length - strlen(KEY), KEY))
		return false;
	return (size_t)snprintf(ret_cert, size, "%.*s" CERT,
				(int)(length - strlen(KEY)), key) < size;
}

bool keys_of(const char *folder, const char *name, struct key_files *ret_files)
{
	struct key_files files;

	if (!folder || !*name || strchr(name, '/') ||
	    (size_t)snprintf(files.key, sizeof(files.key), "%s/%s" KEY, folder,
			     name) >= sizeof(files.key) ||
	    !keys_cert_of(files.key, files.cert, sizeof(files.cert)) ||
	    access(files.key, R_OK) < 0 || access(files.cert, R_OK) < 0)
		return false;
	*ret_files = files;
	return true;
}

static int is_key(const struct dirent *entry)
{
	char cert[PATH_MAX];

	return entry->d_name[0] != '.' &&
		keys_cert_of(entry->d_name, cert, sizeof(cert));
}

int keys_list(const char *folder, struct names *names)
{
	struct dirent **entries;
	int count = folder ? scandir(folder, &entries, is_key, alphasort) : 0;
	int r = 0;

	if (count <= 0)
		return count < 0 && errno == ENOMEM ? -ENOMEM : 0;
	for (int i = 0; i < count; i++) {
		char key[PATH_MAX], cert[PATH_MAX];

		if (r == 0 && (size_t)snprintf(key, sizeof(key), "%s/%s",
			    folder, entries[i]->d_name) < sizeof(key) &&
		    keys_cert_of(key, cert, sizeof(cert)) &&
		    access(cert, R_OK) == 0)
			r = add_one(names, key);
		free(entries[i]);
	}
	free(entries);
	return r;
}
