/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UI_SCREEN_NAMES_H
#define UI_SCREEN_NAMES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * What can be chosen instead of typed: a console can't write Japanese. Names
 * come from settings and from the files of a folder of keys.
 */
struct names {
	char **items;             /* each owned */
	size_t count;
};

void names_free(struct names *names);

/* Adds the names of a setting, separated by commas (also Japanese ones); what
 * can't stand in a record is left out, and so is what's there already. 0 or
 * -ENOMEM. */
int names_add(struct names *names, const char *text);

/* The name `step` places after `now` (or the first one, or the last), or NULL
 * if there are none. */
const char *names_next(const struct names *names, const char *now, int step);

/* A person's key in a folder of keys: NAME.key and NAME.crt. */
struct key_files {
	char key[PATH_MAX], cert[PATH_MAX];
};

/* False if there is none, or no folder (NULL). */
bool keys_of(const char *folder, const char *name, struct key_files *ret_files);
/* The .key files of the folder that have their .crt. 0 or -ENOMEM; a folder
 * that isn't there has none. */
int keys_list(const char *folder, struct names *names);
/* "x.crt" for "x.key"; false if it doesn't end so. */
bool keys_cert_of(const char *key, char *ret_cert, size_t size);

#endif
